package io.github.geminilive.testkit.internal;

import java.util.ArrayList;
import java.util.List;

/** What a session remembers, across connections. Guarded by the session's lock. */
final class Memory {

  // A day's conversation in a test must not fill the test's memory; the real one forgets, too.
  private static final int MAX_LINES = 400;

  private final List<String> history = new ArrayList<>();
  Calls calls = new Calls();
  Hush.Line line = new Hush.Line();
  int spokenTurns;
  long contextTextTokens;
  long contextAudioTokens;

  void add(String line) {
    history.add(line);
    if (history.size() > MAX_LINES) {
      history.remove(0);
    }
  }

  /** Puts a longer form in place of the newest line. */
  void replaceLast(String line) {
    history.set(history.size() - 1, line);
  }

  List<String> history() {
    return List.copyOf(history);
  }

  Memory copy() {
    Memory copy = new Memory();
    copy.history.addAll(history);
    copy.calls = calls.kept();
    copy.line = line;
    copy.spokenTurns = spokenTurns;
    copy.contextTextTokens = contextTextTokens;
    copy.contextAudioTokens = contextAudioTokens;
    return copy;
  }
}
