package io.github.geminilive.audio.dsp;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Learns the weights of {@link StatisticalVoiceDetector}: {@code TrainVoiceDetector SPEECH OUT
 * [SEQUENCES [EPOCHS]]}.
 *
 * <p>SPEECH is a directory of clean speech, 16 kHz mono 16-bit WAV with the usual header of 44
 * bytes. The weights in the tree come from 510 utterances: thirty English sentences by flite's
 * voices awb and kal16, each also played at 0.88 and 1.14 times the speed, and 330 by espeak-ng in
 * 30 languages with 44 voice variants. Noises are those of {@link TrainingNoises}. The voices rms
 * and slt, which the tests use, were not heard.
 *
 * <p>Sequences of 25 s are mixed of speech at −45 to −8 dBFS, half of it in a room, and of noise
 * 0 to 35 dB weaker, a quarter of them without any speech. A frame counts as speech where the clean
 * speech is within 35 dB of its own level. One hidden layer, cross entropy, Adam.
 */
final class TrainVoiceDetector {

  private static final int RATE = VoiceDetector.SAMPLE_RATE_HZ;
  private static final int FRAME = VoiceDetector.FRAME_SAMPLES;
  private static final int SECONDS = 25;
  private static final int INPUTS = VoiceFeatures.COUNT;
  private static final int HIDDEN = StatisticalVoiceDetector.HIDDEN;

  private final Random random = new Random(7);
  private final List<float[]> speech;

  private TrainVoiceDetector(List<float[]> speech) {
    this.speech = speech;
  }

  public static void main(String[] args) throws IOException {
    if (args.length < 2) {
      System.err.println("usage: TrainVoiceDetector SPEECH OUT [SEQUENCES [EPOCHS]]");
      System.exit(2);
    }
    int sequences = args.length > 2 ? Integer.parseInt(args[2]) : 600;
    int epochs = args.length > 3 ? Integer.parseInt(args[3]) : 12;
    new TrainVoiceDetector(readAll(Path.of(args[0]))).run(Path.of(args[1]), sequences, epochs);
  }

  /** Reads all WAV files of a directory, in the order of their names, each scaled to unit level. */
  static List<float[]> readAll(Path directory) throws IOException {
    List<float[]> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        float[] samples = new float[(bytes.limit() - 44) / 2];
        for (int i = 0; i < samples.length; i++) {
          samples[i] = bytes.getShort(44 + 2 * i) / 32_768f;
        }
        if (samples.length > RATE / 5) {
          all.add(samples);
          level(samples);
        }
      }
    }
    return all;
  }

  /** Scales speech so that its frames with speech have unit power. */
  static void level(float[] x) {
    double gain = 1 / Math.sqrt(activePower(x));
    for (int i = 0; i < x.length; i++) {
      x[i] *= (float) gain;
    }
  }

  private static double activePower(float[] x) {
    double[] power = framePowers(x);
    double max = Arrays.stream(power).max().orElse(0);
    return Arrays.stream(power).filter(p -> p > max / 300).average().orElse(1);
  }

  private static double[] framePowers(float[] x) {
    double[] power = new double[x.length / FRAME];
    for (int f = 0; f < power.length; f++) {
      for (int i = f * FRAME; i < (f + 1) * FRAME; i++) {
        power[f] += x[i] * x[i] / FRAME;
      }
    }
    return power;
  }

  /** Where clean speech of unit level is speech: gaps up to 50 ms are part of it. */
  static boolean[] label(float[] clean) {
    double[] power = framePowers(clean);
    boolean[] label = new boolean[power.length];
    int last = -100;
    for (int f = 0; f < power.length; f++) {
      if (power[f] > 3e-4) {
        if (f - last <= 6) {
          Arrays.fill(label, last, f, true);
        }
        label[f] = true;
        last = f;
      }
    }
    return label;
  }

  /** An exponentially decaying noise as a room's answer to an impulse, convolved. */
  private float[] room(float[] dry) {
    double seconds = 0.15 + 0.5 * random.nextDouble();
    int length = (int) (seconds * RATE * 0.6);
    float[] wet = dry.clone();
    double gain = (0.02 + 0.13 * random.nextDouble()) * Math.sqrt(0.3 / seconds);
    int taps = 160;
    for (int t = 0; t < taps; t++) {
      int delay = 20 + random.nextInt(length);
      float g = (float) (gain
          * random.nextGaussian()
          * Math.pow(10, -3.0 * delay / (seconds * RATE))
          * Math.sqrt(length / (double) taps)
          * 0.5);
      for (int i = delay; i < dry.length; i++) {
        wet[i] += g * dry[i - delay];
      }
    }
    return wet;
  }

  private record Sequence(float[][] features, boolean[] label, float[] weight) {}

  private Sequence sequence() {
    int samples = SECONDS * RATE;
    float[] clean = new float[samples];
    boolean silent = random.nextInt(4) == 0;
    if (!silent) {
      int at = random.nextInt(3) == 0 ? random.nextInt(3_000) : random.nextInt(4 * RATE);
      float[] voice = speech.get(random.nextInt(speech.size()));
      while (at < samples) {
        double gain = Math.pow(10, (random.nextDouble() * 8 - 4) / 20);
        for (int i = 0; i < voice.length && at + i < samples; i++) {
          clean[at + i] += (float) (gain * voice[i]);
        }
        at +=
            voice.length + (int) (RATE * (random.nextInt(3) == 0 ? 0.2 : 4 * random.nextDouble()));
        if (random.nextInt(3) > 0) {
          voice = speech.get(random.nextInt(speech.size()));
        }
      }
    }
    boolean[] label = label(clean);
    float[] heard = !silent && random.nextBoolean() ? room(clean) : clean;
    String kind = TrainingNoises.KINDS.get(random.nextInt(TrainingNoises.KINDS.size()));
    float[] noise = TrainingNoises.make(kind, samples, random, speech);
    double snr = kind.equals("quiet") ? 30 + 40 * random.nextDouble() : 35 * random.nextDouble();
    double noiseGain = Math.pow(10, -snr / 20);
    if (random.nextInt(4) == 0) {
      // a change of the room in mid-sequence
      int from = random.nextInt(samples);
      String other = TrainingNoises.KINDS.get(random.nextInt(TrainingNoises.KINDS.size()));
      float[] second = TrainingNoises.make(other, samples, random, speech);
      double gain = Math.pow(10, (random.nextDouble() * 20 - 15) / 20);
      for (int i = from; i < samples; i++) {
        noise[i] += (float) (gain * second[i]);
      }
    }
    int mutedFrom = random.nextInt(8) == 0 ? random.nextInt(samples) : samples;
    int mutedTo = mutedFrom + RATE / 4 + random.nextInt(3 * RATE);
    double level = Math.pow(10, (-45 + 37 * random.nextDouble()) / 20);
    double hiss = Math.pow(10, (-95 + 25 * random.nextDouble()) / 20);
    short[] mixed = new short[samples];
    for (int i = 0; i < samples; i++) {
      double x = level * (heard[i] + noiseGain * noise[i]) + hiss * random.nextGaussian();
      boolean muted = i >= mutedFrom && i < mutedTo;
      mixed[i] = muted ? 0 : (short) Math.max(-32_768, Math.min(32_767, Math.round(x * 32_768)));
    }
    float[][] features = new float[label.length][];
    float[] weight = new float[label.length];
    VoiceFeatures extractor = new VoiceFeatures();
    int since = 1_000;
    for (int f = 0; f < label.length; f++) {
      features[f] = extractor.add(mixed, f * FRAME).clone();
      since = !label[f] ? (since > 5 && f > 20 && !label[f - 1] ? 0 : since) : since + 1;
      boolean muted = f * FRAME + FRAME > mutedFrom && f * FRAME < mutedTo;
      // the first moments of speech count more, and those before the room is known less
      weight[f] = muted ? 0 : (f < 30 ? 0.5f : 1) * (label[f] && since < 25 ? 2.5f : 1);
      if (kind.equals("babble") && !label[f]) {
        weight[f] *= 0.6f;
      }
    }
    return new Sequence(features, label, weight);
  }

  private void run(Path out, int sequences, int epochs) throws IOException {
    long begin = System.nanoTime();
    List<float[]> inputs = new ArrayList<>();
    List<float[]> targets = new ArrayList<>();
    for (int s = 0; s < sequences; s++) {
      Sequence sequence = sequence();
      for (int f = 0; f < sequence.label.length; f++) {
        if (sequence.weight[f] > 0) {
          inputs.add(sequence.features[f]);
          targets.add(new float[] {sequence.label[f] ? 1 : 0, sequence.weight[f]});
        }
      }
    }
    int count = inputs.size();
    System.err.printf("%d frames, %.0f s%n", count, (System.nanoTime() - begin) / 1e9);
    float[] mean = new float[INPUTS];
    float[] scale = new float[INPUTS];
    for (int k = 0; k < INPUTS; k++) {
      double sum = 0;
      double squares = 0;
      for (float[] x : inputs) {
        sum += x[k];
        squares += (double) x[k] * x[k];
      }
      double m = sum / count;
      mean[k] = (float) m;
      scale[k] = (float) (1 / Math.sqrt(Math.max(1e-9, squares / count - m * m)));
    }
    for (float[] x : inputs) {
      StatisticalVoiceDetector.normalize(x, mean, scale, x);
    }
    float[] parameters = train(inputs, targets, epochs);
    try (PrintWriter writer = new PrintWriter(out.toFile(), StandardCharsets.US_ASCII)) {
      print(writer, mean);
      print(writer, scale);
      for (int h = 0; h < HIDDEN; h++) {
        print(writer, Arrays.copyOfRange(parameters, h * (INPUTS + 1), (h + 1) * (INPUTS + 1)));
      }
      print(writer, Arrays.copyOfRange(parameters, HIDDEN * (INPUTS + 1), parameters.length));
    }
  }

  private static void print(PrintWriter out, float[] row) {
    StringBuilder line = new StringBuilder();
    for (float x : row) {
      line.append(line.isEmpty() ? "" : " ").append(String.format(Locale.ROOT, "%.4g", x));
    }
    out.print(line.append('\n'));
  }

  private float[] train(List<float[]> inputs, List<float[]> targets, int epochs) {
    int size = HIDDEN * (INPUTS + 1) + HIDDEN + 1;
    float[] w = new float[size];
    for (int i = 0; i < size; i++) {
      w[i] = (float) (random.nextGaussian() * (i < HIDDEN * (INPUTS + 1) ? 0.1 : 0.2));
    }
    float[] gradient = new float[size];
    float[] first = new float[size];
    float[] second = new float[size];
    float[] hidden = new float[HIDDEN];
    int[] order = new int[inputs.size()];
    Arrays.setAll(order, i -> i);
    int batch = 256;
    long step = 0;
    long steps = (long) epochs * (order.length / batch);
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (int i = order.length - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int t = order[i];
        order[i] = order[j];
        order[j] = t;
      }
      double loss = 0;
      for (int at = 0; at + batch <= order.length; at += batch) {
        Arrays.fill(gradient, 0);
        for (int i = at; i < at + batch; i++) {
          float[] x = inputs.get(order[i]);
          float[] target = targets.get(order[i]);
          float sum = w[size - 1];
          for (int h = 0; h < HIDDEN; h++) {
            int row = h * (INPUTS + 1);
            hidden[h] = StatisticalVoiceDetector.bend(StatisticalVoiceDetector.dot(w, row, x));
            sum += w[size - 1 - HIDDEN + h] * hidden[h];
          }
          float score = (float) (1 / (1 + Math.exp(-sum)));
          loss -= target[1] * Math.log(Math.max(1e-7, target[0] > 0 ? score : 1 - score));
          float error = (score - target[0]) * target[1];
          gradient[size - 1] += error;
          for (int h = 0; h < HIDDEN; h++) {
            gradient[size - 1 - HIDDEN + h] += error * hidden[h];
            float slope = 1 - Math.abs(hidden[h]);
            float back = error * w[size - 1 - HIDDEN + h] * slope * slope;
            int row = h * (INPUTS + 1);
            for (int k = 0; k < INPUTS; k++) {
              gradient[row + k] += back * x[k];
            }
            gradient[row + INPUTS] += back;
          }
        }
        step++;
        double rate = 2e-3 * 0.5 * (1 + Math.cos(Math.PI * step / steps)) + 2e-5;
        double c1 = 1 - Math.pow(0.9, step);
        double c2 = 1 - Math.pow(0.999, step);
        for (int i = 0; i < size; i++) {
          float g = gradient[i] / batch + 1e-5f * w[i];
          first[i] = 0.9f * first[i] + 0.1f * g;
          second[i] = 0.999f * second[i] + 0.001f * g * g;
          w[i] -= (float) (rate * first[i] / c1 / (Math.sqrt(second[i] / c2) + 1e-8));
        }
      }
      System.err.printf("epoch %d: loss %.4f%n", epoch, loss / order.length);
    }
    return w;
  }
}
