package io.github.geminilive.internal.session;

import io.github.geminilive.RecoveryReport;
import io.github.geminilive.internal.transport.SentJournal;
import io.github.geminilive.internal.transport.Uplink;
import io.github.geminilive.protocol.Content;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What was written, and what of it the service knows: on the connection in use, and when it goes on
 * from its newest handle. Guarded by the engine's lock, save for audio.
 */
final class SentLedger {

  /**
   * What a message in the queue is known by.
   *
   * @param kind what it is
   * @param words what it adds to the conversation
   * @param reply the answers in it; null when it holds none, or none that are the last
   * @param notes what the application told with it; null when nothing
   */
  record Tag(
      SendEffects.Kind kind,
      List<Content> words,
      Calls.@Nullable Reply reply,
      Notes.@Nullable Outgoing notes) {

    /** Of a message that is nothing but its kind. */
    static Tag of(SendEffects.Kind kind) {
      return new Tag(kind, List.of(), null, null);
    }
  }

  private final Calls calls = new Calls();
  private final @Nullable SentJournal journal;
  // Since the newest handle came.
  private final AtomicLong audioNanos = new AtomicLong();
  private int words;
  // Since any message came.
  private int unconfirmed;
  private int unconfirmedAtLoss;
  // Messages the journal had no room for, and which nobody knows the service to have consumed.
  private int forgotten;

  /**
   * Nothing written yet.
   *
   * @param journal where resumption is transparent; null elsewhere
   */
  SentLedger(@Nullable SentJournal journal) {
    this.journal = journal;
  }

  /** Tool calls. */
  Calls calls() {
    return calls;
  }

  /** The socket took audio; without the lock. */
  void onAudio(long nanos) {
    audioNanos.addAndGet(nanos);
  }

  /** The socket took a message. */
  void onWritten(Tag tag) {
    if (tag.kind() == SendEffects.Kind.WORDS || tag.kind() == SendEffects.Kind.OTHER) {
      words++;
      unconfirmed++;
    }
    if (tag.reply() != null) {
      calls.written(tag.reply());
    }
  }

  /** The service has said something: it has most likely heard what was said before. */
  void onMessage() {
    unconfirmed = 0;
  }

  /**
   * The service has put up a handle that covers the conversation up to here.
   *
   * @param consumed the last message it has consumed; null unless resumption is transparent
   */
  void onHandle(@Nullable Long consumed) {
    calls.onHandle();
    words = 0;
    audioNanos.set(0);
    if (journal != null && consumed != null) {
      journal.consumed(consumed);
    }
  }

  /** The connection is gone. */
  void onLost() {
    unconfirmedAtLoss = unconfirmed;
    unconfirmed = 0;
  }

  /**
   * What is to be written again on the next connection, before all else. Where there is a journal, it
   * repeats what the service has not consumed, answers included.
   */
  List<Uplink.Frame> again(boolean restored, Calls.Lost lost) {
    List<Uplink.Frame> again = new ArrayList<>();
    if (journal == null) {
      for (Calls.Reply reply : lost.again()) {
        Tag tag = new Tag(SendEffects.Kind.ANSWER, List.of(), reply, null);
        again.add(Uplink.Frame.of(reply.json(), false, tag));
      }
    } else {
      forgotten = journal.forgotten();
      if (!restored) {
        journal.clear();
      }
    }
    return again;
  }

  /** The answers among what waits that must not be written. */
  static boolean holds(Object tag, Set<Calls.Reply> replies) {
    return tag instanceof Tag sent && sent.reply() != null && replies.contains(sent.reply());
  }

  /** What the change has cost. A new account begins. */
  RecoveryReport report(Link link, Lifecycle.Change change, Calls.Lost lost, Uplink.Waited waited) {
    Opening opening = link.opening();
    boolean restored = opening.handle() != null;
    boolean repeated = journal != null && restored;
    RecoveryReport report = new RecoveryReport(
        link.number(),
        change.cause(),
        change.end(),
        change.gap(),
        change.attempts(),
        restored,
        (journal == null ? lost.again().size() : 0) + waited.sentAgain(),
        waited.messages(),
        Duration.ofNanos(waited.audioNanos()),
        Duration.ofNanos(waited.audioDroppedNanos()),
        waited.videoDropped(),
        repeated ? 0 : unconfirmedAtLoss,
        repeated ? forgotten : words + lost.gone(),
        repeated ? Duration.ZERO : Duration.ofNanos(audioNanos.get()),
        lost.ids(),
        opening.seededTurns(),
        opening.summarized());
    unconfirmedAtLoss = 0;
    words = 0;
    audioNanos.set(0);
    return report;
  }
}
