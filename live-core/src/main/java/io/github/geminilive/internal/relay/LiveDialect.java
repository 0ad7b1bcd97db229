package io.github.geminilive.internal.relay;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.AudioChunk;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.internal.codec.ClientMessageEncoder;
import io.github.geminilive.protocol.Blob;
import io.github.geminilive.protocol.ClientContent;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.ContextUpdate;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.GoAway;
import io.github.geminilive.protocol.InteractionStatus;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.protocol.RealtimeInput;
import io.github.geminilive.protocol.ToolResponse;
import io.github.geminilive.protocol.Transcription;
import io.github.geminilive.protocol.TurnCompleteReason;
import io.github.geminilive.protocol.VoiceActivityDetectionSignal;
import io.github.geminilive.protocol.WordInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The Live API's own protocol, with the relay in the place of the service. What concerns the
 * connection to the service stays hidden: handles, goAway, changes of connections, errors; and so do
 * the calls that the server answers.
 *
 * <p>All messages are binary, as the service's are: a client in a browser takes text at once and
 * binary messages a little later, so that a mixture would lose its order; and the service's own
 * frames pass without being copied.
 */
final class LiveDialect implements PeerDialect {

  /** Of what the service says and this version does not know, what is about its own connection. */
  private static final Set<String> HIDDEN = Set.of(
      "setupComplete",
      "sessionResumptionUpdate",
      "goAway",
      "toolCall",
      "toolCallCancellation",
      "error");

  private static final String TRUE = "true";

  /** More calls than a peer has open at a time. */
  private static final int MOST_ANSWERS = 64;

  // Of the reader.
  private final PeerAudioScanner scanner = new PeerAudioScanner();
  private boolean started;

  // Of the writer.
  private final PassedCalls passed = new PassedCalls();

  /** For one connection of a peer. */
  LiveDialect() {}

  @Override
  public List<PeerMessage> read(ByteBuffer message) throws BadMessage {
    return read(PeerJson.text(message));
  }

  @Override
  public List<PeerMessage> read(String message) throws BadMessage {
    PeerMessage.AudioFrame sound = started ? scanner.scan(message) : null;
    if (sound != null) {
      return List.of(sound);
    }
    PeerRequest request = PeerJson.decode(PeerRequest.class, message);
    for (String name : request.extra().keySet()) {
      throw PeerJson.unknown(name, "");
    }
    int members = 0;
    for (Object member : new @Nullable Object[] {
      request.setup(),
      request.clientContent(),
      request.realtimeInput(),
      request.toolResponse(),
      request.contextUpdate()
    }) {
      members += member == null ? 0 : 1;
    }
    if (members != 1) {
      throw new BadMessage("A message has exactly one of setup, clientContent, realtimeInput,"
          + " toolResponse, contextUpdate; this one has " + members + ".");
    }
    if ((request.setup() != null) == started) {
      throw new BadMessage(
          started ? "Setup was sent already." : "The first message must be setup.");
    }
    if (request.setup() != null) {
      started = true;
      return List.of(start(request.setup()));
    } else if (request.clientContent() != null) {
      return List.of(turns(request.clientContent()));
    } else if (request.toolResponse() != null) {
      return answers(request.toolResponse());
    } else if (request.contextUpdate() != null) {
      return List.of(context(request.contextUpdate()));
    } else {
      return input(requireNonNull(request.realtimeInput()));
    }
  }

  private PeerMessage start(Json setup) throws BadMessage {
    if (!setup.isObject()) {
      throw PeerJson.invalid("setup", "expected an object.");
    }
    Object resumption = PeerSetup.member(PeerJson.readable(setup).asObject(), "sessionResumption");
    if (resumption != null && !(resumption instanceof Map<?, ?>)) {
      throw PeerJson.invalid("setup.session_resumption", "expected an object.");
    }
    Object handle =
        resumption instanceof Map<?, ?> config ? PeerSetup.member(config, "handle") : null;
    if (handle != null && !(handle instanceof String)) {
      throw PeerJson.invalid("setup.session_resumption.handle", "expected text.");
    }
    String ticket = handle instanceof String text && !text.isEmpty() ? text : null;
    return new PeerMessage.Start(setup, ticket, resumption != null);
  }

  private static PeerMessage turns(ClientContent content) throws BadMessage {
    refuseUnknown(content.extra(), "client_content");
    List<Content> turns = content.turns() == null ? List.of() : content.turns();
    return new PeerMessage.Turns(
        turns, Boolean.TRUE.equals(content.turnComplete()), PeerJson.written(content));
  }

  /** One by one, because a moderator judges them one by one. */
  private static List<PeerMessage> answers(ToolResponse response) throws BadMessage {
    refuseUnknown(response.extra(), "tool_response");
    int size = response.functionResponses().size();
    if (size == 0 || size > MOST_ANSWERS) {
      throw PeerJson.invalid(
          "tool_response.function_responses", "expected 1 to " + MOST_ANSWERS + " of them.");
    }
    List<PeerMessage> answers = new ArrayList<>(size);
    for (FunctionResponse answer : response.functionResponses()) {
      if (answer.name() == null || answer.name().isBlank()) {
        throw PeerJson.invalid("tool_response.function_responses.name", "is required.");
      }
      if (answer.response() == null) {
        throw PeerJson.invalid(
            "tool_response.function_responses.response", "is required, if only as {}.");
      }
      PeerJson.written(answer);
      answers.add(new PeerMessage.Answers(List.of(answer)));
    }
    return answers;
  }

  private static PeerMessage context(ContextUpdate update) throws BadMessage {
    refuseUnknown(update.extra(), "context_update");
    PeerJson.written(update);
    return new PeerMessage.Context(update);
  }

  private static List<PeerMessage> input(RealtimeInput input) throws BadMessage {
    refuseUnknown(input.extra(), "realtime_input");
    List<PeerMessage> said = new ArrayList<>(1);
    // The order of members is not defined; in this one, nothing is outside of its activity.
    if (input.activityStart() != null) {
      said.add(new PeerMessage.Activity(true));
    }
    if (input.audio() != null) {
      add(said, PeerMedia.samples(input.audio(), "realtime_input.audio"));
    }
    if (input.mediaChunks() != null && !input.mediaChunks().isEmpty()) {
      Blob first = input.mediaChunks().get(0);
      String place = "realtime_input.media_chunks";
      add(
          said,
          PeerMedia.isAudio(first)
              ? PeerMedia.samples(first, place)
              : PeerMedia.picture(first.mimeType(), first.data(), place));
    }
    if (input.video() != null) {
      Blob video = input.video();
      add(said, PeerMedia.picture(video.mimeType(), video.data(), "realtime_input.video"));
    }
    if (input.text() != null && !input.text().isEmpty()) {
      said.add(new PeerMessage.Text(input.text()));
    }
    if (Boolean.TRUE.equals(input.audioStreamEnd())) {
      said.add(new PeerMessage.AudioEnd());
    }
    if (input.activityEnd() != null) {
      said.add(new PeerMessage.Activity(false));
    }
    return said;
  }

  private static void add(List<PeerMessage> said, @Nullable PeerMessage message) {
    if (message != null) {
      said.add(message);
    }
  }

  private static void refuseUnknown(Map<String, Json> extra, String place) throws BadMessage {
    for (String name : extra.keySet()) {
      throw PeerJson.unknown(name, place);
    }
  }

  @Override
  public List<PeerFrame> ready(String id, @Nullable String ticket, @Nullable Lost lost) {
    PeerFrame complete = message("setupComplete", "{\"sessionId\":" + quoted(id) + "}");
    return ticket == null
        ? List.of(complete)
        : List.of(
            complete,
            message(
                "sessionResumptionUpdate",
                "{\"newHandle\":" + quoted(ticket) + ",\"resumable\":true}"));
  }

  @Override
  public List<PeerFrame> event(
      LiveEvent event, int turn, @Nullable String words, byte @Nullable [] frame) {
    if (event instanceof LiveEvent.Audio audio) {
      return List.of(frame == null ? sound(audio.chunk()) : PeerFrame.of(ByteBuffer.wrap(frame)));
    } else if (event instanceof LiveEvent.OutputTranscript spoken) {
      return content("outputTranscription", shown(spoken.detail(), spoken.text(), words));
    } else if (event instanceof LiveEvent.InputTranscript heard) {
      return content("inputTranscription", shown(heard.detail(), heard.text(), words));
    } else if (event instanceof LiveEvent.InterimTranscript guess) {
      return content("interimInputTranscription", shown(guess.detail(), guess.text(), words));
    } else if (event instanceof LiveEvent.Text text) {
      return part(shown(text.part(), text.text(), words));
    } else if (event instanceof LiveEvent.Thought thought) {
      return part(thought.part());
    } else if (event instanceof LiveEvent.ModelPart other) {
      return part(other.part());
    } else if (event instanceof LiveEvent.Interrupted cut) {
      // A lost connection cuts what would have come; what has come may be heard, which clients do
      // not let happen once they are told of an interruption.
      boolean lost = cut.by() == LiveEvent.Interrupted.By.CONNECTION;
      return content(lost ? "turnComplete" : "interrupted", TRUE);
    } else if (event instanceof LiveEvent.GenerationComplete) {
      return content("generationComplete", TRUE);
    } else if (event instanceof LiveEvent.WaitingForInput) {
      return content("waitingForInput", TRUE);
    } else if (event instanceof LiveEvent.TurnComplete complete) {
      return turnComplete(complete);
    } else if (event instanceof LiveEvent.ToolCalled called) {
      return called(called);
    } else if (event instanceof LiveEvent.ToolCancelled cancelled) {
      List<String> known = passed.of(cancelled.ids());
      return known.isEmpty()
          ? List.of()
          : List.of(
              message("toolCallCancellation", Json.of(Map.of("ids", known)).text()));
    } else {
      return other(event);
    }
  }

  private static List<PeerFrame> other(LiveEvent event) {
    if (event instanceof LiveEvent.Usage usage) {
      return List.of(message("usageMetadata", json(usage.metadata())));
    } else if (event instanceof LiveEvent.Grounding grounding) {
      return content("groundingMetadata", json(grounding.metadata()));
    } else if (event instanceof LiveEvent.UrlContext pages) {
      return content("urlContextMetadata", json(pages.metadata()));
    } else if (event instanceof LiveEvent.UserActivity activity) {
      return List.of(message("voiceActivity", json(activity.activity())));
    } else if (event instanceof LiveEvent.VadSignal signal) {
      VoiceActivityDetectionSignal form = new VoiceActivityDetectionSignal(signal.type(), Map.of());
      return List.of(message("voiceActivityDetectionSignal", json(form)));
    } else if (event instanceof LiveEvent.Unrecognized unknown && unknown.json().isObject()) {
      Map<String, Object> shown = new LinkedHashMap<>(unknown.json().asObject());
      shown.keySet().removeAll(HIDDEN);
      return shown.isEmpty() ? List.of() : List.of(frame(Json.of(shown).text()));
    } else {
      return List.of();
    }
  }

  private List<PeerFrame> called(LiveEvent.ToolCalled called) {
    if (called.handled()) {
      return List.of();
    }
    passed.add(called.call().id());
    return List.of(message("toolCall", "{\"functionCalls\":[" + json(called.call()) + "]}"));
  }

  private static List<PeerFrame> turnComplete(LiveEvent.TurnComplete complete) {
    TurnCompleteReason reason = complete.reason();
    InteractionStatus status = complete.status();
    return List.of(message(
        "serverContent",
        "{\"turnComplete\":true"
            + (reason == null ? "" : ",\"turnCompleteReason\":" + quoted(reason.value()))
            + (status == null ? "" : ",\"interactionStatus\":" + quoted(status.value()))
            + "}"));
  }

  /** Where other words are shown, the times of the spoken ones would show those. */
  private static String shown(Transcription detail, String said, @Nullable String words) {
    if (words == null || words.equals(said)) {
      return json(detail);
    }
    List<WordInfo> noWords = null;
    return json(detail.toBuilder().text(words).words(noWords).build());
  }

  private static Part shown(Part part, String said, @Nullable String words) {
    return words == null || words.equals(said)
        ? part
        : part.toBuilder().text(words).audioTranscription(null).build();
  }

  private static PeerFrame sound(AudioChunk chunk) {
    return frame("{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":"
        + "\"audio/pcm;rate="
        + chunk.sampleRateHz()
        + "\",\"data\":\""
        + chunk.pcm().toBase64()
        + "\"}}]}}}");
  }

  private static List<PeerFrame> part(Part part) {
    return content("modelTurn", "{\"parts\":[" + json(part) + "]}");
  }

  private static List<PeerFrame> content(String member, String json) {
    return List.of(message("serverContent", "{\"" + member + "\":" + json + "}"));
  }

  private static PeerFrame message(String member, String json) {
    return frame("{\"" + member + "\":" + json + "}");
  }

  private static PeerFrame frame(String json) {
    return PeerFrame.of(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static String json(Object record) {
    return ClientMessageEncoder.encodeRecord(record);
  }

  private static String quoted(String text) {
    return Json.of(text).text();
  }

  /** Has no place for them: what the peer cannot do anything about is not told in this protocol. */
  @Override
  public List<PeerFrame> warning(String message) {
    return List.of();
  }

  @Override
  public List<PeerFrame> goAway(Duration timeLeft) {
    return List.of(message("goAway", json(new GoAway(timeLeft, Map.of()))));
  }

  /** The close frame says it. */
  @Override
  public List<PeerFrame> end(String reason, boolean mayReturn) {
    return List.of();
  }
}
