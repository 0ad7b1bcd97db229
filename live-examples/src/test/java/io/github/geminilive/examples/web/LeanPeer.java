package io.github.geminilive.examples.web;

import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A program in the place of the page; remembers all it was told. */
final class LeanPeer implements WebSocket.Listener, AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int BYTES_PER_MS = 48; // 24 kHz, 16 bits
  private static final JsonMapper JSON = new JsonMapper();

  private final WebSocket socket;
  private final StringBuilder text = new StringBuilder(); // of the socket's thread
  private final List<JsonNode> messages = new ArrayList<>(); // these: guarded by this
  private final List<String> story = new ArrayList<>();
  private final Map<Integer, ByteArrayOutputStream> heard = new TreeMap<>();
  private int sounding;
  private int closeCode;

  /**
   * Connects and says what it wants.
   *
   * @param ticket of the conversation to go on with; null for a new one
   */
  LeanPeer(HttpClient http, URI relay, String origin, String cookie, @Nullable String ticket) {
    socket = http.newWebSocketBuilder()
        .header("Origin", origin)
        .header("Cookie", cookie)
        .buildAsync(relay, this)
        .join();
    send(ticket == null ? Map.of("type", "start") : Map.of("type", "start", "resume", ticket));
  }

  void write(String words) {
    send(Map.of("type", "text", "text", words));
  }

  /** Awaits the n-th message of a type, from 1. */
  JsonNode await(String type, int n) {
    List<JsonNode> found = new ArrayList<>();
    await(type + " number " + n, () -> {
      found.clear();
      messages.stream().filter(m -> type.equals(m.path("type").asText())).forEach(found::add);
      return found.size() >= n;
    });
    return found.get(n - 1);
  }

  /** Awaits so much of a turn's speech. */
  void awaitSpeech(int turn, Duration length) {
    await(
        length + " of turn " + turn, () -> heard(turn).length >= length.toMillis() * BYTES_PER_MS);
  }

  /** Awaits the close code; 1006 where the connection was lost. */
  int awaitClose() {
    await("the end of the connection", () -> closeCode != 0);
    return closeCode;
  }

  /** All there was, in order: a speaker's words of a turn put together, sound left out. */
  synchronized List<String> story() {
    return List.copyOf(story);
  }

  /** The speech of a turn. */
  synchronized byte[] heard(int turn) {
    ByteArrayOutputStream pcm = heard.get(turn);
    return pcm == null ? new byte[0] : pcm.toByteArray();
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      take(text.toString());
      text.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    byte[] pcm = new byte[data.remaining()];
    data.get(pcm);
    synchronized (this) {
      heard.computeIfAbsent(sounding, turn -> new ByteArrayOutputStream()).writeBytes(pcm);
      notifyAll();
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed(code);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed(1006);
  }

  /** Says that nobody comes back. */
  @Override
  public void close() {
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").exceptionally(gone -> socket).join();
  }

  /** Loses the connection. */
  void cut() {
    socket.abort();
  }

  private void send(Map<String, ?> message) {
    socket.sendText(JSON.valueToTree(message).toString(), true).join();
  }

  private synchronized void take(String json) {
    JsonNode message;
    try {
      message = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      closed(-1);
      return;
    }
    messages.add(message);
    String type = message.path("type").asText();
    String turn = " " + message.path("turn").asText();
    switch (type) {
      case "turn" -> {
        sounding = message.path("turn").asInt();
        story.add(type + turn);
      }
      case "said" -> said(message.path("who").asText() + turn + ": ", message);
      case "turnEnd" -> story.add(type + turn);
      case "interrupted" -> story.add(type + turn + " by " + message.path("by").asText());
      case "tool" ->
        story.add(message.path("name").asText() + " " + message.path("state").asText());
      case "ready" -> story.add(message.has("resumed") ? "ready, resumed" : "ready");
      case "end" -> story.add(message.path("mayReturn").asBoolean() ? "end, may return" : "end");
      default -> story.add(type);
    }
    notifyAll();
  }

  private void said(String speaker, JsonNode message) {
    String words = message.path("text").asText();
    for (int i = 0; i < story.size(); i++) {
      if (story.get(i).startsWith(speaker)) {
        story.set(i, story.get(i) + words);
        return;
      }
    }
    story.add(speaker + words);
  }

  private synchronized void closed(int code) {
    closeCode = closeCode == 0 ? code : closeCode;
    notifyAll();
  }

  private synchronized void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        fail(
            "no %s within %s; close code %d, and before that: %s",
            what, PATIENCE, closeCode, story);
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted while waiting for " + what, e);
      }
    }
  }
}
