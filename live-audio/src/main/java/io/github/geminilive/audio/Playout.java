package io.github.geminilive.audio;

import io.github.geminilive.LiveTurn;
import io.github.geminilive.audio.PlayerEvent.Stopped.Cause;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Player} plays: the queue, the point up to which it was rendered, and which frames of
 * the device hold what. Not safe for use by several threads; the player's lock guards it.
 *
 * <p>Two scales: samples of the queue, numbered as they were appended; and frames of the device,
 * silence included. Segments join the two for what was rendered and is not heard yet.
 *
 * <p>Wherever the sound is broken off, a tail follows: what would have come next, fading; where that
 * is not known, what came last, backwards, fading. It is laid over whatever comes, and counts as
 * silence.
 */
final class Playout {

  private static final long NANOS = 1_000_000_000L;
  private static final int FADE_MILLIS = 6;
  private static final int RAMP_MILLIS = 10;
  private static final int REPORT_MILLIS = 20;
  private static final int MAX_RING = 1 << 20;

  private final int rate;
  private final long capacity;
  private final Prebuffer prebuffer;
  private final PlayerEvents events;
  private final float[] fadeOut;

  private final SampleQueue queue = new SampleQueue();
  private @Nullable Span renderSpan; // holds cursor, or ended there
  private @Nullable Span tailSpan;
  private long cursor; // number of the next sample to render
  private long floor; // samples before it were flushed and must not come back
  private boolean spliceNext;

  private boolean paused;
  private boolean takingBack;
  private boolean playing;
  private boolean dry; // the answer's end was not told, but there is no more of it
  private long dryFrames;
  private int fadeInLeft;
  private double gain = 1;
  private double gainTarget = 1;
  private double gainStep;

  private final short[] tail;
  private int tailAt;
  private int tailEnd;

  // What was rendered, by frame; from a fade's length before heardFrame to nextFrame.
  private short[] ring = new short[4_096];
  private long nextFrame;
  private long heardFrame;
  private long soundEnd; // frame after the last one that is not silence

  private final ArrayDeque<Segment> segments = new ArrayDeque<>();
  private final ArrayDeque<Segment> spareSegments = new ArrayDeque<>();
  private final ArrayDeque<Mark> marks = new ArrayDeque<>();
  private boolean sounding; // as rendered
  private boolean heardSounding;
  private @Nullable LiveTurn soundingTurn;

  private @Nullable Span heardSpan;
  private long heardTo; // number of the sample after the last one heard
  private long reportedTo;
  private final List<Report> reports = new ArrayList<>();

  private long generation;
  private long rewinds;
  private long played;
  private long underruns;
  private long underrunFrames;
  private long droppedSamples;
  private long flushes;

  Playout(int rate, long capacity, Prebuffer prebuffer, PlayerEvents events) {
    this.rate = rate;
    this.capacity = capacity;
    this.prebuffer = prebuffer;
    this.events = events;
    int length = Math.max(1, rate * FADE_MILLIS / 1_000);
    this.tail = new short[length];
    this.fadeOut = new float[length];
    for (int i = 0; i < length; i++) {
      double phase = Math.PI * (i + 1) / (length + 1);
      fadeOut[i] = (float) (0.5 + 0.5 * Math.cos(phase));
    }
  }

  /** Audio of one turn without a gap. */
  static final class Span {
    final @Nullable LiveTurn turn;
    final long start;
    final long offsetNanos;
    final int sourceRate;
    final boolean splice; // something before it is missing
    long end;
    long sourceSamples;
    boolean ended; // nothing of this answer follows

    @Nullable
    Span next;

    Span(@Nullable LiveTurn turn, long start, long offsetNanos, int sourceRate, boolean splice) {
      this.turn = turn;
      this.start = start;
      this.end = start;
      this.offsetNanos = offsetNanos;
      this.sourceRate = sourceRate;
      this.splice = splice;
    }

    long sourceEndNanos() {
      return offsetNanos + nanos(sourceSamples, sourceRate);
    }
  }

  /** Frames of the device that hold samples of the queue. */
  private static final class Segment {
    long frame;
    long sample;
    long count;

    @Nullable
    Span span;
  }

  /** Where sound begins (no cause) or stops. */
  private record Mark(
      long frame, @Nullable LiveTurn turn, @Nullable Cause cause) {}

  /** What a turn is to be told. */
  record Report(LiveTurn turn, long nanos) {}

  long generation() {
    return generation;
  }

  /** Whether a chunk would follow the newest audio without a gap. */
  boolean continues(@Nullable LiveTurn turn, long offsetNanos, int sourceRate) {
    Span span = tailSpan;
    return span != null
        && span.turn == turn
        && !span.ended
        && !spliceNext
        && span.sourceRate == sourceRate
        && (turn == null || isNear(span, offsetNanos));
  }

  private static boolean isNear(Span span, long offsetNanos) {
    return Math.abs(span.sourceEndNanos() - offsetNanos) < NANOS / 10_000;
  }

  /** A chunk comes; its samples follow by {@link #append}. */
  void begin(@Nullable LiveTurn turn, long offsetNanos, int sourceRate, long now, long chunkNanos) {
    Span last = tailSpan;
    boolean sameAnswer = false;
    if (!continues(turn, offsetNanos, sourceRate)) {
      boolean splice = spliceNext;
      long offset = turn == null ? 0 : offsetNanos;
      if (last != null && last.turn == turn && !last.ended) {
        sameAnswer = true;
        splice |= turn != null && !isNear(last, offsetNanos);
        offset = turn == null ? last.sourceEndNanos() : offsetNanos;
      }
      Span span = new Span(turn, queue.tail(), offset, sourceRate, splice);
      spliceNext = false;
      if (last != null) {
        last.next = span;
      }
      if (renderSpan == null) {
        renderSpan = span;
      }
      tailSpan = span;
    } else {
      sameAnswer = true;
    }
    if (!sameAnswer) {
      prebuffer.beginAnswer(now, chunkNanos);
      return;
    }
    prebuffer.arrived(now, chunkNanos);
    if (!playing && cursor == queue.tail()) {
      prebuffer.beginRun(now, chunkNanos);
    }
  }

  /**
   * Samples of the chunk that has begun, or what a resampler kept back of the newest one.
   *
   * @param sourceSamples how many samples of the source went in
   * @return how many were dropped because there was no room
   */
  int append(int sourceSamples, short[] samples, int offset, int count) {
    Span span = tailSpan;
    if (span == null) {
      return 0;
    }
    span.sourceSamples += sourceSamples;
    int taken = (int) Math.min(count, Math.max(0, capacity - (queue.tail() - cursor)));
    queue.append(samples, offset, taken);
    span.end += taken;
    if (taken < count) {
      spliceNext = true;
      droppedSamples += count - taken;
    }
    return count - taken;
  }

  /** The rest of a chunk was not even appended. */
  void countDropped(long samples) {
    droppedSamples += samples;
  }

  @Nullable
  LiveTurn newestTurn() {
    return tailSpan == null ? null : tailSpan.turn;
  }

  boolean hasOpenAnswer() {
    return tailSpan != null && !tailSpan.ended;
  }

  /** Whether all that came so far was rendered. */
  boolean isEmpty() {
    return cursor == queue.tail();
  }

  /**
   * No more of the newest answer comes.
   *
   * @param wasEmpty what {@link #isEmpty} said before the resampler's rest was appended
   */
  void end(boolean wasEmpty) {
    if (tailSpan != null) {
      tailSpan.ended = true;
      if (dry && wasEmpty) {
        dry = false; // it had not run dry: this was its end
        fadeInLeft = isEmpty() ? 0 : fadeOut.length;
      }
    }
  }

  void render(long frame, short[] samples, int offset, int count, long now) {
    if (frame != nextFrame) {
      rewind(frame);
    }
    makeRoom(count);
    int done = 0;
    while (done < count) {
      int at = offset + done;
      int n = count - done;
      if (!paused && !playing && mayStart(now)) {
        startPlaying();
      }
      if (paused || !playing) {
        Arrays.fill(samples, at, at + n, (short) 0);
        if (dry && !paused) {
          dryFrames += n;
        }
      } else {
        Span span = renderSpan;
        if (span == null || span.end == cursor) {
          passBoundary(span);
          continue;
        }
        n = (int) Math.min(n, span.end - cursor);
        if (!sounding) {
          start(span.turn);
        }
        queue.read(cursor, samples, at, n);
        shape(samples, at, n);
        addSegment(span, n);
        cursor += n;
        soundEnd = nextFrame + n;
      }
      overlayTail(samples, at, n);
      store(samples, at, n);
      nextFrame += n;
      done += n;
    }
  }

  private boolean mayStart(long now) {
    if (cursor == queue.tail()) {
      return false;
    }
    Span span = renderSpan;
    while (span != null && span.end == cursor && span.next != null) {
      span = span.next;
      renderSpan = span;
    }
    return span != null
        && span.end > cursor
        && (span.ended || span.next != null || prebuffer.mayStart(now));
  }

  private void startPlaying() {
    playing = true;
    if (renderSpan != null && renderSpan.splice && renderSpan.start == cursor) {
      fadeInLeft = fadeOut.length;
    }
    if (dry) {
      dry = false;
      // A new answer may begin without the end of the last one having been told.
      if (renderSpan != null && renderSpan.turn == soundingTurn) {
        underruns++;
        underrunFrames += dryFrames;
        fadeInLeft = fadeOut.length;
        prebuffer.ranDry(nanos(dryFrames, rate));
        events.add(
            new PlayerEvent.Underrun(soundingTurn, Duration.ofNanos(nanos(dryFrames, rate))));
      }
    }
  }

  private void passBoundary(@Nullable Span span) {
    Span next = span == null ? null : span.next;
    if (span == null || next == null) {
      breakOff(0);
      playing = false;
      fadeInLeft = 0;
      dry = span != null && !span.ended;
      dryFrames = 0;
      stop(dry ? Cause.DRY : Cause.ENDED);
      return;
    }
    renderSpan = next;
    if (span.ended || span.turn != next.turn) {
      breakOff(0);
      playing = false;
      fadeInLeft = 0;
      stop(Cause.ENDED);
    } else if (next.splice) {
      breakOff(0);
      fadeInLeft = fadeOut.length;
    }
  }

  private void start(@Nullable LiveTurn turn) {
    sounding = true;
    soundingTurn = turn;
    Mark last = marks.peekLast();
    marks.add(new Mark(last == null ? nextFrame : Math.max(nextFrame, last.frame), turn, null));
  }

  private void stop(Cause cause) {
    if (sounding) {
      sounding = false;
      marks.add(new Mark(nextFrame + tailEnd - tailAt, soundingTurn, cause));
    }
  }

  /** Applies gain and fade-in to what comes from the queue. */
  private void shape(short[] samples, int offset, int count) {
    if (gain != 1 || gainTarget != 1) {
      for (int i = offset; i < offset + count; i++) {
        if (gain != gainTarget) {
          gain += gainStep;
          if (gainStep > 0 ? gain >= gainTarget : gain <= gainTarget) {
            gain = gainTarget;
          }
        }
        samples[i] = (short) Math.round(samples[i] * gain);
      }
    }
    int n = Math.min(count, fadeInLeft);
    for (int i = 0; i < n; i++) {
      // The fade-out backwards, so that the two add up to one.
      samples[offset + i] = (short) Math.round(samples[offset + i] * fadeOut[--fadeInLeft]);
    }
  }

  private void addSegment(Span span, int count) {
    Segment last = segments.peekLast();
    if (last != null
        && last.span == span
        && last.sample + last.count == cursor
        && last.frame + last.count == nextFrame) {
      last.count += count;
      return;
    }
    Segment segment = spareSegments.poll();
    if (segment == null) {
      segment = new Segment();
    }
    segment.frame = nextFrame;
    segment.sample = cursor;
    segment.count = count;
    segment.span = span;
    segments.add(segment);
  }

  private void recycle(Segment segment) {
    segment.span = null;
    if (spareSegments.size() < 16) {
      spareSegments.push(segment);
    }
  }

  private void overlayTail(short[] samples, int offset, int count) {
    int n = Math.min(count, tailEnd - tailAt);
    if (n == 0) {
      return;
    }
    for (int i = offset; i < offset + n; i++) {
      samples[i] = saturate(samples[i] + tail[tailAt++]);
    }
    soundEnd = Math.max(soundEnd, nextFrame + n);
  }

  private static short saturate(int value) {
    return (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, value));
  }

  /**
   * Makes a tail that begins at the next frame.
   *
   * @param known how many samples of what would have followed stand in {@link #tail} already
   */
  private void breakOff(int known) {
    boolean silent = true;
    for (int i = 0; i < tail.length; i++) {
      if (i >= known) {
        int mirrored = 2 * known - 1 - i;
        tail[i] = mirrored >= 0 ? tail[mirrored] : past(nextFrame + mirrored);
      }
      silent &= tail[i] == 0;
    }
    for (int i = 0; i < tail.length; i++) {
      tail[i] = (short) Math.round(tail[i] * fadeOut[i]);
    }
    tailAt = 0;
    tailEnd = silent ? 0 : tail.length;
  }

  private short past(long frame) {
    return frame < 0 ? 0 : ring[(int) (frame & (ring.length - 1))];
  }

  /** Fades out of what would be rendered next, without moving on in the queue. */
  private void fadeFromQueue() {
    Span span = renderSpan;
    if (!playing || paused || span == null) {
      return; // a tail that is under way goes on
    }
    int n = (int) Math.min(tail.length, span.end - cursor);
    int oldLength = tailEnd - tailAt;
    short[] old = Arrays.copyOfRange(tail, tailAt, tailEnd);
    queue.read(cursor, tail, 0, n);
    double gainNow = gain;
    int fadeInNow = fadeInLeft;
    shape(tail, 0, n);
    gain = gainNow;
    fadeInLeft = fadeInNow;
    for (int i = 0; i < Math.min(n, oldLength); i++) {
      tail[i] = saturate(tail[i] + old[i]);
    }
    breakOff(n);
  }

  private void makeRoom(int count) {
    long needed = nextFrame + count - heardFrame + tail.length;
    if (needed <= ring.length) {
      return;
    }
    if (needed > MAX_RING) {
      // A sink that takes and takes and reports nothing.
      noteHeard(nextFrame + count + tail.length - MAX_RING, 0);
      needed = MAX_RING;
    }
    int size = ring.length;
    while (size < needed) {
      size *= 2;
    }
    if (size > ring.length) {
      short[] larger = new short[size];
      for (long f = Math.max(0, nextFrame - ring.length); f < nextFrame; f++) {
        larger[(int) (f & (size - 1))] = past(f);
      }
      ring = larger;
    }
  }

  private void store(short[] samples, int offset, int count) {
    int at = (int) (nextFrame & (ring.length - 1));
    int n = Math.min(count, ring.length - at);
    System.arraycopy(samples, offset, ring, at, n);
    System.arraycopy(samples, offset + n, ring, 0, count - n);
  }

  /** The sink took frames back, or lost some. */
  private void rewind(long frame) {
    if (frame > nextFrame) {
      // What a sink leaves out was not heard; the ring is cleared so that nobody hears it anew.
      long gap = frame - nextFrame;
      for (long i = 0; i < Math.min(gap, ring.length); i++) {
        ring[(int) ((frame - 1 - i) & (ring.length - 1))] = 0;
      }
      nextFrame = frame;
      return;
    }
    rewinds++;
    long from = Math.max(frame, heardFrame);
    nextFrame = from;
    // A device that was emptied is silent for a moment: a fade would be heard behind that, alone.
    tailAt = 0;
    tailEnd = 0;
    takingBack = false;
    soundEnd = Math.min(soundEnd, from);

    boolean back = false;
    for (Segment s = segments.peekLast();
        s != null && s.frame + s.count > from;
        s = segments.peekLast()) {
      long sample = s.sample + Math.max(0, from - s.frame);
      if (sample >= floor) {
        cursor = sample;
        renderSpan = s.span;
        back = true;
      }
      if (s.frame < from) {
        s.count = from - s.frame;
      } else {
        segments.removeLast();
        recycle(s);
      }
    }
    if (back) {
      playing = true;
      dry = false;
      fadeInLeft = fadeOut.length;
    }
    rewindMarks(from);
    if (!back || paused) {
      stop(paused ? Cause.PAUSED : Cause.FLUSHED);
    }
  }

  private void rewindMarks(long frame) {
    for (Mark m = marks.peekLast();
        m != null && (m.cause == null ? m.frame >= frame : m.frame > frame);
        m = marks.peekLast()) {
      marks.removeLast();
      soundingTurn = m.turn;
    }
    Mark last = marks.peekLast();
    sounding = last == null ? heardSounding : last.cause == null;
  }

  /**
   * The device has come this far.
   *
   * @return the frame up to which it had come before
   */
  long noteHeard(long frames, long nanos) {
    long before = heardFrame;
    long now = Math.min(frames, nextFrame);
    if (now <= before) {
      return before;
    }
    heardFrame = now;
    for (Segment s = segments.peek(); s != null && s.frame < now; s = segments.peek()) {
      Span span = s.span;
      long n = Math.min(s.count, now - s.frame);
      if (span != null) {
        if (heardSpan != span) {
          report();
          heardSpan = span;
          reportedTo = s.sample;
        }
        heardTo = s.sample + n;
      }
      played += n;
      if (n < s.count) {
        s.frame += n;
        s.sample += n;
        s.count -= n;
        break;
      }
      segments.remove();
      recycle(s);
    }
    if (segments.isEmpty() || heardTo - reportedTo >= (long) rate * REPORT_MILLIS / 1_000) {
      report();
    }
    release();
    for (Mark m = marks.peek();
        m != null && (m.cause == null ? m.frame < now : m.frame <= now);
        m = marks.peek()) {
      marks.remove();
      heardSounding = m.cause == null;
      long at = nanos - nanos(now - m.frame, rate);
      events.add(
          m.cause == null
              ? new PlayerEvent.Started(m.turn, at)
              : new PlayerEvent.Stopped(m.turn, at, m.cause));
    }
    return before;
  }

  private void release() {
    Segment oldest = segments.peek();
    long needed = oldest == null ? cursor : Math.min(cursor, oldest.sample);
    queue.releaseTo(Math.max(floor, needed));
  }

  private void report() {
    Span span = heardSpan;
    if (span != null && heardTo > reportedTo) {
      reportedTo = heardTo;
      if (span.turn != null) {
        reports.add(new Report(span.turn, positionNanos(span, heardTo)));
      }
    }
  }

  /** What the turns are to be told; the caller clears it. */
  List<Report> reports() {
    return reports;
  }

  private long positionNanos(Span span, long sample) {
    return Math.min(span.offsetNanos + nanos(sample - span.start, rate), span.sourceEndNanos());
  }

  /** What had been heard when the device had come to a frame. */
  PlayerPosition position(long frame) {
    Span span = heardSpan;
    long sample = heardTo;
    for (Segment s : segments) {
      if (s.frame >= frame) {
        break;
      }
      span = s.span;
      sample = s.sample + Math.min(s.count, frame - s.frame);
    }
    return span == null
        ? new PlayerPosition(null, Duration.ZERO)
        : new PlayerPosition(span.turn, Duration.ofNanos(positionNanos(span, sample)));
  }

  /** How many samples of the queue had been heard when the device had come to a frame. */
  long playedAt(long frame) {
    long sum = played;
    for (Segment s : segments) {
      sum += Math.min(s.count, Math.max(0, frame - s.frame));
    }
    return sum;
  }

  /**
   * Drops what is queued and fades out of it.
   *
   * @param cutTurns takes the turns of which nothing more is to be played
   * @return how many samples were dropped
   */
  long flush(List<LiveTurn> cutTurns) {
    flushes++;
    generation++;
    fadeFromQueue();
    stop(Cause.FLUSHED);
    for (Segment s : segments) {
      addTurn(cutTurns, s.span);
    }
    if (renderSpan != null && (playing || dry)) {
      addTurn(cutTurns, renderSpan);
    }
    for (Span s = cursor < queue.tail() ? renderSpan : null; s != null; s = s.next) {
      addTurn(cutTurns, s);
    }
    if (hasOpenAnswer()) {
      addTurn(cutTurns, tailSpan);
    }
    long dropped = queue.tail() - cursor;
    cursor = queue.tail();
    floor = cursor;
    queue.releaseTo(floor);
    renderSpan = null;
    tailSpan = null;
    spliceNext = false;
    playing = false;
    dry = false;
    fadeInLeft = 0;
    return dropped;
  }

  private static void addTurn(List<LiveTurn> turns, @Nullable Span span) {
    if (span != null && span.turn != null) {
      turns.add(span.turn);
    }
  }

  boolean isPaused() {
    return paused;
  }

  /**
   * Falls silent.
   *
   * @param takeBack whether the sink will be told to give back what was not heard
   */
  void pause(boolean takeBack) {
    fadeFromQueue();
    paused = true;
    takingBack = takeBack;
    if (playing) {
      fadeInLeft = fadeOut.length;
    }
    stop(Cause.PAUSED);
  }

  void resume() {
    paused = false;
    takingBack = false;
  }

  /** Whether a pause empties the device, and rendering has not gone on since. */
  boolean isTakingBack() {
    return takingBack;
  }

  /** How often frames were taken back. */
  long rewinds() {
    return rewinds;
  }

  /**
   * The device was emptied.
   *
   * @param frame the first one that will not be heard
   * @param rewindsBefore what {@link #rewinds} said before; rendering may have gone on since
   */
  void emptied(long frame, long rewindsBefore) {
    if (rewinds == rewindsBefore && frame < nextFrame) {
      rewind(frame);
    }
    takingBack = false;
  }

  void setGain(double target) {
    gainTarget = target;
    gainStep = (target - gain) / Math.max(1, rate * RAMP_MILLIS / 1_000);
  }

  /** Whether nothing is queued and the device has played all that is not silence. */
  boolean isSilent() {
    return cursor == queue.tail() && isSilentAt(heardFrame);
  }

  /** Whether the device plays silence from a frame on, as far as was rendered. */
  boolean isSilentAt(long frame) {
    return soundEnd <= frame && tailAt == tailEnd;
  }

  boolean isSounding(long frame) {
    return soundEnd > frame && (sounding || heardSounding || !marks.isEmpty());
  }

  long queued() {
    return queue.tail() - cursor;
  }

  long nextFrame() {
    return nextFrame;
  }

  long heardFrame() {
    return heardFrame;
  }

  short[] ring() {
    return ring;
  }

  PlayerMetrics metrics(long suppressedNanos) {
    return new PlayerMetrics(
        duration(played),
        duration(queued()),
        underruns,
        duration(underrunFrames),
        duration(droppedSamples),
        Duration.ofNanos(suppressedNanos),
        flushes,
        Duration.ofNanos(prebuffer.target()),
        queue.heldBytes() + 2L * ring.length + 2L * tail.length);
  }

  Duration duration(long samples) {
    return Duration.ofNanos(nanos(samples, rate));
  }

  /** The length of some samples, rounded down; exact for 24 hours and far beyond. */
  static long nanos(long samples, int rate) {
    return samples / rate * NANOS + samples % rate * NANOS / rate;
  }
}
