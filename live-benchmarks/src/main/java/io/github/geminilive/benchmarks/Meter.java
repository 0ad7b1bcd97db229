package io.github.geminilive.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** What this process has used so far. */
final class Meter {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Meter() {}

  /** CPU time of all threads, the collector's and the compiler's included. */
  static long cpuNanos() {
    return SYSTEM.getProcessCpuTime();
  }

  /** Bytes allocated by all threads that live. */
  static long allocatedBytes() {
    long[] perThread = THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds());
    return Arrays.stream(perThread).filter(bytes -> bytes > 0).sum();
  }

  static int threads() {
    return THREADS.getThreadCount();
  }

  /** Bytes on the heap that something refers to. */
  static long liveHeapBytes() {
    // What is only weakly reachable, and cleaners, take more than one collection.
    for (int i = 0; i < 4; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** The middle value. */
  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The value that the given share of all values does not exceed. */
  static long percentile(long[] values, double share) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))];
  }
}
