package io.github.geminilive.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {

  private final VirtualTime time = new VirtualTime();
  private final List<String> ran = new ArrayList<>();

  private Runnable note(String name) {
    return () -> ran.add(name + "@" + time.elapsed().toMillis());
  }

  @Test
  void itsWallClockMovesWithIt() {
    Instant before = time.clock().instant();

    time.advance(Duration.ofMinutes(2));

    assertThat(time.clock().instant()).isEqualTo(before.plusSeconds(120));
    assertThat(time.clock().getZone()).isEqualTo(ZoneOffset.UTC);
  }

  @Test
  void tasksRunInTheOrderOfTheirTimesAndThenOfTheirSubmission() {
    time.schedule(note("c"), 20, TimeUnit.MILLISECONDS);
    time.schedule(note("a"), 10, TimeUnit.MILLISECONDS);
    time.schedule(note("b"), 10, TimeUnit.MILLISECONDS);
    time.execute(note("now"));

    time.advance(Duration.ofMillis(19));
    assertThat(ran).containsExactly("now@0", "a@10", "b@10");

    time.advance(Duration.ofMillis(1));
    assertThat(ran).endsWith("c@20");
    assertThat(time.nanoTime().getAsLong()).isEqualTo(20_000_000);
  }

  @Test
  void whatATaskSubmitsRunsInTheSameAdvance() {
    time.schedule(
        () -> time.schedule(note("inner"), 5, TimeUnit.MILLISECONDS), 5, TimeUnit.MILLISECONDS);

    time.advance(Duration.ofSeconds(1));

    assertThat(ran).containsExactly("inner@10");
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void periodicTasksRunUntilCancelled() {
    ScheduledFuture<?> rate = time.scheduleAtFixedRate(note("r"), 10, 10, TimeUnit.MILLISECONDS);
    ScheduledFuture<?> delay =
        time.scheduleWithFixedDelay(note("d"), 15, 20, TimeUnit.MILLISECONDS);

    time.advance(Duration.ofMillis(35));
    rate.cancel(false);
    delay.cancel(false);
    time.advance(Duration.ofMillis(100));

    assertThat(ran).containsExactly("r@10", "d@15", "r@20", "r@30", "d@35");
    assertThat(time.pending()).isZero();
  }

  @Test
  void aFailingPeriodicTaskRunsNoMore() {
    time.scheduleAtFixedRate(
        () -> {
          ran.add("once");
          throw new IllegalStateException("broken");
        },
        1,
        1,
        TimeUnit.MILLISECONDS);

    time.advance(Duration.ofMillis(10));

    assertThat(ran).containsExactly("once");
  }

  @Test
  void advancingUntilStopsAsSoonAsItHolds() {
    time.schedule(note("x"), 90, TimeUnit.MILLISECONDS);

    time.advanceUntil(() -> !ran.isEmpty(), Duration.ofSeconds(1));
    assertThat(time.elapsed()).isEqualTo(Duration.ofMillis(100));
    assertThatThrownBy(() -> time.advanceUntil(() -> false, Duration.ofMillis(40)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void timeCanMoveFromTaskToTask() {
    time.schedule(note("a"), 10, TimeUnit.MINUTES);
    time.schedule(note("b"), 10, TimeUnit.MINUTES);
    time.schedule(note("c"), 24, TimeUnit.HOURS);
    assertThat(time.nextDue()).contains(Duration.ofMinutes(10));

    assertThat(time.advanceToNext(Duration.ofHours(1))).isTrue();
    assertThat(ran).containsExactly("a@600000", "b@600000");

    assertThat(time.advanceToNext(Duration.ofHours(1))).isFalse();
    assertThat(time.elapsed()).isEqualTo(Duration.ofMinutes(70));
    assertThat(time.advanceToNext(Duration.ofHours(24))).isTrue();
    assertThat(ran).endsWith("c@86400000");
    assertThat(time.nextDue()).isEmpty();
  }

  @Test
  void afterShutdownNothingIsTaken() {
    time.schedule(note("left"), 1, TimeUnit.SECONDS);

    assertThat(time.shutdownNow()).hasSize(1);
    assertThat(time.isTerminated()).isTrue();
    assertThatThrownBy(() -> time.execute(note("late")))
        .isInstanceOf(RejectedExecutionException.class);
  }
}
