package io.github.geminilive.internal.tool;

import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.ToolSet;
import io.github.geminilive.internal.codec.ClientMessageEncoder;
import io.github.geminilive.internal.concurrent.Timers;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Tool;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A tool set in the hands of a test: without a session. */
public final class DirectCall {

  /** What an answer may be large when nobody says otherwise, in bytes of UTF-8. */
  private static final int RESULT_LIMIT = 256 * 1024;

  private static final String KEY = "direct";

  private DirectCall() {}

  /** See {@link ToolSet#invoke(String, String, Object...)}. */
  public static Json invoke(ToolSet toolSet, String name, String argsJson, List<Object> attached) {
    Json args = Json.parse(argsJson);
    if (!args.isObject()) {
      throw new IllegalArgumentException("argsJson must be a JSON object: " + argsJson);
    }
    FunctionCall call = FunctionCall.builder(name).args(args).build();
    CompletableFuture<Json> answer = new CompletableFuture<>();
    CompletableFuture<Void> returned = new CompletableFuture<>();
    Timers timers = (task, delay, unit) -> returned
        .thenRunAsync(() -> {}, CompletableFuture.delayedExecutor(delay, unit))
        .thenRun(task);
    ToolRunner.Settings settings =
        new ToolRunner.Settings(new FirstHere(), timers, System::nanoTime, false, RESULT_LIMIT, 0);
    ToolRunner runner =
        new ToolRunner(new Alone(answer, new Attachments(attached)), List.of(toolSet), settings);
    runner.register(KEY);
    runner.run(List.of(new ToolRunner.Incoming(KEY, call, null, true, true, true)));
    returned.complete(null);
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "the thread was interrupted while it waited for the answer of " + name, e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the answer of " + name + " got lost", e);
    } finally {
      runner.close();
    }
  }

  /** See {@link ToolSet#declarationsJson()}. */
  public static String declarations(ToolSet toolSet) {
    return indented(ClientMessageEncoder.encodeRecord(Tool.functions(toolSet.declarations())));
  }

  /** Compact JSON, spread over lines. */
  private static String indented(String json) {
    StringBuilder out = new StringBuilder();
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (quoted) {
        out.append(c);
        if (c == '\\') {
          out.append(json.charAt(++i));
        }
        quoted = c != '"';
        continue;
      }
      boolean empty = i > 0 && (json.charAt(i - 1) == '{' || json.charAt(i - 1) == '[');
      switch (c) {
        case '"' -> {
          quoted = true;
          out.append(c);
        }
        case '{', '[' -> {
          out.append(c);
          depth++;
          char next = json.charAt(i + 1);
          if (next != '}' && next != ']') {
            newLine(out, depth);
          }
        }
        case '}', ']' -> {
          depth--;
          if (!empty) {
            newLine(out, depth);
          }
          out.append(c);
        }
        case ',' -> {
          out.append(c);
          newLine(out, depth);
        }
        case ':' -> out.append(": ");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  private static void newLine(StringBuilder out, int depth) {
    out.append('\n').append("  ".repeat(depth));
  }

  /** Runs the function on the thread that called it, and what it does later elsewhere. */
  private static final class FirstHere implements Executor {
    private final AtomicBoolean begun = new AtomicBoolean();

    @Override
    public void execute(Runnable task) {
      if (begun.compareAndSet(false, true)) {
        task.run();
        return;
      }
      Thread thread = new Thread(task, "live-tool-direct");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** There is no session. */
  private record Alone(CompletableFuture<Json> answer, Attachments attachments)
      implements ToolRunner.Host {

    @Override
    public LiveSession session() {
      throw new IllegalStateException(
          "there is no session: the tool was called without one, by ToolSet.invoke(name,"
              + " argsJson)");
    }

    @Override
    public <T> Optional<T> attachment(Class<T> type) {
      return attachments.latest(type);
    }

    @Override
    public @Nullable CompletionStage<Void> answer(Supplier<List<ToolRunner.Answer>> decide) {
      List<ToolRunner.Answer> answers = decide.get();
      if (answers.isEmpty()) {
        return null;
      }
      answer.complete(answers.get(0).result().response());
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> whenHeard(LiveTurn turn) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void tell(LiveEvent event) {
      // The answer says it; the log has the rest.
    }
  }
}
