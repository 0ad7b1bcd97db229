package io.github.geminilive.internal.session;

import io.github.geminilive.InForce;
import io.github.geminilive.internal.profile.ModelProfile;
import io.github.geminilive.protocol.ClientMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the application tells the model without asking for an answer. Guarded by the engine's lock;
 * its futures are completed by the engine, after the lock.
 *
 * <p>Where the model takes such things in mid-session they wait here for a safe point, at which
 * they interrupt nothing. Elsewhere they go into the instructions of every connection from the next
 * one on, because instructions belong to a connection and are not part of the history.
 */
final class Notes {

  /** How many characters may wait, and how many may be remembered. */
  static final int MAX_CHARS = 32_768;

  /** What became of a note. */
  enum Taken {
    /** It waits for {@link #take()}; its future is kept. */
    WAITS,
    /** It is in {@link #instructions()}; the future is the caller's to complete. */
    NEXT_CONNECTION,
    /** Nothing changed: too much waits already. The future is the caller's to fail. */
    FULL
  }

  /**
   * Something told.
   *
   * @param text as the application gave it
   * @param remembered whether it is among {@link #remembered()} as well
   * @param told completes when the socket took it
   */
  record Note(String text, boolean remembered, CompletableFuture<InForce> told) {}

  /**
   * All that had gathered, in one message.
   *
   * @param message to be written at a safe point
   * @param notes what is in it, oldest first
   */
  record Outgoing(ClientMessage message, List<Note> notes) {}

  private final ModelProfile profile;
  private final Deque<Note> waiting = new ArrayDeque<>();
  private int waitingChars;
  // What goes into instructions only because the model takes it in no other way.
  private final Deque<String> told = new ArrayDeque<>();
  private int toldChars;
  // Characters of what came since the last connection was opened.
  private int newChars;
  private final Deque<String> remembered = new ArrayDeque<>();
  private int rememberedChars;

  Notes(ModelProfile profile) {
    this.profile = profile;
  }

  /**
   * Takes a note.
   *
   * @param text not blank
   * @param remember whether it is to be told to every fresh session of the service, too
   * @param future for {@link Taken#WAITS}: completes when the socket took it
   */
  Taken add(String text, boolean remember, CompletableFuture<InForce> future) {
    boolean waits = profile.takesContext();
    if (text.length() > MAX_CHARS - (waits ? waitingChars : newChars)) {
      return Taken.FULL;
    }
    if (remember) {
      remember(text);
    }
    if (waits) {
      waiting.add(new Note(text, remember, future));
      waitingChars += text.length();
      return Taken.WAITS;
    }
    newChars += text.length();
    if (!remember) {
      told.add(text);
      toldChars += text.length();
      while (toldChars > MAX_CHARS) {
        toldChars -= told.remove().length();
      }
    }
    return Taken.NEXT_CONNECTION;
  }

  private void remember(String fact) {
    // Told again, it is as fresh as any other.
    if (remembered.remove(fact)) {
      rememberedChars -= fact.length();
    }
    remembered.add(fact);
    rememberedChars += fact.length();
    while (rememberedChars > MAX_CHARS) {
      rememberedChars -= remembered.remove().length();
    }
  }

  /** How many characters wait. */
  int waitingChars() {
    return waitingChars;
  }

  /**
   * All that waits, in one message. To be called at safe points, and before a text of the user's
   * side leaves, which interrupts anyway and is to be answered with what was told before it.
   *
   * @return null when nothing waits
   */
  @Nullable
  Outgoing take() {
    if (waiting.isEmpty()) {
      return null;
    }
    List<Note> notes = List.copyOf(waiting);
    ClientMessage message =
        Intentions.tell(profile, notes.stream().map(Note::text).toList());
    if (message == null) {
      throw new IllegalStateException(profile.family() + " takes no context, yet some waits");
    }
    waiting.clear();
    waitingChars = 0;
    return new Outgoing(message, notes);
  }

  /** What was taken did not leave: it waits again, before all that has come since. */
  void putBack(Outgoing outgoing) {
    for (int i = outgoing.notes().size() - 1; i >= 0; i--) {
      Note note = outgoing.notes().get(i);
      waiting.addFirst(note);
      waitingChars += note.text().length();
    }
  }

  /** The session is over: gives the futures of what waits, for the engine to fail. */
  List<CompletableFuture<InForce>> drain() {
    List<CompletableFuture<InForce>> futures =
        new ArrayList<>(waiting.stream().map(Note::told).toList());
    waiting.clear();
    waitingChars = 0;
    return futures;
  }

  /** What is to be told to every fresh session of the service, oldest first. */
  List<String> remembered() {
    return List.copyOf(remembered);
  }

  /** Begins with what another session remembered. */
  void restore(List<String> facts) {
    facts.forEach(this::remember);
  }

  /**
   * What the instructions of the next connection are to end with: what is remembered, which the
   * service would otherwise forget with the turns it compresses away, and all that the model takes
   * in no other way.
   */
  List<String> instructions() {
    List<String> instructions = new ArrayList<>(remembered);
    instructions.addAll(told);
    return instructions;
  }

  /** A connection was opened with {@link #instructions()}. */
  void onConnected() {
    newChars = 0;
  }
}
