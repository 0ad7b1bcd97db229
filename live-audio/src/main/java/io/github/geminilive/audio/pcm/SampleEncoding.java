package io.github.geminilive.audio.pcm;

/**
 * How one sample is written down as bytes.
 *
 * <p>All encodings mean the same range: full scale is −1 to 1, one step of a 16-bit sample is
 * 1/32768. Integers reach 1 less one step; floats may go beyond full scale.
 */
public enum SampleEncoding {
  /** Unsigned 8-bit; silence is 128. */
  U8("u8", 1, 8),
  /** Signed 16-bit. */
  S16("s16", 2, 16),
  /** Signed 24-bit in three bytes. */
  S24("s24", 3, 24),
  /** Signed 32-bit. */
  S32("s32", 4, 32),
  /** IEEE 754 single precision, as exact as 25-bit integers. */
  F32("f32", 4, 25),
  /** IEEE 754 double precision, as exact as 54-bit integers. */
  F64("f64", 8, 54),
  /** ITU-T G.711 µ-law, as exact as 14-bit integers near silence. */
  MU_LAW("mu-law", 1, 14),
  /** ITU-T G.711 A-law, as exact as 13-bit integers near silence. */
  A_LAW("a-law", 1, 13);

  private final String label;
  private final int bytesPerSample;
  private final int precisionBits;

  SampleEncoding(String label, int bytesPerSample, int precisionBits) {
    this.label = label;
    this.bytesPerSample = bytesPerSample;
    this.precisionBits = precisionBits;
  }

  /** A short name for people: {@code s16}, {@code mu-law}. */
  public String label() {
    return label;
  }

  /** Bytes in one sample of one channel: 1 to 8. */
  public int bytesPerSample() {
    return bytesPerSample;
  }

  /** The length of the integers it tells apart, near silence, in bits. */
  public int precisionBits() {
    return precisionBits;
  }

  /** Whether it is {@link #F32} or {@link #F64}, which hold values beyond full scale. */
  public boolean isFloat() {
    return this == F32 || this == F64;
  }

  /** Whether it is {@link #MU_LAW} or {@link #A_LAW}, whose steps grow with the level. */
  public boolean isCompanded() {
    return this == MU_LAW || this == A_LAW;
  }

  /** Whether its steps are all alike and it is no float: only these are dithered. */
  public boolean isInteger() {
    return !isFloat() && !isCompanded();
  }

  /**
   * Whether every sample of this encoding can be written in another one without any loss.
   *
   * @param target the encoding to write
   */
  public boolean fitsInto(SampleEncoding target) {
    if (this == target) {
      return true;
    }
    if (target.isCompanded()) {
      return false;
    }
    if (isFloat()) {
      return this == F32 && target == F64;
    }
    // A companded sample is a 16-bit one that takes only some of its values.
    int needed = isCompanded() ? 16 : precisionBits;
    return needed <= target.precisionBits;
  }
}
