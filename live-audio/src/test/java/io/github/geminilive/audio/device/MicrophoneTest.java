package io.github.geminilive.audio.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.geminilive.audio.device.AudioDeviceException.Reason;
import io.github.geminilive.audio.dsp.Level;
import io.github.geminilive.testkit.VirtualTime;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sound.sampled.AudioFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MicrophoneTest {

  private static final AudioFormat STEREO_44K = new AudioFormat(44_100, 16, 2, true, false);

  private final VirtualTime time = new VirtualTime();
  private final VirtualMixer mixer = new VirtualMixer(time.nanoTime());
  private final Captured heard = new Captured(time.nanoTime());
  private Microphone microphone = builder().build();

  private Microphone.Builder builder() {
    return Microphone.builder(mixer).nanoTime(time.nanoTime());
  }

  private void start(Microphone.Builder builder) {
    microphone = builder.build();
    microphone.startWithoutThread(heard);
  }

  private void run(Duration duration) {
    for (long left = duration.toMillis(); left > 0; left -= 2) {
      time.advance(Duration.ofMillis(2));
      microphone.poll();
    }
  }

  @AfterEach
  void close() {
    microphone.close();
  }

  @Test
  void samplesOfTheDevicesOwnRateArriveAsTheyAreInChunksOfTwentyMilliseconds() {
    mixer.addInput("desk");
    start(builder().sampleRateHz(48_000));

    run(Duration.ofSeconds(2));

    assertThat(heard.size()).isEqualTo(96_000);
    assertThat(heard.chunks).allMatch(chunk -> chunk.count() == 960);
    short[] samples = heard.samples();
    for (int i = 0; i < samples.length; i++) {
      assertThat(samples[i]).isEqualTo((short) (i % 20_000 + 1));
    }
    assertThat(heard.events).isEmpty();
  }

  @Test
  void whatTheDeviceHasIsConvertedToWhatIsWanted() {
    VirtualMixer.Device device = mixer.addInput("headset", STEREO_44K);
    device.signal =
        frame -> (int) Math.round(10_000 * Math.sin(frame * 2 * Math.PI * 1000 / 44_100));
    start(builder());

    run(Duration.ofSeconds(2));

    short[] samples = heard.samples();
    assertThat((double) samples.length).isCloseTo(32_000, within(700.0));
    for (int i = 1600; i < samples.length; i++) {
      assertThat((double) samples[i])
          .isCloseTo(10_000 * Math.sin(i * 2 * Math.PI * 1000 / 16_000), within(3.0));
    }
    assertThat(microphone.metrics().deviceFormat()).isEqualTo("44100 Hz, 16 bit, 2 channels");
  }

  @Test
  void fortyEightKilohertzMonoIsPreferredToWhateverElseIsOffered() {
    mixer.addInput(
        "rich",
        new AudioFormat(96_000, 16, 1, true, false),
        STEREO_44K,
        new AudioFormat(48_000, 16, 8, true, false),
        new AudioFormat(48_000, 24, 2, true, true),
        new AudioFormat(48_000, 16, 2, true, false));
    start(builder());

    assertThat(microphone.metrics().deviceFormat()).isEqualTo("48000 Hz, 16 bit, 2 channels");
  }

  @Test
  void timeStampsAdvanceEvenlyWhereChunksArriveInBursts() {
    VirtualMixer.Device device = mixer.addInput("bursty");
    device.blockFrames = 4_800;
    device.driftPpm = 200;
    start(builder().sampleRateHz(48_000));

    run(Duration.ofSeconds(30));

    List<Captured.Chunk> chunks = heard.chunks.subList(100, heard.chunks.size());
    for (int i = 1; i < chunks.size(); i++) {
      double step = (chunks.get(i).nanos() - chunks.get(i - 1).nanos()) / 1e6;
      assertThat(step).isCloseTo(20, within(0.6));
    }
    Captured.Chunk last = chunks.get(chunks.size() - 1);
    double truth = (last.start() + last.count()) / 48_000.0 / 1.0002 * 1e3;
    assertThat(last.nanos() / 1e6).isCloseTo(truth, within(3.0));
    assertThat(heard.events).isEmpty();
  }

  @Test
  void aShortStallIsCaughtUpWithoutLoss() {
    mixer.addInput("desk");
    start(builder().sampleRateHz(48_000));
    run(Duration.ofSeconds(1));

    time.advance(Duration.ofMillis(240));
    run(Duration.ofMillis(20));

    assertThat(heard.events).isEmpty();
    short[] samples = heard.samples();
    assertThat(samples.length).isGreaterThanOrEqualTo(48 * 1240);
    for (int i = 0; i < samples.length; i++) {
      assertThat(samples[i]).isEqualTo((short) (i % 20_000 + 1));
    }
  }

  @Test
  void aLongStallIsSkippedAndToldEvenWhereTheServerKeepsEverything() {
    mixer.addInput("desk");
    start(builder().sampleRateHz(48_000));
    run(Duration.ofSeconds(1));

    time.advance(Duration.ofSeconds(5));
    run(Duration.ofSeconds(1));

    assertThat(heard.events).hasSize(1);
    Duration lost = ((DeviceEvent.Overflow) heard.events.get(0)).lost();
    assertThat((double) lost.toMillis()).isCloseTo(5_000, within(100.0));
    short[] samples = heard.samples();
    assertThat(samples.length / 48 + lost.toMillis()).isBetween(6_990L, 7_001L);
    Captured.Chunk last = heard.chunks.get(heard.chunks.size() - 1);
    assertThat(Duration.ofNanos(last.arrival() - last.nanos())).isLessThan(Duration.ofMillis(30));
    long truth = last.nanos() * 48 / 1_000_000;
    assertThat((double) (truth - 1) % 20_000).isCloseTo(samples[samples.length - 1], within(960.0));
    assertThat(microphone.metrics().overflows()).isEqualTo(1);
    assertThat(microphone.metrics().lost()).isEqualTo(lost);
  }

  @Test
  void soundTheHardwareDroppedIsToldAndTheTimeStampsStayTrue() {
    VirtualMixer.Device device = mixer.addInput("card");
    device.dropsOverrun = true;
    start(builder().sampleRateHz(48_000));
    run(Duration.ofSeconds(1));

    time.advance(Duration.ofMillis(700));
    run(Duration.ofSeconds(1));

    // What the hardware still had is skipped with the rest, then what it had dropped is noticed.
    long lost = 0;
    for (DeviceEvent event : heard.events) {
      lost += ((DeviceEvent.Overflow) event).lost().toMillis();
    }
    short[] samples = heard.samples();
    assertThat((double) lost).isCloseTo(700, within(40.0));
    assertThat((double) (samples.length / 48 + lost)).isCloseTo(2_700, within(25.0));
    Captured.Chunk last = heard.chunks.get(heard.chunks.size() - 1);
    long truth = last.nanos() * 48 / 1_000_000;
    assertThat((double) ((truth - 1) % 20_000 + 1))
        .isCloseTo(samples[samples.length - 1], within(1_000.0));
    assertThat((double) microphone.metrics().lost().toMillis()).isCloseTo(lost, within(2.0));
  }

  @Test
  void afterAGapNoChunkIsStampedLaterThanItCame() {
    VirtualMixer.Device device = mixer.addInput("card");
    start(builder().sampleRateHz(48_000));
    run(Duration.ofSeconds(1));

    device.suspended = true;
    run(Duration.ofMillis(200));
    device.suspended = false;
    run(Duration.ofSeconds(1));

    assertThat(heard.events).hasSize(1);
    for (Captured.Chunk chunk : heard.chunks) {
      assertThat(chunk.nanos()).isLessThanOrEqualTo(chunk.arrival());
    }
    Captured.Chunk last = heard.chunks.get(heard.chunks.size() - 1);
    assertThat((last.arrival() - last.nanos()) / 1e6).isCloseTo(0, within(2.0));
  }

  @Test
  void closedByItsListenerInABurstItDeliversNoMore() {
    mixer.addInput("bursty").blockFrames = 4_800;
    microphone = builder().build();
    int[] calls = {0};
    microphone.startWithoutThread((samples, offset, count, nanos) -> {
      calls[0]++;
      microphone.close();
    });

    run(Duration.ofMillis(300));

    assertThat(calls[0]).isEqualTo(1);
  }

  @Test
  void aLossIsToldBeforeTheLineIsClosedAsAHungServerHoldsThatUp() {
    VirtualMixer.Device device = mixer.addInput("box");
    int[] told = {-1};
    start(builder());
    run(Duration.ofSeconds(1));
    device.onClose = () -> told[0] = heard.events.size();

    device.suspended = true;
    run(Duration.ofMillis(600));

    assertThat(told[0]).isEqualTo(1);
    assertThat(heard.events).hasSize(1);
  }

  @Test
  void aLineThatCannotBeStartedIsClosed() {
    VirtualMixer.Device device = mixer.addInput("desk");
    device.failing = true;

    assertThatThrownBy(() -> start(builder())).isInstanceOf(IllegalStateException.class);

    assertThat(device.opens).isEqualTo(1);
    assertThat(device.closes).isEqualTo(1);
  }

  @Test
  void aSecondStartIsRefusedAndTheFirstListenerGoesOn() {
    mixer.addInput("desk");
    start(builder());
    Captured other = new Captured(time.nanoTime());

    assertThatThrownBy(() -> microphone.startWithoutThread(other))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("started before");
    run(Duration.ofSeconds(1));

    assertThat(other.size()).isZero();
    assertThat(heard.size()).isGreaterThan(15_000);
  }

  @Test
  void aDeviceThatGoesIsToldAtOnceAndComesBackByItself() {
    VirtualMixer.Device device = mixer.addInput("desk");
    start(builder());
    run(Duration.ofSeconds(1));

    mixer.remove(device);
    run(Duration.ofMillis(10));
    assertThat(heard.events).hasSize(1);
    AudioDeviceException cause = ((DeviceEvent.Lost) heard.events.get(0)).cause();
    assertThat(cause.reason()).isEqualTo(Reason.LOST);
    assertThat(cause).hasMessageContaining("desk");
    run(Duration.ofSeconds(10));
    assertThat(heard.events).hasSize(1);
    int before = heard.size();
    mixer.plugIn(device);
    run(Duration.ofSeconds(3));

    assertThat(heard.events).hasSize(2);
    DeviceEvent.Restored restored = (DeviceEvent.Restored) heard.events.get(1);
    assertThat(restored.device()).isEqualTo("desk");
    assertThat(restored.outage()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(13));
    assertThat(heard.size() - before).isGreaterThan(16_000 / 2);
    assertThat(microphone.metrics().reopenings()).isEqualTo(1);
    for (int i = 1; i < heard.chunks.size(); i++) {
      assertThat(heard.chunks.get(i).nanos())
          .isGreaterThan(heard.chunks.get(i - 1).nanos());
    }
  }

  @Test
  void theDefaultIsWhateverIsTheDefaultWhenOneIsLookedForAgain() {
    VirtualMixer.Device first = mixer.addInput("headset");
    mixer.addInput("webcam");
    start(builder());
    run(Duration.ofSeconds(1));

    mixer.remove(first);
    run(Duration.ofSeconds(1));

    assertThat(microphone.metrics().device()).isEqualTo("webcam");
    assertThat(heard.events).hasSize(2);
  }

  @Test
  void aChosenDeviceIsWaitedForThoughThereAreOthers() {
    VirtualMixer.Device first = mixer.addInput("headset");
    mixer.addInput("webcam");
    start(builder().device("HEAD"));
    run(Duration.ofSeconds(1));

    mixer.remove(first);
    run(Duration.ofSeconds(5));
    assertThat(heard.events).hasSize(1);
    mixer.plugIn(first);
    run(Duration.ofSeconds(3));

    assertThat(microphone.metrics().device()).isEqualTo("headset");
    assertThat(heard.events).hasSize(2);
  }

  @Test
  void aSuspendedDeviceIsToldAfterHalfASecondAndNobodyWaitsForIt() {
    VirtualMixer.Device device = mixer.addInput("desk");
    start(builder());
    run(Duration.ofSeconds(1));

    device.suspended = true;
    run(Duration.ofMillis(490));
    assertThat(heard.events).isEmpty();
    run(Duration.ofMillis(30));
    assertThat(heard.events).hasSize(1);
    run(Duration.ofSeconds(10));
    assertThat(heard.events).hasSize(1);
    device.suspended = false;
    run(Duration.ofSeconds(1));

    assertThat(heard.events).hasSize(2);
    assertThat(heard.events.get(1)).isInstanceOf(DeviceEvent.Restored.class);
  }

  @Test
  void lookingForADeviceBacksOff() {
    VirtualMixer.Device device = mixer.addInput("desk");
    start(builder());
    run(Duration.ofSeconds(1));

    device.gone = true;
    int before = device.opens;
    run(Duration.ofSeconds(20));

    // Two rates of what it lists, of one format each, at 0.1, 0.3, 0.7, 1.5, 3.1, 5.1 … s.
    assertThat(device.opens - before).isBetween(10, 15);
  }

  @Test
  void aFailingDriverCountsAsALostDevice() {
    VirtualMixer.Device device = mixer.addInput("desk");
    start(builder());
    run(Duration.ofSeconds(1));

    device.failing = true;
    run(Duration.ofMillis(10));
    device.failing = false;
    run(Duration.ofSeconds(1));

    assertThat(heard.events).hasSize(2);
  }

  @Test
  void shortReadsLoseNothing() {
    VirtualMixer.Device device = mixer.addInput("desk");
    device.mostPerCall = 100;
    start(builder().sampleRateHz(48_000));

    run(Duration.ofSeconds(1));

    short[] samples = heard.samples();
    assertThat(samples.length).isGreaterThan(46_000);
    for (int i = 0; i < samples.length; i++) {
      assertThat(samples[i]).isEqualTo((short) (i % 20_000 + 1));
    }
  }

  @Test
  void absenceBusinessAndRefusalAreToldApart() {
    assertThatThrownBy(() -> builder().build().startWithoutThread(heard))
        .isInstanceOfSatisfying(
            AudioDeviceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ABSENT))
        .hasMessageContaining(AudioDevices.hint());

    VirtualMixer.Device device = mixer.addInput("desk");
    device.unavailable = "Device or resource busy";
    assertThatThrownBy(() -> builder().build().startWithoutThread(heard))
        .isInstanceOfSatisfying(
            AudioDeviceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUSY))
        .hasMessageContaining("desk")
        .hasMessageContaining("close that program");

    device.unavailable = "line with format PCM_SIGNED 48000.0 Hz not supported.";
    assertThatThrownBy(() -> builder().build().startWithoutThread(heard))
        .isInstanceOfSatisfying(
            AudioDeviceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUSY));

    device.unavailable = "Permission denied";
    assertThatThrownBy(() -> builder().build().startWithoutThread(heard))
        .isInstanceOfSatisfying(
            AudioDeviceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));

    device.unavailable = null;
    device.forbidden = true;
    assertThatThrownBy(() -> builder().build().startWithoutThread(heard))
        .isInstanceOfSatisfying(
            AudioDeviceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED))
        .hasMessageContaining("privacy");
  }

  @Test
  void aDeviceWithoutPcmIsUnsupported() {
    mixer.addInput("odd", new AudioFormat(AudioFormat.Encoding.ULAW, 8_000, 8, 1, 1, 8_000, false));

    assertThatThrownBy(() -> builder().build().startWithoutThread(heard))
        .isInstanceOfSatisfying(
            AudioDeviceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED));
  }

  @Test
  void twoSecondsOfExactZerosAreToldOnceUntilThereIsSound() {
    VirtualMixer.Device device = mixer.addInput("mac");
    boolean[] allowed = {false};
    device.signal = frame -> allowed[0] ? 1 : 0;
    start(builder());

    run(Duration.ofMillis(1_900));
    assertThat(heard.events).isEmpty();
    run(Duration.ofSeconds(5));
    assertThat(heard.events).hasSize(1);
    assertThat(((DeviceEvent.Silent) heard.events.get(0)).advice()).contains("allowed");
    allowed[0] = true;
    run(Duration.ofSeconds(1));
    allowed[0] = false;
    run(Duration.ofSeconds(3));

    assertThat(heard.events).hasSize(2);
  }

  @Test
  void mutedItDeliversZerosOnTheSameTimeLine() {
    mixer.addInput("desk");
    start(builder().sampleRateHz(48_000));
    run(Duration.ofSeconds(1));

    microphone.mute(true);
    run(Duration.ofSeconds(3));
    microphone.mute(false);
    run(Duration.ofSeconds(1));

    short[] samples = heard.samples();
    assertThat(samples.length).isEqualTo(5 * 48_000);
    for (int i = 0; i < samples.length; i++) {
      boolean silent = i >= 48_000 && i < 4 * 48_000;
      assertThat(samples[i]).isEqualTo(silent ? 0 : (short) (i % 20_000 + 1));
    }
    assertThat(heard.events).isEmpty();
  }

  @Test
  void levelsAreMeasuredOverTheIntervalAskedFor() {
    VirtualMixer.Device device = mixer.addInput("desk");
    device.signal = frame -> frame % 2 == 0 ? 16_384 : -16_384;
    List<Level> levels = new ArrayList<>();
    start(builder().sampleRateHz(48_000).onLevel(Duration.ofMillis(100), levels::add));

    run(Duration.ofSeconds(1));

    assertThat(levels).hasSize(10);
    assertThat(levels).allSatisfy(level -> {
      assertThat(level.rms()).isCloseTo(0.5, within(1e-9));
      assertThat(level.peak()).isEqualTo(0.5);
    });
  }

  @Test
  void thePreRollIsWhatWasDeliveredLast() {
    mixer.addInput("desk");
    start(builder().sampleRateHz(48_000).preRoll(Duration.ofMillis(250)));
    run(Duration.ofMillis(100));
    assertThat(microphone.preRoll()).isEqualTo(heard.samples());

    run(Duration.ofSeconds(1));

    short[] samples = heard.samples();
    assertThat(microphone.preRoll())
        .isEqualTo(Arrays.copyOfRange(samples, samples.length - 12_000, samples.length));
  }

  @Test
  void aThrowingListenerIsCalledAgain() {
    mixer.addInput("desk");
    microphone = builder().build();
    int[] calls = {0};
    microphone.startWithoutThread((samples, offset, count, nanos) -> {
      calls[0]++;
      throw new IllegalStateException("a listener that throws");
    });

    run(Duration.ofMillis(200));

    assertThat(calls[0]).isGreaterThan(5);
  }

  @Test
  void chunksAreMadeWithoutGarbage() {
    long[] now = {0};
    VirtualMixer own = new VirtualMixer(() -> now[0]);
    own.addInput("headset", STEREO_44K);
    long[] delivered = {0};
    microphone = Microphone.builder(own).nanoTime(() -> now[0]).build();
    microphone.startWithoutThread((samples, offset, count, nanos) -> delivered[0] += count);
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();

    long least = Long.MAX_VALUE;
    for (int round = 0; round < 10; round++) {
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < 500; i++) {
        now[0] += 2_000_000;
        microphone.poll();
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
    }

    assertThat(delivered[0]).isGreaterThan(155_000);
    assertThat(least).isLessThan(200);
  }

  @Test
  void itRunsOnAThreadOfItsOwnAndIsSilentAfterClose() throws InterruptedException {
    VirtualMixer real = new VirtualMixer(System::nanoTime);
    real.addInput("desk");
    CountDownLatch enough = new CountDownLatch(5);
    Thread[] caller = {null};
    Microphone own = Microphone.builder(real).build();
    long[] calls = {0};

    own.start((samples, offset, count, nanos) -> {
      caller[0] = Thread.currentThread();
      calls[0]++;
      enough.countDown();
    });
    assertThat(enough.await(20, TimeUnit.SECONDS)).isTrue();
    own.close();
    own.close();

    long after = calls[0];
    assertThat(caller[0].isDaemon()).isTrue();
    assertThat(caller[0].getName()).isEqualTo("live-microphone");
    assertThat(caller[0].isAlive()).isFalse();
    assertThat(calls[0]).isEqualTo(after);
    assertThatThrownBy(() -> own.start((samples, offset, count, nanos) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void itCanBeClosedByItsListenerAndStartedOnlyOnce() throws InterruptedException {
    VirtualMixer real = new VirtualMixer(System::nanoTime);
    real.addInput("desk");
    Microphone own = Microphone.builder(real).build();
    CountDownLatch closed = new CountDownLatch(1);

    own.start((samples, offset, count, nanos) -> {
      own.close();
      closed.countDown();
    });

    assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> own.start((samples, offset, count, nanos) -> {}))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void badSettingsAreNamed() {
    assertThatThrownBy(() -> builder().sampleRateHz(7_999)).hasMessageContaining("7999");
    assertThatThrownBy(() -> builder().chunk(Duration.ofMillis(19))).hasMessageContaining("19");
    assertThatThrownBy(() -> builder().chunk(Duration.ofMillis(101))).hasMessageContaining("chunk");
    assertThatThrownBy(() -> builder().preRoll(Duration.ZERO)).hasMessageContaining("preRoll");
  }
}
