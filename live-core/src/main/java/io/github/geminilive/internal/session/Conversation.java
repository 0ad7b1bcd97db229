package io.github.geminilive.internal.session;

import io.github.geminilive.LiveTurn;
import io.github.geminilive.internal.session.TurnWords.Utterance;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.Part;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was said in a session, to tell it to another one when the service knows it no more. Guarded
 * by the engine's lock.
 *
 * <p>Holds text only and at most so many characters; the oldest are forgotten first. A turn is
 * entered when it begins and read when somebody asks, so that what was heard of it counts however
 * late it is reported.
 *
 * <p>Texts are to be entered when they were written to the socket. One that still waits will be
 * written after the history, and must not stand in it as well.
 */
final class Conversation {

  /** How much is told of a function's arguments or result: the model spoke of them already. */
  private static final int NOTE_LENGTH = 500;

  /** A turn, or something that did not come up in one; exactly one is set. */
  private record Entry(@Nullable TurnWords turn, @Nullable Utterance utterance) {

    int length() {
      return utterance != null ? utterance.text().length() : turn != null ? turn.length() : 0;
    }

    boolean isEmpty() {
      return length() == 0 && (turn == null || turn.ended());
    }

    List<Utterance> retold() {
      return utterance != null ? List.of(utterance) : turn != null ? turn.retold() : List.of();
    }
  }

  private final int maxChars;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private boolean forgotten;

  /**
   * An empty memory.
   *
   * @param maxChars how much it holds; 0 remembers nothing
   */
  Conversation(int maxChars) {
    this.maxChars = maxChars;
  }

  /** A turn has begun: what is entered from now on was said after its first words. */
  void onTurnBegun(LiveTurn turn) {
    TurnWords words = ((TurnState) turn).words();
    // One that was forgotten already does not come back, at the wrong place, when it ends.
    if (maxChars > 0 && words.enter()) {
      entries.add(new Entry(words, null));
    }
  }

  /** A turn has ended; enters it if its beginning was not told. */
  void onTurnEnded(LiveTurn turn) {
    onTurnBegun(turn);
    trim();
  }

  /** The user's side wrote something. */
  void onTextSent(String text) {
    add(true, text);
  }

  /** The application added turns. Of media only the kind is remembered. */
  void onTurnsSent(List<Content> turns) {
    for (Content turn : turns) {
      boolean user = !"model".equals(turn.role());
      List<Part> parts = turn.parts();
      for (Part part : parts == null ? List.<Part>of() : parts) {
        if (!Boolean.TRUE.equals(part.thought())) {
          add(user, textOf(part));
        }
      }
    }
  }

  private static String textOf(Part part) {
    if (part.text() != null) {
      return part.text();
    }
    String type = part.inlineData() != null
        ? part.inlineData().mimeType()
        : part.fileData() != null ? part.fileData().mimeType() : null;
    return type == null ? "" : "[" + type + "]";
  }

  /**
   * A call was answered for good. Live models refuse calls and results in a history (§2.8), so they
   * become text; on the user's side, lest the model learns to speak in brackets.
   *
   * @param name the function
   * @param args its arguments as JSON; null when there were none
   * @param result the response as JSON
   */
  void onToolAnswered(String name, @Nullable String args, String result) {
    String note = "[function " + name + "(" + brief(args == null ? "" : args) + ") returned "
        + brief(result) + "]";
    Entry last = entries.peekLast();
    if (last != null && last.turn() != null && !last.turn().ended()) {
      last.turn().addNote(note);
      trim();
    } else {
      add(true, note);
    }
  }

  private static String brief(String json) {
    return json.length() <= NOTE_LENGTH
        ? json
        : json.substring(0, wholeCharacters(json, NOTE_LENGTH)) + TurnWords.CUT;
  }

  /** As many of the first characters as can be had without cutting a surrogate pair. */
  private static int wholeCharacters(String text, int length) {
    return Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
  }

  /** Begins with what another session remembered, as its {@link #history()} gave it. */
  void restore(List<Content> history) {
    List<Entry> later = List.copyOf(entries);
    entries.clear();
    onTurnsSent(history);
    entries.addAll(later);
    trim();
  }

  private void add(boolean user, String text) {
    if (maxChars > 0 && !text.isBlank()) {
      entries.add(new Entry(null, new Utterance(user, text)));
      trim();
    }
  }

  /** Forgets what could not be told any more, even if it were asked for now. */
  private void trim() {
    entries.removeIf(Entry::isEmpty);
    long length = 0;
    for (Entry entry : entries) {
      length += entry.length();
    }
    while (entries.size() > 1 && length - entries.element().length() >= maxChars) {
      length -= entries.remove().length();
      forgotten = true;
    }
  }

  /**
   * What was said, oldest first.
   *
   * @return user and model by turns, each with a part for every utterance; text only, at most the
   *     characters the memory holds. What was forgotten takes with it the model's answer to it
   */
  List<Content> history() {
    List<Utterance> told = new ArrayList<>();
    boolean whole = collect(told) && !forgotten;
    Collections.reverse(told);
    if (!whole && told.stream().anyMatch(Utterance::user)) {
      while (!told.get(0).user()) {
        told.remove(0);
      }
    }
    return merged(told);
  }

  /** Collects what fits, newest first; of the newest, if it does not fit, the end. Whether all did. */
  private boolean collect(List<Utterance> told) {
    int left = maxChars;
    for (Entry entry : (Iterable<Entry>) entries::descendingIterator) {
      List<Utterance> retold = entry.retold();
      for (int i = retold.size() - 1; i >= 0; i--) {
        Utterance utterance = retold.get(i);
        int length = utterance.text().length();
        if (length > left) {
          if (told.isEmpty()) {
            told.add(new Utterance(utterance.user(), lastOf(utterance.text(), left)));
          }
          return false;
        }
        told.add(utterance);
        left -= length;
      }
    }
    return true;
  }

  /** The end of a text that is too long to be told. */
  private static String lastOf(String text, int length) {
    int from = text.length() - length + TurnWords.CUT.length();
    if (from < text.length() && Character.isLowSurrogate(text.charAt(from))) {
      from++;
    }
    return TurnWords.CUT + text.substring(from);
  }

  private static List<Content> merged(List<Utterance> utterances) {
    List<Content> contents = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < utterances.size(); i++) {
      Utterance utterance = utterances.get(i);
      parts.add(Part.text(utterance.text()));
      if (i + 1 == utterances.size() || utterances.get(i + 1).user() != utterance.user()) {
        contents.add(Content.builder()
            .role(utterance.user() ? "user" : "model")
            .parts(parts)
            .build());
        parts.clear();
      }
    }
    return contents;
  }
}
