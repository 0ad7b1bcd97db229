package io.github.geminilive.internal.transport;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.LiveBackpressureException;
import io.github.geminilive.internal.codec.AudioEncoder;
import java.net.http.WebSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way down: one bounded queue, one writer. A message starts when the one before it was taken by
 * the socket; when nothing waits, it starts on the caller's thread, without a copy of the audio.
 *
 * <p>Three lanes: answers to tool calls overtake everything, because the model waits for them; then
 * audio, text and markers in the order of the calls; then video. When behind, queued audio is
 * joined to messages of at most 100 ms.
 */
public final class Uplink {

  /** Which messages a message may overtake. */
  public enum Lane {
    /** Overtakes all others; never dropped. */
    URGENT,
    /** In the order of the calls. */
    STREAM,
    /** After all others; oldest dropped first. */
    VIDEO
  }

  /** Hears of what happened to messages; called outside all locks. */
  public interface Observer {
    /** The socket took a message. */
    void onSent(int bytes, long audioNanos, boolean input);

    /** Messages were dropped to make room, or waited too long. */
    void onDropped(int messages, String why);

    /** The socket refused; the connection is of no use any more. */
    void onSendFailed(Throwable error);
  }

  /**
   * The bounds of the queue.
   *
   * @param maxMessages how many messages may wait
   * @param maxBytes how many bytes may wait
   * @param maxMediaAgeNanos how long audio and video may wait
   */
  public record Limits(int maxMessages, long maxBytes, long maxMediaAgeNanos) {}

  private static final long COALESCE_NANOS = 100_000_000L;
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  /** A future of a message that was dropped, and what it is to fail with. */
  private record Lost(CompletableFuture<Void> future, LiveBackpressureException why) {}

  private abstract static class Item {
    final @Nullable CompletableFuture<Void> future;
    final long enqueuedNanos;

    Item(@Nullable CompletableFuture<Void> future, long enqueuedNanos) {
      this.future = future;
      this.enqueuedNanos = enqueuedNanos;
    }

    abstract int bytes();
  }

  private static final class TextItem extends Item {
    final String json;
    final boolean input;
    final int utf8Length;

    TextItem(String json, boolean input, CompletableFuture<Void> future, long enqueuedNanos) {
      super(future, enqueuedNanos);
      this.json = json;
      this.input = input;
      this.utf8Length = utf8Length(json);
    }

    private static int utf8Length(String text) {
      int length = text.length();
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c >= 0x80) {
          // Each half of a surrogate pair counts two of the pair's four bytes.
          length += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
      }
      return length;
    }

    @Override
    int bytes() {
      return utf8Length;
    }
  }

  private static final class AudioItem extends Item {
    final byte[] pcm;
    final int rate;

    AudioItem(byte[] pcm, int rate, @Nullable CompletableFuture<Void> future, long enqueuedNanos) {
      super(future, enqueuedNanos);
      this.pcm = pcm;
      this.rate = rate;
    }

    @Override
    int bytes() {
      return pcm.length;
    }
  }

  private final Limits limits;
  private final LongSupplier nanoTime;
  private final Observer observer;
  private final Executor executor;
  private final AudioEncoder audioEncoder = new AudioEncoder();

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final ArrayDeque<TextItem> urgent = new ArrayDeque<>();
  private final ArrayDeque<Item> stream = new ArrayDeque<>();
  private final ArrayDeque<TextItem> video = new ArrayDeque<>();
  private int queuedMessages;
  private long queuedBytes;
  private @Nullable WebSocket socket;
  private boolean writing;
  private boolean closed;
  private @Nullable Supplier<? extends Throwable> refusal;
  private @Nullable CompletableFuture<Void> drained;
  private long dropped;
  private int droppedUntold;
  private final List<Lost> lost = new ArrayList<>();
  private String droppedWhy = "";
  private @Nullable CompletableFuture<Void> inFlight;
  private @Nullable List<CompletableFuture<Void>> alsoInFlight;

  // Owned by whoever set writing: the message on its way.
  private String frame = "";
  private int frameBytes;
  private boolean frameIsInput;
  private long frameAudioNanos;
  private byte[] joined = new byte[0];
  private int mimeRate = -1;
  private String mime = "";

  /** An uplink without a socket: messages wait until {@link #attach}. */
  public Uplink(Limits limits, LongSupplier nanoTime, Executor executor, Observer observer) {
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.executor = executor;
    this.observer = observer;
  }

  /** Completes a future; what depends on it is the caller's code and runs on the executor. */
  private void settle(@Nullable CompletableFuture<Void> future, @Nullable Throwable error) {
    if (future == null) {
      return;
    }
    if (future.getNumberOfDependents() > 0) {
      executor.execute(() -> complete(future, error));
    } else {
      complete(future, error);
    }
  }

  private static void complete(CompletableFuture<Void> future, @Nullable Throwable error) {
    if (error == null) {
      future.complete(null);
    } else {
      future.completeExceptionally(error);
    }
  }

  /** Begins to write what waits, and what comes. */
  public void attach(WebSocket webSocket) {
    boolean start;
    lock.lock();
    try {
      socket = webSocket;
      start = !writing && !closed;
      writing = writing || start;
    } finally {
      lock.unlock();
    }
    if (start) {
      writeWhileAnyWaits();
    }
  }

  /**
   * Queues a message and sees to its being written.
   *
   * @param input whether it is something the model may answer to
   */
  public CompletableFuture<Void> send(Lane lane, String json, boolean input) {
    CompletableFuture<Void> future = enqueue(lane, json, input);
    flush();
    return future;
  }

  /**
   * Queues a message, in memory only, so that its place is certain under a lock of the caller's.
   * {@link #flush} is to follow once that is released.
   *
   * @param input whether it is something the model may answer to
   * @return has failed already where the message was refused
   */
  public CompletableFuture<Void> enqueue(Lane lane, String json, boolean input) {
    CompletableFuture<Void> future = new CompletableFuture<>();
    TextItem item = new TextItem(json, input, future, nanoTime.getAsLong());
    Throwable refused = null;
    lock.lock();
    try {
      if (refusal != null) {
        refused = refusal.get();
      } else if (lane != Lane.URGENT && !makeRoom(item.bytes(), lane == Lane.STREAM)) {
        refused = full("message");
      } else {
        switch (lane) {
          case URGENT -> urgent.add(item);
          case STREAM -> stream.add(item);
          case VIDEO -> video.add(item);
        }
        queuedMessages++;
        queuedBytes += item.bytes();
      }
    } finally {
      lock.unlock();
    }
    return refused == null ? future : CompletableFuture.failedFuture(refused);
  }

  /** Begins to write what waits, and fails what was dropped for it. */
  public void flush() {
    boolean start;
    List<Lost> dropped;
    lock.lock();
    try {
      start = queuedMessages > 0 && startWriting();
      dropped = takeLost();
    } finally {
      lock.unlock();
    }
    fail(dropped);
    if (start) {
      writeWhileAnyWaits();
    }
  }

  /** What a message would be refused with whatever it is; null as long as messages are taken. */
  public @Nullable Throwable refusal() {
    lock.lock();
    try {
      return refusal == null ? null : refusal.get();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends or queues audio; the array may be reused when this returns.
   *
   * @param tracked whether the caller wants to know what becomes of it
   * @return completes when the socket took it; already complete when not tracked
   */
  public CompletableFuture<Void> sendAudio(
      byte[] pcm, int offset, int length, int rate, boolean tracked) {
    CompletableFuture<Void> future = tracked ? new CompletableFuture<>() : null;
    boolean direct = false;
    boolean start = false;
    Throwable refused = null;
    List<Lost> dropped;
    lock.lock();
    try {
      if (refusal != null) {
        refused = refusal.get();
      } else if (!writing && socket != null && queuedMessages == 0) {
        writing = true;
        direct = true;
        inFlight = future;
      } else if (!makeRoom(length, true)) {
        refused = full("audio");
      } else {
        byte[] copy = new byte[length];
        System.arraycopy(pcm, offset, copy, 0, length);
        stream.add(new AudioItem(copy, rate, future, nanoTime.getAsLong()));
        queuedMessages++;
        queuedBytes += length;
        start = startWriting();
      }
      dropped = takeLost();
    } finally {
      lock.unlock();
    }
    fail(dropped);
    if (refused != null) {
      return CompletableFuture.failedFuture(refused);
    }
    if (direct) {
      loadFrame(audioEncoder.encode(mimeType(rate), pcm, offset, length), nanos(length, rate));
      if (writeFrame()) {
        writeWhileAnyWaits();
      }
    } else if (start) {
      writeWhileAnyWaits();
    }
    return future == null ? DONE : future;
  }

  private boolean startWriting() {
    if (writing || socket == null) {
      return false;
    }
    writing = true;
    return true;
  }

  private LiveBackpressureException full(String what) {
    return new LiveBackpressureException(
        "The outgoing queue is full, the "
            + what
            + " was refused: "
            + queuedMessages
            + " messages and "
            + queuedBytes
            + " bytes wait, the limits are "
            + limits.maxMessages()
            + " and "
            + limits.maxBytes()
            + ". Send slower: wait for earlier sends to complete.",
        queuedBytes,
        limits.maxBytes());
  }

  /** Drops what may be dropped until there is room; says whether there is. Holds the lock. */
  private boolean makeRoom(int bytes, boolean mayDropAudio) {
    while (queuedMessages >= limits.maxMessages()
        || (queuedBytes + bytes > limits.maxBytes() && queuedMessages > 0)) {
      Item dropped = video.poll();
      if (dropped == null && mayDropAudio) {
        dropped = pollOldestAudio();
      }
      if (dropped == null) {
        return false;
      }
      drop(dropped, "the outgoing queue is full");
    }
    return true;
  }

  private @Nullable Item pollOldestAudio() {
    for (Iterator<Item> items = stream.iterator(); items.hasNext(); ) {
      Item item = items.next();
      if (item instanceof AudioItem) {
        items.remove();
        return item;
      }
    }
    return null;
  }

  /** What was dropped since the last call; to be failed once the lock is released. */
  private List<Lost> takeLost() {
    if (lost.isEmpty()) {
      return List.of();
    }
    List<Lost> taken = List.copyOf(lost);
    lost.clear();
    return taken;
  }

  private void fail(List<Lost> messages) {
    for (Lost message : messages) {
      settle(message.future(), message.why());
    }
  }

  private void drop(Item item, String why) {
    queuedMessages--;
    queuedBytes -= item.bytes();
    dropped++;
    droppedUntold++;
    droppedWhy = why;
    if (item.future != null) {
      lost.add(new Lost(
          item.future,
          new LiveBackpressureException(
              "Outgoing audio or video was dropped: " + why, queuedBytes, limits.maxBytes())));
    }
  }

  private void loadFrame(String audioFrame, long audioNanos) {
    frame = audioFrame;
    frameBytes = audioFrame.length();
    frameIsInput = true;
    frameAudioNanos = audioNanos;
  }

  /** Loads the next message that waits; says whether there was one. Holds the lock. */
  private boolean loadNext() {
    TextItem text = urgent.poll();
    if (text == null) {
      Item head = nextFresh(stream);
      if (head instanceof AudioItem audio) {
        stream.poll();
        loadAudio(audio);
        return true;
      }
      text = head == null ? (TextItem) nextFresh(video) : (TextItem) head;
      if (text == null) {
        return false;
      }
      (head == null ? video : stream).poll();
    }
    queuedMessages--;
    queuedBytes -= text.bytes();
    frame = text.json;
    frameBytes = text.utf8Length;
    frameIsInput = text.input;
    frameAudioNanos = 0;
    inFlight = text.future;
    return true;
  }

  private @Nullable Item nextFresh(ArrayDeque<? extends Item> lane) {
    long now = nanoTime.getAsLong();
    Item head;
    while ((head = lane.peek()) != null) {
      boolean media = lane == video || head instanceof AudioItem;
      if (!media || now - head.enqueuedNanos <= limits.maxMediaAgeNanos()) {
        return head;
      }
      lane.poll();
      drop(head, "it waited longer than " + limits.maxMediaAgeNanos() / 1_000_000 + " ms");
    }
    return null;
  }

  private void loadAudio(AudioItem first) {
    queuedMessages--;
    queuedBytes -= first.pcm.length;
    inFlight = first.future;
    int total = first.pcm.length;
    byte[] pcm = first.pcm;
    while (stream.peek() instanceof AudioItem next
        && next.rate == first.rate
        && nanos(total + next.pcm.length, first.rate) <= COALESCE_NANOS) {
      stream.poll();
      queuedMessages--;
      queuedBytes -= next.pcm.length;
      if (joined.length < total + next.pcm.length) {
        byte[] larger = new byte[Math.max(total + next.pcm.length, 2 * joined.length)];
        System.arraycopy(pcm, 0, larger, 0, total);
        joined = larger;
      } else if (pcm != joined) {
        System.arraycopy(pcm, 0, joined, 0, total);
      }
      pcm = joined;
      System.arraycopy(next.pcm, 0, joined, total, next.pcm.length);
      total += next.pcm.length;
      if (next.future != null) {
        if (alsoInFlight == null) {
          alsoInFlight = new ArrayList<>();
        }
        alsoInFlight.add(next.future);
      }
    }
    loadFrame(audioEncoder.encode(mimeType(first.rate), pcm, 0, total), nanos(total, first.rate));
  }

  private String mimeType(int rate) {
    if (rate != mimeRate) {
      mimeRate = rate;
      mime = "audio/pcm;rate=" + rate;
    }
    return mime;
  }

  private static long nanos(int bytes, int rate) {
    return bytes / 2 * 1_000_000_000L / rate;
  }

  private void writeWhileAnyWaits() {
    do {
      boolean loaded;
      CompletableFuture<Void> nowDrained = null;
      int untold;
      String why;
      List<Lost> stale;
      lock.lock();
      try {
        loaded = !closed && loadNext();
        if (!loaded) {
          writing = false;
          nowDrained = drained;
        }
        stale = takeLost();
        untold = droppedUntold;
        why = droppedWhy;
        droppedUntold = 0;
      } finally {
        lock.unlock();
      }
      fail(stale);
      if (untold > 0) {
        observer.onDropped(untold, why);
      }
      if (!loaded) {
        settle(nowDrained, null);
        return;
      }
    } while (writeFrame());
  }

  /** Writes the loaded frame; true when that is done and the next may follow on this thread. */
  private boolean writeFrame() {
    CompletableFuture<WebSocket> taken;
    try {
      taken = requireNonNull(socket).sendText(frame, true);
    } catch (RuntimeException e) {
      taken = CompletableFuture.failedFuture(e);
    }
    if (taken.isDone()) {
      return finishFrame(errorOf(taken));
    }
    taken.whenComplete((ignored, error) -> {
      if (finishFrame(error)) {
        writeWhileAnyWaits();
      }
    });
    return false;
  }

  private static @Nullable Throwable errorOf(CompletableFuture<?> done) {
    return done.isCompletedExceptionally()
        ? done.handle((ignored, error) -> error).getNow(null)
        : null;
  }

  private boolean finishFrame(@Nullable Throwable error) {
    frame = "";
    if (error == null) {
      observer.onSent(frameBytes, frameAudioNanos, frameIsInput);
    } else {
      // The observer closes this uplink, with a reason that says more than the error.
      observer.onSendFailed(error);
    }
    CompletableFuture<Void> first;
    List<CompletableFuture<Void>> others;
    lock.lock();
    try {
      first = inFlight;
      others = alsoInFlight;
      inFlight = null;
      alsoInFlight = null;
      if (error != null) {
        writing = false;
      }
    } finally {
      lock.unlock();
    }
    settle(first, error);
    if (others != null) {
      others.forEach(other -> settle(other, error));
    }
    return error == null;
  }

  /**
   * Takes no more messages, but goes on writing those that wait.
   *
   * @param reason what later senders are told
   * @return completes when nothing waits any more
   */
  public CompletableFuture<Void> finish(Supplier<? extends Throwable> reason) {
    lock.lock();
    try {
      if (refusal == null) {
        refusal = reason;
      }
      if (drained == null) {
        drained = writing ? new CompletableFuture<>() : DONE;
      }
      return drained;
    } finally {
      lock.unlock();
    }
  }

  /** Ends it: what waits or is on its way fails, and so does what comes. */
  public void close(Supplier<? extends Throwable> reason) {
    List<CompletableFuture<Void>> failed = new ArrayList<>();
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      refusal = reason;
      addFuture(failed, inFlight);
      if (alsoInFlight != null) {
        failed.addAll(alsoInFlight);
      }
      urgent.forEach(item -> addFuture(failed, item.future));
      stream.forEach(item -> addFuture(failed, item.future));
      video.forEach(item -> addFuture(failed, item.future));
      urgent.clear();
      stream.clear();
      video.clear();
      queuedMessages = 0;
      queuedBytes = 0;
      addFuture(failed, drained);
    } finally {
      lock.unlock();
    }
    failed.forEach(future -> settle(future, reason.get()));
  }

  private static void addFuture(
      List<CompletableFuture<Void>> futures, @Nullable CompletableFuture<Void> future) {
    if (future != null) {
      futures.add(future);
    }
  }

  /** Messages dropped so far, whether the observer has heard of them or is about to. */
  public long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /** Messages that wait. */
  public int queuedMessages() {
    lock.lock();
    try {
      return queuedMessages;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes that wait. */
  public long queuedBytes() {
    lock.lock();
    try {
      return queuedBytes;
    } finally {
      lock.unlock();
    }
  }
}
