package io.github.geminilive.audio.dsp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Weighs {@link VoiceFeatures} with a small network that was trained on synthetic speech among
 * noises. Looks back only: no delay but that of the window of 25 ms.
 */
final class StatisticalVoiceDetector implements VoiceDetector {

  /** Units of the hidden layer. */
  static final int HIDDEN = 32;

  private static final int INPUTS = VoiceFeatures.COUNT;

  /** Normalisation, then for each unit its weights and bias, then the output's; one row per line. */
  private static final String RESOURCE = "voice-detector.txt";

  private record Weights(float[] mean, float[] scale, float[][] hidden, float[] output) {

    static final Weights DEFAULT = read();

    private static Weights read() {
      try (InputStream in = StatisticalVoiceDetector.class.getResourceAsStream(RESOURCE)) {
        if (in == null) {
          throw new IllegalStateException(RESOURCE + " is missing from the library's archive");
        }
        return parse(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Weights parse(String text) {
      String[] lines = text.split("\n");
      float[][] hidden = new float[HIDDEN][];
      for (int h = 0; h < HIDDEN; h++) {
        hidden[h] = row(lines[2 + h], INPUTS + 1);
      }
      float[] output = row(lines[2 + HIDDEN], HIDDEN + 1);
      return new Weights(row(lines[0], INPUTS), row(lines[1], INPUTS), hidden, output);
    }

    private static float[] row(String line, int length) {
      String[] words = line.split(" ");
      if (words.length != length) {
        throw new IllegalStateException(
            RESOURCE + " has a row of " + words.length + ", not " + length);
      }
      float[] row = new float[length];
      for (int i = 0; i < length; i++) {
        row[i] = Float.parseFloat(words[i]);
      }
      return row;
    }
  }

  private final Weights weights = Weights.DEFAULT;
  private final VoiceFeatures features = new VoiceFeatures();
  private final float[] input = new float[INPUTS];

  @Override
  public float score(short[] samples, int offset) {
    Objects.checkFromIndexSize(offset, FRAME_SAMPLES, samples.length);
    normalize(features.add(samples, offset), weights.mean, weights.scale, input);
    if (isConstant(samples, offset)) {
      return 0;
    }
    float sum = weights.output[HIDDEN];
    for (int h = 0; h < HIDDEN; h++) {
      sum += weights.output[h] * bend(dot(weights.hidden[h], 0, input));
    }
    return (float) (1 / (1 + Math.exp(-sum)));
  }

  /** A muted microphone: there is nothing to judge. */
  private static boolean isConstant(short[] samples, int offset) {
    for (int i = offset + 1; i < offset + FRAME_SAMPLES; i++) {
      if (samples[i] != samples[offset]) {
        return false;
      }
    }
    return true;
  }

  /** Puts features on a common scale; what was never seen in training counts as its extreme. */
  static void normalize(float[] x, float[] mean, float[] scale, float[] out) {
    for (int k = 0; k < out.length; k++) {
      out[k] = Math.max(-5, Math.min(5, (x[k] - mean[k]) * scale[k]));
    }
  }

  /** Weighted sum of a frame's features plus the bias behind the weights. */
  static float dot(float[] row, int at, float[] x) {
    float a = row[at + INPUTS];
    float b = 0;
    float c = 0;
    float d = 0;
    for (int k = 0; k < INPUTS; k += 4) {
      a += row[at + k] * x[k];
      b += row[at + k + 1] * x[k + 1];
      c += row[at + k + 2] * x[k + 2];
      d += row[at + k + 3] * x[k + 3];
    }
    return a + b + c + d;
  }

  /** The softsign: bends like the hyperbolic tangent and costs a division. */
  static float bend(float x) {
    return x / (1 + Math.abs(x));
  }

  @Override
  public void reset() {
    features.reset();
  }
}
