package io.github.geminilive.audio.dsp;

/** The canceller of this library: passes the microphone through until the filter is in place. */
final class KalmanEchoCanceller implements EchoCanceller {

  private final int sampleRateHz;

  KalmanEchoCanceller(int sampleRateHz) {
    this.sampleRateHz = sampleRateHz;
  }

  @Override
  public int sampleRateHz() {
    return sampleRateHz;
  }

  @Override
  public int latencySamples() {
    return 0;
  }

  @Override
  public void process(
      short[] far, int farOffset, short[] mic, int micOffset, short[] out, int outOffset, int count) {
    System.arraycopy(mic, micOffset, out, outOffset, count);
  }

  @Override
  public EchoReport report() {
    return EchoReport.UNKNOWN;
  }

  @Override
  public void reset() {}
}
