package io.github.geminilive.benchmarks;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The loop one would write by hand on {@code java.net.http.WebSocket}, with the least codec that
 * works: the limit of our transport. The pieces of a message are appended either to one array that
 * is used again, or, as is more usual, to a stream made for the message.
 */
final class RawClient implements Peer {

  private static final String SETUP = "{\"setup\":{\"model\":\"models/gemini-3.8-live\","
      + "\"generationConfig\":{\"responseModalities\":[\"AUDIO\"]}}}";

  private final HttpClient http = HttpClient.newHttpClient();
  private final boolean reusesBuffer;

  RawClient(boolean reusesBuffer) {
    this.reusesBuffer = reusesBuffer;
  }

  @Override
  public String name() {
    return "raw";
  }

  @Override
  public Link open(URI uri, IntConsumer onAudio) {
    Receiver receiver = new Receiver(reusesBuffer, onAudio);
    WebSocket socket = http.newWebSocketBuilder()
        .header("x-goog-api-key", "benchmark")
        .buildAsync(uri, receiver)
        .join();
    socket.sendText(SETUP, true).join();
    receiver.setupComplete.join();
    return new RawLink(socket, receiver.closed);
  }

  private static final class RawLink implements Link {
    private static final byte[] PREFIX =
        "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate=16000\",\"data\":\""
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SUFFIX = "\"}}}".getBytes(StandardCharsets.US_ASCII);

    private final WebSocket socket;
    private final CompletableFuture<?> closed;
    private byte[] base64 = {};
    private byte[] frame = {};
    private CompletableFuture<WebSocket> last = new CompletableFuture<>();

    RawLink(WebSocket socket, CompletableFuture<?> closed) {
      this.socket = socket;
      this.closed = closed;
      last.complete(socket);
    }

    private String encode(byte[] pcm) {
      int encoded = (pcm.length + 2) / 3 * 4;
      int total = PREFIX.length + encoded + SUFFIX.length;
      if (base64.length != encoded) {
        base64 = new byte[encoded];
        frame = Arrays.copyOf(PREFIX, total);
        System.arraycopy(SUFFIX, 0, frame, PREFIX.length + encoded, SUFFIX.length);
      }
      Base64.getEncoder().encode(pcm, base64);
      System.arraycopy(base64, 0, frame, PREFIX.length, encoded);
      return new String(frame, 0, total, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void send(byte[] pcm) {
      String text = encode(pcm);
      if (!last.isDone()) {
        last.join();
      }
      last = socket.sendText(text, true);
    }

    @Override
    public void post(byte[] pcm) {
      String text = encode(pcm);
      last = last.isDone()
          ? socket.sendText(text, true)
          : last.thenCompose(ready -> ready.sendText(text, true));
    }

    @Override
    public void close() {
      last.join();
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
      closed.orTimeout(10, TimeUnit.SECONDS).join();
    }
  }

  private static final class Receiver implements WebSocket.Listener {
    private static final byte[] DATA = "\"data\"".getBytes(StandardCharsets.US_ASCII);

    final CompletableFuture<Void> setupComplete = new CompletableFuture<>();
    final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final boolean reusesBuffer;
    private final IntConsumer onAudio;
    private byte[] buffer = {};
    private int length;
    private ByteArrayOutputStream stream = new ByteArrayOutputStream();

    Receiver(boolean reusesBuffer, IntConsumer onAudio) {
      this.reusesBuffer = reusesBuffer;
      this.onAudio = onAudio;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      if (reusesBuffer) {
        append(data);
      } else {
        byte[] piece = new byte[data.remaining()];
        data.get(piece);
        stream.writeBytes(piece);
      }
      if (last && reusesBuffer) {
        onMessage(buffer, length);
        length = 0;
      } else if (last) {
        byte[] whole = stream.toByteArray();
        stream = new ByteArrayOutputStream();
        onMessage(whole, whole.length);
      }
      socket.request(1);
      return null;
    }

    private void append(ByteBuffer data) {
      int count = data.remaining();
      if (length + count > buffer.length) {
        buffer = Arrays.copyOf(buffer, Math.max(length + count, 2 * buffer.length));
      }
      data.get(buffer, length, count);
      length += count;
    }

    private void onMessage(byte[] json, int end) {
      int from = valueOfData(json, end);
      if (from < 0) {
        setupComplete.complete(null);
        return;
      }
      int to = indexOf(json, (byte) '"', from);
      ByteBuffer pcm = Base64.getDecoder().decode(ByteBuffer.wrap(json, from, to - from));
      onAudio.accept(pcm.remaining());
    }

    private static int valueOfData(byte[] json, int end) {
      for (int at = 0; at + DATA.length < end && at < 512; at++) {
        if (Arrays.equals(json, at, at + DATA.length, DATA, 0, DATA.length)) {
          return indexOf(json, (byte) '"', at + DATA.length) + 1;
        }
      }
      return -1;
    }

    private static int indexOf(byte[] bytes, byte wanted, int from) {
      int at = from;
      while (bytes[at] != wanted) {
        at++;
      }
      return at;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.complete(null);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      setupComplete.completeExceptionally(error);
      closed.complete(null);
    }
  }
}
