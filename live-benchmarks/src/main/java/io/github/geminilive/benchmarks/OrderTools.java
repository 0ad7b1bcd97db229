package io.github.geminilive.benchmarks;

import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.ToolParam;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** A tool of ordinary size: a record with a list of records, an enum, bounds and a default. */
public final class OrderTools {

  /** How it comes. */
  public enum Delivery {
    /** Tomorrow. */
    EXPRESS,
    /** Some day. */
    STANDARD
  }

  /**
   * A line of an order.
   *
   * @param article what
   * @param count how many
   */
  public record Line(
      String article, @ToolParam(min = 1, max = 99) int count) {}

  /**
   * What is ordered.
   *
   * @param customer who
   * @param day when it is to come
   * @param delivery how
   * @param lines what
   * @param note anything else
   */
  public record Order(
      @ToolParam(minLength = 1) String customer,
      LocalDate day,
      @ToolParam(defaultValue = "STANDARD") Delivery delivery,
      List<Line> lines,
      Optional<String> note) {}

  /**
   * What becomes of it.
   *
   * @param number of the order
   * @param pieces how many in all
   * @param day when it comes
   */
  public record Receipt(String number, int pieces, LocalDate day) {}

  /** Orders. */
  @LiveTool(name = "place_order", description = "Places an order.")
  public Receipt placeOrder(Order order) {
    int pieces = 0;
    for (Line line : order.lines()) {
      pieces += line.count();
    }
    return new Receipt("A-1", pieces, order.day());
  }
}
