package io.github.geminilive.tools.internal.reflect;

import io.github.geminilive.tools.internal.mapping.InaccessibleException;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;

/**
 * Makes members usable, when they are registered and not at the first call. They are called by
 * plain reflection: it takes as long as a method handle, costs less to set up, and tells what the
 * user's code threw from mistakes of our own.
 */
final class Access {

  private static final Module OURS = Access.class.getModule();

  private Access() {}

  static Constructor<?> to(Constructor<?> constructor) {
    return open(constructor, constructor);
  }

  static Field to(Field field) {
    return open(field, field);
  }

  /**
   * A method that runs the same code as the given one and can be called. A public class inherits
   * public methods of a class that is not; the compiler then gives it a bridge to call them by.
   *
   * @param user the class of the object, or one above it
   */
  static Method to(Method method, Class<?> user) {
    if (isReachable(method)) {
      return open(method, method);
    }
    for (Method other : user.getMethods()) {
      if (!Modifier.isStatic(other.getModifiers())
          && !Modifier.isStatic(method.getModifiers())
          && other.getName().equals(method.getName())
          && other.getReturnType() == method.getReturnType()
          && Arrays.equals(other.getParameterTypes(), method.getParameterTypes())
          && isReachable(other)) {
        return open(other, other);
      }
    }
    return open(method, method);
  }

  private static boolean isReachable(Member member) {
    Class<?> declaring = member.getDeclaringClass();
    return Modifier.isPublic(member.getModifiers())
        && Modifier.isPublic(declaring.getModifiers())
        && declaring.getModule().isExported(declaring.getPackageName(), OURS);
  }

  private static <T extends AccessibleObject> T open(T object, Member member) {
    if (object.trySetAccessible()) {
      return object;
    }
    Class<?> declaring = member.getDeclaringClass();
    String module = declaring.getModule().getName();
    String to = OURS.isNamed() ? " to " + OURS.getName() : "";
    throw new InaccessibleException(
        describe(member) + " cannot be used: module " + module + " does not open package "
            + declaring.getPackageName() + ".",
        "Add \"opens " + declaring.getPackageName() + to + ";\" to the module-info.java of "
            + module + ".");
  }

  private static String describe(Member member) {
    String type = ClassNames.of(member.getDeclaringClass());
    if (member instanceof Constructor<?>) {
      return "The constructor of " + type;
    }
    return (member instanceof Executable ? "The method " : "The field ") + type + "."
        + member.getName();
  }
}
