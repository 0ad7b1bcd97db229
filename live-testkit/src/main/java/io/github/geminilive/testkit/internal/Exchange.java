package io.github.geminilive.testkit.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An answer in progress. Guarded by the session's lock. */
final class Exchange {

  final Deque<Action> left;
  final String text;
  final int spokenTurn;
  final Map<String, JsonNode> results = new LinkedHashMap<>();
  final Set<String> open = new HashSet<>();
  JsonNode result = Json.object().path("none");
  boolean parked;
  boolean blocked;
  // What the most urgent of its answers said.
  String scheduling = "";
  // The silence it is to fall into; null for none, or when it has.
  @Nullable
  Hush hush;

  Exchange(Collection<Action> actions, String text, int spokenTurn) {
    this.left = new ArrayDeque<>(actions);
    this.text = text;
    this.spokenTurn = spokenTurn;
  }

  /** What is left of it in a state that is gone back to: it waits for results, and says no more. */
  Exchange parkedCopy() {
    Exchange copy = new Exchange(List.copyOf(left), text, spokenTurn);
    copy.results.putAll(results);
    copy.open.addAll(open);
    copy.result = result;
    copy.scheduling = scheduling;
    copy.hush = hush;
    copy.parked = true;
    return copy;
  }
}
