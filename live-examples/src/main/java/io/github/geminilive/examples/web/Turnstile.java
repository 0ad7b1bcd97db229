package io.github.geminilive.examples.web;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Lets everybody pass so often and no oftener. Remembers a bounded number of names. Thread-safe. */
final class Turnstile {

  private static final int REMEMBERED = 10_000;

  private final int burst;
  private final double perSecond;
  private final LongSupplier nanoTime;
  // Guarded by this. In the order of last use, so the first is the one to forget.
  private final Map<String, Bucket> buckets = new LinkedHashMap<>(64, 0.75f, true);

  Turnstile(int burst, double perSecond, LongSupplier nanoTime) {
    this.burst = burst;
    this.perSecond = perSecond;
    this.nanoTime = nanoTime;
  }

  private static final class Bucket {
    private double left;
    private long at;

    Bucket(double left, long at) {
      this.left = left;
      this.at = at;
    }
  }

  /** Whether this name may pass now. */
  synchronized boolean pass(String name) {
    long now = nanoTime.getAsLong();
    Bucket bucket = buckets.computeIfAbsent(name, key -> new Bucket(burst, now));
    bucket.left = Math.min(burst, bucket.left + (now - bucket.at) / 1e9 * perSecond);
    bucket.at = now;
    if (buckets.size() > REMEMBERED) {
      Iterator<Bucket> oldest = buckets.values().iterator();
      oldest.next();
      oldest.remove();
    }
    if (bucket.left < 1) {
      return false;
    }
    bucket.left--;
    return true;
  }

  /** How many seconds after a refusal another try makes sense. */
  long retryAfterSeconds() {
    return Math.max(1, (long) Math.ceil(1 / perSecond));
  }
}
