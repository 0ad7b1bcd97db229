package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminilive.Endpoint.Backend;
import io.github.geminilive.internal.profile.ModelProfile;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.ContextUpdate;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.protocol.Schema;
import io.github.geminilive.protocol.ThinkingLevel;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Scenario;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One short program, run on every family and backend: what it sends must equal the golden files,
 * and the simulated service must have nothing to complain about.
 */
class ProfileGoldenTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ENVELOPE = "clientContent";

  /** The families, by the name of their golden file. */
  private enum Golden {
    NATIVE_2_5_DEVELOPER(
        "2.5-native-developer", LiveModel.GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW, Backend.DEVELOPER),
    NATIVE_2_5_VERTEX(
        "2.5-native-vertex", LiveModel.GEMINI_LIVE_2_5_FLASH_NATIVE_AUDIO, Backend.VERTEX),
    HALF_CASCADE_VERTEX(
        "2.5-half-cascade-vertex", LiveModel.of("gemini-live-2.5-flash"), Backend.VERTEX),
    LIVE_3_1("3.1-developer", LiveModel.GEMINI_3_1_FLASH_LIVE_PREVIEW, Backend.DEVELOPER),
    LIVE_3_8_DEVELOPER("3.8-developer", LiveModel.GEMINI_3_8_LIVE, Backend.DEVELOPER),
    LIVE_3_8_VERTEX("3.8-vertex", LiveModel.GEMINI_3_8_LIVE, Backend.VERTEX),
    EXTENDED_THINKING(
        "3.8-xt-developer", LiveModel.GEMINI_3_8_LIVE_EXTENDED_THINKING, Backend.DEVELOPER),
    EXTENDED_THINKING_VERTEX(
        "3.8-xt-vertex", LiveModel.GEMINI_3_8_LIVE_EXTENDED_THINKING, Backend.VERTEX),
    TRANSCRIBE("transcribe-developer", LiveModel.GEMINI_3_5_TRANSCRIBE_LIVE, Backend.DEVELOPER),
    TRANSCRIBE_VERTEX(
        "transcribe-vertex", LiveModel.of("gemini-3.5-transcribe-live-preview"), Backend.VERTEX),
    TRANSLATE(
        "translate-developer", LiveModel.GEMINI_3_5_LIVE_TRANSLATE_PREVIEW, Backend.DEVELOPER),
    TRANSLATE_VERTEX(
        "translate-vertex", LiveModel.GEMINI_3_5_LIVE_TRANSLATE_PREVIEW, Backend.VERTEX);

    private final String file;
    private final LiveModel model;
    private final Backend backend;

    Golden(String file, LiveModel model, Backend backend) {
      this.file = file;
      this.model = model;
      this.backend = backend;
    }

    ModelProfile profile() {
      return ModelProfile.of(model, backend);
    }

    List<JsonNode> lines() throws IOException {
      String name = "/golden/" + file + ".jsonl";
      List<JsonNode> lines = new ArrayList<>();
      try (InputStream in =
          Objects.requireNonNull(ProfileGoldenTest.class.getResourceAsStream(name), name)) {
        for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
          lines.add(JSON.readTree(line));
        }
      }
      return lines;
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSameProgramTakesTheWireFormOfEachFamily(Golden golden) throws Exception {
    assertThat(String.join("\n", texts(run(golden, null))))
        .isEqualTo(String.join("\n", texts(golden.lines())));
  }

  @Test
  void aResultIsScheduledWhereTheModelDoesNotWaitForIt() throws Exception {
    assertThat(scheduling(Golden.NATIVE_2_5_DEVELOPER, FunctionBehavior.NON_BLOCKING))
        .isEqualTo("INTERRUPT");
    assertThat(scheduling(Golden.NATIVE_2_5_VERTEX, FunctionBehavior.NON_BLOCKING))
        .isEmpty();
    assertThat(scheduling(Golden.LIVE_3_8_DEVELOPER, FunctionBehavior.NON_BLOCKING))
        .isEqualTo("INTERRUPT");
    assertThat(scheduling(Golden.LIVE_3_8_DEVELOPER, FunctionBehavior.BLOCKING)).isEmpty();
    assertThat(scheduling(Golden.EXTENDED_THINKING, FunctionBehavior.NON_BLOCKING))
        .isEmpty();
  }

  private static String scheduling(Golden golden, FunctionBehavior behavior) throws Exception {
    return run(golden, behavior).stream()
        .filter(message -> message.has("toolResponse"))
        .map(message ->
            message.at("/toolResponse/functionResponses/0/scheduling").asText())
        .collect(Collectors.joining(","));
  }

  @Test
  void theFamiliesDifferInNothingButWhatTheProtocolDemands() throws IOException {
    for (Golden golden : Golden.values()) {
      List<JsonNode> actual = golden.lines();

      assertThat(texts(actual)).as(golden.file).isEqualTo(texts(demanded(golden)));
    }
  }

  /** Changes the messages of 3.8 on the Developer API into those that a family's rules demand. */
  private static List<JsonNode> demanded(Golden golden) throws IOException {
    List<JsonNode> messages = Golden.LIVE_3_8_DEVELOPER.lines();
    ObjectNode setup = (ObjectNode) messages.get(0).get("setup");
    ObjectNode generation = (ObjectNode) setup.get("generationConfig");
    setup.put("model", wireName(golden));
    switch (golden.profile().family()) {
      case "2.5-native", "2.5-half-cascade" -> {
        // No update of the context, and a call that blocks has no scheduling.
        messages.removeIf(message -> message.has("contextUpdate"));
        withoutScheduling(messages);
      }
      case "3.1" -> {
        // History is announced in the setup and ended; text is real-time input.
        setup.putObject("historyConfig").put("initialHistoryInClientContent", true);
        ((ObjectNode) messages.get(1).get(ENVELOPE)).put("turnComplete", true);
        messages.removeIf(message -> message.has("contextUpdate"));
        withoutScheduling(messages);
        textAsRealtimeInput(messages);
      }
      case "3.8-xt" -> {
        // A level is required, and scheduling is not supported.
        generation.putObject("thinkingConfig").put("thinkingLevel", "LOW");
        withoutScheduling(messages);
      }
      case "transcribe" -> {
        // Puts out text: no voice, no speech to transcribe, and no long memory to shorten.
        generation.putArray("responseModalities").add("TEXT");
        generation.remove("speechConfig");
        setup.remove("outputAudioTranscription");
        setup.remove("contextWindowCompression");
        messages.removeIf(message -> message.has("contextUpdate"));
        withoutScheduling(messages);
        textAsRealtimeInput(messages);
      }
      case "translate" -> {
        generation.putObject("translationConfig").put("targetLanguageCode", "pl");
        messages.removeIf(message -> message.has("contextUpdate"));
        withoutScheduling(messages);
        textAsRealtimeInput(messages);
      }
      default -> assertThat(golden.profile().family()).isEqualTo("3.8");
    }
    return messages;
  }

  private static void withoutScheduling(List<JsonNode> messages) {
    for (JsonNode message : messages) {
      if (message.has("toolResponse")) {
        ((ObjectNode) message.at("/toolResponse/functionResponses/0")).remove("scheduling");
      }
    }
  }

  private static void textAsRealtimeInput(List<JsonNode> messages) {
    for (int i = 2; i < messages.size(); i++) {
      JsonNode text = messages.get(i).at("/clientContent/turns/0/parts/0/text");
      if (!text.isMissingNode()) {
        ObjectNode message = JSON.createObjectNode();
        message.putObject("realtimeInput").set("text", text);
        messages.set(i, message);
      }
    }
  }

  private static String wireName(Golden golden) {
    return golden.backend == Backend.VERTEX
        ? "projects/demo/locations/us-central1/publishers/google/models/" + golden.model.id()
        : "models/" + golden.model.id();
  }

  private static List<JsonNode> run(Golden golden, @Nullable FunctionBehavior behavior)
      throws Exception {
    try (LiveServer server = LiveServer.start()) {
      server.script(Scenario.create()
          .acceptSetup()
          .await(message -> message.at("/realtimeInput/audio").isObject())
          .call("fc_1", "get_weather", "{\"city\":\"Oslo\"}")
          .awaitMessages(100));
      LiveConfig config = config(golden, behavior, server);
      assertThat(config.check())
          .as("findings")
          .allMatch(finding -> finding.severity() == ConfigFinding.Severity.WARNING);

      Connection connection;
      try (LiveSession session = LiveClient.connect(config)) {
        connection = server.nextConnection(PATIENCE);
        sent(session.sendAudio(new byte[3_200]));
        connection.awaitMessage(message -> message.has("toolResponse"));
        sent(session.sendText("And tomorrow?"));
        if (golden.profile().contextUpdate()) {
          sent(session.updateContext(ContextUpdate.builder()
              .systemInstruction(Content.text("You are brief."))
              .build()));
        }
        sent(session.endAudioStream());
        connection.awaitMessage(
            message -> message.at("/realtimeInput/audioStreamEnd").asBoolean());
      }

      assertThat(connection.awaitClosed().code()).isEqualTo(1000);
      assertThat(server.violations()).isEmpty();
      return connection.receivedMessages();
    }
  }

  private static void sent(CompletableFuture<Void> sending) throws Exception {
    sending.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static LiveConfig config(
      Golden golden, @Nullable FunctionBehavior behavior, LiveServer server) {
    boolean vertex = golden.backend == Backend.VERTEX;
    FunctionDeclaration weather = FunctionDeclaration.builder(
            "get_weather", "Tells the weather of a city.")
        .behavior(behavior)
        .parameters(Schema.object(Map.of("city", Schema.string()), "city"))
        .build();
    LiveConfig.Builder config = LiveConfig.builder(golden.model)
        .endpoint(
            vertex
                ? Endpoint.vertex("demo", "us-central1").at(server.baseUri())
                : Endpoint.custom(server.baseUri()))
        .credentials(
            vertex ? Credentials.accessToken(() -> "token") : Credentials.apiKey(server.apiKey()))
        .systemInstruction("You are a weather reporter.")
        .tools(ToolSet.builder()
            .add(
                weather,
                (args, context) -> ToolResult.of("rain").scheduling(FunctionScheduling.INTERRUPT))
            .build())
        .history(List.of(Content.user("My name is Ida."), Content.model("Hello Ida.")));
    if (golden.profile().voice()) {
      config.voice("Kore");
    }
    // What the model cannot do without; the program is the same apart from it.
    String family = golden.profile().family();
    if (family.equals("3.8-xt")) {
      config.thinkingLevel(ThinkingLevel.LOW);
    }
    if (family.equals("translate")) {
      config.translateTo("pl");
    }
    return config.build();
  }

  /** One line for each message: members in order, audio shortened. */
  private static List<String> texts(List<JsonNode> messages) {
    return messages.stream().map(ProfileGoldenTest::text).toList();
  }

  private static String text(JsonNode message) {
    ObjectNode copy = message.deepCopy();
    if (copy.at("/realtimeInput/audio").isObject()) {
      ObjectNode audio = (ObjectNode) copy.at("/realtimeInput/audio");
      String data = audio.get("data").asText();
      audio.put("data", data.endsWith(" characters") ? data : data.length() + " characters");
    }
    return sorted(copy).toString();
  }

  private static JsonNode sorted(JsonNode node) {
    if (node.isObject()) {
      ObjectNode sorted = JSON.createObjectNode();
      List<String> names = new ArrayList<>();
      node.fieldNames().forEachRemaining(names::add);
      names.stream().sorted().forEach(name -> sorted.set(name, sorted(node.get(name))));
      return sorted;
    }
    if (node.isArray()) {
      var sorted = JSON.createArrayNode();
      node.forEach(element -> sorted.add(sorted(element)));
      return sorted;
    }
    return node;
  }
}
