package io.github.geminilive.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A plain client that shows what comes over the wire. */
final class WsClient implements WebSocket.Listener, AutoCloseable {

  static final String DEV =
      "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";
  static final String ALPHA =
      "/ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContent";
  static final String CONSTRAINED = DEV + "Constrained";
  static final String VERTEX =
      "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent";
  static final String SETUP = "{\"setup\":{\"model\":\"models/gemini-3.8-live\"}}";

  /** A message as it came. */
  record Message(byte[] bytes, boolean binary) {
    JsonNode json() {
      return parse(bytes);
    }

    String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
  final CompletableFuture<Closure> closed = new CompletableFuture<>();
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private final WebSocket socket;

  private WsClient(LiveServer server, String path, String header, String value) {
    var builder = HTTP.newWebSocketBuilder();
    if (!header.isEmpty()) {
      builder.header(header, value);
    }
    socket = builder.buildAsync(URI.create(server.baseUri() + path), this).join();
  }

  static WsClient dial(LiveServer server, String path) {
    return path.startsWith(VERTEX)
        ? new WsClient(server, path, "Authorization", "Bearer ya29.test")
        : new WsClient(server, path, "x-goog-api-key", server.apiKey());
  }

  static WsClient dial(LiveServer server, String path, String header, String value) {
    return new WsClient(server, path, header, value);
  }

  /** Dials the Developer API and completes this setup. */
  static WsClient open(LiveServer server, String setup) {
    return open(server, DEV, setup);
  }

  static WsClient open(LiveServer server, String path, String setup) {
    WsClient client = dial(server, path);
    client.send(setup);
    client.await("setupComplete");
    return client;
  }

  static WsClient open(LiveServer server) {
    return open(server, SETUP);
  }

  static JsonNode parse(byte[] bytes) {
    try {
      return MAPPER.readTree(bytes);
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + new String(bytes, StandardCharsets.UTF_8), e);
    }
  }

  static JsonNode parse(String json) {
    return parse(json.getBytes(StandardCharsets.UTF_8));
  }

  void send(String text) {
    socket.sendText(text, true).join();
  }

  CompletableFuture<WebSocket> sendAsync(String text) {
    return socket.sendText(text, true);
  }

  void ping() {
    socket.sendPing(ByteBuffer.allocate(0)).join();
  }

  void sendAudio(byte[] pcm, int rate) {
    send("{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate="
        + rate
        + "\",\"data\":\""
        + Base64.getEncoder().encodeToString(pcm)
        + "\"}}}");
  }

  /** Sends in pieces of 100 ms, with a second of silence behind. */
  void sayAloud(byte[] pcm, int rate) {
    byte[] all = Arrays.copyOf(pcm, pcm.length + rate * 2);
    int step = rate / 5;
    for (int at = 0; at < all.length; at += step) {
      sendAudio(Arrays.copyOfRange(all, at, Math.min(all.length, at + step)), rate);
    }
  }

  Message next() {
    try {
      Message next = messages.poll(30, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("no message; closed: " + closed.getNow(null));
      }
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  JsonNode await(String member) {
    return await(json -> json.has(member));
  }

  JsonNode await(Predicate<JsonNode> test) {
    return until(test).get(0);
  }

  /** Takes messages up to the wanted one, which comes first in the result. */
  List<JsonNode> until(Predicate<JsonNode> test) {
    List<JsonNode> out = new ArrayList<>();
    while (true) {
      JsonNode json = next().json();
      if (test.test(json)) {
        out.add(0, json);
        return out;
      }
      out.add(json);
    }
  }

  /** Takes all messages up to and with the end of the turn. */
  List<JsonNode> turn() {
    List<JsonNode> out = until(json -> json.at("/serverContent/turnComplete").asBoolean());
    out.add(out.remove(0));
    return out;
  }

  Closure awaitClosed() {
    try {
      return closed.get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("still open", e);
    }
  }

  @Override
  public CompletionStage<?> onText(WebSocket ws, CharSequence data, boolean last) {
    pending.writeBytes(data.toString().getBytes(StandardCharsets.UTF_8));
    return piece(ws, last, false);
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket ws, ByteBuffer data, boolean last) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    pending.writeBytes(bytes);
    return piece(ws, last, true);
  }

  private CompletionStage<?> piece(WebSocket ws, boolean last, boolean binary) {
    if (last) {
      messages.add(new Message(pending.toByteArray(), binary));
      pending.reset();
    }
    ws.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket ws, int code, String reason) {
    closed.complete(new Closure(Closure.By.SERVER, code, reason));
    return null;
  }

  @Override
  public void onError(WebSocket ws, Throwable error) {
    closed.complete(new Closure(Closure.By.SERVER, -1, String.valueOf(error.getMessage())));
  }

  void abort() {
    socket.abort();
  }

  void close(int code, String reason) {
    socket.sendClose(code, reason).join();
  }

  @Override
  public void close() {
    if (socket.isOutputClosed()) {
      return;
    }
    // The service may have closed first, which is fine.
    socket.sendClose(1000, "").handle((done, failed) -> done).join();
    socket.abort();
  }
}
