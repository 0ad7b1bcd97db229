package io.github.geminilive.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The other end of the loopback, in a process of its own: one thread, frames counted but not read,
 * answers made in advance. The path of the address says what a client's frame is answered with:
 *
 * <ul>
 *   <li>{@code /sink}: nothing
 *   <li>{@code /echo}: 20 ms of audio for each 20 ms received
 *   <li>{@code /push/n}: n messages of 200 ms, a turn's end after each 50
 *   <li>{@code /turn}: 200 ms of audio and the turn's end
 *   <li>{@code /cut}: ten messages of 200 ms, {@code interrupted}, the turn's end
 * </ul>
 *
 * <p>Prints its port; answers each line it reads with its CPU time in nanoseconds and the number of
 * messages received; ends with its input.
 */
public final class LoopbackServer {

  private static final String ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int ECHO_BASE64 = 856;
  private static final int MESSAGES_OF_A_TURN = 50;

  private static final ByteBuffer SETUP_COMPLETE = frame("{\n  \"setupComplete\": {}\n}\n");
  private static final ByteBuffer AUDIO_20_MS = audio(640);
  private static final ByteBuffer AUDIO_200_MS = audio(9600);
  private static final ByteBuffer INTERRUPTED =
      frame("{\n  \"serverContent\": {\n    \"interrupted\": true\n  }\n}\n");
  private static final ByteBuffer TURN_COMPLETE =
      frame("{\n  \"serverContent\": {\n    \"turnComplete\": true\n  }\n}\n");

  private final Selector selector;
  private final AtomicLong messages = new AtomicLong();

  private LoopbackServer(Selector selector) {
    this.selector = selector;
  }

  private static ByteBuffer audio(int bytes) {
    byte[] pcm = new byte[bytes];
    new Random(bytes).nextBytes(pcm);
    return frame("{\n  \"serverContent\": {\n    \"modelTurn\": {\n      \"parts\": [\n        {\n"
        + "          \"inlineData\": {\n            \"mimeType\": \"audio/pcm;rate=24000\",\n"
        + "            \"data\": \""
        + Base64.getEncoder().encodeToString(pcm)
        + "\"\n          }\n        }\n      ]\n    }\n  }\n}\n");
  }

  /** A binary frame, as the service sends them. */
  private static ByteBuffer frame(String json) {
    byte[] payload = json.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer frame = ByteBuffer.allocateDirect(payload.length + 4).put((byte) 0x82);
    if (payload.length < 126) {
      frame.put((byte) payload.length);
    } else {
      frame.put((byte) 126).putShort((short) payload.length);
    }
    return frame.put(payload).flip();
  }

  /**
   * Serves until its input ends.
   *
   * @param args none
   * @throws IOException when there is no loopback to listen on
   */
  public static void main(String[] args) throws IOException {
    Selector selector = Selector.open();
    ServerSocketChannel listening = ServerSocketChannel.open();
    listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    listening.configureBlocking(false);
    listening.register(selector, SelectionKey.OP_ACCEPT);
    LoopbackServer server = new LoopbackServer(selector);
    Thread thread = new Thread(server::serve, "loopback-server");
    thread.setDaemon(true);
    thread.start();
    System.out.println(listening.socket().getLocalPort());
    BufferedReader control =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    while (control.readLine() != null) {
      System.out.println(Meter.cpuNanos() + " " + server.messages.get());
    }
  }

  private void serve() {
    while (true) {
      try {
        selector.select(this::handle);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void handle(SelectionKey key) {
    try {
      if (key.isAcceptable()) {
        accept((ServerSocketChannel) key.channel());
        return;
      }
      Client client = (Client) key.attachment();
      if (key.isReadable()) {
        client.read();
      }
      if (key.isValid() && key.isWritable()) {
        client.write();
      }
    } catch (IOException e) {
      // Clients come and go; an end is an end.
      close(key);
    }
  }

  private void accept(ServerSocketChannel listening) throws IOException {
    SocketChannel channel;
    while ((channel = listening.accept()) != null) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      key.attach(new Client(key, channel));
    }
  }

  private static void close(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException e) {
      // Nothing is left to be done with it.
    }
  }

  private final class Client {
    private final SelectionKey key;
    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024);
    private final ArrayDeque<ByteBuffer> out = new ArrayDeque<>();
    private @Nullable String path;
    private boolean setUp;
    private long skip;
    private boolean skippedIsLast;
    private long messageBytes;
    private int pushes;

    Client(SelectionKey key, SocketChannel channel) {
      this.key = key;
      this.channel = channel;
    }

    void read() throws IOException {
      int count = channel.read(in);
      if (count < 0) {
        LoopbackServer.close(key);
        return;
      }
      in.flip();
      if (path == null) {
        upgrade();
      }
      if (path != null) {
        frames();
      }
      in.compact();
      write();
    }

    private void upgrade() {
      String head = StandardCharsets.ISO_8859_1.decode(in.duplicate()).toString();
      int end = head.indexOf("\r\n\r\n");
      if (end < 0) {
        return;
      }
      in.position(in.position() + end + 4);
      path = head.substring(head.indexOf(' ') + 1, head.indexOf(' ', head.indexOf(' ') + 1));
      String name = "sec-websocket-key:";
      int key = head.toLowerCase(Locale.ROOT).indexOf(name) + name.length();
      String answer =
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: "
              + accept(head.substring(key, head.indexOf('\r', key)).strip())
              + "\r\n\r\n";
      out.add(ByteBuffer.wrap(answer.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String accept(String key) {
      try {
        byte[] digest = MessageDigest.getInstance("SHA-1")
            .digest((key + ACCEPT_GUID).getBytes(StandardCharsets.ISO_8859_1));
        return Base64.getEncoder().encodeToString(digest);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    private void frames() {
      while (true) {
        if (skip > 0) {
          int skipped = (int) Math.min(skip, in.remaining());
          in.position(in.position() + skipped);
          skip -= skipped;
          if (skip > 0) {
            return;
          }
          if (skippedIsLast) {
            onMessage(messageBytes);
            messageBytes = 0;
          }
        }
        if (!header()) {
          return;
        }
      }
    }

    /** Reads a frame's header; false when it has not arrived yet, or nothing may follow it. */
    private boolean header() {
      if (in.remaining() < 2) {
        return false;
      }
      int start = in.position();
      int first = in.get();
      long length = in.get() & 0x7f;
      int extended = length == 126 ? 2 : length == 127 ? 8 : 0;
      if (in.remaining() < extended + 4) {
        in.position(start);
        return false;
      }
      if (extended == 2) {
        length = in.getShort() & 0xffff;
      } else if (extended == 8) {
        length = in.getLong();
      }
      in.getInt();
      int opcode = first & 0x0f;
      if (opcode == 8) {
        in.position(in.limit());
        out.add(ByteBuffer.wrap(new byte[] {(byte) 0x88, 2, 0x03, (byte) 0xe8}));
        return false;
      }
      skip = length;
      skippedIsLast = opcode < 8 && (first & 0x80) != 0;
      messageBytes += opcode < 8 ? length : 0;
      return true;
    }

    private void onMessage(long bytes) {
      messages.incrementAndGet();
      if (!setUp) {
        setUp = true;
        out.add(SETUP_COMPLETE.duplicate());
      } else if ("/echo".equals(path)) {
        // A client that is behind may join several chunks into one message.
        for (long i = Math.max(1, bytes / ECHO_BASE64); i > 0; i--) {
          out.add(AUDIO_20_MS.duplicate());
        }
      } else if ("/turn".equals(path)) {
        out.add(AUDIO_200_MS.duplicate());
        out.add(TURN_COMPLETE.duplicate());
      } else if ("/cut".equals(path)) {
        for (int i = 0; i < 10; i++) {
          out.add(AUDIO_200_MS.duplicate());
        }
        out.add(INTERRUPTED.duplicate());
        out.add(TURN_COMPLETE.duplicate());
      } else if (path != null && path.startsWith("/push/")) {
        pushes += Integer.parseInt(path.substring("/push/".length()));
      }
    }

    void write() throws IOException {
      while (true) {
        if (out.isEmpty() && pushes > 0) {
          out.add(AUDIO_200_MS.duplicate());
          if (--pushes % MESSAGES_OF_A_TURN == 0) {
            out.add(TURN_COMPLETE.duplicate());
          }
        }
        ByteBuffer head = out.peek();
        if (head == null) {
          interest(SelectionKey.OP_READ);
          return;
        }
        channel.write(head);
        if (head.hasRemaining()) {
          interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
          return;
        }
        out.poll();
      }
    }

    private void interest(int ops) {
      if (key.isValid() && key.interestOps() != ops) {
        key.interestOps(ops);
      }
    }
  }
}
