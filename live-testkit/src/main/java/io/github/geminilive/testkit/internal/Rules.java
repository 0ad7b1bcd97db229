package io.github.geminilive.testkit.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the service refuses although its shape is right: the rules of models and backends. */
final class Rules {

  private static final Pattern RATE = Pattern.compile(";\\s*rate\\s*=\\s*(\\d{1,6})");
  private static final int DEFAULT_INPUT_RATE = 16_000;
  private static final Pattern FUNCTION_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.:-]{0,63}");
  private static final Pattern VERTEX_MODEL = Pattern.compile("(projects|publishers|models)/.+");
  private static final int MAX_FUNCTIONS = 512;

  private static final Set<String> NOT_IN_LIVE = Set.of(
      "responseLogprobs",
      "logprobs",
      "responseMimeType",
      "responseSchema",
      "responseJsonSchema",
      "stopSequences",
      "routingConfig",
      "audioTimestamp");

  private static final Set<String> VOICES = Set.of(
      "Achernar",
      "Achird",
      "Algenib",
      "Algieba",
      "Alnilam",
      "Aoede",
      "Autonoe",
      "Callirrhoe",
      "Charon",
      "Despina",
      "Enceladus",
      "Erinome",
      "Fenrir",
      "Gacrux",
      "Iapetus",
      "Kore",
      "Laomedeia",
      "Leda",
      "Orus",
      "Puck",
      "Pulcherrima",
      "Rasalgethi",
      "Sadachbia",
      "Sadaltager",
      "Schedar",
      "Sulafat",
      "Umbriel",
      "Vindemiatrix",
      "Zephyr",
      "Zubenelgenubi");
  private static final Set<String> FIRST_VOICES =
      Set.of("Puck", "Charon", "Kore", "Fenrir", "Aoede", "Leda", "Orus", "Zephyr");
  private static final Pattern CATALOGUE_VOICE = Pattern.compile("[a-z]{2,3}-[a-z]{2}-[a-z0-9-]+");

  private Rules() {}

  /** Tells whether a media type, with or without parameters, is raw PCM: all that can be heard. */
  static boolean isPcm(String mime) {
    int end = mime.indexOf(';');
    return (end < 0 ? mime : mime.substring(0, end)).strip().equalsIgnoreCase("audio/pcm");
  }

  /** Reads the sample rate a media type declares. */
  static int rate(String mime) {
    Matcher rate = RATE.matcher(mime.toLowerCase(Locale.ROOT));
    int hz = rate.find() ? Integer.parseInt(rate.group(1)) : 0;
    return hz > 0 ? hz : DEFAULT_INPUT_RATE;
  }

  static @Nullable Family family(String model, Map<String, Family> extra) {
    String id = model.substring(model.lastIndexOf('/') + 1);
    Family family = extra.get(id);
    if (family == null && model.startsWith("tunedModels/")) {
      return Family.LIVE_3_8;
    }
    return family != null ? family : Family.of(id);
  }

  static @Nullable Complaint setup(
      JsonNode setup, Endpoint endpoint, boolean token, Map<String, Family> extra) {
    String model = setup.path("model").asText("");
    if (!wellFormed(model, endpoint.vertex())) {
      return Complaint.INVALID_ARGUMENT;
    }
    if (token && model.startsWith("tunedModels/")) {
      return Complaint.invalid(
          "token-based requests cannot use project-scoped features such as tuned models");
    }
    Family family = family(model, extra);
    if (family == null) {
      return new Complaint(
          1008,
          endpoint.vertex()
              ? "Publisher Model `" + model + "` was not found or your project does not have access"
              : model
                  + " is not found for API version "
                  + endpoint.version()
                  + ", or is not supported for bidiGenerateContent. Call ListModels to see the"
                  + " list of available models");
    }
    Complaint complaint = generation(setup.path("generationConfig"), family, endpoint);
    if (complaint == null) {
      complaint = features(setup, family, endpoint);
    }
    return complaint != null ? complaint : tools(setup.path("tools"), family);
  }

  private static boolean wellFormed(String model, boolean vertex) {
    return vertex
        ? VERTEX_MODEL.matcher(model).matches()
        : model.matches("(models|tunedModels)/.+");
  }

  private static @Nullable Complaint generation(JsonNode config, Family family, Endpoint endpoint) {
    for (String name : NOT_IN_LIVE) {
      if (config.has(name)) {
        return Complaint.INVALID_ARGUMENT;
      }
    }
    if (config.has("enableAffectiveDialog")) {
      if (!endpoint.vertex() && !endpoint.version().equals("v1alpha")) {
        return onlyAlpha("enableAffectiveDialog", "setup.generation_config");
      }
      if (family != Family.NATIVE_2_5) {
        return Complaint.INVALID_ARGUMENT;
      }
    }
    double temperature = config.path("temperature").asDouble(1);
    if (!(temperature > 0) || temperature > 2) {
      return Complaint.INVALID_ARGUMENT;
    }
    if (config.path("topK").asDouble(1) != Math.rint(config.path("topK").asDouble(1))) {
      return Complaint.INVALID_ARGUMENT;
    }
    if (config.has("translationConfig")
        && config.at("/translationConfig/targetLanguageCode").asText("").isEmpty()) {
      return Complaint.INVALID_ARGUMENT;
    }
    Complaint modality = modality(config.path("responseModalities"), family, endpoint);
    if (modality != null) {
      return modality;
    }
    Complaint thinking = thinking(config.path("thinkingConfig"), family);
    return thinking != null ? thinking : voice(config.path("speechConfig"), family);
  }

  private static @Nullable Complaint modality(JsonNode asked, Family family, Endpoint endpoint) {
    if (asked.size() > 1) {
      return Complaint.INVALID_ARGUMENT;
    }
    String modality = asked.path(0).asText("AUDIO");
    boolean fits = switch (modality) {
      case "AUDIO" -> family != Family.TRANSCRIBE;
      case "TEXT" -> family == Family.TRANSCRIBE || family == Family.HALF_CASCADE;
      case "VIDEO" -> endpoint.vertex() && family == Family.LIVE_3_8;
      default -> false;
    };
    if (fits) {
      return null;
    }
    return modality.equals("TEXT")
        ? Complaint.invalid("Cannot extract voices from a non-audio request.")
        : Complaint.INVALID_ARGUMENT;
  }

  private static @Nullable Complaint thinking(JsonNode config, Family family) {
    String level = config.path("thinkingLevel").asText("THINKING_LEVEL_UNSPECIFIED");
    boolean given = !level.equals("THINKING_LEVEL_UNSPECIFIED");
    return switch (family) {
      case EXTENDED_THINKING -> {
        if (!given) {
          yield Complaint.invalid("Thinking level must be specified");
        }
        boolean fits = !level.equals("MINIMAL") && !config.has("thinkingBudget");
        yield fits ? null : notSupported();
      }
      case LIVE_3_8, TRANSCRIBE, TRANSLATE -> config.isMissingNode() ? null : notSupported();
      case LIVE_3_1 -> config.has("thinkingBudget") ? Complaint.INVALID_ARGUMENT : null;
      case NATIVE_2_5, HALF_CASCADE -> given ? notSupported() : null;
    };
  }

  private static Complaint notSupported() {
    return Complaint.invalid("Thinking level is not supported for this model");
  }

  private static @Nullable Complaint voice(JsonNode speech, Family family) {
    if (speech.has("multiSpeakerVoiceConfig")) {
      return Complaint.INVALID_ARGUMENT;
    }
    JsonNode voice = speech.path("voiceConfig");
    if (voice.size() > 1) {
      return Complaint.INVALID_ARGUMENT;
    }
    JsonNode replicated = voice.path("replicatedVoiceConfig");
    if (!replicated.isMissingNode()
        && !replicated.path("mimeType").asText("").equals("audio/wav")) {
      return Complaint.INVALID_ARGUMENT;
    }
    String name = voice.at("/prebuiltVoiceConfig/voiceName").asText("");
    boolean catalogue = (family == Family.LIVE_3_8 || family == Family.EXTENDED_THINKING)
        && CATALOGUE_VOICE.matcher(name).matches();
    boolean known =
        family == Family.HALF_CASCADE ? FIRST_VOICES.contains(name) : VOICES.contains(name);
    return name.isEmpty() || known || catalogue
        ? null
        : Complaint.invalid("No matching speaker voice found for name: " + name);
  }

  private static @Nullable Complaint features(JsonNode setup, Family family, Endpoint endpoint) {
    JsonNode proactivity = setup.path("proactivity");
    if (!proactivity.isMissingNode()) {
      boolean alphaOnly = family == Family.NATIVE_2_5 && !endpoint.vertex();
      if (alphaOnly && !endpoint.version().equals("v1alpha")) {
        return onlyAlpha("proactivity", "setup");
      }
      boolean refused = proactivity.has("proactiveAudio")
          && !proactivity.path("proactiveAudio").asBoolean();
      if (family == Family.LIVE_3_1 || (family.nonBlockingByDefault() && refused)) {
        return Complaint.INVALID_ARGUMENT;
      }
    }
    if (setup.has("avatarConfig") && !endpoint.vertex()) {
      return Complaint.INVALID_ARGUMENT;
    }
    String coverage = setup.at("/realtimeInputConfig/turnCoverage").asText("");
    if (endpoint.vertex() && coverage.equals("TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO")) {
      return Complaint.INVALID_ARGUMENT;
    }
    JsonNode detection = setup.at("/realtimeInputConfig/automaticActivityDetection");
    if (detection.path("prefixPaddingMs").asInt(0) < 0
        || detection.path("silenceDurationMs").asInt(0) < 0) {
      return Complaint.INVALID_ARGUMENT;
    }
    JsonNode compression = setup.path("contextWindowCompression");
    if (!compression.isMissingNode()) {
      long trigger = compression.path("triggerTokens").asLong(0);
      long target = compression.at("/slidingWindow/targetTokens").asLong(0);
      if (!compression.has("slidingWindow") || (trigger > 0 && target >= trigger)) {
        return Complaint.INVALID_ARGUMENT;
      }
    }
    for (JsonNode safety : setup.path("safetySettings")) {
      String category = safety.path("category").asText("HARM_CATEGORY_UNSPECIFIED");
      if (category.equals("HARM_CATEGORY_UNSPECIFIED")) {
        return Complaint.INVALID_ARGUMENT;
      }
    }
    for (String name : List.of("inputAudioTranscription", "outputAudioTranscription")) {
      JsonNode config = setup.path(name);
      if (config.path("mode").asText("").equals("SMART")
          && (config.path("wordTimestamp").asBoolean()
              || config.path("diarization").asBoolean())) {
        return Complaint.INVALID_ARGUMENT;
      }
    }
    for (JsonNode part : setup.at("/systemInstruction/parts")) {
      if (!part.has("text")) {
        return Complaint.INVALID_ARGUMENT;
      }
    }
    return null;
  }

  private static Complaint onlyAlpha(String name, String at) {
    return Complaint.invalid("Invalid JSON payload received. Unknown name \""
        + name
        + "\" at '"
        + at
        + "': Cannot find field.");
  }

  private static @Nullable Complaint tools(JsonNode tools, Family family) {
    int functions = 0;
    for (JsonNode tool : tools) {
      for (JsonNode function : tool.path("functionDeclarations")) {
        functions++;
        String name = function.path("name").asText("");
        if (!FUNCTION_NAME.matcher(name).matches()) {
          return Complaint.invalid(
              "Invalid function name: " + name + ". Must start with a letter or an underscore.");
        }
        if ((function.has("parameters") && function.has("parametersJsonSchema"))
            || (function.has("response") && function.has("responseJsonSchema"))) {
          return Complaint.INVALID_ARGUMENT;
        }
        if (!typed(function.get("parameters")) || !typed(function.get("response"))) {
          return Complaint.INVALID_ARGUMENT;
        }
        String behavior = function.path("behavior").asText("UNSPECIFIED");
        boolean wrong = switch (family) {
          case LIVE_3_1, HALF_CASCADE -> behavior.equals("NON_BLOCKING");
          case EXTENDED_THINKING -> behavior.equals("BLOCKING");
          default -> false;
        };
        if (wrong) {
          return Complaint.INVALID_ARGUMENT;
        }
      }
    }
    return functions > MAX_FUNCTIONS ? Complaint.INVALID_ARGUMENT : null;
  }

  /** Whether every schema in it has a real type. */
  private static boolean typed(@Nullable JsonNode schema) {
    if (schema == null) {
      return true;
    }
    String type = schema.path("type").asText("TYPE_UNSPECIFIED");
    if (type.equals("TYPE_UNSPECIFIED") && !schema.has("anyOf")) {
      return false;
    }
    for (JsonNode property : schema.path("properties")) {
      if (!typed(property)) {
        return false;
      }
    }
    for (JsonNode option : schema.path("anyOf")) {
      if (!typed(option)) {
        return false;
      }
    }
    return typed(schema.get("items"));
  }

  static @Nullable Complaint message(ObjectNode message, Session session) {
    if (message.has("setup")) {
      return Complaint.INVALID_ARGUMENT;
    }
    if (message.has("realtimeInput")) {
      return realtime(message.path("realtimeInput"), session);
    }
    if (message.has("clientContent")) {
      return content(message.path("clientContent"), session);
    }
    if (message.has("toolResponse")) {
      return toolResponse(message.path("toolResponse").path("functionResponses"), session);
    }
    JsonNode update = message.path("contextUpdate");
    if (!session.family().nonBlockingByDefault()) {
      return Complaint.INVALID_ARGUMENT;
    }
    return tools(update.path("tools").path("tools"), session.family());
  }

  private static @Nullable Complaint realtime(JsonNode input, Session session) {
    boolean activity = input.has("activityStart") || input.has("activityEnd");
    if (activity && !session.manual()) {
      return Complaint.invalid(
          "Explicit activity control is not supported when automatic activity detection is"
              + " enabled.");
    }
    if (input.has("audioStreamEnd") && session.manual()) {
      return Complaint.INVALID_ARGUMENT;
    }
    Complaint audio = media(input.get("audio"), Rules::isPcm);
    return audio != null ? audio : media(input.get("video"), Rules::isImage);
  }

  private static boolean isImage(String mime) {
    return mime.toLowerCase(Locale.ROOT).startsWith("image/");
  }

  private static @Nullable Complaint media(@Nullable JsonNode blob, Predicate<String> supported) {
    if (blob == null) {
      return null;
    }
    String mime = blob.path("mimeType").asText("");
    return supported.test(mime)
        ? null
        : new Complaint(
            1008,
            "Request trace id: "
                + UUID.randomUUID().toString().substring(0, 16)
                + ", Unsupported MIME type: "
                + mime);
  }

  private static @Nullable Complaint content(JsonNode content, Session session) {
    if (session.family() == Family.LIVE_3_1 && !session.initialHistory()) {
      return Complaint.INVALID_ARGUMENT;
    }
    for (JsonNode turn : content.path("turns")) {
      String role = turn.path("role").asText("");
      boolean known = role.isEmpty() || role.equals("user") || role.equals("model");
      if (!known && !(role.equals("system") && session.endpoint().vertex())) {
        return Complaint.invalid("Please use a valid role: user, model.");
      }
      for (JsonNode part : turn.path("parts")) {
        if (part.has("functionCall") || part.has("functionResponse")) {
          return Complaint.INVALID_ARGUMENT;
        }
      }
    }
    return null;
  }

  private static @Nullable Complaint toolResponse(JsonNode responses, Session session) {
    if (responses.isEmpty()) {
      return Complaint.INVALID_ARGUMENT;
    }
    for (JsonNode response : responses) {
      String id = response.path("id").asText("");
      String name = response.path("name").asText("");
      String scheduling = response.path("scheduling").asText("SCHEDULING_UNSPECIFIED");
      boolean scheduled = !scheduling.equals("SCHEDULING_UNSPECIFIED");
      Family family = session.family();
      if (scheduled && (family == Family.LIVE_3_1 || family == Family.EXTENDED_THINKING)) {
        return Complaint.INVALID_ARGUMENT;
      }
      if (response.has("willContinue") && family == Family.LIVE_3_1) {
        return Complaint.INVALID_ARGUMENT;
      }
      if (name.isEmpty() || !response.has("response")) {
        return Complaint.INVALID_ARGUMENT;
      }
      if (id.isEmpty()) {
        if (!session.endpoint().vertex() || !session.callOpen(name)) {
          return Complaint.INVALID_ARGUMENT;
        }
        continue;
      }
      String called = session.calledName(id);
      boolean cancelled = called != null && called.isEmpty();
      if (called == null) {
        return Complaint.INVALID_ARGUMENT.because(session.whyNoCall(id));
      }
      if (!cancelled && !called.equals(name)) {
        return Complaint.INVALID_ARGUMENT.because(id + " is a call of " + called + ", not " + name);
      }
    }
    return null;
  }
}
