package io.github.geminilive.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.internal.transport.Uplink.Lane;
import io.github.geminilive.testkit.Connection;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Eight threads send, and one speaks, while one socket after the other goes. */
@Timeout(60)
class UplinkHammerTest {

  private static final int THREADS = 8;
  private static final int SOCKETS = 30;
  private static final int PER_SOCKET = 20;
  private static final int MESSAGES = SOCKETS * PER_SOCKET;
  // All of it is less than what is held.
  private static final int SAMPLES = 50;
  private static final byte[] ALL_AUDIO = numbered();

  private final Random random = new Random(42);

  /** Sends numbered messages as they are allowed, a few ahead of what the socket has taken. */
  private static void send(Wire wire, int thread, Semaphore allowed) {
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      allowed.acquireUninterruptibly();
      Lane lane = thread == 0 ? Lane.URGENT : Lane.STREAM;
      String text = thread + " " + i + " " + "x".repeat(i % 50);
      sent.add(wire.uplink.send(lane, text, false));
      if (sent.size() > 10) {
        Wire.get(sent.remove(0));
      }
    }
    sent.forEach(Wire::get);
  }

  /** Sends numbered samples as they are allowed. */
  private static void speak(Wire wire, Semaphore allowed) {
    byte[] chunk = new byte[2 * SAMPLES];
    for (int i = 0; i < MESSAGES; i++) {
      allowed.acquireUninterruptibly();
      System.arraycopy(ALL_AUDIO, i * chunk.length, chunk, 0, chunk.length);
      wire.uplink.sendAudio(chunk, 0, chunk.length, Wire.RATE, false);
    }
  }

  private static byte[] numbered() {
    ByteBuffer samples = ByteBuffer.allocate(2 * SAMPLES * MESSAGES);
    for (int i = 0; i < SAMPLES * MESSAGES; i++) {
      samples.putShort((short) i);
    }
    return samples.array();
  }

  /** Each socket finds new messages and goes in the midst of them. */
  private void run(Wire wire, BiConsumer<WebSocket, Connection> end) throws Exception {
    ExecutorService senders = Executors.newFixedThreadPool(THREADS + 1);
    List<Semaphore> allowed = new ArrayList<>();
    List<CompletableFuture<Void>> running = new ArrayList<>();
    try {
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        Semaphore mine = new Semaphore(0);
        allowed.add(mine);
        running.add(CompletableFuture.runAsync(() -> send(wire, thread, mine), senders));
      }
      Semaphore voice = new Semaphore(0);
      allowed.add(voice);
      running.add(CompletableFuture.runAsync(() -> speak(wire, voice), senders));
      for (int i = 1; i < SOCKETS; i++) {
        Connection connection = wire.connect();
        allowed.forEach(each -> each.release(PER_SOCKET));
        wire.awaitArrived(connection.number(), 1 + random.nextInt(THREADS * PER_SOCKET / 2));
        end.accept(wire.newest(), connection);
      }
      allowed.forEach(each -> each.release(PER_SOCKET));
      wire.connect();
      running.forEach(Wire::get);
      Wire.await(wire.uplink::idle);
    } finally {
      allowed.forEach(each -> each.release(MESSAGES));
      senders.shutdownNow();
      assertThat(senders.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void checkWrittenOnceAndInOrder(Wire wire) {
    List<String> all = wire.observed.sentTexts();
    assertThat(Wire.audio(all)).isEqualTo(ALL_AUDIO);
    List<String> written = all.stream().filter(text -> !text.startsWith("{")).toList();
    assertThat(written).hasSize(THREADS * MESSAGES);
    checkOrder(written);
  }

  private static void checkOrder(List<String> texts) {
    assertThat(texts).doesNotHaveDuplicates();
    Map<String, Integer> last = new HashMap<>();
    for (String text : texts) {
      String[] parts = text.split(" ");
      int number = Integer.parseInt(parts[1]);
      assertThat(number).as(text).isGreaterThan(last.getOrDefault(parts[0], -1));
      last.put(parts[0], number);
    }
  }

  @Test
  void whereSocketsEndInOrderEachMessageArrivesOnceAndInOrder() throws Exception {
    try (Wire wire = new Wire(Wire.limits(4_000, 64 << 20))) {
      run(wire, (socket, connection) -> {
        wire.uplink.detach();
        wire.uplink.flush();
        // Goes out after the send that may be on its way.
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        connection.awaitClosed();
      });

      checkWrittenOnceAndInOrder(wire);
      List<String> arrived = new ArrayList<>();
      Wire.await(() -> {
        arrived.clear();
        wire.server.connections().forEach(c -> arrived.addAll(wire.arrived(c.number())));
        return arrived.size() >= wire.observed.sent().size();
      });
      assertThat(arrived).isEqualTo(wire.observed.sentTexts());
    }
  }

  @Test
  void whereSocketsBreakEachMessageIsWrittenOnceAndNothingArrivesTwice() throws Exception {
    try (Wire wire = new Wire(Wire.limits(4_000, 64 << 20))) {
      run(wire, (socket, connection) -> {
        switch (random.nextInt(4)) {
          case 0 -> connection.reset();
          case 1 -> connection.drop();
          case 2 -> connection.stall();
          default -> socket.abort();
        }
        if (random.nextBoolean()) {
          wire.uplink.detach();
        }
        if (random.nextBoolean()) {
          socket.abort();
        }
      });

      checkWrittenOnceAndInOrder(wire);
      List<String> written = wire.observed.sentTexts();
      int from = 0;
      for (Connection connection : wire.server.connections()) {
        List<String> arrived = wire.arrived(connection.number());
        int at = arrived.isEmpty() ? from : written.indexOf(arrived.get(0));
        assertThat(at).isGreaterThanOrEqualTo(from);
        // Whatever a socket took arrived from its first message on, up to the break.
        assertThat(arrived).isEqualTo(written.subList(at, at + arrived.size()));
        from = at + arrived.size();
      }
    }
  }
}
