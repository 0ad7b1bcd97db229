package io.github.geminilive.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenEnumTest {

  @Test
  void aKnownWordIsItsConstant() {
    assertThat(TurnCoverage.of("TURN_INCLUDES_ALL_INPUT"))
        .isSameAs(TurnCoverage.TURN_INCLUDES_ALL_INPUT);
  }

  @Test
  void anUnknownWordIsKept() {
    ThinkingLevel level = ThinkingLevel.of("EXTREME");

    assertThat(level).hasToString("EXTREME").isEqualTo(ThinkingLevel.of("EXTREME"));
    assertThat(level.value()).isEqualTo("EXTREME");
    assertThat(ThinkingLevel.known()).doesNotContain(level);
  }

  @Test
  void theSameWordOfAnotherEnumIsAnotherValue() {
    assertThat((Object) Modality.AUDIO).isNotEqualTo(MediaModality.AUDIO);
  }

  @Test
  void allWordsOfTheServiceAreKnown() {
    assertThat(TurnCompleteReason.known()).hasSize(28);
    assertThat(FunctionScheduling.known())
        .extracting(FunctionScheduling::value)
        .containsExactly("SCHEDULING_UNSPECIFIED", "SILENT", "WHEN_IDLE", "INTERRUPT");
    assertThat(ServiceTier.STANDARD.value()).isEqualTo("standard");
  }
}
