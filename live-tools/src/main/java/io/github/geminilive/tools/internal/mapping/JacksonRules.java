package io.github.geminilive.tools.internal.mapping;

import io.github.geminilive.tools.internal.mapping.Marks.Mark;
import java.util.Map;
import java.util.Set;

/**
 * Annotations of Jackson that would give a value another form on the wire than the one declared.
 * They are told, never passed over. Those that only concern what is written are not a problem for
 * arguments; results of such classes are left to Jackson.
 */
final class JacksonRules {

  private static final Set<String> PACKAGES = Set.of(
      "com.fasterxml.jackson.annotation",
      "com.fasterxml.jackson.databind.annotation",
      "tools.jackson.databind.annotation");

  private static final String PLAIN = "Remove it, or take a record made for the tool.";

  private static final Map<String, String> READING = Map.ofEntries(
      Map.entry("JsonNaming", "Name each property with @JsonProperty."),
      Map.entry("EnumNaming", "Name each constant with @JsonProperty."),
      Map.entry("JsonUnwrapped", "Put the inner properties where they belong."),
      Map.entry("JsonDeserialize", PLAIN),
      Map.entry("JsonFormat", PLAIN),
      Map.entry("JsonAnySetter", "Take a Map as a property."),
      Map.entry("JacksonInject", "Take it as a parameter of the tool, with @Attached."),
      Map.entry("JsonIdentityInfo", PLAIN),
      Map.entry("JsonIdentityReference", PLAIN),
      Map.entry("JsonManagedReference", PLAIN),
      Map.entry("JsonBackReference", PLAIN),
      Map.entry("JsonAutoDetect", "Mark what is a property with @JsonProperty."),
      Map.entry("JsonTypeResolver", "Use @JsonTypeInfo with use = NAME."),
      Map.entry("JsonTypeIdResolver", "Use @JsonTypeInfo with use = NAME."),
      Map.entry("JsonIncludeProperties", "Mark what is no property with @JsonIgnore."));

  private static final Set<String> WRITING = Set.of(
      "JsonNaming",
      "EnumNaming",
      "JsonUnwrapped",
      "JsonSerialize",
      "JsonFormat",
      "JsonAnyGetter",
      "JsonInclude",
      "JsonFilter",
      "JsonView",
      "JsonAppend",
      "JsonRawValue",
      "JsonValue",
      "JsonTypeId",
      "JsonTypeResolver",
      "JsonTypeIdResolver",
      "JsonIdentityInfo",
      "JsonIdentityReference",
      "JsonManagedReference",
      "JsonBackReference",
      "JsonAutoDetect",
      "JsonIncludeProperties");

  private JacksonRules() {}

  /** Tells of those on a type. */
  static void checkType(Marks marks, Site site) {
    check(marks, site);
  }

  /** Tells of those on a property, a component or a method of a type. */
  static void checkMember(Marks marks, Site site) {
    check(marks, site);
    for (String name : new String[] {"JsonTypeInfo", "JsonSubTypes"}) {
      if (Annotations.jackson(marks, name).isPresent()) {
        site.problem("@" + name + " is not read here.", "Put it on the type.");
      }
    }
    if (!Annotations.texts(Annotations.jackson(marks, "JsonIgnoreProperties"), "value")
        .isEmpty()) {
      site.problem(
          "@JsonIgnoreProperties is not read here.", "Put it on the type, or take another type.");
    }
  }

  private static void check(Marks marks, Site site) {
    for (Mark mark : marks.all()) {
      String name = name(mark);
      String fix = READING.get(name);
      if (fix != null && matters(name, mark)) {
        site.problem("@" + name + " is not supported: it would change what the model writes.", fix);
      }
    }
  }

  /** Whether what is marked so is written in another way than by its properties as they stand. */
  static boolean writesOtherwise(Marks marks) {
    return marks.all().stream()
        .anyMatch(mark -> WRITING.contains(name(mark)) && matters(name(mark), mark));
  }

  private static boolean matters(String name, Mark mark) {
    if (name.equals("JsonFormat")) {
      return Annotations.text(mark, "pattern") != null
          || !"ANY".equals(mark.members().getOrDefault("shape", "ANY"));
    }
    return !(mark.members().get("enabled") instanceof Boolean enabled && !enabled)
        && !(mark.members().get("value") instanceof Boolean on && !on);
  }

  /** Simple name of an annotation of Jackson; empty for others. */
  private static String name(Mark mark) {
    int dot = mark.type().lastIndexOf('.');
    return dot > 0 && PACKAGES.contains(mark.type().substring(0, dot))
        ? mark.type().substring(dot + 1)
        : "";
  }
}
