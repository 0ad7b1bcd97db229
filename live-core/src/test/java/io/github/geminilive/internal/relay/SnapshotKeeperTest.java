package io.github.geminilive.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.SessionSnapshot;
import io.github.geminilive.SnapshotStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SnapshotKeeperTest {

  /** A store in memory, that tells what it was asked, and fails when it is told to. */
  private static final class Memory implements SnapshotStore {
    final Map<String, byte[]> kept = new HashMap<>();
    final Set<String> taken = new HashSet<>();
    final List<String> asked = new ArrayList<>();
    boolean away;

    private void ask(String what, String key) throws IOException {
      asked.add(what + " " + key);
      if (away) {
        throw new IOException("the store is away");
      }
    }

    @Override
    public synchronized void put(String key, byte[] snapshot, Duration life) throws IOException {
      ask("put", key);
      taken.remove(key);
      kept.put(key, snapshot);
    }

    @Override
    public synchronized boolean replace(String key, byte[] snapshot, Duration life)
        throws IOException {
      ask("replace", key);
      if (taken.contains(key)) {
        return false;
      }
      kept.put(key, snapshot);
      return true;
    }

    @Override
    public synchronized Optional<byte[]> take(String key) throws IOException {
      ask("take", key);
      byte[] found = kept.remove(key);
      if (found != null) {
        taken.add(key);
      }
      return Optional.ofNullable(found);
    }

    @Override
    public synchronized void remove(String key) throws IOException {
      ask("remove", key);
      kept.remove(key);
      taken.remove(key);
    }
  }

  private final Memory store = new Memory();
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private long now;
  private final SnapshotKeeper keeper =
      new SnapshotKeeper(store, Duration.ofMinutes(1), tasks::add, () -> now);
  private final AtomicInteger takenElsewhere = new AtomicInteger();

  private static Envelope envelope(int turns) {
    return new Envelope(
        "ann",
        new SessionSnapshot("m", "h", List.of(), List.of()),
        turns,
        0,
        Instant.EPOCH,
        Instant.EPOCH,
        false,
        false);
  }

  private void keep(String key, int turns) {
    keeper.keep(key, () -> envelope(turns), takenElsewhere::incrementAndGet);
  }

  private void run() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private static Throwable failure(CompletableFuture<?> future) {
    return future.handle((done, error) -> error).join();
  }

  private int turnsOf(String key) {
    byte[] bytes = store.kept.get(key);
    return bytes == null ? -1 : Envelope.parse(bytes).turns();
  }

  @Test
  void whatIsKeptCanBeTakenOnce() {
    keep("k", 3);
    CompletableFuture<Optional<Envelope>> taken = keeper.take("k");
    CompletableFuture<Optional<Envelope>> again = keeper.take("k");
    run();

    assertThat(taken).isCompletedWithValue(Optional.of(envelope(3)));
    assertThat(again).isCompletedWithValue(Optional.empty());
    assertThat(keeper.busy()).isZero();
  }

  @Test
  void ofManyWritesThatWaitOnlyTheNewestIsWritten() {
    for (int i = 0; i < 100; i++) {
      keep("k", i);
    }
    run();

    // The first was under way already.
    assertThat(store.asked).containsExactly("replace k", "replace k");
    assertThat(turnsOf("k")).isEqualTo(99);
  }

  @Test
  void oneWriteOfAKeyIsUnderWayAtATimeAndOtherKeysDoNotWaitForIt() {
    keep("k", 1);
    keep("k", 2);
    keep("other", 1);

    assertThat(tasks).hasSize(2);
  }

  @Test
  void aConversationIsLookedAtWhenItIsWritten() {
    AtomicInteger turns = new AtomicInteger(1);
    keeper.keep("k", () -> envelope(turns.get()), () -> {});
    turns.set(5);
    run();

    assertThat(turnsOf("k")).isEqualTo(5);
  }

  @Test
  void noWriteComesAfterARemoval() {
    keep("k", 1);
    CompletableFuture<Void> written = keeper.keepNow("k", envelope(2));
    keeper.remove("k");
    keeper.remove("k");
    run();

    assertThat(store.asked).containsExactly("replace k", "remove k");
    assertThat(store.kept).isEmpty();
    assertThat(written).isCompletedExceptionally();
    assertThat(keeper.busy()).isZero();
  }

  @Test
  void removalsAndWritesInTurnsDoNotPileUp() {
    for (int i = 0; i < 100; i++) {
      keep("k", i);
      keeper.remove("k");
    }
    keep("k", 100);
    run();

    assertThat(store.asked).hasSizeLessThanOrEqualTo(3).endsWith("remove k", "replace k");
    assertThat(turnsOf("k")).isEqualTo(100);
  }

  @Test
  void whoAsksIsToldOnceItIsWritten() {
    CompletableFuture<Void> written = keeper.keepNow("k", envelope(1));
    assertThat(written).isNotDone();
    run();

    assertThat(written).isCompletedWithValue(null);
    assertThat(turnsOf("k")).isEqualTo(1);
  }

  @Test
  void aLaterWriteStandsForAnEarlierOneThatWaited() {
    keep("k", 0);
    CompletableFuture<Void> written = keeper.keepNow("k", envelope(1));
    keep("k", 2);
    run();

    assertThat(written).isCompletedWithValue(null);
    assertThat(turnsOf("k")).isEqualTo(2);
  }

  @Test
  void whoWroteAConversationThatWasTakenIsTold() {
    keep("k", 1);
    run();
    store.taken.add("k");
    keep("k", 2);
    CompletableFuture<Void> written = keeper.keepNow("k", envelope(3));
    run();

    assertThat(takenElsewhere).hasValue(1);
    assertThat(turnsOf("k")).isEqualTo(1);
    assertThat(failure(written)).isInstanceOf(CancellationException.class);
  }

  @Test
  void whatWasTakenCanBeGivenBack() {
    keep("k", 1);
    CompletableFuture<Optional<Envelope>> taken = keeper.take("k");
    run();
    assertThat(taken).isCompletedWithValue(Optional.of(envelope(1)));
    keeper.giveBack("k", envelope(1));
    run();

    assertThat(turnsOf("k")).isEqualTo(1);
    assertThat(store.taken).isEmpty();
  }

  @Test
  void aStoreThatIsAwayIsAskedAgainNextTime() {
    store.away = true;
    keep("k", 1);
    CompletableFuture<Void> written = keeper.keepNow("k", envelope(2));
    CompletableFuture<Optional<Envelope>> taken = keeper.take("k");
    keeper.remove("k");
    run();
    assertThat(failure(written)).isInstanceOf(IOException.class);
    assertThat(taken).isCompletedWithValue(Optional.empty());
    assertThat(takenElsewhere).hasValue(0);

    store.away = false;
    keep("k", 3);
    run();
    assertThat(turnsOf("k")).isEqualTo(3);
    assertThat(keeper.busy()).isZero();
  }

  @Test
  void whatCannotBeReadIsTakenForNothing() {
    store.kept.put("k", new byte[] {1, 2, 3});
    CompletableFuture<Optional<Envelope>> taken = keeper.take("k");
    run();

    assertThat(taken).isCompletedWithValue(Optional.empty());
  }

  @Test
  void aConversationThatCannotBeLookedAtHoldsUpNothing() {
    keeper.keep(
        "k",
        () -> {
          throw new AssertionError("broken");
        },
        () -> {});
    keep("k", 2);
    run();

    assertThat(turnsOf("k")).isEqualTo(2);
  }

  @Test
  void manyThreadsLeaveNothingBehind() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    SnapshotKeeper busy =
        new SnapshotKeeper(store, Duration.ofMinutes(1), threads, System::nanoTime);
    List<CompletableFuture<Void>> done = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      int turns = i;
      String key = "k" + i % 5;
      done.add(CompletableFuture.runAsync(
          () -> {
            busy.keep(key, () -> envelope(turns), () -> {});
            if (turns % 7 == 0) {
              busy.remove(key);
            }
          },
          threads));
    }
    CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
    for (int i = 0; i < 5; i++) {
      busy.remove("k" + i);
      assertThat(busy.take("k" + i).get(30, TimeUnit.SECONDS)).isEmpty();
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

    assertThat(store.kept).isEmpty();
    assertThat(busy.busy()).isZero();
  }
}
