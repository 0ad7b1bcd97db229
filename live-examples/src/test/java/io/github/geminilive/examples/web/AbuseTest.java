package io.github.geminilive.examples.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveModel;
import io.github.geminilive.relay.LiveRelay;
import io.github.geminilive.relay.RelayLimits;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that mean no good, and beside them a conversation that goes on without a gap. */
class AbuseTest {

  private static final int MESSAGE_BYTES = 16_384;
  private static final int BACKLOG_BYTES = 65_536;
  private static final long HEAP_BYTES = 48L << 20;

  private static final int TEXT = 0x1;
  private static final int BINARY = 0x2;
  private static final int CLOSE = 0x8;
  private static final int FINAL = 0x80;

  private static final RelayLimits LIMITS = RelayLimits.builder()
      .messageBytes(MESSAGE_BYTES)
      .messageRate(1, 200)
      .audioRate(1.5, Duration.ofSeconds(10))
      .sessionsPerUser(4)
      .peerBacklogBytes(BACKLOG_BYTES)
      .peerStall(Duration.ofSeconds(1))
      .peerSilence(Duration.ofMillis(1_500))
      .startTimeout(Duration.ofMillis(1_500))
      .build();

  private static LiveServer service;
  private static LiveRelay relay;
  private static WebServer web;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final List<RawClient> clients = new ArrayList<>();
  private LeanPeer good;
  private long heapBefore;
  private int violationsBefore;

  @BeforeAll
  static void start() throws IOException {
    service = LiveServer.builder()
        .persona(Persona.builder()
            .onText("story")
            .say("And so it goes on. ".repeat(6).strip())
            .onText("flood")
            .say("There is no end to it. ".repeat(80).strip())
            .otherwise()
            .say("I heard you.")
            .build())
        .speed(16)
        .playback(0)
        .start();
    LiveConfig config = LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
        .endpoint(Endpoint.custom(service.baseUri()))
        .apiKey(service.apiKey())
        .outputTranscription(true)
        .build();
    relay = LiveRelay.builder(config)
        .client(LiveClient.builder().build())
        .limits(LIMITS)
        .parking(Duration.ZERO)
        .build();
    web = WebServer.builder(relay)
        .limits(LIMITS)
        .attempts(10_000, 1_000)
        .requestTimeout(Duration.ofSeconds(1))
        .login(request -> new Login.Guest(String.valueOf(request.getHttpURI().getQuery()), true))
        .start();
  }

  @AfterAll
  static void stop() {
    web.close();
    relay.close();
    service.close();
  }

  @BeforeEach
  void beginToTalk() {
    good = new LeanPeer(
        HTTP, URI.create(web.relayUri() + "?good"), web.uri().toString(), "none=1", null);
    good.await("ready", 1);
    heapBefore = usedHeap();
    violationsBefore = service.unexpectedViolations().size();
    good.write("a story, please");
  }

  /** The conversation beside has lost nothing, and can go on; nothing is left of the others. */
  @AfterEach
  void theOtherConversationHasNoGap() {
    good.await("turnEnd", 1);
    good.write("a story, please");
    good.await("turnEnd", 2);
    assertThat(good.heard(1)).isNotEmpty().isEqualTo(good.heard(2));
    assertThat(good.story())
        .containsExactly(
            "ready",
            "turn 1",
            "model 1: " + "And so it goes on. ".repeat(6).strip(),
            "turnEnd 1",
            "turn 2",
            "model 2: " + "And so it goes on. ".repeat(6).strip(),
            "turnEnd 2");
    assertThat(service.unexpectedViolations()).hasSize(violationsBefore);
    clients.forEach(RawClient::close);
    good.close();
    until("an empty relay", () -> relay.metrics().sessions() == 0);
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static void until(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("no " + what + " within 30 s: " + relay.metrics());
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** How a connection ended: its close code, the HTTP status that refused it, 0 when it was cut. */
  private record End(int code, String reason) {}

  /** A client that writes what it likes. */
  private final class RawClient implements AutoCloseable {
    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;
    private final Random random = new Random(7);

    RawClient(int receiveBuffer) throws IOException {
      clients.add(this);
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer);
      }
      socket.connect(new InetSocketAddress(web.uri().getHost(), web.uri().getPort()));
      socket.setSoTimeout(30_000);
      in = new DataInputStream(socket.getInputStream());
      out = socket.getOutputStream();
    }

    /** What a browser would send. */
    String request(String user, @Nullable String origin) {
      return "GET /relay?" + user + " HTTP/1.1\r\nHost: " + web.uri().getAuthority()
          + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
          + (origin == null ? "" : "Origin: " + origin + "\r\n") + "\r\n";
    }

    /** Asks for a WebSocket; returns the HTTP status. */
    int upgrade(String user, @Nullable String origin) throws IOException {
      write(request(user, origin).getBytes(US_ASCII));
      return status();
    }

    int status() throws IOException {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(US_ASCII).endsWith("\r\n\r\n")) {
        int next = in.read();
        if (next < 0) {
          return 0;
        }
        head.write(next);
      }
      return Integer.parseInt(head.toString(US_ASCII).substring(9, 12));
    }

    /** Connects as the page would, and begins a conversation. */
    RawClient begin(String user) throws IOException {
      assertThat(upgrade(user, web.uri().toString())).isEqualTo(101);
      text("{\"type\":\"start\"}");
      return this;
    }

    void text(String message) throws IOException {
      frame(FINAL | TEXT, message.getBytes(UTF_8));
    }

    void frame(int first, byte[] payload) throws IOException {
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      frame.write(first);
      if (payload.length < 126) {
        frame.write(0x80 | payload.length);
      } else if (payload.length < 65_536) {
        frame.write(0x80 | 126);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
      } else {
        frame.write(0x80 | 127);
        for (int shift = 56; shift >= 0; shift -= 8) {
          frame.write((int) ((long) payload.length >> shift));
        }
      }
      byte[] mask = new byte[4];
      random.nextBytes(mask);
      frame.writeBytes(mask);
      for (int i = 0; i < payload.length; i++) {
        frame.write(payload[i] ^ mask[i % 4]);
      }
      write(frame.toByteArray());
    }

    void write(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    /** Reads until the end of the connection. */
    End end() throws IOException {
      try {
        while (true) {
          int first = in.readUnsignedByte();
          long length = in.readUnsignedByte();
          length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
          byte[] payload = in.readNBytes((int) length);
          if ((first & 0xF) == CLOSE) {
            return new End(
                (payload[0] & 0xFF) << 8 | payload[1] & 0xFF,
                new String(payload, 2, payload.length - 2, UTF_8));
          }
        }
      } catch (EOFException e) {
        return new End(0, "");
      } catch (SocketTimeoutException e) {
        throw new AssertionError("the connection was not ended", e);
      } catch (SocketException e) {
        return new End(0, "");
      }
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private RawClient client() throws IOException {
    return new RawClient(0);
  }

  private void assertHeapIsBounded() {
    assertThat(usedHeap() - heapBefore).isLessThan(HEAP_BYTES);
  }

  @Test
  void pagesOfOthersAreNotLetIn() throws IOException {
    long before = relay.metrics().started();
    for (String origin : new String[] {
      "https://evil.example", "null", "http://" + web.uri().getAuthority() + ".evil.example", null
    }) {
      assertThat(client().upgrade("eve", origin)).as("origin %s", origin).isEqualTo(403);
    }
    assertThat(relay.metrics().started()).isEqualTo(before);
  }

  @Test
  void aMessageThatIsTooLargeIsRefused() throws IOException {
    RawClient client = client().begin("eve");
    client.frame(FINAL | BINARY, new byte[MESSAGE_BYTES]);
    client.frame(FINAL | BINARY, new byte[MESSAGE_BYTES + 2]);

    assertThat(client.end().code()).isEqualTo(1009);
    // One that says it is endless is refused before it comes.
    client = client().begin("eve");
    client.write(
        new byte[] {(byte) (FINAL | BINARY), (byte) 0xFF, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4});

    assertThat(client.end().code()).isEqualTo(1009);
  }

  @Test
  void aMessageThatNeverEndsIsRefusedAtTheSameSize() throws IOException {
    RawClient client = client().begin("eve");
    int sent = 0;
    try {
      client.frame(TEXT, new byte[0]);
      for (; sent < 64 << 20; sent += 1_024) {
        client.frame(0, "x".repeat(1_024).getBytes(US_ASCII));
      }
    } catch (SocketException e) {
      // The server has hung up in the middle, as it should.
    }

    assertThat(sent).isLessThan(64 << 20);
    assertHeapIsBounded();
    until("an end", () -> relay.metrics().sessions() == 1);
  }

  @Test
  void aFloodOfMessagesIsRefused() throws IOException {
    RawClient client = client().begin("eve");
    until("a conversation", () -> relay.metrics().sessions() == 2);
    int asked = service.receivedTexts().size();
    try {
      for (int i = 0; i < 5_000; i++) {
        client.text("{\"type\":\"heard\",\"turn\":1,\"ms\":1}");
      }
    } catch (SocketException e) {
      // Cut off while it was still writing.
    }
    until("an end", () -> relay.metrics().sessions() == 1);

    assertThat(service.receivedTexts().size() - asked).isLessThan(3);
    assertHeapIsBounded();
  }

  @Test
  void aFloodOfMessagesIsToldWhy() throws IOException {
    RawClient client = client().begin("eve");
    // The burst, and as many as are let pass in the time it takes to write them.
    try {
      for (int i = 0; i < 250; i++) {
        client.text("{\"type\":\"heard\",\"turn\":1,\"ms\":1}");
      }
    } catch (SocketException e) {
      // Cut off while it was still writing.
    }

    assertThat(client.end()).isEqualTo(new End(1008, "more than 1 messages a second"));
  }

  @Test
  void aFloodOfSoundIsRefused() throws IOException {
    RawClient client = client().begin("eve");
    byte[] halfASecond = new byte[16_000];
    for (int i = 0; i < 40; i++) {
      client.frame(FINAL | BINARY, halfASecond);
    }

    assertThat(client.end()).isEqualTo(new End(1008, "more than 1.5 seconds of sound a second"));
  }

  @Test
  void ofTwoHundredConnectionsOfOneUserFewAreLetIn() throws IOException {
    long before = relay.metrics().started();
    List<RawClient> many = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      many.add(client().begin("eve"));
      assertThat(relay.metrics().sessions()).isLessThanOrEqualTo(1 + LIMITS.sessionsPerUser());
    }
    assertHeapIsBounded();

    List<Integer> codes = new ArrayList<>();
    for (RawClient client : many) {
      codes.add(client.end().code());
    }
    // Those who were let in answer no pings, and have been cut off.
    assertThat(codes).containsOnly(1013, 0);
    assertThat(codes.stream().filter(code -> code == 1013)).hasSizeGreaterThan(150);
    assertThat(relay.metrics().started() - before)
        .isEqualTo(codes.stream().filter(code -> code == 0).count());
  }

  @Test
  void connectionsThatSayNothingAreClosed() throws IOException {
    RawClient client = client();
    assertThat(client.upgrade("eve", web.uri().toString())).isEqualTo(101);

    assertThat(client.end())
        .isEqualTo(new End(1008, "no word of what the peer wants within 1500 ms"));
  }

  @Test
  void aPeerThatIsOnlyHalfThereIsGivenUp() throws IOException {
    RawClient client = client().begin("eve");
    until("a conversation", () -> relay.metrics().sessions() == 2);

    // It is open, in the middle of a message, and answers nothing, not even pings.
    client.write(new byte[] {(byte) (FINAL | BINARY), (byte) 0xFE, 1, 0, 1, 2, 3, 4, 5});
    assertThat(client.end().code()).isZero();
    until("an end", () -> relay.metrics().sessions() == 1);
  }

  /** What nobody can read. */
  private record Garbage(String what, byte[] bytes) {}

  @Test
  void brokenFramesAreRefused() throws IOException {
    byte[] random = new byte[4_096];
    new Random(11).nextBytes(random);
    random[0] = (byte) 0xF3;
    for (Garbage garbage : List.of(
        new Garbage("random bytes", random),
        new Garbage("no mask", new byte[] {(byte) 0x81, 2, '{', '}'}),
        new Garbage("a reserved bit", new byte[] {(byte) 0xC1, (byte) 0x80, 1, 2, 3, 4}),
        new Garbage("an unknown kind", new byte[] {(byte) 0x83, (byte) 0x80, 1, 2, 3, 4}),
        new Garbage("more of nothing", new byte[] {(byte) 0x80, (byte) 0x80, 1, 2, 3, 4}),
        new Garbage("a ping in pieces", new byte[] {0x09, (byte) 0x80, 1, 2, 3, 4}))) {
      RawClient client = client().begin("eve");
      client.write(garbage.bytes());

      assertThat(client.end().code()).as(garbage.what()).isEqualTo(1002);
    }
  }

  @Test
  void nonsenseIsRefused() throws IOException {
    for (String message : List.of(
        "start",
        "{\"type\":\"text\",\"text\":\"x",
        "[".repeat(16_000),
        "{\"a\":".repeat(3_000),
        "[]",
        "{\"text\":\"x\"}",
        "{\"type\":\"sudo\"}",
        "{\"type\":7}",
        "{\"type\":\"start\"}",
        "{\"type\":\"heard\",\"turn\":" + "9".repeat(9_000) + "}",
        "{\"type\":\"heard\",\"turn\":1e999999999,\"ms\":1}",
        "{\"type\":\"image\",\"mimeType\":\"image/jpeg\",\"data\":\"*\"}",
        "")) {
      RawClient client = client().begin("eve");
      client.text(message);

      assertThat(client.end().code())
          .as(message.substring(0, Math.min(40, message.length())))
          .isEqualTo(1007);
    }
    RawClient client = client().begin("eve");
    client.frame(FINAL | TEXT, new byte[] {'{', (byte) 0xC3, (byte) 0x28, '}'});
    assertThat(client.end().code()).as("no UTF-8").isEqualTo(1007);
    client = client().begin("eve");
    client.frame(FINAL | BINARY, new byte[3]);
    assertThat(client.end().code()).as("half a sample").isEqualTo(1007);
  }

  @Test
  void aPeerThatNeverReadsIsGivenUpAndWhatWaitsForItIsBounded() throws IOException {
    long slow = relay.metrics().peersTooSlow();
    RawClient client = new RawClient(4_096);
    client.begin("eve");
    until("a conversation", () -> relay.metrics().sessions() == 2);
    try {
      for (int i = 0; i < 30; i++) {
        client.text("{\"type\":\"text\",\"text\":\"flood\"}");
      }
    } catch (SocketException e) {
      // It was given up before it had said all.
    }

    until("a peer that is too slow, or silent", () -> relay.metrics().sessions() == 1);

    assertThat(relay.metrics().peersTooSlow() - slow).isLessThanOrEqualTo(1);
    assertHeapIsBounded();
  }

  @Test
  void aFloodOfPingsWhoseAnswersNobodyReadsIsBounded() throws IOException {
    RawClient client = new RawClient(4_096);
    client.begin("eve");
    until("a conversation", () -> relay.metrics().sessions() == 2);
    byte[] pings = new byte[131 * 512];
    for (int i = 0; i < 512; i++) {
      pings[i * 131] = (byte) 0x89;
      pings[i * 131 + 1] = (byte) (0x80 | 125);
    }
    int sent = 0;
    try {
      client.socket.setSoTimeout(1);
      for (; sent < 128 << 20 && relay.metrics().sessions() == 2; sent += pings.length) {
        client.write(pings);
      }
    } catch (SocketException e) {
      // The server has hung up.
    }

    assertHeapIsBounded();
    until("an end", () -> relay.metrics().sessions() == 1);
  }

  @Test
  void aRequestThatDoesNotComeIsGivenUp() throws IOException {
    RawClient client = client();
    client.write("GET /relay?eve HTTP/1.1\r\nHo".getBytes(US_ASCII));

    // Silent in the middle of a header for longer than a second.
    assertThat(client.status()).isIn(0, 408);
  }

  @Test
  void requestsThatDribbleInHoldUpNobodyAndMayBeOnlySoLong() throws IOException {
    List<RawClient> dribbling = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      RawClient client = client();
      client.write("GET /relay?eve HTTP/1.1\r\nX: ".getBytes(US_ASCII));
      dribbling.add(client);
    }
    byte[] some = new byte[256];
    Arrays.fill(some, (byte) 'x');
    for (int sent = 0; sent < 16_384; sent += some.length) {
      for (RawClient client : dribbling) {
        try {
          client.write(some);
        } catch (SocketException e) {
          // It was told that this is enough, and did not listen.
        }
      }
    }
    for (RawClient client : dribbling) {
      try {
        assertThat(client.status()).isIn(431, 408, 0);
      } catch (SocketException e) {
        // It was hung up on before it had read the answer.
      }
    }

    assertHeapIsBounded();
  }
}
