package io.github.geminilive.audio.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.geminilive.audio.dsp.SpeechTracker.State;
import io.github.geminilive.testkit.Speech;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The detector that comes with the library, with the tracker's default settings, on voices and noises
 * it was not trained on.
 */
class VoiceDetectorTest {

  private static final int RATE = VoiceDetector.SAMPLE_RATE_HZ;
  private static final int FRAME = VoiceDetector.FRAME_SAMPLES;
  private static final VoiceTrial TRIAL = new VoiceTrial(VoiceTrial.bundled());
  private static final Map<String, VoiceTrial.Figures> SPEECH = new ConcurrentHashMap<>();

  private static VoiceTrial.Figures speech(String noise, int snr) {
    return SPEECH.computeIfAbsent(noise + snr, key -> TRIAL.speech(noise, snr, snr == 10 ? 2 : 1));
  }

  private static short[] samples(byte[] pcm) {
    short[] samples = new short[pcm.length / 2];
    ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(samples);
    return samples;
  }

  private static float[] scores(VoiceDetector detector, short[] samples) {
    float[] scores = new float[samples.length / FRAME];
    for (int f = 0; f < scores.length; f++) {
      scores[f] = detector.score(samples, f * FRAME);
    }
    return scores;
  }

  private static float[] scores(short[] samples) {
    return scores(VoiceDetector.create(), samples);
  }

  /** A second of faint noise, the question, two seconds of faint noise. */
  private static short[] question(double gain, double noise, int offset) {
    short[] speech = samples(Speech.question());
    short[] all = new short[speech.length + 3 * RATE];
    Random random = new Random(3);
    for (int i = 0; i < all.length; i++) {
      int at = i - RATE;
      double x = at >= 0 && at < speech.length ? gain * speech[at] : 0;
      long value = Math.round(x + noise * random.nextGaussian()) + offset;
      all[i] = (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, value));
    }
    return all;
  }

  private static double share(float[] scores, int from, int to, float threshold) {
    int above = 0;
    for (int f = from; f < to; f++) {
      above += scores[f] >= threshold ? 1 : 0;
    }
    return above / (double) (to - from);
  }

  /** Hears it in a single piece; gives the transitions with their positions. */
  private static List<String> track(short[] samples, int piece) {
    List<String> events = new ArrayList<>();
    SpeechTracker tracker = SpeechTracker.builder()
        .listener(new SpeechTracker.Listener() {
          @Override
          public void started(long onset) {
            events.add("started " + onset);
          }

          @Override
          public void ended(long end) {
            events.add("ended " + end);
          }
        })
        .build();
    for (int at = 0; at < samples.length; at += piece) {
      tracker.add(samples, at, Math.min(piece, samples.length - at));
    }
    return events;
  }

  private static long position(String event) {
    return Long.parseLong(event.substring(event.indexOf(' ') + 1));
  }

  @ParameterizedTest
  @CsvSource({
    "white, 0.97",
    "fan, 0.95",
    "babble, 0.93",
    "keys, 0.97",
    "music, 0.96",
    "cough, 0.97",
    "knocks, 0.97"
  })
  void framesOfSpeechScoreHigherThanNoiseAtTenDecibels(String noise, double area) {
    assertThat(speech(noise, 10).area).isGreaterThanOrEqualTo(area);
  }

  @ParameterizedTest
  @CsvSource({"white, 0.96", "fan, 0.94", "babble, 0.80", "keys, 0.97", "music, 0.87"})
  void framesOfSpeechScoreHigherThanNoiseAtFiveDecibels(String noise, double area) {
    assertThat(speech(noise, 5).area).isGreaterThanOrEqualTo(area);
  }

  @ParameterizedTest
  @CsvSource({"20, 120, 250", "10, 120, 250", "5, 150, 400"})
  void theOnsetIsToldInTime(int snr, double median, double p90) {
    List<Double> told = new ArrayList<>();
    int utterances = 0;
    int missed = 0;
    for (String noise : VoiceTrial.NOISES) {
      VoiceTrial.Figures figures = speech(noise, snr);
      told.addAll(figures.told);
      utterances += figures.utterances;
      missed += figures.missed;
    }

    assertThat(utterances).isGreaterThanOrEqualTo(14 * VoiceTrial.NOISES.size());
    assertThat(VoiceTrial.median(told)).isLessThanOrEqualTo(median);
    assertThat(VoiceTrial.p90(told)).isLessThanOrEqualTo(p90);
    assertThat(100.0 * missed / utterances).isLessThanOrEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"white, 120, 280", "fan, 60, 150", "keys, 40, 100", "music, 50, 120"})
  void theOnsetIsDatedToWhereItWas(String noise, double median, double p90) {
    VoiceTrial.Figures figures = speech(noise, 10);

    assertThat(VoiceTrial.median(figures.onsets)).isLessThanOrEqualTo(median);
    assertThat(VoiceTrial.p90(figures.onsets)).isLessThanOrEqualTo(p90);
  }

  @ParameterizedTest
  @CsvSource({"white, 100", "fan, 400", "keys, 150", "cough, 100", "knocks, 150"})
  void theEndIsDatedToWhereItWas(String noise, double median) {
    assertThat(VoiceTrial.median(speech(noise, 10).ends)).isLessThanOrEqualTo(median);
  }

  @ParameterizedTest
  @CsvSource({"white, 2", "fan, 2", "music, 2", "keys, 10", "cough, 3", "knocks, 3"})
  void noiseAloneSeldomStarts(String noise, double perMinute) {
    VoiceTrial.Figures figures = TRIAL.noise(noise, 4);

    assertThat(figures.seconds).isEqualTo(120);
    assertThat(figures.falsePerMinute()).isLessThanOrEqualTo(perMinute);
  }

  @Test
  void aBundledQuestionIsFoundWholeInQuiet() {
    short[] all = question(1, 3, 0);
    long end = all.length - 2L * RATE;

    List<String> events = track(all, 320);

    assertThat(events.get(0)).startsWith("started");
    assertThat(position(events.get(0))).isBetween(RATE - 1_600L, RATE + 3_200L);
    assertThat(events.get(events.size() - 1)).startsWith("ended");
    assertThat(position(events.get(events.size() - 1))).isBetween(end - 8_000, end + 1_600);
  }

  @Test
  void anInterruptionIsFoundInAFanAtTenDecibels() {
    short[] speech = samples(Speech.interruption());
    short[] all = new short[speech.length + 4 * RATE];
    float[] fan = TestNoises.make("fan", all.length, 9, List.of());
    double power = 0;
    for (short x : speech) {
      power += (double) x * x / speech.length;
    }
    double gain = Math.sqrt(power / 10);
    for (int i = 0; i < all.length; i++) {
      int at = i - 2 * RATE;
      all[i] = (short) (fan[i] * gain + (at >= 0 && at < speech.length ? speech[at] : 0));
    }

    List<String> events = track(all, 320);

    assertThat(events.get(0)).startsWith("started");
    assertThat(position(events.get(0))).isBetween(2L * RATE - 1_600, 2L * RATE + 4_800);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.05, 0.3})
  void theLevelDoesNotMatter(double gain) {
    float[] loud = scores(question(1, 100, 0));
    float[] quiet = scores(question(gain, 100 * gain, 0));

    int differ = 0;
    for (int f = 0; f < loud.length; f++) {
      differ += (loud[f] >= 0.5) == (quiet[f] >= 0.5) ? 0 : 1;
    }

    assertThat(differ).isLessThan(loud.length / 20);
  }

  @Test
  void anOffsetDoesNotMatter() {
    float[] centred = scores(question(0.5, 20, 0));
    float[] shifted = scores(question(0.5, 20, 2_000));

    for (int f = 10; f < centred.length; f++) {
      assertThat(shifted[f]).isBetween(centred[f] - 0.05f, centred[f] + 0.05f);
    }
  }

  @Test
  void clippedSpeechIsSpeech() {
    short[] clipped = question(20, 20, 0);

    float[] scores = scores(clipped);

    assertThat(share(scores, 120, scores.length - 220, 0.5f)).isGreaterThan(0.7);
    assertThat(share(scores, 20, 98, 0.5f)).isZero();
  }

  @Test
  void zerosAreSurelyNoSpeechEvenAfterSpeech() {
    short[] speech = samples(Speech.question());
    short[] all = Arrays.copyOf(speech, speech.length / FRAME * FRAME + 2 * RATE);
    Arrays.fill(all, speech.length / FRAME * FRAME, all.length, (short) 0);

    float[] scores = scores(all);

    for (int f = scores.length - 200; f < scores.length; f++) {
      assertThat(scores[f]).isZero();
    }
  }

  @Test
  void speechBetweenZerosIsFound() {
    short[] speech = samples(Speech.question());
    short[] all = new short[speech.length + 2 * RATE];
    System.arraycopy(speech, 0, all, RATE, speech.length);

    List<String> events = track(all, 320);

    assertThat(events.get(0)).startsWith("started");
    assertThat(position(events.get(0))).isBetween(RATE - 1_600L, RATE + 3_200L);
    assertThat(events.get(events.size() - 1)).startsWith("ended");
  }

  @ParameterizedTest
  @ValueSource(ints = {Short.MAX_VALUE, Short.MIN_VALUE, 1})
  void extremesGiveAScore(int amplitude) {
    Random random = new Random(2);
    short[] samples = new short[5 * RATE];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) (random.nextInt(400) == 0 ? 0 : i / 200 % 2 == 0 ? amplitude : 0);
    }

    for (float score : scores(samples)) {
      assertThat(score).isBetween(0f, 1f);
    }
  }

  @Test
  void piecesOfAnyLengthGiveTheSame() {
    short[] all = question(1, 200, 0);
    List<String> whole = track(all, all.length);
    assertThat(whole).isNotEmpty();

    assertThat(track(all, 1)).isEqualTo(whole);
    assertThat(track(all, 317)).isEqualTo(whole);
  }

  @Test
  void resetForgetsEverything() {
    VoiceDetector detector = VoiceDetector.create();
    short[] question = question(1, 50, 0);
    float[] fresh = scores(detector, question);
    scores(detector, question(20, 3_000, 100));

    detector.reset();

    assertThat(scores(detector, question)).isEqualTo(fresh);
  }

  @Test
  void theFrameIsTakenFromItsOffsetAndLeftAsItIs() {
    short[] question = question(1, 50, 0);
    float[] expected = scores(question);
    VoiceDetector detector = VoiceDetector.create();
    short[] frame = new short[7 + FRAME];

    for (int f = 0; f < expected.length; f++) {
      System.arraycopy(question, f * FRAME, frame, 7, FRAME);
      assertThat(detector.score(frame, 7)).isEqualTo(expected[f]);
      assertThat(Arrays.equals(frame, 7, 7 + FRAME, question, f * FRAME, (f + 1) * FRAME))
          .isTrue();
    }
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> detector.score(frame, 8));
  }

  @Test
  void nothingIsAllocatedPerPiece() {
    short[] all = question(1, 200, 0);
    SpeechTracker tracker = SpeechTracker.create();
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    run(tracker, all);

    // The JVM itself allocates now and then, so the best of five counts.
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 5; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      run(tracker, all);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }

    // less than a byte for each of some 280 pieces: nothing that grows with them
    assertThat(least).isLessThan(200);
  }

  private static State run(SpeechTracker tracker, short[] all) {
    State state = State.SILENT;
    for (int at = 0; at + 320 <= all.length; at += 320) {
      state = tracker.add(all, at, 320);
    }
    return state;
  }
}
