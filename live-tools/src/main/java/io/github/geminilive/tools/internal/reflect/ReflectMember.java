package io.github.geminilive.tools.internal.reflect;

import io.github.geminilive.tools.internal.mapping.Marks;
import io.github.geminilive.tools.internal.mapping.MemberView;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A parameter, component, field or constant read by reflection.
 *
 * @param field the field; null of a parameter or component
 */
record ReflectMember(
    @Nullable String name,
    ReflectType type,
    Marks marks,
    boolean isPublic,
    boolean isFinal,
    @Nullable Field field)
    implements MemberView {

  static ReflectMember parameter(@Nullable String name, ReflectType type, Marks marks) {
    return new ReflectMember(name, type, marks, true, false, null);
  }

  static ReflectMember component(
      RecordComponent component, ReflectType type, Marks constructorParameter) {
    List<Marks> marks = new ArrayList<>();
    marks.add(ReflectMarks.of(component));
    marks.add(ReflectMarks.of(component.getAccessor()));
    try {
      marks.add(
          ReflectMarks.of(component.getDeclaringRecord().getDeclaredField(component.getName())));
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(component + " has no field", e);
    }
    marks.add(constructorParameter);
    return new ReflectMember(
        component.getName(), type, ReflectMarks.merged(marks), true, true, null);
  }

  static ReflectMember field(Field field, ReflectType type) {
    return new ReflectMember(
        field.getName(),
        type,
        ReflectMarks.of(field),
        Modifier.isPublic(field.getModifiers()),
        Modifier.isFinal(field.getModifiers()),
        field);
  }

  /** Nothing: class files hold no Javadoc. */
  @Override
  public @Nullable String doc() {
    return null;
  }

  @Override
  public String toString() {
    return type.display() + " " + name;
  }
}
