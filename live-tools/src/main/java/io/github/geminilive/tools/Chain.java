package io.github.geminilive.tools;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.ToolContext;
import io.github.geminilive.ToolResult;
import io.github.geminilive.tools.internal.reflect.ReflectWriters;
import io.github.geminilive.tools.internal.result.ResultWriter;
import io.github.geminilive.tools.internal.run.Outcomes;
import io.github.geminilive.tools.internal.run.Stages;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call's way through the interceptors to the tool. */
final class Chain {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.tools");

  private static final ResultWriter WRITER = new ResultWriter(new ReflectWriters());

  private final List<ToolInterceptor> interceptors;
  private final Tool tool;
  private final ToolContext context;
  private final Outcomes outcomes;

  Chain(List<ToolInterceptor> interceptors, Tool tool, ToolContext context) {
    this.interceptors = interceptors;
    this.tool = tool;
    this.context = context;
    // Interceptors answer with whatever values they like, too.
    this.outcomes = new Outcomes(tool.name(), WRITER, false);
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
    Handed handed = new Handed();
    CompletionStage<ToolResult> stage;
    try {
      stage =
          interceptor.intercept(call, changed -> handed.keep(proceed(index + 1, changed, worker)));
      if (stage == null) {
        throw new IllegalStateException(culprit(interceptor) + " returned null; return a stage");
      }
    } catch (Throwable e) {
      handed.close();
      throw e;
    }
    CompletableFuture<ToolResult> checked = Stages.then(stage, result -> {
      if (result == null) {
        throw new IllegalStateException(culprit(interceptor) + " gave null instead of a result");
      }
      return CompletableFuture.completedFuture(outcomes.written(result));
    });
    checked.whenComplete((result, failure) -> {
      if (result == null || !result.isStream()) {
        handed.close();
      }
    });
    return checked;
  }

  /** What an interceptor was handed, and may have put aside: streams must be closed. */
  private final class Handed {
    private final Queue<BaseStream<?, ?>> streams = new ConcurrentLinkedQueue<>();
    private volatile boolean unwanted;

    CompletionStage<ToolResult> keep(CompletionStage<ToolResult> stage) {
      return Stages.then(stage, result -> {
        if (result.isStream() && result.items() instanceof BaseStream<?, ?> items) {
          streams.add(items);
          if (unwanted) {
            close();
          }
        }
        return CompletableFuture.completedFuture(result);
      });
    }

    void close() {
      unwanted = true;
      for (BaseStream<?, ?> stream; (stream = streams.poll()) != null; ) {
        try {
          stream.close();
        } catch (Throwable e) {
          LOG.warn(
              "A stream of tool {} cannot be closed: {}",
              tool.name(),
              e.getClass().getName());
        }
      }
    }
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
