package io.github.geminilive.tools.contract;

import io.github.geminilive.CancellationToken;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.ToolContext;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.tools.Attached;
import io.github.geminilive.tools.CallId;
import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.LiveTool.Behavior;
import io.github.geminilive.tools.LiveTool.Scheduling;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tools that take what the model does not give. */
public final class Injected {

  /** What the application attaches to a session. */
  public record User(String name) {}

  /** What nobody attaches. */
  public record Basket(int items) {}

  final CountDownLatch running = new CountDownLatch(1);
  final CountDownLatch interrupted = new CountDownLatch(1);

  @LiveTool(description = "All that the library gives.")
  public String everything(
      ToolContext context,
      String before,
      CancellationToken token,
      LiveSession session,
      LiveTurn turn,
      FunctionCall call,
      CallId id,
      int after) {
    boolean same = context.session() == session
        && context.turn() == turn
        && context.call().equals(call)
        && !token.isCancelled();
    return before + after + " " + same + " " + call.name() + " " + id.value();
  }

  @LiveTool(description = "What it gives without a session.")
  public String alone(ToolContext context, CancellationToken token, FunctionCall call, CallId id) {
    return call.name() + " " + id.value() + " " + token.isCancelled() + context.isCancelled();
  }

  @LiveTool(description = "The session alone.")
  public String session(LiveSession session) {
    return session.toString();
  }

  @LiveTool(description = "What is attached.")
  public String attached(@Attached User user) {
    return user.name();
  }

  @LiveTool(description = "What may be attached.")
  public String perhaps(
      @Attached Optional<User> user, @Attached @Nullable Basket basket, String word) {
    return user.map(User::name).orElse("nobody") + " " + basket + " " + word;
  }

  @LiveTool(description = "What is not attached.")
  public String missing(@Attached Basket basket) {
    return "" + basket.items();
  }

  @LiveTool(description = "Waits.", behavior = Behavior.NON_BLOCKING)
  public String waits(CancellationToken token) {
    running.countDown();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      if (token.isCancelled()) {
        interrupted.countDown();
      }
    }
    return "late";
  }

  boolean wasInterrupted() throws InterruptedException {
    return interrupted.await(30, TimeUnit.SECONDS);
  }

  @LiveTool(description = "Counts.", behavior = Behavior.NON_BLOCKING)
  public Stream<Integer> counts(int to) {
    return Stream.iterate(1, i -> i <= to, i -> i + 1);
  }

  @LiveTool(
      description = "Tells at once.",
      behavior = Behavior.NON_BLOCKING,
      scheduling = Scheduling.INTERRUPT)
  public String urgent(int number) {
    return "urgent " + number;
  }

  @LiveTool(description = "Is not talked about.", silent = true)
  public void note(int number) {
    if (number < 0) {
      throw new IllegalStateException("secret");
    }
  }
}
