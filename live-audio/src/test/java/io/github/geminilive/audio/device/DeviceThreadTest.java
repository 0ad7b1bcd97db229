package io.github.geminilive.audio.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.audio.device.AudioDeviceException.Reason;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeviceThreadTest {

  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofSeconds(20);

  private final CountDownLatch hanging = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger polls = new AtomicInteger();

  private void hang() {
    try {
      assertThat(hanging.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private long poll() {
    polls.incrementAndGet();
    return 1_000_000;
  }

  @Test
  void aDriverThatHangsWhileItOpensHangsNobodyElse() throws InterruptedException {
    DeviceThread thread =
        new DeviceThread("hung", this::hang, this::poll, released::countDown, SHORT, SHORT);

    assertThatThrownBy(() -> thread.start(() -> {}))
        .isInstanceOfSatisfying(
            AudioDeviceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUSY))
        .hasMessageContaining("50 ms");
    thread.close();
    assertThat(released.getCount()).isOne();
    hanging.countDown();

    assertThat(released.await(20, TimeUnit.SECONDS))
        .as("closed when it came round")
        .isTrue();
    assertThat(polls).hasValue(0);
  }

  @Test
  void aDriverThatHangsLaterDoesNotHangTheOneWhoCloses() throws InterruptedException {
    CountDownLatch polled = new CountDownLatch(1);
    DeviceThread thread = new DeviceThread(
        "hung",
        () -> {},
        () -> {
          polled.countDown();
          hang();
          return poll();
        },
        released::countDown,
        LONG,
        SHORT);
    thread.start(() -> {});
    assertThat(polled.await(20, TimeUnit.SECONDS)).isTrue();

    thread.close();
    assertThat(released.getCount()).isOne();
    hanging.countDown();

    assertThat(released.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anInterruptedCloserKeepsItsInterruptionAndTheDeviceIsClosed() throws InterruptedException {
    DeviceThread thread =
        new DeviceThread("plain", () -> {}, this::poll, released::countDown, LONG, LONG);
    thread.start(() -> {});

    Thread.currentThread().interrupt();
    thread.close();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(released.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anInterruptionByWhatItCallsDoesNotKeepItFromWaiting() throws InterruptedException {
    CountDownLatch twice = new CountDownLatch(2);
    AtomicInteger interrupted = new AtomicInteger();
    DeviceThread thread = new DeviceThread(
        "plain",
        () -> {},
        () -> {
          interrupted.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
          Thread.currentThread().interrupt();
          twice.countDown();
          return poll();
        },
        released::countDown,
        LONG,
        LONG);
    thread.start(() -> {});

    assertThat(twice.await(20, TimeUnit.SECONDS)).isTrue();
    thread.close();

    assertThat(interrupted).hasValue(0);
  }

  @Test
  void whatOpeningThrowsIsThrownToTheOneWhoStarts() {
    AudioDeviceException failure = new AudioDeviceException(Reason.ABSENT, "none", null);
    DeviceThread thread = new DeviceThread(
        "absent",
        () -> {
          throw failure;
        },
        this::poll,
        released::countDown,
        LONG,
        LONG);

    assertThatThrownBy(() -> thread.start(() -> {})).isSameAs(failure);
    assertThat(polls).hasValue(0);
    assertThatThrownBy(() -> thread.start(() -> {})).isInstanceOf(IllegalStateException.class);
  }
}
