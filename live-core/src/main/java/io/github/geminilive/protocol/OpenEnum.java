package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A wire enum that keeps values this version does not know: the service adds some every month.
 *
 * <p>Two are equal when they are of the same class and have the same {@link #value()}; compare with
 * {@code equals}, as a value nobody knew beforehand has no single instance.
 */
public abstract class OpenEnum {

  private final String value;

  OpenEnum(String value) {
    this.value = requireNonNull(value, "value");
  }

  /**
   * The word on the wire.
   *
   * @return exactly as received, or as the constant is spelled by the service
   */
  public final String value() {
    return value;
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return this == other
        || other != null
            && getClass() == other.getClass()
            && value.equals(((OpenEnum) other).value);
  }

  @Override
  public final int hashCode() {
    return value.hashCode();
  }

  /** Returns {@link #value()}. */
  @Override
  public final String toString() {
    return value;
  }

  /** The constants of one enum, so that reading a known word allocates nothing. */
  static final class Known<E extends OpenEnum> {

    private final Function<String, E> constructor;
    private final Map<String, E> byValue = new ConcurrentHashMap<>();
    private final List<E> inOrder = new CopyOnWriteArrayList<>();

    Known(Function<String, E> constructor) {
      this.constructor = constructor;
    }

    E add(String value) {
      E constant = constructor.apply(value);
      byValue.put(value, constant);
      inOrder.add(constant);
      return constant;
    }

    E of(String value) {
      E known = byValue.get(requireNonNull(value, "value"));
      return known != null ? known : constructor.apply(value);
    }

    List<E> all() {
      return List.copyOf(inOrder);
    }
  }
}
