package io.github.geminilive.audio.device;

/** Since when a device is gone, and when to look for it again. Not safe for concurrent use. */
final class Outage {

  private static final long FIRST_NANOS = 100_000_000;
  private static final long LONGEST_NANOS = 2_000_000_000;

  private boolean lasting;
  private long since;
  private long nextTry;
  private long wait;

  boolean lasts() {
    return lasting;
  }

  /** The device is gone. */
  void begin(long now) {
    lasting = true;
    since = now;
    wait = FIRST_NANOS;
    nextTry = now + wait;
  }

  boolean mayTry(long now) {
    return now - nextTry >= 0;
  }

  /** Looked for it in vain. */
  void failed(long now) {
    wait = Math.min(2 * wait, LONGEST_NANOS);
    nextTry = now + wait;
  }

  /** It is back; returns how long it was gone. */
  long end(long now) {
    lasting = false;
    return now - since;
  }
}
