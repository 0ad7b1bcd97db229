package io.github.geminilive.audio.dsp;

import java.util.List;
import java.util.Random;

/** Sounds that are no speech, of about unit power, to try the detector on; none was trained on. */
final class TestNoises {

  private static final int RATE = 16_000;

  private TestNoises() {}

  /**
   * Makes one.
   *
   * @param kind white, fan, keys, music, babble, cough or knocks
   * @param voices what babbles
   */
  static float[] make(String kind, int samples, long seed, List<float[]> voices) {
    Random random = new Random(seed * 31 + kind.hashCode());
    float[] x = new float[samples];
    switch (kind) {
      case "white" -> white(x, random);
      case "fan" -> fan(x, random);
      case "keys" -> keys(x, random);
      case "music" -> music(x, random, (int) (seed % 3));
      case "babble" -> babble(x, random, voices);
      case "cough" -> coughs(x, random);
      case "knocks" -> knocks(x, random);
      default -> throw new IllegalArgumentException("no such noise: " + kind);
    }
    double power = 1e-12;
    for (float v : x) {
      power += (double) v * v / samples;
    }
    for (int i = 0; i < samples; i++) {
      x[i] /= (float) Math.sqrt(power);
    }
    return x;
  }

  private static double uniform(Random random, double from, double to) {
    return from + (to - from) * random.nextDouble();
  }

  private static void white(float[] x, Random random) {
    for (int i = 0; i < x.length; i++) {
      x[i] += 2 * random.nextFloat() - 1;
    }
  }

  /** Turbulence of several sizes, the motor's tone and its harmonics, never quite even. */
  private static void fan(float[] x, Random random) {
    double[] state = new double[5];
    double motor = uniform(random, 100, 150);
    double phase = 0;
    double wobble = 0;
    for (int i = 0; i < x.length; i++) {
      double sum = 0;
      for (int s = 0; s < state.length; s++) {
        double pole = 1 - Math.pow(0.4, s + 1);
        state[s] += (1 - pole) * (random.nextGaussian() - state[s]);
        sum += state[s] / Math.sqrt((1 - pole) / (1 + pole)) * 0.4;
      }
      wobble += 0.0005 * (random.nextGaussian() - wobble);
      phase += 2 * Math.PI * motor * (1 + 0.2 * wobble) / RATE;
      double tone = 0.3 * Math.sin(phase) + 0.15 * Math.sin(3 * phase) + 0.1 * Math.sin(7 * phase);
      x[i] = (float) (sum * (1 + 0.1 * Math.sin(phase / 4)) + tone);
    }
  }

  private static void ring(float[] x, double at, double gain, double hz, double seconds) {
    int from = (int) at;
    for (int i = 0; i < 6 * seconds * RATE && from + i < x.length; i++) {
      double t = (double) i / RATE;
      x[from + i] += (float) (gain * Math.exp(-t / seconds) * Math.sin(2 * Math.PI * hz * t + 1));
    }
  }

  private static void hiss(float[] x, Random random, double at, double gain, double seconds) {
    int from = (int) at;
    double last = 0;
    for (int i = 0; i < 6 * seconds * RATE && from + i < x.length; i++) {
      double now = random.nextGaussian();
      x[from + i] += (float) (gain * Math.exp(-i / (seconds * RATE)) * (now - 0.6 * last));
      last = now;
    }
  }

  /** Words of two to nine keys, typed at 50 to 80 words a minute. */
  private static void keys(float[] x, Random random) {
    double plate = uniform(random, 400, 900);
    double stem = uniform(random, 2_200, 3_800);
    double at = 2_000;
    while (at < x.length) {
      int word = 2 + random.nextInt(8);
      for (int k = 0; k < word && at < x.length; k++) {
        double gain = uniform(random, 0.5, 1.2);
        hiss(x, random, at, gain * 0.8, 0.003);
        ring(x, at, gain * 0.5, stem * uniform(random, 0.92, 1.08), 0.004);
        ring(x, at + 40, gain * 0.7, plate * uniform(random, 0.92, 1.08), 0.011);
        double up = at + uniform(random, 0.06, 0.11) * RATE;
        hiss(x, random, up, gain * 0.3, 0.002);
        ring(x, up, gain * 0.2, stem * 1.15, 0.003);
        at += uniform(random, 0.09, 0.24) * RATE;
      }
      at += uniform(random, 0.15, 0.9) * RATE;
    }
  }

  private static void music(float[] x, Random random, int style) {
    int[] chords = {0, 9, 5, 7};
    double beat = uniform(random, 0.3, 0.55) * RATE;
    double base = uniform(random, 98, 147);
    int step = 0;
    for (double at = 0; at < x.length; at += beat / 2, step++) {
      int root = chords[step / 8 % 4];
      int[] triad = {root, root + (root == 9 ? 3 : 4), root + 7, root + 12};
      if (style == 0) {
        chime(x, at, base * Math.pow(2, (12 + triad[step % 4]) / 12.0), 0.6, 0.35);
        if (step % 2 == 0) {
          chime(x, at, base * Math.pow(2, (triad[0] - 12) / 12.0), 0.9, 0.5);
          hiss(x, random, at + beat / 2, 0.15, 0.02);
        }
      } else if (style == 1) {
        if (step % 6 == 0) {
          for (int tone : triad) {
            organ(x, at, base * Math.pow(2, tone / 12.0), 0.4, 3 * beat);
          }
        }
        if (step % 2 == 0) {
          organ(x, at, base * Math.pow(2, (12 + triad[random.nextInt(4)]) / 12.0), 0.7, beat);
        }
      } else {
        if (step % 8 == 0) {
          for (int tone : triad) {
            bow(x, at, base * Math.pow(2, tone / 12.0), 0.3, 4 * beat);
          }
        }
        if (random.nextInt(3) > 0) {
          double length = beat * (1 + random.nextInt(2));
          bow(x, at, base * Math.pow(2, (12 + triad[random.nextInt(4)]) / 12.0), 0.6, length);
        }
        if (step % 4 == 0) {
          ring(x, at, 1.2, 62, 0.08);
        }
      }
    }
  }

  private static void chime(float[] x, double at, double hz, double gain, double seconds) {
    int from = (int) at;
    for (int i = 0; i < 5 * seconds * RATE && from + i < x.length; i++) {
      double t = (double) i / RATE;
      double bright = 2.2 * Math.exp(-t / (seconds * 0.4));
      double body = Math.sin(2 * Math.PI * hz * t + bright * Math.sin(2 * Math.PI * 3 * hz * t));
      x[from + i] += (float) (gain * Math.min(1, i / 40.0) * Math.exp(-t / seconds) * body);
    }
  }

  private static void organ(float[] x, double at, double hz, double gain, double length) {
    int from = (int) at;
    double[] pipes = {0.5, 1, 1.5, 2, 3, 4, 6};
    for (int i = 0; i < length && from + i < x.length; i++) {
      double sum = 0;
      for (double pipe : pipes) {
        sum += Math.sin(2 * Math.PI * hz * pipe * i / RATE) / (0.5 + pipe);
      }
      x[from + i] += (float) (gain * sum * Math.min(1, Math.min(i / 300.0, (length - i) / 500.0)));
    }
  }

  private static void bow(float[] x, double at, double hz, double gain, double length) {
    int from = (int) at;
    double phase = 0;
    double smooth = 0;
    for (int i = 0; i < length && from + i < x.length; i++) {
      phase += hz / RATE * (1 + 0.006 * Math.sin(2 * Math.PI * 5.8 * i / RATE));
      double saw = 2 * (phase - Math.floor(phase)) - 1;
      smooth += 0.35 * (saw - smooth);
      double envelope = Math.min(1, Math.min(i / 1_100.0, (length - i) / 1_100.0));
      x[from + i] += (float) (gain * smooth * envelope);
    }
  }

  /** Nine talkers, each at a speed of his own. */
  private static void babble(float[] x, Random random, List<float[]> voices) {
    for (int talker = 0; talker < 9; talker++) {
      double speed = uniform(random, 0.8, 1.25);
      double gain = uniform(random, 0.7, 1.1);
      double at = -uniform(random, 0, 2) * RATE;
      while (at < x.length) {
        float[] voice = voices.get(random.nextInt(voices.size()));
        for (int i = 0; i < (voice.length - 1) / speed; i++) {
          int to = (int) at + i;
          if (to >= 0 && to < x.length) {
            double place = i * speed;
            int whole = (int) place;
            double part = place - whole;
            x[to] += (float) (gain * ((1 - part) * voice[whole] + part * voice[whole + 1]));
          }
        }
        at += voice.length / speed + uniform(random, 0, 0.2) * RATE;
      }
    }
  }

  /** Each an explosion of breath through throat and mouth, often with a rough voice behind it. */
  private static void coughs(float[] x, Random random) {
    double at = uniform(random, 0.5, 1.5) * RATE;
    double throat = uniform(random, 450, 800);
    while (at < x.length) {
      int count = 1 + random.nextInt(3);
      for (int c = 0; c < count && at < x.length; c++) {
        double length = uniform(random, 0.15, 0.3) * RATE;
        double hz = uniform(random, 140, 320);
        double rough = uniform(random, 0, 1);
        double[] y = new double[4];
        double phase = 0;
        for (int i = 0; i < length && at + i < x.length; i++) {
          double t = i / length;
          double envelope =
              Math.min(1, i / 80.0) * (Math.exp(-6 * t) + 0.25 * Math.sin(Math.PI * t));
          phase += hz / RATE * (1 + 0.15 * random.nextGaussian());
          double buzz = t > 0.45 ? 3 * rough * (phase - Math.floor(phase) - 0.5) : 0;
          double source = (random.nextGaussian() + buzz) * envelope;
          for (int f = 0; f < 2; f++) {
            double w = 2 * Math.PI * throat * (f == 0 ? 1 : 2.4) / RATE;
            double v = source + 2 * 0.95 * Math.cos(w) * y[2 * f] - 0.9025 * y[2 * f + 1];
            y[2 * f + 1] = y[2 * f];
            y[2 * f] = v;
          }
          x[(int) at + i] += (float) (0.15 * y[0] + 0.1 * y[2] + 0.5 * source);
        }
        at += length + uniform(random, 0.03, 0.15) * RATE;
      }
      at += uniform(random, 1, 3) * RATE;
    }
  }

  private static void knocks(float[] x, Random random) {
    double door = uniform(random, 110, 260);
    double at = RATE;
    while (at < x.length) {
      for (int k = 0; k < 3 && at < x.length; k++) {
        ring(x, at, 1, door, 0.04);
        ring(x, at, 0.6, door * 2.7, 0.02);
        hiss(x, random, at, 0.4, 0.006);
        at += uniform(random, 0.16, 0.24) * RATE;
      }
      at += uniform(random, 0.8, 2.5) * RATE;
    }
  }
}
