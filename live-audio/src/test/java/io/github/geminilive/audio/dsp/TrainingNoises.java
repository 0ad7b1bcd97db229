package io.github.geminilive.audio.dsp;

import java.util.List;
import java.util.Random;

/**
 * Sounds that are no speech, for training: each call makes another one of its kind, the same for the
 * same random numbers. What the tests use is made differently, by {@link TestNoises}.
 */
final class TrainingNoises {

  static final List<String> KINDS = List.of(
      "white", "pink", "brown", "hum", "fan", "rain", "keys", "keys", "plucked", "plucked", "pads",
      "band", "band", "beeps", "cough", "knock", "clatter", "babble", "babble", "siren", "quiet",
      "traffic");

  private static final int RATE = 16_000;

  private TrainingNoises() {}

  /**
   * Makes a noise of about unit power.
   *
   * @param voices speech for the babble
   */
  static float[] make(String kind, int samples, Random random, List<float[]> voices) {
    float[] x = new float[samples];
    switch (kind) {
      case "white" -> coloured(x, random, 0);
      case "pink" -> coloured(x, random, 0.6 + 0.3 * random.nextDouble());
      case "brown" -> coloured(x, random, 0.95 + 0.04 * random.nextDouble());
      case "hum" -> hum(x, random);
      case "fan" -> fan(x, random);
      case "rain" -> rain(x, random);
      case "keys" -> keys(x, random);
      case "plucked" -> plucked(x, random);
      case "pads" -> pads(x, random);
      case "band" -> band(x, random);
      case "beeps" -> beeps(x, random);
      case "cough" -> cough(x, random);
      case "knock" -> knock(x, random);
      case "clatter" -> clatter(x, random);
      case "babble" -> babble(x, random, voices);
      case "siren" -> siren(x, random);
      case "traffic" -> traffic(x, random);
      case "quiet" -> coloured(x, random, 0.3 * random.nextDouble());
      default -> throw new IllegalArgumentException(kind);
    }
    double power = 1e-9;
    for (float v : x) {
      power += v * v / (double) samples;
    }
    float gain = (float) (1 / Math.sqrt(power));
    for (int i = 0; i < samples; i++) {
      x[i] *= gain;
    }
    return x;
  }

  private static double between(Random random, double from, double to) {
    return from + (to - from) * random.nextDouble();
  }

  private static void coloured(float[] x, Random random, double pole) {
    double state = 0;
    for (int i = 0; i < x.length; i++) {
      state = pole * state + random.nextGaussian();
      x[i] += (float) state;
    }
  }

  /** Adds a burst of noise through a resonance, rising and falling. */
  private static void burst(
      float[] x, Random random, int at, double gain, double hz, double q, int rise, double fall) {
    double w = 2 * Math.PI * Math.min(7_500, hz) / RATE;
    double r = 1 - w / (2 * q);
    double a1 = 2 * Math.max(0.02, r) * Math.cos(w);
    double a2 = -Math.max(0.02, r) * Math.max(0.02, r);
    double y1 = 0;
    double y2 = 0;
    double norm = gain * (1 - Math.max(0.02, r) * 0.9);
    int length = (int) (rise + 7 * fall);
    for (int i = 0; i < length && at + i < x.length; i++) {
      double envelope = i < rise ? (i + 1.0) / (rise + 1) : Math.exp(-(i - rise) / fall);
      double y = random.nextGaussian() * envelope + a1 * y1 + a2 * y2;
      y2 = y1;
      y1 = y;
      x[at + i] += (float) (norm * y);
    }
  }

  private static void hum(float[] x, Random random) {
    double base = random.nextBoolean() ? between(random, 49.8, 50.2) : between(random, 90, 260);
    for (int h = 1; h < 24; h++) {
      double gain = Math.pow(h, -between(random, 0.3, 2)) * random.nextDouble();
      double phase = random.nextDouble() * 7;
      for (int i = 0; i < x.length; i++) {
        x[i] += (float) (gain * Math.sin(phase + 2 * Math.PI * base * h * i / RATE));
      }
    }
    float[] noise = new float[x.length];
    coloured(noise, random, 0.8);
    double gain = between(random, 0.01, 0.15);
    for (int i = 0; i < x.length; i++) {
      x[i] += (float) (gain * noise[i]);
    }
  }

  private static void fan(float[] x, Random random) {
    coloured(x, random, between(random, 0.7, 0.97));
    double blade = between(random, 40, 240);
    double depth = between(random, 0.05, 0.5);
    double sway = between(random, 0.1, 1);
    double tone = between(random, 0, 3);
    for (int i = 0; i < x.length; i++) {
      double t = (double) i / RATE;
      double turn = 2 * Math.PI * blade * t;
      x[i] *= (float) ((1 + depth * Math.sin(turn)) * (1 + 0.2 * Math.sin(2 * Math.PI * sway * t)));
      x[i] +=
          (float) (tone * (Math.sin(turn) + 0.5 * Math.sin(2 * turn) + 0.2 * Math.sin(3 * turn)));
    }
  }

  private static void rain(float[] x, Random random) {
    coloured(x, random, 0.2);
    for (int i = 0; i < x.length; i++) {
      x[i] *= 0.3f;
    }
    double gap = between(random, 20, 600);
    for (double at = 0; at < x.length; at -= gap * Math.log(1 - random.nextDouble())) {
      burst(
          x,
          random,
          (int) at,
          between(random, 0.5, 3),
          between(random, 800, 7_000),
          between(random, 2, 20),
          4,
          between(random, 10, 60));
    }
  }

  private static void keys(float[] x, Random random) {
    double body = between(random, 250, 1_400);
    double click = between(random, 1_800, 6_500);
    double speed = between(random, 2, 9);
    double at = random.nextDouble() * 4_000;
    while (at < x.length) {
      double gain = between(random, 0.3, 1.3);
      burst(
          x,
          random,
          (int) at,
          gain,
          click * between(random, 0.8, 1.2),
          between(random, 0.7, 3),
          8,
          between(random, 25, 140));
      burst(
          x,
          random,
          (int) at + 60,
          gain,
          body * between(random, 0.8, 1.2),
          between(random, 2, 12),
          20,
          between(random, 60, 320));
      if (random.nextInt(4) > 0) {
        burst(
            x,
            random,
            (int) (at + between(random, 800, 2_000)),
            gain * 0.5,
            click * between(random, 0.9, 1.3),
            1.5,
            8,
            between(random, 25, 90));
      }
      at += RATE / speed * between(random, 0.4, 1.6);
      if (random.nextInt(12) == 0) {
        at += between(random, 0.3, 1.8) * RATE;
      }
    }
  }

  private static double pitch(int semitones) {
    return 110 * Math.pow(2, semitones / 12.0);
  }

  private static int inScale(Random random, int from, int to) {
    int[] scale = {0, 2, 4, 5, 7, 9, 11};
    return from + scale[random.nextInt(7)] + 12 * random.nextInt(Math.max(1, (to - from) / 12));
  }

  /** Adds a plucked string: noise going round in a delay line. */
  private static void pluck(float[] x, Random random, int at, double hz, double gain, int length) {
    int period = Math.max(4, (int) Math.round(RATE / hz));
    float[] line = new float[period];
    for (int i = 0; i < period; i++) {
      line[i] = (float) random.nextGaussian();
    }
    double keep = between(random, 0.985, 0.999);
    for (int i = 0; i < length && at + i < x.length; i++) {
      int place = i % period;
      float value = line[place];
      line[place] = (float) (keep * 0.5 * (value + line[(place + 1) % period]));
      double fade = Math.min(1, (length - i) / 400.0);
      x[at + i] += (float) (gain * value * fade);
    }
  }

  /** Adds a note of harmonics with attack, decay, vibrato. */
  private static void note(
      float[] x, Random random, int at, double hz, double gain, int length, int attack) {
    double vibrato = random.nextInt(3) == 0 ? between(random, 0.002, 0.02) : 0;
    double roll = between(random, 0.8, 2.2);
    double decay = between(random, 0.2, 3) * RATE;
    int harmonics = Math.min(12, (int) (7_000 / hz));
    double[] gains = new double[harmonics + 1];
    for (int h = 1; h <= harmonics; h++) {
      gains[h] = gain * Math.pow(h, -roll) * between(random, 0.3, 1);
    }
    double phase = 0;
    for (int i = 0; i < length && at + i < x.length; i++) {
      phase += 2 * Math.PI * hz / RATE * (1 + vibrato * Math.sin(2 * Math.PI * 5.5 * i / RATE));
      double envelope = Math.min(1, (double) i / attack)
          * Math.exp(-i / decay)
          * Math.min(1, (length - i) / 600.0);
      double s1 = Math.sin(phase);
      double c2 = 2 * Math.cos(phase);
      double previous = 0;
      double now = s1;
      double sum = 0;
      for (int h = 1; h <= harmonics; h++) {
        sum += gains[h] * now;
        double next = c2 * now - previous;
        previous = now;
        now = next;
      }
      x[at + i] += (float) (envelope * sum);
    }
  }

  private static void plucked(float[] x, Random random) {
    double beat = between(random, 0.12, 0.5) * RATE;
    int key = random.nextInt(12);
    for (double at = 0; at < x.length; at += beat) {
      int voices = random.nextInt(3);
      for (int v = 0; v <= voices; v++) {
        pluck(
            x,
            random,
            (int) at,
            pitch(inScale(random, key, key + 36)),
            between(random, 0.3, 1),
            (int) (beat * between(random, 0.8, 5)));
      }
    }
  }

  private static void pads(float[] x, Random random) {
    double bar = between(random, 0.8, 3) * RATE;
    int key = random.nextInt(12);
    int attack = (int) between(random, 200, 4_000);
    for (double at = 0; at < x.length; at += bar) {
      for (int v = 0; v < 3 + random.nextInt(3); v++) {
        note(
            x,
            random,
            (int) at,
            pitch(inScale(random, key, key + 24)),
            between(random, 0.3, 1),
            (int) (bar * 1.1),
            attack);
      }
    }
  }

  private static void band(float[] x, Random random) {
    double beat = between(random, 0.22, 0.6) * RATE;
    int key = random.nextInt(12);
    double drums = between(random, 0, 3);
    double solo = between(random, 0, 1.5);
    int step = 0;
    for (double at = 0; at < x.length; at += beat / 2, step++) {
      if (step % 4 == 0) {
        for (int i = 0; i < 2_400 && at + i < x.length; i++) {
          x[(int) at + i] += (float) (drums
              * 1.5
              * Math.exp(-i / 700.0)
              * Math.sin(2 * Math.PI * (55 * i / (double) RATE + 3 * (1 - Math.exp(-i / 300.0)))));
        }
      }
      if (step % 4 == 2) {
        burst(x, random, (int) at, drums * 2, 1_500, 0.6, 10, between(random, 500, 1_500));
      }
      burst(x, random, (int) at, drums * 0.7, 7_000, 1, 5, between(random, 100, 500));
      if (step % 2 == 0) {
        note(x, random, (int) at, pitch(inScale(random, key - 12, key)), 1, (int) beat, 100);
      }
      if (step % 8 == 0) {
        int root = inScale(random, key, key + 12);
        for (int third : new int[] {0, 4, 7}) {
          note(x, random, (int) at, pitch(root + third), 0.4, (int) (4 * beat), 300);
        }
      }
      if (random.nextInt(3) > 0) {
        note(
            x,
            random,
            (int) at,
            pitch(inScale(random, key + 12, key + 36)),
            solo,
            (int) (beat * between(random, 0.4, 1.5)),
            (int) between(random, 40, 1_200));
      }
    }
  }

  private static void beeps(float[] x, Random random) {
    double hz = between(random, 350, 3_500);
    double second = hz * between(random, 0.7, 1.5);
    double on = between(random, 0.05, 0.8) * RATE;
    double off = between(random, 0.05, 1.5) * RATE;
    int which = 0;
    for (double at = off; at < x.length; at += on + off) {
      note(x, random, (int) at, which++ % 2 == 0 ? hz : second, 1, (int) on, 60);
    }
    addNoise(x, random, 0.002);
  }

  private static void siren(float[] x, Random random) {
    double from = between(random, 300, 900);
    double to = from * between(random, 1.2, 2.2);
    double speed = between(random, 0.15, 3);
    double phase = 0;
    for (int i = 0; i < x.length; i++) {
      double swing = 0.5 - 0.5 * Math.cos(2 * Math.PI * speed * i / RATE);
      phase += 2 * Math.PI * (from + (to - from) * swing) / RATE;
      x[i] = (float) (Math.sin(phase) + 0.4 * Math.sin(2 * phase) + 0.3 * Math.sin(3 * phase));
    }
    addNoise(x, random, 0.05);
  }

  private static void addNoise(float[] x, Random random, double gain) {
    for (int i = 0; i < x.length; i++) {
      x[i] += (float) (gain * random.nextGaussian());
    }
  }

  private static void cough(float[] x, Random random) {
    addNoise(x, random, 0.003);
    double at = between(random, 0.2, 1.5) * RATE;
    double chest = between(random, 350, 900);
    while (at < x.length) {
      int coughs = 1 + random.nextInt(4);
      for (int c = 0; c < coughs && at < x.length; c++) {
        double gain = between(random, 0.5, 1.2);
        double fall = between(random, 500, 1_600);
        burst(x, random, (int) at, gain * 2, chest * between(random, 0.9, 1.1), 1.5, 60, fall);
        burst(x, random, (int) at, gain, chest * between(random, 2, 4), 2, 40, fall * 1.3);
        burst(x, random, (int) at, gain * 0.6, between(random, 3_000, 5_500), 1, 30, fall);
        if (random.nextBoolean()) {
          // the rough voiced end that many coughs have
          note(
              x,
              random,
              (int) (at + fall),
              between(random, 110, 350),
              gain * 0.5,
              (int) between(random, 700, 2_000),
              300);
        }
        at += between(random, 0.22, 0.45) * RATE;
      }
      at += between(random, 0.8, 3.5) * RATE;
    }
  }

  private static void knock(float[] x, Random random) {
    addNoise(x, random, 0.003);
    double hz = between(random, 80, 500);
    double at = between(random, 0.1, 1) * RATE;
    while (at < x.length) {
      for (int k = 0; k < 1 + random.nextInt(4) && at < x.length; k++) {
        burst(
            x,
            random,
            (int) at,
            between(random, 0.7, 1.3),
            hz * between(random, 0.95, 1.05),
            between(random, 2, 8),
            15,
            between(random, 150, 900));
        burst(x, random, (int) at, 0.3, between(random, 900, 3_000), 1, 5, 80);
        at += between(random, 0.12, 0.35) * RATE;
      }
      at += between(random, 0.5, 2.5) * RATE;
    }
  }

  private static void clatter(float[] x, Random random) {
    addNoise(x, random, 0.003);
    double gap = between(random, 0.05, 0.8) * RATE;
    for (double at = gap; at < x.length; at -= gap * Math.log(1 - random.nextDouble())) {
      double gain = between(random, 0.2, 1);
      for (int mode = 0; mode < 4; mode++) {
        burst(
            x,
            random,
            (int) at,
            gain,
            between(random, 700, 7_000),
            between(random, 20, 150),
            3,
            between(random, 60, 900));
      }
    }
  }

  private static void babble(float[] x, Random random, List<float[]> voices) {
    int talkers = 5 + random.nextInt(10);
    for (int t = 0; t < talkers; t++) {
      double gain = between(random, 0.5, 1.2);
      int at = -random.nextInt(RATE);
      while (at < x.length) {
        float[] voice = voices.get(random.nextInt(voices.size()));
        for (int i = Math.max(0, -at); i < voice.length && at + i < x.length; i++) {
          x[at + i] += (float) (gain * voice[i]);
        }
        at += voice.length + random.nextInt(3_000);
      }
    }
  }

  private static void traffic(float[] x, Random random) {
    float[] rumble = new float[x.length];
    coloured(rumble, random, 0.97);
    double at = 0;
    while (at < x.length) {
      double centre = at + between(random, 1, 4) * RATE;
      double width = between(random, 0.4, 1.5) * RATE;
      double gain = between(random, 0.5, 3);
      for (int i = (int) Math.max(0, centre - 4 * width);
          i < Math.min(x.length, centre + 4 * width);
          i++) {
        double d = (i - centre) / width;
        x[i] += (float) (gain * rumble[i] / (1 + d * d * d * d));
      }
      at = centre;
    }
    for (int i = 0; i < x.length; i++) {
      x[i] += 0.3f * rumble[i];
    }
  }
}
