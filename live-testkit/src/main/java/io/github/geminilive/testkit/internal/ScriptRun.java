package io.github.geminilive.testkit.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A scenario in progress. Guarded by the session's lock. */
public final class ScriptRun {

  private final WireConnection connection;
  private final Session session;
  private final Time time;
  private final Iterator<Supplier<Step>> steps;
  private final Deque<JsonNode> waiting = new ArrayDeque<>();
  private @Nullable Step current;
  private boolean pumping;

  ScriptRun(WireConnection connection, Session session, Time time, Script script) {
    this.connection = connection;
    this.session = session;
    this.time = time;
    this.steps = script.steps().iterator();
  }

  public WireConnection connection() {
    return connection;
  }

  public Session session() {
    return session;
  }

  /** Takes the oldest message that no step has taken. */
  public @Nullable JsonNode take() {
    return waiting.pollFirst();
  }

  /** Runs on once the time has come. */
  public void wakeAfter(Duration delay, Runnable then) {
    session.own(time.after(delay, () -> {
      synchronized (session) {
        then.run();
        session.guard(this::pump);
      }
    }));
  }

  void offer(JsonNode message) {
    waiting.addLast(message);
    pump();
  }

  /** Goes on as far as possible. */
  public void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      while (current != null || steps.hasNext()) {
        if (current == null) {
          current = steps.next().get();
        }
        if (!current.run(this)) {
          return;
        }
        current = null;
      }
    } finally {
      pumping = false;
    }
  }
}
