package com.acme;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import io.github.geminilive.ToolContext;
import io.github.geminilive.tools.Attached;
import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.ToolParam;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A house. */
public class Home {

  /** Colours. */
  public enum Color {
    RED,
    @JsonProperty("grün")
    GREEN
  }

  public enum Level {
    LOW,
    HIGH;

    @JsonValue
    public int number() {
      return ordinal() + 1;
    }
  }

  /**
   * A light.
   *
   * @param name its <b>name</b>, such as {@code "spot"}
   * @param inner lights inside of it
   */
  public record Light(
      String name,
      @Nullable Color color,
      List<Light> inner,
      int[] levels,
      Map<String, Double> more) {}

  public sealed interface Shape {}

  /**
   * A circle.
   *
   * @param radius in metres
   */
  public record Circle(double radius) implements Shape {}

  public record Square(@ToolParam(min = 1) double side, Optional<Shape> inner)
      implements Shape {}

  public static class Settings {
    private String room = "hall";
    public long size;

    public String getRoom() throws IOException {
      return room;
    }

    /** Which room. */
    public void setRoom(String room) throws IOException {
      this.room = room;
    }
  }

  public record Page<T>(List<T> items, T[] more) {}

  /**
   * Switches a light, e.g. {@link Color#RED red} ones. Takes a while.
   *
   * @param light which one
   * @param shape what it shines
   *     at
   */
  @LiveTool(timeoutMillis = 500, parallelLimit = 2)
  public CompletionStage<Light> light(
      Light light, Shape shape, ToolContext context, @Attached Optional<Thread> user)
      throws Exception {
    throw new IOException();
  }

  @Deprecated
  @LiveTool(name = "page.it", description = "Pages \"x\" \\ ü.", silent = true)
  public static void page(
      Page<String> page,
      @ToolParam(name = "set_up", required = false) Settings settings,
      @ToolParam(defaultValue = "2", max = 10) long number,
      Set<Level> levels,
      String... rest) {}

  @LiveTool(description = "Copies.")
  public Page<Settings> copy(byte[][] bytes, List<String>[] lists) {
    return null;
  }
}
