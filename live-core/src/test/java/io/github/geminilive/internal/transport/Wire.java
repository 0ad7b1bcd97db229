package io.github.geminilive.internal.transport;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.internal.transport.Uplink.Frame;
import io.github.geminilive.internal.transport.Uplink.Lane;
import io.github.geminilive.internal.transport.Uplink.Waited;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.VirtualTime;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An uplink, and a service that takes down what arrives; sockets come and go. */
final class Wire implements AutoCloseable {

  static final int RATE = 16_000;
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Pattern DATA = Pattern.compile("\"data\":\"([^\"]*)\"");
  // Few of them are more than a socket's buffers take.
  private static final int FILLER = 16 << 20;
  private static final int SHORT = 10_000;

  final VirtualTime time = new VirtualTime();
  final Observed observed = new Observed();
  final LiveServer server;
  final Uplink uplink;
  private final Map<Integer, List<String>> arrived = new ConcurrentHashMap<>();
  private final List<WebSocket> sockets = new ArrayList<>();

  Wire() {
    this(limits(256, 64L << 20));
  }

  Wire(Uplink.Limits limits) {
    server = LiveServer.builder()
        .rules(false)
        .receiveBufferBytes(4096)
        .onFrame((connection, payload, text) -> {
          String frame = StandardCharsets.UTF_8.decode(payload).toString();
          List<String> frames = frames(connection.number());
          synchronized (frames) {
            frames.add(shortened(frame));
          }
        })
        .start();
    uplink = new Uplink(limits, time.nanoTime(), time::schedule, Runnable::run, observed);
  }

  static Uplink.Limits limits(int messages, long bytes) {
    return new Uplink.Limits(
        messages,
        bytes,
        Duration.ofMillis(500).toNanos(),
        Duration.ofSeconds(2).toNanos(),
        Duration.ofSeconds(10).toNanos());
  }

  /** A long frame, or one with a lot of audio, by its first characters and its length. */
  static String shortened(String frame) {
    return frame.length() <= SHORT ? frame : frame.substring(0, 1) + frame.length();
  }

  private List<String> frames(int connection) {
    return arrived.computeIfAbsent(connection, number -> new ArrayList<>());
  }

  /** What has arrived on a connection so far; see {@link #shortened}. */
  List<String> arrived(int connection) {
    List<String> frames = frames(connection);
    synchronized (frames) {
      return List.copyOf(frames);
    }
  }

  List<String> awaitArrived(int connection, int count) {
    await(() -> arrived(connection).size() >= count);
    return arrived(connection);
  }

  /** The PCM in short audio frames, as one. */
  static byte[] audio(List<String> frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String frame : frames) {
      Matcher data = DATA.matcher(frame);
      if (data.find()) {
        all.writeBytes(Base64.getDecoder().decode(data.group(1)));
      }
    }
    return all.toByteArray();
  }

  WebSocket dial(WebSocket.Listener listener) {
    URI uri = URI.create(server.baseUri()
        + "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent");
    WebSocket socket = CLIENT.newWebSocketBuilder().buildAsync(uri, listener).join();
    sockets.add(socket);
    return socket;
  }

  WebSocket dial() {
    return dial(new WebSocket.Listener() {});
  }

  /** Dials and attaches. */
  Connection connect(Frame... first) {
    WebSocket socket = dial();
    uplink.attach(socket, List.of(first));
    uplink.flush();
    return server.nextConnection();
  }

  /** Dials, lets the service not read, and attaches. */
  Connection connectPaused() {
    WebSocket socket = dial();
    Connection connection = server.nextConnection();
    connection.pauseReading();
    uplink.attach(socket, List.of());
    uplink.flush();
    return connection;
  }

  /** Dials, attaches, and tells what waited. */
  Waited reconnect() {
    Waited waited = uplink.attach(dial(), List.of());
    uplink.flush();
    return waited;
  }

  /** Leaves the newest socket and cuts it. */
  void lose() {
    uplink.detach();
    uplink.flush();
    newest().abort();
  }

  /** Cuts the newest socket, which is attached, and nobody notices yet. */
  void cut() {
    await(uplink::idle);
    newest().abort();
  }

  /** Awaits that the newest socket has refused a message. */
  void awaitFailure() {
    await(() -> observed.failed().contains(newest()));
  }

  WebSocket newest() {
    return sockets.get(sockets.size() - 1);
  }

  CompletableFuture<Void> text(String text) {
    return uplink.send(Lane.STREAM, text, false);
  }

  CompletableFuture<Void> audio(byte[] pcm) {
    return uplink.sendAudio(pcm, 0, pcm.length, RATE, true);
  }

  /** Makes a connection whose socket takes nothing more; this message is on its way. */
  Stuck stuck() {
    Connection connection = connect();
    connection.pauseReading();
    return fill(connection, Lane.STREAM, null);
  }

  /** Sends more than all buffers on the way hold; the service must not be reading. */
  Stuck fill(Connection connection, Lane lane, @Nullable Object tag) {
    String filler = "x".repeat(FILLER);
    CompletableFuture<Void> future = uplink.send(lane, filler, false, tag);
    assertThat(future).isNotDone();
    return new Stuck(connection, shortened(filler), future);
  }

  static void get(CompletableFuture<Void> future) {
    try {
      future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  static Throwable failure(CompletableFuture<Void> future) {
    await(future::isDone);
    return requireNonNull(future.handle((ignored, error) -> error).join(), "has not failed");
  }

  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("has not come true within " + PATIENCE);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Override
  public void close() {
    uplink.close(() -> new IllegalStateException("the test is over"));
    sockets.forEach(WebSocket::abort);
    server.close();
  }

  /**
   * A message the socket does not take.
   *
   * @param frame as it is to arrive
   */
  record Stuck(Connection connection, String frame, CompletableFuture<Void> future) {}

  /** What was dropped, as told. */
  record Drop(int messages, Duration audio, String why) {}

  /** Takes down what the uplink tells. */
  static final class Observed implements Uplink.Observer {
    private final List<Frame> sent = new ArrayList<>();
    private final List<Drop> drops = new ArrayList<>();
    private final List<WebSocket> failed = new ArrayList<>();
    private final List<Duration> stalls = new ArrayList<>();

    @Override
    public synchronized void onSent(
        String frame, int bytes, long audioNanos, boolean input, @Nullable Object tag) {
      sent.add(new Frame(shortened(frame), bytes, audioNanos, input, tag));
    }

    @Override
    public synchronized void onDropped(int messages, long audioNanos, String why) {
      drops.add(new Drop(messages, Duration.ofNanos(audioNanos), why));
    }

    @Override
    public synchronized void onSendFailed(WebSocket socket, Throwable error) {
      failed.add(socket);
    }

    @Override
    public synchronized void onStalled(WebSocket socket, Duration since) {
      stalls.add(since);
    }

    synchronized List<Frame> sent() {
      return List.copyOf(sent);
    }

    List<String> sentTexts() {
      return sent().stream().map(Frame::text).toList();
    }

    synchronized List<Drop> drops() {
      return List.copyOf(drops);
    }

    synchronized List<WebSocket> failed() {
      return List.copyOf(failed);
    }

    synchronized List<Duration> stalls() {
      return List.copyOf(stalls);
    }
  }
}
