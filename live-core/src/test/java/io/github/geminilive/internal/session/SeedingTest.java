package io.github.geminilive.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.ConfigFinding;
import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.internal.profile.MessageCheck;
import io.github.geminilive.internal.profile.ModelProfile;
import io.github.geminilive.internal.profile.Preflight;
import io.github.geminilive.internal.profile.SessionFacts;
import io.github.geminilive.internal.session.Seeding.Seed;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.HistoryConfig;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.SessionResumptionConfig;
import io.github.geminilive.protocol.Setup;
import io.github.geminilive.protocol.ThinkingLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeedingTest {

  private static final String LIVE_3_1 = "gemini-3.1-flash-live-preview";
  private static final String LIVE_3_8 = "gemini-3.8-live";

  private static final List<Content> PAST =
      List.of(Content.user("Hello."), Content.model("Good morning!"));
  private static final String TURNS = "{\"clientContent\":{\"turns\":["
      + "{\"role\":\"user\",\"parts\":[{\"text\":\"Hello.\"}]},"
      + "{\"role\":\"model\",\"parts\":[{\"text\":\"Good morning!\"}]}],\"turnComplete\":";

  private static final HistoryConfig ANNOUNCED =
      HistoryConfig.builder().initialHistoryInClientContent(true).build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gemini-2.5-flash-native-audio-latest",
        "gemini-live-2.5-flash-preview",
        LIVE_3_8,
        "gemini-3.8-live-extended-thinking"
      })
  void mostFamiliesTakeTurnsThatAreNotComplete(String model) {
    Seed seed = plan(config(model).build(), PAST, null);

    assertThat(seed.frames()).containsExactly(TURNS + "false}}");
    assertThat(seed.setup().historyConfig()).isNull();
    assertThat(seed.turns()).isEqualTo(2);
    assertThat(seed.summarized()).isFalse();
    assertThat(seed.awaitsHistory()).isFalse();
  }

  @Test
  void the31FamilyTakesAnAnnouncedHistoryThatIsCompleted() {
    Seed seed = plan(config(LIVE_3_1).build(), PAST, null);

    assertThat(seed.frames()).containsExactly(TURNS + "true}}");
    assertThat(seed.setup().historyConfig()).isEqualTo(ANNOUNCED);
    assertThat(seed.awaitsHistory()).isFalse();
  }

  @Test
  void whereNothingWasSaidNoHistoryIsAnnounced() {
    LiveConfig config =
        config(LIVE_3_1).setup(setup -> setup.historyConfig(ANNOUNCED)).build();

    Seed seed = plan(config, List.of(), null);

    assertThat(seed.frames()).isEmpty();
    assertThat(seed.turns()).isZero();
    // The service would wait for it, and take what is said for it.
    assertThat(seed.setup().historyConfig()).isNull();
    assertThat(seed.awaitsHistory()).isFalse();
  }

  @Test
  void whatElseIsSaidOfTheHistoryStays() {
    HistoryConfig more = ANNOUNCED.toBuilder().extra("brandNew", Json.of(1)).build();
    LiveConfig config =
        config(LIVE_3_1).setup(setup -> setup.historyConfig(more)).build();

    assertThat(plan(config, PAST, null).setup().historyConfig()).isEqualTo(more);
    assertThat(plan(config, List.of(), null).setup().historyConfig())
        .isEqualTo(more.toBuilder().initialHistoryInClientContent(null).build());
  }

  @Test
  void anApplicationThatOwesItsHistoryStillMayTellIt() {
    LiveConfig config =
        config(LIVE_3_1).setup(setup -> setup.historyConfig(ANNOUNCED)).build();

    Seed seed = Seeding.plan(config, profile(config), List.of(), null, List.of(), true);

    assertThat(seed.setup().historyConfig()).isEqualTo(ANNOUNCED);
    assertThat(seed.frames()).isEmpty();
    assertThat(seed.awaitsHistory()).isTrue();
  }

  @Test
  void anApplicationThatOwesTheRestOfItsHistoryStillMayTellIt() {
    LiveConfig config =
        config(LIVE_3_1).setup(setup -> setup.historyConfig(ANNOUNCED)).build();

    Seed seed = Seeding.plan(config, profile(config), PAST, null, List.of(), true);

    assertThat(seed.frames()).containsExactly(TURNS + "false}}");
    assertThat(seed.setup().historyConfig()).isEqualTo(ANNOUNCED);
    assertThat(seed.awaitsHistory()).isTrue();
  }

  @Test
  void aHistoryThatTheApplicationAnnouncesIsCompletedInEveryFamily() {
    LiveConfig config =
        config(LIVE_3_8).setup(setup -> setup.historyConfig(ANNOUNCED)).build();

    Seed seed = plan(config, PAST, null);

    assertThat(seed.frames()).containsExactly(TURNS + "true}}");
    assertThat(seed.setup().historyConfig()).isEqualTo(ANNOUNCED);
  }

  @Test
  void theConfiguredHistoryIsToldAgainWhereNothingElseIsRemembered() {
    LiveConfig config = config(LIVE_3_1).history(PAST).build();

    Seed seed = plan(config, List.of(), null);

    assertThat(seed.frames()).containsExactly(TURNS + "true}}");
    assertThat(seed.turns()).isEqualTo(2);
  }

  @Test
  void theConfiguredHistoryIsNotToldTwice() {
    LiveConfig config =
        config(LIVE_3_8).history(List.of(Content.user("Before."))).build();

    assertThat(plan(config, PAST, null).frames()).containsExactly(TURNS + "false}}");
  }

  @ParameterizedTest
  @CsvSource({LIVE_3_1 + ", true", LIVE_3_8 + ", false"})
  void aSummaryStandsForTheHistory(String model, boolean complete) {
    Seed seed = plan(config(model).build(), PAST, "They said hello.");

    assertThat(seed.frames())
        .containsExactly("{\"clientContent\":{\"turns\":[{\"role\":\"user\",\"parts\":["
            + "{\"text\":\"They said hello.\"}]}],\"turnComplete\":"
            + complete
            + "}}");
    assertThat(seed.summarized()).isTrue();
    assertThat(seed.turns()).isZero();
  }

  @Test
  void aBlankSummaryIsNone() {
    Seed seed = plan(config(LIVE_3_8).build(), PAST, " ");

    assertThat(seed.frames()).containsExactly(TURNS + "false}}");
    assertThat(seed.summarized()).isFalse();
  }

  @Test
  void aFreshSessionHasNoHandleAndAsksForOne() {
    LiveConfig config = config(LIVE_3_8)
        .setup(setup -> setup.sessionResumption(
            SessionResumptionConfig.builder().handle("h-1").transparent(true).build()))
        .build();

    assertThat(plan(config, PAST, null).setup().sessionResumption())
        .isEqualTo(SessionResumptionConfig.builder().transparent(true).build());
  }

  @Test
  void aSessionThatIsNotToBeResumedAsksForNoHandle() {
    LiveConfig config = config(LIVE_3_8).resumption(false).build();

    assertThat(plan(config, PAST, null).setup().sessionResumption()).isNull();
  }

  @Test
  void whatIsRememberedEndsTheInstructions() {
    LiveConfig config = config(LIVE_3_8).systemInstruction("Be brief.").build();

    Setup setup = Seeding.plan(
            config, profile(config), PAST, null, List.of("The user is Ann.", "It rains."), false)
        .setup();

    assertThat(setup.systemInstruction())
        .isEqualTo(Content.text("Be brief.", "The user is Ann.", "It rains."));
  }

  @Test
  void whatIsRememberedAreTheInstructionsWhereThereAreNone() {
    LiveConfig config = config(LIVE_3_8).build();

    assertThat(
            Seeding.resuming(config, "h-1", List.of("The user is Ann."), false).systemInstruction())
        .isEqualTo(Content.text("The user is Ann."));
    assertThat(Seeding.resuming(config, "h-1", List.of(), false).systemInstruction())
        .isNull();
  }

  @Test
  void aResumedSessionHasTheSameSetupAndTheHandle() {
    LiveConfig config = config(LIVE_3_8)
        .systemInstruction("Be brief.")
        .setup(setup -> setup.sessionResumption(
            SessionResumptionConfig.builder().transparent(true).build()))
        .build();

    Setup setup = Seeding.resuming(config, "h-2", List.of(), false);

    assertThat(setup)
        .isEqualTo(config.setup().toBuilder()
            .sessionResumption(SessionResumptionConfig.builder()
                .handle("h-2")
                .transparent(true)
                .build())
            .build());
  }

  @Test
  void aResumedSessionAwaitsNoHistoryItKnows() {
    LiveConfig config = config(LIVE_3_1).history(PAST).build();
    assertThat(config.setup().historyConfig()).isEqualTo(ANNOUNCED);

    assertThat(Seeding.resuming(config, "h-2", List.of(), false).historyConfig())
        .isNull();
    assertThat(Seeding.resuming(config, "h-2", List.of(), true).historyConfig())
        .isEqualTo(ANNOUNCED);
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-2.5-flash-native-audio-latest, false",
    "gemini-live-2.5-flash-native-audio, true",
    LIVE_3_1 + ", false",
    LIVE_3_8 + ", false",
    LIVE_3_8 + ", true",
    "gemini-3.8-live-extended-thinking, false"
  })
  void noSeedIsOneThatTheServiceRefuses(String model, boolean vertex) {
    LiveConfig.Builder builder = config(model);
    if (vertex) {
      builder.endpoint(Endpoint.vertex("p", "us-central1"));
    }
    if (model.endsWith("thinking")) {
      builder.thinkingLevel(ThinkingLevel.LOW);
    }
    LiveConfig config = builder.build();
    ModelProfile profile = profile(config);

    Seed seed = Seeding.plan(config, profile, PAST, null, List.of("The user is Ann."), false);

    assertThat(Preflight.check(seed.setup(), PAST, profile, config.endpoint()))
        .noneMatch(finding -> finding.severity() == ConfigFinding.Severity.REFUSED);
    boolean announced = seed.setup().historyConfig() != null;
    SessionFacts facts = new SessionFacts(profile, config.endpoint().backend(), false, announced);
    assertThat(seed.frames())
        .singleElement()
        .satisfies(frame ->
            assertThat(MessageCheck.refusalOfRaw(Json.parse(frame), facts)).isNull());
  }

  private static LiveConfig.Builder config(String model) {
    return LiveConfig.builder(model).apiKey("k");
  }

  private static ModelProfile profile(LiveConfig config) {
    return ModelProfile.of(config.model(), config.endpoint().backend());
  }

  private static Seed plan(LiveConfig config, List<Content> history, @Nullable String summary) {
    return Seeding.plan(config, profile(config), history, summary, List.of(), false);
  }
}
