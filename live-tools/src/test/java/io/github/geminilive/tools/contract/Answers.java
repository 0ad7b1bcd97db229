package io.github.geminilive.tools.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.geminilive.ToolException;
import io.github.geminilive.ToolResult;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.tools.LiveTool;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tools that answer with something of every kind. */
public final class Answers {

  static final long EXACT = (1L << 53) - 1;

  // Nothing to say.

  @LiveTool(description = "void")
  public void nothing() {}

  @LiveTool(description = "null")
  public @Nullable String nullText() {
    return null;
  }

  @LiveTool(description = "empty Optional")
  public Optional<String> emptyOptional() {
    return Optional.empty();
  }

  @LiveTool(description = "empty OptionalInt")
  public OptionalInt emptyOptionalInt() {
    return OptionalInt.empty();
  }

  @LiveTool(description = "stage of null")
  public CompletionStage<@Nullable String> nullStage() {
    return CompletableFuture.completedFuture(null);
  }

  @LiveTool(description = "stage of Void")
  public CompletionStage<@Nullable Void> voidStage() {
    return CompletableFuture.completedFuture(null);
  }

  // Values.

  @LiveTool(description = "text")
  public String text() {
    return "sunny";
  }

  @LiveTool(description = "empty text")
  public String emptyText() {
    return "";
  }

  @LiveTool(description = "char")
  public char letter() {
    return 'x';
  }

  @LiveTool(description = "boolean")
  public boolean flag() {
    return false;
  }

  @LiveTool(description = "int")
  public int whole() {
    return 0;
  }

  @LiveTool(description = "Optional")
  public Optional<String> optional() {
    return Optional.of("x");
  }

  @LiveTool(description = "stage")
  public CompletionStage<Integer> stage() {
    return CompletableFuture.supplyAsync(() -> 5);
  }

  @LiveTool(description = "stage of Optional")
  public CompletableFuture<Optional<LocalDate>> stageOfOptional() {
    return CompletableFuture.completedFuture(Optional.of(LocalDate.of(2026, 3, 31)));
  }

  @LiveTool(description = "with an error member")
  public Map<String, String> errorMember() {
    return Map.of("error", "none so far");
  }

  @LiveTool(description = "integers around what a double holds")
  public List<Long> longs() {
    return List.of(EXACT, EXACT + 1, -EXACT, -EXACT - 1, Long.MAX_VALUE, Long.MIN_VALUE);
  }

  @LiveTool(description = "great numbers")
  public List<Number> greatNumbers() {
    return List.of(
        BigInteger.valueOf(EXACT),
        BigInteger.valueOf(EXACT).add(BigInteger.ONE),
        new BigInteger("-123456789012345678901234567890"),
        new BigDecimal("1.5"),
        new BigDecimal("1E+400"));
  }

  @LiveTool(description = "what is no number")
  public List<Object> noNumbers() {
    return List.of(
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Float.NaN, 0.5f, 1.5);
  }

  @LiveTool(description = "with $ref")
  public Map<String, Object> ref() {
    return Map.of("$ref", List.of(Map.of("$ref", 1)));
  }

  @LiveTool(description = "times")
  public List<Object> times() {
    LocalDate date = LocalDate.of(2026, 3, 31);
    LocalTime time = LocalTime.of(14, 30);
    return List.of(
        Instant.parse("2026-03-31T12:30:00Z"),
        OffsetDateTime.parse("2026-03-31T14:30:00+02:00"),
        ZonedDateTime.parse("2026-03-31T14:30:00+02:00[Europe/Paris]"),
        date,
        time,
        LocalDateTime.of(date, time),
        Duration.ofMinutes(90),
        Period.ofDays(3),
        YearMonth.of(2026, 3),
        Year.of(2026),
        ZoneId.of("Europe/Paris"));
  }

  @LiveTool(description = "words")
  public List<Object> words() {
    return List.of(
        UUID.fromString("123e4567-e89b-12d3-a456-426614174000"),
        URI.create("https://example.com/a"),
        Currency.getInstance("EUR"),
        Locale.UK,
        new StringBuilder("built"));
  }

  @LiveTool(description = "bytes")
  public byte[] bytes() {
    return "hi".getBytes(StandardCharsets.UTF_8);
  }

  @LiveTool(description = "enums")
  public List<Echo.Speed> enums() {
    return List.of(Echo.Speed.SLOW, Echo.Speed.FAST, Echo.Speed.WARP);
  }

  @LiveTool(description = "enum with a body")
  public Echo.Color color() {
    return Echo.Color.GREEN;
  }

  @LiveTool(description = "enum with a value")
  public Echo.Level level() {
    return Echo.Level.HIGH;
  }

  @LiveTool(description = "arrays")
  public Object arrays() {
    return new Object[] {new int[] {1, 2}, new String[] {"a", null}, new boolean[0]};
  }

  @LiveTool(description = "list with null")
  public List<@Nullable String> gaps() {
    return Arrays.asList("a", null);
  }

  @LiveTool(description = "set")
  public Set<String> set() {
    return Set.of("only");
  }

  @LiveTool(description = "map")
  public Map<Object, Object> map() {
    Map<Object, Object> map = new LinkedHashMap<>();
    map.put(Echo.Speed.FAST, 1);
    map.put(7, Optional.of("seven"));
    map.put(UUID.fromString("123e4567-e89b-12d3-a456-426614174000"), Optional.empty());
    return map;
  }

  // Objects.

  /** Written in the order of its components. */
  public record Report(
      String title,
      @JsonProperty("due_date") LocalDate due,
      Echo.Speed speed,
      @Nullable String note,
      Optional<Integer> rank,
      List<Part> parts) {}

  /** A record in a record. */
  public record Part(double size, byte[] data) {}

  @LiveTool(description = "record")
  public Report report() {
    return new Report(
        "Weekly",
        LocalDate.of(2026, 1, 2),
        Echo.Speed.FAST,
        null,
        Optional.empty(),
        List.of(new Part(1.5, new byte[] {104, 105})));
  }

  /** Written in an order of its own. */
  @JsonPropertyOrder({"second", "first"})
  public static final class Card {
    public int first = 1;
    private String second = "two";

    public String getSecond() {
      return second;
    }

    public void setSecond(String second) {
      this.second = second;
    }

    public boolean isSold() {
      return true;
    }

    @JsonIgnore
    public String getSecret() {
      throw new IllegalStateException("must not be read");
    }
  }

  @LiveTool(description = "bean")
  public Card card() {
    return new Card();
  }

  @LiveTool(description = "sealed type")
  public List<Echo.Shape> shapes() {
    return List.of(new Echo.Circle(1, "c"), new Echo.Square(2, null), new Echo.Star(5, "s"));
  }

  @LiveTool(description = "listed subtypes")
  public Echo.Pet pet() {
    Echo.Cat cat = new Echo.Cat();
    cat.name = "Tom";
    return cat;
  }

  @LiveTool(description = "recursion")
  public Echo.Tree tree() {
    return new Echo.Tree("a", List.of(new Echo.Tree("b", List.of())));
  }

  @LiveTool(description = "generic record")
  public Echo.Page<LocalDate> page() {
    LocalDate date = LocalDate.of(2026, 3, 31);
    return new Echo.Page<>(List.of(date), date);
  }

  @LiveTool(description = "JSON of Jackson")
  public JsonNode node() {
    return JsonNodeFactory.instance.objectNode().put("a", 1).put("$ref", "b");
  }

  @LiveTool(description = "JSON of this library")
  public Json json() {
    return Json.parse("{\"a\":[1,null,9007199254740993]}");
  }

  @LiveTool(description = "result")
  public ToolResult result() {
    return ToolResult.error("closed", "We are closed.", true);
  }

  // Streams.

  @LiveTool(description = "stream")
  public Stream<LocalDate> stream() {
    return Stream.of(LocalDate.of(2026, 1, 1), LocalDate.of(2026, 1, 2));
  }

  @LiveTool(description = "publisher")
  public Flow.Publisher<Echo.Speed> publisher() {
    SubmissionPublisher<Echo.Speed> publisher = new SubmissionPublisher<>();
    return subscriber -> {
      publisher.subscribe(subscriber);
      publisher.submit(Echo.Speed.SLOW);
      publisher.submit(Echo.Speed.WARP);
      publisher.close();
    };
  }

  // What cannot be written.

  @LiveTool(description = "no JSON")
  public Object noJson() {
    return Thread.currentThread();
  }

  @LiveTool(description = "holds itself")
  public List<Object> endless() {
    List<Object> endless = new ArrayList<>();
    endless.add(endless);
    return endless;
  }

  @LiveTool(description = "too large")
  public String large(int bytes) {
    return "x".repeat(bytes);
  }

  // Failures.

  @LiveTool(description = "told")
  public String told() {
    throw ToolException.builder("No such town.")
        .retryable(true)
        .retryHint("Ask for the country.")
        .detail("towns", List.of("Lisbon", "Porto"))
        .cause(new IOException("secret"))
        .build();
  }

  @LiveTool(description = "plainly told")
  public String plainlyTold() {
    throw new ToolException("Not on Sundays.");
  }

  @LiveTool(description = "told in wrappers")
  public CompletionStage<String> wrapped() {
    return CompletableFuture.failedFuture(
        new CompletionException(new ExecutionException(new ToolException("Not on Sundays."))));
  }

  @LiveTool(description = "unchecked")
  public String unchecked() {
    throw new IllegalStateException("secret");
  }

  @LiveTool(description = "checked")
  public String checked() throws IOException {
    throw new IOException("secret");
  }

  @LiveTool(description = "error")
  public String error() {
    throw new AssertionError("secret");
  }

  @LiveTool(description = "endless recursion")
  public int overflow() {
    return 1 + overflow();
  }

  @LiveTool(description = "failed stage")
  public CompletionStage<String> failedStage() {
    return CompletableFuture.failedFuture(new IOException("secret"));
  }

  /** A record that checks. */
  public record Checked(int from, int to) {
    public Checked {
      if (from > to) {
        throw new ToolException("from must not be after to: " + from + " > " + to);
      }
    }
  }

  @LiveTool(description = "checked argument")
  public int checkedArgument(Checked range) {
    return range.to() - range.from();
  }
}
