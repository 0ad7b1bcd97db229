package io.github.geminilive.internal.session;

import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.ServerMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Collects the members of a message that no event carries. */
final class UnknownMembers {

  private UnknownMembers() {}

  /** An object of the same shape as the message that holds only what this version does not know. */
  static Optional<Json> of(ServerMessage message) {
    Map<String, Object> unknown = new LinkedHashMap<>(message.extra());
    if (message.setupComplete() != null) {
      add(unknown, "setupComplete", message.setupComplete().extra());
    }
    if (message.serverContent() != null) {
      Map<String, Object> content = new LinkedHashMap<>(message.serverContent().extra());
      if (message.serverContent().modelTurn() != null) {
        add(content, "modelTurn", message.serverContent().modelTurn().extra());
      }
      add(unknown, "serverContent", content);
    }
    if (message.toolCall() != null) {
      add(unknown, "toolCall", message.toolCall().extra());
    }
    if (message.toolCallCancellation() != null) {
      add(unknown, "toolCallCancellation", message.toolCallCancellation().extra());
    }
    if (message.goAway() != null) {
      add(unknown, "goAway", message.goAway().extra());
    }
    if (message.sessionResumptionUpdate() != null) {
      add(unknown, "sessionResumptionUpdate", message.sessionResumptionUpdate().extra());
    }
    if (message.voiceActivityDetectionSignal() != null) {
      add(
          unknown,
          "voiceActivityDetectionSignal",
          message.voiceActivityDetectionSignal().extra());
    }
    return unknown.isEmpty() ? Optional.empty() : Optional.of(Json.of(unknown));
  }

  private static void add(Map<String, Object> target, String name, Map<String, ?> extra) {
    if (!extra.isEmpty()) {
      target.put(name, extra);
    }
  }
}
