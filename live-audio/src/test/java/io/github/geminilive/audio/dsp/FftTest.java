package io.github.geminilive.audio.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FftTest {

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16, 32, 64, 128, 256, 512, 1024})
  void theSpectrumIsTheSumOfTheDefinition(int size) {
    Fft fft = new Fft(size);
    float[] x = noise(size + 3);
    float[] re = new float[fft.bins() + 2];
    float[] im = new float[fft.bins() + 2];

    fft.forward(x, 3, re, im, 2);

    for (int k = 0; k < fft.bins(); k++) {
      double sumRe = 0;
      double sumIm = 0;
      for (int n = 0; n < size; n++) {
        sumRe += x[n + 3] * Math.cos(2 * Math.PI * k * n / size);
        sumIm -= x[n + 3] * Math.sin(2 * Math.PI * k * n / size);
      }
      assertThat((double) re[k + 2]).isCloseTo(sumRe, within(1e-6 * size));
      assertThat((double) im[k + 2]).isCloseTo(sumIm, within(1e-6 * size));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 128, 256, 512, 2048})
  void theInverseGivesTheSignalBack(int size) {
    Fft fft = new Fft(size);
    float[] x = noise(size);
    float[] re = new float[fft.bins() + 1];
    float[] im = new float[fft.bins() + 1];
    float[] back = new float[size + 5];

    fft.forward(x, 0, re, im, 1);
    fft.inverse(re, im, 1, back, 5);

    for (int n = 0; n < size; n++) {
      assertThat(back[n + 5]).isCloseTo(x[n], within(2e-6f));
    }
  }

  @Test
  void otherSizesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Fft(96))
        .withMessage("size must be a power of two from 4 up: 96");
  }

  private static float[] noise(int length) {
    Random random = new Random(length);
    float[] x = new float[length];
    for (int i = 0; i < length; i++) {
      x[i] = random.nextFloat() * 2 - 1;
    }
    return x;
  }
}
