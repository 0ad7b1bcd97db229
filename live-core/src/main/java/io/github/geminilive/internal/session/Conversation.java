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
 * <p>Turns of the application count once they were written to the socket. What still waits will be
 * written after the history, and must not stand in it as well.
 */
final class Conversation {

  /** How much is told of a function's arguments or result: the model spoke of them already. */
  private static final int NOTE_LENGTH = 500;

  /** What stands at one place of the conversation. */
  private interface Entry {

    /** How many characters it holds. */
    int length();

    /** Whether it says nothing, and never will. */
    boolean isEmpty();

    List<Utterance> retold();
  }

  private record Turn(TurnWords words) implements Entry {

    @Override
    public int length() {
      return words.length();
    }

    @Override
    public boolean isEmpty() {
      return length() == 0 && words.ended();
    }

    @Override
    public List<Utterance> retold() {
      return words.retold();
    }
  }

  /** What did not come up in a turn. */
  private static final class Aside implements Entry {
    private final List<Utterance> utterances;
    private final int length;
    // What it waits for to be written; null when it was said.
    private @Nullable List<Content> waiting;

    Aside(List<Utterance> utterances, @Nullable List<Content> waiting) {
      this.utterances = utterances;
      this.length = utterances.stream().mapToInt(said -> said.text().length()).sum();
      this.waiting = waiting;
    }

    @Override
    public int length() {
      return waiting == null ? length : 0;
    }

    @Override
    public boolean isEmpty() {
      return length == 0;
    }

    @Override
    public List<Utterance> retold() {
      return waiting == null ? utterances : List.of();
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
      entries.add(new Turn(words));
    }
  }

  /** A turn has ended; enters it if its beginning was not told. */
  void onTurnEnded(LiveTurn turn) {
    onTurnBegun(turn);
    trim();
  }

  /**
   * Turns are about to be written. They keep their place from now on, because the answer may be
   * here before anybody says that they were written.
   *
   * @param turns to be given to {@link #onTurnsSent} when they were
   */
  void onTurnsQueued(List<Content> turns) {
    if (maxChars > 0) {
      entries.add(new Aside(utterances(turns), turns));
    }
  }

  /** Turns were written. Of media only the kind is remembered. */
  void onTurnsSent(List<Content> turns) {
    for (Entry entry : entries) {
      if (entry instanceof Aside aside && aside.waiting == turns) {
        aside.waiting = null;
        trim();
        return;
      }
    }
    add(utterances(turns));
  }

  private static List<Utterance> utterances(List<Content> turns) {
    List<Utterance> utterances = new ArrayList<>();
    for (Content turn : turns) {
      boolean user = !"model".equals(turn.role());
      List<Part> parts = turn.parts();
      for (Part part : parts == null ? List.<Part>of() : parts) {
        String text = Boolean.TRUE.equals(part.thought()) ? "" : textOf(part);
        if (!text.isBlank()) {
          utterances.add(new Utterance(user, text));
        }
      }
    }
    return utterances;
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
    if (entries.peekLast() instanceof Turn turn && !turn.words().ended()) {
      turn.words().addNote(note);
      trim();
    } else {
      add(List.of(new Utterance(true, note)));
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

  private void add(List<Utterance> utterances) {
    if (maxChars > 0) {
      // One by one, so that one by one can be forgotten.
      utterances.forEach(said -> entries.add(new Aside(List.of(said), null)));
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

  /**
   * Collects what fits, newest first; of the newest, if it does not fit, the end.
   *
   * @return whether all did
   */
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
