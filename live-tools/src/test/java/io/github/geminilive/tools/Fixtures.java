package io.github.geminilive.tools;

import io.github.geminilive.CancellationToken;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.ToolContext;
import io.github.geminilive.ToolResult;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.FunctionScheduling;
import java.time.LocalDate;
import java.time.Month;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tools to put sets together of. */
public final class Fixtures {

  private Fixtures() {}

  /** Tools of an object. */
  public static class Home {
    private final String room;

    /** Those of a room. */
    public Home(String room) {
      this.room = room;
    }

    /** Switches. */
    @LiveTool(description = "Switches the lamp.")
    public String lamp(
        @ToolParam(description = "Whether it is to shine.", name = "on") boolean on) {
      return room + (on ? " is lit" : " is dark");
    }

    /** Warms. */
    @LiveTool(description = "Sets the heating.")
    public Map<String, Integer> heat(
        @ToolParam(name = "celsius", min = 5, max = 30) int celsius,
        @ToolParam(name = "from", required = false) Optional<LocalDate> from) {
      return Map.of("celsius", celsius);
    }
  }

  /** Tools of a class. */
  public static final class Clock {
    private Clock() {}

    /** Tells. */
    @LiveTool(description = "Tells the time.")
    public static String clock() {
      return "noon";
    }
  }

  /** Arguments of a tool. */
  public record Order(
      @ToolParam(description = "What to bring.") String dish,
      @ToolParam(min = 1, max = 9, defaultValue = "1") int count) {

    /** Refuses. */
    public Order {
      if (dish.equals("nothing")) {
        throw new IllegalArgumentException("There is no dish named nothing.");
      }
    }
  }

  /** No arguments. */
  public record None() {}

  /** Asks for all that can be filled in. */
  public static final class Asking {

    /** Asks. */
    public Asking() {}

    /** Asks for the call. */
    @LiveTool(name = "call", description = "x")
    public List<Object> call(
        FunctionCall call,
        @ToolParam(name = "n") int n,
        ToolContext context,
        CancellationToken token,
        CallId id) {
      return List.of(
          String.valueOf(call.name()), n, context == token, id.value() == null ? "none" : id);
    }

    /** Asks for the session. */
    @LiveTool(name = "session", description = "x")
    public String session(LiveSession session) {
      return session.config().model().id();
    }

    /** Asks for the turn. */
    @LiveTool(name = "turn", description = "x")
    public long turn(LiveTurn turn) {
      return turn.number();
    }

    /** Asks for state. */
    @LiveTool(name = "state", description = "x")
    public String state(@Attached StringBuilder state) {
      return state.append('!').toString();
    }

    /** Asks for state that need not be there. */
    @LiveTool(name = "perhaps", description = "x")
    public String perhaps(
        @Attached Optional<StringBuilder> one, @Attached @Nullable StringBuilder other) {
      return one.map(StringBuilder::toString).orElse("none") + " " + other;
    }
  }

  /** A result of the application's. */
  public record Stay(String city, LocalDate from, Optional<Month> until) {}

  /** One of them. */
  static final Stay STAY = new Stay("Lisbon", LocalDate.of(2026, 3, 31), Optional.empty());

  /** An annotated tool that says more about its result. */
  public static final class Desk {
    /** Those of one. */
    public Desk() {}

    /** Books. */
    @LiveTool(description = "Books.")
    public ToolResult book() {
      return ToolResult.of(STAY).scheduling(FunctionScheduling.SILENT);
    }

    /** Lists. */
    @LiveTool(description = "Lists.", behavior = LiveTool.Behavior.NON_BLOCKING)
    public ToolResult list() {
      return ToolResult.of(Stream.of(STAY, ToolResult.of(STAY)))
          .scheduling(FunctionScheduling.SILENT);
    }
  }

  /** A tool that needs what nobody attaches. */
  public static final class Needy {
    /** Those of one. */
    public Needy() {}

    /** Asks. */
    @LiveTool(description = "Asks.", behavior = LiveTool.Behavior.BLOCKING)
    public String need(@Attached StringBuilder missing) {
      return "x";
    }
  }
}
