package io.github.geminilive.tools.internal.reflect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.geminilive.tools.ToolRegistrationException;
import io.github.geminilive.tools.internal.mapping.TypeMapper;
import io.github.geminilive.tools.internal.result.Writers;
import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ObjectWriter;
import io.github.geminilive.tools.model.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
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
      return asJacksonWrites(type);
    }
  }

  private static Optional<EnumType> asJacksonWrites(Class<?> type) {
    JsonMapper jackson = new JsonMapper();
    List<Object> constants = List.of(type.getEnumConstants());
    List<JsonNode> written =
        constants.stream().<JsonNode>map(jackson::valueToTree).toList();
    return written.stream().allMatch(JsonNode::isValueNode)
        ? Optional.of(new EnumType(
            constants,
            written.stream().map(JsonNode::asText).toList(),
            constants.stream().map(constant -> ((Enum<?>) constant).name()).toList()))
        : Optional.empty();
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
