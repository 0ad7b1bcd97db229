package io.github.geminilive.tools.internal.result;

import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ObjectWriter;
import org.jspecify.annotations.Nullable;

/** Knows how the application's classes are written. Asked from any thread. */
public interface Writers {

  /**
   * How objects of a class are written.
   *
   * @param type class of the object, which may be a subclass of a declared one
   * @return null if it is not known here
   */
  @Nullable
  ObjectWriter writer(Class<?> type);

  /**
   * How the constants of an enum are written.
   *
   * @param type the enum itself, not the class of a constant with a body
   * @return null if it is not known here
   */
  @Nullable
  EnumType enumeration(Class<?> type);
}
