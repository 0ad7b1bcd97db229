package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Modality;
import io.github.geminilive.protocol.Setup;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Defaults, checks and copies of the configuration. */
class LiveConfigTest {

  @Test
  void onlyTheModelHasToBeNamed() {
    LiveConfig config = LiveConfig.builder("gemini-3.8-live").build();

    assertThat(config.model()).isEqualTo(LiveModel.GEMINI_3_8_LIVE);
    assertThat(config.endpoint().backend()).isEqualTo(Endpoint.Backend.DEVELOPER);
    assertThat(config.endpoint().version()).isEqualTo("v1beta");
    assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.setupTimeout()).isEqualTo(Duration.ofSeconds(15));
    assertThat(config.closeTimeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(config.outgoingMessages()).isEqualTo(256);
    assertThat(config.outgoingBytes()).isEqualTo(4L << 20);
    assertThat(config.outgoingMediaAge()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.incomingMessageLimit()).isEqualTo(16 << 20);
    assertThat(config.malformedLimit()).isEqualTo(10);
    assertThat(config.turnAudioLimit()).isEqualTo(16L << 20);
    assertThat(config.logContent()).isFalse();
    assertThat(config.listener()).isNull();
    assertThat(config.toolSets()).isEmpty();
    assertThat(config.history()).isEmpty();
  }

  @Test
  void theDefaultSetupSpeaksTranscribesAndResumes() {
    Setup setup = LiveConfig.builder("gemini-3.8-live").build().setup();

    assertThat(setup.model()).isEqualTo("models/gemini-3.8-live");
    assertThat(setup.generationConfig()).isNotNull();
    assertThat(setup.generationConfig().responseModalities()).containsExactly(Modality.AUDIO);
    assertThat(setup.inputAudioTranscription()).isNotNull();
    assertThat(setup.outputAudioTranscription()).isNotNull();
    assertThat(setup.sessionResumption()).isNotNull();
    assertThat(setup.sessionResumption().handle()).isNull();
    assertThat(setup.tools()).isNull();
  }

  @Test
  void whatIsOnByDefaultCanBeTurnedOff() {
    Setup setup = LiveConfig.builder("gemini-3.8-live")
        .inputTranscription(false)
        .outputTranscription(false)
        .resumption(false)
        .build()
        .setup();

    assertThat(setup.inputAudioTranscription()).isNull();
    assertThat(setup.outputAudioTranscription()).isNull();
    assertThat(setup.sessionResumption()).isNull();
  }

  @Test
  void aConfigurationDoesNotChangeWithItsBuilder() {
    LiveConfig.Builder builder = LiveConfig.builder("gemini-3.8-live").systemInstruction("one");
    LiveConfig config = builder.build();

    builder
        .systemInstruction("two")
        .setupTimeout(Duration.ofSeconds(1))
        .tools(ToolSet.of(FunctionDeclaration.builder("f", "does").build(), (args, c) -> "x"));

    assertThat(config.setup().systemInstruction()).isEqualTo(Content.text("one"));
    assertThat(config.setupTimeout()).isEqualTo(Duration.ofSeconds(15));
    assertThat(config.toolSets()).isEmpty();
  }

  @Test
  void anotherConfigurationCanBeginWhereOneEnds() {
    LiveConfig config = LiveConfig.builder("gemini-3.8-live")
        .systemInstruction("one")
        .voice("Kore")
        .connectTimeout(Duration.ofSeconds(3))
        .setupExtra("somethingNew", Json.parse("true"))
        .logContent(true)
        .build();

    LiveConfig copy = config.toBuilder().setupTimeout(Duration.ofSeconds(4)).build();

    assertThat(copy.setup()).isEqualTo(config.setup());
    assertThat(copy.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(copy.setupTimeout()).isEqualTo(Duration.ofSeconds(4));
    assertThat(copy.logContent()).isTrue();
    assertThat(config.setupTimeout()).isEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void theModelsNameFollowsTheEndpointWhicheverComesFirst() {
    LiveConfig config = LiveConfig.builder("gemini-3.8-live")
        .setup(setup -> setup.model("models/something-else"))
        .endpoint(Endpoint.vertex("p", "l"))
        .build();

    assertThat(config.setup().model())
        .isEqualTo("projects/p/locations/l/publishers/google/models/gemini-3.8-live");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1})
  void timeoutsMustBePositive(long millis) {
    Duration timeout = Duration.ofMillis(millis);
    LiveConfig.Builder builder = LiveConfig.builder("gemini-3.8-live");

    assertRefused(() -> builder.connectTimeout(timeout), "connectTimeout", timeout);
    assertRefused(() -> builder.setupTimeout(timeout), "setupTimeout", timeout);
    assertRefused(() -> builder.closeTimeout(timeout), "closeTimeout", timeout);
    assertRefused(() -> builder.outgoingMediaAge(timeout), "outgoingMediaAge", timeout);
  }

  @Test
  void limitsAreCheckedAtTheirBorders() {
    LiveConfig.Builder builder = LiveConfig.builder("gemini-3.8-live");

    assertRefused(() -> builder.outgoingLimits(0, 1), "messages", 0);
    assertRefused(() -> builder.outgoingLimits(1, 0), "bytes", 0);
    assertRefused(() -> builder.incomingMessageLimit(1023), "incomingMessageLimit", 1023);
    assertRefused(() -> builder.malformedLimit(0), "malformedLimit", 0);
    assertRefused(() -> builder.turnAudioLimit(-1), "turnAudioLimit", -1);
    LiveConfig config = builder
        .outgoingLimits(1, 1)
        .incomingMessageLimit(1024)
        .malformedLimit(1)
        .turnAudioLimit(0)
        .build();
    assertThat(config.outgoingMessages()).isEqualTo(1);
    assertThat(config.incomingMessageLimit()).isEqualTo(1024);
  }

  private static void assertRefused(ThrowingCallable call, String name, Object value) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(name, String.valueOf(value));
  }

  @Test
  void twoToolsOfOneNameAreRefused() {
    ToolSet tool = ToolSet.of(FunctionDeclaration.builder("f", "does").build(), (args, c) -> "x");

    assertThatThrownBy(() -> LiveConfig.builder("gemini-3.8-live").tools(tool, tool))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"f\"");
  }

  @Test
  void nullIsRefusedByName() {
    LiveConfig.Builder builder = LiveConfig.builder("gemini-3.8-live");

    assertThatThrownBy(() -> builder.endpoint(absent()))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("endpoint");
    assertThatThrownBy(() -> builder.credentials(absent()))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("credentials");
    assertThatThrownBy(() -> builder.connectTimeout(absent()))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("connectTimeout");
    assertThatThrownBy(() -> LiveClient.connect(absent()))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("config");
    assertThatThrownBy(() -> LiveClient.connectAsync(absent()))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("config");
  }

  /** What a caller without null checks may pass. */
  private static <T> T absent() {
    return List.<T>of().stream().findFirst().orElse(null);
  }
}
