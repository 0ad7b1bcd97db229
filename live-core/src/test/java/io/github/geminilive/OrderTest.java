package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** Many threads send through a service that reads slowly. */
class OrderTest {

  private static final int THREADS = 8;
  private static final int EACH = 2_500;
  private static final int WINDOW = 8;
  private static final long LIMIT_BYTES = 64 * 1024;

  /** What a run looked like. */
  private record Run(int sent, long maxQueuedMessages, long maxQueuedBytes, long millis) {}

  private static byte[] numbered(int thread, int number) {
    // 10 ms at 16 kHz: ten of them make one message when the queue is behind.
    ByteBuffer pcm = ByteBuffer.allocate(320).order(ByteOrder.LITTLE_ENDIAN);
    pcm.putInt(thread).putInt(number);
    return pcm.array();
  }

  /**
   * Sends from all threads, each with a few sends under way, while the service reads slowly; checks
   * that all futures are true and the queue stays bounded.
   */
  private static Run send(
      Talk talk, int each, BiFunction<Integer, Integer, CompletableFuture<Void>> sender)
      throws Exception {
    AtomicInteger succeeded = new AtomicInteger();
    AtomicLong maxMessages = new AtomicLong();
    AtomicLong maxBytes = new AtomicLong();
    AtomicBoolean watching = new AtomicBoolean(true);
    long begin = System.nanoTime();
    ExecutorService pool = Executors.newFixedThreadPool(THREADS + 1);
    try {
      Future<?> watcher = pool.submit(() -> {
        while (watching.get()) {
          SessionMetrics metrics = talk.session.metrics();
          maxMessages.accumulateAndGet(metrics.queuedMessages(), Math::max);
          maxBytes.accumulateAndGet(metrics.queuedBytes(), Math::max);
          Thread.onSpinWait();
        }
      });
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int thread = t;
        tasks.add(() -> {
          Semaphore window = new Semaphore(WINDOW);
          List<CompletableFuture<Void>> sent = new ArrayList<>();
          for (int i = 0; i < each; i++) {
            assertThat(window.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Void> future = sender.apply(thread, i);
            sent.add(future);
            future.whenComplete((ignored, error) -> window.release());
          }
          for (CompletableFuture<Void> future : sent) {
            future.get(30, TimeUnit.SECONDS);
            succeeded.incrementAndGet();
          }
          return null;
        });
      }
      for (Future<Void> done : pool.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
        done.get();
      }
      watching.set(false);
      watcher.get(30, TimeUnit.SECONDS);
    } finally {
      pool.shutdownNow();
    }
    long millis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
    return new Run(succeeded.get(), maxMessages.get(), maxBytes.get(), millis);
  }

  private static Talk slowTalk(int bytesPerSecond) {
    Talk talk = Talk.with()
        .server(server -> server.receiveBufferBytes(16 * 1024))
        .config(config ->
            config.outgoingLimits(256, LIMIT_BYTES).outgoingMediaAge(Duration.ofMinutes(1)))
        .open();
    talk.service.limitReading(bytesPerSecond);
    return talk;
  }

  private static void report(String what, Run run, int messages) {
    // The figures belong to the test report.
    System.out.printf(
        "%s: %d sends from %d threads in %d ms, %d messages on the wire, at most %d messages and"
            + " %d bytes queued%n",
        what, run.sent, THREADS, run.millis, messages, run.maxQueuedMessages, run.maxQueuedBytes);
  }

  @Test
  void twentyThousandAudioSendsArriveInTheOrderOfTheirThreads() throws Exception {
    try (Talk talk = slowTalk(4_000_000)) {
      Run run = send(talk, EACH, (thread, i) -> talk.session.sendAudio(numbered(thread, i)));

      assertThat(run.sent).isEqualTo(THREADS * EACH);
      talk.service.limitReading(0);
      ByteBuffer all = ByteBuffer.wrap(talk.service.awaitAudio(THREADS * EACH * 320))
          .order(ByteOrder.LITTLE_ENDIAN);
      assertThat(all.limit()).isEqualTo(THREADS * EACH * 320);
      int[] next = new int[THREADS];
      for (int at = 0; at < all.limit(); at += 320) {
        int thread = all.getInt(at);
        assertThat(all.getInt(at + 4)).isEqualTo(next[thread]++);
      }
      assertThat(next).containsOnly(EACH);
      report("audio", run, talk.service.receivedMessages().size() - 1);
      assertThat(run.maxQueuedMessages).isBetween(1L, (long) THREADS * WINDOW);
      assertThat(run.maxQueuedBytes).isLessThanOrEqualTo(LIMIT_BYTES);
      assertThat(talk.session.metrics().inputDropped()).isZero();
      assertThat(talk.session.metrics().sendsRefused()).isZero();
      assertThat(talk.session.metrics().audioSent()).isEqualTo(Duration.ofMillis(10L * 20_000));
    }
  }

  @Test
  void twentyThousandTextSendsArriveInTheOrderOfTheirThreads() throws Exception {
    try (Talk talk = slowTalk(1_500_000)) {
      Run run = send(talk, EACH, (thread, i) -> talk.session.sendText(thread + ":" + i));

      assertThat(run.sent).isEqualTo(THREADS * EACH);
      talk.service.limitReading(0);
      List<JsonNode> messages = talk.service.awaitMessages(1 + THREADS * EACH);
      int[] next = new int[THREADS];
      for (JsonNode message : messages.subList(1, messages.size())) {
        String[] said =
            message.at("/clientContent/turns/0/parts/0/text").asText().split(":");
        assertThat(Integer.parseInt(said[1])).isEqualTo(next[Integer.parseInt(said[0])]++);
      }
      assertThat(next).containsOnly(EACH);
      report("text", run, messages.size() - 1);
      assertThat(run.maxQueuedMessages).isBetween(1L, (long) THREADS * WINDOW);
      assertThat(run.maxQueuedBytes).isLessThanOrEqualTo(LIMIT_BYTES);
      assertThat(talk.session.metrics().sendsRefused()).isZero();
    }
  }

  @Test
  void kindsOfInputKeepTheOrderOfTheCalls() throws Exception {
    try (Talk talk = Talk.open()) {
      talk.service.pauseReading();
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        if (i % 3 == 0) {
          talk.session.sendAudio(numbered(i, i), 16_000 + i);
          expected.add("audio " + i);
        } else {
          talk.session.sendText("t" + i);
          expected.add("t" + i);
        }
      }
      talk.service.resume();

      List<String> seen = new ArrayList<>();
      List<JsonNode> messages = talk.service.awaitMessages(61);
      for (JsonNode message : messages.subList(1, 61)) {
        JsonNode data = message.at("/realtimeInput/audio/data");
        seen.add(
            data.isMissingNode()
                ? message.at("/clientContent/turns/0/parts/0/text").asText()
                : "audio " + Base64.getDecoder().decode(data.asText())[0]);
      }
      assertThat(seen).isEqualTo(expected);
    }
  }
}
