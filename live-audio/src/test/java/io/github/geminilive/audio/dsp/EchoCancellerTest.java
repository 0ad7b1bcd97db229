package io.github.geminilive.audio.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.geminilive.audio.dsp.EchoReport.State;
import io.github.geminilive.audio.dsp.RoomSimulator.Scene;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EchoCancellerTest {

  private static final int RATE = 16_000;

  private static RoomSimulator room(long seed) {
    return new RoomSimulator(RATE, seed);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.2, 0", "40, 0.2, 3", "120, 0.45, 0", "220, 0.45, -6", "480, 0.2, -3"})
  void theEchoIsTakenOutAndTheNearTalkerStays(double delay, double rt60, double level) {
    Scene scene = room(21).delayMillis(delay).rt60(rt60).levelDb(level).build();

    EchoTrial trial = EchoTrial.of(scene);

    assertThat(trial.erleDb()).isGreaterThan(34);
    assertThat(trial.secondsTo15Db()).isLessThan(1);
    assertThat(trial.doubleTalkDb()).isBetween(-1.5, 0.5);
    assertThat(trial.nearOnlyDb()).isCloseTo(0, within(0.3));
    assertThat(trial.louderPercent()).isGreaterThanOrEqualTo(95);
    assertThat(trial.report().state()).isEqualTo(State.CANCELLING);
    assertThat(trial.report().delayMillis()).isCloseTo(delay, within(3.0));
    assertThat(trial.report().erleDb()).isGreaterThan(25);
    assertThat(trial.report().driftPpm()).isCloseTo(0, within(8.0));
  }

  @ParameterizedTest
  @ValueSource(doubles = {80, 100, -100})
  void differingClocksAreFollowed(double ppm) {
    EchoTrial trial = EchoTrial.of(room(22).driftPpm(ppm).seconds(25).build());

    assertThat(trial.erleDb()).isGreaterThan(28);
    assertThat(trial.doubleTalkDb()).isBetween(-1.5, 0.5);
    assertThat(trial.report().driftPpm()).isCloseTo(ppm, within(10.0));
    assertThat(trial.report().state()).isEqualTo(State.CANCELLING);
  }

  @Test
  void anEchoThatTheLoudspeakerDistortsIsWeakened() {
    EchoTrial trial = EchoTrial.of(room(23).drive(6).build());

    assertThat(trial.erleDb()).isGreaterThan(20);
    assertThat(trial.doubleTalkDb()).isBetween(-1.5, 0.5);
  }

  @Test
  void musicIsTakenOutToo() {
    EchoTrial trial = EchoTrial.of(room(24).music().build());

    assertThat(trial.erleDb()).isGreaterThan(34);
    assertThat(trial.doubleTalkDb()).isBetween(-1.5, 0.5);
    assertThat(trial.report().state()).isEqualTo(State.CANCELLING);
  }

  @Test
  void anotherRoomIsLearntWithinASecond() {
    Scene scene = room(25).changeAt(4).near(7, 15).build();

    EchoTrial trial = EchoTrial.of(scene);

    assertThat(erleDb(scene, trial, 5.2, 6.9)).isGreaterThan(15);
    assertThat(trial.erleDb()).isGreaterThan(34);
    assertThat(trial.states()).doesNotContain(State.NO_ECHO, State.FAILING);
  }

  @Test
  void twoWhoSpeakFromTheStartDoNotMisleadIt() {
    EchoTrial trial = EchoTrial.of(room(26).near(0.1, 14).build());

    assertThat(trial.erleDb()).isGreaterThan(20);
    assertThat(trial.doubleTalkDb()).isBetween(-1.5, 0.5);
    assertThat(trial.nearOnlyDb()).isCloseTo(0, within(0.3));
    assertThat(trial.report().state()).isEqualTo(State.CANCELLING);
  }

  @Test
  void withoutAnEchoTheMicrophonePassesUnchanged() {
    Scene scene = room(27).levelDb(-200).near(3, 15).build();

    EchoTrial trial = EchoTrial.of(scene);

    assertThat(trial.states()).containsExactly(State.IDLE, State.ADAPTING, State.NO_ECHO);
    assertThat(trial.stateTimes().get(2)).isLessThan(2);
    assertThat(trial.report().erleDb()).isZero();
    int settled = 2 * RATE;
    assertThat(Arrays.copyOfRange(trial.out(), settled, trial.out().length))
        .isEqualTo(Arrays.copyOfRange(scene.mic(), settled, scene.mic().length));
  }

  @Test
  void anEchoThatComesAfterAllIsNoticed() {
    Scene without = room(28).levelDb(-200).near(0, 0).build();
    Scene with = room(28).near(0, 0).build();
    EchoCanceller canceller = EchoCanceller.create(RATE);
    short[] out = new short[with.mic().length];

    canceller.process(without.far(), 0, without.mic(), 0, out, 0, 5 * RATE);
    State before = canceller.report().state();
    canceller.process(with.far(), 5 * RATE, with.mic(), 5 * RATE, out, 5 * RATE, 5 * RATE);

    assertThat(before).isEqualTo(State.NO_ECHO);
    assertThat(canceller.report().state()).isEqualTo(State.CANCELLING);
  }

  @Test
  void aRoomThatNeverStaysTheSameIsFailing() {
    EchoTrial trial = EchoTrial.of(room(29).renewEvery(0.2).near(0, 0).build());

    assertThat(trial.report().state()).isEqualTo(State.FAILING);
    assertThat(trial.states()).doesNotContain(State.NO_ECHO);
    assertThat(trial.stateTimes().get(trial.states().indexOf(State.FAILING))).isLessThan(8);
  }

  @Test
  void whoSpeaksAloneIsNotTouched() {
    Scene scene = room(30).near(0, 10).build();
    short[] out = new short[10 * RATE];
    EchoCanceller canceller = EchoCanceller.create(RATE);

    canceller.process(new short[10 * RATE], 0, scene.mic(), 0, out, 0, 10 * RATE);

    int latency = canceller.latencySamples();
    assertThat(Arrays.copyOfRange(out, latency, out.length))
        .isEqualTo(Arrays.copyOf(scene.mic(), out.length - latency));
    assertThat(canceller.report()).isEqualTo(EchoReport.UNKNOWN);
  }

  @Test
  void theSizeOfThePiecesDoesNotMatter() {
    Scene scene = room(31).seconds(5).build();
    int length = scene.mic().length;
    short[] whole = new short[length];
    short[] pieces = scene.mic().clone();
    Random random = new Random(31);

    EchoCanceller.create(RATE).process(scene.far(), 0, scene.mic(), 0, whole, 0, length);
    EchoCanceller other = EchoCanceller.create(RATE);
    for (int at = 0; at < length; ) {
      int count = Math.min(length - at, random.nextInt(700));
      other.process(scene.far(), at, pieces, at, pieces, at, count);
      at += count;
    }

    assertThat(pieces).isEqualTo(whole);
  }

  @Test
  void nothingIsAllocatedPerPiece() {
    Scene scene = room(36).driftPpm(60).seconds(8).build();
    EchoCanceller canceller = EchoCanceller.create(RATE);
    short[] out = new short[RATE / 50];
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    // The JVM itself allocates now and then, so the best second counts.
    long least = Long.MAX_VALUE;
    for (int second = 0; second < 8; second++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int piece = 0; piece < 50; piece++) {
        int at = second * RATE + piece * out.length;
        canceller.process(scene.far(), at, scene.mic(), at, out, 0, out.length);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }

    // Less than 8 bytes for each of 50 pieces: nothing that grows with them.
    assertThat(canceller.report().state()).isEqualTo(State.CANCELLING);
    assertThat(least).isLessThan(400);
  }

  @Test
  void afterResetItIsAsNew() {
    Scene scene = room(32).driftPpm(90).seconds(8).build();
    int length = scene.mic().length;
    short[] first = new short[length];
    short[] second = new short[length];
    EchoCanceller canceller = EchoCanceller.create(RATE);

    canceller.process(scene.far(), 0, scene.mic(), 0, first, 0, length);
    canceller.reset();
    EchoReport fresh = canceller.report();
    canceller.process(scene.far(), 0, scene.mic(), 0, second, 0, length);

    assertThat(fresh).isEqualTo(EchoReport.UNKNOWN);
    assertThat(second).isEqualTo(first);
  }

  @Test
  void silenceStaysSilenceAndAnOverdrivenMicrophoneDoesNoLastingHarm() {
    Scene scene = room(33).near(0, 0).build();
    short[] mic = scene.mic().clone();
    for (int i = 5 * RATE; i < 6 * RATE; i++) {
      mic[i] = (short) ((i / 40) % 2 == 0 ? 32767 : -32768);
    }
    EchoCanceller canceller = EchoCanceller.create(RATE);
    short[] out = new short[mic.length];

    canceller.process(scene.far(), 0, mic, 0, out, 0, mic.length);
    short[] quiet = new short[2 * RATE];
    canceller.process(new short[2 * RATE], 0, new short[2 * RATE], 0, quiet, 0, 2 * RATE);

    EchoTrial trial = EchoTrial.of(new Scene(RATE, scene.far(), mic, scene.echo(), scene.near()));
    assertThat(trial.erleDb()).isGreaterThan(30);
    assertThat(Arrays.copyOfRange(quiet, RATE, 2 * RATE)).containsOnly((short) 0);
  }

  @Test
  void fullScaleNoiseNeitherWrapsNorBlowsUp() {
    Random random = new Random(34);
    short[] far = new short[5 * RATE];
    for (int i = 0; i < far.length; i++) {
      far[i] = (short) (random.nextBoolean() ? 32767 : -32768);
    }
    short[] mic = new short[far.length];
    System.arraycopy(far, 0, mic, 800, far.length - 800);
    short[] out = new short[far.length];

    EchoCanceller.create(RATE).process(far, 0, mic, 0, out, 0, far.length);

    double sum = 0;
    for (int i = 4 * RATE; i < 5 * RATE; i++) {
      sum += (double) out[i] * out[i];
    }
    assertThat(10 * Math.log10(sum / RATE / 32768 / 32768)).isLessThan(-20);
  }

  @ParameterizedTest
  @ValueSource(ints = {8000, 24_000, 44_100, 48_000})
  void otherRatesWorkAsWell(int rate) {
    EchoCanceller canceller = EchoCanceller.create(rate);

    EchoTrial trial = EchoTrial.of(new RoomSimulator(rate, 35).build());

    assertThat(canceller.sampleRateHz()).isEqualTo(rate);
    assertThat(canceller.latencySamples()).isLessThanOrEqualTo(rate * 8 / 1000);
    assertThat(trial.erleDb()).isGreaterThan(30);
    assertThat(trial.doubleTalkDb()).isBetween(-1.5, 0.5);
    assertThat(trial.report().delayMillis()).isCloseTo(100, within(3.0));
  }

  @Test
  void theOutputLagsByEightMilliseconds() {
    assertThat(EchoCanceller.create(RATE).latencySamples()).isEqualTo(128);
  }

  @ParameterizedTest
  @ValueSource(ints = {7999, 48_001, 0, -16_000})
  void otherRatesAreRefused(int rate) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EchoCanceller.create(rate))
        .withMessageContaining("[8000, 48000]")
        .withMessageContaining(Integer.toString(rate));
  }

  @Test
  void piecesBeyondTheArraysAreRefusedBeforeAnythingIsTaken() {
    EchoCanceller canceller = EchoCanceller.create(RATE);
    short[] ten = new short[10];

    assertThatThrownBy(() -> canceller.process(ten, 0, ten, 1, ten, 0, 10))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static double erleDb(Scene scene, EchoTrial trial, double from, double to) {
    double before = 0;
    double after = 0;
    for (int i = (int) (from * RATE); i < to * RATE; i++) {
      before += (double) scene.mic()[i] * scene.mic()[i];
      after += (double) trial.out()[i] * trial.out()[i];
    }
    return 10 * Math.log10(before / after);
  }
}
