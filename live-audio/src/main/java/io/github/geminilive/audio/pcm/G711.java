package io.github.geminilive.audio.pcm;

import java.util.Objects;

/**
 * ITU-T G.711 (1988): the two codes of telephony, eight bits for a sample of 14 (µ-law) or 13 bits
 * (A-law), here at the scale of 16 bits.
 *
 * <p>Decoding gives exactly the values of tables 1a to 2b, as they go out on the line (A-law with
 * its even bits inverted, µ-law with all). Encoding takes the decision values of the same tables, on
 * all 16 bits; full scale saturates. Positive samples exactly on a decision value take the louder
 * code; negative ones the louder in µ-law, the softer in A-law (as in the reference of ITU-T G.191).
 */
public final class G711 {

  private static final int MU_BIAS = 132;
  private static final int MU_CLIP = 32_635;
  private static final int A_EVEN_BITS = 0x55;
  private static final int SIGN = 0x80;

  private static final short[] MU_LAW = new short[256];
  private static final short[] A_LAW = new short[256];

  static {
    for (int code = 0; code < 256; code++) {
      MU_LAW[code] = expandMuLaw(code);
      A_LAW[code] = expandALaw(code);
    }
  }

  private G711() {}

  /**
   * Encodes a sample as µ-law.
   *
   * @param sample 16-bit; beyond ±32,635 it saturates
   */
  public static byte encodeMuLaw(short sample) {
    int sign = sample < 0 ? SIGN : 0;
    int magnitude = Math.min(Math.abs((int) sample), MU_CLIP) + MU_BIAS;
    int segment = 24 - Integer.numberOfLeadingZeros(magnitude);
    return (byte) ~(sign | segment << 4 | magnitude >> segment + 3 & 0x0f);
  }

  /** Decodes a µ-law code: −32,124 to 32,124. */
  public static short decodeMuLaw(byte code) {
    return MU_LAW[code & 0xff];
  }

  /** Encodes a sample as A-law. */
  public static byte encodeALaw(short sample) {
    int sign = sample < 0 ? 0 : SIGN;
    // The one's complement puts −1…−16 on the first step below zero, as 0…15 are on the first
    // above.
    int step = (sample < 0 ? ~sample : sample) >> 4;
    int segment = Math.max(0, 28 - Integer.numberOfLeadingZeros(step));
    int code = segment == 0 ? step : segment << 4 | step >> segment - 1 & 0x0f;
    return (byte) ((sign | code) ^ A_EVEN_BITS);
  }

  /** Decodes an A-law code: −32,256 to 32,256, never 0. */
  public static short decodeALaw(byte code) {
    return A_LAW[code & 0xff];
  }

  /**
   * Encodes samples as µ-law.
   *
   * @param in samples
   * @param offset of the first one
   * @param count how many
   * @param out takes as many bytes
   * @param outOffset where to put the first one
   */
  public static void encodeMuLaw(short[] in, int offset, int count, byte[] out, int outOffset) {
    check(in.length, offset, count, out.length, outOffset);
    for (int i = 0; i < count; i++) {
      out[outOffset + i] = encodeMuLaw(in[offset + i]);
    }
  }

  /**
   * Decodes µ-law.
   *
   * @param in codes
   * @param offset of the first one
   * @param count how many
   * @param out takes as many samples
   * @param outOffset where to put the first one
   */
  public static void decodeMuLaw(byte[] in, int offset, int count, short[] out, int outOffset) {
    check(in.length, offset, count, out.length, outOffset);
    for (int i = 0; i < count; i++) {
      out[outOffset + i] = MU_LAW[in[offset + i] & 0xff];
    }
  }

  /**
   * Encodes samples as A-law.
   *
   * @param in samples
   * @param offset of the first one
   * @param count how many
   * @param out takes as many bytes
   * @param outOffset where to put the first one
   */
  public static void encodeALaw(short[] in, int offset, int count, byte[] out, int outOffset) {
    check(in.length, offset, count, out.length, outOffset);
    for (int i = 0; i < count; i++) {
      out[outOffset + i] = encodeALaw(in[offset + i]);
    }
  }

  /**
   * Decodes A-law.
   *
   * @param in codes
   * @param offset of the first one
   * @param count how many
   * @param out takes as many samples
   * @param outOffset where to put the first one
   */
  public static void decodeALaw(byte[] in, int offset, int count, short[] out, int outOffset) {
    check(in.length, offset, count, out.length, outOffset);
    for (int i = 0; i < count; i++) {
      out[outOffset + i] = A_LAW[in[offset + i] & 0xff];
    }
  }

  private static void check(int inLength, int offset, int count, int outLength, int outOffset) {
    Objects.checkFromIndexSize(offset, count, inLength);
    Objects.checkFromIndexSize(outOffset, count, outLength);
  }

  private static short expandMuLaw(int line) {
    int code = ~line & 0xff;
    int segment = code >> 4 & 7;
    int magnitude = ((code & 0x0f) << 3 | 0x84) << segment;
    return (short) ((code & SIGN) != 0 ? MU_BIAS - magnitude : magnitude - MU_BIAS);
  }

  private static short expandALaw(int line) {
    int code = line ^ A_EVEN_BITS;
    int segment = code >> 4 & 7;
    int magnitude = (code & 0x0f) << 4 | 8;
    if (segment > 0) {
      magnitude = (magnitude | 0x100) << segment - 1;
    }
    return (short) ((code & SIGN) != 0 ? magnitude : -magnitude);
  }
}
