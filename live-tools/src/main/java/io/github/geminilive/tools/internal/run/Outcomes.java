package io.github.geminilive.tools.internal.run;

import io.github.geminilive.ToolContext;
import io.github.geminilive.ToolResult;
import io.github.geminilive.tools.internal.result.ResultWriter;
import io.github.geminilive.tools.internal.result.UnwritableResultException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.stream.BaseStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes results of what one tool returns. */
final class Outcomes {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.tools");

  // A stage that completes with itself would be waited for without end.
  private static final int MAX_NESTING = 16;

  private final String tool;
  private final ResultWriter writer;
  private final boolean nullIsDone;

  /**
   * For one tool.
   *
   * @param tool its name
   * @param writer writes what is no JSON by itself
   * @param nullIsDone whether the tool has nothing to say by its nature: null means {@code ok}
   */
  Outcomes(String tool, ResultWriter writer, boolean nullIsDone) {
    this.tool = tool;
    this.writer = writer;
    this.nullIsDone = nullIsDone;
  }

  /**
   * What to answer.
   *
   * @param value what the tool returned
   * @param context the call; when it is cancelled, so is a stage the tool returned
   * @return a {@link ToolResult}, or a {@link CompletableFuture} of one
   */
  Object of(@Nullable Object value, ToolContext context) {
    return of(value, context, 0);
  }

  private Object of(@Nullable Object returned, ToolContext context, int depth) {
    Object value = returned;
    while (value instanceof Optional<?> optional) {
      value = optional.orElse(null);
    }
    if (value == null) {
      return nullIsDone ? ToolResult.done() : ToolResult.of(null);
    }
    if (value instanceof ToolResult result) {
      return result;
    }
    if (value instanceof CompletionStage<?> stage) {
      return depth < MAX_NESTING
          ? await(stage, context, depth + 1)
          : bad("stages within stages, nested more than " + MAX_NESTING + " times", null);
    }
    if (value instanceof Flow.Publisher<?> publisher) {
      return ToolResult.of(new MappedPublisher<>(publisher, this::item));
    }
    if (value instanceof Stream<?> stream) {
      return ToolResult.of(stream.map(this::item));
    }
    if (value instanceof BaseStream) {
      return ToolResult.of(value);
    }
    try {
      return ToolResult.of(writer.write(value));
    } catch (UnwritableResultException | IllegalArgumentException e) {
      return bad("a " + value.getClass().getName() + " that cannot be written", e);
    }
  }

  private ToolResult bad(String what, @Nullable Exception why) {
    LOG.warn("Tool {} returned {}", tool, what);
    if (why != null && LOG.isDebugEnabled()) {
      LOG.debug("Tool {} returned {}: {}", tool, what, Traces.of(why));
    }
    return ToolResult.error("bad_result", "The tool failed.", false);
  }

  /** One item of a stream, as plain JSON values; what has no such form is left to the session. */
  private Object item(Object item) {
    if (item instanceof ToolResult) {
      return item;
    }
    try {
      Object plain = writer.write(item);
      // Items are never null in Reactive Streams, but an empty Optional is an item.
      return plain == null ? ToolResult.of(null) : plain;
    } catch (UnwritableResultException e) {
      // The session finds no JSON in it either, and ends the stream with that.
      if (LOG.isDebugEnabled()) {
        LOG.debug("Tool {} streamed what cannot be written: {}", tool, Traces.of(e));
      }
      return item;
    }
  }

  private Object await(CompletionStage<?> stage, ToolContext context, int depth) {
    CompletableFuture<ToolResult> result =
        Stages.then(stage, value -> stage(of(value, context, depth)));
    Stages.cancelWith(context, stage);
    return result;
  }

  /** What {@link #of} gives is a result or a future of one. */
  @SuppressWarnings("unchecked")
  private static CompletionStage<ToolResult> stage(Object outcome) {
    return outcome instanceof ToolResult result
        ? CompletableFuture.completedFuture(result)
        : (CompletableFuture<ToolResult>) outcome;
  }
}
