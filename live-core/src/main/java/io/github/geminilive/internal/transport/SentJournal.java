package io.github.geminilive.internal.transport;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What was written and is not known to be consumed, for a service that says how far it has consumed
 * (Vertex AI, transparent resumption). The service numbers the messages of a connection: the setup
 * is 0, the one after it 1.
 *
 * <p>Any thread may call any method.
 */
public final class SentJournal {

  private final long maxBytes;

  // All guarded by this.
  private final ArrayDeque<Uplink.Frame> sent = new ArrayDeque<>();
  // Of earlier connections, to be sent again on this one.
  private final ArrayDeque<Uplink.Frame> pending = new ArrayDeque<>();
  private long bytes;
  // The index of the message sent last on this connection.
  private long lastSent;
  // The index of the message consumed last, as far as the service has told.
  private long lastConsumed;

  /**
   * An empty journal.
   *
   * @param maxBytes how much is kept; beyond it, the oldest messages are forgotten first
   */
  public SentJournal(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** A message was written; it has the next index of this connection. */
  public synchronized void sent(Uplink.Frame frame) {
    lastSent++;
    if (frame.equals(pending.peek())) {
      pending.poll();
      bytes -= frame.bytes();
    }
    // The service may be faster than the thread on which the socket tells of the send.
    if (lastSent > lastConsumed) {
      sent.add(frame);
      bytes += frame.bytes();
    }
    while (bytes > maxBytes && !sent.isEmpty()) {
      bytes -= sent.remove().bytes();
    }
  }

  /**
   * The service has consumed all messages of this connection up to this index, and the state that
   * is gone on from, should the connection be lost, holds them.
   */
  public synchronized void consumed(long lastIndex) {
    long first = lastSent - sent.size() + 1;
    for (; first <= lastIndex && !sent.isEmpty(); first++) {
      bytes -= sent.remove().bytes();
    }
    lastConsumed = Math.max(lastConsumed, lastIndex);
  }

  /** What the service is not known to have consumed, in the order in which it was first written. */
  public synchronized List<Uplink.Frame> rest() {
    List<Uplink.Frame> rest = new ArrayList<>(sent);
    rest.addAll(pending);
    return rest;
  }

  /**
   * Another connection begins: what {@link #rest} holds is to be sent again, and the count begins
   * anew. A message that does not get as far stays for the connection after.
   */
  public synchronized void restart() {
    List<Uplink.Frame> rest = rest();
    sent.clear();
    pending.clear();
    pending.addAll(rest);
    lastSent = 0;
    lastConsumed = 0;
  }

  /**
   * Some of what would be sent again must not be. For the moment between two connections: {@link
   * #restart} is to follow.
   */
  public synchronized void leaveOut(Predicate<Uplink.Frame> unwanted) {
    for (ArrayDeque<Uplink.Frame> frames : List.of(sent, pending)) {
      frames.removeIf(frame -> {
        boolean out = unwanted.test(frame);
        bytes -= out ? frame.bytes() : 0;
        return out;
      });
    }
  }

  /** A session without a memory begins: nothing is to be sent again. */
  public synchronized void clear() {
    sent.clear();
    pending.clear();
    bytes = 0;
    lastSent = 0;
    lastConsumed = 0;
  }

  /** How many messages of this connection are neither kept nor known to be consumed. */
  public synchronized int forgotten() {
    return (int) Math.max(0, lastSent - sent.size() - lastConsumed);
  }
}
