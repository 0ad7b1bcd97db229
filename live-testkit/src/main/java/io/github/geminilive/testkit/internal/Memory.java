package io.github.geminilive.testkit.internal;

import java.util.ArrayList;
import java.util.List;

/** What a session remembers, across connections. Guarded by the session's lock. */
final class Memory {

  final List<String> history = new ArrayList<>();
  int spokenTurns;
  long contextTextTokens;
  long contextAudioTokens;

  Memory copy() {
    Memory copy = new Memory();
    copy.history.addAll(history);
    copy.spokenTurns = spokenTurns;
    copy.contextTextTokens = contextTextTokens;
    copy.contextAudioTokens = contextAudioTokens;
    return copy;
  }
}
