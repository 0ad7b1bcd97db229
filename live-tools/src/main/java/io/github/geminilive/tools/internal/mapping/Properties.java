package io.github.geminilive.tools.internal.mapping;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.tools.internal.mapping.Backing.CreationPlan;
import io.github.geminilive.tools.internal.mapping.Backing.Setter;
import io.github.geminilive.tools.internal.mapping.TypeView.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the model must give to make an object, and how it is made: a record of its components, a
 * bean with the constructor, the setters and the public fields that Jackson would use.
 *
 * @param list the properties, in their order
 * @param plan how to make it of them; null when there is a problem, which is told
 */
record Properties(List<Property> list, @Nullable CreationPlan plan) {

  /**
   * One property.
   *
   * @param name on the wire
   * @param type what is given
   * @param marks annotations in all its places
   * @param otherUses the same type in other places
   * @param doc its Javadoc
   * @param at where it is
   */
  record Property(
      String name,
      TypeView type,
      Marks marks,
      List<TypeView> otherUses,
      @Nullable String doc,
      Object at) {}

  static Properties toMake(TypeView type, Site site) {
    JacksonRules.checkType(Annotations.ofType(type), site);
    checkMethods(type, site);
    return type.kind() == Kind.RECORD ? ofRecord(type, site) : ofBean(type, site);
  }

  private static void checkMethods(TypeView type, Site site) {
    for (MethodView method : type.methods()) {
      Marks marks = Annotations.ofMethod(method);
      if (Annotations.isOn(marks, "JsonValue")) {
        site.problem(
            "@JsonValue makes one value of " + type.simpleName() + ".",
            "Take that value's type, or remove @JsonValue.");
      }
      if (Annotations.isOn(marks, "JsonAnySetter")) {
        site.problem(
            "@JsonAnySetter takes properties that cannot be declared.",
            "Take a Map as a property.");
      }
      if (method.isStatic()
          && Annotations.jackson(marks, "JsonCreator")
              .filter(creator -> !"DISABLED".equals(creator.members().get("mode")))
              .isPresent()) {
        site.problem(
            type.simpleName() + " is made by the static method " + method.name() + ".",
            "Mark a constructor with @JsonCreator instead.");
      }
    }
  }

  private static Properties ofRecord(TypeView type, Site site) {
    int before = site.findings().size();
    List<Property> list = new ArrayList<>();
    for (MemberView component : type.components()) {
      String ownName = requireNonNull(component.name(), "component");
      Site member = site.member(ownName, component);
      Marks marks = component.marks();
      String name = WireNames.of(List.of(marks), ownName, member);
      if (Annotations.isOn(marks, "JsonIgnore")
          || WireNames.access(List.of(marks)).equals("READ_ONLY")
          || WireNames.isIgnored(type, name, "allowSetters")) {
        member.problem(
            "A record needs all its components, and this one is hidden from the model.",
            "Remove the annotation that hides it, or take a record without it.");
      }
      list.add(new Property(name, component.type(), marks, List.of(), component.doc(), component));
    }
    if (type.constructors().isEmpty()) {
      site.problem(
          "The constructor of " + type.simpleName() + " is not public.", "Make it public.");
    }
    if (site.findings().size() > before) {
      return new Properties(list, null);
    }
    List<Integer> order = IntStream.range(0, list.size()).boxed().toList();
    return new Properties(list, new CreationPlan(type.constructors().get(0), order, List.of()));
  }

  private static Properties ofBean(TypeView type, Site site) {
    int before = site.findings().size();
    MethodView constructor = constructor(type, site);
    List<BeanProperty> writable = writable(type, constructor, site);
    List<Property> list = new ArrayList<>();
    List<Setter> setters = new ArrayList<>();
    List<Integer> arguments = new ArrayList<>();
    if (constructor != null) {
      constructor.parameters().forEach(parameter -> arguments.add(-1));
    }
    for (int i = 0; i < writable.size(); i++) {
      BeanProperty property = writable.get(i);
      MethodView setter = property.setter(site);
      MemberView argument = property.argument();
      MemberView field = property.field();
      if (argument != null) {
        arguments.set(property.argumentIndex(), i);
        list.add(new Property(
            property.name(),
            argument.type(),
            Annotations.join(property.marks()),
            property.uses(argument.type()),
            property.doc(),
            argument));
      } else if (setter != null) {
        setters.add(new Setter(i, setter, null));
        TypeView taken = setter.parameters().get(0).type();
        list.add(new Property(
            property.name(),
            taken,
            Annotations.join(property.marks()),
            property.uses(taken),
            property.doc(),
            setter));
      } else if (field != null) {
        setters.add(new Setter(i, null, field));
        list.add(new Property(
            property.name(),
            field.type(),
            Annotations.join(property.marks()),
            property.uses(field.type()),
            property.doc(),
            field));
      }
    }
    if (arguments.contains(-1) && site.findings().size() == before) {
      site.problem(
          "A parameter of the constructor of " + type.simpleName() + " is hidden from the model.",
          "Remove the annotation that hides it.");
    }
    if (constructor == null || site.findings().size() > before) {
      return new Properties(list, null);
    }
    return new Properties(list, new CreationPlan(constructor, arguments, setters));
  }

  /** What can be given, in the order of {@code @JsonPropertyOrder}, the rest by name. */
  static List<BeanProperty> writable(TypeView type, @Nullable MethodView constructor, Site site) {
    List<BeanProperty> writable = new ArrayList<>();
    for (BeanProperty property : BeanProperty.of(type, constructor, site)) {
      boolean hidden = property.access().equals("READ_ONLY")
          || WireNames.isIgnored(type, property.name(), "allowSetters");
      if (hidden && property.argument() != null) {
        site.member(property.name(), property.argument())
            .problem(
                "The constructor needs it, and it is hidden from the model.",
                "Remove the annotation that hides it.");
      } else if (!hidden && property.isWritable()) {
        writable.add(property);
      } else if (!hidden && property.isMeantToBeWritten()) {
        site.member(property.name(), property.place())
            .problem(
                "It is meant to be set, and there is no public setter for it.",
                "Add one, or mark it with @JsonIgnore.");
      }
    }
    List<String> order = Annotations.texts(
        Annotations.jackson(Annotations.ofType(type), "JsonPropertyOrder"), "value");
    writable.sort(Comparator.<BeanProperty>comparingInt(property -> rank(order, property))
        .thenComparing(BeanProperty::name));
    return writable;
  }

  private static int rank(List<String> order, BeanProperty property) {
    int byName = order.indexOf(property.name());
    int rank = byName >= 0 ? byName : order.indexOf(property.ownName());
    return rank >= 0 ? rank : order.size();
  }

  private static @Nullable MethodView constructor(TypeView type, Site site) {
    List<MethodView> creators = new ArrayList<>();
    List<MethodView> named = new ArrayList<>();
    @Nullable MethodView plain = null;
    for (MethodView constructor : type.constructors()) {
      String mode = Annotations.jackson(constructor.marks(), "JsonCreator")
          .map(creator -> String.valueOf(creator.members().getOrDefault("mode", "DEFAULT")))
          .orElse("");
      if (mode.equals("DELEGATING")) {
        site.problem(
            type.simpleName() + " is made of one value, by a delegating @JsonCreator.",
            "Take that value's type, or use mode = PROPERTIES.");
        return null;
      }
      if (mode.equals("DEFAULT") || mode.equals("PROPERTIES")) {
        creators.add(constructor);
      } else if (constructor.parameters().isEmpty()) {
        plain = constructor;
      } else if (mode.isEmpty() && constructor.parameters().stream().allMatch(WireNames::isNamed)) {
        named.add(constructor);
      }
    }
    if (creators.isEmpty()) {
      creators = named;
    }
    if (creators.size() > 1) {
      site.problem(
          type.simpleName() + " has several constructors for its properties.",
          "Mark one of them with @JsonCreator.");
      return null;
    }
    MethodView constructor = creators.isEmpty() ? plain : creators.get(0);
    if (constructor == null) {
      site.problem(
          type.simpleName() + " has no public constructor without parameters.",
          "Add one, mark another one with @JsonCreator, or make it a record.");
    }
    return constructor;
  }

  /** The constructor, without saying what is wrong with it. */
  static @Nullable MethodView constructorOf(TypeView type) {
    return constructor(type, new Site(new ArrayList<>(), type.name(), null, null, type));
  }
}
