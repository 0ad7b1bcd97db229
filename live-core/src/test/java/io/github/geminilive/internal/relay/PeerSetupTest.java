package io.github.geminilive.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveModel;
import io.github.geminilive.internal.codec.ClientMessageEncoder;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.ContextUpdate;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Tool;
import io.github.geminilive.protocol.ToolsUpdate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a peer's setup becomes part of the server's. */
class PeerSetupTest {

  private static final LiveConfig BASE = LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
      .apiKey("test-key")
      .systemInstruction("Be kind.")
      .voice("Kore")
      .language("en-US")
      .temperature(0.7)
      .declare(
          Tool.functions(FunctionDeclaration.builder("own", "The server's.").build()))
      .build();

  private static String setup(LiveConfig config) {
    return ClientMessageEncoder.encodeRecord(config.setup());
  }

  private static LiveConfig apply(String asked, String... allowed) throws BadMessage {
    return PeerSetup.apply(BASE, Json.parse(asked), List.of(allowed));
  }

  static List<WireMessages.Line> setups() {
    return WireMessages.of("client", true).stream()
        .filter(line -> line.message().has("setup"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("setups")
  void nothingOfAnySetupPassesWhenNothingIsAllowed(WireMessages.Line line) throws BadMessage {
    assertThat(apply(line.message().get("setup").toString())).isSameAs(BASE);
  }

  @Test
  void onlyWhatIsAllowedPasses() throws BadMessage {
    String asked =
        "{\"model\":\"models/dear\",\"systemInstruction\":{\"parts\":[{\"text\":\"x\"}]},"
            + "\"tools\":[{\"googleSearch\":{}}],\"fromNextYear\":1,"
            + "\"contextWindowCompression\":{\"triggerTokens\":1},"
            + "\"sessionResumption\":{\"handle\":\"h\"},"
            + "\"generationConfig\":{\"temperature\":1.5,\"maxOutputTokens\":7,"
            + "\"speechConfig\":{\"languageCode\":\"pl-PL\"}}}";

    LiveConfig config = apply(asked, "generationConfig.speechConfig");

    assertThat(WireMessages.json(setup(config)))
        .isEqualTo(WireMessages.json(setup(BASE).replace("en-US", "pl-PL")));
    assertThat(config.model()).isEqualTo(BASE.model());
    assertThat(config.credentials()).isSameAs(BASE.credentials());
  }

  @Test
  void membersThePeerDoesNotSetStayTheServers() throws BadMessage {
    LiveConfig config = apply(
        "{\"generation_config\":{\"max_output_tokens\":70,\"temperature\":null}}",
        "generationConfig");

    assertThat(config.setup().generationConfig().maxOutputTokens()).isEqualTo(70);
    assertThat(config.setup().generationConfig().temperature()).isEqualTo(0.7);
    assertThat(config.setup().generationConfig().speechConfig())
        .isEqualTo(BASE.setup().generationConfig().speechConfig());
  }

  @Test
  void allThatCanBeNamedCanBeSet() throws BadMessage {
    LiveConfig config = apply(
        "{\"system_instruction\":{\"parts\":[{\"text\":\"Be short.\"}]},"
            + "\"realtimeInputConfig\":{\"activityHandling\":\"NO_INTERRUPTION\","
            + "\"turnCoverage\":\"TURN_INCLUDES_ALL_INPUT\"},"
            + "\"inputAudioTranscription\":{\"languageCodes\":[\"pl\"]},"
            + "\"labels\":{\"team\":\"a\"}}",
        "systemInstruction",
        "realtimeInputConfig.activityHandling",
        "inputAudioTranscription",
        "labels");

    assertThat(setup(config))
        .contains("Be short.", "NO_INTERRUPTION", "[\"pl\"]", "{\"team\":\"a\"}")
        .doesNotContain("Be kind.", "ALL_INPUT");
  }

  @Test
  void toolsAreAddedToTheServers() throws BadMessage {
    LiveConfig config = apply(
        "{\"tools\":[{\"functionDeclarations\":[{\"name\":\"mine\",\"description\":\"d\"}]}]}",
        "tools");

    assertThat(setup(config)).contains("\"own\"", "\"mine\"");
    assertThat(BASE.setup().tools()).hasSize(1);
  }

  @Test
  void aToolWithTheNameOfTheServersIsRefused() {
    for (String names : List.of(
        "{\"name\":\"own\",\"description\":\"d\"}",
        "{\"name\":\"a\",\"description\":\"d\"},{\"name\":\"a\",\"description\":\"d\"}")) {
      assertThatThrownBy(
              () -> apply("{\"tools\":[{\"functionDeclarations\":[" + names + "]}]}", "tools"))
          .isInstanceOf(BadMessage.class)
          .hasMessageContaining("tools.function_declarations");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"generationConfig\":7}",
        "{\"generationConfig\":{\"temperature\":\"warm\"}}",
        "{\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":\"LOW\"}}}",
        "{\"generationConfig\":{\"responseModalities\":[\"AUDIO\",\"TEXT\"]}}"
      })
  void whatIsAllowedAndCannotBeIsRefused(String asked) {
    assertThatThrownBy(() -> apply(asked, "generationConfig"))
        .isInstanceOf(BadMessage.class)
        .hasMessageContaining("eneration");
  }

  @Test
  void whatTheServerItselfHasWrongIsNotLaidToThePeer() throws BadMessage {
    LiveConfig wrong = BASE.toBuilder().thinkingBudget(5).build();
    assertThat(wrong.check()).isNotEmpty();

    LiveConfig config = PeerSetup.apply(
        wrong, Json.parse("{\"generationConfig\":{\"seed\":3}}"), List.of("generationConfig.seed"));

    assertThat(config.setup().generationConfig().seed()).isEqualTo(3);
  }

  @Test
  void anUpdateKeepsTheServersTools() throws BadMessage {
    ContextUpdate asked = new ContextUpdate(
        Content.text("New."),
        new ToolsUpdate(
            List.of(Tool.functions(FunctionDeclaration.builder("mine", "d").build())), Map.of()),
        Map.of());

    assertThat(PeerSetup.context(BASE, asked, List.of("tools.x"))).isNull();
    ContextUpdate words = PeerSetup.context(BASE, asked, List.of("systemInstruction"));
    ContextUpdate tools = PeerSetup.context(BASE, asked, List.of("tools"));
    ContextUpdate none = PeerSetup.context(
        BASE, new ContextUpdate(null, new ToolsUpdate(null, Map.of()), Map.of()), List.of("tools"));

    assertThat(words).isEqualTo(new ContextUpdate(asked.systemInstruction(), null, Map.of()));
    assertThat(ClientMessageEncoder.encodeRecord(tools)).contains("own", "mine");
    assertThat(ClientMessageEncoder.encodeRecord(none)).contains("own");
    assertThatThrownBy(() -> PeerSetup.context(
            BASE,
            new ContextUpdate(null, new ToolsUpdate(BASE.setup().tools(), Map.of()), Map.of()),
            List.of("tools")))
        .isInstanceOf(BadMessage.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "generationConfig",
        "generationConfig.speechConfig",
        "realtimeInputConfig.automaticActivityDetection",
        "systemInstruction",
        "tools",
        "labels",
        "inputAudioTranscription"
      })
  void membersOfTheProtocolCanBeNamed(String path) {
    assertThat(SetupPaths.check(path)).isSameAs(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "model",
        "sessionResumption",
        "sessionResumption.handle",
        "contextWindowCompression",
        "contextWindowCompression.triggerTokens",
        "temperature",
        "generation_config",
        "generationConfig.voice",
        "generationConfig.speechConfig.languageCode",
        "tools.googleSearch",
        "labels.team",
        "extra",
        "generationConfig.extra"
      })
  void othersAreRefusedWithAListOfThose(String path) {
    assertThatThrownBy(() -> SetupPaths.check(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + path + "\"")
        .hasMessageContaining("generationConfig.speechConfig, ")
        .message()
        .doesNotContain("possible are model", "sessionResumption, ");
  }
}
