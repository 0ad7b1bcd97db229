package io.github.geminilive.audio;

/** Signals that tell what became of them. */
final class Signal {

  /** Highest sample of {@link #triangle}. */
  static final int PEAK = 14_000;

  private static final int PERIOD = 4 * PEAK;

  private Signal() {}

  /**
   * A triangle that begins with 1 and moves by one from sample to sample: each sample names its
   * place within more than two seconds at 24 kHz, and any step larger than one is not its own.
   */
  static short[] triangle(long from, int count) {
    short[] samples = new short[count];
    for (int i = 0; i < count; i++) {
      long phase = (from + i + 1) % PERIOD;
      samples[i] =
          (short) (phase <= PEAK ? phase : phase <= 3 * PEAK ? 2 * PEAK - phase : phase - PERIOD);
    }
    return samples;
  }

  /**
   * Finds out where the triangle stood when it was last heard unchanged.
   *
   * @param heard what was heard
   * @param end look at what lies before
   * @param near about which sample of the triangle it should be
   * @return the number of the triangle's sample that follows, or -1 when the last 32 before {@code
   *     end} are not the triangle unchanged
   */
  static long placeAfter(short[] heard, int end, long near) {
    if (end < 33) {
      return -1;
    }
    int slope = heard[end - 1] - heard[end - 2];
    for (int i = end - 32; i < end; i++) {
      if (Math.abs(slope) != 1 || heard[i] - heard[i - 1] != slope) {
        return -1;
      }
    }
    int last = heard[end - 1];
    long phase = slope > 0 ? Math.floorMod(last, PERIOD) : 2 * PEAK - last;
    long place = near - Math.floorMod(near, PERIOD) + phase;
    if (place - near > PERIOD / 2) {
      place -= PERIOD;
    } else if (near - place > PERIOD / 2) {
      place += PERIOD;
    }
    return place;
  }
}
