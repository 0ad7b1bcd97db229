package io.github.geminilive.internal.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was said in a turn, and how far it was heard. Outlives the turn in the memory of the
 * conversation, so it holds no audio. The engine and players write, anyone reads.
 */
final class TurnWords {

  /** Stands where somebody was cut off. */
  static final String CUT = "…";

  private enum Kind {
    /** A piece of the output transcript. */
    SPOKEN,
    /** The model's text where it writes. */
    WRITTEN,
    /** What a function said; nobody spoke it. */
    NOTE
  }

  /** Something the model said or was told, and the audio position it is tied to. */
  private record Piece(Kind kind, String text, Duration position) {}

  /**
   * A stretch of a conversation in which one side has the word.
   *
   * @param user whether it is the user's side
   * @param text not empty
   */
  record Utterance(boolean user, String text) {}

  private final HeardLedger.Line line;

  // All below is guarded by this.
  private final StringBuilder input = new StringBuilder();
  private final List<Piece> pieces = new ArrayList<>();
  private boolean spoken;
  private int length;
  private boolean entered;
  private boolean ended;
  private boolean cut;
  private @Nullable Duration heard;

  TurnWords(HeardLedger.Line line) {
    this.line = line;
  }

  synchronized void addInput(String fragment) {
    input.append(fragment);
    length += fragment.length();
  }

  void addOutput(String fragment, Duration position) {
    add(Kind.SPOKEN, fragment, position);
  }

  void addText(String fragment) {
    add(Kind.WRITTEN, fragment, Duration.ZERO);
  }

  /** What a function said, at this point of what the model says. */
  void addNote(String note) {
    add(Kind.NOTE, note, Duration.ZERO);
  }

  private synchronized void add(Kind kind, String text, Duration position) {
    if (!text.isEmpty()) {
      pieces.add(new Piece(kind, text, position));
      spoken |= kind == Kind.SPOKEN;
      length += text.length();
    }
  }

  /** Whether this is the first time that a conversation enters it. */
  synchronized boolean enter() {
    boolean first = !entered;
    entered = true;
    return first;
  }

  /** The turn is over; what was heard of it may still grow. */
  synchronized void end(boolean wasCut) {
    ended = true;
    cut = wasCut;
  }

  synchronized boolean ended() {
    return ended;
  }

  /** Reported by whatever plays the turn; only the farthest position counts. */
  synchronized void heard(Duration position) {
    if (heard == null || position.compareTo(heard) > 0) {
      heard = position;
    }
  }

  synchronized @Nullable Duration heard() {
    return heard;
  }

  /** How many characters it holds. */
  synchronized int length() {
    return length;
  }

  synchronized boolean hasSpoken() {
    return spoken;
  }

  synchronized String input() {
    return input.toString();
  }

  String output() {
    return joined(Kind.SPOKEN);
  }

  String text() {
    return joined(Kind.WRITTEN);
  }

  private synchronized String joined(Kind kind) {
    StringBuilder all = new StringBuilder();
    for (Piece piece : pieces) {
      if (piece.kind() == kind) {
        all.append(piece.text());
      }
    }
    return all.toString();
  }

  /** The output transcript as far as it was heard, or the rest of it. */
  synchronized String transcript(boolean wantHeard) {
    StringBuilder matching = new StringBuilder();
    for (Piece piece : pieces) {
      if (piece.kind() == Kind.SPOKEN && isHeard(piece) == wantHeard) {
        matching.append(piece.text());
      }
    }
    return matching.toString();
  }

  private boolean isHeard(Piece piece) {
    return heard == null || piece.position().compareTo(heard) < 0;
  }

  /**
   * The turn as somebody would retell it: what the user said, what functions said, and what the
   * user heard of the model. What still sounds counts, because it will have been heard by the time
   * anybody is told; where the model was cut off, its words end in {@link #CUT}.
   */
  List<Utterance> retold() {
    boolean sounds = line.sounds();
    synchronized (this) {
      List<Utterance> retold = new ArrayList<>();
      say(retold, true, input);
      StringBuilder model = new StringBuilder();
      boolean unheard = false;
      for (Piece piece : pieces) {
        if (piece.kind() == Kind.NOTE) {
          say(retold, false, model);
          model.setLength(0);
          retold.add(new Utterance(true, piece.text()));
        } else if (piece.kind() == Kind.WRITTEN || sounds || isHeard(piece)) {
          model.append(piece.text());
        } else {
          unheard = true;
        }
      }
      if ((unheard || cut || !ended) && !model.toString().isBlank()) {
        model.append(CUT);
      }
      say(retold, false, model);
      return retold;
    }
  }

  private static void say(List<Utterance> retold, boolean user, CharSequence words) {
    String text = words.toString().strip();
    if (!text.isEmpty()) {
      retold.add(new Utterance(user, text));
    }
  }
}
