package io.github.geminilive.internal.recorder;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.FlightRecording;
import io.github.geminilive.RecordingPolicy;
import io.github.geminilive.internal.codec.JsonText;
import io.github.geminilive.protocol.Blob;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.ServerContent;
import io.github.geminilive.protocol.ServerMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the last messages of both directions and what became of the session. Any thread may
 * call; nothing blocks and no message is parsed. What is shown, and what never is, is decided when
 * the lines of a {@link #recording} are asked for.
 *
 * <p>Outgoing audio that nothing came in between of makes one entry for up to a second, so that a
 * silence of the service does not push out what led to it.
 */
public final class FlightRecorder {

  private static final int MAX_FILES = 10;
  private static final int MAX_SECRETS = 32;
  private static final long RUN_NANOS = 1_000_000_000L;
  private static final int MAX_RING = 1 << 30;
  private static final int RETAINED_SCRATCH = 16 * 1024;
  private static final String DATA = "\"data\":\"";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

  private final String sessionId;
  private final String model;
  private final RecordingPolicy policy;
  private final LongSupplier nanoTime;
  private final long origin;
  private final Instant start = Instant.now();
  private final boolean off;
  // Other processes have sessions of the same name, and may use the same directory.
  private final String tag = Integer.toHexString(ThreadLocalRandom.current().nextInt());
  private final AtomicInteger files = new AtomicInteger();

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final EntryRing ring;
  private final BlobCutter cutter = new BlobCutter();
  private final ByteBuffer head = ByteBuffer.allocate(Entry.RUN_HEAD);
  private final Set<String> secrets = new LinkedHashSet<>();
  private byte[] scratch = {};

  // The audio that is on its way up: the newest entry as long as open is true.
  private final CRC32 runCrc = new CRC32();
  private boolean runOpen;
  private int runConnection;
  private long runStart;
  private int runMessages;
  private int runSize;
  private long runBytes;
  private String runHead = "";
  private byte[] runBody = {};

  /**
   * A recorder whose time begins now.
   *
   * @param sessionId this library's name for the session
   */
  public FlightRecorder(
      String sessionId, String model, RecordingPolicy policy, LongSupplier nanoTime) {
    this.sessionId = requireNonNull(sessionId, "sessionId");
    this.model = requireNonNull(model, "model");
    this.policy = policy;
    this.nanoTime = nanoTime;
    this.origin = nanoTime.getAsLong();
    this.off = policy.entries() == 0;
    this.ring = new EntryRing((int) Math.min(policy.bytes(), MAX_RING), policy.entries());
  }

  /**
   * A message the socket has taken.
   *
   * @param connection the number of the connection, from 1
   * @param frame its text
   * @param audioNanos how long the audio in it is; 0 when it holds anything else
   */
  public void sent(int connection, String frame, long audioNanos) {
    if (off) {
      return;
    }
    long now = now();
    int end = audioNanos > 0 ? frame.lastIndexOf('"') : -1;
    byte[] utf8 = end < 0 ? frame.getBytes(StandardCharsets.UTF_8) : null;
    lock.lock();
    try {
      if (utf8 == null) {
        stream(connection, frame, end, now);
      } else {
        store(Entry.UP, connection, utf8, utf8.length, 0, now);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * A message that has come, whole.
   *
   * @param connection the number of the connection, from 1
   * @param buffer holds it from index 0; not kept
   * @param message what was read from it, which saves searching for the end of audio; null when
   *     nothing could be
   */
  public void received(int connection, byte[] buffer, int length, @Nullable ServerMessage message) {
    if (off || length == 0) {
      return;
    }
    long now = now();
    int media = message == null ? 0 : firstMedia(message);
    lock.lock();
    try {
      store(Entry.DOWN, connection, buffer, length, media, now);
    } finally {
      lock.unlock();
    }
  }

  private static int firstMedia(ServerMessage message) {
    ServerContent content = message.serverContent();
    Content turn = content == null ? null : content.modelTurn();
    Blob blob = turn == null || turn.parts() == null || turn.parts().isEmpty()
        ? null
        : turn.parts().get(0).inlineData();
    return blob == null || blob.data() == null ? 0 : blob.data().size();
  }

  /**
   * What became of a connection or of the session.
   *
   * @param connection the number of the connection, from 1; 0 before the first one
   * @param what in a word, such as {@code open}. A replay knows {@code end}, with {@code by},
   *     {@code code} and {@code reason}, and {@code refused}, with {@code status}
   * @param facts texts, numbers, truth values, enums or durations, which are told in seconds; no
   *     conversation content
   */
  public void state(int connection, String what, Map<String, ?> facts) {
    if (off) {
      return;
    }
    long now = now();
    Map<String, Object> plain = new TreeMap<>();
    facts.forEach((name, value) -> plain.put(name, plain(value)));
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("what", what);
    state.put("facts", plain);
    byte[] json = JsonText.write(state).getBytes(StandardCharsets.UTF_8);
    lock.lock();
    try {
      if (json.length <= ring.longest() - Entry.HEAD) {
        append(Entry.STATE, connection, json.length, json, json.length, now);
      }
    } finally {
      lock.unlock();
    }
  }

  private static Object plain(Object value) {
    if (value instanceof Number || value instanceof Boolean) {
      return value;
    }
    return value instanceof Duration time ? time.toMillis() / 1000.0 : value.toString();
  }

  /** A credential: not to be shown wherever it stands. Handles are found without. */
  public void secret(String value) {
    if (off || value.isBlank()) {
      return;
    }
    lock.lock();
    try {
      secrets.remove(value);
      secrets.add(value);
      if (secrets.size() > MAX_SECRETS) {
        secrets.remove(secrets.iterator().next());
      }
    } finally {
      lock.unlock();
    }
  }

  private long now() {
    return nanoTime.getAsLong() - origin;
  }

  /** Adds a piece of audio to those before it. Holds the lock. */
  @SuppressWarnings(
      "deprecation") // base64 is ASCII: no other way copies it without an array of its own
  private void stream(int connection, String frame, int end, long now) {
    if (runHead.isEmpty() || !frame.startsWith(runHead)) {
      int data = frame.indexOf(DATA);
      int from = data + DATA.length();
      if (data < 0 || from > end) {
        byte[] utf8 = frame.getBytes(StandardCharsets.UTF_8);
        store(Entry.UP, connection, utf8, utf8.length, 0, now);
        return;
      }
      runHead = frame.substring(0, from);
      runBody = (runHead + BlobCutter.MARK + frame.substring(end)).getBytes(StandardCharsets.UTF_8);
      runOpen = false;
    }
    int size = end - runHead.length();
    byte[] base64 = scratch.length < size ? new byte[size] : scratch;
    if (size <= RETAINED_SCRATCH) {
      scratch = base64;
    }
    frame.getBytes(runHead.length(), end, base64, 0);
    boolean joins = runOpen && runConnection == connection && now - runStart < RUN_NANOS;
    if (!joins) {
      runConnection = connection;
      runStart = now;
      runMessages = 0;
      runSize = 0;
      runBytes = 0;
      runCrc.reset();
    }
    runMessages++;
    runSize += frame.length();
    runBytes += BlobCutter.decodedLength(base64, 0, size);
    runCrc.update(base64, 0, size);
    head.clear()
        .putLong(runStart)
        .putInt(connection)
        .put(Entry.UP_AUDIO)
        .putInt(runSize)
        .putLong(now)
        .putInt(runMessages)
        .putLong(runBytes)
        .putInt((int) runCrc.getValue());
    if (joins) {
      ring.rewriteNewest(head.array(), Entry.RUN_HEAD);
    } else {
      ring.append(head.array(), Entry.RUN_HEAD, runBody, runBody.length);
      runOpen = true;
    }
  }

  /** Keeps a message without what is large in it. Holds the lock. */
  private void store(byte kind, int connection, byte[] message, int length, int media, long now) {
    int kept = cutter.cut(message, length, media, ring.longest() - Entry.HEAD);
    if (kept >= 0) {
      append(kind, connection, length, cutter.result(), kept, now);
    } else {
      byte large = kind == Entry.UP ? Entry.UP_LARGE : Entry.DOWN_LARGE;
      append(large, connection, length, cutter.result(), 0, now);
    }
  }

  private void append(byte kind, int connection, int size, byte[] body, int bodyLength, long now) {
    runOpen = false;
    head.clear().putLong(now).putInt(connection).put(kind).putInt(size);
    ring.append(head.array(), Entry.HEAD, body, bodyLength);
  }

  /** What it holds now. Cheap; the lines are made when they are asked for. */
  public FlightRecording recording() {
    if (off) {
      return Recording.EMPTY;
    }
    lock.lock();
    try {
      return new Recording(
          sessionId,
          model,
          start,
          policy.showText(),
          ring.forgotten(),
          ring.copy(),
          List.copyOf(secrets));
    } finally {
      lock.unlock();
    }
  }

  /** How many bytes the kept messages take. */
  int size() {
    lock.lock();
    try {
      return ring.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Notes that something went wrong, and writes what it holds into a file of its own, if a
   * directory is set: at most ten for a session.
   *
   * @param why in a few words; no conversation content
   * @param executor writes the file
   * @param failed told why that was not possible, on the executor; on the caller's thread when that
   *     is what refuses
   */
  public void trouble(String why, Executor executor, Consumer<Throwable> failed) {
    if (off) {
      return;
    }
    state(0, "trouble", Map.of("why", why));
    Path directory = policy.directory();
    if (directory == null) {
      return;
    }
    int number = files.getAndUpdate(count -> Math.min(MAX_FILES, count + 1)) + 1;
    if (number > MAX_FILES) {
      return;
    }
    FlightRecording recording = recording();
    String name = sessionId + "-" + STAMP.format(start) + "-" + tag + "-" + number + ".jsonl";
    try {
      executor.execute(() -> write(recording, directory, name, failed));
    } catch (RuntimeException e) {
      failed.accept(e);
    }
  }

  private static void write(
      FlightRecording recording, Path directory, String name, Consumer<Throwable> failed) {
    Throwable problem = null;
    try {
      Recording.writeInto(directory, name, recording);
    } catch (IOException | RuntimeException e) {
      problem = e;
    }
    if (problem != null) {
      failed.accept(problem);
    }
  }

  /** How entries begin. */
  static final class Entry {
    static final byte UP = 0;
    static final byte DOWN = 1;
    static final byte STATE = 2;
    static final byte UP_AUDIO = 3;
    static final byte UP_LARGE = 4;
    static final byte DOWN_LARGE = 5;

    /** Time, connection, kind, and size of the message as it was. */
    static final int HEAD = 17;

    /** The same, then the time of the last message, how many there are, bytes and checksum. */
    static final int RUN_HEAD = HEAD + 24;

    private Entry() {}
  }
}
