package io.github.geminilive.internal.profile;

import io.github.geminilive.internal.profile.MessageCheck.MediaKind;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@link MessageCheck} for messages that are JSON, not records. For one message and thread. */
final class RawMessageCheck {

  /** What servers send; a client that sends one has mixed something up. */
  private static final Set<String> SERVER_ONLY = Set.of(
      "setupComplete",
      "serverContent",
      "toolCall",
      "toolCallCancellation",
      "usageMetadata",
      "goAway",
      "sessionResumptionUpdate",
      "voiceActivity",
      "voiceActivityDetectionSignal");

  private final SessionFacts facts;
  // The first refusal counts; later looks at the message leave it.
  private @Nullable String refusal;

  RawMessageCheck(SessionFacts facts) {
    this.facts = facts;
  }

  @Nullable
  String refusal(Json raw) {
    if (!raw.isObject()) {
      return "a client message must be a JSON object but is " + kind(raw.value());
    }
    Map<String, Object> message = members(raw.value());
    if (message == null || message.size() != 1) {
      return "a client message has exactly one top-level member but this one has "
          + (message == null ? 0 : message.size())
          + "; send one message for each";
    }
    Map.Entry<String, Object> only = message.entrySet().iterator().next();
    switch (only.getKey()) {
      case "setup" -> refuse(MessageCheck.SECOND_SETUP);
      case "clientContent" -> content(object("clientContent", only.getValue()));
      case "realtimeInput" -> realtime(object("realtimeInput", only.getValue()));
      case "toolResponse" -> toolResponse(object("toolResponse", only.getValue()));
      case "contextUpdate" -> contextUpdate(object("contextUpdate", only.getValue()));
      default -> {
        if (SERVER_ONLY.contains(only.getKey())) {
          refuse(only.getKey() + " is a message of the server; a client must not send it");
        }
      }
    }
    return refusal;
  }

  private void refuse(@Nullable String reason) {
    if (refusal == null) {
      refusal = reason;
    }
  }

  private void content(Map<String, Object> content) {
    refuse(MessageCheck.contentNow(facts));
    bool("clientContent.turnComplete", content.get("turnComplete"));
    List<?> turns = array("clientContent.turns", content.get("turns"));
    for (int i = 0; i < turns.size(); i++) {
      String at = "clientContent.turns[" + i + "]";
      Map<String, Object> turn = object(at, turns.get(i));
      refuse(MessageCheck.role(at, text(at + ".role", turn.get("role")), facts));
      List<?> parts = array(at + ".parts", turn.get("parts"));
      if (parts.isEmpty()) {
        refuse(MessageCheck.noParts(at));
      }
      for (int j = 0; j < parts.size(); j++) {
        part(at + ".parts[" + j + "]", object(at + ".parts[" + j + "]", parts.get(j)));
      }
    }
  }

  private void part(String at, Map<String, Object> part) {
    for (String function : List.of("functionCall", "functionResponse")) {
      if (part.containsKey(function)) {
        refuse(MessageCheck.functionPart(at + "." + function));
      }
    }
    text(at + ".text", part.get("text"));
    blob(at + ".inlineData", part.get("inlineData"));
    object(at + ".fileData", part.get("fileData"));
    refuse(MessageCheck.turnPart(at, withCanonicalData(part), facts));
  }

  /** A part whose media have their members under canonical names as well. */
  private static Map<String, Object> withCanonicalData(Map<String, Object> part) {
    Map<String, Object> canonical = new LinkedHashMap<>(part);
    for (String data : List.of("inlineData", "fileData")) {
      canonical.computeIfPresent(data, (name, value) -> {
        Map<String, Object> members = members(value);
        return members == null ? Map.of() : members;
      });
    }
    return canonical;
  }

  private void realtime(Map<String, Object> input) {
    for (String marker : List.of("activityStart", "activityEnd")) {
      object("realtimeInput." + marker, input.get(marker));
    }
    bool("realtimeInput.audioStreamEnd", input.get("audioStreamEnd"));
    refuse(MessageCheck.realtimeMarkers(
        input.containsKey("activityStart"),
        input.containsKey("activityEnd"),
        Boolean.TRUE.equals(input.get("audioStreamEnd")),
        facts));
    media("realtimeInput.audio", MediaKind.AUDIO, input.get("audio"));
    media("realtimeInput.video", MediaKind.VIDEO, input.get("video"));
    String text = text("realtimeInput.text", input.get("text"));
    if (text != null) {
      refuse(MessageCheck.text(text));
    }
    List<?> chunks = array("realtimeInput.mediaChunks", input.get("mediaChunks"));
    for (int i = 0; i < chunks.size(); i++) {
      media("realtimeInput.mediaChunks[" + i + "]", MediaKind.CHUNK, chunks.get(i));
    }
  }

  private void media(String at, MediaKind kind, @Nullable Object value) {
    if (value != null) {
      blob(at, value);
      Map<String, Object> blob = object(at, value);
      String mimeType = text(at + ".mimeType", blob.get("mimeType"));
      String data = text(at + ".data", blob.get("data"));
      refuse(MessageCheck.media(at, kind, mimeType, data == null || data.isEmpty()));
    }
  }

  private void blob(String at, @Nullable Object value) {
    Map<String, Object> blob = object(at, value);
    text(at + ".mimeType", blob.get("mimeType"));
    String data = text(at + ".data", blob.get("data"));
    if (data == null) {
      return;
    }
    try {
      // The service takes the URL-safe alphabet too.
      Bytes.fromBase64(data.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      refuse(at + ".data is not base64; encode the bytes");
    }
  }

  private void toolResponse(Map<String, Object> message) {
    String at = "toolResponse.functionResponses";
    List<?> responses = array(at, message.get("functionResponses"));
    if (responses.isEmpty()) {
      refuse(MessageCheck.noResponses());
    }
    for (int i = 0; i < responses.size(); i++) {
      String one = at + "[" + i + "]";
      Map<String, Object> response = object(one, responses.get(i));
      bool(one + ".willContinue", response.get("willContinue"));
      refuse(MessageCheck.functionResponse(
          one,
          text(one + ".id", response.get("id")),
          text(one + ".name", response.get("name")),
          response.containsKey("response") ? Json.of(response.get("response")) : null,
          response.containsKey("willContinue"),
          text(one + ".scheduling", response.get("scheduling")),
          facts));
      List<?> parts = array(one + ".parts", response.get("parts"));
      for (int j = 0; j < parts.size(); j++) {
        responsePart(one + ".parts[" + j + "]", parts.get(j));
      }
    }
  }

  private void responsePart(String at, @Nullable Object value) {
    Map<String, Object> part = object(at, value);
    blob(at + ".inlineData", part.get("inlineData"));
    object(at + ".fileData", part.get("fileData"));
    refuse(MessageCheck.responsePart(at, part, facts));
  }

  private void contextUpdate(Map<String, Object> update) {
    refuse(MessageCheck.contextUpdateNow(facts));
    String at = "contextUpdate.systemInstruction";
    Map<String, Object> instruction = object(at, update.get("systemInstruction"));
    List<?> parts = array(at + ".parts", instruction.get("parts"));
    for (int i = 0; i < parts.size(); i++) {
      Map<String, Object> part = object(at + ".parts[" + i + "]", parts.get(i));
      text(at + ".parts[" + i + "].text", part.get("text"));
      refuse(MessageCheck.instructionPart(i, part, facts));
    }
    Map<String, Object> wrapper = object("contextUpdate.tools", update.get("tools"));
    List<?> tools = array("contextUpdate.tools.tools", wrapper.get("tools"));
    for (int i = 0; i < tools.size(); i++) {
      object("contextUpdate.tools.tools[" + i + "]", tools.get(i));
    }
  }

  // Absent members are empty here; a wrong type is a refusal and is then treated as absent.

  private Map<String, Object> object(String at, @Nullable Object value) {
    Map<String, Object> members = members(value);
    if (value != null && members == null) {
      refuse(at + " must be a JSON object but is " + kind(value));
    }
    return members == null ? Map.of() : members;
  }

  private List<?> array(String at, @Nullable Object value) {
    if (value != null && !(value instanceof List<?>)) {
      refuse(at + " must be a JSON array but is " + kind(value));
    }
    return value instanceof List<?> list ? list : List.of();
  }

  private @Nullable String text(String at, @Nullable Object value) {
    if (value != null && !(value instanceof String)) {
      refuse(at + " must be text but is " + kind(value));
    }
    return value instanceof String text ? text : null;
  }

  private void bool(String at, @Nullable Object value) {
    if (value != null && !(value instanceof Boolean)) {
      refuse(at + " must be true or false but is " + kind(value));
    }
  }

  // Values are not quoted: they may be what somebody said.
  private static String kind(@Nullable Object value) {
    if (value instanceof Map<?, ?>) {
      return "an object";
    }
    if (value instanceof List<?>) {
      return "an array";
    }
    if (value instanceof String) {
      return "text";
    }
    return String.valueOf(value);
  }

  /** The members under their canonical names, without nulls; null for what is not an object. */
  private static @Nullable Map<String, Object> members(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return null;
    }
    Map<String, Object> members = new LinkedHashMap<>();
    map.forEach((name, member) -> {
      if (member != null) {
        members.put(Names.camel((String) name), member);
      }
    });
    return members;
  }
}
