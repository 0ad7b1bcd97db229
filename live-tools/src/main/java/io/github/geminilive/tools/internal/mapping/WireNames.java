package io.github.geminilive.tools.internal.mapping;

import io.github.geminilive.tools.internal.mapping.Marks.Mark;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What properties are called, and which are hidden. */
final class WireNames {

  private WireNames() {}

  /** The name that annotations give, all the same; null for none. */
  static @Nullable String explicit(List<Marks> places, Site site) {
    Set<String> names = new LinkedHashSet<>();
    for (Marks marks : places) {
      for (String annotation : new String[] {"JsonProperty", "JsonSetter", "JsonGetter"}) {
        add(names, Annotations.text(Annotations.jackson(marks, annotation), "value"));
      }
      Annotations.toolParams(marks).forEach(mark -> add(names, Annotations.text(mark, "name")));
    }
    if (names.size() > 1) {
      site.problem(
          "Its annotations give it the names " + String.join(" and ", names) + ".",
          "Give it one name.");
    }
    return names.isEmpty() ? null : names.iterator().next();
  }

  private static void add(Set<String> names, @Nullable String name) {
    if (name != null) {
      names.add(name);
    }
  }

  /** As {@link #explicit}; its own name for none. */
  static String of(List<Marks> places, String ownName, Site site) {
    String explicit = explicit(places, site);
    return explicit == null ? ownName : explicit;
  }

  static boolean isNamed(MemberView parameter) {
    return Annotations.text(Annotations.jackson(parameter.marks(), "JsonProperty"), "value")
        != null;
  }

  /** {@code access} of {@code @JsonProperty}. */
  static String access(List<Marks> places) {
    return places.stream()
        .map(marks -> Annotations.jackson(marks, "JsonProperty"))
        .flatMap(Optional::stream)
        .map(mark -> String.valueOf(mark.members().getOrDefault("access", "AUTO")))
        .filter(access -> !access.equals("AUTO"))
        .findFirst()
        .orElse("AUTO");
  }

  /**
   * Whether {@code @JsonIgnoreProperties} of the type hides a property.
   *
   * @param exception the member that excepts the direction: {@code allowSetters} or {@code
   *     allowGetters}
   */
  static boolean isIgnored(TypeView type, String name, String exception) {
    Optional<Mark> ignored = Annotations.jackson(Annotations.ofType(type), "JsonIgnoreProperties");
    return Annotations.texts(ignored, "value").contains(name)
        && !Boolean.TRUE.equals(ignored.get().members().get(exception));
  }
}
