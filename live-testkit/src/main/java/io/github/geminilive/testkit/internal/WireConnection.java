package io.github.geminilive.testkit.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.testkit.AudioPiece;
import io.github.geminilive.testkit.Closure;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.Upgrade;
import io.github.geminilive.testkit.Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A connection over Netty. */
public final class WireConnection implements Connection {

  static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long CLOSE_PATIENCE_MILLIS = 2_000;
  private static final long OVERLAP_POLL_MILLIS = 10;
  private static final int MAX_REASON_BYTES = 123;
  private static final int MAX_NOTED_BYTES = 64 << 10;
  private static final long PROBE_POLL_NANOS = 5_000_000;

  private final int number;
  private final Upgrade upgrade;
  private final Endpoint endpoint;
  private final Channel channel;
  private final Session session;
  private final Time time;
  private final boolean recording;
  private final @Nullable BiConsumer<Connection, JsonNode> tap;
  private final CompletableFuture<Closure> closed = new CompletableFuture<>();
  private final AtomicInteger pings = new AtomicInteger();
  private volatile boolean answerPings = true;
  private volatile boolean deaf;
  private final AtomicLong traffic = new AtomicLong();
  private volatile boolean open = true;

  // Only touched on the channel's event loop.
  private final Queue<Object> held = new ArrayDeque<>();
  private boolean stalled;
  private @Nullable Closure closure;

  // Guarded by this list, which is also the monitor that waiting tests sleep on.
  private final List<JsonNode> received = new ArrayList<>();
  private final List<AudioPiece> pieces = new ArrayList<>();
  private final ByteArrayOutputStream audio = new ByteArrayOutputStream();
  private @Nullable JsonNode setupInForce;
  private final List<Violation> violations = new ArrayList<>();
  private int receivedCount;
  private int taken;
  private long pong;

  WireConnection(ServerCore server, int number, Upgrade upgrade, Endpoint endpoint, Channel ch) {
    this.number = number;
    this.upgrade = upgrade;
    this.endpoint = endpoint;
    this.channel = ch;
    this.time = server.time();
    this.recording = server.options().recording();
    this.tap = server.options().tap();
    this.session = new Session(server, this, endpoint);
  }

  Session session() {
    return session;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  void onMessage(byte[] payload) {
    traffic.incrementAndGet();
    JsonNode json = Json.tryParse(payload);
    if (json != null) {
      synchronized (received) {
        receivedCount++;
        if (recording || receivedCount == 1) {
          received.add(json);
        }
        received.notifyAll();
      }
      if (tap != null) {
        session.guard(() -> tap.accept(this, json));
      }
    }
    session.onMessage(json);
  }

  /** How many messages went either way. */
  long traffic() {
    return traffic.get();
  }

  /** Sends a ping that {@link #awaitPong} can be asked about; false when none can be answered. */
  boolean probe(long nonce) {
    if (deaf || !answerPings || !isOpen()) {
      return false;
    }
    ByteBuf payload = Unpooled.buffer(Long.BYTES).writeLong(nonce);
    return execute(() -> writeNow(new PingWebSocketFrame(payload)));
  }

  void onPong(long nonce) {
    synchronized (received) {
      pong = nonce;
      received.notifyAll();
    }
  }

  /** Awaits the answer to a probe, or the end of the connection. */
  boolean awaitPong(long nonce, long deadline) {
    synchronized (received) {
      while (pong != nonce && isOpen()) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        waitOn(received, Math.min(left, PROBE_POLL_NANOS));
      }
      return true;
    }
  }

  boolean onPing() {
    pings.incrementAndGet();
    return answerPings;
  }

  /** Notes the client's close frame; returns whether the service has to answer it. */
  boolean onCloseFrame(int code, String reason) {
    open = false;
    if (closure == null) {
      closure = new Closure(Closure.By.CLIENT, code, reason);
      return true;
    }
    return false;
  }

  void onInactive() {
    open = false;
    session.onClosed();
    Closure how = closure != null ? closure : new Closure(Closure.By.CLIENT, 1006, "");
    for (Object frame : held) {
      ReferenceCountUtil.release(frame);
    }
    held.clear();
    synchronized (received) {
      received.notifyAll();
    }
    closed.complete(how);
  }

  void recordAudio(AudioPiece piece, byte[] pcm) {
    if (!recording) {
      return;
    }
    synchronized (received) {
      pieces.add(piece);
      audio.writeBytes(pcm);
      received.notifyAll();
    }
  }

  void recordViolation(Violation violation) {
    synchronized (received) {
      violations.add(violation);
      received.notifyAll();
    }
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public Upgrade upgrade() {
    return upgrade;
  }

  @Override
  public boolean vertex() {
    return endpoint.vertex();
  }

  /** Whether it is in the way of a resume; one that is stalled may be over for the client. */
  boolean holdsSession() {
    return isOpen() && !deaf;
  }

  @Override
  public boolean isOpen() {
    return open && channel.isActive();
  }

  @Override
  public JsonNode setup() {
    return awaitMessage(message -> message.has("setup")).get("setup");
  }

  @Override
  public JsonNode setupInForce() {
    return await("a setup that holds", () -> setupInForce);
  }

  /** The service will hold to this setup. */
  void holdTo(JsonNode setup) {
    synchronized (received) {
      setupInForce = setup;
      received.notifyAll();
    }
  }

  @Override
  public List<JsonNode> receivedMessages() {
    synchronized (received) {
      return List.copyOf(received);
    }
  }

  @Override
  public JsonNode nextMessage() {
    return await("another message", () -> taken < received.size() ? received.get(taken++) : null);
  }

  @Override
  public JsonNode awaitMessage(Predicate<JsonNode> test) {
    int[] seen = {0};
    return await("a message of the wanted kind", () -> {
      for (; seen[0] < received.size(); seen[0]++) {
        if (test.test(received.get(seen[0]))) {
          return received.get(seen[0]);
        }
      }
      return null;
    });
  }

  @Override
  public List<JsonNode> awaitMessages(int count) {
    return await(
        count + " messages",
        () -> received.size() >= count ? List.copyOf(received.subList(0, count)) : null);
  }

  @Override
  public byte[] receivedAudio() {
    synchronized (received) {
      return audio.toByteArray();
    }
  }

  @Override
  public List<AudioPiece> audioPieces() {
    synchronized (received) {
      return List.copyOf(pieces);
    }
  }

  @Override
  public byte[] awaitAudio(int bytes) {
    return await(
        bytes + " bytes of audio", () -> audio.size() >= bytes ? audio.toByteArray() : null);
  }

  @Override
  public void heardNothingFor(Duration silence) {
    long deadline = System.nanoTime() + silence.toNanos();
    synchronized (received) {
      int before = receivedCount;
      for (long left = silence.toNanos(); left > 0; left = deadline - System.nanoTime()) {
        waitOn(received, left);
        if (receivedCount != before) {
          throw new AssertionError("heard a message on connection "
              + number
              + ", wanted silence: "
              + (received.isEmpty() ? "" : shorten(received.get(received.size() - 1))));
        }
      }
    }
  }

  @Override
  public int pings() {
    return pings.get();
  }

  @Override
  public List<Violation> violations() {
    synchronized (received) {
      return List.copyOf(violations);
    }
  }

  @Override
  public Closure awaitClosed() {
    try {
      return closed.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("connection " + number + " is still open", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while awaiting the end of a connection", e);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }

  private <T> T await(String what, Supplier<@Nullable T> check) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    synchronized (received) {
      while (true) {
        T found = check.get();
        if (found != null) {
          return found;
        }
        long left = deadline - System.nanoTime();
        if (left <= 0 || closed.isDone()) {
          throw new AssertionError("no "
              + what
              + " on connection "
              + number
              + (closed.isDone() ? " before it closed; got " : "; got ")
              + receivedCount
              + " messages, violations "
              + violations);
        }
        waitOn(received, left);
      }
    }
  }

  private static void waitOn(Object monitor, long nanos) {
    try {
      TimeUnit.NANOSECONDS.timedWait(monitor, nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while awaiting the client", e);
    }
  }

  private static String shorten(JsonNode message) {
    String text = message.toString();
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }

  @Override
  public void send(String json) {
    send(Json.parse(json));
  }

  @Override
  public void send(JsonNode json) {
    session.noteSent(json);
    transmit(json);
  }

  /** Sends without telling the session, which knows. */
  void transmit(JsonNode json) {
    write(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(Json.pretty(json))));
  }

  @Override
  public void sendText(String payload) {
    byte[] bytes = utf8(payload);
    note(bytes);
    write(new TextWebSocketFrame(Unpooled.wrappedBuffer(bytes)));
  }

  @Override
  public void sendBinary(byte[] payload) {
    note(payload);
    write(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(payload)));
  }

  @Override
  public void sendFragments(byte[]... pieces) {
    fragments(false, pieces);
  }

  @Override
  public void sendTextFragments(byte[]... pieces) {
    fragments(true, pieces);
  }

  /** Tells the session what a test sends by itself, as far as it can be read. */
  private void note(byte[] payload) {
    if (recording && payload.length <= MAX_NOTED_BYTES) {
      JsonNode json = Json.tryParse(payload);
      if (json != null) {
        session.noteSent(json);
      }
    }
  }

  private void fragments(boolean text, byte[][] pieces) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      whole.writeBytes(piece);
    }
    note(whole.toByteArray());
    for (int i = 0; i < pieces.length; i++) {
      boolean last = i == pieces.length - 1;
      ByteBuf payload = Unpooled.wrappedBuffer(pieces[i]);
      if (i > 0) {
        write(new ContinuationWebSocketFrame(last, 0, payload));
      } else {
        write(
            text
                ? new TextWebSocketFrame(last, 0, payload)
                : new BinaryWebSocketFrame(last, 0, payload));
      }
    }
  }

  @Override
  public void dribble(String json, Duration gap) {
    JsonNode message = Json.parse(json);
    session.noteSent(message);
    EmbeddedChannel encoder = new EmbeddedChannel(new WebSocket13FrameEncoder(false));
    encoder.writeOutbound(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(Json.pretty(message))));
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    for (ByteBuf part = encoder.readOutbound(); part != null; part = encoder.readOutbound()) {
      byte[] bytes = new byte[part.readableBytes()];
      part.readBytes(bytes);
      frame.writeBytes(bytes);
      part.release();
    }
    encoder.finishAndReleaseAll();
    drip(frame.toByteArray(), 0, gap);
  }

  private void drip(byte[] bytes, int at, Duration gap) {
    sendRaw(new byte[] {bytes[at]});
    if (at + 1 < bytes.length) {
      time.after(gap, () -> drip(bytes, at + 1, gap));
    }
  }

  @Override
  public void sendRaw(byte[] bytes) {
    write(Unpooled.wrappedBuffer(bytes));
  }

  @Override
  public void ping() {
    write(new PingWebSocketFrame());
  }

  @Override
  public void answerPings(boolean answer) {
    answerPings = answer;
  }

  @Override
  public void say(String text) {
    session.say(text);
  }

  @Override
  public void goAway(Duration timeLeft) {
    send(Json.object().set("goAway", Json.object().put("timeLeft", Json.duration(timeLeft))));
  }

  @Override
  public String giveHandle() {
    return session.giveHandle();
  }

  /** Writes in the order of the calls: always by way of the loop's queue, even from the loop. */
  private void write(Object message) {
    traffic.incrementAndGet();
    boolean taken = execute(() -> {
      if (stalled) {
        held.add(message);
      } else {
        writeNow(message);
      }
    });
    if (!taken) {
      ReferenceCountUtil.release(message);
    }
  }

  private void writeNow(Object message) {
    ChannelHandlerContext gate = gateContext();
    if (gate == null || !channel.isActive()) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof ByteBuf) {
      gate.writeAndFlush(message);
    } else {
      channel.writeAndFlush(message);
    }
  }

  @Override
  public void close(int code, String reason) {
    byte[] text = utf8(cut(reason));
    // On the heap and unpooled: nobody has to release it when it is not sent.
    ByteBuf body = Unpooled.buffer(2 + text.length).writeShort(code).writeBytes(text);
    close(new Closure(Closure.By.SERVER, code, reason), body);
  }

  @Override
  public void closeWithoutCode() {
    close(new Closure(Closure.By.SERVER, 1005, ""), Unpooled.EMPTY_BUFFER);
  }

  private void close(Closure how, ByteBuf body) {
    session.onClosing();
    onLoop(() -> {
      if (closure != null) {
        return;
      }
      open = false;
      closure = how;
      channel.writeAndFlush(new CloseWebSocketFrame(true, 0, body));
      channel
          .eventLoop()
          .schedule(() -> channel.close(), CLOSE_PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    });
  }

  @Override
  public void reset() {
    session.onClosing();
    onLoop(() -> {
      endWithoutFrame();
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.close();
    });
  }

  @Override
  public void drop() {
    session.onClosing();
    onLoop(() -> {
      endWithoutFrame();
      // Closing outright would answer the client's next bytes with a reset.
      ((SocketChannel) channel).shutdownOutput();
      channel
          .eventLoop()
          .schedule(() -> channel.close(), CLOSE_PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    });
  }

  private void endWithoutFrame() {
    open = false;
    if (closure == null) {
      closure = new Closure(Closure.By.SERVER, 1006, "");
    }
  }

  @Override
  public void stall() {
    deaf = true;
    pauseReading();
    onLoop(() -> stalled = true);
  }

  @Override
  public void resume() {
    deaf = false;
    onLoop(() -> {
      stalled = false;
      for (Object next = held.poll(); next != null; next = held.poll()) {
        writeNow(next);
      }
    });
    ChannelHandlerContext gate = gateContext();
    if (gate != null) {
      ((RawGate) gate.handler()).resume(gate);
    }
  }

  @Override
  public void pauseReading() {
    deaf = true;
    ChannelHandlerContext gate = gateContext();
    if (gate != null) {
      ((RawGate) gate.handler()).pause(gate);
    }
  }

  /** Null when the connection has ended. */
  private @Nullable ChannelHandlerContext gateContext() {
    return channel.pipeline().context(RawGate.class);
  }

  @Override
  public void limitReading(int bytesPerSecond) {
    onLoop(() -> {
      ChannelHandlerContext gate = gateContext();
      if (gate != null) {
        ((RawGate) gate.handler()).limit(bytesPerSecond);
      }
      if (bytesPerSecond > 0) {
        channel
            .config()
            .setRecvByteBufAllocator(
                new FixedRecvByteBufAllocator(Math.max(256, bytesPerSecond / 20)));
      }
    });
  }

  /** Runs a task on the event loop after a moment of real time. */
  void soon(Runnable task) {
    onLoop(() -> channel.eventLoop().schedule(task, OVERLAP_POLL_MILLIS, TimeUnit.MILLISECONDS));
  }

  private void onLoop(Runnable action) {
    execute(() -> {
      if (channel.isActive()) {
        action.run();
      }
    });
  }

  /** Runs a task on the event loop; returns false when the server has ended. */
  private boolean execute(Runnable task) {
    try {
      channel.eventLoop().execute(task);
      return true;
    } catch (RejectedExecutionException ended) {
      return false;
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Cuts a reason to what fits a close frame, at a character's border. */
  static String cut(String reason) {
    int end = reason.length();
    while (utf8(reason.substring(0, end)).length > MAX_REASON_BYTES) {
      end = reason.offsetByCodePoints(end, -1);
    }
    return reason.substring(0, end);
  }
}
