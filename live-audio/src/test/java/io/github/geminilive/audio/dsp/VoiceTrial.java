package io.github.geminilive.audio.dsp;

import io.github.geminilive.audio.pcm.G711;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Tries detector and tracker on speech among noises and says how well they did. As a program it
 * prints the tables of the documentation; given a directory of WAV files, with the speech in there.
 */
final class VoiceTrial {

  static final int RATE = VoiceDetector.SAMPLE_RATE_HZ;
  static final int FRAME = VoiceDetector.FRAME_SAMPLES;
  static final List<String> NOISES =
      List.of("white", "fan", "babble", "keys", "music", "cough", "knocks");

  private static final List<String> UTTERANCES = List.of(
      "rms-1", "slt-1", "rms-2", "slt-2", "rms-5", "slt-3", "rms-6", "slt-5", "rms-7", "slt-6",
      "rms-10", "slt-7", "slt-8", "slt-10");

  private final List<float[]> voices;

  VoiceTrial(List<float[]> voices) {
    this.voices = voices;
  }

  public static void main(String[] args) throws IOException {
    List<float[]> voices =
        args.length > 0 ? TrainVoiceDetector.readAll(Path.of(args[0])) : bundled();
    VoiceTrial trial = new VoiceTrial(voices);
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 6;
    StringBuilder table = new StringBuilder("| noise, SNR | ROC area | onset told after, median"
        + " / p90 | onset dated, median / p90 of error | end dated, likewise | missed"
        + " | false starts a minute between |\n|---|---|---|---|---|---|---|\n");
    for (int snr : new int[] {20, 10, 5}) {
      List<Double> told = new ArrayList<>();
      int utterances = 0;
      int missed = 0;
      for (String noise : NOISES) {
        Figures f = trial.speech(noise, snr, rounds);
        told.addAll(f.told);
        utterances += f.utterances;
        missed += f.missed;
        table.append(String.format(
            Locale.ROOT,
            "| %s, %d dB | %.3f | %.0f / %.0f ms | %.0f / %.0f ms | %.0f / %.0f ms | %.1f %%"
                + " | %.1f |%n",
            noise,
            snr,
            f.area,
            median(f.told),
            p90(f.told),
            median(f.onsets),
            p90(f.onsets),
            median(f.ends),
            p90(f.ends),
            100.0 * f.missed / f.utterances,
            f.falsePerMinute()));
      }
      table.append(String.format(
          Locale.ROOT,
          "| all of them, %d dB | | %.0f / %.0f ms | | | %.1f %% of %d | |%n",
          snr,
          median(told),
          p90(told),
          100.0 * missed / utterances,
          utterances));
    }
    table.append(
        "\n| noise alone | false starts a minute | suspicions a minute |\n|---|---|---|\n");
    for (String noise : NOISES) {
      Figures f = trial.noise(noise, rounds * 2);
      table.append(String.format(
          Locale.ROOT,
          "| %s | %.1f | %.1f |%n",
          noise,
          f.falsePerMinute(),
          f.suspicions * 60 / f.seconds));
    }
    System.out.print(table);
  }

  /** The speech that is checked in, each utterance at unit level. */
  static List<float[]> bundled() {
    List<float[]> all = new ArrayList<>();
    for (String name : UTTERANCES) {
      try (InputStream in = VoiceTrial.class.getResourceAsStream("speech/" + name + ".ul")) {
        if (in == null) {
          throw new IllegalStateException(name + " is missing");
        }
        byte[] codes = in.readAllBytes();
        float[] x = new float[codes.length];
        for (int i = 0; i < x.length; i++) {
          x[i] = G711.decodeMuLaw(codes[i]) / 32_768f;
        }
        TrainVoiceDetector.level(x);
        all.add(x);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return all;
  }

  /** What came out. Times in ms. */
  static final class Figures {
    double area;
    final List<Double> told = new ArrayList<>();
    final List<Double> onsets = new ArrayList<>();
    final List<Double> ends = new ArrayList<>();
    int utterances;
    int missed;
    int falseStarts;
    int suspicions;
    double seconds;

    double falsePerMinute() {
      return seconds == 0 ? 0 : falseStarts * 60 / seconds;
    }
  }

  static double median(List<Double> x) {
    return quantile(x, 0.5);
  }

  static double p90(List<Double> x) {
    return quantile(x, 0.9);
  }

  private static double quantile(List<Double> x, double part) {
    return x.isEmpty() ? 0 : x.stream().sorted().toList().get((int) (part * (x.size() - 1) + 0.5));
  }

  /** A mixture, and where in it is speech. */
  record Mixture(short[] samples, boolean[] speech) {}

  /** All utterances one after the other, 1 to 2.5 s apart, in noise that goes on. */
  Mixture mixture(String noise, double snrDb, long seed) {
    Random random = new Random(seed);
    int length = 2 * RATE;
    for (float[] voice : voices) {
      length += voice.length + 5 * RATE / 2;
    }
    float[] clean = new float[length];
    int at = 2 * RATE;
    for (float[] voice : voices) {
      System.arraycopy(voice, 0, clean, at, voice.length);
      at += voice.length + RATE + random.nextInt(3 * RATE / 2);
    }
    at += RATE / 2;
    clean = Arrays.copyOf(clean, at);
    return mix(clean, noise, snrDb, seed);
  }

  /** Noise alone, as loud as beside speech at 10 dB. */
  Mixture noiseAlone(String noise, int seconds, long seed) {
    return mix(new float[seconds * RATE], noise, 10, seed);
  }

  private Mixture mix(float[] clean, String noise, double snrDb, long seed) {
    Random random = new Random(seed);
    float[] other = TestNoises.make(noise, clean.length, seed, voices);
    double level = Math.pow(10, (-30 + 15 * random.nextDouble()) / 20);
    double gain = Math.pow(10, -snrDb / 20);
    short[] samples = new short[clean.length];
    for (int i = 0; i < samples.length; i++) {
      double x = level * (clean[i] + gain * other[i]) + 2e-5 * random.nextGaussian();
      samples[i] = (short) Math.max(-32_768, Math.min(32_767, Math.round(x * 32_768)));
    }
    return new Mixture(samples, TrainVoiceDetector.label(clean));
  }

  /** Speech in noise; each round is another mixture. */
  Figures speech(String noise, double snrDb, int rounds) {
    Figures figures = new Figures();
    List<float[]> scores = new ArrayList<>();
    List<boolean[]> labels = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      Mixture mixture = mixture(noise, snrDb, 1_000 + round);
      scores.add(run(mixture, figures));
      labels.add(mixture.speech);
    }
    figures.area = area(scores, labels);
    return figures;
  }

  /** Noise alone, half a minute a round. */
  Figures noise(String noise, int rounds) {
    Figures figures = new Figures();
    for (int round = 0; round < rounds; round++) {
      run(noiseAlone(noise, 30, 2_000 + round), figures);
    }
    return figures;
  }

  private static float[] run(Mixture mixture, Figures figures) {
    boolean[] speech = mixture.speech;
    List<long[]> starts = new ArrayList<>();
    List<Long> ends = new ArrayList<>();
    long[] now = new long[1];
    int[] suspicions = new int[1];
    SpeechTracker tracker = SpeechTracker.builder()
        .listener(new SpeechTracker.Listener() {
          @Override
          public void suspected(long onset) {
            suspicions[0]++;
          }

          @Override
          public void started(long onset) {
            starts.add(new long[] {now[0], onset});
          }

          @Override
          public void ended(long end) {
            ends.add(end);
          }
        })
        .build();
    float[] scores = new float[speech.length];
    for (int f = 0; f < speech.length; f++) {
      now[0] = (f + 1L) * FRAME;
      tracker.add(mixture.samples, f * FRAME, FRAME);
      scores[f] = tracker.score();
    }
    if (ends.size() < starts.size()) {
      ends.add((long) speech.length * FRAME);
    }
    figures.suspicions += suspicions[0];

    // utterances: speech with less than 0.6 s between
    List<long[]> utterances = new ArrayList<>();
    for (int f = 0; f < speech.length; f++) {
      if (speech[f]) {
        long[] last = utterances.isEmpty() ? null : utterances.get(utterances.size() - 1);
        if (last == null || (long) f * FRAME - last[1] > 0.6 * RATE) {
          utterances.add(new long[] {(long) f * FRAME, (f + 1L) * FRAME});
        } else {
          last[1] = (f + 1L) * FRAME;
        }
      }
    }
    figures.utterances += utterances.size();
    double silence = speech.length / 100.0;
    boolean[] used = new boolean[starts.size()];
    for (long[] utterance : utterances) {
      silence -= (utterance[1] - utterance[0]) / (double) RATE;
      boolean found = false;
      long end = -1;
      for (int s = 0; s < starts.size(); s++) {
        long told = starts.get(s)[0];
        boolean overlaps = told <= utterance[1] + RATE / 10 && ends.get(s) > utterance[0];
        if (overlaps) {
          if (!found && told > utterance[0]) {
            figures.told.add((told - utterance[0]) / 16.0);
            figures.onsets.add(Math.abs(starts.get(s)[1] - utterance[0]) / 16.0);
          }
          found = true;
          end = ends.get(s);
          // begun before there was anything to hear
          used[s] = told > utterance[0];
        }
      }
      if (found) {
        figures.ends.add(Math.abs(end - utterance[1]) / 16.0);
      } else {
        figures.missed++;
      }
    }
    for (boolean u : used) {
      figures.falseStarts += u ? 0 : 1;
    }
    figures.seconds += silence;
    return scores;
  }

  /** The chance that a frame of speech scores higher than one of noise. */
  private static double area(List<float[]> scores, List<boolean[]> labels) {
    long positives = 0;
    List<double[]> all = new ArrayList<>();
    for (int i = 0; i < scores.size(); i++) {
      for (int f = 100; f < scores.get(i).length; f++) {
        all.add(new double[] {scores.get(i)[f], labels.get(i)[f] ? 1 : 0});
        positives += labels.get(i)[f] ? 1 : 0;
      }
    }
    all.sort((a, b) -> Double.compare(a[0], b[0]));
    double ranks = 0;
    for (int i = 0; i < all.size(); ) {
      int j = i;
      int here = 0;
      while (j < all.size() && all.get(j)[0] == all.get(i)[0]) {
        here += all.get(j++)[1] > 0 ? 1 : 0;
      }
      ranks += here * (i + j + 1) / 2.0;
      i = j;
    }
    double negatives = all.size() - positives;
    return (ranks - positives * (positives + 1.0) / 2) / (positives * negatives);
  }
}
