package io.github.geminilive.tools.processor;

import io.github.geminilive.tools.internal.reflect.FrontEnds;
import java.lang.reflect.Modifier;

/** A class of the application, as the library finds it. */
final class Reflected {

  private Reflected() {}

  /** An object of it, or if there can be none, the class. */
  static Object target(Class<?> type) {
    if (Modifier.isAbstract(type.getModifiers())) {
      return type;
    }
    try {
      return type.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  static FrontEnds.Found find(Class<?> type) {
    return FrontEnds.find(target(type));
  }
}
