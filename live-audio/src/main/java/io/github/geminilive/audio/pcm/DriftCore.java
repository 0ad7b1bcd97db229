package io.github.geminilive.audio.pcm;

/** Walks in steps that may change on the way. */
final class DriftCore extends ResamplerCore {

  /** One input sample, in the units of {@link #step}: half a unit is lost a step, at most. */
  private static final long ONE = 1L << 40;

  /** So many input samples keep clear of an overflow when they are given in those units. */
  private static final int MANY = 1 << 20;

  private final FilterBank bank;
  private final double nominal;
  private final double most;

  /** From one output sample to the next. */
  private long step;

  /** Where the next output sample lies behind {@link #pos}, from 0 to below {@link #ONE}. */
  private long fraction;

  /**
   * A core at the first instant.
   *
   * @param nominal output samples per input sample
   * @param most the most output samples per input sample that will be asked for
   */
  DriftCore(double nominal, double most, FilterBank bank) {
    super(
        bank.half,
        bank.taps - 2 * bank.half,
        Math.max(1024, bank.half),
        outputs(Math.max(1024, bank.half), most));
    this.bank = bank;
    this.nominal = nominal;
    this.most = most;
    factor(1);
  }

  /** Sets how many times the nominal output there is to be from now on. */
  void factor(double factor) {
    step = Math.round(ONE / (nominal * factor));
  }

  private static int outputs(int inputSamples, double ratio) {
    // One more, as the step is rounded.
    return (int) Math.min(Integer.MAX_VALUE, Math.ceil(inputSamples * ratio) + 1);
  }

  @Override
  int maxOutput(int inputSamples) {
    return outputs(inputSamples, most);
  }

  @Override
  long before(long limit) {
    long ahead = limit - pos;
    if (ahead <= 0) {
      return 0;
    }
    // (ahead * ONE - fraction) / step, rounded up, in two parts as the product may overflow.
    long parts = ahead / MANY;
    long part = ONE * MANY;
    long rest = parts * (part % step) + ahead % MANY * ONE - fraction;
    return parts * (part / step) + Math.floorDiv(rest - 1, step) + 1;
  }

  @Override
  void render(int count) {
    for (int i = 0; i < count; i++) {
      long place = fraction * bank.steps;
      int start = pos + half + 1 - bank.taps;
      float rest = (float) (place & (ONE - 1)) / ONE;
      y[i] = BlendCore.blend(bank, x, start, (int) (place / ONE), rest);
      fraction += step;
      pos += (int) (fraction / ONE);
      fraction %= ONE;
    }
  }

  @Override
  void rewind() {
    fraction = 0;
  }
}
