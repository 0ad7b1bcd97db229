package io.github.geminilive.tools.processor;

import io.github.geminilive.tools.internal.mapping.Marks;
import io.github.geminilive.tools.internal.mapping.MemberView;
import javax.lang.model.element.Element;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.VariableElement;
import org.jspecify.annotations.Nullable;

/**
 * A parameter, component, field or constant in the source or in a class file.
 *
 * @param element what the compiler calls it
 */
record ElementMember(
    String name,
    ElementType type,
    Marks marks,
    boolean isPublic,
    boolean isFinal,
    @Nullable String doc,
    Element element)
    implements MemberView {

  static ElementMember parameter(
      String name, ElementType type, Marks marks, @Nullable String doc, Element element) {
    return new ElementMember(name, type, marks, true, false, doc, element);
  }

  static ElementMember component(
      String name, ElementType type, Marks marks, @Nullable String doc, Element element) {
    return new ElementMember(name, type, marks, true, true, doc, element);
  }

  static ElementMember field(Sources sources, VariableElement field, ElementType type) {
    return new ElementMember(
        field.getSimpleName().toString(),
        type,
        ElementMarks.of(sources.elements(), field.getAnnotationMirrors()),
        field.getModifiers().contains(Modifier.PUBLIC),
        field.getModifiers().contains(Modifier.FINAL),
        sources.summary(field),
        field);
  }

  @Override
  public String toString() {
    return type.display() + " " + name;
  }
}
