package io.github.geminilive.internal.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.ToolFunction;
import io.github.geminilive.ToolPolicy;
import io.github.geminilive.ToolSet;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.FunctionDeclaration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is decided about calls, and when. */
class ToolRunnerTest {

  /** A session whose lock is busy just when an answer is to be decided. */
  private static final class BusyHost implements ToolRunner.Host {
    final List<ToolRunner.Answer> answers = new ArrayList<>();
    final List<LiveEvent> told = new ArrayList<>();
    Runnable before = () -> {};

    @Override
    public @Nullable CompletionStage<Void> answer(Supplier<List<ToolRunner.Answer>> decide) {
      before.run();
      List<ToolRunner.Answer> decided = decide.get();
      answers.addAll(decided);
      return decided.isEmpty() ? null : CompletableFuture.completedFuture(null);
    }

    @Override
    public LiveSession session() {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> whenHeard(LiveTurn turn) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void tell(LiveEvent event) {
      told.add(event);
    }
  }

  private final BusyHost host = new BusyHost();
  private final List<Runnable> timers = new ArrayList<>();

  private ToolRunner runner(ToolFunction function) {
    return runner(ToolSet.of(FunctionDeclaration.builder("look", "looks").build(), function));
  }

  private ToolRunner runner(ToolSet tools) {
    return new ToolRunner(
        host,
        List.of(tools),
        new ToolRunner.Settings(
            Runnable::run,
            (task, delay, unit) -> {
              timers.add(task);
              return new CompletableFuture<Void>();
            },
            System::nanoTime,
            true,
            1_000,
            0));
  }

  private static void call(ToolRunner runner, String id, boolean blocking) {
    runner.register(id);
    FunctionCall call = FunctionCall.builder("look").id(id).build();
    runner.run(List.of(new ToolRunner.Incoming(id, call, null, blocking, true, true)));
  }

  @Test
  void aCallIsAnsweredWhenTheSessionTakesTheAnswerAndNotBefore() {
    ToolRunner runner = runner((args, context) -> "x");
    host.before = () -> runner.cancel(List.of("c1")).run();

    call(runner, "c1", true);

    assertThat(host.answers).isEmpty();
  }

  @Test
  void anItemOfACallThatIsCancelledMeanwhileIsNotSent() {
    ToolRunner runner = runner((args, context) -> Stream.of("a", "b"));
    host.before = () -> runner.cancel(List.of("c1")).run();

    call(runner, "c1", false);

    assertThat(host.answers).isEmpty();
  }

  @Test
  void whatIsTakenIsAnsweredWhateverComesLater() {
    ToolRunner runner = runner((args, context) -> "x");
    call(runner, "c1", true);

    runner.cancel(List.of("c1")).run();

    assertThat(host.answers).hasSize(1);
    assertThat(runner.register("c1")).isFalse();
  }

  @Test
  void aCallAtWorkIsRememberedHoweverManyCome() {
    CompletableFuture<Object> result = new CompletableFuture<>();
    ToolRunner runner = runner((args, context) -> result);
    call(runner, "first", true);
    for (int i = 0; i < 3_000; i++) {
      runner.register("by hand " + i);
    }

    assertThat(runner.register("first")).isFalse();
    assertThat(runner.register("by hand 0")).isTrue();
    assertThat(runner.register("by hand 2999")).isFalse();
    result.complete("x");
    assertThat(host.answers).hasSize(1);
  }

  @Test
  void aDroppedAnswerIsToldOnce() {
    CompletableFuture<Object> result = new CompletableFuture<>();
    FunctionDeclaration look = FunctionDeclaration.builder("look", "looks").build();
    ToolPolicy runsOn = ToolPolicy.DEFAULT.cancellation(ToolPolicy.Cancellation.RUN_ON);
    ToolRunner runner =
        runner(ToolSet.builder().add(look, runsOn, (args, context) -> result).build());
    call(runner, "c1", true);
    runner.cancel(List.of("c1")).run();

    List.copyOf(timers).forEach(Runnable::run);
    result.complete("x");

    assertThat(host.told).hasSize(1);
    assertThat(host.answers).isEmpty();
  }

  @Test
  void anItemThatCannotBeSentIsTheEndOfTheCall() {
    ToolRunner runner = runner((args, context) -> (Flow.Publisher<String>) to -> {
      to.onSubscribe(new Flow.Subscription() {
        @Override
        public void request(long n) {
          try {
            to.onNext("item");
          } catch (RuntimeException e) {
            // As on a thread of its own, where nobody hears of it.
          }
        }

        @Override
        public void cancel() {}
      });
    });
    host.before = () -> {
      host.before = () -> {};
      throw new IllegalStateException("not now");
    };

    call(runner, "c1", false);

    assertThat(host.answers)
        .extracting(answer -> answer.result().status())
        .containsExactly("tool_error");
  }
}
