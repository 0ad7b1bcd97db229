package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.protocol.Content;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every setting of {@link RecoveryPolicy}: its default, its limits, and that it is kept. */
class RecoveryPolicyTest {

  private static final Duration TICK = Duration.ofNanos(1);

  /** A setting that is a time. */
  private enum Time {
    OUTAGE(60_000, true, RecoveryPolicy.Builder::outage, RecoveryPolicy::outage),
    FIRST_WAIT(500, false, RecoveryPolicy.Builder::firstWait, RecoveryPolicy::firstWait),
    SECOND_WAIT(500, true, RecoveryPolicy.Builder::secondWait, RecoveryPolicy::secondWait),
    LONGEST_WAIT(8_000, true, RecoveryPolicy.Builder::longestWait, RecoveryPolicy::longestWait),
    STABLE_AFTER(10_000, false, RecoveryPolicy.Builder::stableAfter, RecoveryPolicy::stableAfter),
    HELD_AUDIO(2_000, false, RecoveryPolicy.Builder::heldAudio, RecoveryPolicy::heldAudio),
    PATIENCE(10_000, false, RecoveryPolicy.Builder::patience, RecoveryPolicy::patience),
    SHORTEST_MARGIN(
        250, false, RecoveryPolicy.Builder::shortestMargin, RecoveryPolicy::shortestMargin),
    LONGEST_MARGIN(
        5_000, false, RecoveryPolicy.Builder::longestMargin, RecoveryPolicy::longestMargin),
    FAREWELL(1_000, true, RecoveryPolicy.Builder::farewell, RecoveryPolicy::farewell),
    DEAD_AFTER(45_000, true, RecoveryPolicy.Builder::deadAfter, RecoveryPolicy::deadAfter),
    WRITE_STALL(10_000, true, RecoveryPolicy.Builder::writeStall, RecoveryPolicy::writeStall),
    SUMMARY_LIMIT(5_000, true, RecoveryPolicy.Builder::summaryLimit, RecoveryPolicy::summaryLimit);

    private final Duration standard;
    private final boolean positive;
    private final BiFunction<RecoveryPolicy.Builder, Duration, RecoveryPolicy.Builder> setter;
    private final Function<RecoveryPolicy, Duration> getter;

    Time(
        long millis,
        boolean positive,
        BiFunction<RecoveryPolicy.Builder, Duration, RecoveryPolicy.Builder> setter,
        Function<RecoveryPolicy, Duration> getter) {
      this.standard = Duration.ofMillis(millis);
      this.positive = positive;
      this.setter = setter;
      this.getter = getter;
    }

    private String property() {
      StringBuilder name = new StringBuilder();
      for (String word : name().toLowerCase(Locale.ROOT).split("_")) {
        name.append(
            name.length() == 0 ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
      }
      return name.toString();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTimeHasItsDefault(Time time) {
    assertThat(time.getter.apply(RecoveryPolicy.DEFAULT)).isEqualTo(time.standard);
  }

  @ParameterizedTest
  @EnumSource
  void aTimeIsKeptAlsoInACopy(Time time) {
    Duration value = Duration.ofMillis(1_234);

    RecoveryPolicy policy = time.setter.apply(RecoveryPolicy.builder(), value).build();

    assertThat(time.getter.apply(policy)).isEqualTo(value);
    assertThat(time.getter.apply(policy.toBuilder().build())).isEqualTo(value);
    assertThat(time.getter.apply(RecoveryPolicy.DEFAULT)).isEqualTo(time.standard);
  }

  @ParameterizedTest
  @EnumSource
  void aTimeOutOfItsRangeIsRefusedByName(Time time) {
    RecoveryPolicy.Builder builder = RecoveryPolicy.builder().shortestMargin(Duration.ZERO);
    Duration least = time.positive ? TICK : Duration.ZERO;

    time.setter.apply(builder, least);
    assertThatThrownBy(() -> time.setter.apply(builder, least.minus(TICK)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(time.property())
        .hasMessageContaining(least.minus(TICK).toString());

    assertThat(time.getter.apply(builder.build())).isEqualTo(least);
  }

  @ParameterizedTest
  @EnumSource
  @SuppressWarnings("NullAway") // what a caller without null checks might do
  void aTimeMustBeGiven(Time time) {
    assertThatThrownBy(() -> time.setter.apply(RecoveryPolicy.builder(), null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage(time.property());
  }

  @Test
  void eightAttemptsAreMadeAndOneIsTheLeast() {
    assertThat(RecoveryPolicy.DEFAULT.attempts()).isEqualTo(8);
    RecoveryPolicy one = RecoveryPolicy.builder().attempts(1).build();
    assertThat(one.toBuilder().build().attempts()).isEqualTo(1);
    assertThatThrownBy(() -> RecoveryPolicy.builder().attempts(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("attempts")
        .hasMessageContaining("0");
  }

  @Test
  void theHistoryIs32KiloCharactersAndMayBeNone() {
    assertThat(RecoveryPolicy.DEFAULT.history()).isEqualTo(32_768);
    RecoveryPolicy none = RecoveryPolicy.builder().history(0).build();
    assertThat(none.toBuilder().build().history()).isZero();
    assertThatThrownBy(() -> RecoveryPolicy.builder().history(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("history")
        .hasMessageContaining("-1");
  }

  @Test
  void theAgeOfAConnectionIsTheServicesAffairUnlessSet() {
    assertThat(RecoveryPolicy.DEFAULT.connectionAge()).isNull();
    RecoveryPolicy nine =
        RecoveryPolicy.builder().connectionAge(Duration.ofMinutes(9)).build();
    assertThat(nine.toBuilder().build().connectionAge()).isEqualTo(Duration.ofMinutes(9));
    assertThat(nine.toBuilder().connectionAge(null).build().connectionAge()).isNull();
    assertThatThrownBy(() -> RecoveryPolicy.builder().connectionAge(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("connectionAge");
  }

  @Test
  void overlapIsLeftToTheModelUnlessSet() {
    assertThat(RecoveryPolicy.DEFAULT.overlap()).isNull();
    RecoveryPolicy on = RecoveryPolicy.builder().overlap(true).build();
    assertThat(on.toBuilder().build().overlap()).isTrue();
    assertThat(on.toBuilder().overlap(false).build().overlap()).isFalse();
    assertThat(on.toBuilder().overlap(null).build().overlap()).isNull();
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without null checks might do
  void lateToolResultsAreDroppedUnlessWantedAsText() {
    assertThat(RecoveryPolicy.DEFAULT.lateToolResults()).isEqualTo(RecoveryPolicy.LateResults.DROP);
    RecoveryPolicy text = RecoveryPolicy.builder()
        .lateToolResults(RecoveryPolicy.LateResults.AS_TEXT)
        .build();
    assertThat(text.toBuilder().build().lateToolResults())
        .isEqualTo(RecoveryPolicy.LateResults.AS_TEXT);
    assertThatThrownBy(() -> RecoveryPolicy.builder().lateToolResults(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("lateToolResults");
  }

  @Test
  void thereIsNoSummaryUnlessOneIsGiven() {
    Function<List<Content>, String> summary = history -> "they met";

    assertThat(RecoveryPolicy.DEFAULT.summary()).isNull();
    RecoveryPolicy with = RecoveryPolicy.builder().summary(summary).build();
    assertThat(with.toBuilder().build().summary()).isSameAs(summary);
    assertThat(with.toBuilder().summary(null).build().summary()).isNull();
  }

  @Test
  void theShortestMarginIsNotAboveTheLongest() {
    RecoveryPolicy.Builder builder = RecoveryPolicy.builder().shortestMargin(Duration.ofSeconds(5));
    assertThat(builder.build().shortestMargin()).isEqualTo(builder.build().longestMargin());

    builder.shortestMargin(Duration.ofSeconds(5).plus(TICK));

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shortestMargin")
        .hasMessageContaining("longestMargin")
        .hasMessageContaining("PT5.000000001S");
  }

  @Test
  void whatWasBuiltDoesNotChangeWithTheBuilder() {
    RecoveryPolicy.Builder builder = RecoveryPolicy.builder().attempts(3);
    RecoveryPolicy policy = builder.build();

    builder.attempts(4);

    assertThat(policy.attempts()).isEqualTo(3);
  }

  @Test
  void thisClassKnowsAllSettings() {
    Set<String> settings = new TreeSet<>();
    for (Method method : RecoveryPolicy.Builder.class.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers()) && method.getParameterCount() == 1) {
        settings.add(method.getName());
      }
    }
    Set<String> known = new TreeSet<>(
        Set.of("attempts", "history", "connectionAge", "overlap", "lateToolResults", "summary"));
    for (Time time : Time.values()) {
      known.add(time.property());
    }

    assertThat(settings).isEqualTo(known);
  }
}
