package io.github.geminilive.tools.internal.result;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Writes results as plain trees: maps, lists, text, numbers, truth values, null and {@link
 * io.github.geminilive.protocol.Json}.
 *
 * <ul>
 *   <li>{@code java.time} as ISO-8601 text, a {@code Year} as number, {@code java.util.Date} as the
 *       point in time it is; zones, locales, currencies, UUIDs, URIs and paths as their text.
 *   <li>An enum as its wire name; bytes as base64; a character as text.
 *   <li>An {@code Optional} as what it holds; null and the empty one as null.
 *   <li>Arrays and anything iterable, other than records, as a list; a map as an object, its keys
 *       as text; a single entry as an object of {@code key} and {@code value}.
 *   <li>A Jackson tree as the JSON it is; atomic values as what they hold.
 *   <li>Records and beans as their {@link Writers} say; any other class of the application as
 *       Jackson writes it, with dates, {@code Optional} and {@code Json} in it by these rules.
 * </ul>
 *
 * <p>What is alive (streams, futures, threads), what is no data (classes, exceptions, most of the
 * JDK's other classes), and what contains itself, is refused. Safe for any thread.
 */
public final class ResultWriter {

  /** Most levels of a result. */
  static final int MAX_DEPTH = 400;

  /** Most values in a result; some collections have no end. */
  static final int MAX_VALUES = 1_000_000;

  private final Writers writers;

  // Made when first needed, and not shared: Jackson remembers the classes it has seen.
  private @Nullable JacksonForm jackson;

  /**
   * A writer.
   *
   * @param writers how the application's classes are written
   */
  public ResultWriter(Writers writers) {
    this.writers = requireNonNull(writers, "writers");
  }

  /**
   * Writes a result.
   *
   * @param result what a tool returned; no stream, no future
   * @return what {@link io.github.geminilive.ToolResult#of} takes; null for null and an empty
   *     {@code Optional}
   * @throws UnwritableResultException if it has no JSON form, or code of its own threw; the message
   *     says where in the result
   */
  public @Nullable Object write(@Nullable Object result) {
    return new Writing(this).write(result);
  }

  Writers writers() {
    return writers;
  }

  synchronized JacksonForm jackson() {
    JacksonForm form = jackson;
    if (form == null) {
      form = new JacksonForm(this);
      jackson = form;
    }
    return form;
  }
}
