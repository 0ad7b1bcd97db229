package io.github.geminilive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileSnapshotStoreTest {

  private static final Duration LIFE = Duration.ofMinutes(10);

  /** A clock that is set by hand. */
  private static final class SetClock extends Clock {
    volatile Instant now = Instant.now();

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  @TempDir
  private Path temporary;

  private Path directory;
  private final SetClock clock = new SetClock();
  private FileSnapshotStore store;

  @BeforeEach
  void open() throws IOException {
    directory = temporary.resolve("made/for/it");
    store = FileSnapshotStore.in(directory, clock);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private Optional<String> take(String key) throws IOException {
    return store.take(key).map(bytes -> new String(bytes, UTF_8));
  }

  private List<Path> files(String end) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(end)).toList();
    }
  }

  @Test
  void whatWasPutIsTakenOnce() throws IOException {
    store.put("k", bytes("one"), LIFE);

    assertThat(take("k")).hasValue("one");
    assertThat(take("k")).isEmpty();
    assertThat(take("other")).isEmpty();
  }

  @Test
  void theNewestIsTaken() throws IOException {
    store.put("k", bytes("a long one"), LIFE);
    store.put("k", bytes("two"), LIFE);
    assertThat(store.replace("k", bytes("three"), LIFE)).isTrue();

    assertThat(take("k")).hasValue("three");
  }

  @Test
  void whatWasTakenIsNotReplacedUntilItsLifeIsOver() throws IOException {
    store.put("k", bytes("one"), LIFE);
    take("k");
    clock.now = clock.now.plus(LIFE).minusMillis(1);

    assertThat(store.replace("k", bytes("two"), LIFE)).isFalse();
    assertThat(take("k")).isEmpty();

    clock.now = clock.now.plusMillis(1);
    assertThat(store.replace("k", bytes("three"), LIFE)).isTrue();
    assertThat(take("k")).hasValue("three");
  }

  @Test
  void whatWentForAnotherReasonIsReplaced() throws IOException {
    assertThat(store.replace("never-there", bytes("x"), LIFE)).isTrue();
    store.put("removed", bytes("x"), LIFE);
    store.remove("removed");
    store.put("taken-and-removed", bytes("x"), LIFE);
    store.take("taken-and-removed");
    store.remove("taken-and-removed");

    assertThat(store.replace("removed", bytes("y"), LIFE)).isTrue();
    assertThat(store.replace("taken-and-removed", bytes("y"), LIFE)).isTrue();
    assertThat(take("removed")).hasValue("y");
  }

  @Test
  void aPutTakesThePlaceOfWhatWasTaken() throws IOException {
    store.put("k", bytes("one"), LIFE);
    take("k");
    store.put("k", bytes("two"), LIFE);

    assertThat(take("k")).hasValue("two");
  }

  @Test
  void itsLifeEndsToTheMillisecond() throws IOException {
    store.put("k", bytes("one"), LIFE);
    store.put("other", bytes("two"), LIFE);

    clock.now = clock.now.plus(LIFE).minusMillis(1);
    assertThat(take("k")).hasValue("one");
    clock.now = clock.now.plusMillis(1);
    assertThat(take("other")).isEmpty();
  }

  @Test
  void aLifeOfAnyLengthIsTaken() throws IOException {
    store.put("k", bytes("one"), Duration.ofSeconds(Long.MAX_VALUE));
    store.put("short", bytes("two"), Duration.ofNanos(1));

    assertThat(take("k")).hasValue("one");
  }

  @Test
  void whatIsOverIsRemovedWhenSomethingIsWritten() throws IOException {
    store.put("k", bytes("one"), LIFE);
    store.put("taken", bytes("two"), LIFE);
    store.take("taken");
    store.put("long", bytes("three"), LIFE.multipliedBy(3));
    Path foreign = Files.writeString(directory.resolve("notes.txt"), "mine");
    Path unfinished = Files.writeString(directory.resolve("x.unfinished"), "half");
    Files.setLastModifiedTime(unfinished, FileTime.from(clock.now.minus(Duration.ofDays(1))));
    Path younger = Files.writeString(directory.resolve("y.unfinished"), "half");
    Files.setLastModifiedTime(younger, FileTime.from(clock.now.plus(LIFE)));

    clock.now = clock.now.plus(LIFE);
    store.put("later", bytes("four"), LIFE);

    assertThat(files(".snapshot")).hasSize(2);
    assertThat(foreign).exists();
    assertThat(unfinished).doesNotExist();
    assertThat(younger).exists();
    assertThat(take("long")).hasValue("three");
  }

  @Test
  void everybodyElseIsKeptOut() throws IOException {
    assumeThat(directory.getFileSystem().supportedFileAttributeViews()).contains("posix");
    store.put("k", bytes("one"), LIFE);
    store.put("taken", bytes("one"), LIFE);
    store.take("taken");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    assertThat(files(""))
        .hasSizeGreaterThan(3)
        .allSatisfy(
            file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------"));
  }

  @Test
  void keysThatDifferInCaseOnlyAreDifferent() throws IOException {
    store.put("Key", bytes("one"), LIFE);
    store.put("kEY", bytes("two"), LIFE);

    assertThat(take("Key")).hasValue("one");
    assertThat(files(""))
        .allSatisfy(file -> assertThat(file.getFileName().toString()).isLowerCase());
  }

  @Test
  void aKeyOf200CharactersIsTakenAndNameTellsNothingOfIt() throws IOException {
    String key = "k".repeat(200);
    store.put(key, bytes("one"), LIFE);

    assertThat(files("")).noneMatch(file -> file.toString().contains("kk"));
    assertThat(take(key)).hasValue("one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../up", "a/b", "a\\b", "a.b", "a b", "ä", "a\u0000", "a:b", "\n"})
  void aBadKeyIsRefusedAndNotQuoted(String key) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.put(key, bytes("x"), LIFE))
        .withMessageStartingWith("a key has ")
        .withMessageNotContaining("up");
    assertThatIllegalArgumentException().isThrownBy(() -> store.replace(key, bytes("x"), LIFE));
    assertThatIllegalArgumentException().isThrownBy(() -> store.take(key));
    assertThatIllegalArgumentException().isThrownBy(() -> store.remove(key));
  }

  @Test
  void aKeyOf201CharactersIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.take("k".repeat(201)))
        .withMessage("a key has 1 to 200 characters, and this one 201");
  }

  @Test
  void nothingIsNoSnapshotAndNoTimeIsNoLife() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.put("k", new byte[0], LIFE))
        .withMessage("a snapshot has at least one byte");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.replace("k", bytes("x"), Duration.ZERO))
        .withMessage("life must be above zero: PT0S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.put("k", bytes("x"), Duration.ofMillis(-1)));
  }

  @Test
  void halfAFileIsNeverGivenOut() throws IOException {
    store.put("k", bytes("a snapshot of some length"), LIFE);
    Path file = files(".snapshot").get(0);
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 7, 19, 20, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));

      assertThatIOException()
          .isThrownBy(() -> store.take("k"))
          .withMessageContaining("is damaged, or no snapshot: it has " + length + " bytes");
    }
    whole[whole.length - 3] ^= 1;
    Files.write(file, whole);
    assertThatIOException().isThrownBy(() -> store.take("k"));

    assertThat(store.replace("k", bytes("anew"), LIFE)).isTrue();
    assertThat(take("k")).hasValue("anew");
  }

  @Test
  void aWriterThatDiedInTheMiddleLeavesAWholeOne() throws Exception {
    store.put("k", bytes("before"), LIFE);
    Process writer = process("write-forever", "k");
    assertThat(writer.getInputStream().readNBytes(1)).isEqualTo(bytes("w"));
    writer.destroyForcibly().waitFor();

    assertThat(take("k")).hasValue("x".repeat(100_000));
    assertThat(store.replace("other", bytes("the lock went with it"), LIFE)).isTrue();
  }

  @Test
  void aDirectoryThatIsGoneIsTold() throws IOException {
    store.put("k", bytes("one"), LIFE);
    for (Path file : files("")) {
      Files.delete(file);
    }
    Files.delete(directory);

    assertThatIOException().isThrownBy(() -> store.put("k", bytes("x"), LIFE));
    assertThatIOException().isThrownBy(() -> store.take("k"));
    assertThatIOException().isThrownBy(() -> store.remove("k"));
  }

  @Test
  void aDirectoryThatIsAFileIsTold() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "x");

    assertThatIOException().isThrownBy(() -> FileSnapshotStore.in(file));
  }

  @Test
  void aWriteThatFailsLeavesNothingBehind() throws IOException {
    store.put("k", bytes("one"), LIFE);
    Path file = files(".snapshot").get(0);
    Files.delete(file);
    // Nothing takes the place of a directory that is not empty.
    Files.createDirectories(file.resolve("full"));

    assertThatIOException().isThrownBy(() -> store.put("k", bytes("two"), LIFE));
    assertThat(files(".unfinished")).isEmpty();
  }

  @Test
  void ofManyThreadsAndStoresThatTakeOneOnlyOneGetsIt() throws Exception {
    FileSnapshotStore second = FileSnapshotStore.in(directory, clock);
    for (int round = 0; round < 20; round++) {
      String key = "k" + round;
      store.put(key, bytes("one"), LIFE);
      CountDownLatch go = new CountDownLatch(1);
      ConcurrentLinkedQueue<String> taken = new ConcurrentLinkedQueue<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        FileSnapshotStore taker = i % 2 == 0 ? store : second;
        Thread thread = new Thread(() -> {
          try {
            go.await();
            taker.take(key).ifPresent(bytes -> taken.add(new String(bytes, UTF_8)));
            if (taker.replace(key, bytes("late"), LIFE)) {
              taken.add("late");
            }
          } catch (IOException | RuntimeException e) {
            taken.add(e.toString());
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
        thread.start();
        threads.add(thread);
      }
      go.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(taken).containsExactly("one");
    }
  }

  @Test
  void ofTwoProcessesThatTakeTheSameEachOneIsTakenOnce() throws Exception {
    int keys = 300;
    for (int i = 0; i < keys; i++) {
      store.put("k" + i, bytes("one"), LIFE);
    }
    Process first = process("take", "a");
    Process second = process("take", "b");
    for (Process taker : List.of(first, second)) {
      // They begin together.
      assertThat(taker.getInputStream().readNBytes(1)).isEqualTo(bytes("r"));
    }
    for (Process taker : List.of(first, second)) {
      taker.getOutputStream().write('g');
      taker.getOutputStream().close();
    }
    List<String> taken = new ArrayList<>();
    for (Process taker : List.of(first, second)) {
      taken.addAll(
          new String(taker.getInputStream().readAllBytes(), UTF_8).lines().toList());
      assertThat(taker.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(taker.exitValue()).isZero();
    }

    assertThat(taken).hasSize(keys).doesNotHaveDuplicates();
    assertThat(store.replace("k7", bytes("late"), LIFE)).isFalse();
  }

  private Process process(String what, String argument) throws Exception {
    return new ProcessBuilder(
            OtherJvm.java(),
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            OtherJvm.classPath(),
            Other.class.getName(),
            directory.toString(),
            what,
            argument)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** What runs in another process. */
  static final class Other {

    private Other() {}

    public static void main(String[] args) throws IOException {
      FileSnapshotStore store = FileSnapshotStore.in(Path.of(args[0]));
      if (args[1].equals("take")) {
        System.out.write('r');
        System.out.flush();
        System.in.read();
        for (int i = 0; i < 300; i++) {
          // From both ends, so that they meet.
          String key = "k" + (args[2].equals("a") ? i : 299 - i);
          if (store.take(key).isPresent()) {
            System.out.println(key);
          }
        }
        return;
      }
      byte[] large = "x".repeat(100_000).getBytes(UTF_8);
      for (int i = 0; ; i++) {
        try {
          store.replace(args[2], large, LIFE);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        if (i == 20) {
          System.out.write('w');
          System.out.flush();
        }
      }
    }
  }
}
