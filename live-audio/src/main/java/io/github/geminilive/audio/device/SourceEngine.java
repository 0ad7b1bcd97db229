package io.github.geminilive.audio.device;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.audio.pcm.PcmConverter;
import io.github.geminilive.audio.pcm.PcmFormat;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads audio of any format, converts it, cuts it into chunks and hands them out: at real time's
 * pace, as fast as they are taken, or as they come in; silence after the end.
 */
final class SourceEngine {

  /** Where the bytes come from. */
  interface Input {

    /**
     * Reads bytes; frames may be cut anywhere.
     *
     * @return how many, −1 at the end, 0 when there is nothing now and {@link SourceEngine#wake}
     *     will be called
     */
    int read(byte[] buffer, int offset, int length) throws IOException;

    /** How many frames could not be taken since the last call. */
    default long takeLostFrames() {
      return 0;
    }

    /** Called once. */
    default void close() throws IOException {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(SourceEngine.class);
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Later than this the time line is moved: nobody wants a burst of all that was missed. */
  private static final long MAX_LATE_NANOS = NANOS_PER_SECOND;

  /** A file of 40 bytes may claim 65,535 channels. */
  private static final int MAX_RAW_BYTES = 64 * 1024;

  private final String name;
  private final Input input;
  private final PcmFormat format;
  private final int sampleRateHz;
  private final boolean paced;
  private final boolean pushed;
  private final int chunkSamples;
  private final Pacer pacer;
  private final PcmConverter converter;
  private final Object startLock = new Object();
  private boolean started; // guarded by startLock
  private boolean inputClosed; // guarded by startLock
  private AudioSource.@Nullable Listener listener; // written once, before the pacer starts

  // All below: the pacer's runs only.
  private final byte[] raw;
  private int rawBytes;
  private final short[] pending;
  private int pendingSamples;
  private boolean inputEnded;
  private long silenceSamples;
  private boolean begun;
  private long origin;
  private long delivered;

  SourceEngine(String name, Input input, PcmFormat format, boolean pushed, SourceOptions options) {
    this.name = name;
    this.input = input;
    this.format = format;
    this.pushed = pushed;
    this.sampleRateHz = options.sampleRateHz;
    this.paced = options.paced;
    PcmFormat mono = PcmFormat.s16le(sampleRateHz, 1);
    this.chunkSamples = (int) mono.frames(options.chunk);
    this.silenceSamples = options.silence == null ? Long.MAX_VALUE : mono.frames(options.silence);
    this.converter = PcmConverter.create(format, mono);
    int rawFrames = (int)
        Math.max(1, Math.min(format.frames(options.chunk), MAX_RAW_BYTES / format.frameBytes()));
    this.raw = new byte[rawFrames * format.frameBytes()];
    this.pending =
        new short[chunkSamples + converter.maxOutputFrames(rawFrames) + converter.maxFlushFrames()];
    this.pacer = new Pacer("audio-" + name, options.timing, this::run);
  }

  int sampleRateHz() {
    return sampleRateHz;
  }

  void start(AudioSource.Listener target) {
    requireNonNull(target, "listener");
    synchronized (startLock) {
      if (started || pacer.isClosed()) {
        throw new IllegalStateException(
            name + " was " + (started ? "started before" : "closed") + ": make another one");
      }
      started = true;
      listener = target;
    }
    pacer.start();
  }

  void wake() {
    pacer.wake();
  }

  void close() {
    pacer.close();
    closeInput();
  }

  private void closeInput() {
    synchronized (startLock) {
      if (inputClosed) {
        return;
      }
      inputClosed = true;
    }
    try {
      input.close();
    } catch (IOException e) {
      LOG.warn("{} could not be closed: {}", name, e.toString());
    }
  }

  private long run(long now) {
    if (!begun) {
      begun = true;
      origin = now;
    }
    long due = dueAt(delivered + chunkSamples);
    if (paced && now - due < 0) {
      return due;
    }
    fill();
    tellLost();
    boolean dry = !inputEnded && pendingSamples < chunkSamples;
    if (dry && !paced) {
      return Pacer.Work.WHEN_WOKEN;
    }
    if (dry) {
      pad(chunkSamples - pendingSamples);
    } else if (inputEnded && pendingSamples < chunkSamples) {
      long silence = Math.min(chunkSamples - pendingSamples, silenceSamples);
      pad((int) silence);
      // Without an end there is nothing to count down.
      silenceSamples -= silenceSamples == Long.MAX_VALUE ? 0 : silence;
    }
    deliver();
    if (inputEnded && pendingSamples == 0 && silenceSamples == 0) {
      closeInput();
      tellEnded();
      return Pacer.Work.NEVER;
    }
    return paced ? dueAt(delivered + chunkSamples) : now;
  }

  private long dueAt(long samples) {
    return origin
        + samples / sampleRateHz * NANOS_PER_SECOND
        + samples % sampleRateHz * NANOS_PER_SECOND / sampleRateHz;
  }

  private void fill() {
    while (!inputEnded && pendingSamples < chunkSamples) {
      int got;
      try {
        got = input.read(raw, rawBytes, raw.length - rawBytes);
      } catch (IOException | RuntimeException e) {
        if (!pacer.isClosed()) {
          tell(new DeviceEvent.Lost(new AudioDeviceException(
              AudioDeviceException.Reason.LOST,
              name
                  + " cannot be read any further: "
                  + (e instanceof IOException ? e.getMessage() : e),
              e)));
        }
        inputEnded = true;
        silenceSamples = 0;
        return;
      }
      if (got == 0) {
        return;
      }
      if (got < 0) {
        inputEnded = true;
        if (rawBytes > 0) {
          LOG.warn("{} ends in the middle of a frame: {} bytes left over", name, rawBytes);
        }
        pendingSamples += converter.flush(pending, pendingSamples);
        return;
      }
      rawBytes += got;
      int whole = rawBytes - rawBytes % format.frameBytes();
      pendingSamples += converter.process(raw, 0, whole, pending, pendingSamples);
      System.arraycopy(raw, whole, raw, 0, rawBytes - whole);
      rawBytes -= whole;
    }
  }

  private void pad(int count) {
    Arrays.fill(pending, pendingSamples, pendingSamples + count, (short) 0);
    pendingSamples += count;
  }

  private void deliver() {
    int count = Math.min(chunkSamples, pendingSamples);
    if (count == 0) {
      return;
    }
    long now = pacer.now();
    if (paced && now - dueAt(delivered + count) > MAX_LATE_NANOS) {
      origin += now - dueAt(delivered + count);
    }
    delivered += count;
    long nanos = pushed && !paced ? now : dueAt(delivered);
    if (pacer.enter()) {
      try {
        requireNonNull(listener).captured(pending, 0, count, nanos);
      } catch (RuntimeException e) {
        LOG.error("the listener of {} has thrown", name, e);
      } finally {
        pacer.exit();
      }
    }
    pendingSamples -= count;
    System.arraycopy(pending, count, pending, 0, pendingSamples);
  }

  private void tellLost() {
    long lost = input.takeLostFrames();
    if (lost > 0) {
      tell(new DeviceEvent.Overflow(format.durationOfFrames(lost)));
    }
  }

  private void tell(DeviceEvent event) {
    if (pacer.enter()) {
      try {
        requireNonNull(listener).event(event);
      } catch (RuntimeException e) {
        LOG.error("the listener of {} has thrown", name, e);
      } finally {
        pacer.exit();
      }
    }
  }

  private void tellEnded() {
    if (pacer.enter()) {
      try {
        requireNonNull(listener).ended();
      } catch (RuntimeException e) {
        LOG.error("the listener of {} has thrown", name, e);
      } finally {
        pacer.exit();
      }
    }
  }
}
