package io.github.geminilive.tools.internal.reflect;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import io.github.geminilive.tools.ToolRegistrationException;
import io.github.geminilive.tools.internal.mapping.Backing.JsonValueSource;
import io.github.geminilive.tools.internal.mapping.Marks;
import io.github.geminilive.tools.internal.mapping.MemberView;
import io.github.geminilive.tools.internal.mapping.TypeMapper;
import io.github.geminilive.tools.internal.mapping.TypeView;
import io.github.geminilive.tools.internal.result.Writers;
import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ObjectWriter;
import io.github.geminilive.tools.model.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds by reflection how classes are written, once for each class. What is found is kept with the
 * class itself, and only as long as this object is in use: neither keeps the other's class loader.
 */
public final class ReflectWriters implements Writers {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.tools");

  private final ClassValue<Optional<ObjectWriter>> writers =
      found(type -> new TypeMapper(new ReflectBacking()).writer(ReflectViews.of(type)));
  private final ClassValue<Optional<EnumType>> enums = found(ReflectWriters::enumType);

  /** Knows no class yet. */
  public ReflectWriters() {}

  @Override
  public @Nullable ObjectWriter writer(Class<?> type) {
    return writers.get(type).orElse(null);
  }

  @Override
  public @Nullable EnumType enumeration(Class<?> type) {
    return enums.get(type).orElse(null);
  }

  private static Optional<EnumType> enumType(Class<?> type) {
    if (!type.isEnum()) {
      return Optional.empty();
    }
    try {
      ValueType mapped = new TypeMapper(new ReflectBacking()).type(ReflectViews.of(type));
      return mapped instanceof EnumType found ? Optional.of(found) : Optional.empty();
    } catch (ToolRegistrationException e) {
      // What cannot be an argument, as it is not public for instance, may well be a result.
      return Optional.of(asAnnotated(ReflectViews.of(type)));
    }
  }

  private static EnumType asAnnotated(TypeView type) {
    JsonValueSource value = Stream.concat(
            type.methods().stream()
                .filter(method -> isValue(method.marks()))
                .map(method -> new JsonValueSource(method.name(), true)),
            type.fields().stream()
                .filter(field -> isValue(field.marks()))
                .map(field -> new JsonValueSource(requireNonNull(field.name()), false)))
        .findFirst()
        .orElse(null);
    List<String> names = type.constants().stream().map(ReflectWriters::wireName).toList();
    return new ReflectBacking().enumeration(type, value == null ? names : null, value);
  }

  private static boolean isValue(Marks marks) {
    return marks
        .find(JsonValue.class.getName())
        .filter(mark -> mark.get("value", Boolean.class))
        .isPresent();
  }

  private static String wireName(MemberView constant) {
    return constant
        .marks()
        .find(JsonProperty.class.getName())
        .map(mark -> mark.get("value", String.class))
        .filter(name -> !name.isEmpty())
        .orElseGet(() -> requireNonNull(constant.name()));
  }

  // Static, so that what a class keeps does not refer to this object.
  private static <T> ClassValue<Optional<T>> found(Function<Class<?>, Optional<T>> finder) {
    return new ClassValue<>() {
      @Override
      protected Optional<T> computeValue(Class<?> type) {
        try {
          return finder.apply(type);
        } catch (RuntimeException | LinkageError e) {
          LOG.warn("Objects of {} cannot be written as results: {}", type.getName(), e.toString());
          LOG.debug("Objects of {} cannot be written as results", type.getName(), e);
          return Optional.empty();
        }
      }
    };
  }
}
