package io.github.geminilive.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryBudgetTest {

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 7_000_000_000L);

  @Test
  void aHundredTokensAreTwentyRepeatsAndTheNextWaitsForFive() {
    RetryBudget budget = new RetryBudget(100, 1, clock::get);

    for (int i = 1; i <= 20; i++) {
      assertThat(budget.take(5)).as("repeat %d", i).isEqualTo(Duration.ZERO);
    }
    assertThat(budget.take(5)).isEqualTo(Duration.ofSeconds(5));
    assertThat(budget.take(5)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void tokensComeBackAtTheirRateAlsoWhenTheClockWrapsAround() {
    RetryBudget budget = new RetryBudget(100, 1, clock::get);
    budget.take(100);

    advance(Duration.ofMillis(4_999));
    assertThat(budget.take(5)).isEqualTo(Duration.ofMillis(1));

    advance(Duration.ofMillis(5_001));
    assertThat(budget.take(5)).isEqualTo(Duration.ZERO);
    assertThat(budget.take(1)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void noMoreGathersThanItHolds() {
    RetryBudget budget = new RetryBudget(10, 1, clock::get);

    advance(Duration.ofDays(1));

    assertThat(budget.take(10)).isEqualTo(Duration.ZERO);
    assertThat(budget.take(1)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void theRateMayBeAPartOfATokenOrMany() {
    assertThat(new RetryBudget(0, 0.5, clock::get).take(5)).isEqualTo(Duration.ofSeconds(10));
    assertThat(new RetryBudget(0, 0.001, clock::get).take(1)).isEqualTo(Duration.ofSeconds(1_000));
    assertThat(new RetryBudget(0, 1_000_000, clock::get).take(5))
        .isEqualTo(Duration.ofNanos(5_000));
  }

  @Test
  void whatIsGivenBackCanBeTakenAgainButIsNoGain() {
    RetryBudget budget = new RetryBudget(5, 1, clock::get);
    budget.take(5);
    assertThat(budget.take(5)).isEqualTo(Duration.ofSeconds(5));

    budget.giveBack(5);
    assertThat(budget.take(5)).isEqualTo(Duration.ofSeconds(5));

    budget.giveBack(1_000);
    assertThat(budget.take(5)).isEqualTo(Duration.ZERO);
    assertThat(budget.take(5)).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void theLargestOneDoesNotOverflow() {
    RetryBudget budget = new RetryBudget(1_000_000, 0.001, clock::get);

    for (int i = 0; i < 200_000; i++) {
      budget.take(5);
    }

    assertThat(budget.take(5)).isEqualTo(Duration.ofSeconds(5_000));
  }

  @Test
  void sessionsOnManyThreadsShareIt() throws InterruptedException {
    CyclicBarrier start = new CyclicBarrier(4);
    RetryBudget budget = new RetryBudget(0, 1, clock::get);
    ExecutorService sessions = Executors.newFixedThreadPool(4);

    for (int session = 0; session < 4; session++) {
      sessions.submit(() -> {
        start.await();
        for (int i = 0; i < 1_000_000; i++) {
          budget.take(1);
        }
        return null;
      });
    }
    sessions.shutdown();

    assertThat(sessions.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(budget.take(0)).isEqualTo(Duration.ofSeconds(4_000_000));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1_000_001, Integer.MIN_VALUE})
  void whatItHoldsHasLimits(int tokens) {
    assertThatThrownBy(() -> new RetryBudget(tokens, 1, clock::get))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tokens")
        .hasMessageContaining(String.valueOf(tokens));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 0.0009, 1_000_001, Double.NaN, Double.POSITIVE_INFINITY})
  void theRateHasLimits(double perSecond) {
    assertThatThrownBy(() -> new RetryBudget(100, perSecond, clock::get))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("perSecond")
        .hasMessageContaining(String.valueOf(perSecond));
  }

  private void advance(Duration time) {
    clock.addAndGet(time.toNanos());
  }
}
