package io.github.geminilive.tools.internal.run;

import io.github.geminilive.ToolContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done with stages, so that failures arrive as they were thrown. */
public final class Stages {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.tools");

  private Stages() {}

  /** What went wrong, without what stages wrap around it. */
  public static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Ends a future as a stage ends. */
  public static <T> void forward(CompletionStage<? extends T> from, CompletableFuture<T> to) {
    from.whenComplete((value, failure) -> {
      if (failure == null) {
        to.complete(value);
      } else {
        to.completeExceptionally(cause(failure));
      }
    });
  }

  /** Goes on with what a stage gives; a failure passes. */
  public static <T, R> CompletableFuture<R> then(
      CompletionStage<? extends T> stage,
      Function<? super T, ? extends CompletionStage<? extends R>> next) {
    CompletableFuture<R> result = new CompletableFuture<>();
    stage.whenComplete((value, failure) -> {
      if (failure != null) {
        result.completeExceptionally(cause(failure));
        return;
      }
      try {
        forward(next.apply(value), result);
      } catch (Throwable e) {
        result.completeExceptionally(e);
      }
    });
    return result;
  }

  /** Cancels a stage, where it can be cancelled, when the call is. */
  public static void cancelWith(ToolContext context, CompletionStage<?> stage) {
    context.cancelled().thenRun(() -> {
      try {
        stage.toCompletableFuture().cancel(true);
      } catch (RuntimeException e) {
        // Not every stage can be cancelled; its result is dropped in any case.
        LOG.debug(
            "A stage of tool {} cannot be cancelled: {}", context.call().name(), Traces.of(e));
      }
    });
  }
}
