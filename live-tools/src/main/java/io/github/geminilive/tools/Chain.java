package io.github.geminilive.tools;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.ToolContext;
import io.github.geminilive.ToolResult;
import io.github.geminilive.tools.internal.run.Stages;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One call's way through the interceptors to the tool. */
final class Chain {

  private final List<ToolInterceptor> interceptors;
  private final Tool tool;
  private final ToolContext context;

  Chain(List<ToolInterceptor> interceptors, Tool tool, ToolContext context) {
    this.interceptors = interceptors;
    this.tool = tool;
    this.context = context;
  }

  /** Makes the call on this thread, which may block. */
  CompletionStage<ToolResult> start(ToolInvocation call) {
    return here(0, call);
  }

  /** A thread that runs part of the way, and may block as long as it does. */
  private static final class Worker {
    volatile @Nullable Thread thread = Thread.currentThread();
  }

  private CompletionStage<ToolResult> here(int index, ToolInvocation call) {
    Worker worker = new Worker();
    try {
      return step(index, call, worker);
    } finally {
      worker.thread = null;
    }
  }

  private CompletionStage<ToolResult> proceed(int index, ToolInvocation call, Worker worker) {
    try {
      requireNonNull(call, "call");
      // Whoever completed a stage is not meant to wait for what comes, nor to be interrupted.
      return Thread.currentThread() == worker.thread
          ? step(index, call, worker)
          : Stages.then(context.supply(() -> here(index, call)), Function.identity());
    } catch (Throwable e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletionStage<ToolResult> step(int index, ToolInvocation call, Worker worker) {
    if (context.isCancelled()) {
      return CompletableFuture.failedFuture(
          new CancellationException("the call was cancelled before the tool ran"));
    }
    try {
      return index < interceptors.size()
          ? intercept(interceptors.get(index), index, call, worker)
          : stage(tool.run(call.arguments(), context));
    } catch (Throwable e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletionStage<ToolResult> intercept(
      ToolInterceptor interceptor, int index, ToolInvocation call, Worker worker) throws Exception {
    CompletionStage<ToolResult> stage =
        interceptor.intercept(call, changed -> proceed(index + 1, changed, worker));
    if (stage == null) {
      throw new IllegalStateException(culprit(interceptor) + " returned null; return a stage");
    }
    return Stages.then(stage, result -> {
      if (result == null) {
        throw new IllegalStateException(culprit(interceptor) + " gave null instead of a result");
      }
      return CompletableFuture.completedFuture(result);
    });
  }

  private String culprit(ToolInterceptor interceptor) {
    return "an interceptor of the tool \""
        + tool.name()
        + "\" ("
        + interceptor.getClass().getName()
        + ")";
  }

  /** What {@link Tool#run} gives is a result or a stage of one. */
  @SuppressWarnings("unchecked")
  private static CompletionStage<ToolResult> stage(Object outcome) {
    return outcome instanceof ToolResult result
        ? CompletableFuture.completedFuture(result)
        : (CompletionStage<ToolResult>) outcome;
  }
}
