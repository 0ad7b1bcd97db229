package io.github.geminilive.tools.internal.mapping;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A property of a bean, found as Jackson finds it: by public getters, setters and fields, by what
 * is annotated, and by the parameters of the constructor that makes it. As Jackson 3 does by
 * default, and other than Jackson 2, it does not count final fields as writable, nor lists for which
 * there is only a getter; and what could only be set in a private field is not writable. Setters
 * that are not public, which Jackson would call, are told of.
 */
final class BeanProperty {

  private final String ownName;
  private String name;
  private @Nullable MemberView argument;
  private int argumentIndex = -1;
  private final List<MethodView> setters = new ArrayList<>();
  private @Nullable MethodView getter;
  private @Nullable MemberView field;

  private BeanProperty(String ownName) {
    this.ownName = ownName;
    this.name = ownName;
  }

  /**
   * All of a class, in no particular order.
   *
   * @param constructor what makes it; null when that is not known
   */
  static List<BeanProperty> of(TypeView type, @Nullable MethodView constructor, Site site) {
    Map<String, BeanProperty> byOwnName = new LinkedHashMap<>();
    if (constructor != null) {
      addArguments(constructor, byOwnName, site);
    }
    for (MemberView member : type.fields()) {
      String name = requireNonNull(member.name(), "field");
      if (member.isPublic() || isExplicit(member.marks()) || isIgnored(member.marks())) {
        byOwnName.computeIfAbsent(name, BeanProperty::new).field = member;
      }
    }
    for (MethodView method : type.methods()) {
      if (!method.isStatic()) {
        addMethod(method, byOwnName);
      }
    }
    addHiddenFields(type, byOwnName);
    return renamed(byOwnName, site);
  }

  /** Jackson's way: what is said at a hidden field counts for the property of its name. */
  private static void addHiddenFields(TypeView type, Map<String, BeanProperty> byOwnName) {
    for (MemberView member : type.fields()) {
      BeanProperty property = byOwnName.get(requireNonNull(member.name(), "field"));
      if (property != null && property.field == null) {
        property.field = member;
      }
    }
  }

  private static void addArguments(
      MethodView constructor, Map<String, BeanProperty> byOwnName, Site site) {
    List<MemberView> parameters = constructor.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      MemberView parameter = parameters.get(i);
      String name = WireNames.explicit(List.of(parameter.marks()), site);
      if (name == null) {
        name = parameter.name();
      }
      if (name == null) {
        site.problem(
            "Parameter " + (i + 1) + " of its constructor has no name.",
            "Name it with @JsonProperty, or compile with -parameters.");
        continue;
      }
      BeanProperty property = byOwnName.computeIfAbsent(name, BeanProperty::new);
      if (property.argument != null) {
        site.problem(
            "Two parameters of its constructor are named \"" + name + "\".", "Rename one of them.");
      }
      property.argument = parameter;
      property.argumentIndex = i;
    }
  }

  private static void addMethod(MethodView method, Map<String, BeanProperty> byOwnName) {
    Marks marks = Annotations.ofMethod(method);
    if (method.parameters().isEmpty() && method.returns().kind() != TypeView.Kind.VOID) {
      if (!method.isPublic() && !isExplicit(marks) && !isIgnored(marks)) {
        return;
      }
      String name = getterName(method);
      if (name == null && isExplicitGetter(marks)) {
        name = method.name();
      }
      if (name != null) {
        BeanProperty property = byOwnName.computeIfAbsent(name, BeanProperty::new);
        if (property.getter == null || method.name().startsWith("get")) {
          property.getter = method;
        }
      }
    } else if (method.parameters().size() == 1) {
      String name = accessorName(method.name(), "set");
      if (name == null && isExplicitSetter(marks)) {
        name = method.name();
      }
      if (name != null) {
        byOwnName.computeIfAbsent(name, BeanProperty::new).setters.add(method);
      }
    }
  }

  private static boolean isExplicit(Marks marks) {
    return isExplicitGetter(marks) || isExplicitSetter(marks);
  }

  private static boolean isExplicitGetter(Marks marks) {
    return Annotations.jackson(marks, "JsonProperty").isPresent()
        || Annotations.jackson(marks, "JsonGetter").isPresent()
        || !Annotations.toolParams(marks).isEmpty();
  }

  private static boolean isExplicitSetter(Marks marks) {
    return Annotations.jackson(marks, "JsonProperty").isPresent()
        || Annotations.jackson(marks, "JsonSetter").isPresent()
        || !Annotations.toolParams(marks).isEmpty();
  }

  private static boolean isIgnored(Marks marks) {
    return Annotations.isOn(marks, "JsonIgnore");
  }

  private static @Nullable String getterName(MethodView method) {
    String type = method.returns().name();
    if (type.equals("boolean") || type.equals("java.lang.Boolean")) {
      String name = accessorName(method.name(), "is");
      if (name != null) {
        return name;
      }
    }
    return accessorName(method.name(), "get");
  }

  /** Jackson's way: all capitals at the beginning become small ones. */
  private static @Nullable String accessorName(String method, String prefix) {
    if (!method.startsWith(prefix) || method.length() == prefix.length()) {
      return null;
    }
    String base = method.substring(prefix.length());
    int capitals = 0;
    while (capitals < base.length()
        && base.charAt(capitals) != Character.toLowerCase(base.charAt(capitals))) {
      capitals++;
    }
    return base.substring(0, capitals).toLowerCase(Locale.ROOT) + base.substring(capitals);
  }

  private static List<BeanProperty> renamed(Map<String, BeanProperty> byOwnName, Site site) {
    Map<String, BeanProperty> byName = new LinkedHashMap<>();
    List<BeanProperty> moved = new ArrayList<>();
    for (BeanProperty property : byOwnName.values()) {
      if (!property.dropIgnored()) {
        continue;
      }
      property.name = WireNames.of(
          property.marks(), property.ownName, site.member(property.ownName, site.at()));
      if (property.name.equals(property.ownName)) {
        byName.put(property.name, property);
      } else {
        moved.add(property);
      }
    }
    for (BeanProperty property : moved) {
      BeanProperty same = byName.putIfAbsent(property.name, property);
      if (same != null) {
        same.take(property);
      }
    }
    return byName.values().stream().filter(BeanProperty::isKnown).toList();
  }

  /** Jackson's way: one ignored place hides all, unless another one is annotated as a property. */
  private boolean dropIgnored() {
    if (marks().stream().noneMatch(BeanProperty::isIgnored)) {
      return true;
    }
    if (marks().stream().noneMatch(place -> isExplicit(place) && !isIgnored(place))) {
      return false;
    }
    if (argument != null && isIgnored(argument.marks())) {
      argument = null;
    }
    setters.removeIf(setter -> isIgnored(Annotations.ofMethod(setter)));
    if (getter != null && isIgnored(Annotations.ofMethod(getter))) {
      getter = null;
    }
    if (field != null && isIgnored(field.marks())) {
      field = null;
    }
    return true;
  }

  private void take(BeanProperty other) {
    if (argument == null) {
      argument = other.argument;
      argumentIndex = other.argumentIndex;
    }
    setters.addAll(other.setters);
    getter = getter == null ? other.getter : getter;
    field = field == null ? other.field : field;
  }

  private boolean isKnown() {
    TypeView type = type();
    return type == null || !Annotations.isOn(type.declaredMarks(), "JsonIgnoreType");
  }

  private @Nullable TypeView type() {
    if (argument != null) {
      return argument.type();
    }
    if (!setters.isEmpty()) {
      return setters.get(0).parameters().get(0).type();
    }
    if (getter != null) {
      return getter.returns();
    }
    return field == null ? null : field.type();
  }

  /** Name on the wire. */
  String name() {
    return name;
  }

  /** Name in the code. */
  String ownName() {
    return ownName;
  }

  /** Parameter of the constructor. */
  @Nullable
  MemberView argument() {
    return argument;
  }

  /** Its place among the constructor's parameters; -1 for none. */
  int argumentIndex() {
    return argumentIndex;
  }

  /** The field, where it can be written. */
  @Nullable
  MemberView field() {
    return field != null && field.isPublic() && !field.isFinal() ? field : null;
  }

  /** What sets it; tells when there are several, none of which is the obvious one. */
  @Nullable
  MethodView setter(Site site) {
    List<MethodView> usable = setters.stream().filter(MethodView::isPublic).toList();
    if (usable.size() < 2) {
      return usable.isEmpty() ? null : usable.get(0);
    }
    List<MethodView> explicit = usable.stream()
        .filter(setter -> isExplicitSetter(Annotations.ofMethod(setter)))
        .toList();
    if (explicit.isEmpty()) {
      @Nullable
      TypeView read = getter != null ? getter.returns() : field == null ? null : field.type();
      explicit = usable.stream()
          .filter(setter -> setter.parameters().get(0).type().equals(read))
          .toList();
    }
    if (explicit.size() != 1) {
      site.member(name, usable.get(0))
          .problem("It has several setters.", "Mark one of them with @JsonProperty.");
      return usable.get(0);
    }
    return explicit.get(0);
  }

  /** What reads it; null when it cannot be read. */
  Backing.@Nullable ReadSource source() {
    if (getter != null && getter.isPublic()) {
      return new Backing.ReadSource(getter, null);
    }
    return field != null && field.isPublic() ? new Backing.ReadSource(null, field) : null;
  }

  boolean isWritable() {
    return argument != null || field() != null || setters.stream().anyMatch(MethodView::isPublic);
  }

  /** Whether there is a place that would set it and cannot be used. */
  boolean isMeantToBeWritten() {
    return field != null && isExplicit(field.marks())
        || !setters.isEmpty()
        || marks().stream().anyMatch(place -> !Annotations.toolParams(place).isEmpty());
  }

  /** Where it is, for people. */
  Object place() {
    if (field != null) {
      return field;
    }
    return setters.isEmpty() ? requireNonNull(getter, "getter") : setters.get(0);
  }

  String access() {
    return WireNames.access(marks());
  }

  /** Annotations of its places. */
  List<Marks> marks() {
    List<Marks> places = new ArrayList<>();
    if (argument != null) {
      places.add(argument.marks());
    }
    for (MethodView setter : setters) {
      places.add(Annotations.ofMethod(setter));
      places.add(setter.parameters().get(0).marks());
    }
    if (field != null) {
      places.add(field.marks());
    }
    if (getter != null) {
      places.add(Annotations.ofMethod(getter));
    }
    return places;
  }

  /** Where else its type stands, for the annotations there. */
  List<TypeView> uses(TypeView type) {
    List<TypeView> uses = new ArrayList<>();
    if (getter != null) {
      uses.add(getter.returns());
    }
    if (field != null) {
      uses.add(field.type());
    }
    uses.removeIf(use -> !use.equals(type));
    return uses;
  }

  @Nullable
  String doc() {
    List<@Nullable String> docs = new ArrayList<>();
    if (argument != null) {
      docs.add(argument.doc());
    }
    setters.forEach(setter -> docs.add(setter.doc()));
    if (field != null) {
      docs.add(field.doc());
    }
    return docs.stream().filter(Objects::nonNull).findFirst().orElse(null);
  }
}
