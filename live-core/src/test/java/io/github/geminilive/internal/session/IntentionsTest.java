package io.github.geminilive.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.Endpoint.Backend;
import io.github.geminilive.LiveModel;
import io.github.geminilive.internal.codec.ClientMessageEncoder;
import io.github.geminilive.internal.profile.MessageCheck;
import io.github.geminilive.internal.profile.ModelProfile;
import io.github.geminilive.internal.profile.SessionFacts;
import io.github.geminilive.protocol.ClientMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntentionsTest {

  private static final String STOP = "{\"clientContent\":{\"turnComplete\":false}}";
  private static final String GO_ON = "{\"clientContent\":{\"turnComplete\":true}}";
  private static final String DOT = "{\"realtimeInput\":{\"text\":\".\"}}";

  @ParameterizedTest
  @CsvSource({
    "gemini-2.5-flash-native-audio-latest, DEVELOPER, true",
    "gemini-live-2.5-flash-native-audio, VERTEX, true",
    "gemini-live-2.5-flash, VERTEX, true",
    "gemini-3.1-flash-live-preview, DEVELOPER, false",
    "gemini-3.8-live, DEVELOPER, true",
    "gemini-3.8-live, VERTEX, true",
    "gemini-3.8-live-extended-thinking, DEVELOPER, true",
    "gemini-3.5-transcribe-live, DEVELOPER, false",
    "gemini-3.5-live-translate-preview, DEVELOPER, false"
  })
  void theModelIsStoppedByAnEmptyTurnOrNotAtAll(String id, Backend backend, boolean stopped) {
    assertThat(json(Intentions.interrupt(profile(id, backend)))).isEqualTo(stopped ? STOP : "null");
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-2.5-flash-native-audio-latest, DEVELOPER, turn",
    "gemini-live-2.5-flash-native-audio, VERTEX, turn",
    "gemini-3.1-flash-live-preview, DEVELOPER, text",
    "gemini-3.8-live, VERTEX, turn",
    "gemini-3.8-live-extended-thinking, DEVELOPER, turn",
    "gemini-3.5-transcribe-live, DEVELOPER, nothing",
    "gemini-3.5-live-translate-preview, DEVELOPER, nothing"
  })
  void aSilentModelIsAskedToGoOnWithoutWords(String id, Backend backend, String form) {
    String expected = form.equals("turn") ? GO_ON : form.equals("text") ? DOT : "null";

    assertThat(json(Intentions.nudge(profile(id, backend)))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-2.5-flash-native-audio-latest, DEVELOPER, {",
    "gemini-live-2.5-flash, DEVELOPER, {",
    "gemini-live-2.5-flash-native-audio, VERTEX, '{\"role\":\"model\",'",
    "gemini-live-2.5-flash, VERTEX, '{\"role\":\"model\",'",
    "gemini-3.8-live, DEVELOPER, '{\"role\":\"user\",'",
    "gemini-3.8-live, VERTEX, '{\"role\":\"user\",'",
    "gemini-3.8-live-extended-thinking, DEVELOPER, '{\"role\":\"user\",'"
  })
  void contextIsATurnInTheRoleOfTheFamily(String id, Backend backend, String begin) {
    assertThat(json(Intentions.tell(profile(id, backend), List.of("one", "two"))))
        .isEqualTo("{\"clientContent\":{\"turns\":["
            + begin
            + "\"parts\":[{\"text\":\"one\"},{\"text\":\"two\"}]}],\"turnComplete\":false}}");
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-3.1-flash-live-preview",
    "gemini-3.5-transcribe-live",
    "gemini-3.5-live-translate-preview"
  })
  void someFamiliesTakeNoContextInMidSession(String id) {
    ModelProfile profile = profile(id, Backend.DEVELOPER);

    assertThat(profile.takesContext()).isFalse();
    assertThat(Intentions.tell(profile, List.of("one"))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-2.5-flash-native-audio-latest, false",
    "gemini-3.1-flash-live-preview, true",
    "gemini-3.8-live, false",
    "gemini-3.8-live-extended-thinking, false",
    "gemini-3.5-live-translate-preview, true"
  })
  void whatIsToBeAnsweredGoesOutAsTextOfTheUserDoes(String id, boolean realtime) {
    assertThat(json(Intentions.say(profile(id, Backend.DEVELOPER), "Greet.")))
        .isEqualTo(
            realtime
                ? "{\"realtimeInput\":{\"text\":\"Greet.\"}}"
                : "{\"clientContent\":{\"turns\":[{\"role\":\"user\",\"parts\":[{\"text\":"
                    + "\"Greet.\"}]}],\"turnComplete\":true}}");
  }

  @Test
  void theEndOfSpeechIsToldAsTheActivityIsDetected() {
    assertThat(json(Intentions.endOfSpeech(false)))
        .isEqualTo("{\"realtimeInput\":{\"audioStreamEnd\":true}}");
    assertThat(json(Intentions.endOfSpeech(true)))
        .isEqualTo("{\"realtimeInput\":{\"activityEnd\":{}}}");
  }

  @Test
  void aResultWithoutItsCallIsToldInWords() {
    ModelProfile profile = profile("gemini-3.1-flash-live-preview", Backend.DEVELOPER);

    assertThat(json(Intentions.lateResult(profile, "weather", "{\"temp\":3}")))
        .isEqualTo(
            "{\"realtimeInput\":{\"text\":" + "\"[function weather returned {\\\"temp\\\":3}]\"}}");
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-2.5-flash-native-audio-latest",
    "gemini-live-2.5-flash-native-audio",
    "gemini-live-2.5-flash",
    "gemini-3.1-flash-live-preview",
    "gemini-3.8-live",
    "gemini-3.8-live-extended-thinking",
    "gemini-3.5-transcribe-live",
    "gemini-3.5-live-translate-preview"
  })
  void noFormIsOneThatTheServiceRefuses(String id) {
    for (Backend backend : Backend.values()) {
      for (boolean manual : new boolean[] {false, true}) {
        ModelProfile profile = profile(id, backend);
        SessionFacts facts = new SessionFacts(profile, backend, manual, false);
        List<ClientMessage> messages = new ArrayList<>();
        add(messages, Intentions.interrupt(profile));
        add(messages, Intentions.nudge(profile));
        add(messages, Intentions.tell(profile, List.of("one", "two")));
        add(messages, Intentions.say(profile, "Greet."));
        add(messages, Intentions.endOfSpeech(manual));
        add(messages, Intentions.lateResult(profile, "f", "{}"));

        assertThat(messages)
            .allSatisfy(
                message -> assertThat(MessageCheck.refusal(message, facts)).isNull());
      }
    }
  }

  private static void add(List<ClientMessage> messages, @Nullable ClientMessage message) {
    if (message != null) {
      messages.add(message);
    }
  }

  private static ModelProfile profile(String id, Backend backend) {
    return ModelProfile.of(LiveModel.of(id), backend);
  }

  private static String json(@Nullable ClientMessage message) {
    return message == null ? "null" : ClientMessageEncoder.encode(message);
  }
}
