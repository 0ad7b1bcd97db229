package io.github.geminilive.examples.voice;

import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveTurn;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.LineUnavailableException;
import javax.sound.sampled.SourceDataLine;
import org.jspecify.annotations.Nullable;

/**
 * Plays what the model says at the speed of speech, on a sound device where there is one, and keeps
 * a recording of what was really played. Tells each turn how much of it was heard.
 */
public final class Loudspeaker implements AutoCloseable {

  private static final int RATE_HZ = 24_000;
  private static final int TICK_MILLIS = 20;
  private static final int TICK_BYTES = RATE_HZ * 2 * TICK_MILLIS / 1000;
  private static final int PAUSE_BYTES = RATE_HZ * 2 * 400 / 1000;

  private record Piece(LiveTurn turn, byte[] pcm, Duration offset) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by lock.
  private final ArrayDeque<Piece> queue = new ArrayDeque<>();
  private final ByteArrayOutputStream recording = new ByteArrayOutputStream();
  private int position;
  private @Nullable LiveTurn lastPlayed;
  private long stoppedNanos;
  private boolean closed;

  private final @Nullable SourceDataLine line;
  private final Thread player = new Thread(this::play, "loudspeaker");

  /**
   * Starts with an empty queue.
   *
   * @param useDevice whether to look for a sound device
   */
  public Loudspeaker(boolean useDevice) {
    this.line = useDevice ? openLine() : null;
    player.setDaemon(true);
    player.start();
  }

  private static @Nullable SourceDataLine openLine() {
    AudioFormat format = new AudioFormat(RATE_HZ, 16, 1, true, false);
    try {
      SourceDataLine line = AudioSystem.getSourceDataLine(format);
      line.open(format, 4 * TICK_BYTES);
      line.start();
      return line;
    } catch (LineUnavailableException | IllegalArgumentException e) {
      return null;
    }
  }

  /** Whether sound comes out of a device. */
  public boolean hasDevice() {
    return line != null;
  }

  /** Queues a piece of speech. */
  public void add(LiveEvent.Audio audio) {
    lock.lock();
    try {
      queue.add(new Piece(audio.turn(), audio.chunk().toByteArray(), audio.offset()));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Stops at once and forgets what waits. */
  public void flush() {
    lock.lock();
    try {
      queue.clear();
      position = 0;
      stoppedNanos = System.nanoTime();
      if (line != null) {
        line.stop();
        line.flush();
        line.start();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** When it was last made to stop, on the clock of {@link System#nanoTime()}. */
  public long stoppedNanos() {
    lock.lock();
    try {
      return stoppedNanos;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all that was queued has been played; false when that takes longer than allowed. */
  public boolean awaitSilence(Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (!queue.isEmpty()) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** What was played so far, with a short pause between turns. */
  public WavFile recording() {
    lock.lock();
    try {
      return new WavFile(recording.toByteArray(), RATE_HZ);
    } finally {
      lock.unlock();
    }
  }

  private void play() {
    byte[] tick = new byte[TICK_BYTES];
    long next = System.nanoTime();
    while (true) {
      int count = 0;
      lock.lock();
      try {
        while (queue.isEmpty() && !closed) {
          changed.awaitUninterruptibly();
          next = System.nanoTime();
        }
        if (closed) {
          return;
        }
        while (count < tick.length && !queue.isEmpty()) {
          count += take(tick, count);
        }
        if (queue.isEmpty()) {
          changed.signalAll();
        }
      } finally {
        lock.unlock();
      }
      if (line != null) {
        line.write(tick, 0, count);
      }
      next += TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
      for (long wait; (wait = next - System.nanoTime()) > 0; ) {
        LockSupport.parkNanos(wait);
      }
    }
  }

  private int take(byte[] tick, int at) {
    Piece piece = queue.element();
    int count = Math.min(tick.length - at, piece.pcm().length - position);
    System.arraycopy(piece.pcm(), position, tick, at, count);
    if (lastPlayed != null && lastPlayed != piece.turn()) {
      recording.writeBytes(new byte[PAUSE_BYTES]);
    }
    lastPlayed = piece.turn();
    recording.write(piece.pcm(), position, count);
    position += count;
    piece.turn().reportHeard(piece.offset().plusNanos(position / 2 * 1_000_000_000L / RATE_HZ));
    if (position >= piece.pcm().length) {
      queue.remove();
      position = 0;
    }
    return count;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (line != null) {
      line.close();
    }
  }
}
