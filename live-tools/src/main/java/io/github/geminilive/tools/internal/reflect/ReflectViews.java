package io.github.geminilive.tools.internal.reflect;

import io.github.geminilive.tools.internal.mapping.TypeView;
import java.lang.reflect.Type;

/** Shows classes to the mapping rules. */
public final class ReflectViews {

  private ReflectViews() {}

  /**
   * Shows a type.
   *
   * @param type a class, or a type with arguments such as a {@link
   *     io.github.geminilive.tools.model.TypeRef} holds
   */
  public static TypeView of(Type type) {
    return ReflectType.of(type);
  }

  /**
   * The class behind a view, without type arguments.
   *
   * @param type made here
   */
  public static Class<?> erasure(TypeView type) {
    return ((ReflectType) type).erasure();
  }
}
