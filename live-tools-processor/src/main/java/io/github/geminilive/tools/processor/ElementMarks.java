package io.github.geminilive.tools.processor;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.tools.internal.mapping.Marks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.SimpleAnnotationValueVisitor14;
import org.jspecify.annotations.Nullable;

/** Annotations as the compiler sees them; only those that are still there at run time. */
record ElementMarks(List<Mark> all) implements Marks {

  private static final String CONSTRAINTS = "jakarta.validation.constraints.";

  /** Those of an element or of a type's use. */
  static Marks of(Elements elements, List<? extends AnnotationMirror> mirrors) {
    if (mirrors.isEmpty()) {
      return NONE;
    }
    List<Mark> marks = new ArrayList<>();
    for (AnnotationMirror mirror : mirrors) {
      if (retained(mirror)) {
        unfold(elements, mirror, marks);
      }
    }
    return marks.isEmpty() ? NONE : new ElementMarks(List.copyOf(marks));
  }

  /** Both, without repeats. */
  static Marks join(Marks first, Marks second) {
    if (second.all().isEmpty()) {
      return first;
    }
    if (first.all().isEmpty()) {
      return second;
    }
    Set<Mark> marks = new LinkedHashSet<>(first.all());
    marks.addAll(second.all());
    return new ElementMarks(List.copyOf(marks));
  }

  /**
   * As they stand in source code, each with a blank behind; only those at the use of a type that
   * the mapping rules read, as others may not be visible where this is written.
   */
  static String source(Elements elements, Marks marks) {
    StringBuilder source = new StringBuilder();
    for (Mark mark : marks.all()) {
      if (mark.type().endsWith(".Nullable") || mark.type().startsWith(CONSTRAINTS)) {
        source.append(source(elements, mark)).append(' ');
      }
    }
    return source.toString();
  }

  /** With those members that differ from their defaults. */
  private static String source(Elements elements, Mark mark) {
    List<String> members = new ArrayList<>();
    TypeElement type = requireNonNull(elements.getTypeElement(mark.type()), mark.type());
    for (ExecutableElement member : ElementFilter.methodsIn(type.getEnclosedElements())) {
      String name = member.getSimpleName().toString();
      Object value = mark.members().get(name);
      AnnotationValue byDefault = member.getDefaultValue();
      if (value != null && !(byDefault != null && value.equals(plain(elements, byDefault)))) {
        members.add(name + " = " + source(elements, member.getReturnType(), value));
      }
    }
    return "@" + mark.type() + (members.isEmpty() ? "" : "(" + String.join(", ", members) + ")");
  }

  private static String source(Elements elements, TypeMirror type, Object value) {
    if (value instanceof List<?> values) {
      TypeMirror component = ((ArrayType) type).getComponentType();
      return values.stream()
          .map(one -> source(elements, component, one))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof Mark nested) {
      return source(elements, nested);
    }
    if (value instanceof Long number) {
      return number + "L";
    }
    if (!(value instanceof String text)) {
      return value.toString();
    }
    String name = ElementType.nameOf(type);
    return switch (name) {
      case "java.lang.String" -> Code.literal(text);
      case "java.lang.Class" -> text + ".class";
      default -> name + "." + text;
    };
  }

  private static boolean retained(AnnotationMirror mirror) {
    if (mirror.getAnnotationType().getKind() == TypeKind.ERROR) {
      return false;
    }
    AnnotationMirror retention =
        meta(mirror.getAnnotationType().asElement(), "java.lang.annotation.Retention");
    return retention != null
        && retention.getElementValues().values().stream()
            .anyMatch(value -> value.getValue() instanceof VariableElement policy
                && policy.getSimpleName().contentEquals("RUNTIME"));
  }

  private static @Nullable AnnotationMirror meta(Element annotation, String name) {
    for (AnnotationMirror meta : annotation.getAnnotationMirrors()) {
      if (((TypeElement) meta.getAnnotationType().asElement())
          .getQualifiedName()
          .contentEquals(name)) {
        return meta;
      }
    }
    return null;
  }

  /** A container of repeated annotations counts as what it holds. */
  private static void unfold(Elements elements, AnnotationMirror mirror, List<Mark> marks) {
    Mark mark = mark(elements, mirror);
    if (mark.members().size() == 1
        && mark.members().get("value") instanceof List<?> held
        && !held.isEmpty()
        && isContainer(mirror)) {
      for (Object one : held) {
        if (one instanceof Mark repeated) {
          marks.add(repeated);
        }
      }
    } else {
      marks.add(mark);
    }
  }

  private static boolean isContainer(AnnotationMirror mirror) {
    return mirror.getAnnotationType().asElement().getEnclosedElements().stream()
        .filter(member -> member.getSimpleName().contentEquals("value"))
        .anyMatch(member -> {
          TypeMirror returned = ((ExecutableElement) member).getReturnType();
          return returned instanceof ArrayType array
              && array.getComponentType() instanceof DeclaredType held
              && meta(held.asElement(), "java.lang.annotation.Repeatable") != null;
        });
  }

  private static Mark mark(Elements elements, AnnotationMirror mirror) {
    Map<String, Object> members = new HashMap<>();
    elements.getElementValuesWithDefaults(mirror).forEach((member, value) -> {
      Object plain = plain(elements, value);
      if (plain != null) {
        members.put(member.getSimpleName().toString(), plain);
      }
    });
    TypeElement type = (TypeElement) mirror.getAnnotationType().asElement();
    return new Mark(type.getQualifiedName().toString(), members);
  }

  /** Null for what cannot be resolved; the compiler reports that itself. */
  private static @Nullable Object plain(Elements elements, AnnotationValue value) {
    return value.accept(
        new SimpleAnnotationValueVisitor14<@Nullable Object, @Nullable Void>() {
          @Override
          protected Object defaultAction(Object constant, @Nullable Void unused) {
            return constant;
          }

          @Override
          public Object visitEnumConstant(VariableElement constant, @Nullable Void unused) {
            return constant.getSimpleName().toString();
          }

          @Override
          public Object visitType(TypeMirror type, @Nullable Void unused) {
            return ElementType.nameOf(type);
          }

          @Override
          public Object visitAnnotation(AnnotationMirror nested, @Nullable Void unused) {
            return mark(elements, nested);
          }

          @Override
          public Object visitArray(List<? extends AnnotationValue> values, @Nullable Void unused) {
            List<Object> all = new ArrayList<>();
            for (AnnotationValue one : values) {
              Object plain = plain(elements, one);
              if (plain != null) {
                all.add(plain);
              }
            }
            return List.copyOf(all);
          }
        },
        null);
  }
}
