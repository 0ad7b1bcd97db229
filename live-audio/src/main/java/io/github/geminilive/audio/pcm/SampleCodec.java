package io.github.geminilive.audio.pcm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Samples of one channel to and from bytes. Doubles hold every sample of every encoding exactly, so
 * that what is only carried from one form to another stays as it is.
 */
final class SampleCodec {

  private static final double STEP_8 = 0x1p7;
  private static final double STEP_16 = 0x1p15;
  private static final double STEP_24 = 0x1p23;
  private static final double STEP_32 = 0x1p31;

  private final SampleEncoding encoding;
  private final boolean bigEndian;
  private final int stride;
  private final VarHandle shorts;
  private final VarHandle ints;
  private final VarHandle floats;
  private final VarHandle doubles;

  /** For all channels of a format. */
  SampleCodec(PcmFormat format) {
    encoding = format.encoding();
    bigEndian = format.isBigEndian();
    stride = format.frameBytes();
    ByteOrder order = format.byteOrder();
    shorts = MethodHandles.byteArrayViewVarHandle(short[].class, order);
    ints = MethodHandles.byteArrayViewVarHandle(int[].class, order);
    floats = MethodHandles.byteArrayViewVarHandle(float[].class, order);
    doubles = MethodHandles.byteArrayViewVarHandle(double[].class, order);
  }

  /** Units of the last place in full scale; 0 where the steps differ. */
  static double steps(SampleEncoding encoding) {
    return switch (encoding) {
      case U8 -> STEP_8;
      case S16 -> STEP_16;
      case S24 -> STEP_24;
      case S32 -> STEP_32;
      case F32, F64, MU_LAW, A_LAW -> 0;
    };
  }

  /**
   * Reads the samples of one channel.
   *
   * @param at where the channel's first sample begins
   */
  void decode(byte[] in, int at, double[] out, int count) {
    switch (encoding) {
      case U8 -> {
        for (int i = 0; i < count; i++, at += stride) {
          out[i] = ((in[at] & 0xff) - 128) / STEP_8;
        }
      }
      case S16 -> {
        for (int i = 0; i < count; i++, at += stride) {
          out[i] = (short) shorts.get(in, at) / STEP_16;
        }
      }
      case S24 -> {
        int high = bigEndian ? 0 : 2;
        int low = bigEndian ? 2 : 0;
        for (int i = 0; i < count; i++, at += stride) {
          int value = in[at + high] << 16 | (in[at + 1] & 0xff) << 8 | in[at + low] & 0xff;
          out[i] = value / STEP_24;
        }
      }
      case S32 -> {
        for (int i = 0; i < count; i++, at += stride) {
          out[i] = (int) ints.get(in, at) / STEP_32;
        }
      }
      case F32 -> {
        for (int i = 0; i < count; i++, at += stride) {
          out[i] = finite((float) floats.get(in, at));
        }
      }
      case F64 -> {
        for (int i = 0; i < count; i++, at += stride) {
          out[i] = finite((double) doubles.get(in, at));
        }
      }
      case MU_LAW -> {
        for (int i = 0; i < count; i++, at += stride) {
          out[i] = G711.decodeMuLaw(in[at]) / STEP_16;
        }
      }
      case A_LAW -> {
        for (int i = 0; i < count; i++, at += stride) {
          out[i] = G711.decodeALaw(in[at]) / STEP_16;
        }
      }
    }
  }

  /**
   * Writes the samples of one channel, rounded to nearest (of two as near, the even one) and limited
   * to the range of the encoding.
   *
   * @param at where the channel's first sample begins
   */
  void encode(double[] in, int count, byte[] out, int at) {
    switch (encoding) {
      case U8 -> {
        for (int i = 0; i < count; i++, at += stride) {
          out[at] = (byte) (128 + round(in[i], STEP_8));
        }
      }
      case S16 -> {
        for (int i = 0; i < count; i++, at += stride) {
          shorts.set(out, at, (short) round(in[i], STEP_16));
        }
      }
      case S24 -> {
        int high = bigEndian ? 0 : 2;
        int low = bigEndian ? 2 : 0;
        for (int i = 0; i < count; i++, at += stride) {
          int value = round(in[i], STEP_24);
          out[at + high] = (byte) (value >> 16);
          out[at + 1] = (byte) (value >> 8);
          out[at + low] = (byte) value;
        }
      }
      case S32 -> {
        for (int i = 0; i < count; i++, at += stride) {
          ints.set(out, at, round(in[i], STEP_32));
        }
      }
      case F32 -> {
        for (int i = 0; i < count; i++, at += stride) {
          floats.set(out, at, narrow(in[i]));
        }
      }
      case F64 -> {
        for (int i = 0; i < count; i++, at += stride) {
          doubles.set(out, at, in[i]);
        }
      }
      case MU_LAW -> {
        for (int i = 0; i < count; i++, at += stride) {
          out[at] = G711.encodeMuLaw((short) round(in[i], STEP_16));
        }
      }
      case A_LAW -> {
        for (int i = 0; i < count; i++, at += stride) {
          out[at] = G711.encodeALaw((short) round(in[i], STEP_16));
        }
      }
    }
  }

  /** Reads every {@code stride}th 16-bit sample. */
  static void decode(short[] in, int at, int stride, double[] out, int count) {
    for (int i = 0; i < count; i++, at += stride) {
      out[i] = in[at] / STEP_16;
    }
  }

  /** Writes every {@code stride}th 16-bit sample. */
  static void encode(double[] in, int count, short[] out, int at, int stride) {
    for (int i = 0; i < count; i++, at += stride) {
      out[at] = (short) round(in[i], STEP_16);
    }
  }

  /** To the nearest single precision float; what would be infinite is the largest there is. */
  static float narrow(double value) {
    return (float) Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, value));
  }

  private static int round(double value, double steps) {
    return (int) Math.max(-steps, Math.min(steps - 1, Math.rint(value * steps)));
  }

  private static double finite(double value) {
    return Double.isFinite(value) ? value : 0;
  }
}
