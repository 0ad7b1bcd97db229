package io.github.geminilive.examples.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

class RedisSnapshotStoreTest {

  private static final Duration LIFE = Duration.ofMinutes(1);

  @TempDir
  private static Path directory;

  private static RedisServer server;

  @BeforeAll
  static void start() throws IOException {
    server = RedisServer.start(directory);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void anotherProcessTakesWhatWasPutOnce() throws IOException {
    byte[] any = {0, (byte) 0xff, '\r', '\n', 0};
    try (RedisSnapshotStore one = RedisSnapshotStore.of(server.uri());
        RedisSnapshotStore other = RedisSnapshotStore.of(server.uri())) {
      one.put("taken-once_1", any, LIFE);

      assertThat(other.take("taken-once_1")).hasValue(any);
      assertThat(other.take("taken-once_1")).isEmpty();
      assertThat(one.take("taken-once_1")).isEmpty();
    }
  }

  @Test
  void theNewestSnapshotOfAKeyTakesThePlaceOfTheOneBefore() throws IOException {
    try (RedisSnapshotStore store = RedisSnapshotStore.of(server.uri())) {
      store.put("newest", "old".getBytes(UTF_8), LIFE);
      store.put("newest", "new".getBytes(UTF_8), LIFE);

      assertThat(store.take("newest")).hasValue("new".getBytes(UTF_8));
    }
  }

  @Test
  void whatSomebodyTookIsNotReplaced() throws IOException {
    try (RedisSnapshotStore store = RedisSnapshotStore.of(server.uri());
        RedisSnapshotStore thief = RedisSnapshotStore.of(server.uri());
        Jedis redis = new Jedis(server.uri())) {
      store.put("replaced", "old".getBytes(UTF_8), LIFE);

      assertThat(store.replace("replaced", "new".getBytes(UTF_8), LIFE.multipliedBy(2)))
          .isTrue();
      assertThat(redis.pttl("live:snapshot:replaced")).isGreaterThan(LIFE.toMillis());
      assertThat(thief.take("replaced")).hasValue("new".getBytes(UTF_8));
      assertThat(store.replace("replaced", "newer".getBytes(UTF_8), LIFE)).isFalse();
      assertThat(store.take("replaced")).isEmpty();
    }
  }

  @Test
  void whatRedisLostIsKeptAnew() throws IOException {
    try (RedisSnapshotStore store = RedisSnapshotStore.of(server.uri());
        Jedis redis = new Jedis(server.uri())) {
      store.put("lost", "old".getBytes(UTF_8), LIFE);
      redis.del("live:snapshot:lost");

      assertThat(store.replace("lost", "new".getBytes(UTF_8), LIFE)).isTrue();
      assertThat(store.take("lost")).hasValue("new".getBytes(UTF_8));
    }
  }

  @Test
  void theMarkOfWhatWasTakenLivesAsLongAsTheSnapshotWouldHave() throws IOException {
    try (RedisSnapshotStore store = RedisSnapshotStore.of(server.uri());
        Jedis redis = new Jedis(server.uri())) {
      store.put("marked", "some".getBytes(UTF_8), LIFE);
      store.take("marked");
      assertThat(redis.pttl("live:snapshot:marked")).isBetween(1L, LIFE.toMillis());
      assertThat(redis.get("live:snapshot:marked")).isEmpty();

      store.remove("marked");
      assertThat(redis.exists("live:snapshot:marked")).isFalse();
      store.take("marked");
      assertThat(redis.exists("live:snapshot:marked")).isFalse();
    }
  }

  @Test
  void aKeyThatWasTakenCanBePutAgain() throws IOException {
    try (RedisSnapshotStore store = RedisSnapshotStore.of(server.uri())) {
      store.put("again", "old".getBytes(UTF_8), LIFE);
      store.take("again");
      store.put("again", "new".getBytes(UTF_8), LIFE);

      assertThat(store.take("again")).hasValue("new".getBytes(UTF_8));
    }
  }

  @Test
  void removedIsGoneAndRemovingNothingIsNoError() throws IOException {
    try (RedisSnapshotStore store = RedisSnapshotStore.of(server.uri())) {
      store.put("removed", "some".getBytes(UTF_8), LIFE);

      store.remove("removed");
      store.remove("removed");

      assertThat(store.take("removed")).isEmpty();
    }
  }

  @Test
  void redisKnowsHowLongASnapshotLives() throws IOException {
    try (RedisSnapshotStore store = RedisSnapshotStore.of(server.uri());
        Jedis redis = new Jedis(server.uri())) {
      store.put("lives", "some".getBytes(UTF_8), Duration.ofMinutes(10));
      assertThat(redis.pttl("live:snapshot:lives")).isBetween(1L, 600_000L);

      store.put("lives", "some".getBytes(UTF_8), Duration.ofMinutes(20));
      assertThat(redis.pttl("live:snapshot:lives")).isBetween(600_001L, 1_200_000L);
    }
  }

  @Test
  void afterItsLifeASnapshotIsNotGivenOut() throws IOException {
    try (RedisSnapshotStore store = RedisSnapshotStore.of(server.uri());
        Jedis redis = new Jedis(server.uri())) {
      store.put("short", "some".getBytes(UTF_8), Duration.ofMillis(1));

      boolean gone =
          RedisServer.await(Duration.ofSeconds(5), () -> !redis.exists("live:snapshot:short"));

      assertThat(gone).isTrue();
      assertThat(store.take("short")).isEmpty();
    }
  }

  @Test
  void ofTwoThatAskAtTheSameTimeOneGetsIt() throws Exception {
    int rounds = 200;
    CyclicBarrier together = new CyclicBarrier(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (RedisSnapshotStore one = RedisSnapshotStore.of(server.uri());
        RedisSnapshotStore other = RedisSnapshotStore.of(server.uri())) {
      for (int i = 0; i < rounds; i++) {
        one.put("race-" + i, "some".getBytes(UTF_8), LIFE);
      }

      List<Future<Integer>> counts = new ArrayList<>();
      for (RedisSnapshotStore store : List.of(one, other)) {
        Callable<Integer> taker = () -> {
          int taken = 0;
          for (int i = 0; i < rounds; i++) {
            together.await();
            taken += store.take("race-" + i).isPresent() ? 1 : 0;
          }
          return taken;
        };
        counts.add(threads.submit(taker));
      }

      assertThat(counts.get(0).get() + counts.get(1).get()).isEqualTo(rounds);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void otherPrefixesAreOtherSnapshots() throws IOException {
    try (RedisSnapshotStore one =
            RedisSnapshotStore.builder(server.uri()).prefix("shop:").build();
        RedisSnapshotStore other =
            RedisSnapshotStore.builder(server.uri()).prefix("clinic:").build()) {
      one.put("same", "shop".getBytes(UTF_8), LIFE);

      assertThat(other.take("same")).isEmpty();
      assertThat(one.take("same")).hasValue("shop".getBytes(UTF_8));
    }
  }

  @Test
  void aServerThatIsGoneIsNamedAndComesBack(@TempDir Path logs) throws Exception {
    try (RedisServer fragile = RedisServer.start(logs);
        RedisSnapshotStore store = RedisSnapshotStore.builder(fragile.uri())
            .timeout(Duration.ofSeconds(20))
            .build()) {
      store.put("key", "some".getBytes(UTF_8), LIFE);
      fragile.kill();
      String where = "Redis at 127.0.0.1:" + fragile.port();

      assertThatIOException()
          .isThrownBy(() -> store.put("key", "secret words".getBytes(UTF_8), LIFE))
          .withMessageStartingWith(where + " did not keep a snapshot: ")
          .withMessageContaining("is it running")
          .withMessageNotContaining("secret");
      assertThatIOException()
          .isThrownBy(() -> store.take("key"))
          .withMessageStartingWith(where + " did not give out a snapshot: ");
      assertThatIOException()
          .isThrownBy(() -> store.remove("key"))
          .withMessageStartingWith(where + " did not remove a snapshot: ");

      fragile.restart();
      assertThat(store.take("key")).isEmpty();
      store.put("key", "again".getBytes(UTF_8), LIFE);
      assertThat(store.take("key")).hasValue("again".getBytes(UTF_8));
    }
  }

  @Test
  void connectionsThatDiedWhileNobodyUsedThemAreNotMet(@TempDir Path logs) throws Exception {
    try (RedisServer fragile = RedisServer.start(logs);
        RedisSnapshotStore store = RedisSnapshotStore.of(fragile.uri())) {
      store.put("key", "before".getBytes(UTF_8), LIFE);

      fragile.restart();

      store.put("key", "after".getBytes(UTF_8), LIFE);
      assertThat(store.take("key")).hasValue("after".getBytes(UTF_8));
    }
  }

  @Test
  void aPasswordOpensRedisAndIsNeverTold(@TempDir Path logs) throws Exception {
    try (RedisServer guarded = RedisServer.start(logs, "--requirepass", "open-sesame");
        RedisSnapshotStore right =
            RedisSnapshotStore.of(URI.create("redis://:open-sesame@127.0.0.1:" + guarded.port()));
        RedisSnapshotStore wrong =
            RedisSnapshotStore.of(URI.create("redis://:shut-barley@127.0.0.1:" + guarded.port()));
        RedisSnapshotStore none = RedisSnapshotStore.of(guarded.uri())) {
      right.put("key", "some".getBytes(UTF_8), LIFE);

      assertThat(right.take("key")).isPresent();
      assertThat(right.toString())
          .isEqualTo("RedisSnapshotStore[127.0.0.1:" + guarded.port() + ", prefix=live:snapshot:]");
      assertThatIOException()
          .isThrownBy(() -> wrong.take("key"))
          .withMessageContaining("WRONGPASS")
          .withMessageNotContaining("shut-barley");
      assertThatIOException().isThrownBy(() -> none.take("key")).withMessageContaining("NOAUTH");
    }
  }

  @Test
  void theRightsThatTheDocumentationNamesSuffice(@TempDir Path logs) throws Exception {
    String rights = "--user relay on >open-sesame ~live:snapshot:* -@all +set +get +del +eval"
        + " --user default off";
    try (RedisServer guarded = RedisServer.start(logs, rights.split(" "))) {
      String there = "redis://relay:open-sesame@127.0.0.1:" + guarded.port();
      try (RedisSnapshotStore store = RedisSnapshotStore.of(URI.create(there));
          RedisSnapshotStore elsewhere =
              RedisSnapshotStore.builder(URI.create(there)).prefix("other:").build()) {
        store.put("key", "some".getBytes(UTF_8), LIFE);
        assertThat(store.replace("key", "more".getBytes(UTF_8), LIFE)).isTrue();
        assertThat(store.take("key")).hasValue("more".getBytes(UTF_8));
        store.remove("key");

        assertThatIOException()
            .isThrownBy(() -> elsewhere.take("key"))
            .withMessageContaining("NOPERM");
      }
    }
  }

  @Test
  void aRedisWithoutTheCommandIsSaidToBeTooOldAndQuotesNothing(@TempDir Path logs)
      throws Exception {
    try (RedisServer old = RedisServer.start(logs, "--rename-command", "SET", "");
        RedisSnapshotStore store = RedisSnapshotStore.of(old.uri())) {
      assertThatIOException()
          .isThrownBy(() -> store.put("key", "secret words".getBytes(UTF_8), LIFE))
          .withMessageEndingWith("; Redis 6.2 or later is needed")
          .withMessageNotContaining("secret");
    }
  }

  @Test
  void addressesThatCannotBeAreRefusedWithoutThePassword() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedisSnapshotStore.of(URI.create("http://127.0.0.1:6379")))
        .withMessageContaining("redis://");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedisSnapshotStore.of(URI.create("127.0.0.1")))
        .withMessageContaining("redis://");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedisSnapshotStore.of(URI.create("redis:6379")))
        .withMessageContaining("must name a host");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> RedisSnapshotStore.of(URI.create("redis://:open-sesame@redis.example:6379")))
        .withMessageContaining("use rediss://")
        .withMessageNotContaining("sesame");
    RedisSnapshotStore.of(URI.create("rediss://redis.example")).close();
  }

  @Test
  void keysAndLivesThatCannotBeAreRefused() throws IOException {
    byte[] some = "some".getBytes(UTF_8);
    try (RedisSnapshotStore store = RedisSnapshotStore.of(server.uri())) {
      for (String key : List.of("", "a b", "a:b", "ä", "k".repeat(201))) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> store.put(key, some, LIFE))
            .withMessageContaining("1 to 200");
        assertThatIllegalArgumentException().isThrownBy(() -> store.take(key));
        assertThatIllegalArgumentException().isThrownBy(() -> store.remove(key));
      }
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store.put("key", some, Duration.ZERO))
          .withMessage("life must be at least 1 ms: PT0S");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store.put("key", new byte[0], LIFE))
          .withMessage("snapshot must not be empty");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store.replace("key", new byte[0], LIFE));
      store.put("k".repeat(200), some, LIFE);
      assertThat(store.take("k".repeat(200))).hasValue(some);
    }
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    RedisSnapshotStore.Builder builder = RedisSnapshotStore.builder(server.uri());

    assertThatIllegalArgumentException().isThrownBy(() -> builder.prefix("a b"));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.connections(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.timeout(Duration.ofMillis(9)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.timeout(Duration.ofMillis(60_001)));
    builder
        .timeout(Duration.ofMillis(10))
        .timeout(Duration.ofMinutes(1))
        .build()
        .close();
  }
}
