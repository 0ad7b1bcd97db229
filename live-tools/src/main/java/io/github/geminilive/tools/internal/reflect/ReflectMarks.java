package io.github.geminilive.tools.internal.reflect;

import io.github.geminilive.tools.internal.mapping.Marks;
import java.lang.annotation.Annotation;
import java.lang.annotation.Repeatable;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Annotations read by reflection. Containers of repeated annotations are replaced by what they
 * contain. An annotation with a member that cannot be read, such as a class that is missing, is
 * left out.
 */
final class ReflectMarks implements Marks {

  private final List<Annotation> annotations;
  // Written by any thread that needs it, always with the same content.
  private volatile @Nullable List<Mark> marks;

  private ReflectMarks(List<Annotation> annotations) {
    this.annotations = annotations;
  }

  static Marks of(Annotation... annotations) {
    return annotations.length == 0 ? Marks.NONE : new ReflectMarks(List.of(annotations));
  }

  /** Those of the element itself, not those its class inherits. */
  static Marks of(AnnotatedElement element) {
    return of(element.getDeclaredAnnotations());
  }

  /** All of them, in order, each once. */
  static Marks merged(List<Marks> all) {
    Set<Mark> distinct = new LinkedHashSet<>();
    all.forEach(one -> distinct.addAll(one.all()));
    List<Mark> merged = List.copyOf(distinct);
    return merged.isEmpty() ? Marks.NONE : () -> merged;
  }

  @Override
  public List<Mark> all() {
    List<Mark> known = marks;
    if (known == null) {
      List<Mark> read = new ArrayList<>();
      annotations.forEach(annotation -> add(annotation, read));
      known = List.copyOf(read);
      marks = known;
    }
    return known;
  }

  private static void add(Annotation annotation, List<Mark> marks) {
    Mark mark = mark(annotation);
    if (mark == null) {
      return;
    }
    if (isContainer(annotation.annotationType())) {
      ((List<?>) mark.get("value", List.class)).forEach(inner -> marks.add((Mark) inner));
    } else {
      marks.add(mark);
    }
  }

  private static boolean isContainer(Class<? extends Annotation> type) {
    try {
      Class<?> contained = type.getDeclaredMethod("value").getReturnType().getComponentType();
      Repeatable repeatable =
          contained == null ? null : contained.getDeclaredAnnotation(Repeatable.class);
      return repeatable != null && repeatable.value() == type;
    } catch (NoSuchMethodException | LinkageError | TypeNotPresentException e) {
      return false;
    }
  }

  private static @Nullable Mark mark(Annotation annotation) {
    Class<? extends Annotation> type = annotation.annotationType();
    // Asking the handler needs no access to an annotation's class, which may not be public or may
    // lie in a package that its module keeps to itself.
    InvocationHandler handler = Proxy.getInvocationHandler(annotation);
    Map<String, Object> members = new LinkedHashMap<>();
    try {
      for (Method member : type.getDeclaredMethods()) {
        if (member.getParameterCount() == 0 && !member.isSynthetic()) {
          members.put(member.getName(), value(handler.invoke(annotation, member, null)));
        }
      }
    } catch (Throwable e) {
      // A member refers to a class or constant that is missing or has changed its type.
      return null;
    }
    return new Mark(ClassNames.of(type), members);
  }

  private static Object value(Object value) throws Unreadable {
    if (value instanceof Class<?> type) {
      return ClassNames.of(type);
    }
    if (value instanceof Enum<?> constant) {
      return constant.name();
    }
    if (value instanceof Annotation annotation) {
      Mark mark = mark(annotation);
      if (mark == null) {
        throw new Unreadable();
      }
      return mark;
    }
    if (value.getClass().isArray()) {
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < Array.getLength(value); i++) {
        values.add(value(Array.get(value, i)));
      }
      return List.copyOf(values);
    }
    return value;
  }

  @Override
  public String toString() {
    return all().toString();
  }

  /** A nested annotation has a member that cannot be read. */
  private static final class Unreadable extends Exception {}
}
