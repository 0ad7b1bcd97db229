package io.github.geminilive.tools.processor;

import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.ToolParam;
import io.github.geminilive.tools.ToolProblem;
import io.github.geminilive.tools.internal.mapping.Finding;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.Messager;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.util.ElementFilter;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * Where a problem is told: at the element it is about, or if that is in another file, at the method
 * or parameter that leads there. In the annotation, if it is about a value of it.
 *
 * @param element what it is about
 * @param annotation null for none
 * @param value null for none
 * @param message for people
 */
record Place(
    Element element,
    @Nullable AnnotationMirror annotation,
    @Nullable AnnotationValue value,
    String message) {

  private static final Set<String> OURS =
      Set.of(LiveTool.class.getCanonicalName(), ToolParam.class.getCanonicalName());

  static Place of(Sources sources, Finding finding) {
    ToolProblem problem = finding.problem();
    Element found = element(finding.at());
    Element element =
        found != null && sources.isOwn(found) ? found : leadingThere(sources.tools(), problem);
    String message = subject(element, problem) + problem.reason() + " " + problem.fix();
    for (AnnotationMirror mirror : element.getAnnotationMirrors()) {
      TypeElement type = (TypeElement) mirror.getAnnotationType().asElement();
      if (OURS.contains(type.getQualifiedName().toString())) {
        for (AnnotationValue value : mirror.getElementValues().values()) {
          AnnotationValue quoted = quoted(problem.reason(), value);
          if (quoted != null) {
            return new Place(element, mirror, quoted, message);
          }
        }
      }
    }
    return new Place(element, null, null, message);
  }

  /** What the place does not tell. */
  private static String subject(Element element, ToolProblem problem) {
    if (problem.parameter() != null) {
      return problem.parameter() + ": ";
    }
    return element instanceof TypeElement && problem.method() != null
        ? problem.method() + ": "
        : "";
  }

  private static @Nullable Element element(Object at) {
    if (at instanceof ElementMethod method) {
      return method.element();
    }
    if (at instanceof ElementMember member) {
      return positioned(member.element());
    }
    return at instanceof ElementType type && type.isDeclared() ? type.element() : null;
  }

  /** The compiler knows no position of components, but one of their fields, which is the same. */
  private static Element positioned(Element element) {
    if (element instanceof RecordComponentElement
        && element.getEnclosingElement() instanceof TypeElement type) {
      for (VariableElement field : ElementFilter.fieldsIn(type.getEnclosedElements())) {
        if (field.getSimpleName().equals(element.getSimpleName())) {
          return field;
        }
      }
    }
    return element;
  }

  private static Element leadingThere(TypeElement tools, ToolProblem problem) {
    for (Element member : tools.getEnclosedElements()) {
      if (member.getKind() == ElementKind.METHOD
          && member.getSimpleName().contentEquals(String.valueOf(problem.method()))
          && member.getAnnotation(LiveTool.class) != null) {
        return parameter((ExecutableElement) member, problem.parameter());
      }
    }
    return tools;
  }

  private static Element parameter(ExecutableElement method, @Nullable String path) {
    if (path != null) {
      String name = path.split("[.\\[{<]", 2)[0];
      for (VariableElement parameter : method.getParameters()) {
        ToolParam named = parameter.getAnnotation(ToolParam.class);
        if (parameter.getSimpleName().contentEquals(name)
            || named != null && named.name().equals(name)) {
          return parameter;
        }
      }
    }
    return method;
  }

  /** The text, or one of the texts, if the sentence quotes it. */
  private static @Nullable AnnotationValue quoted(String reason, AnnotationValue value) {
    if (value.getValue() instanceof List<?> values) {
      for (Object one : values) {
        AnnotationValue quoted = quoted(reason, (AnnotationValue) one);
        if (quoted != null) {
          return quoted;
        }
      }
    }
    return value.getValue() instanceof String text && reason.contains("\"" + text + "\"")
        ? value
        : null;
  }

  void print(Messager messager) {
    if (annotation != null && value != null) {
      messager.printMessage(Diagnostic.Kind.ERROR, message, element, annotation, value);
    } else {
      messager.printMessage(Diagnostic.Kind.ERROR, message, element);
    }
  }
}
