package io.github.geminilive.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every client line of messages.jsonl: the good ones are taken, the bad ones answered as noted. */
class ConformanceTest {

  private static final LiveServer SERVER =
      LiveServer.builder().persona(Persona.silent()).start();
  private static final List<JsonNode> LINES = lines();

  private static final String ARGUMENT = "Request contains an invalid argument.";

  /** Reason of the close, where it says more than that an argument is invalid. */
  private static final Map<String, String> REASONS = Map.ofEntries(
      Map.entry("setup_thinking_level_missing_xt", "Thinking level must be specified"),
      Map.entry("enum_setup_thinking_unspecified", "Thinking level must be specified"),
      Map.entry("setup_thinking_on_38", "Thinking level is not supported for this model"),
      Map.entry("enum_setup_thinking_minimal_xt", "Thinking level is not supported for this model"),
      Map.entry("setup_text_on_native_audio", "Cannot extract voices from a non-audio request."),
      Map.entry("setup_unknown_voice", "No matching speaker voice found for name: NoSuchVoice"),
      Map.entry(
          "setup_function_schema_unknown_keyword", "Unknown name \"additionalProperties\" at"),
      Map.entry("setup_function_bad_name", "Invalid function name: 2 fast"),
      Map.entry("setup_resumption_transparent_gemini", "Unknown name \"transparent\" at"),
      Map.entry("setup_explicit_vad_signal_gemini", "Unknown name \"explicitVadSignal\""),
      Map.entry(
          "setup_unknown_field",
          "Invalid JSON payload received. Unknown name \"ttl_seconds\" at 'setup': Cannot find"
              + " field."),
      Map.entry(
          "setup_wrong_type",
          "Invalid value at 'setup.generation_config.response_modalities' (list)"),
      Map.entry("content_system_role_gemini", "Please use a valid role: user, model."),
      Map.entry("content_turns_not_array", "Invalid value at 'client_content.turns' (list)"),
      Map.entry("rt_activity_with_auto_vad", "Explicit activity control is not supported when"),
      Map.entry("rt_audio_wrong_mime", "Request trace id: "),
      Map.entry("rt_video_wrong_mime", "Request trace id: "),
      Map.entry("rt_bad_base64", "Invalid value at 'realtime_input.audio.data' (TYPE_BYTES)"),
      Map.entry("rt_activity_as_bool", "Invalid value at 'realtime_input.activity_start'"),
      Map.entry(
          "tool_response_scalar",
          "Invalid value at 'tool_response.function_responses[0].response'"),
      Map.entry(
          "tool_response_interrupted_spelling",
          "Invalid value at 'tool_response.function_responses[0].scheduling'"),
      Map.entry("tool_response_will_continue_vertex", "Unknown name \"willContinue\" at"),
      Map.entry(
          "context_update_bare_list",
          "Unknown name \"tools\" at 'context_update': Proto field is not repeating"));

  private static final Set<String> UNSUPPORTED_MIME =
      Set.of("rt_audio_wrong_mime", "rt_video_wrong_mime");

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Test
  void all135ClientLinesAreHere() {
    assertThat(LINES).hasSize(135);
    assertThat(LINES.stream().filter(line -> line.get("valid").asBoolean())).hasSize(92);
  }

  static Stream<String> names() {
    return LINES.stream().map(line -> line.get("name").asText());
  }

  @ParameterizedTest
  @MethodSource("names")
  void theLineIsAnsweredAsNoted(String name) {
    JsonNode line = LINES.stream()
        .filter(candidate -> candidate.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
    String backend = line.get("backend").asText();
    if (!backend.equals("vertex")) {
      check(name, line, false);
    }
    if (!backend.equals("gemini")) {
      check(name, line, true);
    }
  }

  private static void check(String name, JsonNode line, boolean vertex) {
    JsonNode message = line.get("message");
    boolean setupLine =
        message.has("setup") ? !name.equals("client_second_setup") : message.isEmpty();
    SERVER.rememberHandle("7c2b9e40-aaaa-4bbb-8ccc-0123456789ab");
    SERVER.rememberHandle("h-vertex-1");
    try (WsClient client = WsClient.dial(SERVER, path(name, vertex))) {
      Connection connection = SERVER.nextConnection();
      if (!setupLine) {
        client.send(setupFor(name));
        client.await("setupComplete");
        pretendCalls(connection, message);
      }
      client.send(message.toString());
      if (line.get("valid").asBoolean()) {
        if (setupLine) {
          client.await("setupComplete");
        } else {
          connection.awaitMessages(2);
        }
        // Whatever comes next is only handled once the line was.
        client.send("{\"realtimeInput\":{\"text\":\"still there\"}}");
        connection.awaitMessages(setupLine ? 2 : 3);
        assertThat(connection.violations()).isEmpty();
      } else {
        Closure closure = client.awaitClosed();
        assertThat(closure.code()).isEqualTo(UNSUPPORTED_MIME.contains(name) ? 1008 : 1007);
        assertThat(closure.reason()).contains(cut(REASONS.getOrDefault(name, ARGUMENT)));
        assertThat(connection.violations()).hasSize(1);
      }
    }
  }

  /** What fits a close frame. */
  private static String cut(String reason) {
    return reason.length() > 123 ? reason.substring(0, 123) : reason;
  }

  private static String path(String name, boolean vertex) {
    if (vertex) {
      return WsClient.VERTEX;
    }
    // Affective dialog with a 2.5 model needs this version on the Developer API.
    return name.equals("setup_generation_full") ? WsClient.ALPHA : WsClient.DEV;
  }

  private static String setupFor(String name) {
    boolean manual = name.startsWith("rt_activity_start")
        || name.startsWith("rt_activity_end")
        || name.equals("rt_stream_end_with_manual_vad");
    if (manual) {
      return "{\"setup\":{\"model\":\"models/gemini-3.8-live\",\"realtimeInputConfig\":"
          + "{\"automaticActivityDetection\":{\"disabled\":true}}}}";
    }
    if (name.equals("content_on_31_midsession")) {
      return "{\"setup\":{\"model\":\"models/gemini-3.1-flash-live-preview\"}}";
    }
    if (name.equals("content_history_close")) {
      return "{\"setup\":{\"model\":\"models/gemini-3.1-flash-live-preview\","
          + "\"historyConfig\":{\"initialHistoryInClientContent\":true}}}";
    }
    return WsClient.SETUP;
  }

  /** Makes the calls that the line answers. */
  private static void pretendCalls(Connection connection, JsonNode message) {
    JsonNode responses = message.path("toolResponse").path("functionResponses");
    if (responses.isMissingNode()) {
      responses = message.path("tool_response").path("function_responses");
    }
    for (JsonNode response : responses) {
      connection.send("{\"toolCall\":{\"functionCalls\":[{\"id\":\""
          + response.path("id").asText("given-by-vertex")
          + "\",\"name\":\""
          + response.path("name").asText()
          + "\"}]}}");
    }
  }

  private static List<JsonNode> lines() {
    try (InputStream in = ConformanceTest.class.getResourceAsStream("/messages.jsonl")) {
      return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .lines()
          .map(line -> WsClient.parse(line))
          .filter(line -> line.get("direction").asText().equals("client"))
          .toList();
    } catch (IOException e) {
      return fail(e);
    }
  }
}
