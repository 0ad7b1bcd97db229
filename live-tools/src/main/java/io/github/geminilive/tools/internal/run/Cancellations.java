package io.github.geminilive.tools.internal.run;

import io.github.geminilive.ToolContext;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands a call's cancellation on to the application's stages. */
public final class Cancellations {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.tools");

  private Cancellations() {}

  /** Cancels a stage, where it can be cancelled, when the call is. */
  public static void cancelWith(ToolContext context, CompletionStage<?> stage) {
    context.cancelled().thenRun(() -> {
      try {
        stage.toCompletableFuture().cancel(true);
      } catch (RuntimeException e) {
        // Not every stage can be cancelled; its result is dropped in any case.
        LOG.debug("A stage of tool {} cannot be cancelled", context.call().name(), e);
      }
    });
  }
}
