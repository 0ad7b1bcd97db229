package io.github.geminilive.tools.internal.mapping;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.tools.ToolRegistrationException;
import io.github.geminilive.tools.internal.binding.Binder;
import io.github.geminilive.tools.internal.binding.Violation;
import io.github.geminilive.tools.internal.declaration.SchemaWriter;
import io.github.geminilive.tools.internal.mapping.Backing.CreationPlan;
import io.github.geminilive.tools.internal.mapping.Backing.JsonValueSource;
import io.github.geminilive.tools.internal.mapping.Marks.Mark;
import io.github.geminilive.tools.internal.mapping.TypeView.Kind;
import io.github.geminilive.tools.model.Constraints;
import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ListType;
import io.github.geminilive.tools.model.ListType.Container;
import io.github.geminilive.tools.model.MapType;
import io.github.geminilive.tools.model.ObjectType;
import io.github.geminilive.tools.model.ObjectWriter;
import io.github.geminilive.tools.model.OptionalType;
import io.github.geminilive.tools.model.Scalar;
import io.github.geminilive.tools.model.Slot;
import io.github.geminilive.tools.model.UnionType;
import io.github.geminilive.tools.model.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the model of a type: which types there are, what they hold, and what is required of them.
 * The same type is the same model, so that it can hold itself. For one thread.
 */
public final class TypeMapper {

  /** Types inside of types beyond this are taken to go on for ever. */
  private static final int MAX_NESTING = 40;

  private static final Map<String, Scalar> SCALARS = new HashMap<>();

  private static final Set<String> NUMBERS_AND_TEXT = Set.of(
      "byte",
      "short",
      "int",
      "long",
      "char",
      "float",
      "double",
      "java.lang.Byte",
      "java.lang.Short",
      "java.lang.Integer",
      "java.lang.Long",
      "java.lang.Character",
      "java.lang.Float",
      "java.lang.Double",
      "java.math.BigInteger",
      "java.math.BigDecimal",
      "java.lang.String",
      "java.lang.CharSequence");

  static {
    for (Scalar scalar : Scalar.values()) {
      scalar.typeNames().forEach(name -> SCALARS.put(name, scalar));
    }
  }

  /** What is checked once all types are complete. */
  private record Check(Slot slot, Site site) {}

  private final Backing backing;
  private final Map<TypeKey, ValueType> types = new HashMap<>();
  private final Map<TypeKey, ObjectType> objects = new HashMap<>();
  private final List<Check> defaults = new ArrayList<>();
  private final Map<UnionType, Site> unions = new LinkedHashMap<>();
  private int nesting;
  private boolean endless;

  /**
   * Begins without knowing any type.
   *
   * @param backing makes and reads values
   */
  public TypeMapper(Backing backing) {
    this.backing = requireNonNull(backing, "backing");
  }

  /**
   * Maps a type by itself.
   *
   * @param type what the model is to give
   * @return its model
   * @throws ToolRegistrationException when it cannot be mapped; all reasons
   */
  public ValueType type(TypeView type) {
    List<Finding> findings = new ArrayList<>();
    Site site = new Site(findings, type.name(), null, null, type);
    @Nullable ValueType mapped = map(type, site);
    check();
    if (mapped == null || !findings.isEmpty()) {
      // What has a problem is to be found again when it is asked for again.
      types.clear();
      objects.clear();
      throw new ToolRegistrationException(
          findings.stream().map(Finding::problem).toList());
    }
    return mapped;
  }

  /**
   * How objects of a class are written as results: a record's components in their order; of other
   * classes what public getters and fields give, first the properties the model could give as well,
   * in that order, then the others by name. A subtype of a sealed type, or of one with
   * {@code @JsonSubTypes}, has its discriminator first.
   *
   * @param type a class, public or not
   * @return empty for what is no such object (the JDK's own, lists, maps, enums, interfaces), and
   *     for classes whose annotations give them another form, which is Jackson's to write
   */
  public Optional<ObjectWriter> writer(TypeView type) {
    return new WriterMapper(backing).writer(type);
  }

  /**
   * How the constants of an enum are written as results: also of one that cannot be an argument, as
   * it is not public for instance.
   *
   * @param type an enum
   * @throws InaccessibleException when its {@code @JsonValue} cannot be read
   */
  public EnumType enumWriter(TypeView type) {
    Site nowhere = new Site(new ArrayList<>(), type.name(), null, null, type);
    return enumeration(type, jsonValue(type, nowhere));
  }

  private EnumType enumeration(TypeView type, @Nullable JsonValueSource value) {
    List<String> names = type.constants().stream().map(TypeMapper::wireName).toList();
    return backing.enumeration(type, value == null ? names : null, value);
  }

  /** The model; null when it has a problem that is told. */
  @Nullable
  ValueType map(TypeView type, Site site) {
    return map(type, Set.of(), site);
  }

  private @Nullable ValueType map(TypeView type, Set<Mark> claimed, Site site) {
    if (nesting == 0) {
      endless = false;
    }
    // Once it is clear that there is no end, the other branches are not followed either.
    if (endless || nesting == MAX_NESTING) {
      endless = true;
      return null;
    }
    nesting++;
    ValueType mapped = mapByKind(type, claimed, site);
    nesting--;
    if (endless && nesting == 0) {
      site.problem(
          "Its type " + type.display() + " goes on for ever.",
          "Take a type that does not hold ever larger versions of itself.");
    }
    return endless ? null : mapped;
  }

  private @Nullable ValueType mapByKind(TypeView type, Set<Mark> claimed, Site site) {
    switch (type.kind()) {
      case VOID:
        site.problem("It has no type.", "Give it one.");
        return null;
      case VARIABLE:
        site.problem(
            "What " + type.display() + " stands for is not known here.",
            "Name a type, or register a class that does, such as Shop extends Store<Book>.");
        return null;
      case WILDCARD:
        site.problem(
            "The model cannot be told what " + type.display() + " is.", "Name a type instead.");
        return null;
      case ARRAY:
        return array(type, claimed, site);
      default:
        return declared(type, site);
    }
  }

  private @Nullable ValueType array(TypeView type, Set<Mark> claimed, Site site) {
    Scalar scalar = SCALARS.get(type.name());
    if (scalar != null) {
      return scalar;
    }
    TypeView component = type.component();
    Slot element = element(component, claimed, site.inside("[]"));
    return element == null
        ? null
        : new ListType(Container.ARRAY, element, backing.array(component));
  }

  private @Nullable ValueType declared(TypeView type, Site site) {
    Scalar scalar = SCALARS.get(type.name());
    if (scalar != null) {
      return scalar;
    }
    if (type.kind() == Kind.ENUM) {
      return mapped(type, site);
    }
    if (type.isRaw()) {
      site.problem(
          type.simpleName() + " is used without saying of what.",
          "Write its type arguments, such as List<String>.");
      return null;
    }
    switch (type.name()) {
      case "java.util.Collection":
      case "java.util.List":
      case "java.lang.Iterable":
        return list(type, Container.LIST, site);
      case "java.util.Set":
        return list(type, Container.SET, site);
      case "java.util.Map":
        return mapOf(type, site);
      case "java.util.Optional":
        return optional(type, site);
      case "java.util.OptionalInt":
        return new OptionalType(OptionalType.Kind.INT, Scalar.INT);
      case "java.util.OptionalLong":
        return new OptionalType(OptionalType.Kind.LONG, Scalar.LONG);
      case "java.util.OptionalDouble":
        return new OptionalType(OptionalType.Kind.DOUBLE, Scalar.DOUBLE);
      default:
        break;
    }
    if (Unsupported.isForeign(type)
        || type.isSubtypeOf("java.lang.Iterable")
        || type.isSubtypeOf("java.util.Map")) {
      Unsupported.report(type, site);
      return null;
    }
    return mapped(type, site);
  }

  private @Nullable ValueType list(TypeView type, Container container, Site site) {
    Slot element = element(type.arguments().get(0), Set.of(), site.inside("[]"));
    if (element == null) {
      return null;
    }
    Function<List<Object>, Object> collector =
        container == Container.SET ? LinkedHashSet::new : elements -> elements;
    return new ListType(container, element, collector);
  }

  private @Nullable ValueType optional(TypeView type, Site site) {
    TypeView inner = type.arguments().get(0);
    if (isOptional(inner)) {
      site.problem("It is an Optional of an Optional.", "Take one Optional.");
      return null;
    }
    ValueType mapped = map(inner, site);
    return mapped == null ? null : new OptionalType(OptionalType.Kind.OPTIONAL, mapped);
  }

  private @Nullable ValueType mapOf(TypeView type, Site site) {
    TypeView keys = type.arguments().get(0);
    TypeView values = type.arguments().get(1);
    boolean textKeys = keys.name().equals("java.lang.String");
    if (textKeys && values.name().equals("java.lang.Object")) {
      return Scalar.JSON_MAP;
    }
    Site keySite = site.inside("{key}");
    boolean goodKey = textKeys
        || keys.kind() == Kind.ENUM
        || Set.of("java.util.UUID", "java.lang.Integer", "java.lang.Long").contains(keys.name());
    @Nullable Slot key = null;
    if (goodKey) {
      key = element(keys, Set.of(), keySite);
    } else {
      keySite.problem(
          "A map's key cannot be " + keys.display() + ".",
          "Take String, an enum, UUID, Integer or Long.");
    }
    Slot value = element(values, Set.of(), site.inside("{}"));
    return key == null || value == null ? null : new MapType(key.type(), key.constraints(), value);
  }

  /** What is mapped once; null when it has a problem by itself. */
  private @Nullable ValueType mapped(TypeView type, Site site) {
    TypeKey key = TypeKey.of(type);
    ValueType known = types.get(key);
    if (known != null) {
      return known;
    }
    ValueType opaque = Unsupported.isForeign(type) ? null : backing.opaque(type);
    if (opaque != null) {
      types.put(key, opaque);
      return opaque;
    }
    if (!type.isPublic()) {
      site.notPublic(type);
    } else if (type.isInner()) {
      site.problem(type.simpleName() + " is an inner class.", "Make it static, or a record.");
    } else if (type.kind() == Kind.ENUM) {
      EnumType enumeration = enumeration(type, site);
      if (enumeration != null) {
        types.put(key, enumeration);
      }
      return enumeration;
    } else if (Unions.isUnion(type)) {
      return union(type, key, site);
    } else if (type.kind() == Kind.ANNOTATION
        || type.kind() == Kind.INTERFACE
        || type.isAbstract()) {
      site.problem(
          type.simpleName() + " is "
              + (type.kind() == Kind.CLASS ? "abstract" : "an interface")
              + ": there is no telling what to make.",
          "Take a class or a record, seal it, or name its subtypes with @JsonSubTypes.");
    } else {
      ObjectType object = object(type, site);
      if (object.isDefined() && object.properties().isEmpty()) {
        site.problem(
            type.simpleName() + " has no property the model could give.",
            "Give it one, or leave out what is of this type.");
        return null;
      }
      types.put(key, object);
      return object;
    }
    return null;
  }

  private @Nullable EnumType enumeration(TypeView type, Site site) {
    int before = site.findings().size();
    Marks marks = Annotations.ofType(type);
    JacksonRules.checkType(marks, site);
    @Nullable JsonValueSource value = jsonValue(type, site);
    boolean hasFactory =
        type.methods().stream().anyMatch(method -> method.isStatic() && isCreator(method.marks()));
    if (value == null && hasFactory) {
      site.problem(
          type.simpleName() + " is read by a @JsonCreator: the model cannot be told what to write.",
          "Mark what its constants are written as with @JsonValue or @JsonProperty.");
    }
    if (site.findings().size() > before) {
      return null;
    }
    EnumType enumeration;
    try {
      enumeration = enumeration(type, value);
    } catch (InaccessibleException e) {
      site.problem(e);
      return null;
    }
    List<String> wireNames = enumeration.wireNames();
    if (wireNames.isEmpty()) {
      site.problem(type.simpleName() + " has no constants.", "Give it one.");
    } else if (wireNames.stream().anyMatch(String::isEmpty)) {
      site.problem(
          "A constant of " + type.simpleName() + " has an empty name; the service takes none.",
          "Give it another one.");
    }
    for (String repeated : repeated(wireNames)) {
      site.problem(
          "Two constants of " + type.simpleName() + " are named \"" + repeated + "\".",
          "Give one of them another name.");
    }
    return site.findings().size() > before ? null : enumeration;
  }

  private static String wireName(MemberView constant) {
    String name = Annotations.text(Annotations.jackson(constant.marks(), "JsonProperty"), "value");
    return name == null ? requireNonNull(constant.name(), "constant") : name;
  }

  private static boolean isCreator(Marks marks) {
    return Annotations.jackson(marks, "JsonCreator")
        .filter(mark -> !"DISABLED".equals(mark.members().get("mode")))
        .isPresent();
  }

  private @Nullable JsonValueSource jsonValue(TypeView type, Site site) {
    for (MethodView method : type.methods()) {
      if (Annotations.isOn(Annotations.ofMethod(method), "JsonValue")) {
        checkJsonValue(type, method.returns(), method.isPublic(), site);
        return new JsonValueSource(method.name(), true);
      }
    }
    for (MemberView field : type.fields()) {
      if (Annotations.isOn(field.marks(), "JsonValue")) {
        checkJsonValue(type, field.type(), field.isPublic(), site);
        return new JsonValueSource(requireNonNull(field.name(), "field"), false);
      }
    }
    return null;
  }

  private static void checkJsonValue(TypeView type, TypeView value, boolean isPublic, Site site) {
    if (!NUMBERS_AND_TEXT.contains(value.name())) {
      site.problem(
          "@JsonValue of " + type.simpleName() + " gives " + value.display() + ".",
          "Let it give a String or a number.");
    }
    if (!isPublic) {
      site.problem("@JsonValue of " + type.simpleName() + " is not public.", "Make it public.");
    }
  }

  private @Nullable ValueType union(TypeView type, TypeKey key, Site site) {
    int before = site.findings().size();
    String discriminator = Unions.discriminator(type, site);
    List<Unions.Leaf> leaves = Unions.leaves(type, discriminator, site);
    for (String repeated : repeated(leaves.stream().map(Unions.Leaf::value).toList())) {
      site.problem(
          "Two subtypes of " + type.simpleName() + " are named \"" + repeated + "\".",
          "Name one of them with @JsonTypeName.");
    }
    if (leaves.isEmpty() || site.findings().size() > before) {
      return null;
    }
    List<UnionType.Variant> variants = new ArrayList<>();
    List<Runnable> definitions = new ArrayList<>();
    for (Unions.Leaf leaf : leaves) {
      ObjectType object = leaf(leaf.type(), definitions, site.inside("<" + leaf.value() + ">"));
      if (object != null) {
        variants.add(new UnionType.Variant(leaf.value(), object));
      }
    }
    UnionType union = new UnionType(type.simpleName(), discriminator, variants);
    types.put(key, union);
    definitions.forEach(Runnable::run);
    for (UnionType.Variant variant : variants) {
      if (variant.type().properties().stream()
          .anyMatch(property -> property.name().equals(discriminator))) {
        site.member(discriminator, type)
            .problem(
                "Subtype " + variant.value() + " has a property named as the discriminator.",
                "Rename it, or name another discriminator in @JsonTypeInfo.");
      }
    }
    unions.put(union, site);
    return union;
  }

  private @Nullable ObjectType leaf(TypeView leaf, List<Runnable> definitions, Site site) {
    ValueType opaque = backing.opaque(leaf);
    if (opaque instanceof ObjectType object) {
      return object;
    }
    if (!leaf.isPublic()) {
      site.notPublic(leaf);
      return null;
    }
    if (leaf.isInner() || leaf.isRaw() || leaf.kind() == Kind.ENUM) {
      site.problem(
          leaf.simpleName() + " cannot be a subtype the model gives.",
          "Make it a record, or a static class, without type parameters of its own.");
      return null;
    }
    return object(leaf, definitions::add, site);
  }

  /** A record's or a bean's model; undefined when it has a problem, which is told. */
  ObjectType object(TypeView type, Site site) {
    return object(type, Runnable::run, site);
  }

  private ObjectType object(TypeView type, Consumer<Runnable> definer, Site site) {
    TypeKey key = TypeKey.of(type);
    ObjectType known = objects.get(key);
    if (known != null) {
      return known;
    }
    ObjectType object = ObjectType.declare(type.simpleName());
    objects.put(key, object);
    definer.accept(() -> define(object, type, site));
    return object;
  }

  private void define(ObjectType object, TypeView type, Site site) {
    int before = site.findings().size();
    Properties properties = Properties.toMake(type, site);
    List<Slot> slots = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Properties.Property property : properties.list()) {
      Site member = site.member(property.name(), property.at());
      NameRules.checkProperty(property.name(), member);
      if (!names.add(property.name())) {
        member.problem(
            "Two properties of " + type.simpleName() + " have this name.", "Rename one of them.");
      }
      JacksonRules.checkMember(property.marks(), member);
      Slot slot = slot(
          property.name(),
          property.type(),
          property.marks(),
          property.otherUses(),
          property.doc(),
          member);
      if (slot != null) {
        slots.add(slot);
      }
    }
    CreationPlan plan = properties.plan();
    if (plan == null || endless || site.findings().size() > before) {
      return;
    }
    Set<Integer> settable =
        plan.setters().stream().map(Backing.Setter::property).collect(Collectors.toSet());
    try {
      object.define(slots, settable, backing.creator(type, object, plan));
    } catch (InaccessibleException e) {
      site.problem(e);
    }
  }

  private @Nullable Slot element(TypeView type, Set<Mark> claimed, Site site) {
    List<Mark> uses = new ArrayList<>(type.marks().all());
    boolean isArray = type.kind() == Kind.ARRAY;
    if (!isArray) {
      uses.removeAll(claimed);
    }
    @Nullable ValueType mapped = map(type, isArray ? claimed : Set.of(), site);
    List<Mark> demands = new ArrayList<>(uses);
    TypeView inner = inside(type, demands);
    Constraints constraints =
        ConstraintReader.read(demands, inner, mapped == null ? null : inside(mapped), site);
    if (mapped == null) {
      return null;
    }
    Marks marks = () -> uses;
    Slot slot = Slot.of("", mapped).withConstraints(constraints);
    return mapped instanceof OptionalType || marks.hasSimpleName("Nullable")
        ? slot.asNullable()
        : slot;
  }

  /**
   * The slot of an argument or a property.
   *
   * @param marks of the member, in all its places
   * @param otherUses of the same type, such as what a getter returns
   * @param doc its Javadoc
   * @return null when it has a problem that is told
   */
  @Nullable
  Slot slot(
      String name,
      TypeView type,
      Marks marks,
      List<TypeView> otherUses,
      @Nullable String doc,
      Site site) {
    // An annotation that may stand at a type as well as at a member stands at both when it is
    // written before an array's element type; the array is meant.
    Set<Mark> claimed = type.kind() == Kind.ARRAY ? Set.copyOf(marks.all()) : Set.of();
    @Nullable ValueType mapped = map(type, claimed, site);
    List<Marks> places = new ArrayList<>(List.of(marks, type.marks()));
    otherUses.forEach(use -> places.add(use.marks()));
    Marks all = Annotations.join(places);
    List<Mark> demands = new ArrayList<>(all.all());
    TypeView inner = inside(type, demands);
    Constraints constraints = ConstraintReader.read(
        Annotations.join(() -> demands).all(), inner, mapped == null ? null : inside(mapped), site);
    @Nullable String description = description(marks, doc, site);
    boolean nullable = mapped instanceof OptionalType
        || isOptional(type)
        || all.hasSimpleName("Nullable")
        || Annotations.toolParams(marks).stream()
            .anyMatch(mark -> Boolean.FALSE.equals(mark.members().get("required")));
    @Nullable String defaultValue = Annotations.defaultValue(marks);
    if (nullable && defaultValue == null && type.kind() == Kind.PRIMITIVE) {
      site.problem(
          "It need not be given, and " + type.display() + " has no value for that.",
          "Give a defaultValue, or take the wrapper class or an Optional.");
    }
    if (mapped == null) {
      return null;
    }
    Slot slot = Slot.of(name, mapped).withDescription(description).withConstraints(constraints);
    if (defaultValue != null) {
      Slot withDefault = slot.withDefault(defaultValue);
      defaults.add(new Check(withDefault, site));
      return withDefault;
    }
    return nullable ? slot.asNullable() : slot;
  }

  private static @Nullable String description(Marks marks, @Nullable String doc, Site site) {
    String text = Annotations.paramText(marks, "description");
    if (text == null) {
      text = Annotations.text(Annotations.jackson(marks, "JsonPropertyDescription"), "value");
    }
    if (text == null) {
      return doc == null || doc.isBlank() ? null : doc;
    }
    if (text.isBlank()) {
      site.problem("Its description is blank.", "Write one, or leave it out.");
    }
    return text;
  }

  static boolean isOptional(TypeView type) {
    return type.name().equals("java.util.Optional")
        || type.name().equals("java.util.OptionalInt")
        || type.name().equals("java.util.OptionalLong")
        || type.name().equals("java.util.OptionalDouble");
  }

  /** What an {@code Optional} holds, for which demands are meant; adds those that are inside. */
  private static TypeView inside(TypeView type, List<Mark> demands) {
    if (!type.name().equals("java.util.Optional") || type.arguments().isEmpty()) {
      return type;
    }
    TypeView inner = type.arguments().get(0);
    demands.addAll(inner.marks().all());
    return inner;
  }

  private static ValueType inside(ValueType type) {
    return type instanceof OptionalType optional ? optional.inner() : type;
  }

  private static Set<String> repeated(List<String> names) {
    Set<String> seen = new HashSet<>();
    return names.stream()
        .filter(name -> !seen.add(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Checks what can only be checked when types are complete: defaults, and whether the subtypes of
   * a sealed type agree. To be called after the last type was mapped.
   */
  void check() {
    unions.forEach((union, site) -> SchemaWriter.conflicts(union)
        .forEach(conflict -> site.problem(
            "Its subtypes " + String.join(" and ", conflict.variants()) + " have a property \""
                + conflict.property() + "\" of different types.",
            "Rename one of them, or give them the same type and bounds.")));
    unions.clear();
    defaults.forEach(check -> checkDefault(check.slot(), check.site()));
    defaults.clear();
  }

  private static void checkDefault(Slot slot, Site site) {
    if (!SchemaWriter.isComplete(slot.type())) {
      return;
    }
    for (Violation violation : Binder.checkDefault(slot)) {
      String message = violation.message();
      if (!violation.validOptions().isEmpty()) {
        message += " (" + String.join(", ", violation.validOptions()) + ")";
      }
      site.problem(
          "The default \"" + slot.defaultValue() + "\" does not fit"
              + (violation.path().isEmpty() ? "" : " at " + violation.path())
              + ": " + message
              + (message.endsWith(".") ? "" : "."),
          "Correct it, or the constraints.");
    }
  }
}
