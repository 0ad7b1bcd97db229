package io.github.geminilive.tools.internal.reflect;

import io.github.geminilive.tools.internal.mapping.TypeMapper;
import io.github.geminilive.tools.internal.result.Writers;
import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ObjectWriter;
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
      found(type -> mapper().writer(ReflectViews.of(type)));
  private final ClassValue<Optional<EnumType>> enums = found(type ->
      type.isEnum() ? Optional.of(mapper().enumWriter(ReflectViews.of(type))) : Optional.empty());

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

  private static TypeMapper mapper() {
    return new TypeMapper(new ReflectBacking());
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
