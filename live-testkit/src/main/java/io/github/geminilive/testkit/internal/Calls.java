package io.github.geminilive.testkit.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The books of the function calls of one session's state. Guarded by the session's lock. */
final class Calls {

  private static final int MAX_SETTLED = 50;

  /** A function call without its answer; exchange is null when a test made it. */
  record Open(String name, boolean blocking, @Nullable Exchange exchange) {}

  private final Map<String, Open> open = new LinkedHashMap<>();
  private final Set<String> cancelled = new LinkedHashSet<>();
  // Ids whose last answer has come: a second one is one too many, whoever repeats the call.
  private final Set<String> answered = new LinkedHashSet<>();
  private int withoutId;

  /** Enters a call; one whose id has been answered before is a repetition and changes nothing. */
  void enter(String id, Open call) {
    String key = id.isEmpty() ? "without id " + ++withoutId : id;
    if (!answered.contains(key)) {
      open.putIfAbsent(key, call);
    }
  }

  @Nullable
  Open find(String key) {
    return open.get(key);
  }

  boolean isCancelled(String id) {
    return cancelled.contains(id);
  }

  /** Tells why there is no open call of this id, in words for a test's author. */
  String whyNot(String id) {
    return (answered.contains(id) ? "call answered before: " : "unknown call: ") + id;
  }

  boolean anyBlocking() {
    return open.values().stream().anyMatch(Open::blocking);
  }

  boolean any(String name) {
    return open.values().stream().anyMatch(call -> call.name().equals(name));
  }

  boolean any() {
    return !open.isEmpty();
  }

  /** Strikes a call whose last answer has come. */
  void settle(String key) {
    if (open.remove(key) != null) {
      note(answered, key);
    }
  }

  /** Takes back one call, if it is open. */
  void cancel(String id) {
    if (open.remove(id) != null) {
      note(cancelled, id);
    }
  }

  /** Takes back calls; returns their ids, oldest first. */
  List<String> cancel(Predicate<Map.Entry<String, Open>> which) {
    List<String> ids = new ArrayList<>();
    open.entrySet().stream().filter(which).forEach(call -> ids.add(call.getKey()));
    ids.forEach(this::cancel);
    return ids;
  }

  private static void note(Set<String> ids, String id) {
    ids.add(id);
    if (ids.size() > MAX_SETTLED) {
      ids.remove(ids.iterator().next());
    }
  }

  /** The call that is answered: by its id, or the oldest of that name that came without one. */
  String keyOf(JsonNode response) {
    String id = response.path("id").asText("");
    String name = response.path("name").asText();
    return !id.isEmpty()
        ? id
        : open.entrySet().stream()
            .filter(call -> call.getValue().name().equals(name))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse("");
  }

  /**
   * What a resumption handle keeps: calls the model does not wait for, open and settled. A call that
   * blocks belongs to a generation in flight, which no handle keeps.
   */
  Calls kept() {
    Calls copy = new Calls();
    Map<Exchange, Exchange> parked = new IdentityHashMap<>();
    open.forEach((id, call) -> {
      Exchange exchange = call.exchange();
      if (!call.blocking()) {
        copy.open.put(
            id,
            new Open(
                call.name(),
                false,
                exchange == null ? null : parked.computeIfAbsent(exchange, Exchange::parkedCopy)));
      }
    });
    // A blocking call of the same answer is not waited for by what is left of it.
    parked.values().forEach(exchange -> exchange.open.retainAll(new HashSet<>(copy.open.keySet())));
    copy.cancelled.addAll(cancelled);
    copy.answered.addAll(answered);
    copy.withoutId = withoutId;
    return copy;
  }
}
