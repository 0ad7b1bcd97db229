package io.github.geminilive.audio.pcm;

import java.util.Arrays;

/**
 * Few positions: every {@link #up}th output sample has the same filter, so that as many of them as
 * there are can be worked out side by side, in vector registers.
 *
 * <p>An output sample is a sum over groups of four taps. The grouping depends on the position only,
 * never on how much is ready, and so does the order of every addition: hence the same bits.
 */
final class LaneCore extends RationalCore {

  /** Up to so many positions this is faster than a dot product per output sample. */
  static final int MAX_UP = 8;

  private static final int MAX_LANES = 512;

  /** Fewer are not worth cutting out rows for. */
  private static final int MIN_LANES = 4;

  /** Input samples a period needs, from {@link #lowest} before its first output sample on. */
  private final int rows;

  private final int lowest;

  /** Which output sample of a period has the fraction k/{@link #up}. */
  private final int[] place;

  /** Weight of row r for output sample p of a period at {@code p * rows + r}. */
  private final float[] weights;

  /** Input samples of the same remainder by {@link #down}. */
  private final float[][] tracks;

  /** Rows, cut out: the compiler only makes vectors of arrays that all have the same index. */
  private final float[][] row = new float[4][];

  private final float[][] sums;

  LaneCore(int up, int down, FilterBank bank) {
    super(up, down, bank.half, down + 4, block(down, bank.half));
    int last = (up - 1) * down / up;
    rows = (2 * half + last + 3) / 4 * 4;
    lowest = rows - half - last - 1;
    weights = new float[up * rows];
    place = new int[up];
    for (int p = 0; p < up; p++) {
      int fraction = p * down % up;
      place[fraction] = p;
      int to = p * rows + lowest + p * down / up - half + 1;
      int from = (fraction + 1) * bank.taps - 2 * half;
      System.arraycopy(bank.weights, from, weights, to, 2 * half);
    }
    int lanes = y.length / up + 2;
    Arrays.setAll(row, i -> new float[lanes]);
    sums = new float[up][lanes];
    tracks = new float[down][lanes + rows / down + 1];
  }

  private static int block(int down, int half) {
    return Math.max(half, Math.min(MAX_LANES * down, 8192));
  }

  @Override
  void render(int count) {
    // The period of the next output sample may have been handed out in part.
    int skipped = place[phase];
    int lanes = (skipped + count + up - 1) / up;
    int start = pos - skipped * down / up - lowest;
    if (lanes < MIN_LANES) {
      for (int i = 0; i < count; i++) {
        int period = (skipped + i) / up;
        y[i] = single(start + period * down, (skipped + i - period * up) * rows);
      }
    } else {
      renderLanes(start, lanes, skipped, count);
    }
    advance(count);
  }

  private void renderLanes(int start, int lanes, int skipped, int count) {
    split(start, lanes);
    for (int p = 0; p < up; p++) {
      Arrays.fill(sums[p], 0, lanes, 0);
    }
    for (int r = 0; r < rows; r += 4) {
      for (int i = 0; i < 4; i++) {
        System.arraycopy(tracks[(r + i) % down], (r + i) / down, row[i], 0, lanes);
      }
      for (int p = 0; p < up; p++) {
        add(sums[p], row, weights, p * rows + r, lanes);
      }
    }
    for (int p = 0; p < up; p++) {
      float[] from = sums[p];
      int lane = p < skipped ? 1 : 0;
      for (int to = p - skipped + lane * up; to < count; to += up) {
        y[to] = from[lane++];
      }
    }
  }

  /** What {@link #add} does, addition by addition, for one output sample. */
  private float single(int from, int at) {
    float sum = 0;
    for (int r = 0; r < rows; r += 4) {
      sum += (x[from + r] * weights[at + r] + x[from + r + 1] * weights[at + r + 1])
          + (x[from + r + 2] * weights[at + r + 2] + x[from + r + 3] * weights[at + r + 3]);
    }
    return sum;
  }

  private void split(int start, int lanes) {
    int length = lanes + (rows - 1) / down;
    for (int m = 0; m < down; m++) {
      float[] track = tracks[m];
      for (int i = 0, from = start + m; i < length; i++, from += down) {
        track[i] = x[from];
      }
    }
  }

  private static void add(float[] sum, float[][] row, float[] weights, int at, int lanes) {
    float[] a = row[0];
    float[] b = row[1];
    float[] c = row[2];
    float[] d = row[3];
    float wa = weights[at];
    float wb = weights[at + 1];
    float wc = weights[at + 2];
    float wd = weights[at + 3];
    for (int i = 0; i < lanes; i++) {
      sum[i] += (a[i] * wa + b[i] * wb) + (c[i] * wc + d[i] * wd);
    }
  }
}
