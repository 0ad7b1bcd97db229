package io.github.geminilive.tools.contract;

import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.ToolParam;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Negative;
import jakarta.validation.constraints.NegativeOrZero;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tools whose arguments are bounded, and such with defaults; each answers what it got. */
public final class Limits {

  // By attributes.

  @LiveTool(description = "min, max of int")
  public String age(@ToolParam(min = 18, max = 120) int value) {
    return "" + value;
  }

  @LiveTool(description = "min, max of double")
  public String ratio(@ToolParam(min = -0.5, max = 1.5) double value) {
    return "" + value;
  }

  @LiveTool(description = "narrower than the type")
  public String narrow(@ToolParam(min = 0, max = 100) byte value) {
    return "" + value;
  }

  @LiveTool(description = "minLength, maxLength")
  public String word(@ToolParam(minLength = 2, maxLength = 4) String value) {
    return value;
  }

  @LiveTool(description = "pattern")
  public String code(@ToolParam(pattern = "[A-Z]{2}[0-9]+") String value) {
    return value;
  }

  @LiveTool(description = "allowed")
  public String size(@ToolParam(allowed = {"small", "medium", "extra large"}) String value) {
    return value;
  }

  @LiveTool(description = "minItems, maxItems")
  public String few(@ToolParam(minItems = 2, maxItems = 3) List<Integer> value) {
    return "" + value;
  }

  @LiveTool(description = "set of at least two")
  public String different(@ToolParam(minItems = 2) Set<Integer> value) {
    return "" + value;
  }

  // By jakarta.validation.

  @LiveTool(description = "@Min, @Max")
  public String minMax(@Min(-3) @Max(3) long value) {
    return "" + value;
  }

  @LiveTool(description = "@DecimalMin, @DecimalMax of BigDecimal")
  public String price(@DecimalMin("0.01") @DecimalMax("99.99") BigDecimal value) {
    return value.toPlainString();
  }

  @LiveTool(description = "exclusive bounds of double")
  public String open(
      @DecimalMin(value = "0", inclusive = false) @DecimalMax(value = "1", inclusive = false)
          double value) {
    return "" + value;
  }

  @LiveTool(description = "exclusive bounds of int")
  public String openWhole(
      @DecimalMin(value = "0", inclusive = false) @DecimalMax(value = "5", inclusive = false)
          int value) {
    return "" + value;
  }

  @LiveTool(description = "@Positive of int")
  public String positive(@Positive int value) {
    return "" + value;
  }

  @LiveTool(description = "@Positive of double")
  public String positiveReal(@Positive double value) {
    return "" + value;
  }

  @LiveTool(description = "@PositiveOrZero")
  public String notNegative(@PositiveOrZero BigInteger value) {
    return "" + value;
  }

  @LiveTool(description = "@Negative of int")
  public String negative(@Negative int value) {
    return "" + value;
  }

  @LiveTool(description = "@NegativeOrZero")
  public String notPositive(@NegativeOrZero float value) {
    return "" + value;
  }

  @LiveTool(description = "@Size of text")
  public String sized(@Size(min = 1, max = 3) String value) {
    return value;
  }

  @LiveTool(description = "@Size of list")
  public String sizedList(@Size(min = 1, max = 2) List<String> value) {
    return "" + value;
  }

  @LiveTool(description = "@Size of map")
  public String sizedMap(@Size(min = 1, max = 2) Map<String, Integer> value) {
    return "" + value;
  }

  @LiveTool(description = "@NotBlank")
  public String notBlank(@NotBlank String value) {
    return value;
  }

  @LiveTool(description = "@NotEmpty of text")
  public String notEmpty(@NotEmpty String value) {
    return value;
  }

  @LiveTool(description = "@NotEmpty of array")
  public String notEmptyArray(@NotEmpty String[] value) {
    return String.join("|", value);
  }

  @LiveTool(description = "@Pattern")
  public String plate(@Pattern(regexp = "a|ab") String value) {
    return value;
  }

  @LiveTool(description = "bounds of elements")
  public String elements(List<@Min(1) @Max(5) Integer> value) {
    return "" + value;
  }

  @LiveTool(description = "bounds of map values")
  public String values(Map<String, @Size(max = 3) String> value) {
    return "" + value;
  }

  /** Bounded components. */
  public record Order(
      @ToolParam(description = "How many.", min = 1, max = 9)
      int amount,

      @Size(min = 3) String item) {}

  @LiveTool(description = "bounds of components")
  public String order(Order value) {
    return "" + value;
  }

  // Defaults.

  /** Of two. */
  public enum Unit {
    METRES,
    FEET
  }

  @LiveTool(description = "default of int")
  public String defaultInt(@ToolParam(description = "How many.", defaultValue = "3") int value) {
    return "" + value;
  }

  @LiveTool(description = "default of text")
  public String defaultText(@ToolParam(defaultValue = "hello") String value) {
    return value;
  }

  @LiveTool(description = "empty default")
  public String defaultEmpty(@ToolParam(defaultValue = "") String value) {
    return "[" + value + "]";
  }

  @LiveTool(description = "default of enum")
  public String defaultUnit(@ToolParam(defaultValue = "METRES") Unit value) {
    return value.name();
  }

  @LiveTool(description = "default of boolean")
  public String defaultFlag(@ToolParam(defaultValue = "true") boolean value) {
    return "" + value;
  }

  @LiveTool(description = "default of date")
  public String defaultDate(
      @ToolParam(description = "Day of arrival.", defaultValue = "2026-01-02") LocalDate value) {
    return "" + value;
  }

  @LiveTool(description = "default of duration")
  public String defaultDuration(@ToolParam(defaultValue = "PT5M") Duration value) {
    return "" + value;
  }

  @LiveTool(description = "default of list")
  public String defaultList(@ToolParam(defaultValue = "[1,2]") List<Integer> value) {
    value.add(9);
    return "" + value;
  }

  @LiveTool(description = "default of record")
  public String defaultOrder(
      @ToolParam(defaultValue = "{\"amount\":2,\"item\":\"tea\"}") Order value) {
    return "" + value;
  }

  @LiveTool(description = "default within bounds")
  public String defaultBounded(@ToolParam(defaultValue = "5", min = 1, max = 5) int value) {
    return "" + value;
  }
}
