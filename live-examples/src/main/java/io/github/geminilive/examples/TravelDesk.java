package io.github.geminilive.examples;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.geminilive.CancellationToken;
import io.github.geminilive.ToolException;
import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.ToolParam;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A travel desk: what a model can do for someone who wants to go by train. */
public final class TravelDesk {

  private static final LocalTime FIRST = LocalTime.of(8, 15);

  /** Where one sits. */
  public enum Comfort {
    /** Four in a row. */
    @JsonProperty("second_class")
    SECOND,
    /** Three in a row. */
    @JsonProperty("first_class")
    FIRST
  }

  /**
   * What somebody wants.
   *
   * @param from where it starts
   * @param to where it ends
   * @param day when
   * @param travellers who travels
   * @param comfort how
   */
  public record Trip(
      @ToolParam(description = "city of departure") String from,
      @ToolParam(description = "city of arrival") String to,
      LocalDate day,

      @ToolParam(description = "first names of all who travel", minItems = 1, maxItems = 9)
      List<String> travellers,

      @ToolParam(defaultValue = "second_class") Comfort comfort) {}

  /**
   * A connection.
   *
   * @param number what is written on the train
   * @param departure when it leaves
   * @param takes how long it takes
   */
  public record Train(String number, LocalTime departure, Duration takes) {}

  /** A record, a list and an enum in; a list of records out. */
  @LiveTool(name = "find_trains", description = "Finds the trains of one day, earliest first.")
  public List<Train> findTrains(Trip trip) {
    if (trip.from().equalsIgnoreCase(trip.to())) {
      throw new ToolException("Departure and arrival are the same city; ask where to go.");
    }
    return List.of(
        new Train("IC 521", FIRST, Duration.ofMinutes(170)),
        new Train("AP 131", FIRST.plusHours(2), Duration.ofMinutes(155)));
  }

  /** Slow, so the model goes on talking; the answer comes without a thread that waits for it. */
  @LiveTool(
      name = "compare_prices",
      description = "Asks all shops what a train costs, per traveller in euros. Takes a while.",
      behavior = LiveTool.Behavior.NON_BLOCKING,
      scheduling = LiveTool.Scheduling.WHEN_IDLE)
  public CompletionStage<Double> comparePrices(
      @ToolParam(description = "number of the train") String train, CancellationToken cancelled) {
    return CompletableFuture.supplyAsync(
        () -> {
          cancelled.throwIfCancelled();
          return 24.7;
        },
        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
  }

  /** Costs money: the program that offers it lets a person decide. */
  @LiveTool(name = "book_seats", description = "Books and pays seats in a train.")
  public String bookSeats(
      @ToolParam(description = "number of the train") String train,
      @ToolParam(min = 1, max = 9, defaultValue = "1") int seats) {
    return "Booked: " + seats + " in " + train + ", code 7F3K.";
  }

  /** Each element is told to the model as it comes. */
  @LiveTool(
      name = "follow_train",
      description = "Reports where a train is, until it arrives.",
      behavior = LiveTool.Behavior.NON_BLOCKING)
  public Stream<String> followTrain(@ToolParam(description = "number of the train") String train) {
    return Stream.of("left on time", "five minutes late", "arrived");
  }
}
