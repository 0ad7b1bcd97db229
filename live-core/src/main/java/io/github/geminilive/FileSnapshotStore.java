package io.github.geminilive;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import io.github.geminilive.internal.codec.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps snapshots as files in a directory, for processes of one machine, or of several that share a
 * file system with file locks and have clocks that agree. Each process may have any number of these
 * for one directory. Nothing has to be closed.
 *
 * <p>Where the file system knows rights, directory and files are for their owner only. Files are not
 * encrypted. A process that ends in the middle of anything leaves each snapshot as it was before or as
 * it was to be; what was written just before the machine loses its power may be lost. Snapshots whose
 * life is over are removed, at the latest a minute later, by processes that write.
 */
public final class FileSnapshotStore implements SnapshotStore {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.snapshots");

  private static final int MAX_KEY = 200;
  private static final Duration MAX_LIFE = Duration.ofDays(36_500);
  private static final String SNAPSHOT = ".snapshot";
  private static final Pattern OWN = Pattern.compile("[0-9a-f]{64}\\.snapshot");
  private static final String UNFINISHED = ".unfinished";
  private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);
  private static final Duration UNFINISHED_LIFE = Duration.ofMinutes(10);

  // A file: these eight bytes, when its life is over (milliseconds of the epoch), a checksum of the
  // rest, and the rest: the snapshot, or nothing when it was taken.
  private static final long MAGIC = 0x674c736e61700001L;
  private static final int HEADER = 20;

  // A lock of the operating system is the process's, and goes with the first channel it closes on
  // that file; so within the process one lock is held around it, whatever the directory.
  private static final ReentrantLock[] STRIPES =
      IntStream.range(0, 16).mapToObj(i -> new ReentrantLock()).toArray(ReentrantLock[]::new);

  private final Path directory;
  private final Clock clock;
  private final FileAttribute<?>[] rights;
  private final AtomicReference<Instant> lastSweep = new AtomicReference<>(Instant.EPOCH);

  private FileSnapshotStore(Path directory, Clock clock, FileAttribute<?>[] rights) {
    this.directory = directory;
    this.clock = clock;
    this.rights = rights;
  }

  /**
   * A store in a directory, which is made if it is not there.
   *
   * @param directory for nothing else than snapshots
   * @throws IOException when it cannot be made
   */
  public static FileSnapshotStore in(Path directory) throws IOException {
    return in(directory, Clock.systemUTC());
  }

  /** With a clock that tests move. */
  static FileSnapshotStore in(Path directory, Clock clock) throws IOException {
    Path absolute = requireNonNull(directory, "directory").toAbsolutePath();
    boolean posix = absolute.getFileSystem().supportedFileAttributeViews().contains("posix");
    Files.createDirectories(absolute, posix ? ownerOnly("rwx------") : new FileAttribute<?>[0]);
    return new FileSnapshotStore(
        absolute, clock, posix ? ownerOnly("rw-------") : new FileAttribute<?>[0]);
  }

  private static FileAttribute<?>[] ownerOnly(String rights) {
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))
    };
  }

  /** What a file says. */
  private record Kept(Instant end, byte[] snapshot) {}

  /** A file that is not what this class writes. */
  private static final class Damaged extends IOException {

    private static final long serialVersionUID = 1L;

    Damaged(String message) {
      super(message);
    }
  }

  /** What is done while nobody else reads or writes a file. */
  private interface Work<T> {
    T on(Path file) throws IOException;
  }

  @Override
  public void put(String key, byte[] snapshot, Duration life) throws IOException {
    write(key, snapshot, life, true);
  }

  @Override
  public boolean replace(String key, byte[] snapshot, Duration life) throws IOException {
    return write(key, snapshot, life, false);
  }

  private boolean write(String key, byte[] snapshot, Duration life, boolean evenIfTaken)
      throws IOException {
    String name = name(key);
    if (requireNonNull(snapshot, "snapshot").length == 0) {
      throw new IllegalArgumentException("a snapshot has at least one byte");
    }
    if (requireNonNull(life, "life").isNegative() || life.isZero()) {
      throw new IllegalArgumentException("life must be above zero: " + life);
    }
    Instant now = clock.instant();
    Instant end = now.plus(life.compareTo(MAX_LIFE) > 0 ? MAX_LIFE : life);
    boolean written = locked(name, file -> {
      if (!evenIfTaken) {
        try {
          Kept kept = read(file);
          if (kept != null && kept.snapshot().length == 0 && now.isBefore(kept.end())) {
            return false;
          }
        } catch (Damaged e) {
          LOG.warn("A snapshot is replaced that cannot be read: {}", e.getMessage());
        }
      }
      write(file, end, snapshot);
      return true;
    });
    sweep(now);
    return written;
  }

  @Override
  public Optional<byte[]> take(String key) throws IOException {
    return locked(name(key), file -> {
      Kept kept = read(file);
      if (kept == null || kept.snapshot().length == 0 || !clock.instant().isBefore(kept.end())) {
        return Optional.empty();
      }
      write(file, kept.end(), new byte[0]);
      return Optional.of(kept.snapshot());
    });
  }

  @Override
  public void remove(String key) throws IOException {
    locked(name(key), Files::deleteIfExists);
  }

  /** The name of a key's file: file systems have rules of their own, some know no upper case. */
  private static String name(String key) {
    requireNonNull(key, "key");
    if (key.isEmpty() || key.length() > MAX_KEY) {
      throw new IllegalArgumentException(
          "a key has 1 to " + MAX_KEY + " characters, and this one " + key.length());
    }
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9')
          && c != '-'
          && c != '_') {
        throw new IllegalArgumentException(String.format(
            "a key has letters of ASCII, digits, - and _, and not U+%04X, as this one at %d",
            (int) c, i));
      }
    }
    return Sha256.hex(key.getBytes(StandardCharsets.US_ASCII)) + SNAPSHOT;
  }

  private <T> T locked(String name, Work<T> work) throws IOException {
    int stripe = Character.digit(name.charAt(0), STRIPES.length);
    ReentrantLock inProcess = STRIPES[stripe];
    inProcess.lock();
    try (FileChannel channel = FileChannel.open(
            directory.resolve(name.charAt(0) + ".lock"), Set.of(CREATE, WRITE), rights);
        FileLock amongProcesses = channel.lock()) {
      requireNonNull(amongProcesses);
      return work.on(directory.resolve(name));
    } finally {
      inProcess.unlock();
    }
  }

  private void write(Path file, Instant end, byte[] snapshot) throws IOException {
    CRC32C checksum = new CRC32C();
    checksum.update(snapshot);
    ByteBuffer bytes = ByteBuffer.allocate(HEADER + snapshot.length)
        .putLong(MAGIC)
        .putLong(end.toEpochMilli())
        .putInt((int) checksum.getValue())
        .put(snapshot)
        .flip();
    Path unfinished = directory.resolve(UUID.randomUUID() + UNFINISHED);
    Set<OpenOption> anew = Set.of(CREATE_NEW, WRITE);
    try {
      try (SeekableByteChannel channel = Files.newByteChannel(unfinished, anew, rights)) {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | RuntimeException e) {
      try {
        Files.deleteIfExists(unfinished);
      } catch (IOException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  /** What a file says; null when there is none. */
  private static @Nullable Kept read(Path file) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return null;
    }
    if (bytes.length >= HEADER) {
      ByteBuffer header = ByteBuffer.wrap(bytes);
      long magic = header.getLong();
      Instant end = Instant.ofEpochMilli(header.getLong());
      int sum = header.getInt();
      CRC32C checksum = new CRC32C();
      checksum.update(bytes, HEADER, bytes.length - HEADER);
      if (magic == MAGIC && sum == (int) checksum.getValue()) {
        byte[] snapshot = new byte[bytes.length - HEADER];
        header.get(snapshot);
        return new Kept(end, snapshot);
      }
    }
    throw new Damaged(file + " is damaged, or no snapshot: it has " + bytes.length + " bytes");
  }

  private void sweep(Instant now) {
    Instant last = lastSweep.get();
    if (Duration.between(last, now).abs().compareTo(SWEEP_EVERY) < 0
        || !lastSweep.compareAndSet(last, now)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        sweep(file, now);
      }
    } catch (IOException | DirectoryIteratorException e) {
      // The next one tries anew; what was to be written was written.
      LOG.warn("Snapshots whose life is over were not removed: {}", e.toString());
    }
  }

  private void sweep(Path file, Instant now) throws IOException {
    String name = String.valueOf(file.getFileName());
    try {
      if (OWN.matcher(name).matches()) {
        locked(name, any -> over(file, now) && Files.deleteIfExists(file));
      } else if (name.endsWith(UNFINISHED)
          && Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(UNFINISHED_LIFE))) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      // Finished or removed meanwhile.
    }
  }

  /** Whether its life is over; of a damaged one, too, which is good for nothing. */
  private static boolean over(Path file, Instant now) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    try (SeekableByteChannel channel = Files.newByteChannel(file, Set.of(READ))) {
      while (header.hasRemaining() && channel.read(header) >= 0) {
        continue;
      }
    }
    return header.position() < HEADER
        || header.getLong(0) != MAGIC
        || !now.isBefore(Instant.ofEpochMilli(header.getLong(Long.BYTES)));
  }

  /** The directory. */
  @Override
  public String toString() {
    return "FileSnapshotStore[" + directory + "]";
  }
}
