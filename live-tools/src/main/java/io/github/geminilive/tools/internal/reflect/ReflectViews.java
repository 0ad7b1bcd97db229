package io.github.geminilive.tools.internal.reflect;

import io.github.geminilive.tools.internal.mapping.TypeView;
import java.lang.reflect.AnnotatedType;

/** Shows classes to the mapping rules. */
public final class ReflectViews {

  private ReflectViews() {}

  /** Shows a class, without type arguments. */
  public static TypeView of(Class<?> type) {
    return ReflectType.of(type);
  }

  /**
   * Shows a type with its arguments and annotations.
   *
   * @param type such as a {@link io.github.geminilive.tools.model.TypeRef} holds
   */
  public static TypeView of(AnnotatedType type) {
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
