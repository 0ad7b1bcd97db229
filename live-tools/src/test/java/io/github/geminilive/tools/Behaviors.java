package io.github.geminilive.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.CancellationToken;
import io.github.geminilive.ToolException;
import io.github.geminilive.ToolPolicy;
import io.github.geminilive.testkit.VirtualTime;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Tools that do what tools do. Those whose names end in {@code on} do not block the model. */
public final class Behaviors {

  final AtomicInteger running = new AtomicInteger();
  final AtomicInteger stubborn = new AtomicInteger();
  private final VirtualTime time;
  private final CountDownLatch end;
  private final Map<String, Boolean> ran = new ConcurrentHashMap<>();
  final Set<String> ranTwice = ConcurrentHashMap.newKeySet();

  Behaviors(VirtualTime time, CountDownLatch end) {
    this.time = time;
    this.end = end;
  }

  private void begin(String of) {
    if (ran.put(of, true) != null) {
      ranTwice.add(of);
    }
    running.incrementAndGet();
  }

  private void end() {
    running.decrementAndGet();
  }

  private String on(String of) {
    begin(of);
    try {
      return of;
    } finally {
      end();
    }
  }

  /** Answers at once. */
  @LiveTool(description = "Is quick.", behavior = LiveTool.Behavior.BLOCKING)
  public String quick(String of, int millis) {
    return on(of);
  }

  /** Answers at once. */
  @LiveTool(
      name = "quick_on",
      description = "Is quick.",
      behavior = LiveTool.Behavior.NON_BLOCKING,
      scheduling = LiveTool.Scheduling.INTERRUPT)
  public String quickOn(String of, int millis) {
    return on(of);
  }

  private CompletionStage<String> later(String of, int millis) {
    begin(of);
    end();
    CompletableFuture<String> answer = new CompletableFuture<>();
    time.schedule(() -> answer.complete(of), millis, TimeUnit.MILLISECONDS);
    return answer;
  }

  /** Answers after a while, without a thread; at times later than it may. */
  @LiveTool(description = "Is slow.", behavior = LiveTool.Behavior.BLOCKING)
  public CompletionStage<String> slow(String of, int millis) {
    return later(of, millis);
  }

  /** Answers after a while, without a thread; at times later than it may. */
  @LiveTool(name = "slow_on", description = "Is slow.", behavior = LiveTool.Behavior.NON_BLOCKING)
  public CompletionStage<String> slowOn(String of, int millis) {
    return later(of, millis);
  }

  private String hang(String of) throws InterruptedException {
    begin(of);
    try {
      end.await();
      return of;
    } finally {
      end();
    }
  }

  /** Ends when it is interrupted. */
  @LiveTool(description = "Hangs.", behavior = LiveTool.Behavior.BLOCKING)
  public String hangs(String of, int millis) throws InterruptedException {
    return hang(of);
  }

  /** Ends when it is interrupted. */
  @LiveTool(
      name = "hangs_on",
      description = "Hangs.",
      behavior = LiveTool.Behavior.NON_BLOCKING,
      timeoutMillis = 3_000)
  public String hangsOn(String of, int millis) throws InterruptedException {
    return hang(of);
  }

  /** Cannot be stopped. */
  @LiveTool(
      description = "Is stubborn.",
      behavior = LiveTool.Behavior.NON_BLOCKING,
      onCancel = ToolPolicy.Cancellation.RUN_ON,
      timeoutMillis = 5_000)
  public String stubborn(String of, int millis, CancellationToken cancelled)
      throws InterruptedException {
    stubborn.incrementAndGet();
    try {
      return hang(of);
    } finally {
      stubborn.decrementAndGet();
      assertThat(cancelled.isCancelled()).isFalse();
    }
  }

  /** Its stage never completes. */
  @LiveTool(description = "Never answers.", behavior = LiveTool.Behavior.BLOCKING)
  public CompletionStage<String> never(String of, int millis) {
    on(of);
    return new CompletableFuture<>();
  }

  /** Its stage never completes. */
  @LiveTool(
      name = "never_on",
      description = "Never answers.",
      behavior = LiveTool.Behavior.NON_BLOCKING)
  public CompletionStage<String> neverOn(String of, int millis) {
    return never(of, millis);
  }

  /** Fails. */
  @LiveTool(name = "throws_on", description = "Fails.", behavior = LiveTool.Behavior.NON_BLOCKING)
  public String throwsOn(String of, int millis) {
    on(of);
    throw new IllegalStateException("secret");
  }

  /** Fails with words for the model. */
  @LiveTool(description = "Fails.", behavior = LiveTool.Behavior.BLOCKING)
  public CompletionStage<String> tells(String of, int millis) {
    on(of);
    return CompletableFuture.failedFuture(new ToolException("not today"));
  }

  /** Fails badly. */
  @LiveTool(description = "Fails badly.", behavior = LiveTool.Behavior.BLOCKING)
  public void error(String of, int millis) {
    on(of);
    throw new AssertionError("secret");
  }

  /** Runs out of stack. */
  @LiveTool(
      name = "overflow_on",
      description = "Runs out of stack.",
      behavior = LiveTool.Behavior.NON_BLOCKING)
  public long overflow(String of, int millis) {
    on(of);
    return deeper(0);
  }

  private static long deeper(long depth) {
    return deeper(depth + 1) + depth;
  }

  private Flow.Publisher<String> publish(int items, boolean ends) {
    return subscriber -> {
      SubmissionPublisher<String> publisher = new SubmissionPublisher<>(Runnable::run, 16);
      publisher.subscribe(subscriber);
      for (int i = 0; i < items; i++) {
        publisher.offer("item " + i, null);
      }
      if (ends) {
        publisher.close();
      }
    };
  }

  /** Answers in pieces. */
  @LiveTool(
      name = "items_on",
      description = "Answers in pieces.",
      behavior = LiveTool.Behavior.NON_BLOCKING)
  public Flow.Publisher<String> itemsOn(String of, int millis) {
    on(of);
    return publish(3, true);
  }

  /** Answers in pieces, which become one. */
  @LiveTool(description = "Answers in pieces.", behavior = LiveTool.Behavior.BLOCKING)
  public Flow.Publisher<String> items(String of, int millis) {
    on(of);
    return publish(3, true);
  }

  /** Begins to answer and never ends. */
  @LiveTool(
      name = "endless_on",
      description = "Never ends.",
      behavior = LiveTool.Behavior.NON_BLOCKING)
  public Flow.Publisher<String> endlessOn(String of, int millis) {
    on(of);
    return publish(2, false);
  }

  /** Begins to answer and fails. */
  @LiveTool(name = "breaks_on", description = "Breaks.", behavior = LiveTool.Behavior.NON_BLOCKING)
  public Flow.Publisher<String> breaksOn(String of, int millis) {
    on(of);
    return subscriber -> {
      SubmissionPublisher<String> publisher = new SubmissionPublisher<>(Runnable::run, 16);
      publisher.subscribe(subscriber);
      publisher.offer("item", null);
      publisher.closeExceptionally(new IllegalStateException("secret"));
    };
  }

  /** A stream that hangs after its first element. */
  @LiveTool(
      name = "stream_on",
      description = "Streams.",
      behavior = LiveTool.Behavior.NON_BLOCKING,
      timeoutMillis = 2_000)
  public Stream<String> streamOn(String of, int millis) {
    on(of);
    return Stream.of("first", "second").peek(item -> {
      if (item.equals("second") && millis % 2 == 0) {
        running.incrementAndGet();
        try {
          end.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        } finally {
          end();
        }
      }
    });
  }

  /** Runs when somebody agrees. */
  @LiveTool(
      name = "asked_on",
      description = "Runs when somebody agrees.",
      behavior = LiveTool.Behavior.NON_BLOCKING,
      timeoutMillis = 2_000)
  public String askedOn(String of, int millis) {
    return on(of);
  }

  /** Agrees at once or after a while, or does not, or fails. */
  CompletionStage<Approval> decide(ToolInvocation call) {
    Object given = call.arguments().asObject().get("millis");
    long millis = given instanceof Long number ? number : 0;
    if (millis % 5 == 0) {
      return CompletableFuture.completedFuture(Approval.granted());
    }
    CompletableFuture<Approval> decision = new CompletableFuture<>();
    Runnable decide = switch ((int) (millis % 5)) {
      case 1 -> () -> decision.complete(Approval.denied("No."));
      case 2 -> () -> decision.completeExceptionally(new IllegalStateException("secret"));
      default -> () -> decision.complete(Approval.granted());
    };
    time.schedule(decide, millis, TimeUnit.MILLISECONDS);
    return decision;
  }

  /** Runs alone. */
  @LiveTool(
      name = "one_at_a_time_on",
      description = "Runs alone.",
      behavior = LiveTool.Behavior.NON_BLOCKING,
      parallelLimit = 1,
      timeoutMillis = 4_000)
  public CompletionStage<String> oneAtATimeOn(String of, int millis) {
    return later(of, millis / 8);
  }
}
