package io.github.geminilive.tools.contract;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.geminilive.tools.ToolParam;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Types that are declared apart from the tools that take them. */
public final class Types {

  private Types() {}

  /** With what only a use of a type can say. */
  public record Guest(
      String name,
      @Nullable String title,
      List<@Size(max = 5) String> tags,
      Map<Meal, Optional<Integer>> meals,

      @JsonProperty("arrives") @ToolParam(description = "Day.", defaultValue = "monday")
      String day) {}

  /** With wire names. */
  public enum Meal {
    @JsonProperty("breakfast")
    BREAKFAST,
    @JsonProperty("dinner")
    DINNER
  }

  /** Generic. */
  public record Pair<A, B>(A left, @Nullable B right) {}

  /** One of several. */
  public sealed interface Event permits Arrival, Departure {}

  /** A variant. */
  public record Arrival(Guest guest) implements Event {}

  /** A variant. */
  public record Departure(String reason, @Nullable Event previous) implements Event {}
}
