package io.github.geminilive.internal.session;

import io.github.geminilive.RecoveryReport;
import io.github.geminilive.internal.transport.SentJournal;
import io.github.geminilive.internal.transport.Uplink;
import io.github.geminilive.protocol.Content;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What was written, and what of it the service knows: on the connection in use, and when it goes on
 * from its newest handle. Guarded by the engine's lock, save for audio.
 */
final class SentLedger {

  private static final int MAX_UNANSWERED = 256;

  /**
   * After what time a text that the socket took is sure to have reached the service before a handle
   * came back: it may have been joined to the text before it, and have no answer of its own.
   */
  private static final long SURELY_THERE_NANOS = 3_000_000_000L;

  /** After what time a text that was joined will have no answer of its own any more. */
  private static final long SURELY_JOINED_NANOS = 10_000_000_000L;

  /**
   * Words that ask for an answer.
   *
   * @param answersBefore how many answers the service had shown when they were handed to the socket
   * @param takenNanos when the socket took them
   */
  private record Asked(long answersBefore, long takenNanos) {}

  /** What a message in the queue is known by, and how far it has come. */
  final class Tag implements Uplink.Tracked {

    private final SendEffects.Kind kind;
    private final boolean asks;
    private final List<Content> words;
    private final Calls.@Nullable Reply reply;
    private final Notes.@Nullable Outgoing notes;
    // Written without the lock, by the uplink.
    private volatile long answersBefore;
    private volatile long takenNanos;
    private volatile boolean taken;
    // Guarded by the engine's lock.
    private boolean queued;
    private boolean accounted;

    private Tag(
        SendEffects.Kind kind,
        boolean asks,
        List<Content> words,
        Calls.@Nullable Reply reply,
        Notes.@Nullable Outgoing notes) {
      this.kind = kind;
      this.asks = asks;
      this.words = words;
      this.reply = reply;
      this.notes = notes;
    }

    /** What it is. */
    SendEffects.Kind kind() {
      return kind;
    }

    /** What it adds to the conversation. */
    List<Content> words() {
      return words;
    }

    /** The answers in it; null when it holds none, or none that are the last. */
    Calls.@Nullable Reply reply() {
      return reply;
    }

    /** What the application told with it; null when nothing. */
    Notes.@Nullable Outgoing notes() {
      return notes;
    }

    /** Whether the socket took it. */
    boolean isTaken() {
      return taken;
    }

    @Override
    public void handed() {
      answersBefore = answers.getAsLong();
      if (reply != null) {
        reply.handed();
      }
    }

    @Override
    public void taken() {
      if (!taken && said()) {
        unconfirmed.incrementAndGet();
      }
      takenNanos = nanoTime.getAsLong();
      taken = true;
      if (reply != null) {
        reply.written();
      }
    }

    /** Whether it says something to the model. */
    private boolean said() {
      return kind == SendEffects.Kind.WORDS || kind == SendEffects.Kind.OTHER;
    }
  }

  private final Calls calls = new Calls();
  private final @Nullable SentJournal journal;
  private final LongSupplier answers;
  private final LongSupplier readingSince;
  private final LongSupplier nanoTime;
  // Since the newest handle came.
  private final AtomicLong audioNanos = new AtomicLong();
  private int words;
  // Words that ask for an answer are covered by a handle only when the service has shown an answer
  // that can be theirs: the handle may have been on its way already, and so may the answer to the
  // words before them.
  private final ArrayDeque<Asked> unanswered = new ArrayDeque<>();
  // How many answers the covered words account for.
  private long answersSpent;
  private long answersAtHandle = -1;
  private long handleNanos;
  private long readingSinceAtHandle;
  // Messages that ask for an answer and have yet to be written.
  private int asking;
  // Since any message came.
  private final AtomicInteger unconfirmed = new AtomicInteger();
  private int unconfirmedAtLoss;
  // Messages the journal had no room for, and which nobody knows the service to have consumed.
  private int forgotten;

  /**
   * Nothing written yet.
   *
   * @param journal where resumption is transparent; null elsewhere
   * @param answers how many answers the service has shown; asked without the lock
   * @param readingSince since when messages are read as they come; what comes after a pause may
   *     have waited
   * @param nanoTime tells when the socket took words, and when a handle came
   */
  SentLedger(
      @Nullable SentJournal journal,
      LongSupplier answers,
      LongSupplier readingSince,
      LongSupplier nanoTime) {
    this.journal = journal;
    this.answers = answers;
    this.readingSince = readingSince;
    this.nanoTime = nanoTime;
  }

  /** For a message that is nothing but its kind. */
  Tag tag(SendEffects.Kind kind) {
    return new Tag(kind, false, List.of(), null, null);
  }

  /**
   * For a message.
   *
   * @param asks whether the model is to answer
   * @param words what it adds to the conversation
   * @param reply the answers in it; null when it holds none, or none that are the last
   */
  Tag tag(SendEffects.Kind kind, boolean asks, List<Content> words, Calls.@Nullable Reply reply) {
    return new Tag(kind, asks, words, reply, null);
  }

  /** For what the application told the model without asking. */
  Tag tag(Notes.Outgoing notes, List<Content> words) {
    return new Tag(SendEffects.Kind.OTHER, false, words, null, notes);
  }

  /** A message has found a place in the queue. */
  void queued(Tag tag) {
    if (tag.asks) {
      tag.queued = true;
      asking++;
    }
  }

  /** Whether something waits to be written that asks for an answer. */
  boolean asksLater() {
    return asking > 0;
  }

  /** Tool calls. */
  Calls calls() {
    return calls;
  }

  /** The socket took audio; without the lock. */
  void onAudio(long nanos) {
    audioNanos.addAndGet(nanos);
  }

  /**
   * The socket took a message.
   *
   * @return false when that is known: it was repeated on another connection
   */
  boolean onWritten(Tag tag) {
    boolean first = !tag.accounted;
    tag.accounted = true;
    if (first && tag.queued) {
      asking--;
    }
    if (first && tag.said()) {
      if (!tag.asks) {
        words++;
      } else {
        unanswered.add(new Asked(tag.answersBefore, tag.takenNanos));
        if (unanswered.size() > MAX_UNANSWERED) {
          unanswered.remove();
          words++;
        }
        // The answer, and a handle after it, may have come before the socket told.
        strikeCovered();
      }
    }
    return first;
  }

  /** Strikes the words that the newest handle covers. */
  private void strikeCovered() {
    for (Asked next = unanswered.peek(); next != null; next = unanswered.peek()) {
      long needed = Math.max(next.answersBefore(), answersSpent) + 1;
      long age = handleNanos - Math.max(next.takenNanos(), readingSinceAtHandle);
      boolean joined = next.answersBefore() < answersAtHandle && age >= SURELY_THERE_NANOS;
      if (needed > answersAtHandle && !joined) {
        return;
      }
      if (age < SURELY_JOINED_NANOS) {
        answersSpent = Math.min(needed, answersAtHandle);
      }
      unanswered.remove();
    }
  }

  /** The service has said something: it has most likely heard what was said before. */
  void onMessage() {
    if (unconfirmed.get() != 0) {
      unconfirmed.set(0);
    }
  }

  /** Whether the newest handle covers all that was written and answered but sound. */
  boolean coversAll() {
    return words == 0 && coversWords() && !calls.anySinceHandle();
  }

  /** Whether the newest handle covers all words that ask for an answer, and none is on its way. */
  boolean coversWords() {
    return unanswered.isEmpty() && asking == 0;
  }

  /**
   * The service has put up a handle that covers the conversation up to here.
   *
   * @param consumed the last message it has consumed; null unless resumption is transparent
   */
  void onHandle(@Nullable Long consumed) {
    calls.onHandle();
    words = 0;
    answersAtHandle = answers.getAsLong();
    handleNanos = nanoTime.getAsLong();
    readingSinceAtHandle = readingSince.getAsLong();
    strikeCovered();
    audioNanos.set(0);
    if (journal != null && consumed != null) {
      journal.consumed(consumed);
    }
  }

  /** The connection is gone. */
  void onLost() {
    unconfirmedAtLoss = unconfirmed.getAndSet(0);
  }

  /**
   * What is to be written again on the next connection, before all else. Where there is a journal,
   * it repeats what the service has not consumed, answers included.
   */
  List<Uplink.Frame> again(boolean restored, Calls.Lost lost) {
    List<Uplink.Frame> again = new ArrayList<>();
    if (journal == null) {
      for (Calls.Reply reply : lost.again()) {
        Tag tag = tag(SendEffects.Kind.ANSWER, false, List.of(), reply);
        again.add(Uplink.Frame.of(reply.json(), false, tag));
      }
    } else {
      forgotten = journal.forgotten();
      journal.leaveOut(frame -> holds(frame.tag(), lost.gone()));
      if (!restored) {
        journal.clear();
      }
    }
    return again;
  }

  /** Whether the service takes up, or is sent again, all that it was told on the old connection. */
  boolean repeats(boolean restored) {
    return journal != null && restored;
  }

  /** The answers among what waits that must not be written. */
  static boolean holds(@Nullable Object tag, Set<Calls.Reply> replies) {
    return tag instanceof Tag sent && sent.reply() != null && replies.contains(sent.reply());
  }

  /** What the change has cost. A new account begins. */
  RecoveryReport report(Link link, Lifecycle.Change change, Calls.Lost lost, Uplink.Waited waited) {
    Opening opening = link.opening();
    boolean restored = opening.handle() != null;
    boolean repeated = repeats(restored);
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
        (repeated ? forgotten : words + unanswered.size()) + lost.gone().size(),
        repeated ? Duration.ZERO : Duration.ofNanos(audioNanos.get()),
        lost.ids(),
        opening.seededTurns(),
        opening.summarized());
    unconfirmedAtLoss = 0;
    words = 0;
    unanswered.clear();
    answersAtHandle = -1;
    audioNanos.set(0);
    return report;
  }
}
