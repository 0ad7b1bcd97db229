package io.github.geminilive.audio.dsp;

import io.github.geminilive.testkit.Speech;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoublePredicate;

/**
 * A loudspeaker, a room, a microphone and two people in it: makes what is played and what is heard.
 * The room is a direct path, early reflections and noise that decays exponentially.
 */
final class RoomSimulator {

  private static final String ANSWER = "In Lisbon it is sunny today, and pleasantly warm."
      + " The wind is light and comes from the north west."
      + " Later in the afternoon a few clouds may pass over the river,"
      + " but it will stay dry until late in the evening."
      + " Tomorrow will be much the same, so you will not need an umbrella."
      + " You are welcome. Have a nice day.";

  private static final double FAR_DB = -23;
  private static final double NEAR_DB = -26;

  private final int rate;
  private final Random random;
  private double rt60 = 0.2;
  private double delayMillis = 100;
  private double levelDb;
  private double noiseDb = -68;
  private double driftPpm;
  private double drive;
  private double changeAt = Double.POSITIVE_INFINITY;
  private double renewEvery;
  private boolean music;
  private double seconds = 20;
  private final double[] farTimes = {0.3, 12, 15, 1000};
  private double nearFrom = 7;
  private double nearTo = 15;

  RoomSimulator(int rateHz, long seed) {
    rate = rateHz;
    random = new Random(seed);
  }

  /** How long the room takes to fall silent by 60 dB. */
  RoomSimulator rt60(double value) {
    rt60 = value;
    return this;
  }

  RoomSimulator delayMillis(double value) {
    delayMillis = value;
    return this;
  }

  /** Of the echo at the microphone against what is played. */
  RoomSimulator levelDb(double value) {
    levelDb = value;
    return this;
  }

  RoomSimulator noiseDb(double value) {
    noiseDb = value;
    return this;
  }

  /** How much faster the microphone's clock runs. */
  RoomSimulator driftPpm(double value) {
    driftPpm = value;
    return this;
  }

  /** Makes the loudspeaker bend samples: tanh(drive·x)/drive. */
  RoomSimulator drive(double value) {
    drive = value;
    return this;
  }

  /** Makes the room another from this second on. */
  RoomSimulator changeAt(double value) {
    changeAt = value;
    return this;
  }

  /** Makes the room and the delay others again and again. */
  RoomSimulator renewEvery(double value) {
    renewEvery = value;
    return this;
  }

  RoomSimulator music() {
    music = true;
    return this;
  }

  RoomSimulator seconds(double value) {
    seconds = value;
    return this;
  }

  /** From when to when the near side speaks; the far side pauses from 12 to 15 seconds. */
  RoomSimulator near(double from, double to) {
    nearFrom = from;
    nearTo = to;
    return this;
  }

  /**
   * What is to be processed and what it consists of.
   *
   * @param rate samples per second
   * @param far what is played
   * @param mic what the microphone hears
   * @param echo the far side's part of it
   * @param near the near side's part of it
   */
  record Scene(int rate, short[] far, short[] mic, float[] echo, float[] near) {}

  Scene build() {
    int length = (int) (seconds * rate);
    float[] far = music ? tune(length) : repeat(length, answer());
    level(far, FAR_DB);
    gate(far, t -> t >= farTimes[0] && t < farTimes[1] || t >= farTimes[2] && t < farTimes[3]);
    for (int i = 0; i < length; i++) {
      far[i] = Math.round(Math.max(-1, Math.min(0.99997f, far[i])) * 32768) / 32768f;
    }
    float[] near = repeat(length, utterance(Speech.question()), utterance(Speech.interruption()));
    level(near, NEAR_DB);
    gate(near, t -> t >= nearFrom && t < nearTo);
    float[] echo = echo(far);
    Random noise = new Random(random.nextLong());
    double noiseLevel = Math.pow(10, noiseDb / 20);
    short[] farOut = new short[length];
    short[] mic = new short[length];
    for (int i = 0; i < length; i++) {
      farOut[i] = (short) Math.round(far[i] * 32768);
      double heard = echo[i] + near[i] + noiseLevel * noise.nextGaussian();
      mic[i] = (short) Math.max(-32768, Math.min(32767, Math.round(heard * 32768)));
    }
    return new Scene(rate, farOut, mic, echo, near);
  }

  private float[] echo(float[] far) {
    int length = far.length;
    float[] played = far.clone();
    if (drive > 0) {
      for (int i = 0; i < length; i++) {
        played[i] = (float) (Math.tanh(drive * played[i]) / drive);
      }
    }
    float[] heard = new float[length];
    if (renewEvery > 0) {
      int step = (int) (renewEvery * rate);
      for (int from = 0; from < length; from += step) {
        int to = Math.min(length, from + step);
        int delay = (int) (rate * (0.02 + 0.2 * random.nextDouble()));
        convolve(played, from, to, room(), delay, heard);
      }
    } else {
      int change = (int) Math.min(length, changeAt * rate);
      int delay = (int) Math.round(delayMillis * rate / 1000);
      convolve(played, 0, change, room(), delay, heard);
      if (change < length) {
        convolve(played, change, length, room(), delay, heard);
      }
    }
    if (driftPpm != 0) {
      float[] still = heard;
      heard = new float[length];
      for (int i = 0; i < length; i++) {
        heard[i] = at(still, i * (1 - driftPpm * 1e-6), 1);
      }
    }
    float gain = (float) Math.pow(10, levelDb / 20);
    for (int i = 0; i < length; i++) {
      heard[i] *= gain;
    }
    return heard;
  }

  private float[] room() {
    int length = (int) (1.1 * rt60 * rate);
    float[] room = new float[length];
    double energy = 0;
    double low = 0;
    for (int i = 0; i < length; i++) {
      double sample = random.nextGaussian() * Math.pow(10, -3.0 * i / (rt60 * rate));
      // rooms swallow the highs
      low += 0.7 * (sample - low);
      room[i] = (float) low;
      energy += low * low;
    }
    room[0] += (float) Math.sqrt(energy);
    room[rate / 800] -= (float) (0.4 * Math.sqrt(energy));
    double sum = 0;
    for (float sample : room) {
      sum += sample * sample;
    }
    for (int i = 0; i < length; i++) {
      room[i] /= (float) Math.sqrt(sum);
    }
    return room;
  }

  private static void convolve(float[] x, int from, int to, float[] room, int delay, float[] into) {
    int size = Integer.highestOneBit(room.length) * 4;
    int step = size - room.length;
    Fft fft = new Fft(size);
    float[] time = new float[size];
    float[] roomRe = new float[fft.bins()];
    float[] roomIm = new float[fft.bins()];
    float[] re = new float[fft.bins()];
    float[] im = new float[fft.bins()];
    System.arraycopy(room, 0, time, 0, room.length);
    fft.forward(time, 0, roomRe, roomIm, 0);
    for (int at = from; at < to; at += step) {
      int count = Math.min(step, to - at);
      Arrays.fill(time, 0);
      System.arraycopy(x, at, time, 0, count);
      fft.forward(time, 0, re, im, 0);
      for (int k = 0; k < re.length; k++) {
        float r = re[k] * roomRe[k] - im[k] * roomIm[k];
        im[k] = re[k] * roomIm[k] + im[k] * roomRe[k];
        re[k] = r;
      }
      fft.inverse(re, im, 0, time, 0);
      for (int i = 0; i < size && at + delay + i < into.length; i++) {
        into[at + delay + i] += time[i];
      }
    }
  }

  private float[] answer() {
    return resample(samples(Speech.say(ANSWER)), 24_000);
  }

  private float[] utterance(byte[] pcm) {
    return resample(samples(pcm), Speech.SAMPLE_RATE_HZ);
  }

  private static float[] samples(byte[] pcm) {
    ByteBuffer buffer = ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN);
    float[] samples = new float[pcm.length / 2];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = buffer.getShort() / 32768f;
    }
    return samples;
  }

  private float[] resample(float[] x, int from) {
    if (from == rate) {
      return x;
    }
    float[] y = new float[(int) ((long) x.length * rate / from)];
    double band = Math.min(1, 0.92 * rate / from);
    for (int i = 0; i < y.length; i++) {
      y[i] = at(x, (double) i * from / rate, band);
    }
    return y;
  }

  /** The signal between its samples: a windowed sinc, at need with less than the whole band. */
  private static float at(float[] x, double position, double band) {
    int whole = (int) Math.floor(position);
    double part = position - whole;
    double sum = 0;
    for (int t = -15; t <= 16; t++) {
      int i = whole + t;
      if (i >= 0 && i < x.length) {
        double d = t - part;
        double y = Math.PI * band * d;
        double sinc = Math.abs(d) < 1e-9 ? 1 : Math.sin(y) / y;
        double cos = Math.cos(Math.PI * d / 34);
        sum += x[i] * band * sinc * cos * cos;
      }
    }
    return (float) sum;
  }

  private float[] repeat(int length, float[]... parts) {
    float[] all = new float[length];
    int at = 0;
    for (int n = 0; at < length; n++) {
      float[] part = parts[n % parts.length];
      System.arraycopy(part, 0, all, at, Math.min(part.length, length - at));
      at += part.length + rate / 4;
    }
    return all;
  }

  private float[] tune(int length) {
    float[] tune = new float[length];
    int beat = rate / 4;
    for (int from = 0; from < length; from += beat) {
      for (int voice = 0; voice < 3; voice++) {
        double pitch = 110 * Math.pow(2, random.nextInt(36) / 12.0);
        double decay = 2 + 4 * random.nextDouble();
        for (int i = 0; i < 3 * beat && from + i < length; i++) {
          double t = i / (double) rate;
          double sum = 0;
          for (int h = 1; h < 7 && pitch * h < 0.45 * rate; h++) {
            sum += Math.sin(2 * Math.PI * pitch * h * t + h * voice) / h;
          }
          tune[from + i] += (float) (sum * Math.exp(-decay * t));
        }
      }
      for (int i = 0; i < rate / 10 && from + i < length; i++) {
        tune[from + i] += (float) (0.8 * random.nextGaussian() * Math.exp(-40.0 * i / rate));
      }
    }
    return tune;
  }

  private static void level(float[] x, double db) {
    double sum = 0;
    int count = 0;
    for (float sample : x) {
      sum += sample * sample;
      count += Math.abs(sample) > 0 ? 1 : 0;
    }
    float gain = (float) (Math.pow(10, db / 20) / Math.sqrt(sum / count));
    for (int i = 0; i < x.length; i++) {
      x[i] *= gain;
    }
  }

  private void gate(float[] x, DoublePredicate open) {
    for (int i = 0; i < x.length; i++) {
      if (!open.test(i / (double) rate)) {
        x[i] = 0;
      }
    }
  }
}
