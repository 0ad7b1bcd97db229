package io.github.geminilive.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.testkit.VirtualTime;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Signs of life, and an end after which nothing is heard. */
@Timeout(60)
class ConnectionTest {

  private final VirtualTime time = new VirtualTime();
  private final Wire wire = new Wire();
  private final List<String> heard = new ArrayList<>();
  private final Connection connection =
      new Connection(new Taken(), 10_000, Runnable::run, time.nanoTime());
  private WebSocket socket;
  private io.github.geminilive.testkit.Connection service;

  private final class Taken implements Connection.Handler {
    @Override
    public void onMessage(byte[] buffer, int length) {
      add(new String(buffer, 0, length, StandardCharsets.UTF_8).strip());
    }

    @Override
    public void onEnd(int code, String reason, @Nullable Throwable error) {
      add("end " + code);
    }

    @Override
    public void onTooLarge(long atLeastBytes) {
      add("too large");
    }
  }

  private void add(String what) {
    synchronized (heard) {
      heard.add(what);
    }
  }

  private List<String> heard() {
    synchronized (heard) {
      return List.copyOf(heard);
    }
  }

  @BeforeEach
  void dial() {
    time.advance(Duration.ofSeconds(1));
    socket = wire.dial(connection);
    service = wire.server.nextConnection();
  }

  @AfterEach
  void close() {
    wire.close();
  }

  /** What counts as life. */
  enum Life {
    TEXT(service -> service.sendText("t")),
    BINARY(service -> service.sendBinary(new byte[] {'b'})),
    PIECE_OF_A_MESSAGE(service -> service.sendRaw(new byte[] {1, 1, 'p'})),
    PING(io.github.geminilive.testkit.Connection::ping);

    private final Consumer<io.github.geminilive.testkit.Connection> sign;

    Life(Consumer<io.github.geminilive.testkit.Connection> sign) {
      this.sign = sign;
    }
  }

  @ParameterizedTest
  @EnumSource(Life.class)
  void whateverArrivesIsLife(Life life) {
    connection.start(socket);
    assertThat(connection.lastByteNanos()).isEqualTo(Duration.ofSeconds(1).toNanos());
    time.advance(Duration.ofSeconds(44));

    life.sign.accept(service);

    Wire.await(() -> connection.lastByteNanos() == Duration.ofSeconds(45).toNanos());
  }

  @Test
  void thePongIsLife() {
    connection.start(socket);
    time.advance(Duration.ofSeconds(44));

    socket.sendPing(ByteBuffer.allocate(0)).join();

    Wire.await(() -> connection.lastByteNanos() == Duration.ofSeconds(45).toNanos());
  }

  @Test
  void pingsTakeNothingFromTheDemandForMessages() {
    connection.start(socket);
    for (int i = 0; i < 20; i++) {
      service.ping();
      socket.sendPing(ByteBuffer.allocate(0)).join();
    }

    service.sendText("still heard");

    Wire.await(() -> heard().contains("still heard"));
  }

  @Test
  void pausingIsSeen() {
    connection.start(socket);
    assertThat(connection.paused()).isFalse();
    connection.setPaused(true);
    assertThat(connection.paused()).isTrue();
    connection.setPaused(false);
    assertThat(connection.paused()).isFalse();
  }

  @Test
  void afterStopOnlyTheEndIsHeard() {
    connection.start(socket);
    service.sendText("before");
    Wire.await(() -> heard().contains("before"));

    connection.stop();
    // Whoever takes events slowly has no say any more.
    connection.setPaused(true);
    for (int i = 0; i < 20; i++) {
      service.sendText("after");
    }
    service.sendBinary(new byte[20_000]);
    service.close(1001, "");

    Wire.await(() -> heard().contains("end 1001"));
    assertThat(heard()).containsExactly("before", "end 1001");
  }

  @Test
  void stopReadsOnThoughPaused() {
    connection.start(socket);
    connection.setPaused(true);
    for (int i = 0; i < 20; i++) {
      service.sendText("m" + i);
    }
    service.close(1000, "");
    // A few pieces were asked for before the pause.
    Wire.await(() -> heard().size() == 4);

    connection.stop();

    Wire.await(() -> heard().contains("end 1000"));
    assertThat(heard()).hasSize(5);
    assertThat(connection.paused()).isFalse();
    connection.setPaused(true);
    assertThat(connection.paused()).isFalse();
  }

  @Test
  void whatIsStoppedBeforeItOpensIsCut() {
    Connection late = new Connection(new Taken(), 10_000, Runnable::run, time.nanoTime());
    late.stop();

    WebSocket opened = wire.dial(late);

    assertThat(opened.isOutputClosed()).isTrue();
    wire.server.nextConnection().awaitClosed();
  }
}
