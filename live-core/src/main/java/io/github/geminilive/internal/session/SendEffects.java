package io.github.geminilive.internal.session;

import static java.util.Locale.ROOT;

import io.github.geminilive.internal.transport.Uplink;
import io.github.geminilive.protocol.ClientContent;
import io.github.geminilive.protocol.ClientMessage;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.RealtimeInput;
import io.github.geminilive.protocol.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a message means for the session that sends it, however it was put together.
 *
 * @param kind what it is
 * @param lane what it may overtake
 * @param asks whether the model is to answer
 * @param closesHistory whether it is a turn that also ends a history phase
 * @param answers calls it answers
 * @param declared the functions it declares instead of those before, and their behaviour; null when
 *     it leaves them as they are
 */
record SendEffects(
    Kind kind,
    Uplink.Lane lane,
    boolean asks,
    boolean closesHistory,
    List<Answer> answers,
    @Nullable Map<String, @Nullable FunctionBehavior> declared) {

  /** What a message is; also the tag of those that carry no other. */
  enum Kind {
    /** Turns or text: something said. */
    WORDS,
    /** The user begins to speak. */
    ACTIVITY_START,
    /** The user has spoken. */
    ACTIVITY_END,
    /** The microphone pauses. */
    STREAM_END,
    /** A picture. */
    VIDEO,
    /** Answers to calls. */
    ANSWER,
    /** Stops the model, or has it go on; of no use on another connection. */
    STEERING,
    /** Another change of what the service knows. */
    OTHER
  }

  /**
   * An answer to a call.
   *
   * @param id the call's id; null when it came without one
   * @param name the function
   * @param willContinue whether more answers to the same call follow
   * @param silent whether the model is not to speak of it
   */
  record Answer(@Nullable String id, @Nullable String name, boolean willContinue, boolean silent) {}

  private static final SendEffects PLAIN =
      new SendEffects(Kind.OTHER, Uplink.Lane.STREAM, false, false, List.of(), null);

  static SendEffects of(ClientMessage message) {
    ClientContent content = message.clientContent();
    RealtimeInput input = message.realtimeInput();
    if (content != null) {
      return turn(Boolean.TRUE.equals(content.turnComplete()));
    }
    if (input != null) {
      return input(
          input.video() != null,
          input.text() != null,
          input.activityStart() != null,
          input.activityEnd() != null,
          input.audioStreamEnd() != null);
    }
    if (message.toolResponse() != null) {
      List<Answer> answers = new ArrayList<>();
      for (FunctionResponse response : message.toolResponse().functionResponses()) {
        answers.add(new Answer(
            response.id(),
            response.name(),
            Boolean.TRUE.equals(response.willContinue()),
            FunctionScheduling.SILENT.equals(response.scheduling())));
      }
      return answering(answers);
    }
    if (message.contextUpdate() != null && message.contextUpdate().tools() != null) {
      return declaring(functions(message.contextUpdate().tools().tools()));
    }
    return PLAIN;
  }

  /** The functions that tools declare, and their behaviour. */
  static Map<String, @Nullable FunctionBehavior> functions(@Nullable List<Tool> tools) {
    Map<String, @Nullable FunctionBehavior> functions = new LinkedHashMap<>();
    for (Tool tool : tools == null ? List.<Tool>of() : tools) {
      if (tool.functionDeclarations() != null) {
        for (FunctionDeclaration declaration : tool.functionDeclarations()) {
          functions.put(declaration.name(), declaration.behavior());
        }
      }
    }
    return functions;
  }

  /** The same for a message given as JSON, in either spelling of its members. */
  static SendEffects of(Json message) {
    Map<?, ?> members = message.asObject();
    if (member(members, "clientContent") instanceof Map<?, ?> content) {
      return turn(Boolean.TRUE.equals(member(content, "turnComplete")));
    }
    if (member(members, "realtimeInput") instanceof Map<?, ?> input) {
      return input(
          member(input, "video") != null,
          member(input, "text") != null,
          member(input, "activityStart") != null,
          member(input, "activityEnd") != null,
          member(input, "audioStreamEnd") != null);
    }
    if (member(members, "toolResponse") instanceof Map<?, ?> response) {
      List<Answer> answers = new ArrayList<>();
      for (Map<?, ?> answer : objects(member(response, "functionResponses"))) {
        answers.add(new Answer(
            text(member(answer, "id")),
            text(member(answer, "name")),
            Boolean.TRUE.equals(member(answer, "willContinue")),
            "SILENT".equals(member(answer, "scheduling"))));
      }
      return answering(answers);
    }
    if (member(members, "contextUpdate") instanceof Map<?, ?> update
        && member(update, "tools") instanceof Map<?, ?> tools) {
      Map<String, @Nullable FunctionBehavior> declared = new LinkedHashMap<>();
      for (Map<?, ?> tool : objects(member(tools, "tools"))) {
        for (Map<?, ?> declaration : objects(member(tool, "functionDeclarations"))) {
          String name = text(member(declaration, "name"));
          String behavior = text(member(declaration, "behavior"));
          if (name != null) {
            declared.put(name, behavior == null ? null : FunctionBehavior.of(behavior));
          }
        }
      }
      return declaring(declared);
    }
    return PLAIN;
  }

  private static SendEffects turn(boolean complete) {
    return new SendEffects(Kind.WORDS, Uplink.Lane.STREAM, complete, complete, List.of(), null);
  }

  private static SendEffects input(
      boolean video, boolean text, boolean start, boolean end, boolean pause) {
    Kind kind = text
        ? Kind.WORDS
        : end
            ? Kind.ACTIVITY_END
            : start
                ? Kind.ACTIVITY_START
                : video ? Kind.VIDEO : pause ? Kind.STREAM_END : Kind.OTHER;
    Uplink.Lane lane = kind == Kind.VIDEO ? Uplink.Lane.VIDEO : Uplink.Lane.STREAM;
    return new SendEffects(kind, lane, text || end, false, List.of(), null);
  }

  private static SendEffects answering(List<Answer> answers) {
    return new SendEffects(Kind.ANSWER, Uplink.Lane.URGENT, false, false, answers, null);
  }

  private static SendEffects declaring(Map<String, @Nullable FunctionBehavior> declared) {
    return new SendEffects(Kind.OTHER, Uplink.Lane.STREAM, false, false, List.of(), declared);
  }

  private static @Nullable Object member(Map<?, ?> object, String name) {
    Object value = object.get(name);
    return value != null ? value : object.get(name.replaceAll("([A-Z])", "_$1").toLowerCase(ROOT));
  }

  private static List<Map<?, ?>> objects(@Nullable Object array) {
    List<Map<?, ?>> objects = new ArrayList<>();
    if (array instanceof List<?> elements) {
      for (Object element : elements) {
        if (element instanceof Map<?, ?> object) {
          objects.add(object);
        }
      }
    }
    return objects;
  }

  private static @Nullable String text(@Nullable Object value) {
    return value instanceof String text ? text : null;
  }
}
