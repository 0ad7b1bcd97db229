package io.github.geminilive.tools.internal.reflect;

import org.jspecify.annotations.Nullable;

/** Names of classes. */
final class ClassNames {

  private ClassNames() {}

  /** Canonical; the binary one of a class that has no canonical one, such as a local class. */
  static String of(Class<?> type) {
    String name = type.getCanonicalName();
    return name == null ? type.getName() : name;
  }

  /**
   * Finds a class by its canonical name; does not initialize it.
   *
   * @param loader null for the bootstrap loader
   * @throws IllegalArgumentException when there is none
   */
  static Class<?> find(String name, @Nullable ClassLoader loader) {
    if (name.endsWith("[]")) {
      return find(name.substring(0, name.length() - 2), loader).arrayType();
    }
    for (Class<?> primitive : PRIMITIVES) {
      if (primitive.getName().equals(name)) {
        return primitive;
      }
    }
    // A dot may stand for the border between a class and one nested in it.
    for (String binary = name; ; ) {
      try {
        return Class.forName(binary, false, loader);
      } catch (ClassNotFoundException e) {
        int dot = binary.lastIndexOf('.');
        if (dot < 0) {
          throw new IllegalArgumentException(
              "There is no class " + name + ". Add it to the class path.", e);
        }
        binary = binary.substring(0, dot) + '$' + binary.substring(dot + 1);
      }
    }
  }

  private static final Class<?>[] PRIMITIVES = {
    void.class,
    boolean.class,
    byte.class,
    short.class,
    char.class,
    int.class,
    long.class,
    float.class,
    double.class
  };
}
