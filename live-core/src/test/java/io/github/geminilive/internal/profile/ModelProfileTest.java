package io.github.geminilive.internal.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.Endpoint.Backend;
import io.github.geminilive.LiveModel;
import io.github.geminilive.internal.profile.ModelProfile.ContextForm;
import io.github.geminilive.internal.profile.ModelProfile.HistoryForm;
import io.github.geminilive.internal.profile.ModelProfile.InterruptForm;
import io.github.geminilive.internal.profile.ModelProfile.NudgeForm;
import io.github.geminilive.internal.profile.ModelProfile.Status;
import io.github.geminilive.internal.profile.ModelProfile.TextForm;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.Modality;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelProfileTest {

  @ParameterizedTest
  @CsvSource({
    "gemini-3.8-live, 3.8, CURRENT, true, true",
    "gemini-3.8-live-2027-01, 3.8, CURRENT, true, true",
    "gemini-3.8-live-extended-thinking, 3.8-xt, CURRENT, true, true",
    "gemini-3.5-transcribe-live, transcribe, CURRENT, true, false",
    "gemini-3.5-transcribe-live-preview, transcribe, CURRENT, false, true",
    "gemini-3.5-live-translate-preview, translate, CURRENT, true, true",
    "gemini-3.1-flash-live-preview, 3.1, CURRENT, true, false",
    "gemini-2.5-flash-native-audio-preview-12-2025, 2.5-native, DEPRECATED, true, false",
    "gemini-2.5-flash-native-audio-preview-09-2025, 2.5-native, DEPRECATED, true, false",
    "gemini-2.5-flash-native-audio-latest, 2.5-native, DEPRECATED, true, false",
    "gemini-live-2.5-flash-native-audio, 2.5-native, CURRENT, false, true",
    "gemini-live-2.5-flash-preview-native-audio-09-2025, 2.5-native, CURRENT, false, true",
    "gemini-live-2.5-flash, 2.5-half-cascade, CURRENT, false, true",
    "gemini-2.5-flash-preview-native-audio-dialog, 2.5-native, SHUT_DOWN, true, false",
    "gemini-2.5-flash-exp-native-audio-thinking-dialog, 2.5-native, SHUT_DOWN, true, false",
    "gemini-live-2.5-flash-preview, 2.5-half-cascade, SHUT_DOWN, true, false",
    "gemini-2.0-flash-live-001, 2.5-half-cascade, SHUT_DOWN, true, false",
    "gemini-2.0-flash-live-preview-04-09, 2.5-half-cascade, SHUT_DOWN, false, true"
  })
  void everyModelOfTheReferenceHasItsFamily(
      String id, String family, Status status, boolean developer, boolean vertex) {
    ModelProfile profile = ModelProfile.of(LiveModel.of(id), Backend.DEVELOPER);

    assertThat(profile.known()).isTrue();
    assertThat(profile.family()).isEqualTo(family);
    assertThat(profile.release().status()).isEqualTo(status);
    assertThat(profile.release().backends().contains(Backend.DEVELOPER)).isEqualTo(developer);
    assertThat(profile.release().backends().contains(Backend.VERTEX)).isEqualTo(vertex);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "models/gemini-3.1-flash-live-preview",
        "google/gemini-3.1-flash-live-preview",
        "publishers/google/models/gemini-3.1-flash-live-preview",
        "projects/p/locations/l/publishers/google/models/gemini-3.1-flash-live-preview"
      })
  void aModelIsKnownByAnyOfItsNames(String id) {
    assertThat(ModelProfile.of(LiveModel.of(id), Backend.VERTEX).family()).isEqualTo("3.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gemini-9-live",
        "tunedModels/gemini-3.1-flash-live-preview",
        "acme/gemini-3.1-flash-live-preview",
        "publishers/acme/models/gemini-3.1-flash-live-preview",
        "projects/p/locations/l/endpoints/123"
      })
  void anUnknownModelIsTakenForTheNewest(String id) {
    ModelProfile profile = ModelProfile.of(LiveModel.of(id), Backend.VERTEX);

    assertThat(profile.known()).isFalse();
    assertThat(profile.family()).isEqualTo("3.8");
    assertThat(profile.backend()).isEqualTo(Backend.VERTEX);
  }

  /** Columns: default, declared BLOCKING, declared NON_BLOCKING; then scheduling, generators. */
  @ParameterizedTest
  @CsvSource({
    "gemini-2.5-flash-native-audio-preview-12-2025, DEVELOPER, true, true, false, true, true",
    "gemini-live-2.5-flash-native-audio, VERTEX, true, true, true, false, false",
    "gemini-3.1-flash-live-preview, DEVELOPER, true, true, true, false, false",
    "gemini-3.8-live, DEVELOPER, false, true, false, true, true",
    "gemini-3.8-live, VERTEX, false, true, false, true, false",
    "gemini-3.8-live-extended-thinking, DEVELOPER, false, false, false, false, false"
  })
  void functionsBlockAsTheFamilyAndTheDeclarationSay(
      String id,
      Backend backend,
      boolean byDefault,
      boolean blocking,
      boolean nonBlocking,
      boolean scheduling,
      boolean generators) {
    ModelProfile profile = ModelProfile.of(LiveModel.of(id), backend);

    assertThat(profile.blocks(null)).isEqualTo(byDefault);
    assertThat(profile.blocks(FunctionBehavior.UNSPECIFIED)).isEqualTo(byDefault);
    assertThat(profile.blocks(FunctionBehavior.of("LAZY"))).isEqualTo(byDefault);
    assertThat(profile.blocks(FunctionBehavior.BLOCKING)).isEqualTo(blocking);
    assertThat(profile.blocks(FunctionBehavior.NON_BLOCKING)).isEqualTo(nonBlocking);
    assertThat(profile.scheduling()).isEqualTo(scheduling);
    assertThat(profile.generators()).isEqualTo(generators);
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-2.5-flash-native-audio-latest, CLIENT_CONTENT, CLIENT_CONTENT, true, false, AUDIO",
    "gemini-live-2.5-flash, CLIENT_CONTENT, CLIENT_CONTENT, true, false, AUDIO",
    "gemini-3.1-flash-live-preview, REALTIME_INPUT, INITIAL_WITH_FLAG, false, false, AUDIO",
    "gemini-3.8-live, CLIENT_CONTENT, CLIENT_CONTENT, true, true, AUDIO",
    "gemini-3.8-live-extended-thinking, CLIENT_CONTENT, CLIENT_CONTENT, true, true, AUDIO",
    "gemini-3.5-transcribe-live, REALTIME_INPUT, CLIENT_CONTENT, true, false, TEXT",
    "gemini-3.5-live-translate-preview, REALTIME_INPUT, CLIENT_CONTENT, true, false, AUDIO"
  })
  void aConversationIsHeldTheWayOfItsFamily(
      String id,
      TextForm text,
      HistoryForm history,
      boolean midSession,
      boolean update,
      String modality) {
    ModelProfile profile = ModelProfile.of(LiveModel.of(id), Backend.DEVELOPER);

    assertThat(profile.textForm()).isEqualTo(text);
    assertThat(profile.historyForm()).isEqualTo(history);
    assertThat(profile.clientContentMidSession()).isEqualTo(midSession);
    assertThat(profile.contextUpdate()).isEqualTo(update);
    assertThat(profile.defaultModality()).isEqualTo(Modality.of(modality));
    assertThat(profile.voice()).isEqualTo(modality.equals("AUDIO"));
  }

  /** Columns: how it is stopped, told something, and asked to go on. */
  @ParameterizedTest
  @CsvSource({
    "gemini-2.5-flash-native-audio-latest, DEVELOPER, EMPTY_CONTENT, TURN_WITHOUT_ROLE,"
        + " TURN_COMPLETE",
    "gemini-live-2.5-flash-native-audio, VERTEX, EMPTY_CONTENT, MODEL_TURN, TURN_COMPLETE",
    "gemini-live-2.5-flash-preview, DEVELOPER, EMPTY_CONTENT, TURN_WITHOUT_ROLE,"
        + " TURN_COMPLETE",
    "gemini-live-2.5-flash, VERTEX, EMPTY_CONTENT, MODEL_TURN, TURN_COMPLETE",
    "gemini-3.1-flash-live-preview, DEVELOPER, NONE, NEXT_SETUP, TEXT",
    "gemini-3.8-live, DEVELOPER, EMPTY_CONTENT, USER_TURN, TURN_COMPLETE",
    "gemini-3.8-live, VERTEX, EMPTY_CONTENT, USER_TURN, TURN_COMPLETE",
    "gemini-3.8-live-extended-thinking, DEVELOPER, EMPTY_CONTENT, USER_TURN, TURN_COMPLETE",
    "gemini-3.5-transcribe-live, DEVELOPER, NONE, NEXT_SETUP, NONE",
    "gemini-3.5-live-translate-preview, DEVELOPER, NONE, NEXT_SETUP, NONE",
    "gemini-9-live, DEVELOPER, EMPTY_CONTENT, USER_TURN, TURN_COMPLETE"
  })
  void aConversationIsSteeredTheWayOfItsFamily(
      String id, Backend backend, InterruptForm interrupt, ContextForm context, NudgeForm nudge) {
    ModelProfile profile = ModelProfile.of(LiveModel.of(id), backend);

    assertThat(profile.control())
        .isEqualTo(new ModelProfile.Control(interrupt, context, nudge, false));
    assertThat(profile.takesContext()).isEqualTo(context != ContextForm.NEXT_SETUP);
  }

  @Test
  void onlyTheReasoningModelSaysWhetherMoreFollows() {
    assertThat(profile(LiveModel.GEMINI_3_8_LIVE_EXTENDED_THINKING).interactionStatus())
        .isTrue();
    assertThat(profile(LiveModel.GEMINI_3_8_LIVE).interactionStatus()).isFalse();
  }

  private static ModelProfile profile(LiveModel model) {
    return ModelProfile.of(model, Backend.DEVELOPER);
  }
}
