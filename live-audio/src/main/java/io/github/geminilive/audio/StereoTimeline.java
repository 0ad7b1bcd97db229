package io.github.geminilive.audio;

import io.github.geminilive.audio.pcm.Resampler;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts two streams of sound, each with times of its own clock's making, on one time line: what
 * sounded at the same time stands at the same place. Gaps become silence. A place that is off by a
 * little, by drift or because times jitter, is corrected too slowly to be heard: a sample more or
 * less in ten milliseconds, the rest stretched over it.
 *
 * <p>Not safe for concurrent use.
 */
final class StereoTimeline {

  /** Takes the two tracks, interleaved. */
  interface Output {
    void write(short[] interleaved, int count) throws IOException;
  }

  static final int LEFT = 0;
  static final int RIGHT = 1;

  private static final double JUMP_SECONDS = 0.080;
  private static final double CORRECT_FROM_SECONDS = 0.004;
  private static final double CORRECT_TO_SECONDS = 0.0002;
  private static final double SMOOTHING_SECONDS = 1.0;
  private static final int PIECES_PER_SECOND = 100;
  // Shorter pieces are left as they are: a sample more or less would be heard in them.
  private static final int LEAST_STRETCHED_PER_SECOND = 600;
  private static final int SLACK_SECONDS = 3;
  private static final int RING_SECONDS = 8;
  private static final int WRITE_FRAMES = 2400;

  private final int rate;
  private final Output output;
  private final Track[] tracks;
  private final short[] interleaved = new short[2 * WRITE_FRAMES];
  private boolean begun;
  private long origin;
  private long written;

  StereoTimeline(int rate, Output output) {
    this.rate = rate;
    this.output = output;
    this.tracks = new Track[] {new Track(), new Track()};
  }

  /** One side's samples that were not written yet, by their place on the time line. */
  private final class Track {
    final short[] ring = new short[RING_SECONDS * rate];
    short[] converted = new short[rate / 5];
    short[] stretched = new short[rate / PIECES_PER_SECOND + 2];

    @Nullable
    Resampler resampler;

    int inRate;
    long taken;
    long given;
    boolean placed;
    long end;
    double error;
    boolean correcting;
    long sinceChange;

    void put(short[] samples, int offset, int count) throws IOException {
      int done = 0;
      while (done < count) {
        makeRoom();
        int at = (int) (end % ring.length);
        int now = Math.min(Math.min(count - done, ring.length - at), rate);
        System.arraycopy(samples, offset + done, ring, at, now);
        end += now;
        done += now;
      }
    }

    void putSilence(long count) throws IOException {
      long left = count;
      while (left > 0) {
        makeRoom();
        int at = (int) (end % ring.length);
        int now = (int) Math.min(Math.min(left, ring.length - at), rate);
        Arrays.fill(ring, at, at + now, (short) 0);
        end += now;
        left -= now;
      }
    }

    /** Writes until the next second fits. */
    private void makeRoom() throws IOException {
      if (end + rate - written > ring.length) {
        writeUpTo(end + 2L * rate - ring.length);
      }
    }

    /** Resamples to the time line's rate; what comes out is in {@link #converted}. */
    int convert(short[] samples, int offset, int count, int sourceRate) {
      if (resampler == null || inRate != sourceRate) {
        resampler = Resampler.create(sourceRate, rate);
        inRate = sourceRate;
        taken = 0;
        given = 0;
      }
      int room = resampler.maxOutput(count);
      if (room > converted.length) {
        converted = new short[room];
      }
      int made = resampler.process(samples, offset, count, converted, 0);
      taken += count;
      given += made;
      return made;
    }
  }

  /**
   * Adds to a track.
   *
   * @param side {@link #LEFT} or {@link #RIGHT}
   * @param nanos when the last sample sounded
   */
  void add(int side, short[] samples, int offset, int count, int sourceRate, long nanos)
      throws IOException {
    Track track = tracks[side];
    int made = track.convert(samples, offset, count, sourceRate);
    // What the resampler still holds lies between the last sample it gave and the last it took.
    double held = (double) track.taken / track.inRate - (double) track.given / rate;
    if (!begun) {
      begun = true;
      origin = nanos - (long) ((double) count / sourceRate * 1e9);
    }
    if (made == 0) {
      return;
    }
    double place = ((nanos - origin) * 1e-9 - held) * rate - made;
    int first = 0;
    if (!track.placed) {
      track.placed = true;
      long start = Math.max(Math.round(place), 0);
      first = (int) Math.min(made, start - Math.round(place));
      if (start > track.end) {
        track.putSilence(start - track.end);
      }
    }
    double off = place + first - track.end;
    if (off > JUMP_SECONDS * rate) {
      track.putSilence(Math.round(off));
      track.error = 0;
    } else if (off < -JUMP_SECONDS * rate) {
      // This time was written already, or sounded twice: the later sound gives way.
      first = (int) Math.min(made, first + Math.round(-off));
      track.error = 0;
    } else {
      double gain = Math.min(1, (double) made / rate / SMOOTHING_SECONDS);
      track.error += gain * (off - track.error);
    }
    place(track, first, made);
    drain();
  }

  private void place(Track track, int first, int made) throws IOException {
    double from = CORRECT_FROM_SECONDS * rate;
    if (Math.abs(track.error) > from) {
      track.correcting = true;
    } else if (Math.abs(track.error) < Math.max(1, CORRECT_TO_SECONDS * rate)) {
      track.correcting = false;
    }
    int size = rate / PIECES_PER_SECOND;
    int least = rate / LEAST_STRETCHED_PER_SECOND;
    int at = first;
    track.sinceChange += made - first;
    while (track.correcting
        && track.sinceChange >= size
        && made - at >= least
        && Math.abs(track.error) >= 1) {
      int count = Math.min(size, made - at);
      int change = track.error > 0 ? 1 : -1;
      stretch(track.converted, at, count, track.stretched, count + change);
      track.put(track.stretched, 0, count + change);
      track.error -= change;
      track.sinceChange -= size;
      at += count;
    }
    track.sinceChange = Math.min(track.sinceChange, size);
    track.put(track.converted, at, made - at);
  }

  /** Spreads a piece over one sample more or less, its first and last sample kept. */
  private static void stretch(short[] in, int offset, int count, short[] out, int outCount) {
    double step = (count - 1.0) / (outCount - 1.0);
    for (int i = 0; i < outCount; i++) {
      double at = i * step;
      int k = Math.min((int) at, count - 2);
      double f = at - k;
      double y0 = in[offset + Math.max(0, k - 1)];
      double y1 = in[offset + k];
      double y2 = in[offset + k + 1];
      double y3 = in[offset + Math.min(count - 1, k + 2)];
      // Catmull-Rom: a cubic through the two neighbours with the slopes of theirs.
      double a = 0.5 * (3 * (y1 - y2) + y3 - y0);
      double b = y0 - 2.5 * y1 + 2 * y2 - 0.5 * y3;
      double c = 0.5 * (y2 - y0);
      long value = Math.round(((a * f + b) * f + c) * f + y1);
      out[i] = (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, value));
    }
  }

  /** Writes what both sides have; a side that lags far behind has silence there. */
  private void drain() throws IOException {
    long both = Math.min(tracks[LEFT].end, tracks[RIGHT].end);
    long latest = Math.max(tracks[LEFT].end, tracks[RIGHT].end);
    writeUpTo(Math.max(both, latest - (long) SLACK_SECONDS * rate));
  }

  /** Writes all there is, to the end of the longer side. */
  void finish() throws IOException {
    writeUpTo(Math.max(tracks[LEFT].end, tracks[RIGHT].end));
  }

  /** How long the written part is, in samples of a side. */
  long written() {
    return written;
  }

  private void writeUpTo(long until) throws IOException {
    while (written < until) {
      int count = (int) Math.min(WRITE_FRAMES, until - written);
      for (int side = LEFT; side <= RIGHT; side++) {
        Track track = tracks[side];
        for (int i = 0; i < count; i++) {
          long frame = written + i;
          interleaved[2 * i + side] =
              frame < track.end ? track.ring[(int) (frame % track.ring.length)] : 0;
        }
        track.end = Math.max(track.end, written + count);
      }
      output.write(interleaved, 2 * count);
      written += count;
    }
  }
}
