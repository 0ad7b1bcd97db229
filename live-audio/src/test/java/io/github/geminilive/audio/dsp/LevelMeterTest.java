package io.github.geminilive.audio.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LevelMeterTest {

  private final LevelMeter meter = new LevelMeter();

  @Test
  void aFullScaleSineIsThreeDecibelsBelowItsPeak() {
    short[] sine = new short[16_000];
    for (int i = 0; i < sine.length; i++) {
      sine[i] = (short) Math.round(32_767 * Math.sin(2 * Math.PI * 100 * i / 16_000));
    }

    meter.add(sine, 0, sine.length);
    Level level = meter.take();

    assertThat(level.rmsDbfs()).isCloseTo(-3.01, within(0.005));
    assertThat(level.peakDbfs()).isCloseTo(0, within(0.001));
    assertThat(level.rms()).isCloseTo(0.7071, within(0.0001));
  }

  @Test
  void theLoudestSampleIsFullScaleAndNoMore() {
    short[] lowest = new short[480];
    Arrays.fill(lowest, Short.MIN_VALUE);

    meter.add(lowest, 0, lowest.length);

    assertThat(meter.take()).isEqualTo(new Level(1, 1));
  }

  @Test
  void silenceIsAtTheFloorAndTheQuietestSampleAboveIt() {
    meter.add(new short[160], 0, 160);
    Level silent = meter.take();
    meter.add(new short[] {0, -1, 1, 0}, 1, 2);
    Level faint = meter.take();

    assertThat(silent).isEqualTo(Level.SILENT);
    assertThat(silent.rmsDbfs()).isEqualTo(Level.FLOOR_DBFS).isEqualTo(-120);
    assertThat(faint.rmsDbfs()).isCloseTo(-90.31, within(0.01));
  }

  @Test
  void takingBeginsAnew() {
    meter.add(new short[] {10_000, -20_000}, 0, 2);
    assertThat(meter.take().peak()).isEqualTo(20_000 / 32_768.0);

    assertThat(meter.take()).isEqualTo(Level.SILENT);

    meter.add(new short[] {100}, 0, 1);
    assertThat(meter.take()).isEqualTo(new Level(100 / 32_768.0, 100 / 32_768.0));
  }

  @Test
  void piecesCountAsTheWhole() {
    short[] samples = {1, 200, -30_000, 4_000, 5, -600, 70};
    meter.add(samples, 0, 7);
    Level whole = meter.take();

    meter.add(samples, 0, 3);
    meter.add(samples, 3, 0);
    meter.add(samples, 3, 4);

    assertThat(meter.take()).isEqualTo(whole);
  }

  @Test
  void countsOnlyThePiece() {
    meter.add(new short[] {9_999, 3, 4, 9_999}, 1, 2);

    assertThat(meter.take().peak()).isEqualTo(4 / 32_768.0);
  }

  @Test
  void refusesAPieceOutsideTheArray() {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> meter.add(new short[10], 5, 6));
  }

  @Test
  void aLevelMustBePossible() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Level(1.001, 0))
        .withMessage("rms must be in [0, 1]: 1.001");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Level(0, Double.NaN))
        .withMessage("peak must be in [0, 1]: NaN");
  }
}
