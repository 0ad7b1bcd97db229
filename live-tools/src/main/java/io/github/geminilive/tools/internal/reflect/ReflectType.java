package io.github.geminilive.tools.internal.reflect;

import io.github.geminilive.tools.internal.mapping.Marks;
import io.github.geminilive.tools.internal.mapping.MemberView;
import io.github.geminilive.tools.internal.mapping.MethodView;
import io.github.geminilive.tools.internal.mapping.TypeView;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A type read by reflection. {@link #methods} also holds methods that are not inherited because
 * they are private or package-private in a superclass: an annotation there is a mistake to be told.
 */
final class ReflectType implements TypeView {

  private final Kind kind;
  private final Class<?> erasure;
  private final List<ReflectType> arguments;
  /** Of a type inside a generic one, the type around it; null when it has no arguments. */
  private final @Nullable ReflectType owner;

  private final @Nullable ReflectType component;
  /** A variable or wildcard as such; null of other types. */
  private final @Nullable Type unresolved;

  private final Marks marks;
  // These are written by any thread that needs them, always with the same content.
  private volatile @Nullable Map<TypeVariable<?>, ReflectType> bindings;
  private volatile @Nullable List<ReflectMethod> candidates;
  private volatile @Nullable List<MethodView> methods;
  private volatile @Nullable Marks declaredMarks;

  private ReflectType(
      Kind kind,
      Class<?> erasure,
      List<ReflectType> arguments,
      @Nullable ReflectType owner,
      @Nullable ReflectType component,
      @Nullable Type unresolved,
      Marks marks) {
    this.kind = kind;
    this.erasure = erasure;
    this.arguments = List.copyOf(arguments);
    this.owner = owner;
    this.component = component;
    this.unresolved = unresolved;
    this.marks = marks;
  }

  static ReflectType of(Type type) {
    return resolve(type, Map.of(), Marks.NONE);
  }

  static ReflectType of(AnnotatedType type) {
    return resolve(type, Map.of());
  }

  /** A type in a signature of this class. */
  ReflectType resolve(AnnotatedType type) {
    return resolve(type, bindings());
  }

  private static ReflectType resolve(
      AnnotatedType annotated, Map<TypeVariable<?>, ReflectType> bindings) {
    Type type = annotated.getType();
    Marks marks = ReflectMarks.of(annotated.getDeclaredAnnotations());
    if (annotated instanceof AnnotatedArrayType array) {
      return arrayOf(resolve(array.getAnnotatedGenericComponentType(), bindings), marks);
    }
    if (annotated instanceof AnnotatedParameterizedType parameterized
        && type instanceof ParameterizedType plain) {
      List<ReflectType> arguments = new ArrayList<>();
      for (AnnotatedType argument : parameterized.getAnnotatedActualTypeArguments()) {
        arguments.add(resolve(argument, bindings));
      }
      return parameterized(plain, arguments, bindings, marks);
    }
    return resolve(type, bindings, marks);
  }

  private static ReflectType resolve(
      Type type, Map<TypeVariable<?>, ReflectType> bindings, Marks marks) {
    if (type instanceof Class<?> raw) {
      return raw.isArray()
          ? arrayOf(of(raw.getComponentType()), marks)
          : new ReflectType(kind(raw), raw, List.of(), null, null, null, marks);
    }
    if (type instanceof ParameterizedType parameterized) {
      List<ReflectType> arguments = new ArrayList<>();
      for (Type argument : parameterized.getActualTypeArguments()) {
        arguments.add(resolve(argument, bindings, Marks.NONE));
      }
      return parameterized(parameterized, arguments, bindings, marks);
    }
    if (type instanceof GenericArrayType array) {
      return arrayOf(resolve(array.getGenericComponentType(), bindings, Marks.NONE), marks);
    }
    if (type instanceof TypeVariable<?> variable) {
      ReflectType known = bindings.get(variable);
      return known == null
          ? unresolved(Kind.VARIABLE, variable, bindings, marks)
          : known.withMarks(marks);
    }
    return unresolved(Kind.WILDCARD, type, bindings, marks);
  }

  private static ReflectType parameterized(
      ParameterizedType type,
      List<ReflectType> arguments,
      Map<TypeVariable<?>, ReflectType> bindings,
      Marks marks) {
    Class<?> raw = (Class<?>) type.getRawType();
    ReflectType owner = type.getOwnerType() instanceof ParameterizedType around
        ? resolve(around, bindings, Marks.NONE)
        : null;
    return new ReflectType(kind(raw), raw, arguments, owner, null, null, marks);
  }

  private static ReflectType arrayOf(ReflectType component, Marks marks) {
    return new ReflectType(
        Kind.ARRAY, component.erasure.arrayType(), List.of(), null, component, null, marks);
  }

  private static ReflectType unresolved(
      Kind kind, Type type, Map<TypeVariable<?>, ReflectType> bindings, Marks marks) {
    return new ReflectType(kind, erase(type, bindings), List.of(), null, null, type, marks);
  }

  private static Class<?> erase(Type type, Map<TypeVariable<?>, ReflectType> bindings) {
    if (type instanceof Class<?> raw) {
      return raw;
    }
    if (type instanceof ParameterizedType parameterized) {
      return (Class<?>) parameterized.getRawType();
    }
    if (type instanceof GenericArrayType array) {
      return erase(array.getGenericComponentType(), bindings).arrayType();
    }
    if (type instanceof TypeVariable<?> variable) {
      ReflectType known = bindings.get(variable);
      return known == null ? erase(variable.getBounds()[0], bindings) : known.erasure;
    }
    return erase(((WildcardType) type).getUpperBounds()[0], bindings);
  }

  private static Kind kind(Class<?> type) {
    if (type == void.class) {
      return Kind.VOID;
    }
    if (type.isPrimitive()) {
      return Kind.PRIMITIVE;
    }
    if (type.isAnnotation()) {
      return Kind.ANNOTATION;
    }
    if (type.isInterface()) {
      return Kind.INTERFACE;
    }
    if (type.isEnum()) {
      return Kind.ENUM;
    }
    return type.isRecord() ? Kind.RECORD : Kind.CLASS;
  }

  private ReflectType withMarks(Marks more) {
    if (more == Marks.NONE) {
      return this;
    }
    Marks all = marks == Marks.NONE ? more : ReflectMarks.merged(List.of(more, marks));
    return new ReflectType(kind, erasure, arguments, owner, component, unresolved, all);
  }

  private Map<TypeVariable<?>, ReflectType> bindings() {
    Map<TypeVariable<?>, ReflectType> known = bindings;
    if (known == null) {
      known = owner == null ? new HashMap<>() : new HashMap<>(owner.bindings());
      TypeVariable<?>[] variables = erasure.getTypeParameters();
      for (int i = 0; i < arguments.size(); i++) {
        known.put(variables[i], arguments.get(i));
      }
      bindings = known;
    }
    return known;
  }

  /** The class; of a variable or wildcard, the one it is bound by. */
  Class<?> erasure() {
    return erasure;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public String name() {
    return component != null
        ? component.name() + "[]"
        : unresolved != null ? display() : ClassNames.of(erasure);
  }

  @Override
  public String simpleName() {
    return component != null
        ? component.simpleName() + "[]"
        : unresolved != null ? display() : erasure.getSimpleName();
  }

  @Override
  public String display() {
    if (component != null) {
      return component.display() + "[]";
    }
    if (unresolved != null) {
      return display(unresolved);
    }
    String name = erasure.isAnonymousClass() ? erasure.getName() : erasure.getSimpleName();
    return arguments.isEmpty()
        ? name
        : arguments.stream()
            .map(ReflectType::display)
            .collect(Collectors.joining(", ", name + "<", ">"));
  }

  private static String display(Type type) {
    if (type instanceof TypeVariable<?> variable) {
      return variable.getName();
    }
    if (type instanceof WildcardType wildcard) {
      if (wildcard.getLowerBounds().length > 0) {
        return "? super " + display(wildcard.getLowerBounds()[0]);
      }
      Type upper = wildcard.getUpperBounds()[0];
      return upper == Object.class ? "?" : "? extends " + display(upper);
    }
    return of(type).display();
  }

  @Override
  public boolean isRaw() {
    return arguments.isEmpty() && unresolved == null && erasure.getTypeParameters().length > 0;
  }

  @Override
  public List<TypeView> arguments() {
    return List.copyOf(arguments);
  }

  @Override
  public TypeView component() {
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
    Marks known = declaredMarks;
    if (known == null) {
      known = isDeclared() ? ReflectMarks.of(erasure) : Marks.NONE;
      declaredMarks = known;
    }
    return known;
  }

  /** Whether it is a class, and not an array, a primitive, a variable or a wildcard. */
  private boolean isDeclared() {
    return component == null && unresolved == null && !erasure.isPrimitive();
  }

  @Override
  public boolean isPublic() {
    if (component != null) {
      return component.isPublic();
    }
    for (Class<?> type = erasure; type != null; type = type.getEnclosingClass()) {
      if (!Modifier.isPublic(type.getModifiers())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean isAbstract() {
    return isDeclared() && Modifier.isAbstract(erasure.getModifiers());
  }

  @Override
  public boolean isInner() {
    return isDeclared() && erasure.isMemberClass() && !Modifier.isStatic(erasure.getModifiers());
  }

  @Override
  public List<TypeView> permitted() {
    if (!isDeclared() || !erasure.isSealed()) {
      return List.of();
    }
    return Arrays.stream(erasure.getPermittedSubclasses())
        .<TypeView>map(this::subtype)
        .toList();
  }

  @Override
  public TypeView named(String name) {
    return subtype(ClassNames.find(name, erasure.getClassLoader()));
  }

  @Override
  public List<TypeView> supertypes() {
    List<TypeView> direct = new ArrayList<>();
    if (!isDeclared()) {
      return direct;
    }
    AnnotatedType superclass = erasure.getAnnotatedSuperclass();
    if (superclass != null && superclass.getType() != Object.class) {
      direct.add(resolve(superclass));
    }
    for (AnnotatedType implemented : erasure.getAnnotatedInterfaces()) {
      direct.add(resolve(implemented));
    }
    return List.copyOf(direct);
  }

  /** A class with the type arguments that follow from its being a subtype of this one. */
  private ReflectType subtype(Class<?> subclass) {
    TypeVariable<?>[] variables = subclass.getTypeParameters();
    if (variables.length == 0 || arguments.isEmpty()) {
      return of(subclass);
    }
    List<ReflectType> own = new ArrayList<>();
    for (TypeVariable<?> variable : variables) {
      own.add(unresolved(Kind.VARIABLE, variable, Map.of(), Marks.NONE));
    }
    Kind kind = kind(subclass);
    ReflectType open = new ReflectType(kind, subclass, own, null, null, null, Marks.NONE);
    List<ReflectType> asThis = open.allSupertypes()
        .filter(type -> type.erasure == erasure)
        .findFirst()
        .map(type -> type.arguments)
        .orElse(List.of());
    for (int i = 0; i < asThis.size(); i++) {
      int variable = own.indexOf(asThis.get(i));
      if (variable >= 0) {
        own.set(variable, arguments.get(i));
      }
    }
    return new ReflectType(kind, subclass, own, null, null, null, Marks.NONE);
  }

  /** One of its superclasses, with the arguments it has there. */
  ReflectType as(Class<?> superclass) {
    return superclasses().stream()
        .filter(type -> type.erasure == superclass)
        .findFirst()
        .orElse(this);
  }

  /** Itself, its superclasses but {@code Object}, then all interfaces, subtypes first. */
  private Stream<ReflectType> allSupertypes() {
    return Stream.concat(superclasses().stream(), interfaces().stream());
  }

  /** Itself and its superclasses but {@code Object}; none of an interface. */
  private List<ReflectType> superclasses() {
    List<ReflectType> classes = new ArrayList<>();
    if (!isDeclared() || erasure.isInterface()) {
      return classes;
    }
    ReflectType type = this;
    while (type.erasure != Object.class) {
      classes.add(type);
      type = type.resolve(type.erasure.getAnnotatedSuperclass());
    }
    return classes;
  }

  private List<ReflectType> interfaces() {
    Map<Class<?>, ReflectType> found = new LinkedHashMap<>();
    if (isDeclared() && erasure.isInterface()) {
      addInterface(this, found);
    }
    for (ReflectType type : superclasses()) {
      for (AnnotatedType direct : type.erasure.getAnnotatedInterfaces()) {
        addInterface(type.resolve(direct), found);
      }
    }
    List<ReflectType> rest = new ArrayList<>(found.values());
    List<ReflectType> sorted = new ArrayList<>();
    while (!rest.isEmpty()) {
      ReflectType next = rest.stream()
          .filter(type -> rest.stream()
              .noneMatch(other -> other != type && type.erasure.isAssignableFrom(other.erasure)))
          .findFirst()
          .orElseThrow();
      rest.remove(next);
      sorted.add(next);
    }
    return sorted;
  }

  private static void addInterface(ReflectType type, Map<Class<?>, ReflectType> found) {
    if (found.putIfAbsent(type.erasure, type) == null) {
      for (AnnotatedType direct : type.erasure.getAnnotatedInterfaces()) {
        addInterface(type.resolve(direct), found);
      }
    }
  }

  @Override
  public List<MemberView> components() {
    if (kind != Kind.RECORD) {
      return List.of();
    }
    List<MemberView> parameters = constructors().get(0).parameters();
    List<MemberView> components = new ArrayList<>();
    for (RecordComponent component : erasure.getRecordComponents()) {
      components.add(ReflectMember.component(
          component,
          resolve(component.getAnnotatedType()),
          parameters.get(components.size()).marks()));
    }
    return List.copyOf(components);
  }

  List<String> componentNames() {
    return Arrays.stream(erasure.getRecordComponents())
        .map(RecordComponent::getName)
        .toList();
  }

  @Override
  public List<MemberView> constants() {
    if (kind != Kind.ENUM) {
      return List.of();
    }
    return Arrays.stream(erasure.getDeclaredFields())
        .filter(Field::isEnumConstant)
        .<MemberView>map(field -> ReflectMember.field(field, of(erasure)))
        .toList();
  }

  @Override
  public List<MethodView> constructors() {
    if (!isDeclared()) {
      return List.of();
    }
    return Arrays.stream(erasure.getDeclaredConstructors())
        .filter(constructor -> erasure.isRecord()
            ? isCanonical(constructor)
            : Modifier.isPublic(constructor.getModifiers()))
        .map(constructor -> new ReflectMethod(this, this, constructor))
        .sorted(Comparator.comparing(ReflectMethod::parameterDisplay))
        .<MethodView>map(constructor -> constructor)
        .toList();
  }

  /** Whether a record's constructor takes its components. */
  boolean isCanonical(Executable constructor) {
    Class<?>[] types = Arrays.stream(erasure.getRecordComponents())
        .map(RecordComponent::getType)
        .toArray(Class<?>[]::new);
    return constructor instanceof Constructor<?>
        && Arrays.equals(constructor.getParameterTypes(), types);
  }

  @Override
  public List<MemberView> fields() {
    List<MemberView> fields = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    for (ReflectType type : superclasses()) {
      List<MemberView> own = new ArrayList<>();
      for (Field field : type.erasure.getDeclaredFields()) {
        if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) != 0
            || field.isSynthetic()) {
          continue;
        }
        // A field hides those of the same name in the superclasses.
        if (names.add(field.getName())) {
          own.add(ReflectMember.field(field, type.resolve(field.getAnnotatedType())));
        }
      }
      fields.addAll(0, own);
    }
    return List.copyOf(fields);
  }

  @Override
  public List<MethodView> methods() {
    List<MethodView> known = methods;
    if (known == null) {
      known = readMethods();
      methods = known;
    }
    return known;
  }

  private List<MethodView> readMethods() {
    List<ReflectMethod> found = new ArrayList<>();
    for (ReflectMethod candidate : candidates()) {
      boolean isInherited = candidate.declaring().erasure == erasure
          || !candidate.declaring().erasure.isInterface()
          || !candidate.isStatic();
      if (isInherited && found.stream().noneMatch(nearer -> replaces(nearer, candidate))) {
        found.add(candidate);
      }
    }
    return found.stream()
        .sorted(Comparator.comparing(ReflectMethod::name)
            .thenComparing(ReflectMethod::parameterDisplay))
        .<MethodView>map(method -> method)
        .toList();
  }

  List<MethodView> overriddenBy(ReflectMethod method) {
    if (method.isStatic() || !(method.executable() instanceof Method)) {
      return List.of();
    }
    return candidates().stream()
        .filter(other -> !other.isStatic() && replaces(method, other))
        .<MethodView>map(other -> other)
        .toList();
  }

  /** Whether the first method overrides, implements or hides the second, which comes later. */
  private static boolean replaces(ReflectMethod nearer, ReflectMethod farther) {
    Class<?> near = nearer.declaring().erasure;
    Class<?> far = farther.declaring().erasure;
    if (near == far || nearer.isPrivate() || !nearer.hasSignatureOf(farther)) {
      return false;
    }
    if (far.isInterface()) {
      return nearer.isPublic() && !near.isAssignableFrom(far);
    }
    return far.isAssignableFrom(near) && farther.isVisibleIn(near);
  }

  /** All methods of the type and its supertypes, nearest first. */
  private List<ReflectMethod> candidates() {
    List<ReflectMethod> known = candidates;
    if (known == null) {
      // The methods of a proxy have lost generic types, names and annotations: its interfaces have
      // them.
      boolean isProxy = Proxy.isProxyClass(erasure);
      known = allSupertypes()
          .filter(type -> !isProxy || type.erasure.isInterface())
          .flatMap(type -> Arrays.stream(type.erasure.getDeclaredMethods())
              .filter(method -> !method.isBridge() && !method.isSynthetic())
              .map(method -> new ReflectMethod(this, type, method)))
          .toList();
      candidates = known;
    }
    return known;
  }

  @Override
  public boolean isSubtypeOf(String name) {
    if (name.equals(name()) || name.equals("java.lang.Object") && !erasure.isPrimitive()) {
      return true;
    }
    return supertypes(erasure).anyMatch(type -> ClassNames.of(type).equals(name));
  }

  private static Stream<Class<?>> supertypes(Class<?> type) {
    Stream<Class<?>> direct =
        Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()));
    return Stream.concat(Stream.of(type), direct.flatMap(ReflectType::supertypes));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ReflectType that
        && erasure == that.erasure
        && kind == that.kind
        && arguments.equals(that.arguments)
        && Objects.equals(owner, that.owner)
        && Objects.equals(component, that.component)
        && Objects.equals(unresolved, that.unresolved);
  }

  @Override
  public int hashCode() {
    return Objects.hash(erasure, arguments);
  }

  @Override
  public String toString() {
    return display();
  }
}
