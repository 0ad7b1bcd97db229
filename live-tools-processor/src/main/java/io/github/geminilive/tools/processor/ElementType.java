package io.github.geminilive.tools.processor;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.tools.internal.mapping.Marks;
import io.github.geminilive.tools.internal.mapping.MemberView;
import io.github.geminilive.tools.internal.mapping.MethodView;
import io.github.geminilive.tools.internal.mapping.TypeView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.TypeParameterElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.TypeVariable;
import javax.lang.model.type.WildcardType;
import javax.lang.model.util.ElementFilter;
import org.jspecify.annotations.Nullable;

/**
 * A type in the source or in a class file; shows what reflection will show at run time. {@link
 * #methods} also holds methods that are not inherited because they are private or package-private in
 * a superclass: an annotation there is a mistake to be told.
 */
final class ElementType implements TypeView {

  private static final String JSON_VALUE = "com.fasterxml.jackson.annotation.JsonValue";

  private final Sources sources;
  private final Kind kind;
  /** Without type arguments; of a variable or wildcard, what it is bound by. */
  private final TypeMirror erasure;

  private final List<ElementType> arguments;
  /** Of a type inside a generic one, the type around it; null when it has no arguments. */
  private final @Nullable ElementType owner;

  private final @Nullable ElementType component;
  /** A variable or wildcard as such; null of other types. */
  private final @Nullable TypeMirror unresolved;

  private final Marks marks;
  private @Nullable Map<TypeParameterElement, ElementType> bindings;
  private @Nullable List<ElementMethod> candidates;

  private ElementType(
      Sources sources,
      Kind kind,
      TypeMirror erasure,
      List<ElementType> arguments,
      @Nullable ElementType owner,
      @Nullable ElementType component,
      @Nullable TypeMirror unresolved,
      Marks marks) {
    this.sources = sources;
    this.kind = kind;
    this.erasure = erasure;
    this.arguments = List.copyOf(arguments);
    this.owner = owner;
    this.component = component;
    this.unresolved = unresolved;
    this.marks = marks;
  }

  /** A class as reflection shows its {@code Class}: without type arguments. */
  static ElementType of(Sources sources, TypeElement type) {
    return new ElementType(
        sources,
        kind(type),
        sources.types().erasure(type.asType()),
        List.of(),
        null,
        null,
        null,
        Marks.NONE);
  }

  /** A type in a signature of this class. */
  ElementType resolve(TypeMirror type) {
    boolean marked = component == null
        && erasure.getKind() == TypeKind.DECLARED
        && sources.seesTypeMarks(element());
    return resolve(sources, type, bindings(), marked);
  }

  private static ElementType resolve(
      Sources sources,
      TypeMirror type,
      Map<TypeParameterElement, ElementType> bindings,
      boolean marked) {
    Marks marks =
        marked ? ElementMarks.of(sources.elements(), type.getAnnotationMirrors()) : Marks.NONE;
    switch (type.getKind()) {
      case ARRAY -> {
        return arrayOf(
            resolve(sources, ((ArrayType) type).getComponentType(), bindings, marked), marks);
      }
      case TYPEVAR -> {
        ElementType known = bindings.get(variable(type));
        return known == null
            ? unresolved(sources, Kind.VARIABLE, type, bindings, marks)
            : known.withMarks(marks);
      }
      case WILDCARD -> {
        return unresolved(sources, Kind.WILDCARD, type, bindings, marks);
      }
      case DECLARED -> {
        DeclaredType declared = (DeclaredType) type;
        List<ElementType> arguments = new ArrayList<>();
        for (TypeMirror argument : declared.getTypeArguments()) {
          arguments.add(resolve(sources, argument, bindings, marked));
        }
        ElementType owner = declared.getEnclosingType() instanceof DeclaredType around
                && !around.getTypeArguments().isEmpty()
            ? resolve(sources, around, bindings, false)
            : null;
        return new ElementType(
            sources,
            kind((TypeElement) declared.asElement()),
            sources.types().erasure(type),
            arguments,
            owner,
            null,
            null,
            marks);
      }
      case VOID -> {
        return new ElementType(sources, Kind.VOID, type, List.of(), null, null, null, Marks.NONE);
      }
      default -> {
        if (type.getKind().isPrimitive()) {
          TypeMirror plain = sources.types().getPrimitiveType(type.getKind());
          return new ElementType(
              sources, Kind.PRIMITIVE, plain, List.of(), null, null, null, marks);
        }
        sources.foundUnresolved();
        return of(sources, sources.object());
      }
    }
  }

  private static ElementType arrayOf(ElementType component, Marks marks) {
    TypeMirror erasure = component.sources.types().getArrayType(component.erasure);
    return new ElementType(
        component.sources, Kind.ARRAY, erasure, List.of(), null, component, null, marks);
  }

  private static ElementType unresolved(
      Sources sources,
      Kind kind,
      TypeMirror type,
      Map<TypeParameterElement, ElementType> bindings,
      Marks marks) {
    return new ElementType(
        sources, kind, erase(sources, type, bindings), List.of(), null, null, type, marks);
  }

  private static TypeMirror erase(
      Sources sources, TypeMirror type, Map<TypeParameterElement, ElementType> bindings) {
    if (type instanceof TypeVariable) {
      ElementType known = bindings.get(variable(type));
      return known == null ? sources.types().erasure(type) : known.erasure;
    }
    if (type instanceof WildcardType wildcard) {
      TypeMirror bound = wildcard.getExtendsBound();
      return bound == null ? sources.object().asType() : erase(sources, bound, bindings);
    }
    return sources.types().erasure(type);
  }

  private static TypeParameterElement variable(TypeMirror type) {
    return (TypeParameterElement) ((TypeVariable) type).asElement();
  }

  private static Kind kind(TypeElement type) {
    return switch (type.getKind()) {
      case ANNOTATION_TYPE -> Kind.ANNOTATION;
      case INTERFACE -> Kind.INTERFACE;
      case ENUM -> Kind.ENUM;
      case RECORD -> Kind.RECORD;
      default -> Kind.CLASS;
    };
  }

  private ElementType withMarks(Marks more) {
    Marks all = ElementMarks.join(more, marks);
    return new ElementType(sources, kind, erasure, arguments, owner, component, unresolved, all);
  }

  private Map<TypeParameterElement, ElementType> bindings() {
    Map<TypeParameterElement, ElementType> known = bindings;
    if (known == null) {
      known = owner == null ? new HashMap<>() : new HashMap<>(owner.bindings());
      if (!arguments.isEmpty()) {
        List<? extends TypeParameterElement> variables = element().getTypeParameters();
        for (int i = 0; i < arguments.size(); i++) {
          known.put(variables.get(i), arguments.get(i));
        }
      }
      bindings = known;
    }
    return known;
  }

  /** What the compiler calls it; only of a class, or a variable or wildcard bound by one. */
  TypeElement element() {
    return (TypeElement) ((DeclaredType) erasure).asElement();
  }

  /** Whether it is a class, and not an array, a primitive, a variable or a wildcard. */
  boolean isDeclared() {
    return unresolved == null && erasure.getKind() == TypeKind.DECLARED;
  }

  /** Whether a member of an enum tells how it is written: it takes its code to know that. */
  boolean hasJsonValue() {
    return Stream.concat(
            fields().stream().map(MemberView::marks), methods().stream().map(MethodView::marks))
        .anyMatch(marks -> marks
            .find(JSON_VALUE)
            .filter(mark -> !Boolean.FALSE.equals(mark.members().get("value")))
            .isPresent());
  }

  /**
   * Whether annotations in it may be out of sight: they stand in another file, its own or one of a
   * supertype or subtype.
   */
  boolean hasHiddenMarks() {
    return hasHiddenMarks(new HashSet<>());
  }

  private boolean hasHiddenMarks(Set<TypeElement> seen) {
    return seen.add(element())
        && (allSupertypes()
                .anyMatch(type -> !type.isFromJdk() && !sources.seesTypeMarks(type.element()))
            || subtypes().stream().anyMatch(type -> type.hasHiddenMarks(seen)));
  }

  /** Whether it is of those libraries whose types are supported one by one. */
  boolean isFromLibrary() {
    String name = erasedName();
    return isFromJdk()
        || name.startsWith("com.fasterxml.jackson.")
        || name.startsWith("io.github.geminilive.protocol.")
        || name.equals("io.github.geminilive.ToolResult");
  }

  /** The class itself, or what a variable or wildcard is bound by; null for a primitive. */
  @Nullable
  ElementType bound() {
    if (erasure.getKind() != TypeKind.DECLARED) {
      return null;
    }
    return unresolved == null ? this : of(sources, element());
  }

  boolean isFromJdk() {
    return erasedName().startsWith("java.");
  }

  /** Whether {@link #sourceName} can write it: without {@code ?}, variables and missing arguments. */
  boolean isNameable() {
    return unresolved == null
        && owner == null
        && !isRaw()
        && (component == null || component.isNameable())
        && arguments.stream().allMatch(ElementType::isNameable);
  }

  /** Whether it is, or has inside, a type variable of a class: only its subclasses know of what. */
  boolean dependsOnSubclass() {
    return kind == Kind.VARIABLE
            && unresolved != null
            && variable(unresolved).getGenericElement() instanceof TypeElement
        || component != null && component.dependsOnSubclass()
        || arguments.stream().anyMatch(ElementType::dependsOnSubclass);
  }

  /** The classes it may be: those a sealed type permits or Jackson's annotations name. */
  List<ElementType> subtypes() {
    List<ElementType> subtypes = new ArrayList<>();
    permitted().forEach(type -> subtypes.add((ElementType) type));
    declaredMarks()
        .find("com.fasterxml.jackson.annotation.JsonSubTypes")
        .map(mark -> mark.get("value", List.class))
        .ifPresent(types -> {
          for (Object type : types) {
            String name = ((Marks.Mark) type).get("value", String.class);
            if (sources.elements().getTypeElement(name) != null) {
              subtypes.add((ElementType) named(name));
            }
          }
        });
    return subtypes;
  }

  /** Name of a class as {@code Class} has it, such as {@code com.acme.Home$Lights}. */
  String binaryName() {
    return sources.elements().getBinaryName(element()).toString();
  }

  /** As it stands in source code without type arguments, qualified; of a variable, its bound. */
  String erasedName() {
    return nameOf(erasure);
  }

  /** As a class stands in source code: qualified, with arguments and their annotations. */
  String sourceName() {
    return name() + sourceArguments();
  }

  private String sourceArguments() {
    return arguments.isEmpty()
        ? ""
        : arguments.stream()
            .map(ElementType::markedName)
            .collect(Collectors.joining(", ", "<", ">"));
  }

  private String markedName() {
    if (component == null) {
      String name = name();
      int simple = name.lastIndexOf('.') + 1;
      return name.substring(0, simple) + sourceMarks() + name.substring(simple) + sourceArguments();
    }
    // The outer dimension stands before the inner ones: String @Outer [] @Inner [].
    StringBuilder dimensions = new StringBuilder();
    ElementType element = this;
    for (; element.component != null; element = element.component) {
      dimensions.append(' ').append(element.sourceMarks()).append("[]");
    }
    return element.markedName() + dimensions;
  }

  private String sourceMarks() {
    return ElementMarks.source(sources.elements(), marks);
  }

  /** Name without type arguments; of a class, canonical. */
  static String nameOf(TypeMirror type) {
    return switch (type.getKind()) {
      case ARRAY -> nameOf(((ArrayType) type).getComponentType()) + "[]";
      case DECLARED ->
        ((TypeElement) ((DeclaredType) type).asElement()).getQualifiedName().toString();
      default -> type.toString();
    };
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public String name() {
    return component != null
        ? component.name() + "[]"
        : unresolved != null ? display() : erasedName();
  }

  @Override
  public String simpleName() {
    if (component != null) {
      return component.simpleName() + "[]";
    }
    return isDeclared() ? element().getSimpleName().toString() : display();
  }

  @Override
  public String display() {
    if (component != null) {
      return component.display() + "[]";
    }
    if (unresolved != null) {
      return display(unresolved);
    }
    if (!isDeclared()) {
      return erasedName();
    }
    String name = element().getSimpleName().toString();
    return arguments.isEmpty()
        ? name
        : arguments.stream()
            .map(ElementType::display)
            .collect(Collectors.joining(", ", name + "<", ">"));
  }

  private String display(TypeMirror type) {
    if (type instanceof TypeVariable variable) {
      return variable.asElement().getSimpleName().toString();
    }
    if (type instanceof WildcardType wildcard) {
      if (wildcard.getSuperBound() != null) {
        return "? super " + display(wildcard.getSuperBound());
      }
      TypeMirror upper = wildcard.getExtendsBound();
      return upper == null || nameOf(upper).equals("java.lang.Object")
          ? "?"
          : "? extends " + display(upper);
    }
    return resolve(sources, type, Map.of(), false).display();
  }

  @Override
  public boolean isRaw() {
    return arguments.isEmpty() && isDeclared() && !element().getTypeParameters().isEmpty();
  }

  @Override
  public List<TypeView> arguments() {
    return List.copyOf(arguments);
  }

  @Override
  public ElementType component() {
    if (component == null) {
      throw new IllegalStateException(display() + " is no array");
    }
    return component;
  }

  @Override
  public Marks marks() {
    return marks;
  }

  @Override
  public Marks declaredMarks() {
    return isDeclared()
        ? ElementMarks.of(sources.elements(), element().getAnnotationMirrors())
        : Marks.NONE;
  }

  @Override
  public boolean isPublic() {
    if (component != null) {
      return component.isPublic();
    }
    if (erasure.getKind() != TypeKind.DECLARED) {
      return true;
    }
    for (Element type = element(); type instanceof TypeElement; type = type.getEnclosingElement()) {
      if (!type.getModifiers().contains(Modifier.PUBLIC)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean isAbstract() {
    return isDeclared()
        && (element().getKind().isInterface()
            || element().getModifiers().contains(Modifier.ABSTRACT));
  }

  @Override
  public boolean isInner() {
    return isDeclared()
        && element().getEnclosingElement() instanceof TypeElement
        && !element().getModifiers().contains(Modifier.STATIC);
  }

  @Override
  public List<TypeView> supertypes() {
    if (!isDeclared()) {
      return List.of();
    }
    return Stream.concat(Stream.of(element().getSuperclass()), element().getInterfaces().stream())
        .filter(
            type -> type.getKind() == TypeKind.DECLARED && !nameOf(type).equals("java.lang.Object"))
        .<TypeView>map(this::resolve)
        .toList();
  }

  @Override
  public List<TypeView> permitted() {
    if (!isDeclared()) {
      return List.of();
    }
    return element().getPermittedSubclasses().stream()
        .<TypeView>map(type -> subtype((TypeElement) ((DeclaredType) type).asElement()))
        .toList();
  }

  @Override
  public TypeView named(String name) {
    if (name.endsWith("[]")) {
      return arrayOf((ElementType) named(name.substring(0, name.length() - 2)), Marks.NONE);
    }
    for (TypeKind primitive : TypeKind.values()) {
      if (primitive.isPrimitive() && primitive.name().equalsIgnoreCase(name)) {
        return resolve(sources, sources.types().getPrimitiveType(primitive), Map.of(), false);
      }
    }
    if (name.equals("void")) {
      return resolve(sources, sources.types().getNoType(TypeKind.VOID), Map.of(), false);
    }
    TypeElement found = sources.elements().getTypeElement(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "There is no class " + name + ". Add it to the class path.");
    }
    return subtype(found);
  }

  /** A class with the type arguments that follow from its being a subtype of this one. */
  private ElementType subtype(TypeElement subclass) {
    List<? extends TypeParameterElement> variables = subclass.getTypeParameters();
    if (variables.isEmpty() || arguments.isEmpty()) {
      return of(sources, subclass);
    }
    List<ElementType> own = new ArrayList<>();
    for (TypeParameterElement variable : variables) {
      own.add(unresolved(sources, Kind.VARIABLE, variable.asType(), Map.of(), Marks.NONE));
    }
    List<ElementType> asThis = of(sources, subclass)
        .withArguments(own)
        .allSupertypes()
        .filter(type -> type.element().equals(element()))
        .findFirst()
        .map(type -> type.arguments)
        .orElse(List.of());
    for (int i = 0; i < asThis.size(); i++) {
      int variable = own.indexOf(asThis.get(i));
      if (variable >= 0) {
        own.set(variable, arguments.get(i));
      }
    }
    return of(sources, subclass).withArguments(own);
  }

  private ElementType withArguments(List<ElementType> actual) {
    return new ElementType(sources, kind, erasure, actual, null, null, null, marks);
  }

  /** Itself, its superclasses but {@code Object}, then all interfaces, subtypes first. */
  private Stream<ElementType> allSupertypes() {
    return Stream.concat(superclasses().stream(), interfaces().stream());
  }

  /** Itself and its superclasses but {@code Object}; none of an interface. */
  private List<ElementType> superclasses() {
    List<ElementType> classes = new ArrayList<>();
    if (!isDeclared() || element().getKind().isInterface()) {
      return classes;
    }
    ElementType type = this;
    while (!type.name().equals("java.lang.Object")) {
      classes.add(type);
      TypeMirror superclass = type.element().getSuperclass();
      if (superclass.getKind() != TypeKind.DECLARED) {
        if (superclass.getKind() == TypeKind.ERROR) {
          sources.foundUnresolved();
        }
        break;
      }
      type = type.resolve(superclass);
    }
    return classes;
  }

  private List<ElementType> interfaces() {
    Map<TypeElement, ElementType> found = new LinkedHashMap<>();
    if (isDeclared() && element().getKind().isInterface()) {
      addInterface(this, found);
    }
    for (ElementType type : superclasses()) {
      for (TypeMirror direct : type.element().getInterfaces()) {
        addInterface(type.resolve(direct), found);
      }
    }
    List<ElementType> rest = new ArrayList<>(found.values());
    List<ElementType> sorted = new ArrayList<>();
    while (!rest.isEmpty()) {
      ElementType next = rest.stream()
          .filter(type ->
              rest.stream().noneMatch(other -> other != type && type.isAssignableFrom(other)))
          .findFirst()
          .orElseThrow();
      rest.remove(next);
      sorted.add(next);
    }
    return sorted;
  }

  private static void addInterface(ElementType type, Map<TypeElement, ElementType> found) {
    if (type.element().getKind().isInterface() && found.putIfAbsent(type.element(), type) == null) {
      for (TypeMirror direct : type.element().getInterfaces()) {
        addInterface(type.resolve(direct), found);
      }
    }
  }

  private boolean isAssignableFrom(ElementType other) {
    return sources.types().isSubtype(other.erasure, erasure);
  }

  @Override
  public List<MemberView> components() {
    return kind == Kind.RECORD ? List.copyOf(readComponents()) : List.of();
  }

  private List<ElementMember> readComponents() {
    List<MemberView> parameters = constructors().get(0).parameters();
    Map<String, VariableElement> fields = new HashMap<>();
    for (VariableElement field : ElementFilter.fieldsIn(element().getEnclosedElements())) {
      fields.put(field.getSimpleName().toString(), field);
    }
    List<ElementMember> components = new ArrayList<>();
    for (RecordComponentElement component : element().getRecordComponents()) {
      String name = component.getSimpleName().toString();
      // Its type is that of the component, as it stands; an accessor may have lost annotations.
      VariableElement field = requireNonNull(fields.get(name), name);
      Marks all = marks(component);
      all = ElementMarks.join(all, marks(component.getAccessor()));
      all = ElementMarks.join(all, marks(field));
      all = ElementMarks.join(all, parameters.get(components.size()).marks());
      components.add(ElementMember.component(
          name, resolve(field.asType()), all, sources.param(element(), name), component));
    }
    return components;
  }

  private Marks marks(Element element) {
    return ElementMarks.of(sources.elements(), element.getAnnotationMirrors());
  }

  List<String> componentNames() {
    return element().getRecordComponents().stream()
        .map(component -> component.getSimpleName().toString())
        .toList();
  }

  @Override
  public List<MemberView> constants() {
    if (kind != Kind.ENUM) {
      return List.of();
    }
    return ElementFilter.fieldsIn(element().getEnclosedElements()).stream()
        .filter(field -> field.getKind() == ElementKind.ENUM_CONSTANT)
        .<MemberView>map(field -> ElementMember.field(sources, field, of(sources, element())))
        .toList();
  }

  @Override
  public List<MethodView> constructors() {
    if (!isDeclared()) {
      return List.of();
    }
    return ElementFilter.constructorsIn(element().getEnclosedElements()).stream()
        .filter(constructor -> kind == Kind.RECORD
            ? isCanonical(constructor)
            : constructor.getModifiers().contains(Modifier.PUBLIC))
        .map(constructor -> new ElementMethod(sources, this, this, constructor))
        .sorted(Comparator.comparing(ElementMethod::parameterDisplay))
        .<MethodView>map(constructor -> constructor)
        .toList();
  }

  /** Whether it is the constructor that takes the record's components. */
  boolean isCanonical(ExecutableElement constructor) {
    if (kind != Kind.RECORD || constructor.getKind() != ElementKind.CONSTRUCTOR) {
      return false;
    }
    List<String> taken = constructor.getParameters().stream()
        .map(parameter -> nameOf(sources.types().erasure(parameter.asType())))
        .toList();
    return element().getRecordComponents().stream()
        .map(component -> nameOf(sources.types().erasure(component.asType())))
        .toList()
        .equals(taken);
  }

  @Override
  public List<MemberView> fields() {
    List<MemberView> fields = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    for (ElementType type : superclasses()) {
      List<MemberView> own = new ArrayList<>();
      for (VariableElement field : ElementFilter.fieldsIn(type.element().getEnclosedElements())) {
        if (field.getModifiers().contains(Modifier.STATIC)
            || field.getModifiers().contains(Modifier.TRANSIENT)) {
          continue;
        }
        // A field hides those of the same name in the superclasses.
        if (names.add(field.getSimpleName().toString())) {
          own.add(ElementMember.field(sources, field, type.resolve(field.asType())));
        }
      }
      fields.addAll(0, own);
    }
    return List.copyOf(fields);
  }

  @Override
  public List<MethodView> methods() {
    List<ElementMethod> methods = new ArrayList<>();
    for (ElementMethod candidate : candidates()) {
      TypeElement declaring = candidate.declaring().element();
      boolean isInherited = declaring.equals(element())
          || !declaring.getKind().isInterface()
          || !candidate.isStatic() && !candidate.isPrivate();
      if (isInherited && methods.stream().noneMatch(nearer -> replaces(nearer, candidate))) {
        methods.add(candidate);
      }
    }
    return methods.stream()
        .sorted(Comparator.comparing(ElementMethod::name)
            .thenComparing(ElementMethod::parameterDisplay))
        .<MethodView>map(method -> method)
        .toList();
  }

  List<MethodView> overriddenBy(ElementMethod method) {
    if (method.isStatic() || method.element().getKind() != ElementKind.METHOD) {
      return List.of();
    }
    return candidates().stream()
        .filter(other -> !other.isStatic() && replaces(method, other))
        .<MethodView>map(other -> other)
        .toList();
  }

  /** Whether the first method overrides, implements or hides the second, which comes later. */
  private static boolean replaces(ElementMethod nearer, ElementMethod farther) {
    ElementType near = nearer.declaring();
    ElementType far = farther.declaring();
    if (near.element().equals(far.element())
        || nearer.isPrivate()
        || !nearer.hasSignatureOf(farther)) {
      return false;
    }
    if (far.element().getKind().isInterface()) {
      return nearer.isPublic() && !near.isAssignableFrom(far);
    }
    return far.isAssignableFrom(near) && farther.isVisibleIn(near.element());
  }

  /** All methods of the type and its supertypes, nearest first. */
  private List<ElementMethod> candidates() {
    List<ElementMethod> known = candidates;
    if (known == null) {
      known = allSupertypes()
          .flatMap(type -> ElementFilter.methodsIn(type.element().getEnclosedElements()).stream()
              .map(method -> new ElementMethod(sources, this, type, method)))
          .toList();
      candidates = known;
    }
    return known;
  }

  @Override
  public boolean isSubtypeOf(String name) {
    if (name.equals(name()) || name.equals("java.lang.Object") && kind != Kind.PRIMITIVE) {
      return true;
    }
    TypeElement other = sources.elements().getTypeElement(name);
    return other != null
        && kind != Kind.VOID
        && kind != Kind.PRIMITIVE
        && sources.types().isSubtype(erasure, sources.types().erasure(other.asType()));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ElementType that
        && kind == that.kind
        && name().equals(that.name())
        && arguments.equals(that.arguments)
        && Objects.equals(owner, that.owner)
        && Objects.equals(component, that.component)
        && (unresolved == that.unresolved
            || unresolved != null
                && that.unresolved != null
                && (kind == Kind.WILDCARD
                    ? display().equals(that.display())
                    : sources.types().isSameType(unresolved, that.unresolved)));
  }

  @Override
  public int hashCode() {
    return Objects.hash(name(), arguments);
  }

  @Override
  public String toString() {
    return display();
  }
}
