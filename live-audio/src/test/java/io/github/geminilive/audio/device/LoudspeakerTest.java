package io.github.geminilive.audio.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.geminilive.audio.device.AudioDeviceException.Reason;
import io.github.geminilive.testkit.VirtualTime;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import javax.sound.sampled.AudioFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoudspeakerTest {

  private static final AudioFormat STEREO_44K = new AudioFormat(44_100, 16, 2, true, false);

  /** Renders a ramp whose samples name their place, and keeps what it is told. */
  private class Ramp implements AudioSink.Feed {
    final List<DeviceEvent> events = new ArrayList<>();
    long next;
    long calls;
    long heard;
    int sign = 1;

    @Override
    public void render(long frame, short[] samples, int offset, int count) {
      assertThat(frame).isEqualTo(next);
      assertThat(count).isPositive();
      for (int i = 0; i < count; i++) {
        samples[offset + i] = (short) (sign * ramp(frame + i));
      }
      next = frame + count;
      calls++;
    }

    @Override
    public void heard(long frames, long nanos) {
      assertThat(frames).isGreaterThan(heard).isLessThanOrEqualTo(next);
      assertThat(nanos).isLessThanOrEqualTo(time.elapsed().toNanos());
      heard = frames;
    }

    @Override
    public void event(DeviceEvent event) {
      events.add(event);
    }
  }

  private static int ramp(long frame) {
    return (int) (frame % 20_000) + 1;
  }

  private final VirtualTime time = new VirtualTime();
  private final VirtualMixer mixer = new VirtualMixer(time.nanoTime());
  private final Ramp feed = new Ramp();
  private Loudspeaker loudspeaker = builder().build();

  private Loudspeaker.Builder builder() {
    return Loudspeaker.builder(mixer).nanoTime(time.nanoTime());
  }

  private void start(Loudspeaker.Builder builder, AudioSink.Feed feed) {
    loudspeaker = builder.build();
    loudspeaker.startWithoutThread(feed);
    loudspeaker.poll();
  }

  private void run(Duration duration) {
    for (long left = duration.toMillis(); left > 0; left -= 2) {
      time.advance(Duration.ofMillis(2));
      loudspeaker.poll();
    }
  }

  @AfterEach
  void close() {
    loudspeaker.close();
  }

  @Test
  void whatIsRenderedAtTheDevicesRateIsPlayedAsItIsWithoutAGap() {
    VirtualMixer.Device device = mixer.addOutput("box");
    start(builder().sampleRateHz(48_000), feed);

    run(Duration.ofSeconds(60));

    assertThat(device.played).hasSize(60 * 48_000);
    for (int i = 0; i < device.played.size(); i++) {
      assertThat((int) device.played.get(i)).isEqualTo(ramp(i));
    }
    assertThat(device.dryFrames).isZero();
    assertThat(feed.events).isEmpty();
    LoudspeakerMetrics metrics = loudspeaker.metrics();
    assertThat(metrics.underruns()).isZero();
    assertThat(metrics.latency()).isBetween(Duration.ofMillis(60), Duration.ofMillis(105));
    assertThat(metrics.frames()).isEqualTo(feed.next);
  }

  @Test
  void whatIsRenderedIsConvertedToWhatTheDeviceHas() {
    VirtualMixer.Device device = mixer.addOutput("old card", STEREO_44K);
    start(builder(), (frame, samples, offset, count) -> {
      for (int i = 0; i < count; i++) {
        double phase = (frame + i) * 2 * Math.PI * 1000 / 24_000;
        samples[offset + i] = (short) Math.round(10_000 * Math.sin(phase));
      }
    });

    run(Duration.ofSeconds(2));

    assertThat(device.played.size()).isBetween(87_000, 88_200);
    for (int i = 2_000; i < device.played.size(); i++) {
      assertThat((double) device.played.get(i))
          .isCloseTo(10_000 * Math.sin(i * 2 * Math.PI * 1000 / 44_100), within(3.0));
    }
    assertThat(loudspeaker.metrics().deviceFormat()).isEqualTo("44100 Hz, 16 bit, 2 channels");
  }

  @Test
  void theHeardPositionIsWhatWasPlayedEvenlyAndNeverBackwards() {
    VirtualMixer.Device device = mixer.addOutput("coarse", STEREO_44K);
    device.blockFrames = 1_102;
    device.driftPpm = -150;
    start(builder().buffer(Duration.ofMillis(100)), feed);
    run(Duration.ofSeconds(2));
    long before = loudspeaker.heardFrames();
    double worst = 0;
    double largestStep = 0;

    for (int i = 0; i < 10_000; i++) {
      run(Duration.ofMillis(2));
      long now = loudspeaker.heardFrames();
      // A block is fetched when it begins to be played, after the one before it.
      double blocks = time.elapsed().toNanos() * (1 - 150e-6) * 44_100 / 1e9 - 1_102;
      double truth = blocks * 24_000 / 44_100;
      worst = Math.max(worst, Math.abs(now - truth));
      largestStep = Math.max(largestStep, now - before);
      assertThat(now).isGreaterThanOrEqualTo(before);
      before = now;
    }

    // In samples of 24 kHz: 2 ms are 48.
    assertThat(worst).isLessThan(2 * 24);
    assertThat(largestStep).isLessThan(3 * 24);
    assertThat(feed.heard).isEqualTo(before);
  }

  @Test
  void flushTakesBackWhatWasNotHeardAndNothingStaleIsPlayed() {
    VirtualMixer.Device device = mixer.addOutput("box");
    device.blockFrames = 48;
    start(builder().sampleRateHz(48_000), feed);
    run(Duration.ofSeconds(1));
    int played = device.played.size();

    long first = loudspeaker.flush();
    feed.next = first;
    feed.sign = -1;

    assertThat((double) first).isCloseTo(played, within(100.0));
    assertThat(loudspeaker.heardFrames()).isEqualTo(first);
    run(Duration.ofSeconds(1));
    List<Short> after = device.played.subList(played, device.played.size());
    int silence = 0;
    while (after.get(silence) == 0) {
      silence++;
    }
    // Until the next look at the device.
    assertThat(silence).isLessThanOrEqualTo(96);
    for (int i = silence; i < after.size(); i++) {
      assertThat((int) after.get(i)).isEqualTo(-ramp(first + i - silence));
    }
    assertThat(feed.events).isEmpty();
    assertThat((double) loudspeaker.heardFrames()).isCloseTo(first + 48_000, within(200.0));
    assertThat(loudspeaker.metrics().flushes()).isEqualTo(1);
  }

  @Test
  void aFlushCountsWhatTheDeviceHadFetchedAsHeardAndNothingElse() {
    VirtualMixer.Device device = mixer.addOutput("coarse");
    start(builder().sampleRateHz(48_000), feed);

    for (int i = 0; i < 30; i++) {
      run(Duration.ofMillis(201 + i));
      int before = device.played.size();
      feed.next = loudspeaker.flush();
      device.played.subList(0, before).removeIf(sample -> sample == 0);

      // The line holds nothing more: what came out is what counts, to the sample.
      assertThat(feed.next).isEqualTo(device.played.size());
      assertThat(loudspeaker.heardFrames()).isEqualTo(feed.next);
    }
  }

  @Test
  void aFlushDoesNotWaitForTheLineToStartAgain() {
    VirtualMixer.Device device = mixer.addOutput("box");
    start(builder(), feed);
    run(Duration.ofSeconds(1));
    int starts = device.starts;

    feed.next = loudspeaker.flush();
    assertThat(device.starts).isEqualTo(starts);
    int stops = device.stops;
    assertThat(loudspeaker.flush()).isEqualTo(feed.next);
    assertThat(device.stops).as("stopped though it was empty").isEqualTo(stops);
    loudspeaker.poll();

    assertThat(device.starts).isEqualTo(starts + 1);
    run(Duration.ofSeconds(1));
    assertThat(device.starts).isEqualTo(starts + 1);
    assertThat(feed.heard).isGreaterThan(40_000);
  }

  @Test
  void aFlushOfADriverThatFailsThrowsNothingAndTakesBackWhatWasNotHeard() {
    VirtualMixer.Device device = mixer.addOutput("box");
    start(builder(), feed);
    run(Duration.ofSeconds(1));

    device.failing = true;
    feed.next = loudspeaker.flush();

    assertThat(feed.next).isEqualTo(loudspeaker.heardFrames()).isGreaterThan(20_000);
    loudspeaker.poll();
    assertThat(feed.events).hasSize(1);
    device.failing = false;
    run(Duration.ofSeconds(2));
    assertThat(feed.events).hasSize(2);
    assertThat(feed.heard).isGreaterThan(40_000);
  }

  @Test
  void aLossIsToldBeforeTheLineIsClosedAsAHungServerHoldsThatUp() {
    VirtualMixer.Device device = mixer.addOutput("box");
    int[] told = {-1};
    start(builder(), feed);
    run(Duration.ofSeconds(1));
    device.onClose = () -> told[0] = feed.events.size();

    device.suspended = true;
    run(Duration.ofMillis(600));

    assertThat(told[0]).isEqualTo(1);
    assertThat(feed.events).hasSize(1);
  }

  @Test
  void aLineThatCannotBeStartedIsClosed() {
    VirtualMixer.Device device = mixer.addOutput("box");
    device.failing = true;

    assertThatThrownBy(() -> builder().build().startWithoutThread(feed))
        .isInstanceOf(IllegalStateException.class);

    assertThat(device.opens).isEqualTo(1);
    assertThat(device.closes).isEqualTo(1);
  }

  @Test
  void aSecondStartIsRefusedAndTheFirstFeedGoesOn() {
    mixer.addOutput("box");
    start(builder(), feed);
    Ramp other = new Ramp();

    assertThatThrownBy(() -> loudspeaker.startWithoutThread(other))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("started before");
    run(Duration.ofSeconds(1));

    assertThat(other.calls).isZero();
    assertThat(feed.heard).isGreaterThan(20_000);
  }

  @Test
  void manyFlushesInARowKeepTheNumbersWhole() {
    VirtualMixer.Device device = mixer.addOutput("box", STEREO_44K);
    start(builder(), feed);

    for (int i = 0; i < 200; i++) {
      run(Duration.ofMillis(i % 7 * 10));
      long before = loudspeaker.heardFrames();
      feed.next = loudspeaker.flush();
      assertThat(feed.next).isGreaterThanOrEqualTo(before);
      assertThat(loudspeaker.flush()).isEqualTo(feed.next);
    }

    // What was heard is no more than the time that passed.
    assertThat(loudspeaker.heardFrames())
        .isLessThanOrEqualTo(time.elapsed().toMillis() * 24 + 24 * 20);
    assertThat(device.played.size()).isGreaterThan(44_100);
    assertThat(loudspeaker.metrics().underruns()).isZero();
  }

  @Test
  void aFlushFromWithinRenderVoidsWhatIsBeingRendered() {
    VirtualMixer.Device device = mixer.addOutput("box");
    device.blockFrames = 48;
    boolean[] cut = {false};
    long[] expected = {0};
    start(builder().sampleRateHz(48_000), (frame, samples, offset, count) -> {
      assertThat(frame).isEqualTo(expected[0]);
      Arrays.fill(samples, offset, offset + count, (short) (cut[0] ? 0 : 7));
      expected[0] = frame + count;
      if (!cut[0] && frame > 48_000) {
        cut[0] = true;
        expected[0] = loudspeaker.flush();
      }
    });

    run(Duration.ofSeconds(2));

    assertThat(cut[0]).isTrue();
    int last = device.played.lastIndexOf((short) 7);
    assertThat(last).isLessThan(48_000 + 200);
  }

  @Test
  void aFlushWaitsForTheRenderingUnderWayAndItsSoundIsNotPlayed() throws InterruptedException {
    // The line stands still until the cut is made, however long that takes.
    AtomicLong cutAt = new AtomicLong();
    LongSupplier clock = () -> cutAt.get() == 0 ? 0 : System.nanoTime() - cutAt.get();
    VirtualMixer real = new VirtualMixer(clock);
    VirtualMixer.Device device = real.addOutput("box");
    AtomicBoolean cut = new AtomicBoolean();
    AtomicInteger staleAfterFlush = new AtomicInteger();
    CountDownLatch rendering = new CountDownLatch(1);
    CountDownLatch flushing = new CountDownLatch(1);
    Loudspeaker own =
        Loudspeaker.builder(real).sampleRateHz(48_000).nanoTime(clock).build();
    own.start((frame, samples, offset, count) -> {
      boolean stale = !cut.get();
      Arrays.fill(samples, offset, offset + count, (short) (stale ? 7 : 0));
      rendering.countDown();
      try {
        assertThat(flushing.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      staleAfterFlush.addAndGet(stale && cut.get() ? 1 : 0);
    });
    assertThat(rendering.await(20, TimeUnit.SECONDS)).isTrue();

    Thread cutter = new Thread(() -> {
      flushing.countDown();
      own.flush();
      cut.set(true);
      cutAt.set(System.nanoTime());
    });
    cutter.start();
    cutter.join(20_000);
    await(() -> own.heardFrames() > 24_000 ? 1 : 0);
    own.close();

    assertThat(cut).isTrue();
    assertThat(staleAfterFlush).hasValue(0);
    // The line held 80 ms; all else is silence.
    assertThat(device.played.lastIndexOf((short) 7)).isLessThan(2 * 80 * 48);
  }

  private static void await(IntSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (condition.getAsInt() == 0) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void runningDryIsToldOnceAndCountedAndSoundGoesOn() {
    VirtualMixer.Device device = mixer.addOutput("box");
    start(builder().sampleRateHz(48_000), feed);
    run(Duration.ofSeconds(1));

    time.advance(Duration.ofMillis(300));
    run(Duration.ofSeconds(1));

    assertThat(feed.events).hasSize(1);
    Duration gap = ((DeviceEvent.Underrun) feed.events.get(0)).gap();
    assertThat((double) gap.toMillis()).isCloseTo(device.dryFrames / 48.0, within(21.0));
    assertThat(loudspeaker.metrics().underruns()).isEqualTo(1);
    assertThat(loudspeaker.metrics().gaps()).isEqualTo(gap);
    List<Short> played = new ArrayList<>(device.played);
    played.removeIf(sample -> sample == 0);
    for (int i = 0; i < played.size(); i++) {
      assertThat((int) played.get(i)).isEqualTo(ramp(i));
    }
    assertThat((double) loudspeaker.heardFrames()).isCloseTo(played.size(), within(1_000.0));
  }

  @Test
  void aDeviceThatGoesIsToldAtOnceAndTheFeedRestsUntilItIsBack() {
    VirtualMixer.Device device = mixer.addOutput("box");
    start(builder().sampleRateHz(48_000), feed);
    run(Duration.ofSeconds(1));

    mixer.remove(device);
    run(Duration.ofMillis(10));
    assertThat(feed.events).hasSize(1);
    assertThat(((DeviceEvent.Lost) feed.events.get(0)).cause().reason()).isEqualTo(Reason.LOST);
    long calls = feed.calls;
    long rendered = feed.next;
    run(Duration.ofSeconds(5));
    assertThat(feed.calls).isEqualTo(calls);
    assertThat((double) loudspeaker.heardFrames())
        .isCloseTo(device.played.size(), within(1_500.0))
        .isLessThan(rendered - 1_500.0);
    device.played.clear();
    mixer.plugIn(device);
    run(Duration.ofSeconds(4));

    assertThat(feed.events).hasSize(2);
    DeviceEvent.Restored restored = (DeviceEvent.Restored) feed.events.get(1);
    assertThat(restored.outage()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(8));
    List<Short> played = new ArrayList<>(device.played);
    played.removeIf(sample -> sample == 0);
    assertThat(played.size()).isGreaterThan(48_000);
    for (int i = 0; i < played.size(); i++) {
      assertThat((int) played.get(i)).isEqualTo(ramp(rendered + i));
    }
    assertThat((double) loudspeaker.heardFrames())
        .isCloseTo(rendered + played.size(), within(1_500.0));
    assertThat(loudspeaker.metrics().reopenings()).isEqualTo(1);
    assertThat(loudspeaker.metrics().underruns()).isZero();
  }

  @Test
  void aFlushWhileTheDeviceIsGoneTakesBackWhatWasInIt() {
    VirtualMixer.Device device = mixer.addOutput("box");
    start(builder().sampleRateHz(48_000), feed);
    run(Duration.ofSeconds(1));
    mixer.remove(device);
    run(Duration.ofSeconds(1));

    feed.next = loudspeaker.flush();
    assertThat(feed.next).isEqualTo(loudspeaker.heardFrames());
    mixer.plugIn(device);
    run(Duration.ofSeconds(3));

    assertThat(feed.heard).isGreaterThan(48_000 + 24_000);
  }

  @Test
  void aSuspendedDeviceBlocksNobodyAndIsToldAfterHalfASecond() {
    VirtualMixer.Device device = mixer.addOutput("box");
    start(builder().sampleRateHz(48_000), feed);
    run(Duration.ofSeconds(1));

    device.suspended = true;
    run(Duration.ofMillis(470));
    assertThat(feed.events).isEmpty();
    long calls = feed.calls;
    run(Duration.ofMillis(60));
    assertThat(feed.events).hasSize(1);
    run(Duration.ofSeconds(20));
    assertThat(feed.events).hasSize(1);
    assertThat(feed.calls).isEqualTo(calls);
    device.suspended = false;
    run(Duration.ofSeconds(1));

    assertThat(feed.events).hasSize(2);
    assertThat(feed.events.get(1)).isInstanceOf(DeviceEvent.Restored.class);
    assertThat(feed.calls).isGreaterThan(calls);
  }

  @Test
  void shortWritesLoseNothing() {
    VirtualMixer.Device device = mixer.addOutput("box");
    device.mostPerCall = 700;
    start(builder().sampleRateHz(48_000), feed);

    run(Duration.ofSeconds(1));

    assertThat(device.dryFrames).isZero();
    for (int i = 0; i < device.played.size(); i++) {
      assertThat((int) device.played.get(i)).isEqualTo(ramp(i));
    }
  }

  @Test
  void aThrowingFeedIsHeardAsSilence() {
    VirtualMixer.Device device = mixer.addOutput("box");
    start(builder(), (frame, samples, offset, count) -> {
      samples[offset] = 99;
      throw new IllegalStateException("a feed that throws");
    });

    run(Duration.ofSeconds(1));

    assertThat(device.played.size()).isGreaterThan(47_000);
    assertThat(device.played).containsOnly((short) 0);
    assertThat(device.dryFrames).isZero();
  }

  @Test
  void absenceAndRefusalAreTold() {
    assertThatThrownBy(() -> builder().build().startWithoutThread(feed))
        .isInstanceOfSatisfying(
            AudioDeviceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ABSENT));

    mixer.addOutput("box").forbidden = true;
    assertThatThrownBy(() -> builder().build().start(feed))
        .isInstanceOfSatisfying(
            AudioDeviceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));
  }

  @Test
  void piecesAreRenderedWithoutGarbage() {
    long[] now = {0};
    VirtualMixer own = new VirtualMixer(() -> now[0]);
    own.addOutput("card", STEREO_44K).keepsPlayed = false;
    loudspeaker = Loudspeaker.builder(own).nanoTime(() -> now[0]).build();
    loudspeaker.startWithoutThread(
        (frame, samples, offset, count) -> samples[offset] = (short) frame);
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();

    long least = Long.MAX_VALUE;
    for (int round = 0; round < 10; round++) {
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < 500; i++) {
        now[0] += 2_000_000;
        loudspeaker.poll();
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
    }

    assertThat(loudspeaker.heardFrames()).isGreaterThan(235_000);
    assertThat(least).isLessThan(200);
  }

  @Test
  void closedByItsFeedItAsksNoMore() {
    VirtualMixer real = new VirtualMixer(System::nanoTime);
    real.addOutput("box");
    Loudspeaker own = Loudspeaker.builder(real).build();
    AtomicInteger calls = new AtomicInteger();

    own.start((frame, samples, offset, count) -> {
      calls.incrementAndGet();
      own.close();
    });
    await(calls::get);
    own.close();

    assertThat(calls).hasValue(1);
    assertThat(own.flush()).isZero();
    assertThatThrownBy(() -> own.start(feed)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void badSettingsAreNamed() {
    assertThatThrownBy(() -> builder().sampleRateHz(192_001)).hasMessageContaining("192001");
    assertThatThrownBy(() -> builder().buffer(Duration.ofMillis(19)))
        .hasMessageContaining("buffer");
    AudioDevice input = new AudioDevice("x", "x", "", AudioDevice.Direction.INPUT, false);
    assertThatThrownBy(() -> builder().device(input)).hasMessageContaining("no loudspeaker");
  }
}
