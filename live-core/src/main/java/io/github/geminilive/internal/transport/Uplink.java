package io.github.geminilive.internal.transport;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.LiveBackpressureException;
import io.github.geminilive.internal.codec.AudioEncoder;
import io.github.geminilive.internal.concurrent.Timers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way down: one bounded queue, one writer. A message starts when the one before it was taken by
 * the socket; when nothing waits, it starts on the caller's thread, without a copy of the audio.
 *
 * <p>Three lanes: answers to tool calls overtake everything, because the model waits for them; then
 * audio, text and markers in the order of the calls; then video. When behind, queued audio is
 * joined to messages of at most 100 ms.
 *
 * <p>The queue outlives its sockets. Between two of them it keeps what comes: audio by its
 * duration, the newest video frame, all else up to the limits. A message on its way when its socket
 * is lost returns to the front of its lane.
 *
 * <p>That this neither loses nor repeats a message rests on what the JDK's WebSocket was seen to
 * do, in 17 and 25 alike, with the other side resetting, ending the stream, closing, or not
 * reading:
 *
 * <ul>
 *   <li>A send completes once the whole frame is in the system's buffer, and none that failed had
 *       arrived whole (2,400 connections cut at random): what failed may be written again.
 *   <li>A send that is stuck fails on {@code abort} or on a reset, but stays pending for ever after
 *       the other side's close frame or end of stream, and {@code sendClose} waits behind it. So a
 *       detached socket must be aborted, and an unsettled send is given up when the next socket
 *       comes.
 *   <li>A send that completed may still not arrive: what the system's buffer held is gone with a
 *       reset. Only a {@link SentJournal} can repair that.
 * </ul>
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

  /**
   * A message ready for the wire.
   *
   * @param text the frame
   * @param bytes its length in UTF-8
   * @param audioNanos how long the audio in it lasts; 0 for all else
   * @param input whether it is something the model may answer to
   * @param tag what the sender knows it by; means nothing here
   */
  public record Frame(
      String text,
      int bytes,
      long audioNanos,
      boolean input,
      @Nullable Object tag) {

    /** A message that is not audio. */
    public static Frame of(String text, boolean input, @Nullable Object tag) {
      return new Frame(text, utf8Length(text), 0, input, tag);
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
  }

  /** A tag that follows its message. Called with no promise as to locks: only to note what it is. */
  public interface Tracked {
    /** The message is about to be handed to a socket. */
    void handed();

    /** The socket took it, under the lock that also detaches: it is not in the queue any more. */
    void taken();
  }

  /** Hears of what happened to messages; called outside all locks. */
  public interface Observer {
    /** The socket took a message; see {@link Frame}. */
    void onSent(String frame, int bytes, long audioNanos, boolean input, @Nullable Object tag);

    /**
     * Audio or video was dropped to make room, or waited too long. What is dropped between two
     * sockets is told once, when the second is there.
     *
     * @param audioNanos how long the audio among it lasts
     */
    void onDropped(int messages, long audioNanos, String why);

    /** The socket refused; it is detached already, and its message waits for the next one. */
    void onSendFailed(WebSocket socket, Throwable error);

    /** The socket has not taken a message for so long; it is not detached. Once per message. */
    void onStalled(WebSocket socket, Duration since);
  }

  /**
   * The bounds of the queue.
   *
   * @param maxMessages how many messages may wait; audio held between two sockets not counted
   * @param maxBytes how many bytes may wait
   * @param maxMediaAgeNanos how long audio and video may wait for an attached socket
   * @param maxHeldAudioNanos how much audio may wait between two sockets; 0 keeps none
   * @param writeStallNanos after what time a message that is not taken is told
   */
  public record Limits(
      int maxMessages,
      long maxBytes,
      long maxMediaAgeNanos,
      long maxHeldAudioNanos,
      long writeStallNanos) {}

  /**
   * What waited for a socket.
   *
   * @param messages how many, audio not counted
   * @param audioNanos how much audio
   * @param audioDroppedNanos how much audio was dropped since the last socket was detached
   * @param videoDropped how many video frames were dropped since then
   * @param sentAgain how many messages of the journal are written again
   */
  public record Waited(
      int messages, long audioNanos, long audioDroppedNanos, int videoDropped, int sentAgain) {}

  private static final long COALESCE_NANOS = 100_000_000L;
  // Held audio is bounded by its duration; this bounds what tiny pieces cost beside their bytes.
  private static final long HELD_PIECE_NANOS = 1_000_000L;
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);
  private static final byte[] NO_PCM = {};

  /** A future of a message that is not to be sent, and what it is to fail with. */
  private record Lost(CompletableFuture<Void> future, Throwable why) {}

  private abstract static class Item {
    final @Nullable CompletableFuture<Void> future;
    final long audioNanos;
    long enqueuedNanos;
    // Whether it is audio that waits, or has waited, for a socket.
    boolean held;

    Item(@Nullable CompletableFuture<Void> future, long audioNanos, long enqueuedNanos) {
      this.future = future;
      this.audioNanos = audioNanos;
      this.enqueuedNanos = enqueuedNanos;
    }

    abstract int bytes();

    boolean audio() {
      return audioNanos > 0;
    }
  }

  /** A message in its wire form; audio only if it has been on its way once. */
  private static final class FrameItem extends Item {
    final String text;
    final int utf8Length;
    final boolean input;
    final @Nullable Object tag;
    final @Nullable List<CompletableFuture<Void>> others;

    FrameItem(
        Frame frame,
        @Nullable CompletableFuture<Void> future,
        @Nullable List<CompletableFuture<Void>> others,
        long enqueuedNanos) {
      super(future, frame.audioNanos(), enqueuedNanos);
      this.text = frame.text();
      this.utf8Length = frame.bytes();
      this.input = frame.input();
      this.tag = frame.tag();
      this.others = others;
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
      super(future, nanos(pcm.length, rate), enqueuedNanos);
      this.pcm = pcm;
      this.rate = rate;
    }

    @Override
    int bytes() {
      return pcm.length;
    }
  }

  /** Who may touch the message on its way. */
  private enum Writer {
    /** There is none. */
    NONE,
    /** A thread that loads it, hands it to the socket, or tells what became of it. */
    BUSY,
    /** Who holds the lock: the socket has it and will tell. */
    SOCKET
  }

  private final Limits limits;
  private final LongSupplier nanoTime;
  private final Timers timers;
  private final Executor executor;
  private final Observer observer;
  private final AudioEncoder audioEncoder = new AudioEncoder();
  private final AtomicLong written = new AtomicLong();

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final ArrayDeque<Frame> first = new ArrayDeque<>();
  private final ArrayDeque<FrameItem> urgent = new ArrayDeque<>();
  private final ArrayDeque<Item> stream = new ArrayDeque<>();
  private final ArrayDeque<FrameItem> video = new ArrayDeque<>();
  private int queuedMessages;
  private int queuedAudio;
  private int heldAudio;
  private long queuedBytes;
  private long queuedAudioNanos;
  private @Nullable WebSocket socket;
  private @Nullable SentJournal journal;
  private Writer writer = Writer.NONE;
  // Raised when a message on its way is given up; who comes late to tell of it is not heard.
  private int era;
  private boolean closed;
  private @Nullable Supplier<? extends Throwable> refusal;
  private @Nullable CompletableFuture<Void> drained;
  private final List<Lost> lost = new ArrayList<>();
  private long dropped;
  private int droppedUntold;
  private long droppedNanosUntold;
  private String droppedWhy = "";
  private long heldAudioDroppedNanos;
  private int heldVideoDropped;
  private boolean stallTimerSet;
  private @Nullable Future<?> stallTimer;

  // The message on its way. Guarded by lock, all of it.
  private boolean loaded;
  private @Nullable WebSocket frameSocket;
  private @Nullable Lane frameLane;
  private @Nullable Object frameTag;
  private @Nullable Supplier<? extends Throwable> frameWithdrawn;
  private @Nullable CompletableFuture<Void> inFlight;
  private @Nullable List<CompletableFuture<Void>> alsoInFlight;
  private long frameEnqueuedNanos;
  private long handedNanos;
  // Changed only by the thread that is the writer; others read it under the lock when none is.
  private String frame = "";
  private int frameBytes;
  private boolean frameIsInput;
  private long frameAudioNanos;
  // Of the thread that is the writer.
  private byte[] joined = new byte[0];
  private int mimeRate = -1;
  private String mime = "";

  /**
   * An uplink without a socket: messages wait until {@link #attach}.
   *
   * @param executor completes futures that others depend on
   */
  public Uplink(
      Limits limits, LongSupplier nanoTime, Timers timers, Executor executor, Observer observer) {
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.timers = timers;
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

  /** Keeps a journal of what is written from now on; it is written again on each new socket. */
  public void journal(SentJournal kept) {
    lock.lock();
    try {
      journal = kept;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets messages out again: first these, then the journal's rest, then what waits, urgent messages
   * before others. The age of audio and video counts anew. A message that an earlier socket has not
   * taken by now counts as not written.
   *
   * <p>In memory only, so that it can be called under a lock of the caller's; {@link #flush} is to
   * follow once that is released.
   *
   * @param webSocket one that was never attached before; its setup is written
   * @param before not kept should this socket be lost, too
   * @return what waited
   */
  public Waited attach(WebSocket webSocket, List<Frame> before) {
    lock.lock();
    try {
      leaveSocket();
      if (writer == Writer.SOCKET) {
        giveUpOnSocket();
      }
      int sentAgain = 0;
      if (!closed) {
        first.addAll(before);
        sentAgain = repeatJournal();
      }
      renewMedia();
      if (!closed) {
        socket = webSocket;
        written.set(0);
      }
      return new Waited(
          queuedMessages - queuedAudio,
          queuedAudioNanos,
          heldAudioDroppedNanos,
          heldVideoDropped,
          sentAgain);
    } finally {
      lock.unlock();
    }
  }

  /** Under the same lock as the giving up of a send: a late one could miss the journal else. */
  private int repeatJournal() {
    if (journal == null) {
      return 0;
    }
    List<Frame> rest = journal.rest();
    journal.restart();
    first.addAll(rest);
    return rest.size();
  }

  /** What has waited for a socket is as good as new, except stale video. Holds the lock. */
  private void renewMedia() {
    long now = nanoTime.getAsLong();
    for (Item item : stream) {
      item.enqueuedNanos = now;
    }
    for (Iterator<FrameItem> frames = video.iterator(); frames.hasNext(); ) {
      FrameItem item = frames.next();
      if (now - item.enqueuedNanos > limits.maxMediaAgeNanos()) {
        frames.remove();
        drop(item, tooOld());
        heldVideoDropped++;
      } else {
        item.enqueuedNanos = now;
      }
    }
  }

  /**
   * Writes no more to the present socket. A message on its way stays so: it counts as sent should
   * the socket still take it, and returns to the queue when the socket fails or another one comes.
   * In memory only, like {@link #attach}; {@link #flush} is to follow.
   */
  public void detach() {
    lock.lock();
    try {
      leaveSocket();
    } finally {
      lock.unlock();
    }
  }

  /** From now on what comes waits for another socket. Holds the lock. */
  private void leaveSocket() {
    if (socket == null) {
      return;
    }
    socket = null;
    first.clear();
    heldAudioDroppedNanos = 0;
    heldVideoDropped = 0;
    for (Item item : stream) {
      hold(item);
    }
    trimHeld();
  }

  private void hold(Item item) {
    if (item.audio() && !item.held) {
      item.held = true;
      heldAudio++;
    }
  }

  /** Keeps what waits for a socket within its limits. Holds the lock. */
  private void trimHeld() {
    long pieces = Math.max(limits.maxMessages(), limits.maxHeldAudioNanos() / HELD_PIECE_NANOS);
    while (queuedAudioNanos > limits.maxHeldAudioNanos() || heldAudio > pieces) {
      Item oldest = pollOldestAudio(true);
      if (oldest == null) {
        break;
      }
      dropHeld(oldest);
    }
    while (video.size() > 1) {
      dropHeld(video.remove());
    }
  }

  private void dropHeld(Item item) {
    drop(item, "there was no connection to send it on");
    heldAudioDroppedNanos += item.audioNanos;
    heldVideoDropped += item.audio() ? 0 : 1;
  }

  /** Queues a message without a tag; see {@link #send(Lane, String, boolean, Object)}. */
  public CompletableFuture<Void> send(Lane lane, String json, boolean input) {
    return send(lane, json, input, null);
  }

  /**
   * Queues a message and sees to its being written.
   *
   * @param input whether it is something the model may answer to
   * @param tag what {@link #withdraw} and {@link Observer#onSent} are to know it by
   */
  public CompletableFuture<Void> send(Lane lane, String json, boolean input, @Nullable Object tag) {
    CompletableFuture<Void> future = enqueue(lane, json, input, tag);
    flush();
    return future;
  }

  /** Queues a message without a tag; see {@link #enqueue(Lane, String, boolean, Object)}. */
  public CompletableFuture<Void> enqueue(Lane lane, String json, boolean input) {
    return enqueue(lane, json, input, null);
  }

  /**
   * Queues a message, in memory only, so that its place is certain under a lock of the caller's.
   * {@link #flush} is to follow once that is released.
   *
   * @param input whether it is something the model may answer to
   * @param tag what {@link #withdraw} and {@link Observer#onSent} are to know it by
   * @return has failed already where the message was refused
   */
  public CompletableFuture<Void> enqueue(
      Lane lane, String json, boolean input, @Nullable Object tag) {
    CompletableFuture<Void> future = new CompletableFuture<>();
    FrameItem item = new FrameItem(Frame.of(json, input, tag), future, null, nanoTime.getAsLong());
    Throwable refused = null;
    lock.lock();
    try {
      boolean detached = socket == null;
      // With a socket the service's own limits bound the answers that may wait; without one, many
      // connections' answers could gather.
      boolean limited = lane != Lane.URGENT || detached;
      if (refusal != null) {
        refused = refusal.get();
      } else if (limited && !makeRoom(item.bytes(), true, lane != Lane.VIDEO)) {
        refused = full("message");
      } else {
        switch (lane) {
          case URGENT -> urgent.add(item);
          case STREAM -> stream.add(item);
          case VIDEO -> video.add(item);
        }
        count(item, 1);
        if (detached) {
          trimHeld();
        }
      }
    } finally {
      lock.unlock();
    }
    return refused == null ? future : CompletableFuture.failedFuture(refused);
  }

  /** Begins to write what waits, and settles what was dropped, withdrawn or left for good. */
  public void flush() {
    boolean start;
    List<Lost> gone;
    CompletableFuture<Void> nowDrained;
    lock.lock();
    try {
      boolean any = queuedMessages > 0 || !first.isEmpty() || droppedUntold > 0;
      start = any && startWriting();
      gone = takeLost();
      nowDrained = socket == null ? drained : null;
    } finally {
      lock.unlock();
    }
    fail(gone);
    settle(nowDrained, null);
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
   * Takes back messages that wait. One that is on its way to a socket that is no more attached is
   * taken back, too, if that socket does not take it; it is not among the returned number then. In
   * memory only; {@link #flush} is to follow, which fails the futures.
   *
   * @param tagged chooses by tag; called under a lock, so it calls nobody
   * @param why what their futures fail with
   * @return how many waited
   */
  public int withdraw(Predicate<Object> tagged, Supplier<? extends Throwable> why) {
    lock.lock();
    try {
      if (loaded && socket != frameSocket && frameTag != null && tagged.test(frameTag)) {
        frameWithdrawn = why;
      }
      return withdrawFrom(urgent, tagged, why)
          + withdrawFrom(stream, tagged, why)
          + withdrawFrom(video, tagged, why);
    } finally {
      lock.unlock();
    }
  }

  private int withdrawFrom(
      ArrayDeque<? extends Item> lane,
      Predicate<Object> tagged,
      Supplier<? extends Throwable> why) {
    int count = 0;
    for (Iterator<? extends Item> items = lane.iterator(); items.hasNext(); ) {
      if (items.next() instanceof FrameItem item && item.tag != null && tagged.test(item.tag)) {
        items.remove();
        count(item, -1);
        count++;
        lose(item.future, why.get());
      }
    }
    return count;
  }

  /**
   * Sends or queues audio; the array may be reused when this returns.
   *
   * @param tracked whether the caller wants to know what becomes of it
   * @return completes when the socket took it; already complete when not tracked
   */
  public CompletableFuture<Void> sendAudio(
      byte[] pcm, int offset, int length, int rate, boolean tracked) {
    Objects.checkFromIndexSize(offset, length, pcm.length);
    return sendAudio(pcm, offset, length, rate, null, tracked ? new CompletableFuture<>() : null);
  }

  /**
   * Sends or queues audio that has its wire form already; it is treated as all audio, but not joined
   * with other pieces.
   *
   * @param text the frame, in ASCII
   * @param pcmBytes how many bytes of PCM are in it
   * @return already complete, or failed where the audio was refused
   */
  public CompletableFuture<Void> sendAudioFrame(String text, int pcmBytes, int rate) {
    return sendAudio(NO_PCM, 0, pcmBytes, rate, text, null);
  }

  /** Sends or queues audio, in its wire form if that is there. */
  private CompletableFuture<Void> sendAudio(
      byte[] pcm,
      int offset,
      int length,
      int rate,
      @Nullable String text,
      @Nullable CompletableFuture<Void> future) {
    boolean direct = false;
    boolean start = false;
    Throwable refused = null;
    List<Lost> gone;
    lock.lock();
    try {
      if (refusal != null) {
        refused = refusal.get();
      } else if (mayWriteAtOnce()) {
        writer = Writer.BUSY;
        direct = true;
        load(Lane.STREAM, null, future, null, 0);
      } else if (!makeRoom(text == null ? length : text.length(), socket != null, true)) {
        refused = full("audio");
      } else {
        queueAudio(pcm, offset, length, rate, text, future);
        start = startWriting();
      }
      gone = takeLost();
    } finally {
      lock.unlock();
    }
    fail(gone);
    if (refused != null) {
      return CompletableFuture.failedFuture(refused);
    }
    if (direct) {
      if (text == null) {
        loadAudioFrame(pcm, offset, length, rate);
      } else {
        loadFrame(text, text.length(), nanos(length, rate), true);
      }
      if (writeFrame()) {
        writeWhileAnyWaits();
      }
    } else if (start) {
      writeWhileAnyWaits();
    }
    return future == null ? DONE : future;
  }

  /** Whether a message can go to the socket without a stay in the queue. Holds the lock. */
  private boolean mayWriteAtOnce() {
    return writer == Writer.NONE && socket != null && queuedMessages == 0 && first.isEmpty();
  }

  /** Holds the lock. */
  private void queueAudio(
      byte[] pcm,
      int offset,
      int length,
      int rate,
      @Nullable String text,
      @Nullable CompletableFuture<Void> future) {
    long now = nanoTime.getAsLong();
    Item item;
    if (text == null) {
      item = new AudioItem(Arrays.copyOfRange(pcm, offset, offset + length), rate, future, now);
    } else {
      Frame frame = new Frame(text, text.length(), nanos(length, rate), true, null);
      item = new FrameItem(frame, future, null, now);
    }
    stream.add(item);
    count(item, 1);
    if (socket == null) {
      hold(item);
      trimHeld();
    }
  }

  private boolean startWriting() {
    if (writer != Writer.NONE || socket == null) {
      return false;
    }
    writer = Writer.BUSY;
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
            + (socket == null
                ? ". There is no connection at the moment: what waits is sent on the next one."
                : ".")
            + " Send slower: wait for earlier sends to complete.",
        queuedBytes,
        limits.maxBytes());
  }

  /**
   * Drops what may be dropped until there is room; says whether there is. Holds the lock.
   *
   * @param counts whether the new message counts as one, beside its bytes
   */
  private boolean makeRoom(int bytes, boolean counts, boolean mayDropAudio) {
    while (true) {
      boolean tooMany = counts && queuedMessages - heldAudio >= limits.maxMessages();
      boolean tooLarge = queuedBytes + bytes > limits.maxBytes() && queuedMessages > 0;
      if (!tooMany && !tooLarge) {
        return true;
      }
      Item oldest = video.poll();
      if (oldest == null && mayDropAudio) {
        oldest = pollOldestAudio(tooLarge);
      }
      if (oldest == null) {
        return false;
      }
      drop(oldest, "the outgoing queue is full");
      if (socket == null) {
        heldAudioDroppedNanos += oldest.audioNanos;
        heldVideoDropped += oldest.audio() ? 0 : 1;
      }
    }
  }

  private @Nullable Item pollOldestAudio(boolean heldToo) {
    for (Iterator<Item> items = stream.iterator(); items.hasNext(); ) {
      Item item = items.next();
      if (item.audio() && (heldToo || !item.held)) {
        items.remove();
        return item;
      }
    }
    return null;
  }

  /** Keeps the sums of what waits. Holds the lock. */
  private void count(Item item, int by) {
    queuedMessages += by;
    queuedBytes += (long) by * item.bytes();
    if (item.audio()) {
      queuedAudio += by;
      queuedAudioNanos += by * item.audioNanos;
      heldAudio += item.held ? by : 0;
    }
  }

  /** What was lost since the last call; to be failed once the lock is released. */
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

  private void lose(@Nullable CompletableFuture<Void> future, Throwable why) {
    if (future != null) {
      lost.add(new Lost(future, why));
    }
  }

  private String tooOld() {
    return "it waited longer than " + limits.maxMediaAgeNanos() / 1_000_000 + " ms";
  }

  /** Accounts for an item that has been taken out of its lane. Holds the lock. */
  private void drop(Item item, String why) {
    count(item, -1);
    dropped++;
    droppedUntold++;
    droppedNanosUntold += item.audioNanos;
    droppedWhy = why;
    List<CompletableFuture<Void>> others =
        item instanceof FrameItem frameItem ? frameItem.others : null;
    if (item.future == null && others == null) {
      return;
    }
    LiveBackpressureException error = new LiveBackpressureException(
        "Outgoing audio or video was dropped: " + why, queuedBytes, limits.maxBytes());
    lose(item.future, error);
    if (others != null) {
      others.forEach(other -> lose(other, error));
    }
  }

  /** Names the message that is the writer's from now on. Holds the lock. */
  private void load(
      @Nullable Lane lane,
      @Nullable Object tag,
      @Nullable CompletableFuture<Void> future,
      @Nullable List<CompletableFuture<Void>> others,
      long enqueuedNanos) {
    loaded = true;
    frameSocket = socket;
    frameLane = lane;
    frameTag = tag;
    frameWithdrawn = null;
    frameEnqueuedNanos = enqueuedNanos;
    inFlight = future;
    alsoInFlight = others;
  }

  private void loadFrame(String text, int bytes, long audioNanos, boolean input) {
    frame = text;
    frameBytes = bytes;
    frameAudioNanos = audioNanos;
    frameIsInput = input;
  }

  private void loadAudioFrame(byte[] pcm, int offset, int length, int rate) {
    String text = audioEncoder.encode(mimeType(rate), pcm, offset, length);
    loadFrame(text, text.length(), nanos(length, rate), true);
  }

  /** Loads the next message that waits; says whether there was one. Holds the lock. */
  private boolean loadNext() {
    Frame ready = first.poll();
    if (ready != null) {
      load(null, ready.tag(), null, null, 0);
      loadFrame(ready.text(), ready.bytes(), ready.audioNanos(), ready.input());
      return true;
    }
    if (!urgent.isEmpty()) {
      loadItem(Lane.URGENT, urgent.remove());
      return true;
    }
    Item head = nextFresh(stream);
    if (head instanceof AudioItem audio) {
      stream.poll();
      loadAudio(audio);
      return true;
    }
    if (head instanceof FrameItem item) {
      stream.poll();
      loadItem(Lane.STREAM, item);
      return true;
    }
    if (nextFresh(video) == null) {
      return false;
    }
    loadItem(Lane.VIDEO, video.remove());
    return true;
  }

  private void loadItem(Lane lane, FrameItem item) {
    count(item, -1);
    load(lane, item.tag, item.future, item.others, item.enqueuedNanos);
    loadFrame(item.text, item.utf8Length, item.audioNanos, item.input);
  }

  private @Nullable Item nextFresh(ArrayDeque<? extends Item> lane) {
    Item head = lane.peek();
    if (head == null) {
      return null;
    }
    long now = nanoTime.getAsLong();
    do {
      boolean media = lane == video || head.audio();
      if (!media || now - head.enqueuedNanos <= limits.maxMediaAgeNanos()) {
        return head;
      }
      lane.poll();
      drop(head, tooOld());
      head = lane.peek();
    } while (head != null);
    return null;
  }

  private void loadAudio(AudioItem oldest) {
    count(oldest, -1);
    List<CompletableFuture<Void>> others = null;
    int total = oldest.pcm.length;
    byte[] pcm = oldest.pcm;
    while (stream.peek() instanceof AudioItem next
        && next.rate == oldest.rate
        && nanos(total + next.pcm.length, oldest.rate) <= COALESCE_NANOS) {
      stream.poll();
      count(next, -1);
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
        if (others == null) {
          others = new ArrayList<>();
        }
        others.add(next.future);
      }
    }
    load(Lane.STREAM, null, oldest.future, others, 0);
    loadAudioFrame(pcm, 0, total, oldest.rate);
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
      boolean next;
      CompletableFuture<Void> nowDrained = null;
      int untold = 0;
      long untoldNanos = 0;
      String why;
      List<Lost> gone;
      lock.lock();
      try {
        boolean attached = socket != null && !closed;
        next = attached && loadNext();
        if (!next) {
          writer = Writer.NONE;
          nowDrained = drained;
        }
        gone = takeLost();
        why = droppedWhy;
        if (attached) {
          untold = droppedUntold;
          untoldNanos = droppedNanosUntold;
          droppedUntold = 0;
          droppedNanosUntold = 0;
        }
      } finally {
        lock.unlock();
      }
      fail(gone);
      if (untold > 0) {
        observer.onDropped(untold, untoldNanos, why);
      }
      if (!next) {
        settle(nowDrained, null);
        return;
      }
    } while (writeFrame());
  }

  /** Writes the loaded frame; true when that is done and the next may follow on this thread. */
  private boolean writeFrame() {
    CompletableFuture<WebSocket> taken;
    if (frameTag instanceof Tracked tracked) {
      tracked.handed();
    }
    try {
      taken = requireNonNull(frameSocket).sendText(frame, true);
    } catch (RuntimeException e) {
      taken = CompletableFuture.failedFuture(e);
    }
    if (taken.isDone()) {
      finishFrame(errorOf(taken));
      return true;
    }
    int sentIn;
    boolean setTimer = false;
    lock.lock();
    try {
      if (closed) {
        unload();
        writer = Writer.NONE;
        return false;
      }
      if (socket != null && socket != frameSocket) {
        // Another one came while this one was asked.
        returnFrame();
        return true;
      }
      writer = Writer.SOCKET;
      sentIn = era;
      handedNanos = nanoTime.getAsLong();
      if (socket != null && !stallTimerSet) {
        stallTimerSet = true;
        setTimer = true;
      }
    } finally {
      lock.unlock();
    }
    if (setTimer) {
      setStallTimer(limits.writeStallNanos());
    }
    taken.whenComplete((ignored, error) -> {
      if (takeOver(sentIn)) {
        finishFrame(error);
        writeWhileAnyWaits();
      }
    });
    return false;
  }

  /** Makes this thread the writer, unless its message was given up meanwhile. */
  private boolean takeOver(int sentIn) {
    lock.lock();
    try {
      if (sentIn != era) {
        return false;
      }
      writer = Writer.BUSY;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private static @Nullable Throwable errorOf(CompletableFuture<?> done) {
    return done.isCompletedExceptionally()
        ? done.handle((ignored, error) -> error).getNow(null)
        : null;
  }

  /** The socket has taken the message, or failed. Called by the writer. */
  private void finishFrame(@Nullable Throwable error) {
    String text = frame;
    Object tag;
    CompletableFuture<Void> future;
    List<CompletableFuture<Void>> others;
    WebSocket failed = null;
    CompletableFuture<Void> nowDrained = null;
    lock.lock();
    try {
      tag = frameTag;
      future = inFlight;
      others = alsoInFlight;
      if (error == null) {
        onTaken();
      } else {
        if (socket != null && socket == frameSocket) {
          failed = socket;
          leaveSocket();
          nowDrained = drained;
        }
        returnFrame();
      }
    } finally {
      lock.unlock();
    }
    if (error == null) {
      observer.onSent(text, frameBytes, frameAudioNanos, frameIsInput, tag);
      settle(future, null);
      if (others != null) {
        others.forEach(other -> settle(other, null));
      }
    } else if (failed != null) {
      observer.onSendFailed(failed, error);
    }
    settle(nowDrained, null);
  }

  /** Keeps the books of a message that is written. Holds the lock. */
  private void onTaken() {
    if (frameTag instanceof Tracked tracked) {
      tracked.taken();
    }
    if (journal != null) {
      journal.sent(new Frame(frame, frameBytes, frameAudioNanos, frameIsInput, frameTag));
    }
    if (frameAudioNanos == 0 && (socket == null || socket == frameSocket)) {
      written.lazySet(written.get() + 1);
    }
    unload();
  }

  private void unload() {
    loaded = false;
    frame = "";
    frameSocket = null;
    frameTag = null;
    frameWithdrawn = null;
    inFlight = null;
    alsoInFlight = null;
  }

  /** Gives up a message that only its socket could tell of. Holds the lock. */
  private void giveUpOnSocket() {
    era++;
    writer = Writer.NONE;
    returnFrame();
  }

  /** The message on its way was not written: it waits again, before all others of its lane. */
  private void returnFrame() {
    Lane lane = frameLane;
    if (closed || lane == null) {
      unload();
      return;
    }
    if (frameWithdrawn != null) {
      lose(inFlight, frameWithdrawn.get());
      unload();
      return;
    }
    long since = lane == Lane.VIDEO ? frameEnqueuedNanos : nanoTime.getAsLong();
    FrameItem item = new FrameItem(
        new Frame(frame, frameBytes, frameAudioNanos, frameIsInput, frameTag),
        inFlight,
        alsoInFlight,
        since);
    unload();
    switch (lane) {
      case URGENT -> urgent.addFirst(item);
      case STREAM -> stream.addFirst(item);
      case VIDEO -> video.addFirst(item);
    }
    count(item, 1);
    hold(item);
    if (socket == null) {
      trimHeld();
    }
  }

  private void setStallTimer(long delayNanos) {
    Future<?> timer = timers.schedule(this::onStallTimer, delayNanos, TimeUnit.NANOSECONDS);
    boolean tooLate;
    lock.lock();
    try {
      tooLate = closed;
      stallTimer = timer;
    } finally {
      lock.unlock();
    }
    if (tooLate) {
      timer.cancel(false);
    }
  }

  private void onStallTimer() {
    WebSocket stalled = null;
    long since = 0;
    long again = 0;
    lock.lock();
    try {
      stallTimerSet = false;
      if (!closed && writer == Writer.SOCKET && socket != null && socket == frameSocket) {
        since = nanoTime.getAsLong() - handedNanos;
        if (since >= limits.writeStallNanos()) {
          stalled = socket;
        } else {
          stallTimerSet = true;
          again = limits.writeStallNanos() - since;
        }
      }
    } finally {
      lock.unlock();
    }
    if (again > 0) {
      setStallTimer(again);
    }
    if (stalled != null) {
      observer.onStalled(stalled, Duration.ofNanos(since));
    }
  }

  /**
   * Takes no more messages, but goes on writing those that wait.
   *
   * @param reason what later senders are told
   * @return completes when nothing waits any more, or when there is no socket to write to; what
   *     waits then is left to {@link #close}
   */
  public CompletableFuture<Void> finish(Supplier<? extends Throwable> reason) {
    lock.lock();
    try {
      if (refusal == null) {
        refusal = reason;
      }
      if (drained == null) {
        boolean idle = writer == Writer.NONE && queuedMessages == 0 && first.isEmpty();
        drained = idle || socket == null ? DONE : new CompletableFuture<>();
      }
      return drained;
    } finally {
      lock.unlock();
    }
  }

  /** Ends it: what waits or is on its way fails, and so does what comes. */
  public void close(Supplier<? extends Throwable> reason) {
    List<CompletableFuture<Void>> failed = new ArrayList<>();
    Future<?> timer;
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      refusal = reason;
      timer = stallTimer;
      socket = null;
      addFutures(failed, inFlight, alsoInFlight);
      inFlight = null;
      alsoInFlight = null;
      if (writer == Writer.SOCKET) {
        giveUpOnSocket();
      }
      for (ArrayDeque<? extends Item> lane : List.of(urgent, stream, video)) {
        for (Item item : lane) {
          addFutures(
              failed, item.future, item instanceof FrameItem frameItem ? frameItem.others : null);
        }
        lane.clear();
      }
      first.clear();
      queuedMessages = 0;
      queuedAudio = 0;
      heldAudio = 0;
      queuedBytes = 0;
      queuedAudioNanos = 0;
      addFutures(failed, drained, null);
    } finally {
      lock.unlock();
    }
    if (timer != null) {
      timer.cancel(false);
    }
    failed.forEach(future -> settle(future, reason.get()));
  }

  private static void addFutures(
      List<CompletableFuture<Void>> futures,
      @Nullable CompletableFuture<Void> future,
      @Nullable List<CompletableFuture<Void>> others) {
    if (future != null) {
      futures.add(future);
    }
    if (others != null) {
      futures.addAll(others);
    }
  }

  /** Messages other than audio that the socket has taken since it was attached. */
  public long written() {
    return written.get();
  }

  /** Whether nothing waits and nothing is on its way. */
  public boolean idle() {
    lock.lock();
    try {
      return !loaded && queuedMessages == 0 && first.isEmpty();
    } finally {
      lock.unlock();
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
