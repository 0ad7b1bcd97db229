package io.github.geminilive.tools.processor;

import io.github.geminilive.tools.internal.mapping.Marks;
import io.github.geminilive.tools.internal.mapping.MemberView;
import io.github.geminilive.tools.internal.mapping.MethodView;
import io.github.geminilive.tools.internal.mapping.TypeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.PackageElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import org.jspecify.annotations.Nullable;

/** A method or constructor in the source or in a class file. */
final class ElementMethod implements MethodView {

  private final Sources sources;
  private final ElementType viewed;
  private final ElementType declaring;
  private final ExecutableElement element;
  private final List<ElementMember> parameters;
  private final List<String> erasures;

  /**
   * Reads one.
   *
   * @param viewed the type whose methods were asked for
   * @param declaring the class that declares it, with the type arguments it has there
   */
  ElementMethod(
      Sources sources, ElementType viewed, ElementType declaring, ExecutableElement element) {
    this.sources = sources;
    this.viewed = viewed;
    this.declaring = declaring;
    this.element = element;
    this.parameters = readParameters();
    this.erasures =
        parameters.stream().map(parameter -> parameter.type().erasedName()).toList();
  }

  private List<ElementMember> readParameters() {
    List<String> components =
        declaring.isCanonical(element) ? declaring.componentNames() : List.of();
    List<ElementMember> read = new ArrayList<>();
    for (VariableElement parameter : element.getParameters()) {
      String name =
          components.isEmpty() ? parameter.getSimpleName().toString() : components.get(read.size());
      read.add(ElementMember.parameter(
          name,
          declaring.resolve(parameter.asType()),
          ElementMarks.of(sources.elements(), parameter.getAnnotationMirrors()),
          sources.param(element, name),
          parameter));
    }
    return List.copyOf(read);
  }

  /** What the compiler calls it. */
  ExecutableElement element() {
    return element;
  }

  ElementType declaring() {
    return declaring;
  }

  /** Whether annotations of the types in its signature may be out of sight. */
  boolean isHalfHidden() {
    return !declaring.isFromJdk() && !sources.seesTypeMarks(declaring.element());
  }

  /** Whether both have one name and, type variables replaced, the same parameters. */
  boolean hasSignatureOf(ElementMethod other) {
    return name().equals(other.name()) && erasures.equals(other.erasures);
  }

  boolean isPrivate() {
    return element.getModifiers().contains(Modifier.PRIVATE);
  }

  /** Whether a class can override or hide this method. */
  boolean isVisibleIn(TypeElement subclass) {
    Set<Modifier> modifiers = element.getModifiers();
    if (modifiers.contains(Modifier.PUBLIC) || modifiers.contains(Modifier.PROTECTED)) {
      return true;
    }
    PackageElement here = sources.elements().getPackageOf(element);
    return !modifiers.contains(Modifier.PRIVATE)
        && here.equals(sources.elements().getPackageOf(subclass));
  }

  @Override
  public String name() {
    return element.getKind() == ElementKind.CONSTRUCTOR
        ? declaring.simpleName()
        : element.getSimpleName().toString();
  }

  @Override
  public String declaredIn() {
    return declaring.name();
  }

  @Override
  public TypeView returns() {
    return element.getKind() == ElementKind.CONSTRUCTOR
        ? declaring
        : declaring.resolve(element.getReturnType());
  }

  @Override
  public List<MemberView> parameters() {
    return List.copyOf(parameters);
  }

  @Override
  public Marks marks() {
    return ElementMarks.of(sources.elements(), element.getAnnotationMirrors());
  }

  @Override
  public boolean isPublic() {
    return element.getModifiers().contains(Modifier.PUBLIC);
  }

  @Override
  public boolean isInPublicType() {
    return declaring.isPublic();
  }

  @Override
  public boolean isStatic() {
    return element.getModifiers().contains(Modifier.STATIC);
  }

  @Override
  public boolean isGeneric() {
    return !element.getTypeParameters().isEmpty();
  }

  @Override
  public List<MethodView> overridden() {
    return viewed.overriddenBy(this);
  }

  @Override
  public @Nullable String doc() {
    return sources.summary(element);
  }

  /** The parameters' types as a developer would write them. */
  String parameterDisplay() {
    return parameters.stream()
        .map(parameter -> parameter.type().display())
        .collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return declaring.display() + "." + name() + "(" + parameterDisplay() + ")";
  }
}
