package io.github.geminilive.audio;

import io.github.geminilive.audio.pcm.Resampler;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the loudspeaker plays while the microphone hears: keeps what was rendered, learns from the
 * reports of what was heard which frame sounds when, and gives for a piece of captured sound the
 * played samples of the same time, at the rate of the canceller.
 *
 * <p>The stream it gives has no seams: while nothing was played yet it follows the clock, whose
 * reports jitter by a dozen milliseconds; from the first sound on it is left alone, as the canceller
 * follows slow drift by itself and stumbles over steps. It is aligned anew when the time line really broke (a device went away,
 * sound was lost), and after drift has added up, in the assistant's next silence.
 *
 * <p>It leads by a margin: an echo must never come before its reference.
 *
 * <p>Rendering and capture are different threads; each call holds the lock for microseconds.
 */
final class EchoReference {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.audio.voice");
  private static final double LEAD_SECONDS = 0.040;
  private static final double LATEST_LEAD_SECONDS = -0.100;
  private static final double JUMP_SECONDS = 0.060;
  // Behind its place, the reference uses up the lead; ahead of it, only the canceller's range.
  private static final double BEHIND_SECONDS = 0.025;
  private static final double AHEAD_SECONDS = 0.150;
  private static final double UNUSED_SECONDS = 0.002;
  private static final double SMOOTHING_SECONDS = 1.0;
  private static final double QUIET_SECONDS = 0.3;
  private static final long STALE_NANOS = 500_000_000L;
  private static final int FIRST_REPORTS = 6;
  private static final int OUTLIERS = 4;
  // A stalled thread makes times late for a moment; only what lasts is a broken time line.
  private static final long LASTING_NANOS = 250_000_000L;
  private static final double LASTING_SECONDS = 0.25;
  private static final int PIECE = 256;

  private final int sinkRate;
  private final int rate;
  private final Resampler resampler;
  private final short[] ring;
  private final int mask;
  private final short[] piece = new short[PIECE];
  private short[] converted;
  private int convertedCount;

  private long end;
  private long farthest;

  private boolean clocked;
  private long clockBase;
  private double clockOffset;
  private int reports;
  private int outliers;
  private double outlierSum;
  private long firstOutlier;
  private long lastReport;

  private boolean locked;
  private boolean realign;
  private double lead;
  private long inFrame;
  private double outFrame;
  private double error;
  private double jumpedFor;
  private double quiet;
  private boolean used; // whether anything but silence was given since it was locked
  private int alignments;

  /**
   * A reference without anything in it.
   *
   * @param sinkRate samples per second of what is rendered
   * @param rate samples per second of what is captured, and given
   */
  EchoReference(int sinkRate, int rate) {
    this.sinkRate = sinkRate;
    this.rate = rate;
    this.resampler = Resampler.create(sinkRate, rate);
    this.ring = new short[Integer.highestOneBit(2 * sinkRate) * 2];
    this.mask = ring.length - 1;
    this.converted = new short[2 * rate / 10];
    this.lead = LEAD_SECONDS * sinkRate;
  }

  /**
   * Samples went to the loudspeaker.
   *
   * @param frame number of the first; lower than expected when some were taken back
   */
  synchronized void rendered(long frame, short[] samples, int offset, int count) {
    int kept = Math.min(count, ring.length);
    long first = frame + count - kept;
    int at = (int) (first & mask);
    int head = Math.min(kept, ring.length - at);
    System.arraycopy(samples, offset + count - kept, ring, at, head);
    System.arraycopy(samples, offset + count - kept + head, ring, 0, kept - head);
    end = frame + count;
    farthest = Math.max(farthest, end);
  }

  /**
   * Samples were heard.
   *
   * @param frames how many, silence included
   * @param nanos when that was so
   */
  synchronized void heard(long frames, long nanos) {
    if (!clocked) {
      clocked = true;
      clockBase = nanos;
      restartClock(frames, nanos);
      return;
    }
    double offset = frames - framesAt(nanos);
    double off = offset - clockOffset;
    double seconds = (nanos - lastReport) / 1e9;
    if (seconds > STALE_NANOS / 1e9) {
      restartClock(frames, nanos);
      return;
    }
    lastReport = nanos;
    if (Math.abs(off) > JUMP_SECONDS * sinkRate) {
      if (outliers == 0) {
        firstOutlier = nanos;
      }
      outlierSum += offset;
      if (++outliers >= OUTLIERS && nanos - firstOutlier >= LASTING_NANOS) {
        clockOffset = outlierSum / outliers;
        outliers = 0;
        outlierSum = 0;
        reports = FIRST_REPORTS;
        lead = LEAD_SECONDS * sinkRate;
        realign = true;
      }
      return;
    }
    outliers = 0;
    outlierSum = 0;
    reports++;
    double gain = Math.min(1, Math.max(1.0 / reports, seconds / SMOOTHING_SECONDS));
    clockOffset += gain * off;
  }

  private void restartClock(long frames, long nanos) {
    clockOffset = frames - framesAt(nanos);
    reports = 1;
    outliers = 0;
    outlierSum = 0;
    lastReport = nanos;
    locked = false;
    used = false;
    lead = LEAD_SECONDS * sinkRate;
  }

  /** What time alone would have played since the clock began. */
  private double framesAt(long nanos) {
    return (nanos - clockBase) * 1e-9 * sinkRate;
  }

  /** Sound was lost at the microphone: the next piece is aligned anew. */
  synchronized void realign() {
    realign = true;
  }

  /**
   * Gives what was played while a piece was captured.
   *
   * @param far where to put it, silence where nothing was played or it is not known when
   * @param count length of the piece, at the canceller's rate
   * @param nanos when the piece's last sample was captured
   * @return whether it is known when what was rendered is heard
   */
  synchronized boolean read(short[] far, int offset, int count, long nanos) {
    if (!clocked || reports < FIRST_REPORTS || nanos - lastReport > STALE_NANOS) {
      locked = false;
      Arrays.fill(far, offset, offset + count, (short) 0);
      return false;
    }
    double wanted = framesAt(nanos) + clockOffset - (double) count * sinkRate / rate + lead;
    boolean jumped = Math.abs(wanted - outFrame) > JUMP_SECONDS * sinkRate;
    jumpedFor = jumped ? jumpedFor + (double) count / rate : 0;
    if (!locked || realign || jumpedFor >= LASTING_SECONDS) {
      align(wanted);
    } else if (!jumped) {
      double gain = Math.min(1, (double) count / rate / SMOOTHING_SECONDS);
      error += gain * (wanted - outFrame - error);
      boolean unused = !used && Math.abs(wanted - outFrame) > UNUSED_SECONDS * sinkRate;
      boolean strayed = error > BEHIND_SECONDS * sinkRate || error < -AHEAD_SECONDS * sinkRate;
      if (unused) {
        align(wanted);
      } else if (strayed && quiet > QUIET_SECONDS && silent(outFrame, outFrame + error)) {
        align(outFrame + error);
      }
    }
    while (convertedCount < count) {
      convert(count - convertedCount);
    }
    System.arraycopy(converted, 0, far, offset, count);
    convertedCount -= count;
    System.arraycopy(converted, count, converted, 0, convertedCount);
    outFrame += (double) count * sinkRate / rate;
    boolean nothing = true;
    for (int i = offset; i < offset + count && nothing; i++) {
      nothing = far[i] == 0;
    }
    used |= !nothing;
    quiet = nothing ? quiet + (double) count / rate : 0;
    return true;
  }

  /** How many times the stream was put in its place, the first time included. */
  synchronized int alignments() {
    return alignments;
  }

  private void align(double frame) {
    if (used) {
      LOG.debug(
          "The echo reference moved by {} ms", Math.round((frame - outFrame) * 1000 / sinkRate));
    }
    inFrame = Math.round(frame);
    outFrame = inFrame;
    error = 0;
    jumpedFor = 0;
    convertedCount = 0;
    resampler.reset();
    locked = true;
    realign = false;
    alignments++;
  }

  private boolean silent(double from, double to) {
    long last = Math.min(end, (long) Math.ceil(Math.max(from, to)));
    for (long frame = (long) Math.min(from, to); frame < last; frame++) {
      if (frame >= 0 && ring[(int) (frame & mask)] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Converts about as much as gives {@code wanted} samples. */
  private void convert(int wanted) {
    int take = (int) Math.min(PIECE, (long) wanted * sinkRate / rate + 1);
    long oldest = Math.max(0, end - ring.length);
    int known = 0;
    for (int i = 0; i < take; i++) {
      long frame = inFrame + i;
      boolean there = frame >= oldest && frame < end;
      piece[i] = there ? ring[(int) (frame & mask)] : 0;
      // What was taken back was rendered once: it is silence by now, not something still to come.
      known += frame < farthest ? 1 : 0;
    }
    inFrame += known;
    if (known < take) {
      // Not rendered yet: nobody can have heard it either, so the stream was too far ahead. It is
      // held back by what is missing, for good.
      int missing = take - known;
      outFrame -= missing;
      lead = Math.max(LATEST_LEAD_SECONDS * sinkRate, lead - missing);
    }
    int room = convertedCount + resampler.maxOutput(take);
    if (room > converted.length) {
      converted = Arrays.copyOf(converted, room);
    }
    convertedCount += resampler.process(piece, 0, take, converted, convertedCount);
  }
}
