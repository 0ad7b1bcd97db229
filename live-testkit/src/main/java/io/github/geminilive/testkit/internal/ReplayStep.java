package io.github.geminilive.testkit.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.testkit.internal.Replay.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Plays a connection's events. A message of the service follows what came before it after the time
 * it took when it was recorded; one that had come after a message of the client's awaits one of its
 * kind.
 */
public final class ReplayStep implements Step {

  private final List<Event> events;
  private final List<String> unclaimed = new ArrayList<>();
  private int next;
  private Duration before;
  private boolean timed;
  private boolean due;

  /**
   * Plays from the beginning.
   *
   * @param start the time in the recording at which this begins
   */
  public ReplayStep(List<Event> events, Duration start) {
    this.events = events;
    this.before = start;
  }

  @Override
  public boolean run(ScriptRun run) {
    for (JsonNode message = run.take(); message != null; message = run.take()) {
      String kind = Replay.kindOf(message);
      if (!kind.isEmpty()) {
        unclaimed.add(kind);
      }
    }
    for (; next < events.size(); next++) {
      Event event = events.get(next);
      if (event instanceof Event.Up up) {
        if (!unclaimed.remove(up.kind())) {
          return false;
        }
      } else {
        if (!isDue(run, event)) {
          return false;
        }
        play(run.connection(), event);
      }
      before = event.at();
      timed = false;
      due = false;
    }
    return true;
  }

  private boolean isDue(ScriptRun run, Event event) {
    Duration left = event.at().minus(before);
    if (left.isZero() || left.isNegative()) {
      return true;
    }
    if (!timed) {
      timed = true;
      run.wakeAfter(left, () -> due = true);
    }
    return due;
  }

  private static void play(WireConnection connection, Event event) {
    if (event instanceof Event.Down down) {
      connection.send(down.message());
    } else if (event instanceof Event.Garbage garbage) {
      connection.sendBinary("x".repeat(garbage.bytes()).getBytes(StandardCharsets.US_ASCII));
    } else if (event instanceof Event.Close close) {
      close(connection, close);
    } else if (event instanceof Event.Loss) {
      // Not a reset, which may take the last messages with it that had come when it was recorded.
      connection.drop();
    } else {
      connection.stall();
    }
  }

  private static void close(WireConnection connection, Event.Close close) {
    switch (close.code()) {
      case 1005 -> connection.closeWithoutCode();
      case 1006 -> connection.drop();
      default -> connection.close(close.code(), close.reason());
    }
  }
}
