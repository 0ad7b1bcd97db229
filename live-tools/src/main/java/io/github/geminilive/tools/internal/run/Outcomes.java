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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes results of what one tool returns. */
public final class Outcomes {

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
  public Outcomes(String tool, ResultWriter writer, boolean nullIsDone) {
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
    if (value instanceof CompletionStage<?> stage) {
      return depth < MAX_NESTING
          ? await(stage, context, depth + 1)
          : bad(
              "stages within stages",
              new IllegalStateException(
                  "stages within stages, nested more than " + MAX_NESTING + " times"));
    }
    if (value instanceof ToolResult
        || value instanceof Flow.Publisher
        || value instanceof BaseStream) {
      return written(ToolResult.of(value));
    }
    try {
      return ToolResult.of(writer.write(value));
    } catch (UnwritableResultException | IllegalArgumentException e) {
      return bad("a " + value.getClass().getName() + " that cannot be written", e);
    }
  }

  /** A result whose value, or whose items when they come, are written. */
  public ToolResult written(ToolResult result) {
    try {
      return result.write(writer::write);
    } catch (UnwritableResultException | IllegalArgumentException e) {
      return bad("a result that cannot be written", e);
    }
  }

  private ToolResult bad(String what, RuntimeException why) {
    LOG.warn("Tool {} returned {}", tool, what);
    return ToolResult.error("bad_result", "The tool failed.", false).cause(why);
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
