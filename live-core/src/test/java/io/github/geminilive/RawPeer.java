package io.github.geminilive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A peer made of plain sockets: answers every request with the same bytes. For what no well-kept
 * server library would send.
 */
final class RawPeer implements AutoCloseable {

  /** What the peer does once it has answered. */
  enum Then {
    CLOSE,
    RESET,
    STAY
  }

  /** Makes the answer from the request's head. */
  interface Answer {
    byte[] to(String request);
  }

  /** A connection that was taken. {@code ended} completes when the client has ended it. */
  record Taken(Socket socket, CompletableFuture<Void> ended) {}

  private final ServerSocket listener;
  private final Answer answer;
  private final Then then;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Taken> taken = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Taken> first = new CompletableFuture<>();

  private RawPeer(Answer answer, Then then) throws IOException {
    this.answer = answer;
    this.then = then;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  static RawPeer answering(Answer answer, Then then) throws IOException {
    return new RawPeer(answer, then);
  }

  static RawPeer answering(String answer, Then then) throws IOException {
    return new RawPeer(request -> answer.getBytes(StandardCharsets.ISO_8859_1), then);
  }

  /** Takes the upgrade and sends a text frame in the same packet. */
  static RawPeer upgradingAndSending(String json) throws IOException {
    return new RawPeer(request -> concat(upgrade(request), frame(0x81, utf8(json))), Then.STAY);
  }

  /** A proper answer to the upgrade. */
  static byte[] upgrade(String request) {
    String key = request
        .lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElseThrow();
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1")
          .digest(utf8(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
      return utf8(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: "
              + Base64.getEncoder().encodeToString(hash)
              + "\r\n\r\n");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] frame(int firstByte, byte[] payload) {
    if (payload.length > 125) {
      throw new IllegalArgumentException("too long: " + payload.length);
    }
    return ByteBuffer.allocate(2 + payload.length)
        .put((byte) firstByte)
        .put((byte) payload.length)
        .put(payload)
        .array();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] concat(byte[] a, byte[] b) {
    return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
  }

  URI baseUri() {
    return URI.create("ws://127.0.0.1:" + listener.getLocalPort());
  }

  /** Heads of all requests so far. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** All connections so far. */
  List<Taken> taken() {
    return List.copyOf(taken);
  }

  /** Completes with the first connection. */
  CompletableFuture<Taken> firstTaken() {
    return first;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        daemon(() -> serve(socket));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(Socket socket) {
    Taken connection = new Taken(socket, new CompletableFuture<>());
    try {
      InputStream in = socket.getInputStream();
      String request = head(in);
      requests.add(request);
      taken.add(connection);
      first.complete(connection);
      socket.getOutputStream().write(answer.to(request));
      socket.getOutputStream().flush();
      if (then == Then.RESET) {
        socket.setSoLinger(true, 0);
      }
      if (then != Then.STAY) {
        socket.close();
        return;
      }
      while (in.read() >= 0) {
        // What the client goes on to say does not matter.
      }
    } catch (IOException gone) {
      // The client has ended it, or the test is over.
    } finally {
      connection.ended().complete(null);
    }
  }

  /** Reads up to the empty line. */
  static String head(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (!bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      bytes.write(next);
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "raw-peer");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Taken connection : taken) {
      connection.socket().close();
    }
  }
}
