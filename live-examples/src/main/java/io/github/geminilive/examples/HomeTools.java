package io.github.geminilive.examples;

import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.ToolParam;
import java.util.EnumMap;
import java.util.Map;

// begin: home
/** What the model can do in a house. */
public final class HomeTools {

  /** Where there is a light. */
  public enum Room {
    KITCHEN,
    LIVING_ROOM
  }

  private final Map<Room, Integer> lights = new EnumMap<>(Room.class);

  @LiveTool(name = "set_light", description = "Sets how bright the light of a room is.")
  public synchronized String setLight(
      Room room,
      @ToolParam(description = "per cent", min = 0, max = 100, defaultValue = "100") int level) {
    Integer before = lights.put(room, level);
    return before == null || before == 0 ? "switched on" : "changed";
  }
}
// end: home
