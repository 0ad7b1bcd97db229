package io.github.geminilive.internal.codec;

import io.github.geminilive.protocol.CodeExecutionResult;
import io.github.geminilive.protocol.ExecutableCode;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.GroundingMetadata;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.protocol.PlaceAnswerSources;
import io.github.geminilive.protocol.Schema;
import io.github.geminilive.protocol.ServerMessage;
import io.github.geminilive.protocol.ServerToolCall;
import io.github.geminilive.protocol.ServerToolResponse;
import io.github.geminilive.protocol.ToolCallCancellation;
import io.github.geminilive.protocol.UsageMetadata;
import io.github.geminilive.protocol.VoiceActivity;
import java.util.Map;
import java.util.Set;

/** Where the wire departs from the shape of the records. */
final class WireRules {

  /** Record components that cannot bear the name of their JSON member, a Java keyword. */
  private static final Map<String, String> NAMES =
      Map.of(key(Schema.class, "enumValues"), "enum", key(Schema.class, "defaultValue"), "default");

  /** Second names of members, as the other backend or an SDK spells them. */
  private static final Map<String, String> ALIASES = Map.of(
      key(UsageMetadata.class, "responseTokenCount"), "candidatesTokenCount",
      key(UsageMetadata.class, "responseTokensDetails"), "candidatesTokensDetails",
      key(VoiceActivity.class, "type"), "voiceActivityType",
      key(PlaceAnswerSources.class, "reviewSnippets"), "reviewSnippet");

  /** Ids: text that some servers write as a number. */
  private static final Set<String> NUMBERS_AS_TEXT = Set.of(
      key(FunctionCall.class, "id"),
      key(ExecutableCode.class, "id"),
      key(CodeExecutionResult.class, "id"),
      key(FunctionResponse.class, "id"),
      key(ServerToolCall.class, "id"),
      key(ServerToolResponse.class, "id"),
      key(ToolCallCancellation.class, "ids"));

  /** Free-form members that nevertheless have to be objects. */
  private static final Set<String> OBJECTS = Set.of(
      key(FunctionCall.class, "args"),
      key(FunctionResponse.class, "response"),
      key(ServerToolCall.class, "args"),
      key(ServerToolResponse.class, "response"),
      key(Part.class, "partMetadata"));

  /** Lists whose elements others refer to by index: an unusable element leaves an empty one. */
  private static final Set<String> POSITIONAL =
      Set.of(key(GroundingMetadata.class, "groundingChunks"));

  /** Objects that may come as a bare text, and the member that text belongs to. */
  private static final Map<String, String> TEXT_FOR_OBJECT =
      Map.of(key(ServerMessage.class, "error"), "message");

  private WireRules() {}

  static String name(Class<?> type, String component) {
    return NAMES.getOrDefault(key(type, component), component);
  }

  static String alias(Class<?> type, String component) {
    return ALIASES.getOrDefault(key(type, component), "");
  }

  static boolean numberAsText(Class<?> type, String component) {
    return NUMBERS_AS_TEXT.contains(key(type, component));
  }

  static boolean object(Class<?> type, String component) {
    return OBJECTS.contains(key(type, component));
  }

  static boolean positional(Class<?> type, String component) {
    return POSITIONAL.contains(key(type, component));
  }

  static String textMember(Class<?> type, String component) {
    return TEXT_FOR_OBJECT.getOrDefault(key(type, component), "");
  }

  private static String key(Class<?> type, String component) {
    return type.getSimpleName() + '.' + component;
  }
}
