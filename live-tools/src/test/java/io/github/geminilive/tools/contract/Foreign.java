package io.github.geminilive.tools.contract;

import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.ToolParam;
import java.util.List;
import java.util.Optional;

/** Tools whose types are declared elsewhere. */
public final class Foreign {

  @LiveTool(description = "Takes a guest.")
  public String guest(@ToolParam(description = "Who comes.") Types.Guest guest) {
    return guest.toString();
  }

  @LiveTool(description = "Takes a meal.")
  public Types.Meal meal(Types.Meal meal) {
    return meal;
  }

  @LiveTool(description = "Takes a generic record.")
  public Types.Pair<Integer, Types.Meal> pair(Types.Pair<Integer, Types.Meal> pair) {
    return pair;
  }

  @LiveTool(description = "Takes lists of what is declared elsewhere.")
  public List<Types.Pair<String, Types.Pair<String, Integer>>> pairs(
      List<Types.Pair<String, Types.Pair<String, Integer>>> pairs, Optional<Types.Guest> guest) {
    return pairs;
  }

  @LiveTool(description = "Takes one of several.")
  public Types.Event event(Types.Event event) {
    return event;
  }
}
