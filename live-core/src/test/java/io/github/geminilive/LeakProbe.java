package io.github.geminilive;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Counts what connections leave behind in this process. */
final class LeakProbe {

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private LeakProbe() {}

  /**
   * What is there at one moment.
   *
   * @param threads names of the live threads of this library and of the HTTP client
   * @param descriptors open files and sockets; 0 where the system does not tell
   * @param heapBytes used after a collection
   */
  record Figures(List<String> threads, int descriptors, long heapBytes) {
    @Override
    public String toString() {
      return threads.size()
          + " threads, "
          + descriptors
          + " descriptors, "
          + heapBytes / 1024
          + " KiB heap";
    }
  }

  static Figures measure() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return new Figures(threads(), descriptors(), runtime.totalMemory() - runtime.freeMemory());
  }

  /** Live threads other than those of the simulated service and the JVM's own. */
  static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("gemini-live") || name.startsWith("HttpClient"))
        .sorted()
        .toList();
  }

  /** Open files and sockets of this process; 0 where the system does not tell. */
  static int descriptors() {
    if (!Files.isDirectory(DESCRIPTORS)) {
      return 0;
    }
    int count = 0;
    try (DirectoryStream<Path> open = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path ignored : open) {
        count++;
      }
    } catch (IOException e) {
      return 0;
    }
    return count;
  }

  /** Waits until something holds, looking every 20 ms; tells whether it does. */
  static boolean await(BooleanSupplier condition, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      LockSupport.parkNanos(20_000_000);
    }
    return true;
  }
}
