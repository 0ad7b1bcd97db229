package io.github.geminilive.internal.session;

import io.github.geminilive.InForce;
import io.github.geminilive.internal.transport.Uplink;
import io.github.geminilive.protocol.ClientMessage;
import io.github.geminilive.protocol.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes what the application told the model at moments at which it interrupts nothing. Guarded by
 * the engine's lock.
 */
final class NoteSender {

  // How often is looked for such a moment. Most are found when messages arrive.
  private static final long POLL_NANOS = 50_000_000L;

  private final Notes notes;
  private final Uplink uplink;
  private final Lifecycle life;
  private final Services services;
  private final BooleanSupplier safe;
  private final Function<ClientMessage, String> encoder;
  private final SentLedger ledger;
  private final List<SentLedger.Tag> queued = new ArrayList<>();
  private @Nullable Future<?> timer;

  /**
   * Nothing told yet.
   *
   * @param safe whether a message would interrupt nothing now; asked under the lock
   */
  NoteSender(
      Notes notes,
      Uplink uplink,
      Lifecycle life,
      Services services,
      SentLedger ledger,
      BooleanSupplier safe,
      Function<ClientMessage, String> encoder) {
    this.notes = notes;
    this.uplink = uplink;
    this.life = life;
    this.services = services;
    this.ledger = ledger;
    this.safe = safe;
    this.encoder = encoder;
  }

  /** Writes what waits, if this is the moment. */
  void sendIfSafe() {
    if (notes.waitingChars() == 0 || !life.state().connected()) {
      return;
    }
    if (safe.getAsBoolean() && uplink.idle()) {
      send();
    } else if (timer == null) {
      timer = services
          .timers()
          .schedule(
              () -> life.locked(() -> {
                timer = null;
                sendIfSafe();
              }),
              POLL_NANOS,
              TimeUnit.NANOSECONDS);
    }
  }

  /** Writes what waits, now. */
  void send() {
    Notes.Outgoing outgoing = notes.take();
    if (outgoing == null) {
      return;
    }
    List<Content> words = outgoing.notes().stream()
        .filter(note -> !note.remembered())
        .map(note -> Content.user(note.text()))
        .toList();
    SentLedger.Tag tag = ledger.tag(outgoing, words);
    String json = encoder.apply(outgoing.message());
    if (uplink.enqueue(Uplink.Lane.STREAM, json, false, tag).isCompletedExceptionally()) {
      notes.putBack(outgoing);
    } else {
      queued.add(tag);
    }
    life.later(uplink::flush);
  }

  /** The socket took a message. */
  void onWritten(SentLedger.Tag tag) {
    Notes.Outgoing told = tag.notes();
    if (told != null && queued.remove(tag)) {
      life.later(() -> services
          .executor()
          .execute(() -> told.notes().forEach(note -> note.told().complete(InForce.NOW))));
    }
  }

  /**
   * The connection is gone: what was not written waits again, because it would interrupt the answer
   * to what is written before it on the next one.
   */
  void onLost() {
    uplink.withdraw(
        tag -> tag instanceof SentLedger.Tag sent && sent.notes() != null,
        () -> new IllegalStateException("it is told on the next connection"));
    for (int i = queued.size() - 1; i >= 0; i--) {
      Notes.Outgoing outgoing = queued.get(i).notes();
      // One that was taken is about to be told as written.
      if (outgoing != null && !queued.get(i).isTaken()) {
        notes.putBack(outgoing);
        queued.remove(i);
      }
    }
  }

  /** The session is over: gives the futures that will not be met. */
  List<CompletableFuture<InForce>> close() {
    if (timer != null) {
      timer.cancel(false);
    }
    List<CompletableFuture<InForce>> unmet = new ArrayList<>(notes.drain());
    for (SentLedger.Tag tag : queued) {
      if (tag.notes() != null) {
        tag.notes().notes().forEach(note -> unmet.add(note.told()));
      }
    }
    queued.clear();
    return unmet;
  }
}
