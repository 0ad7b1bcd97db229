package io.github.geminilive.tools.internal.mapping;

import io.github.geminilive.tools.internal.mapping.Marks.Mark;
import io.github.geminilive.tools.internal.mapping.TypeView.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Types that are one of several: sealed ones, and those with {@code @JsonSubTypes}. */
final class Unions {

  /** Name of the discriminator when nobody gives one. */
  private static final String DISCRIMINATOR = "type";

  /**
   * One of the several.
   *
   * @param value of the discriminator
   * @param type a class or record
   */
  record Leaf(String value, TypeView type) {}

  /**
   * What marks an object as one of several.
   *
   * @param name of the discriminator
   * @param value of the discriminator
   */
  record Tag(String name, String value) {}

  private Unions() {}

  static boolean isUnion(TypeView type) {
    return type.kind() != Kind.ENUM
        && (!type.permitted().isEmpty() || subTypes(type).isPresent());
  }

  private static Optional<Mark> subTypes(TypeView type) {
    return Annotations.jackson(type.declaredMarks(), "JsonSubTypes");
  }

  /** The names that {@code @JsonSubTypes} gives; null where it gives none. */
  private static Map<String, String> registered(TypeView type) {
    Map<String, String> names = new LinkedHashMap<>();
    subTypes(type)
        .ifPresent(mark -> Annotations.marks(mark, "value").forEach(entry -> {
          String name = Annotations.text(entry, "name");
          List<String> more = Annotations.texts(Optional.of(entry), "names");
          names.put(
              String.valueOf(entry.members().get("value")),
              name != null ? name : more.isEmpty() ? "" : more.get(0));
        }));
    return names;
  }

  /** Name of the discriminator of a type that is one of several. */
  static String discriminator(TypeView type, Site site) {
    Optional<Mark> info = Annotations.jackson(Annotations.ofType(type), "JsonTypeInfo");
    info.ifPresent(mark -> {
      String use = String.valueOf(mark.members().getOrDefault("use", "NAME"));
      String include = String.valueOf(mark.members().getOrDefault("include", "PROPERTY"));
      if (!Set.of("NAME", "SIMPLE_NAME", "NONE").contains(use)) {
        site.problem(
            "@JsonTypeInfo(use = " + use + ") is not supported: the model writes names.",
            "Use NAME.");
      }
      if (!Set.of("PROPERTY", "EXISTING_PROPERTY").contains(include)) {
        site.problem("@JsonTypeInfo(include = " + include + ") is not supported.", "Use PROPERTY.");
      }
    });
    return name(info);
  }

  private static String name(Optional<Mark> info) {
    String property = Annotations.text(info, "property");
    return property == null ? DISCRIMINATOR : property;
  }

  /** The classes and records that a type comes down to, in their order. */
  static List<Leaf> leaves(TypeView type, String discriminator, Site site) {
    List<Leaf> leaves = new ArrayList<>();
    NameRules.checkProperty(discriminator, site.member(discriminator, type));
    collect(type, registered(type), discriminator, new ArrayList<>(), leaves, site);
    return leaves;
  }

  private static void collect(
      TypeView type,
      Map<String, String> names,
      String discriminator,
      List<TypeView> seen,
      List<Leaf> leaves,
      Site site) {
    if (seen.contains(type)) {
      return;
    }
    seen.add(type);
    List<TypeView> below = below(type);
    boolean isOneItself = below.isEmpty() || below.contains(type);
    if (type.isAbstract() && isOneItself) {
      site.problem(
          "Its subtype " + type.simpleName() + " is "
              + (type.kind() == Kind.INTERFACE ? "an interface." : "abstract."),
          "Seal it, or make it a record.");
      return;
    }
    if (!type.isAbstract() && leaves.stream().noneMatch(leaf -> leaf.type().equals(type))) {
      leaves.add(new Leaf(value(type, names), type));
    }
    for (TypeView sub : below) {
      if (sub.equals(type)) {
        continue;
      }
      Optional<Mark> own = Annotations.jackson(sub.declaredMarks(), "JsonTypeInfo");
      if (own.isPresent() && !name(own).equals(discriminator)) {
        site.problem(
            "Its subtype " + sub.simpleName() + " has another discriminator: " + name(own) + ".",
            "Put @JsonTypeInfo on " + type.simpleName() + " only.");
      }
      Map<String, String> all = new LinkedHashMap<>(registered(sub));
      names.forEach((name, value) ->
          all.merge(name, value, (inner, outer) -> outer.isEmpty() ? inner : outer));
      collect(sub, all, discriminator, seen, leaves, site);
    }
  }

  /** Direct subtypes: those permitted, then those that only an annotation names. */
  private static List<TypeView> below(TypeView type) {
    List<TypeView> below = new ArrayList<>(type.permitted());
    for (String name : registered(type).keySet()) {
      TypeView named = type.named(name);
      if (below.stream().noneMatch(sub -> named.isSubtypeOf(sub.name()))) {
        below.add(named);
      }
    }
    return below;
  }

  private static String value(TypeView type, Map<String, String> names) {
    String registered = names.getOrDefault(type.name(), "");
    if (!registered.isEmpty()) {
      return registered;
    }
    String own =
        Annotations.text(Annotations.jackson(type.declaredMarks(), "JsonTypeName"), "value");
    return own == null ? type.simpleName() : own;
  }

  /** What an object of a class is marked with when it is written; null for none. */
  static @Nullable Tag tag(TypeView type) {
    List<TypeView> above = new ArrayList<>();
    addAbove(type, above);
    above.add(0, type);
    if (above.stream().noneMatch(Unions::isUnion)) {
      return null;
    }
    Map<String, String> names = new LinkedHashMap<>();
    for (TypeView union : above) {
      registered(union).forEach((name, value) -> {
        if (!value.isEmpty()) {
          names.put(name, value);
        }
      });
    }
    Optional<Mark> info = Annotations.jackson(Annotations.ofType(type), "JsonTypeInfo");
    return new Tag(name(info), value(type, names));
  }

  private static void addAbove(TypeView type, List<TypeView> above) {
    for (TypeView next : type.supertypes()) {
      if (!next.name().startsWith("java.")) {
        above.add(next);
        addAbove(next, above);
      }
    }
  }
}
