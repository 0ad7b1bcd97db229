package io.github.geminilive.audio.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PreRollBufferTest {

  private static short[] held(PreRollBuffer buffer) {
    short[] out = new short[buffer.size()];
    assertThat(buffer.copyTo(out, 0)).isEqualTo(out.length);
    return out;
  }

  @Test
  void givesTheLastSamplesOldestFirst() {
    PreRollBuffer buffer = new PreRollBuffer(4);
    buffer.add(new short[] {1, 2, 3}, 0, 3);
    assertThat(held(buffer)).containsExactly(1, 2, 3);

    buffer.add(new short[] {4}, 0, 1);
    assertThat(held(buffer)).containsExactly(1, 2, 3, 4);

    buffer.add(new short[] {5, 6}, 0, 2);
    assertThat(held(buffer)).containsExactly(3, 4, 5, 6);
  }

  @Test
  void holdsTheLastOfPiecesOfAnyLength() {
    Random random = new Random(5);
    short[] all = new short[5_000];
    for (int i = 0; i < all.length; i++) {
      all[i] = (short) i;
    }
    PreRollBuffer buffer = new PreRollBuffer(101);
    int at = 0;

    while (at < all.length) {
      int count = Math.min(all.length - at, random.nextInt(250));
      buffer.add(all, at, count);
      at += count;

      assertThat(held(buffer)).isEqualTo(Arrays.copyOfRange(all, Math.max(0, at - 101), at));
    }
    assertThat(buffer.size()).isEqualTo(buffer.capacity()).isEqualTo(101);
  }

  @Test
  void copiesToThePlaceThatIsSaid() {
    PreRollBuffer buffer = new PreRollBuffer(2);
    buffer.add(new short[] {7, 8}, 0, 2);
    short[] out = {1, 1, 1, 1};

    buffer.copyTo(out, 1);

    assertThat(out).containsExactly(1, 7, 8, 1);
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> buffer.copyTo(out, 3));
  }

  @Test
  void forgetsWhatIsCleared() {
    PreRollBuffer buffer = new PreRollBuffer(3);
    buffer.add(new short[] {1, 2}, 0, 2);

    buffer.clear();

    assertThat(buffer.size()).isZero();
    buffer.add(new short[] {9}, 0, 1);
    assertThat(held(buffer)).containsExactly(9);
  }

  @Test
  void refusesNoCapacityAndAPieceOutsideTheArray() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PreRollBuffer(0))
        .withMessage("capacitySamples must be at least 1: 0");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> new PreRollBuffer(5).add(new short[4], 2, 3));
  }
}
