package io.github.geminilive.relay;

import io.github.geminilive.protocol.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A peer in memory: remembers what it is sent, answers pings and closes, and can be told to take
 * nothing, to fail, or to keep silent. Thread-safe; what waits has a deadline of a minute.
 */
public final class TestPeer implements RelayPeer {

  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 20;

  /** A message the peer was sent. */
  public record Sent(boolean binary, byte[] bytes) {

    /** What it says, in UTF-8. */
    public String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Its members; of a binary message of the Live protocol, too. */
    public Map<String, Object> members() {
      return Json.parse(text()).asObject();
    }

    /** Whether it is a message of the lean protocol of this type. */
    public boolean is(String type) {
      return !binary && type.equals(members().get("type"));
    }

    @Override
    public String toString() {
      return binary ? bytes.length + " bytes" : text();
    }
  }

  private final RelayCaller caller;
  // All guarded by this.
  private final List<Sent> messages = new ArrayList<>();
  private final Deque<CompletableFuture<Void>> stalled = new ArrayDeque<>();
  private boolean stalls;
  private boolean fails;
  private boolean silent;
  private boolean ignoresClose;
  private int pings;
  private boolean aborted;
  private int closeCode;
  private String closeReason = "";
  private boolean gone;
  private boolean overlapped;
  private @Nullable RelayConnection connection;

  private TestPeer(RelayCaller caller) {
    this.caller = caller;
  }

  /** Connects to a relay, and speaks the lean protocol. */
  public static TestPeer lean(LiveRelay relay, String user) {
    return connect(relay, RelayCaller.of(user, RelayDialect.LEAN));
  }

  /** Connects to a relay, and speaks the Live protocol. */
  public static TestPeer live(LiveRelay relay, String user) {
    return connect(relay, RelayCaller.of(user, RelayDialect.LIVE));
  }

  /** Connects to a relay. */
  public static TestPeer connect(LiveRelay relay, RelayCaller caller) {
    return connect(relay, new TestPeer(caller));
  }

  /** Connects to a relay, and takes nothing from the first message on. */
  public static TestPeer stalling(LiveRelay relay, RelayCaller caller) {
    return connect(relay, new TestPeer(caller).stall());
  }

  private static TestPeer connect(LiveRelay relay, TestPeer peer) {
    RelayConnection connection = relay.accept(peer, peer.caller);
    int refused;
    synchronized (peer) {
      peer.connection = connection;
      refused = peer.aborted ? 1006 : peer.closeCode;
    }
    if (refused != 0) {
      peer.gone(refused);
    }
    return peer;
  }

  // What the peer says.

  /** Where the web server would deliver what this peer says. */
  public synchronized RelayConnection connection() {
    return Objects.requireNonNull(connection, "accept has not returned");
  }

  /** Says a text message. */
  public CompletionStage<?> say(String message) {
    return connection().onText(message);
  }

  /** Says a binary message. */
  public CompletionStage<?> say(byte[] message) {
    return connection().onBinary(ByteBuffer.wrap(message));
  }

  /** Begins, in the lean protocol, and waits until the conversation is open. */
  public TestPeer start() {
    say("{\"type\":\"start\"}");
    await("ready");
    return this;
  }

  /** Comes back, in the lean protocol, and waits until the conversation is open. */
  public TestPeer resume(String ticket) {
    say(Json.of(Map.of("type", "start", "resume", ticket)).text());
    await("ready");
    return this;
  }

  /** Writes something, in the lean protocol. */
  public CompletionStage<?> text(String text) {
    return say(Json.of(Map.of("type", "text", "text", text)).text());
  }

  /**
   * Says something of no consequence, in the lean protocol, and waits until the relay has taken it:
   * what the relay had to do before is done.
   */
  public void passThrough() {
    CompletableFuture<?> taken =
        say("{\"type\":\"heard\",\"turn\":1,\"ms\":0}").toCompletableFuture();
    awaitState("end of what was before", taken::isDone);
  }

  /** The connection is gone: 1000 for a peer that says goodbye, 1006 for one that is lost. */
  public void leave(int code) {
    gone(code);
  }

  // How the peer behaves.

  /** Takes nothing from now on: what it is sent stays under way. */
  public synchronized TestPeer stall() {
    stalls = true;
    return this;
  }

  /** Takes one message of those that are under way. */
  public TestPeer takeOne() {
    CompletableFuture<Void> first;
    synchronized (this) {
      first = stalled.poll();
    }
    if (first != null) {
      first.complete(null);
    }
    return this;
  }

  /** Takes all that is under way, and what comes. */
  public TestPeer unstall() {
    List<CompletableFuture<Void>> waiting;
    synchronized (this) {
      stalls = false;
      waiting = List.copyOf(stalled);
      stalled.clear();
    }
    waiting.forEach(stage -> stage.complete(null));
    return this;
  }

  /** Fails what is under way, and what comes. */
  public TestPeer fail() {
    List<CompletableFuture<Void>> waiting;
    synchronized (this) {
      fails = true;
      stalls = false;
      waiting = List.copyOf(stalled);
      stalled.clear();
    }
    waiting.forEach(stage -> stage.completeExceptionally(new IOException("the peer is gone")));
    return this;
  }

  /** Answers no ping from now on. */
  public synchronized TestPeer silent() {
    silent = true;
    return this;
  }

  /** Answers no close from now on; an abort still ends the connection. */
  public synchronized TestPeer ignoreClose() {
    ignoresClose = true;
    return this;
  }

  // What the peer was told.

  /** All messages, oldest first. */
  public synchronized List<Sent> messages() {
    return List.copyOf(messages);
  }

  /** The text messages of the lean protocol of one type, oldest first. */
  public List<Map<String, Object>> messages(String type) {
    return messages().stream().filter(sent -> sent.is(type)).map(Sent::members).toList();
  }

  /** All binary messages one after another: in the lean protocol, what is heard. */
  public byte[] heard() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    messages().stream().filter(Sent::binary).forEach(sent -> all.writeBytes(sent.bytes()));
    return all.toByteArray();
  }

  /** What was said, in the lean protocol: all fragments of one side, one after another. */
  public String said(String who) {
    StringBuilder all = new StringBuilder();
    for (Map<String, Object> said : messages("said")) {
      if (who.equals(said.get("who"))) {
        all.append(said.get("text"));
      }
    }
    return all.toString();
  }

  /** The ticket it was told last, in the lean protocol; null when there was none. */
  public @Nullable String ticket() {
    List<Map<String, Object>> ready = messages("ready");
    return ready.isEmpty() ? null : (String) ready.get(ready.size() - 1).get("ticket");
  }

  /** How often it was pinged. */
  public synchronized int pings() {
    return pings;
  }

  /** The code the relay closed with; 0 when it did not. */
  public synchronized int closeCode() {
    return closeCode;
  }

  /** The reason the relay closed with; empty when it did not. */
  public synchronized String closeReason() {
    return closeReason;
  }

  /** Whether the relay cut the connection. */
  public synchronized boolean aborted() {
    return aborted;
  }

  /** Whether a message was sent before the last one was taken, which must never happen. */
  public synchronized boolean overlapped() {
    return overlapped;
  }

  /** Waits for a message of the lean protocol. */
  public Map<String, Object> await(String type) {
    return await(type + " message", sent -> sent.is(type)).members();
  }

  /** Waits for a message, which may have come before. */
  public Sent await(String what, Predicate<Sent> wanted) {
    Sent[] found = new Sent[1];
    awaitState(what, () -> {
      for (Sent sent : messages) {
        if (wanted.test(sent)) {
          found[0] = sent;
          return true;
        }
      }
      return false;
    });
    return found[0];
  }

  /** Waits until it has been sent that many messages of the lean protocol of one type. */
  public void await(String type, int times) {
    awaitState(times + " " + type + " messages", () -> messages(type).size() >= times);
  }

  /** Waits until the relay has closed the connection; returns the code. */
  public int awaitClose() {
    awaitState("close", () -> closeCode != 0);
    return closeCode();
  }

  /** Waits until something holds. */
  public synchronized void awaitState(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + DEADLINE.toNanos();
    while (!holds.getAsBoolean()) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError("no " + what + " came within " + DEADLINE + "; closed: "
            + closeCode + " " + closeReason + "; messages: " + messages);
      }
      try {
        // Not all that is waited for is this peer's own.
        wait(Math.min(left, LOOK_MILLIS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting for " + what, e);
      }
    }
  }

  // What the relay does.

  @Override
  public CompletionStage<?> sendText(String message) {
    return sent(new Sent(false, message.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public CompletionStage<?> sendBinary(ByteBuffer message) {
    byte[] bytes = new byte[message.remaining()];
    message.duplicate().get(bytes);
    return sent(new Sent(true, bytes));
  }

  private synchronized CompletionStage<?> sent(Sent message) {
    if (fails || gone) {
      return CompletableFuture.failedFuture(new IOException("the peer is gone"));
    }
    overlapped |= !stalled.isEmpty();
    messages.add(message);
    notifyAll();
    if (stalls) {
      CompletableFuture<Void> stage = new CompletableFuture<>();
      stalled.add(stage);
      return stage;
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void ping() {
    boolean answers;
    synchronized (this) {
      pings++;
      notifyAll();
      answers = !silent && !gone;
    }
    if (answers) {
      connection().onPong();
    }
  }

  @Override
  public void close(int code, String reason) {
    boolean answers;
    synchronized (this) {
      if (closeCode == 0) {
        closeCode = code;
        closeReason = reason;
      }
      notifyAll();
      answers = !ignoresClose && connection != null;
    }
    if (answers) {
      gone(code);
    }
  }

  @Override
  public void abort() {
    boolean connected;
    synchronized (this) {
      aborted = true;
      notifyAll();
      connected = connection != null;
    }
    if (connected) {
      gone(1006);
    }
  }

  private void gone(int code) {
    List<CompletableFuture<Void>> waiting;
    RelayConnection left;
    synchronized (this) {
      if (gone) {
        return;
      }
      gone = true;
      waiting = List.copyOf(stalled);
      stalled.clear();
      left = connection();
    }
    waiting.forEach(stage -> stage.completeExceptionally(new IOException("the peer is gone")));
    left.onClosed(code);
  }
}
