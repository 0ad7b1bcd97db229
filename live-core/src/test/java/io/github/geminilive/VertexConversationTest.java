package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.protocol.AvatarConfig;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.EnterpriseWebSearch;
import io.github.geminilive.protocol.FeatureSelectionPreference;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.HarmBlockMethod;
import io.github.geminilive.protocol.HarmBlockThreshold;
import io.github.geminilive.protocol.HarmCategory;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Modality;
import io.github.geminilive.protocol.ModelConfig;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.protocol.SafetySetting;
import io.github.geminilive.protocol.Schema;
import io.github.geminilive.protocol.SchemaType;
import io.github.geminilive.protocol.SessionResumptionConfig;
import io.github.geminilive.protocol.Tool;
import io.github.geminilive.protocol.TrafficType;
import io.github.geminilive.protocol.UsageMetadata;
import io.github.geminilive.protocol.VoiceActivityType;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.Speech;
import io.github.geminilive.testkit.Upgrade;
import io.github.geminilive.testkit.VirtualTime;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vertex AI from the dial to the end, against the simulated service in its dialect. */
class VertexConversationTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String MODEL_PATH =
      "projects/my-project/locations/us-central1/publishers/google/models/";

  private final VirtualTime time = new VirtualTime();
  // OAuth tokens that were fetched and not shown yet: each is good for one dial.
  private final Set<String> fresh = ConcurrentHashMap.newKeySet();
  private final List<String> fetched = new CopyOnWriteArrayList<>();
  private final LiveServer server = LiveServer.builder()
      .apiKey(Dials.KEY)
      .accessTokens(fresh::remove)
      .time(time)
      .persona(Persona.builder()
          .onSpeech(1)
          .heard("What is the weather in Lisbon?")
          .callIfDeclared("get_weather", Map.of("city", "Lisbon"))
          .thenSay(result -> "It is " + result.at("/output/sky").asText() + ".")
          .onText("again")
          .say(moment -> moment.history().stream().anyMatch(line -> line.contains("Lisbon"))
              ? "You asked about Lisbon."
              : "I do not remember.")
          .otherwise()
          .say("I see.")
          .build())
      .start();

  @AfterEach
  void stop() {
    server.close();
  }

  /** As Google's libraries give it: a new token whenever it is asked. */
  private String fetch() {
    String token = "ya29.token-" + fetched.size();
    fetched.add(token);
    fresh.add(token);
    return token;
  }

  private LiveConfig.Builder config(LiveModel model) {
    return LiveConfig.builder(model)
        .endpoint(Endpoint.vertex("my-project", "us-central1").at(server.baseUri()))
        // Dials take real time, of which little is left while the test's own time is moved.
        .connectTimeout(Duration.ofMinutes(5))
        .setupTimeout(Duration.ofMinutes(5))
        .credentials(Credentials.accessToken(this::fetch).quotaProject("payer"));
  }

  private static ToolSet weather(List<String> asked) {
    FunctionDeclaration declaration = FunctionDeclaration.builder("get_weather", "Weather.")
        .parameters(Schema.builder()
            .type(SchemaType.OBJECT)
            .properties(Map.of("city", Schema.builder().type(SchemaType.STRING).build()))
            .build())
        .build();
    return ToolSet.builder()
        .add(declaration, (args, context) -> {
          asked.add(String.valueOf(args.asObject().get("city")));
          return Map.of("sky", "sunny");
        })
        .build();
  }

  /** An open conversation; time passes while it is waited for. */
  private final class Line implements AutoCloseable {
    final LiveSession session;
    private final LiveStream<LiveEvent> events;

    Line(LiveConfig config) {
      session = LiveClient.builder()
          .httpClient(HTTP)
          .scheduler(time)
          .nanoTime(time.nanoTime())
          .random(() -> 0.5)
          .build()
          .open(config);
      events = session.events();
    }

    /** The events up to the next one of this kind, which is the last of them. */
    List<LiveEvent> until(Class<? extends LiveEvent> kind) {
      List<LiveEvent> passed = new ArrayList<>();
      time.advanceUntil(
          () -> {
            server.settle(Dials.PATIENCE);
            try {
              Optional<LiveEvent> event = events.poll(Duration.ZERO);
              while (event.isPresent()) {
                passed.add(event.get());
                if (kind.isInstance(event.get())) {
                  return true;
                }
                event = events.poll(Duration.ZERO);
              }
              return false;
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          },
          Duration.ofSeconds(60));
      return passed;
    }

    <E extends LiveEvent> E await(Class<E> kind) {
      List<LiveEvent> passed = until(kind);
      return kind.cast(passed.get(passed.size() - 1));
    }

    void speak() {
      session.sendAudio(Speech.question());
      session.sendAudio(Speech.silence(Duration.ofSeconds(1)));
    }

    String answerTo(String text) {
      session.sendText(text);
      return await(LiveEvent.TurnEnded.class).turn().outputTranscript();
    }

    @Override
    public void close() {
      session.closeAsync();
      time.advanceUntil(() -> session.closed().isDone(), Duration.ofMinutes(5));
    }
  }

  private static <E extends LiveEvent> List<E> only(Class<E> kind, List<LiveEvent> events) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  // The conversation.

  static List<LiveModel> models() {
    return List.of(LiveModel.GEMINI_LIVE_2_5_FLASH_NATIVE_AUDIO, LiveModel.GEMINI_3_8_LIVE);
  }

  @ParameterizedTest
  @MethodSource("models")
  void aSpokenConversationWithToolsGoesOverThreeConnections(LiveModel model) {
    List<String> asked = new CopyOnWriteArrayList<>();
    try (Line line = new Line(config(model).tools(weather(asked)).build())) {
      line.speak();
      List<LiveEvent> events = line.until(LiveEvent.ToolAnswered.class);
      events.addAll(line.until(LiveEvent.TurnEnded.class));
      while (only(LiveEvent.Audio.class, events).isEmpty()) {
        // 2.5 on Vertex AI ends the turn of a call before the answer.
        events.addAll(line.until(LiveEvent.TurnEnded.class));
      }

      assertThat(asked).containsExactly("Lisbon");
      assertThat(words(LiveEvent.InputTranscript.class, events))
          .isEqualTo("What is the weather in Lisbon?");
      assertThat(words(LiveEvent.OutputTranscript.class, events)).isEqualTo("It is sunny.");
      assertThat(only(LiveEvent.Audio.class, events))
          .allMatch(audio -> audio.chunk().sampleRateHz() == 24_000);

      for (int i = 0; i < 2; i++) {
        server.connections().get(i).goAway(Duration.ofSeconds(10));
        RecoveryReport report = line.await(LiveEvent.Resumed.class).report();
        assertThat(report.stateRestored()).isTrue();
        assertThat(report.cause()).isEqualTo(RecoveryCause.GO_AWAY);
        assertThat(line.answerTo("What did I ask? Say it again."))
            .isEqualTo("You asked about Lisbon.");
      }
    }

    List<Connection> connections = server.connections();
    assertThat(connections).hasSize(3).allMatch(Connection::vertex);
    assertThat(server.upgrades())
        .extracting(upgrade -> upgrade.header("authorization"))
        .containsExactly("Bearer ya29.token-0", "Bearer ya29.token-1", "Bearer ya29.token-2");
    for (Upgrade upgrade : server.upgrades()) {
      assertThat(upgrade.path())
          .isEqualTo("/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent");
      assertThat(upgrade.query()).isEmpty();
      assertThat(upgrade.header("x-goog-user-project")).isEqualTo("payer");
      assertThat(upgrade.headers()).doesNotContainKey("x-goog-api-key");
    }
    for (Connection connection : connections) {
      assertThat(connection.setup().path("model").asText()).isEqualTo(MODEL_PATH + model.id());
      assertThat(connection.setup().at("/generationConfig/responseModalities/0").asText())
          .isEqualTo("AUDIO");
    }
    assertThat(connections.get(0).setup().path("sessionResumption")).isEmpty();
    assertThat(connections.get(2).setup().at("/sessionResumption/handle").asText())
        .isNotEmpty();
    assertThat(server.violations()).isEmpty();
  }

  private static String words(Class<? extends LiveEvent> kind, List<LiveEvent> events) {
    StringBuilder words = new StringBuilder();
    for (LiveEvent event : only(kind, events)) {
      words.append(
          event instanceof LiveEvent.InputTranscript heard
              ? heard.text()
              : ((LiveEvent.OutputTranscript) event).text());
    }
    return words.toString().strip();
  }

  // Credentials.

  @Test
  void aTokenThatIsOverEndsTheSessionEvenWhileItIsResumed() {
    String first = fetch();
    List<String> source = new CopyOnWriteArrayList<>(List.of(first, "ya29.stale"));
    LiveConfig config = config(LiveModel.GEMINI_3_8_LIVE)
        .credentials(Credentials.accessToken(() -> source.remove(0)))
        .build();
    try (Line line = new Line(config)) {
      server.connections().get(0).giveHandle();
      server.connections().get(0).goAway(Duration.ofSeconds(10));

      time.advanceUntil(() -> line.session.closed().isDone(), Duration.ofSeconds(30));

      CloseInfo end = Talk.get(line.session.closed());
      assertThat(end.kind()).isEqualTo(FailureKind.AUTH);
      assertThat(end.reason()).contains("HTTP 401", "Expected OAuth 2 access token");
      assertThat(end.reason()).doesNotContain("ya29");
    }
  }

  @Test
  void expressModeShowsItsKeyAndNoProject() {
    LiveConfig config = LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
        .endpoint(Endpoint.vertexExpress().at(server.baseUri()))
        .apiKey(Dials.KEY)
        .build();

    try (Line line = new Line(config)) {
      assertThat(line.answerTo("Hello?")).isEqualTo("I see.");
    }

    Upgrade upgrade = server.upgrades().get(0);
    assertThat(upgrade.header("x-goog-api-key")).isEqualTo(Dials.KEY);
    assertThat(upgrade.header("authorization")).isNull();
    assertThat(server.connections().get(0).setup().path("model").asText())
        .isEqualTo("publishers/google/models/gemini-3.8-live");
    assertThat(server.violations()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1beta1", "v1"})
  void bothVersionsOfTheApiWork(String version) {
    Endpoint endpoint =
        Endpoint.vertex("my-project", "global").version(version).at(server.baseUri());

    try (Line line =
        new Line(config(LiveModel.GEMINI_3_8_LIVE).endpoint(endpoint).build())) {
      assertThat(line.answerTo("Hello?")).isEqualTo("I see.");
    }

    assertThat(server.upgrades().get(0).path()).contains("aiplatform." + version + ".Llm");
  }

  // Models.

  @ParameterizedTest
  @CsvSource({
    "gemini-3.8-live, " + MODEL_PATH + "gemini-3.8-live",
    "vendor/gemini-3.8-live,"
        + " projects/my-project/locations/us-central1/publishers/vendor/models/gemini-3.8-live",
    "publishers/google/models/gemini-3.8-live, " + MODEL_PATH + "gemini-3.8-live",
    "models/gemini-3.8-live, models/gemini-3.8-live",
    "projects/q/locations/eu/publishers/google/models/gemini-3.8-live,"
        + " projects/q/locations/eu/publishers/google/models/gemini-3.8-live",
  })
  void everyFormOfAModelsNameIsUnderstood(String given, String sent) {
    try (Line line = new Line(config(LiveModel.of(given)).build())) {
      assertThat(line.answerTo("Hello?")).isEqualTo("I see.");
    }

    assertThat(server.connections().get(0).setup().path("model").asText()).isEqualTo(sent);
    assertThat(server.violations()).isEmpty();
  }

  @Test
  void aModelThatIsNotThereIsToldInTheServicesWords() {
    server.expectViolation();

    LiveSetupRefusedException e =
        Dials.failure(config(LiveModel.of("gemini-9")).build(), LiveSetupRefusedException.class);

    assertThat(e.kind()).isEqualTo(FailureKind.NOT_FOUND);
    assertThat(e.reason()).startsWith("Publisher Model `" + MODEL_PATH + "gemini-9` was not found");
  }

  // Names that differ, and what is there only.

  @Test
  void whatVertexNamesDifferentlyReadsTheSame() {
    LiveConfig config = config(LiveModel.GEMINI_3_8_LIVE)
        .setup(setup -> setup.explicitVadSignal(true))
        .build();
    try (Line line = new Line(config)) {
      assertThat(line.await(LiveEvent.Opened.class).sessionId()).isNotBlank();

      line.speak();
      List<LiveEvent> events = line.until(LiveEvent.TurnEnded.class);

      assertThat(only(LiveEvent.UserActivity.class, events))
          .extracting(event -> event.activity().type())
          .containsExactly(VoiceActivityType.ACTIVITY_START, VoiceActivityType.ACTIVITY_END);
      List<LiveEvent.Usage> usage = only(LiveEvent.Usage.class, events);
      assertThat(usage).hasSize(1);
      UsageMetadata counted = usage.get(0).metadata();
      assertThat(counted.responseTokenCount()).isPositive();
      assertThat(counted.responseTokensDetails()).isNotEmpty();
      assertThat(counted.trafficType()).isEqualTo(TrafficType.ON_DEMAND);
      assertThat(counted.extra()).isEmpty();
      // The service puts grounding, mostly empty, into every end of a turn.
      assertThat(only(LiveEvent.Warning.class, events)).isEmpty();
      assertThat(only(LiveEvent.Unrecognized.class, events)).isEmpty();
    }
    assertThat(server.violations()).isEmpty();
  }

  static List<UnaryOperator<LiveConfig.Builder>> vertexOnly() {
    return List.of(
        config -> config.setup(setup -> setup.explicitVadSignal(true)),
        config -> config.setup(setup -> setup.safetySettings(
            SafetySetting.builder(HarmCategory.HARASSMENT, HarmBlockThreshold.BLOCK_ONLY_HIGH)
                .method(HarmBlockMethod.SEVERITY)
                .build())),
        config -> config.setup(setup -> setup.labels(Map.of("team", "voice"))),
        config -> config.generation(generation -> generation.modelConfig(ModelConfig.builder()
            .featureSelectionPreference(FeatureSelectionPreference.PRIORITIZE_QUALITY)
            .build())),
        config -> config.declare(Tool.builder()
            .enterpriseWebSearch(EnterpriseWebSearch.builder().build())
            .build()),
        config -> config
            .responseModality(Modality.VIDEO)
            .setup(setup ->
                setup.avatarConfig(AvatarConfig.builder().avatarName("Kira").build())),
        config -> config.setup(setup -> setup.sessionResumption(
            SessionResumptionConfig.builder().transparent(true).build())),
        config -> config.history(List.of(
            Content.builder().role("system").parts(Part.text("Be brief.")).build(),
            Content.user("Hello."),
            Content.model("Hello!"))));
  }

  @ParameterizedTest
  @MethodSource("vertexOnly")
  void whatOnlyVertexHasIsTakenThere(UnaryOperator<LiveConfig.Builder> change) {
    LiveConfig config = change.apply(config(LiveModel.GEMINI_3_8_LIVE)).build();
    assertThat(config.check())
        .noneMatch(finding -> finding.severity() == ConfigFinding.Severity.REFUSED);

    try (Line line = new Line(config)) {
      line.session.sendText("Hello?");
      assertThat(line.await(LiveEvent.TurnEnded.class).turn().outcome())
          .isEqualTo(LiveTurn.Outcome.COMPLETE);
    }

    assertThat(server.violations()).isEmpty();
  }

  @Test
  void aCallWithoutAnIdIsAnsweredWithoutOne() {
    List<String> asked = new CopyOnWriteArrayList<>();
    try (Line line = new Line(config(LiveModel.GEMINI_LIVE_2_5_FLASH_NATIVE_AUDIO)
        .tools(weather(asked))
        .build())) {
      Connection connection = server.connections().get(0);

      connection.send("{\"toolCall\":{\"functionCalls\":[{\"name\":\"get_weather\","
          + "\"args\":{\"city\":\"Faro\"}}]}}");
      assertThat(line.await(LiveEvent.ToolAnswered.class).callId()).isNull();

      JsonNode answer = connection
          .awaitMessage(message -> message.has("toolResponse"))
          .at("/toolResponse/functionResponses/0");
      assertThat(answer)
          .isEqualTo(Talk.json("{'name':'get_weather','response':{'output':{'sky':'sunny'}}}"));
    }
    assertThat(asked).containsExactly("Faro");
    assertThat(server.violations()).isEmpty();
  }

  // Transparent resumption.

  @Test
  void withTransparentResumptionWhatTheServiceHadNotTakenInIsSentAgainOnce() {
    LiveConfig config = config(LiveModel.GEMINI_3_8_LIVE)
        .setup(setup -> setup.sessionResumption(
            SessionResumptionConfig.builder().transparent(true).build()))
        .build();
    try (Line line = new Line(config)) {
      assertThat(line.answerTo("Hello?")).isEqualTo("I see.");
      Connection first = server.connections().get(0);
      LiveEvent.@Nullable Resumption told = null;
      while (told == null || told.handle() == null) {
        first.giveHandle();
        told = line.await(LiveEvent.Resumption.class);
      }
      assertThat(told.lastConsumedMessageIndex()).isEqualTo(1);

      // Nobody reads what is said now, and the connection is gone before anybody could.
      first.pauseReading();
      Talk.get(line.session.sendText("Say that again."));
      Talk.get(line.session.sendRaw(Json.parse("{\"realtimeInput\":{\"audioStreamEnd\":true}}")));
      first.drop();
      RecoveryReport report = line.await(LiveEvent.Resumed.class).report();

      assertThat(report.stateRestored()).isTrue();
      assertThat(report.sentAgain()).isEqualTo(2);
      Connection second = server.connections().get(1);
      assertThat(second.setup().at("/sessionResumption/transparent").asBoolean())
          .isTrue();
      assertThat(second.awaitMessages(3).stream()
              .filter(message -> message.has("setup"))
              .count())
          .isEqualTo(1);
      assertThat(server.receivedTexts()).containsExactly("Hello?", "Say that again.");
      line.await(LiveEvent.TurnEnded.class);
    }
    assertThat(server.violations()).isEmpty();
  }
}
