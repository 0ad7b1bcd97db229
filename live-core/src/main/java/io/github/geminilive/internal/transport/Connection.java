package io.github.geminilive.internal.transport;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end of one WebSocket. Puts the pieces of a message together, whether they come as
 * text or binary, and hands over whole messages on the HTTP client's thread, one at a time.
 *
 * <p>Demand stays ahead of what arrives, because the JDK answers no ping while demand is withheld;
 * {@link #setPaused} is the only thing that holds it back.
 */
public final class Connection implements WebSocket.Listener {

  /** Called on the HTTP client's threads, one call at a time; must not block. */
  public interface Handler {

    /**
     * A whole message.
     *
     * @param buffer holds the message from index 0; reused after the call returns
     * @param length bytes of the message; 0 for an empty frame
     */
    void onMessage(byte[] buffer, int length);

    /** The end, exactly once: a close frame, or code 1006 when the connection broke. */
    void onEnd(int code, String reason, @Nullable Throwable error);

    /** A message exceeded the limit; the rest of it is skipped. */
    void onTooLarge(long atLeastBytes);
  }

  // How many pieces may be on their way at most; also what may still arrive after a pause.
  private static final int DEMAND = 4;
  private static final int INITIAL_BUFFER = 16 * 1024;
  // A buffer grown beyond this by a rare large message is given back.
  private static final int RETAINED_BUFFER = 128 * 1024;

  private final Handler handler;
  private final int maxMessageBytes;
  private final Executor executor;
  private final LongSupplier nanoTime;
  private final AtomicBoolean ended = new AtomicBoolean();

  // The JDK calls one listener method at a time, with happens-before between calls.
  private byte[] buffer = new byte[INITIAL_BUFFER];
  private int length;
  private boolean skipping;
  private char pendingHighSurrogate;

  private volatile long lastByteNanos;
  private volatile boolean stopped;

  private final Object demandLock = new Object();
  // Guarded by demandLock.
  private @Nullable WebSocket socket;
  private boolean paused;
  private int owed;

  /**
   * A connection to be passed to {@link WebSocket.Builder#buildAsync}.
   *
   * @param maxMessageBytes longer messages are reported and skipped
   * @param executor resumes reading after a pause: the JDK may deliver right inside the request
   * @param nanoTime the clock of {@link #lastByteNanos}
   */
  public Connection(
      Handler handler, int maxMessageBytes, Executor executor, LongSupplier nanoTime) {
    this.handler = handler;
    this.maxMessageBytes = maxMessageBytes;
    this.executor = executor;
    this.nanoTime = nanoTime;
    this.lastByteNanos = nanoTime.getAsLong();
  }

  /**
   * When something last arrived, be it a piece of a message, a ping, a pong or the handshake; the
   * time of construction before that. Says nothing of a connection that is {@link #paused}.
   */
  public long lastByteNanos() {
    return lastByteNanos;
  }

  /** Whether reading is held back. */
  public boolean paused() {
    synchronized (demandLock) {
      return paused && !stopped;
    }
  }

  /**
   * Reads on, whether paused or not, but throws away what arrives: the handler hears of no message
   * any more, only of the end. Without reading on, the answer to a close frame would not be seen.
   */
  public void stop() {
    stopped = true;
    setPaused(false);
  }

  /** Stops or resumes asking for more. A few pieces may still arrive after stopping. */
  public void setPaused(boolean pause) {
    WebSocket resumed = null;
    int request = 0;
    synchronized (demandLock) {
      paused = pause;
      if ((!pause || stopped) && owed > 0 && socket != null) {
        resumed = socket;
        request = owed;
        owed = 0;
      }
    }
    if (resumed != null) {
      WebSocket reading = resumed;
      int pieces = request;
      executor.execute(() -> reading.request(pieces));
    }
  }

  private void requestNext(WebSocket webSocket) {
    synchronized (demandLock) {
      if (paused && !stopped) {
        owed++;
        return;
      }
    }
    webSocket.request(1);
  }

  /** Nothing is asked for yet: the JDK would deliver before the dial's future has completed. */
  @Override
  public void onOpen(WebSocket webSocket) {
    lastByteNanos = nanoTime.getAsLong();
    if (ended.get() || stopped) {
      webSocket.abort();
    }
  }

  /** Begins to read. To be called once. */
  public void start(WebSocket webSocket) {
    synchronized (demandLock) {
      socket = webSocket;
    }
    webSocket.request(DEMAND);
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
    lastByteNanos = nanoTime.getAsLong();
    int count = data.remaining();
    if (reserve(count)) {
      data.get(buffer, length, count);
      length += count;
    }
    requestNext(webSocket);
    if (last) {
      deliver();
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
    lastByteNanos = nanoTime.getAsLong();
    appendUtf8(data);
    requestNext(webSocket);
    if (last) {
      deliver();
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPing(WebSocket webSocket, ByteBuffer message) {
    lastByteNanos = nanoTime.getAsLong();
    // Also during a pause: a ping takes a demand that was meant for a message.
    webSocket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer message) {
    lastByteNanos = nanoTime.getAsLong();
    webSocket.request(1);
    return null;
  }

  private void appendUtf8(CharSequence data) {
    // A piece may end between the halves of a surrogate pair; the first half waits for its other.
    String text = data.toString();
    if (pendingHighSurrogate != 0) {
      text = pendingHighSurrogate + text;
      pendingHighSurrogate = 0;
    }
    if (!text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1))) {
      pendingHighSurrogate = text.charAt(text.length() - 1);
      text = text.substring(0, text.length() - 1);
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (reserve(utf8.length)) {
      System.arraycopy(utf8, 0, buffer, length, utf8.length);
      length += utf8.length;
    }
  }

  private boolean reserve(int count) {
    if (skipping || stopped) {
      return false;
    }
    long needed = (long) length + count;
    if (needed > maxMessageBytes) {
      skipping = true;
      handler.onTooLarge(needed);
      return false;
    }
    if (needed > buffer.length) {
      long doubled = Math.max(needed, 2L * buffer.length);
      buffer = Arrays.copyOf(buffer, (int) Math.min(doubled, maxMessageBytes));
    }
    return true;
  }

  private void deliver() {
    int messageLength = length;
    boolean skipped = skipping;
    length = 0;
    skipping = false;
    pendingHighSurrogate = 0;
    if (!skipped && !stopped) {
      handler.onMessage(buffer, messageLength);
    }
    if (buffer.length > RETAINED_BUFFER) {
      buffer = new byte[INITIAL_BUFFER];
    }
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
    end(statusCode, reason, null);
    return null;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    end(1006, "", error);
  }

  /** Ends it from this side; the handler hears the first end only. */
  public void end(int code, String reason, @Nullable Throwable error) {
    if (ended.compareAndSet(false, true)) {
      handler.onEnd(code, reason, error);
    }
  }
}
