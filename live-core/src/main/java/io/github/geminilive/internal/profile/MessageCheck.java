package io.github.geminilive.internal.profile;

import static io.github.geminilive.internal.profile.Findings.quote;
import static java.util.Objects.requireNonNull;

import io.github.geminilive.ConfigFinding;
import io.github.geminilive.Endpoint;
import io.github.geminilive.protocol.Blob;
import io.github.geminilive.protocol.ClientContent;
import io.github.geminilive.protocol.ClientMessage;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.ContextUpdate;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.FunctionResponsePart;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.protocol.RealtimeInput;
import io.github.geminilive.protocol.ToolResponse;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells which messages must not go out in an open session, because the service would close the
 * connection on them.
 */
public final class MessageCheck {

  static final String SECOND_SETUP =
      "setup was sent already and is taken once; use contextUpdate where the model takes it, or"
          + " open another session";

  /** A kind of real-time media, told by its MIME type. */
  enum MediaKind {
    /** Sound: the service takes raw PCM only, at any rate (§5). */
    AUDIO(
        "be audio/pcm, with parameters or without,",
        "convert the audio to 16-bit mono PCM and name its rate, as in audio/pcm;rate=16000",
        Pattern.compile("audio/pcm\\s*(?:;.*)?", Pattern.CASE_INSENSITIVE)),
    /** One frame. */
    VIDEO(
        "begin with image/",
        "send single frames, such as image/jpeg",
        Pattern.compile("image/.*", Pattern.CASE_INSENSITIVE)),
    /** Either, in the deprecated form. */
    CHUNK(
        "begin with audio/ or image/",
        "name the format of the data",
        Pattern.compile("(?:audio|image)/.*", Pattern.CASE_INSENSITIVE));

    private final String rule;
    private final String fix;
    private final Pattern types;

    MediaKind(String rule, String fix, Pattern types) {
      this.rule = rule;
      this.fix = fix;
      this.types = types;
    }

    boolean takes(String mimeType) {
      return types.matcher(mimeType).matches();
    }
  }

  private MessageCheck() {}

  /**
   * Why a message must not be sent.
   *
   * @param message to be sent after {@code setupComplete}
   * @param facts of the session, as of now
   * @return one sentence that names the value and says what to do instead; null when it may be sent
   */
  public static @Nullable String refusal(ClientMessage message, SessionFacts facts) {
    requireNonNull(facts, "facts");
    if (message.setup() != null) {
      return SECOND_SETUP;
    }
    if (message.clientContent() != null) {
      return content(message.clientContent(), facts);
    }
    if (message.realtimeInput() != null) {
      return realtime(message.realtimeInput(), facts);
    }
    if (message.toolResponse() != null) {
      return toolResponse(message.toolResponse(), facts);
    }
    if (message.contextUpdate() != null) {
      return contextUpdate(message.contextUpdate(), facts);
    }
    // A member this version does not know: the caller's deliberate way around the types.
    return null;
  }

  /**
   * Why a message written by hand must not be sent.
   *
   * <p>Members this version does not know may go out at any depth, as the protocol grows; those it
   * knows must have their shape and may be in either spelling.
   *
   * @param raw to be sent after {@code setupComplete}
   * @param facts of the session, as of now
   * @return one sentence that names the value and says what to do instead; null when it may be sent
   */
  public static @Nullable String refusalOfRaw(Json raw, SessionFacts facts) {
    requireNonNull(raw, "raw");
    return new RawMessageCheck(requireNonNull(facts, "facts")).refusal(raw);
  }

  // The rules; the check of raw messages shares those below that take plain values.

  private static @Nullable String content(ClientContent content, SessionFacts facts) {
    String refusal = contentNow(facts);
    List<Content> turns = content.turns() == null ? List.of() : content.turns();
    for (int i = 0; refusal == null && i < turns.size(); i++) {
      Content turn = turns.get(i);
      String at = "clientContent.turns[" + i + "]";
      refusal = role(at, turn.role(), facts);
      List<Part> parts = turn.parts();
      if (refusal == null && (parts == null || parts.isEmpty())) {
        refusal = noParts(at);
      }
      for (int j = 0; refusal == null && parts != null && j < parts.size(); j++) {
        if (parts.get(j).functionCall() != null) {
          refusal = functionPart(at + ".parts[" + j + "].functionCall");
        } else if (parts.get(j).functionResponse() != null) {
          refusal = functionPart(at + ".parts[" + j + "].functionResponse");
        } else {
          refusal = turnPart(at + ".parts[" + j + "]", PartCheck.members(parts.get(j)), facts);
        }
      }
    }
    return refusal;
  }

  static @Nullable String contentNow(SessionFacts facts) {
    return facts.profile().clientContentMidSession() || facts.awaitingInitialHistory()
        ? null
        : "clientContent is taken by the "
            + facts.profile().family()
            + " family as initial history only; send realtimeInput.text instead";
  }

  static @Nullable String role(String at, @Nullable String role, SessionFacts facts) {
    if (role == null || role.equals("user") || role.equals("model")) {
      return null;
    }
    if (!role.equals("system")) {
      return at + ".role is " + quote(role) + "; write user or model";
    }
    // Older Vertex AI models take such turns.
    return facts.backend() == Endpoint.Backend.VERTEX
        ? null
        : at
            + ".role is \"system\", which the Developer API refuses; use contextUpdate where the"
            + " model takes it, or a turn without role";
  }

  static String noParts(String at) {
    return at + ".parts is empty, which the service may refuse; leave the turn out";
  }

  static String functionPart(String at) {
    return at + " is refused in turns by Live models; put the call and its result into text";
  }

  static @Nullable String turnPart(String at, Map<String, ?> part, SessionFacts facts) {
    PartCheck.Objection objection = PartCheck.ofTurn(at, part, facts.backend());
    return objection == null ? null : objection.sentence();
  }

  private static @Nullable String realtime(RealtimeInput input, SessionFacts facts) {
    String refusal = realtimeMarkers(
        input.activityStart() != null,
        input.activityEnd() != null,
        Boolean.TRUE.equals(input.audioStreamEnd()),
        facts);
    if (refusal == null && input.audio() != null) {
      refusal = media("realtimeInput.audio", MediaKind.AUDIO, input.audio());
    }
    if (refusal == null && input.video() != null) {
      refusal = media("realtimeInput.video", MediaKind.VIDEO, input.video());
    }
    if (refusal == null && input.text() != null) {
      refusal = text(input.text());
    }
    List<Blob> chunks = input.mediaChunks() == null ? List.of() : input.mediaChunks();
    for (int i = 0; refusal == null && i < chunks.size(); i++) {
      refusal = media("realtimeInput.mediaChunks[" + i + "]", MediaKind.CHUNK, chunks.get(i));
    }
    return refusal;
  }

  static @Nullable String realtimeMarkers(
      boolean start, boolean end, boolean streamEnd, SessionFacts facts) {
    if ((start || end) && !facts.manualActivity()) {
      return "realtimeInput."
          + (start ? "activityStart" : "activityEnd")
          + " needs automatic activity detection to be disabled in the setup; disable it, or let"
          + " the service detect speech";
    }
    if (streamEnd && facts.manualActivity()) {
      return "realtimeInput.audioStreamEnd needs automatic activity detection, which the setup"
          + " disabled; send activityEnd instead";
    }
    return null;
  }

  static @Nullable String text(String text) {
    return text.isEmpty()
        ? "realtimeInput.text is empty, which the service may refuse; send nothing instead"
        : null;
  }

  private static @Nullable String media(String at, MediaKind kind, Blob blob) {
    return media(at, kind, blob.mimeType(), blob.data() == null || blob.data().size() == 0);
  }

  static @Nullable String media(
      String at, MediaKind kind, @Nullable String mimeType, boolean empty) {
    if (empty) {
      return at + ".data is empty; send nothing instead";
    }
    if (mimeType != null && kind.takes(mimeType)) {
      return null;
    }
    return at
        + ".mimeType must "
        + kind.rule
        + " but is "
        + (mimeType == null ? "missing" : quote(mimeType))
        + "; "
        + kind.fix;
  }

  private static @Nullable String toolResponse(ToolResponse message, SessionFacts facts) {
    List<FunctionResponse> responses = message.functionResponses();
    if (responses.isEmpty()) {
      return noResponses();
    }
    String refusal = null;
    for (int i = 0; refusal == null && i < responses.size(); i++) {
      FunctionResponse response = responses.get(i);
      String at = "toolResponse.functionResponses[" + i + "]";
      refusal = functionResponse(
          at,
          response.id(),
          response.name(),
          response.response(),
          response.willContinue() != null,
          response.scheduling() == null ? null : response.scheduling().value(),
          facts);
      List<FunctionResponsePart> parts = response.parts() == null ? List.of() : response.parts();
      for (int j = 0; refusal == null && j < parts.size(); j++) {
        refusal = responsePart(at + ".parts[" + j + "]", PartCheck.members(parts.get(j)), facts);
      }
    }
    return refusal;
  }

  static @Nullable String responsePart(String at, Map<String, ?> part, SessionFacts facts) {
    PartCheck.Objection objection = PartCheck.ofResponse(at, part, facts.backend());
    return objection == null ? null : objection.sentence();
  }

  static String noResponses() {
    return "toolResponse.functionResponses is empty; send at least one response, or nothing";
  }

  static @Nullable String functionResponse(
      String at,
      @Nullable String id,
      @Nullable String name,
      @Nullable Json response,
      boolean willContinue,
      @Nullable String scheduling,
      SessionFacts facts) {
    boolean developer = facts.backend() == Endpoint.Backend.DEVELOPER;
    if (developer && (id == null || id.isEmpty())) {
      return at + ".id is missing, which the Developer API refuses; pass on the id of the call";
    }
    if (name == null || name.isEmpty()) {
      return at + ".name is missing; pass on the name of the function";
    }
    if (response == null || !response.isObject()) {
      return at
          + ".response must be a JSON object but is "
          + (response == null ? "missing" : quote(response.text()))
          + "; wrap the result as {\"output\": …}";
    }
    if (willContinue && !developer) {
      return at + ".willContinue does not exist on Vertex AI; send the whole result at once";
    }
    if (willContinue && !facts.profile().generators()) {
      return at
          + ".willContinue is not supported by the "
          + facts.profile().family()
          + " family; leave it out and send the whole result at once";
    }
    if ("INTERRUPTED".equals(scheduling)) {
      return at + ".scheduling is \"INTERRUPTED\"; write " + FunctionScheduling.INTERRUPT;
    }
    if (scheduling != null
        && !scheduling.equals(FunctionScheduling.UNSPECIFIED.value())
        && !facts.profile().scheduling()) {
      return at
          + ".scheduling is "
          + quote(scheduling)
          + ", which the "
          + facts.profile().family()
          + " family does not support"
          + (developer ? "" : " on Vertex AI")
          + "; leave it out";
    }
    return null;
  }

  private static @Nullable String contextUpdate(ContextUpdate update, SessionFacts facts) {
    String refusal = contextUpdateNow(facts);
    Content instruction = update.systemInstruction();
    List<Part> parts =
        instruction == null || instruction.parts() == null ? List.of() : instruction.parts();
    for (int i = 0; refusal == null && i < parts.size(); i++) {
      refusal = instructionPart(i, PartCheck.members(parts.get(i)), facts);
    }
    if (refusal != null || update.tools() == null) {
      return refusal;
    }
    Findings findings = new Findings(facts.profile());
    // The version matters to warnings only, and these are not looked at.
    new ToolPreflight(facts.profile(), facts.backend(), "", findings)
        .tools("contextUpdate.tools.tools", update.tools().tools());
    new UnknownMembers(facts.backend(), findings).walk("contextUpdate.tools", update.tools());
    for (ConfigFinding finding : findings.all()) {
      if (finding.severity() == ConfigFinding.Severity.REFUSED) {
        return finding.toString();
      }
    }
    return null;
  }

  static @Nullable String instructionPart(int index, Map<String, ?> part, SessionFacts facts) {
    PartCheck.Objection objection = PartCheck.ofInstruction(
        "contextUpdate.systemInstruction.parts[" + index + "]", part, facts.backend());
    return objection == null ? null : objection.sentence();
  }

  static @Nullable String contextUpdateNow(SessionFacts facts) {
    return facts.profile().contextUpdate()
        ? null
        : "contextUpdate is not taken by the "
            + facts.profile().family()
            + " family; open another session with a changed setup and the last resumption handle";
  }
}
