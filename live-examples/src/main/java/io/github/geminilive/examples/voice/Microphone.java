package io.github.geminilive.examples.voice;

import io.github.geminilive.LiveSession;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A microphone that hears files: 20 ms of sound every 20 ms, silence while nobody speaks. The
 * service needs that silence to notice that one has finished.
 */
public final class Microphone implements AutoCloseable {

  private static final int CHUNK_MILLIS = 20;

  private static final class Utterance {
    final byte[] pcm;
    final DoubleConsumer progress;
    final CompletableFuture<Void> spoken = new CompletableFuture<>();
    int position;

    Utterance(byte[] pcm, DoubleConsumer progress) {
      this.pcm = pcm;
      this.progress = progress;
    }
  }

  private final LiveSession session;
  private final int sampleRateHz;
  private final byte[] chunk;
  private final Queue<Utterance> waiting = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "microphone");
        thread.setDaemon(true);
        return thread;
      });
  private @Nullable Utterance current;
  private volatile long speechEndedNanos;

  /** A microphone that listens from now on. */
  public Microphone(LiveSession session, int sampleRateHz) {
    this.session = session;
    this.sampleRateHz = sampleRateHz;
    this.chunk = new byte[2 * (sampleRateHz * CHUNK_MILLIS / 1000)];
    clock.scheduleAtFixedRate(this::hear, 0, CHUNK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Says something.
   *
   * @param progress told the fraction said so far
   * @return completes when all of it was said; fails with whatever kept it from being said
   */
  public CompletableFuture<Void> speak(byte[] pcm, DoubleConsumer progress) {
    Utterance utterance = new Utterance(pcm, progress);
    waiting.add(utterance);
    return utterance.spoken;
  }

  /** When the last utterance ended, on the clock of {@link System#nanoTime()}. */
  public long speechEndedNanos() {
    return speechEndedNanos;
  }

  private void hear() {
    if (current == null) {
      current = waiting.poll();
    }
    Utterance utterance = current;
    try {
      hear(utterance);
    } catch (RuntimeException e) {
      // A task that throws is not run again, and nobody would ever know.
      current = null;
      if (utterance != null) {
        utterance.spoken.completeExceptionally(e);
      }
    }
  }

  private void hear(@Nullable Utterance utterance) {
    Arrays.fill(chunk, (byte) 0);
    if (utterance != null) {
      int count = Math.min(chunk.length, utterance.pcm.length - utterance.position);
      System.arraycopy(utterance.pcm, utterance.position, chunk, 0, count);
      utterance.position += count;
      utterance.progress.accept((double) utterance.position / utterance.pcm.length);
    }
    session.streamAudio(chunk, 0, chunk.length, sampleRateHz);
    if (utterance != null && utterance.position >= utterance.pcm.length) {
      speechEndedNanos = System.nanoTime();
      current = null;
      utterance.spoken.complete(null);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
