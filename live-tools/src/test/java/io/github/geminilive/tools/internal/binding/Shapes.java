package io.github.geminilive.tools.internal.binding;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Classes of many shapes. */
public final class Shapes {

  private Shapes() {}

  public enum Mood {
    @JsonProperty("very-good")
    GOOD,
    BAD
  }

  public record Page<T>(List<T> items, Optional<T> first, Map<String, T> named) {}

  public record Numbers(
      byte b, short s, int i, long l, float f, double d, char c, boolean t, BigInteger w) {}

  public record Boxes(
      @Nullable Integer i, @Nullable Long l, @Nullable String text, OptionalInt number) {}

  public record Times(Instant at, LocalDate day, Duration span) {}

  public record Arrays2(int[] ints, String[][] texts, byte[] bytes, Mood[] moods) {}

  public record Node(String name, List<Node> children, Optional<Node> next) {}

  public sealed interface Shape permits Circle, Square, Group {}

  public record Circle(BigDecimal radius, @Nullable Mood mood) implements Shape {}

  @JsonTypeName("sq")
  public record Square(int side, Mood mood) implements Shape {}

  public record Group(List<Shape> members) implements Shape {}

  /** A bean. */
  public static class Account {

    private String owner = "nobody";
    private @Nullable Mood mood;

    @JsonProperty("cents")
    public long amount;

    public String getOwner() {
      return owner;
    }

    public void setOwner(String owner) {
      this.owner = owner;
    }

    public @Nullable Mood getMood() {
      return mood;
    }

    public void setMood(@Nullable Mood mood) {
      this.mood = mood;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Account that
          && owner.equals(that.owner)
          && mood == that.mood
          && amount == that.amount;
    }

    @Override
    public int hashCode() {
      return Objects.hash(owner, mood, amount);
    }
  }

  public record All(
      Page<String> words,
      Page<Times> times,
      Numbers numbers,
      Boxes boxes,
      Arrays2 arrays,
      Node node,
      Shape shape,
      Set<Mood> moods,
      Map<Mood, List<UUID>> ids,
      Account account) {}
}
