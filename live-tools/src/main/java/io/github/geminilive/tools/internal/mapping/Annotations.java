package io.github.geminilive.tools.internal.mapping;

import io.github.geminilive.tools.ToolParam;
import io.github.geminilive.tools.internal.mapping.Marks.Mark;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads annotations by name. */
final class Annotations {

  static final String TOOL_PARAM = ToolParam.class.getCanonicalName();

  private static final String JACKSON = "com.fasterxml.jackson.annotation.";

  private Annotations() {}

  /** Those of several places as if they stood in one; the first ones are found first. */
  static Marks join(Collection<Marks> places) {
    Set<Mark> all = new LinkedHashSet<>();
    places.forEach(place -> all.addAll(place.all()));
    List<Mark> list = List.copyOf(all);
    return () -> list;
  }

  static Marks join(Marks... places) {
    return join(List.of(places));
  }

  /** A method's own, then those of what it overrides. */
  static Marks ofMethod(MethodView method) {
    List<Marks> places = new ArrayList<>(List.of(method.marks()));
    method.overridden().forEach(above -> places.add(above.marks()));
    return join(places);
  }

  /** Those of a parameter and of the same one of the methods it overrides. */
  static Marks ofParameter(List<MethodView> methods, int index) {
    return join(methods.stream()
        .filter(method -> index < method.parameters().size())
        .map(method -> method.parameters().get(index).marks())
        .toList());
  }

  /** A class's own, then those of what is above it, as Jackson reads them. */
  static Marks ofType(TypeView type) {
    List<Marks> places = new ArrayList<>();
    collect(type, places);
    return join(places);
  }

  private static void collect(TypeView type, List<Marks> places) {
    if (type.name().startsWith("java.")) {
      return;
    }
    places.add(type.declaredMarks());
    type.supertypes().forEach(above -> collect(above, places));
  }

  /** All {@code @ToolParam}: an overriding method's, a setter's and a field's add up. */
  static List<Mark> toolParams(Marks marks) {
    return marks.all().stream().filter(mark -> mark.type().equals(TOOL_PARAM)).toList();
  }

  /** What the first {@code @ToolParam} says that says something; null for nothing. */
  static @Nullable String paramText(Marks marks, String member) {
    return toolParams(marks).stream()
        .map(mark -> String.valueOf(mark.members().get(member)))
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElse(null);
  }

  /** The first default; null for none. */
  static @Nullable String defaultValue(Marks marks) {
    return toolParams(marks).stream()
        .map(mark -> mark.get("defaultValue", String.class))
        .filter(text -> !text.equals(ToolParam.NO_DEFAULT))
        .findFirst()
        .orElse(null);
  }

  static Optional<Mark> jackson(Marks marks, String simpleName) {
    return marks.find(JACKSON + simpleName);
  }

  /** A text that is set: annotations say "not set" with an empty one. */
  static @Nullable String text(@Nullable Mark mark, String member) {
    return mark != null && mark.members().get(member) instanceof String text && !text.isEmpty()
        ? text
        : null;
  }

  static @Nullable String text(Optional<Mark> mark, String member) {
    return text(mark.orElse(null), member);
  }

  /** Whether a Jackson annotation is there that can be switched off by its value. */
  static boolean isOn(Marks marks, String simpleName) {
    return jackson(marks, simpleName)
        .filter(mark -> !Boolean.FALSE.equals(mark.members().get("value")))
        .isPresent();
  }

  /** A member of texts; empty when it is not set. */
  static List<String> texts(Optional<Mark> mark, String member) {
    List<String> texts = new ArrayList<>();
    if (mark.isPresent() && mark.get().members().get(member) instanceof List<?> values) {
      values.forEach(value -> texts.add(String.valueOf(value)));
    }
    return texts;
  }

  /** Members that are annotations. */
  static List<Mark> marks(Mark mark, String member) {
    List<Mark> marks = new ArrayList<>();
    if (mark.members().get(member) instanceof List<?> values) {
      values.forEach(value -> {
        if (value instanceof Mark inner) {
          marks.add(inner);
        }
      });
    }
    return marks;
  }
}
