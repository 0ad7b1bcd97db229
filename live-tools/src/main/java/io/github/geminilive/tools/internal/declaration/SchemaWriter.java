package io.github.geminilive.tools.internal.declaration;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.protocol.Schema;
import io.github.geminilive.protocol.SchemaType;
import io.github.geminilive.tools.model.Constraints;
import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ListType;
import io.github.geminilive.tools.model.MapType;
import io.github.geminilive.tools.model.ObjectType;
import io.github.geminilive.tools.model.OptionalType;
import io.github.geminilive.tools.model.Scalar;
import io.github.geminilive.tools.model.Slot;
import io.github.geminilive.tools.model.UnionType;
import io.github.geminilive.tools.model.ValueType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the schema of what a slot takes, with the keys the service knows and no others.
 *
 * <p>A description is made of up to four parts, each a sentence where there are several: what the
 * developer says, what the text must look like, the default, and of which subtypes of a sealed type
 * a property is: {@code "First day. ISO-8601 date, such as 2026-03-31. Default: 2026-01-01. Only
 * for type weekly, monthly."}
 *
 * <p>Bounds are inclusive, as the service knows no others: where a demand of the developer's is not,
 * binding is stricter than the schema. A bound that no double can express is the next one beyond.
 *
 * <p>A type that holds itself is written {@value #MAX_REPEATS} times on a path. The property that
 * would hold it once more is left out when it need not be given or is a list or map; binding takes
 * it all the same.
 */
public final class SchemaWriter {

  /** How often a type may be inside of itself, the outermost one counted. */
  private static final int MAX_REPEATS = 3;

  /** Schemas in one argument beyond this are of no use to any model. */
  private static final int MAX_PARTS = 2_000;

  /**
   * Why there is no schema.
   *
   * @param path from the slot to the property, such as {@code .left.value}; empty for the slot
   * @param reason what is wrong, as a sentence
   * @param fix what to do, as a sentence
   */
  public record Problem(String path, String reason, String fix) {}

  /**
   * Subtypes that cannot be told to the model as one object.
   *
   * @param property name of the property they have differently
   * @param variants two that differ
   */
  public record Conflict(String property, List<String> variants) {}

  private final Map<ValueType, Integer> open = new IdentityHashMap<>();
  private final List<Problem> problems = new ArrayList<>();
  private int parts;

  private SchemaWriter() {}

  /** The schema of an object with the given properties, at least one, without problems. */
  static Schema object(List<Slot> slots) {
    SchemaWriter writer = new SchemaWriter();
    List<Property> properties = slots.stream().map(Property::of).toList();
    Schema.@Nullable Builder object = writer.object(properties, "");
    if (object == null || !writer.problems.isEmpty()) {
      throw new IllegalStateException("there is no schema of the arguments: " + writer.problems);
    }
    return object.build();
  }

  /**
   * Why a slot has no schema.
   *
   * @param slot whose type may hold objects that are not {@link ObjectType#isDefined defined}; those
   *     are passed over
   * @return empty when it has one
   */
  public static List<Problem> problems(Slot slot) {
    SchemaWriter writer = new SchemaWriter();
    Schema schema = writer.write(slot, description(slot), "");
    if (schema == null && writer.problems.isEmpty()) {
      writer.endless("");
    }
    return List.copyOf(writer.problems);
  }

  /** Properties that subtypes share by name and not by type; undefined ones are passed over. */
  public static List<Conflict> conflicts(UnionType union) {
    List<Conflict> conflicts = new ArrayList<>();
    for (Property property : properties(union)) {
      for (int i = 1; i < property.slots().size(); i++) {
        if (!sameShape(property.slots().get(0), property.slots().get(i))) {
          conflicts.add(new Conflict(
              property.name(),
              List.of(property.variants().get(0), property.variants().get(i))));
          break;
        }
      }
    }
    return conflicts;
  }

  private static boolean sameShape(Slot one, Slot other) {
    if (!isComplete(one.type()) || !isComplete(other.type())) {
      return true;
    }
    SchemaWriter writer = new SchemaWriter();
    Schema first = writer.write(bare(one), null, "");
    Schema second = new SchemaWriter().write(bare(other), null, "");
    return first == null ? second == null : first.equals(second);
  }

  private static Slot bare(Slot slot) {
    return new Slot("", slot.type(), null, false, true, null, slot.constraints());
  }

  /** Whether all objects it may hold are defined. */
  public static boolean isComplete(ValueType type) {
    return isComplete(type, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  private static boolean isComplete(ValueType type, Set<ValueType> seen) {
    if (!seen.add(type)) {
      return true;
    }
    if (type instanceof ListType list) {
      return isComplete(list.element().type(), seen);
    }
    if (type instanceof MapType map) {
      return isComplete(map.key(), seen) && isComplete(map.value().type(), seen);
    }
    if (type instanceof OptionalType optional) {
      return isComplete(optional.inner(), seen);
    }
    if (type instanceof UnionType union) {
      return union.variants().stream().allMatch(variant -> isComplete(variant.type(), seen));
    }
    return !(type instanceof ObjectType object)
        || object.isDefined()
            && object.properties().stream().allMatch(slot -> isComplete(slot.type(), seen));
  }

  /**
   * A property of one or more subtypes.
   *
   * @param name on the wire
   * @param slots of the subtypes that have it; at least one
   * @param variants the values of the discriminator of those
   * @param required whether it must be given in any case
   * @param note for the description; null for none
   */
  private record Property(
      String name,
      List<Slot> slots,
      List<String> variants,
      boolean required,
      @Nullable String note) {

    static Property of(Slot slot) {
      return new Property(slot.name(), List.of(slot), List.of(), slot.required(), null);
    }

    /** One that stands for all. */
    Slot slot() {
      Slot first = slots.get(0);
      boolean nullable = slots.stream().anyMatch(Slot::nullable);
      return new Slot(name, first.type(), null, nullable, required, null, first.constraints());
    }

    @Nullable
    String description() {
      Set<String> texts = new LinkedHashSet<>();
      slots.forEach(slot -> texts.add(String.valueOf(SchemaWriter.description(slot))));
      List<String> parts = new ArrayList<>();
      for (int i = 0; i < (texts.size() == 1 ? 1 : slots.size()); i++) {
        String text = SchemaWriter.description(slots.get(i));
        if (text != null) {
          parts.add(texts.size() == 1 ? text : variants.get(i) + ": " + text);
        }
      }
      addText(parts, note);
      return sentences(parts);
    }
  }

  private static void addText(List<String> texts, @Nullable String text) {
    if (text != null) {
      texts.add(text);
    }
  }

  private static List<Property> properties(UnionType union) {
    Map<String, List<Slot>> slots = new LinkedHashMap<>();
    Map<String, List<String>> variants = new LinkedHashMap<>();
    for (UnionType.Variant variant : union.variants()) {
      for (Slot slot : variant.type().properties()) {
        slots.computeIfAbsent(slot.name(), name -> new ArrayList<>()).add(slot);
        variants.computeIfAbsent(slot.name(), name -> new ArrayList<>()).add(variant.value());
      }
    }
    List<Property> properties = new ArrayList<>();
    slots.forEach((name, all) -> {
      List<String> values = requireNonNull(variants.get(name));
      boolean partial = values.size() < union.variants().size();
      properties.add(new Property(
          name,
          all,
          values,
          !partial && all.stream().allMatch(Slot::required),
          partial
              ? "Only for " + union.discriminator() + " " + String.join(", ", values) + "."
              : null));
    });
    return properties;
  }

  /** Writes one; null when it would open a type once too often, or hold nothing. */
  private @Nullable Schema write(Slot slot, @Nullable String description, String path) {
    if (++parts > MAX_PARTS) {
      if (parts == MAX_PARTS + 1) {
        problems.add(new Problem(
            path,
            "Its declaration would have more than " + MAX_PARTS + " parts.",
            "Ask for less: take fewer types that hold each other."));
      }
      return null;
    }
    Schema.@Nullable Builder schema = write(slot.type(), slot.constraints(), path);
    return schema == null
        ? null
        : schema
            .description(description)
            .nullable(slot.nullable() ? Boolean.TRUE : null)
            .build();
  }

  private Schema.@Nullable Builder write(ValueType type, Constraints constraints, String path) {
    if (type instanceof Scalar scalar) {
      return scalar(scalar, constraints);
    }
    if (type instanceof EnumType enumeration) {
      return choice(enumeration.wireNames());
    }
    if (type instanceof ListType list) {
      Slot element = list.element();
      Schema items = write(element, description(element), path + "[]");
      return items == null ? null : array(items, constraints);
    }
    if (type instanceof MapType map) {
      Slot key = Slot.of("", map.key()).withConstraints(map.keyConstraints());
      Schema keys = write(key, description(key), path + "{key}");
      Slot value = map.value();
      Schema values = write(value, description(value), path + "{}");
      if (keys == null || values == null) {
        return null;
      }
      Map<String, Schema> entry = new LinkedHashMap<>();
      entry.put("key", keys);
      entry.put("value", values);
      return array(object(entry, List.copyOf(entry.keySet())).build(), constraints);
    }
    if (type instanceof OptionalType optional) {
      return write(optional.inner(), constraints, path);
    }
    return opened(type, path);
  }

  private Schema.@Nullable Builder opened(ValueType type, String path) {
    int before = open.getOrDefault(type, 0);
    if (before == MAX_REPEATS) {
      return null;
    }
    open.put(type, before + 1);
    try {
      if (type instanceof UnionType union) {
        return union(union, path);
      }
      ObjectType object = (ObjectType) type;
      // Nothing is known of what the compiler could not see; this is not what is sent.
      return object.isDefined()
          ? object(object.properties().stream().map(Property::of).toList(), path)
          : Schema.builder().type(SchemaType.OBJECT);
    } finally {
      open.put(type, before);
    }
  }

  private Schema.@Nullable Builder union(UnionType union, String path) {
    Map<String, Schema> properties = new LinkedHashMap<>();
    List<String> values =
        union.variants().stream().map(UnionType.Variant::value).toList();
    properties.put(union.discriminator(), choice(values).build());
    List<String> required = new ArrayList<>(List.of(union.discriminator()));
    addAll(properties(union), properties, required, path);
    return object(properties, required);
  }

  private Schema.@Nullable Builder object(List<Property> slots, String path) {
    Map<String, Schema> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    addAll(slots, properties, required, path);
    return properties.isEmpty() && problems.isEmpty() ? null : object(properties, required);
  }

  private void addAll(
      List<Property> slots, Map<String, Schema> properties, List<String> required, String path) {
    for (Property property : slots) {
      Slot slot = property.slot();
      String inside = path + "." + property.name();
      Schema schema = write(slot, property.description(), inside);
      if (schema != null) {
        properties.put(property.name(), schema);
        if (property.required()) {
          required.add(property.name());
        }
      } else if (property.required() && !isCollection(slot.type()) && problems.isEmpty()) {
        endless(inside);
      }
    }
  }

  private static Schema.Builder object(Map<String, Schema> properties, List<String> required) {
    return Schema.builder()
        .type(SchemaType.OBJECT)
        .properties(properties)
        .required(required.isEmpty() ? null : required)
        .propertyOrdering(List.copyOf(properties.keySet()));
  }

  private static Schema.Builder array(Schema items, Constraints constraints) {
    return Schema.builder()
        .type(SchemaType.ARRAY)
        .items(items)
        .minItems(asLong(constraints.minSize()))
        .maxItems(asLong(constraints.maxSize()));
  }

  private static Schema.Builder choice(List<String> values) {
    return Schema.builder().type(SchemaType.STRING).format("enum").enumValues(values);
  }

  private static Schema.Builder scalar(Scalar scalar, Constraints constraints) {
    Schema.Builder schema = constraints.allowed().isEmpty()
        ? Schema.builder().type(scalar.schemaType()).format(scalar.format())
        : choice(constraints.allowed());
    Double min = lower(constraints.min());
    Double max = upper(constraints.max());
    if (scalar == Scalar.BYTE || scalar == Scalar.SHORT) {
      min = min == null ? least(scalar) : min;
      max = max == null ? -least(scalar) - 1 : max;
    }
    Integer minSize = scalar == Scalar.CHAR ? Integer.valueOf(1) : constraints.minSize();
    Integer maxSize = scalar == Scalar.CHAR ? Integer.valueOf(1) : constraints.maxSize();
    return schema
        .minimum(min)
        .maximum(max)
        .minLength(asLong(minSize))
        .maxLength(asLong(maxSize))
        .pattern(constraints.pattern());
  }

  private static double least(Scalar scalar) {
    return scalar == Scalar.BYTE ? Byte.MIN_VALUE : Short.MIN_VALUE;
  }

  /** The greatest double, as it is written, that excludes nothing; null when there is none. */
  private static @Nullable Double lower(@Nullable BigDecimal bound) {
    if (bound == null) {
      return null;
    }
    double nearest = Math.min(bound.doubleValue(), Double.MAX_VALUE);
    return finite(isMore(nearest, bound) ? Math.nextDown(nearest) : nearest);
  }

  /** The least double, as it is written, that excludes nothing; null when there is none. */
  private static @Nullable Double upper(@Nullable BigDecimal bound) {
    if (bound == null) {
      return null;
    }
    double nearest = Math.max(bound.doubleValue(), -Double.MAX_VALUE);
    return finite(isMore(-nearest, bound.negate()) ? Math.nextUp(nearest) : nearest);
  }

  private static boolean isMore(double nearest, BigDecimal bound) {
    return Double.isFinite(nearest) && BigDecimal.valueOf(nearest).compareTo(bound) > 0;
  }

  private static @Nullable Double finite(double bound) {
    return Double.isFinite(bound) ? bound : null;
  }

  private static @Nullable Long asLong(@Nullable Integer size) {
    return size == null ? null : size.longValue();
  }

  private static boolean isCollection(ValueType type) {
    return type instanceof ListType || type instanceof MapType;
  }

  private void endless(String path) {
    problems.add(new Problem(
        path,
        "It holds itself, and there is no way to end it.",
        "Make what holds it @Nullable, an Optional or a list, and leave something else to give."));
  }

  private static @Nullable String description(Slot slot) {
    List<String> texts = new ArrayList<>();
    addText(texts, slot.description());
    ValueType type = slot.type() instanceof OptionalType optional ? optional.inner() : slot.type();
    if (type instanceof Scalar scalar) {
      addText(texts, scalar.hint());
    }
    String defaultValue = slot.defaultValue();
    if (defaultValue != null) {
      texts.add("Default: " + (defaultValue.isEmpty() ? "\"\"" : defaultValue) + ".");
    }
    return sentences(texts);
  }

  /** Parts them by periods; what stands alone stays as it is. */
  private static @Nullable String sentences(List<String> texts) {
    if (texts.size() < 2) {
      return texts.isEmpty() ? null : texts.get(0);
    }
    StringBuilder all = new StringBuilder();
    for (String text : texts) {
      if (!all.isEmpty()) {
        all.append(' ');
      }
      all.append(text.strip());
      if (".!?…:;".indexOf(all.charAt(all.length() - 1)) < 0) {
        all.append('.');
      }
    }
    return all.toString();
  }
}
