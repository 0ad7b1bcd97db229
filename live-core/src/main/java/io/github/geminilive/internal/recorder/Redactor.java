package io.github.geminilive.internal.recorder;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.github.geminilive.internal.session.Secrets;
import java.io.IOException;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages fit to be shown. What is not known to be harmless is not shown: a text becomes its
 * length, a value of a tool its type, media their length and checksum, handles get other names.
 * Numbers, truth values and names of members stay. For one recording and one thread.
 */
final class Redactor {

  private static final int MAX_DEPTH = 256;
  private static final int MAX_SHOWN = 200;

  private static final JsonFactory JSON = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder()
          .maxNestingDepth(MAX_DEPTH)
          .maxStringLength(Integer.MAX_VALUE)
          .maxNameLength(Integer.MAX_VALUE)
          .maxNumberLength(Integer.MAX_VALUE)
          .build())
      .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
      .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
      .build();

  private static final Pattern MARKED =
      Pattern.compile(BlobCutter.MARK + "(\\d{1,18}),([0-9a-f]{8})");
  private static final Pattern NAME = Pattern.compile("[$A-Za-z_][A-Za-z0-9_.:-]{0,63}");
  // Shorter than what could hide a text, and not what the protocol calls NaN.
  private static final Pattern NUMBER = Pattern.compile("-?[0-9][0-9.eE+-]{0,39}");
  private static final Pattern PRINTABLE = Pattern.compile("[ -~]{0," + MAX_SHOWN + "}");
  private static final Pattern SECRET_NAME =
      Pattern.compile("(?i).*(api_?key|token|secret|password|passwd|authorization|credential).*");

  /** What the protocol itself speaks: enums, ids, functions, voices, formats and times. */
  private static final Set<String> SHOWN = Set.of(
      "activityHandling",
      "audioOffset",
      "avatarName",
      "behavior",
      "category",
      "endOfSpeechSensitivity",
      "endOffset",
      "featureSelectionPreference",
      "format",
      "functionIds",
      "id",
      "ids",
      "interactionStatus",
      "language",
      "languageCode",
      "languageCodes",
      "lastConsumedClientMessageIndex",
      "level",
      "mediaProcessing",
      "mediaResolution",
      "method",
      "mimeType",
      "modality",
      "mode",
      "model",
      "name",
      "outcome",
      "propertyOrdering",
      "required",
      "responseModalities",
      "role",
      "scheduling",
      "serviceTier",
      "sessionId",
      "startOfSpeechSensitivity",
      "startOffset",
      "status",
      "targetLanguageCode",
      "targetTokens",
      "thinkingLevel",
      "threshold",
      "timeLeft",
      "toolType",
      "trafficType",
      "triggerTokens",
      "turnCompleteReason",
      "turnCoverage",
      "type",
      "urlRetrievalStatus",
      "vadSignalType",
      "voice",
      "voiceActivityType",
      "voiceName");

  /** What a tool, the application or the model's instructions put there. */
  private static final Set<String> CONTENT = Set.of(
      "args",
      "const",
      "customMetadata",
      "default",
      "details",
      "enum",
      "example",
      "examples",
      "labels",
      "partMetadata",
      "partialArgs",
      "response");

  /** Base64, however short. */
  private static final Set<String> BINARY = Set.of(
      "consentAudio", "data", "imageData", "sdkBlob", "thoughtSignature", "voiceSampleAudio");

  private static final Set<String> HANDLES = Set.of("handle", "newHandle");

  // Deeper down is what a tool calls by that name.
  private static final int HANDLE_DEPTH = 3;

  /** Never shown, whatever the application allows. */
  private static final Set<String> LOCKED =
      Set.of("apiKey", "authConfig", "headers", "signature", "voiceConsentSignature");

  private enum Mode {
    /** What the protocol knows. */
    PROTOCOL,
    /** What only the application knows. */
    CONTENT,
    /** What nobody is to know. */
    LOCKED
  }

  private final boolean showText;
  private final @Nullable String[] secrets;
  private final Map<String, String> handles = new HashMap<>();
  private int shortestHandle = Integer.MAX_VALUE;

  Redactor(boolean showText, List<String> secrets) {
    this.showText = showText;
    this.secrets = secrets.toArray(new String[0]);
  }

  /** Gives the handles of a message other names, in the order in which they come. */
  void learnHandles(byte[] message) {
    if (!holdsHandle(message)) {
      return;
    }
    try (JsonParser parser = JSON.createParser(message)) {
      String name = "";
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME) {
          name = plainName(parser.currentName());
        } else if (token == JsonToken.VALUE_STRING
            && HANDLES.contains(name)
            && parser.getParsingContext().getNestingDepth() <= HANDLE_DEPTH
            && !parser.getText().isEmpty()) {
          handles.putIfAbsent(parser.getText(), "handle-" + (handles.size() + 1));
          shortestHandle = Math.min(shortestHandle, parser.getText().length());
        }
      }
    } catch (IOException e) {
      // It is going to be told as unreadable; what was learnt from its beginning stays a secret.
    }
  }

  private static boolean holdsHandle(byte[] message) {
    for (int i = 0; i + 4 < message.length; i++) {
      if (message[i] == 'a'
          && message[i + 1] == 'n'
          && message[i + 2] == 'd'
          && message[i + 3] == 'l'
          && message[i + 4] == 'e') {
        return true;
      }
    }
    return false;
  }

  /** The message as it may be shown; null when it is not exactly one JSON value. */
  @Nullable
  String message(byte[] message) {
    StringWriter out = new StringWriter();
    try (JsonParser parser = JSON.createParser(message);
        JsonGenerator writer = JSON.createGenerator(out)) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        return null;
      }
      write(parser, token, writer, "", "", Mode.PROTOCOL);
      if (parser.nextToken() != null) {
        return null;
      }
    } catch (IOException | RuntimeException e) {
      return null;
    }
    return out.toString();
  }

  /** The members of a change of state. */
  String state(byte[] state) {
    StringWriter out = new StringWriter();
    try (JsonParser parser = JSON.createParser(state);
        JsonGenerator writer = JSON.createGenerator(out)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING) {
          writer.writeString(masked(parser.getText()));
        } else {
          writer.copyCurrentEvent(parser);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("a state of our own that is no JSON", e);
    }
    String json = out.toString();
    return json.substring(1, json.length() - 1);
  }

  /** A text of the library's or the service's own. */
  String masked(String text) {
    String named = text;
    if (text.length() >= shortestHandle) {
      for (Map.Entry<String, String> handle : handles.entrySet()) {
        named = named.replace(handle.getKey(), handle.getValue());
      }
    }
    return Secrets.hide(named, secrets);
  }

  private void write(
      JsonParser parser,
      JsonToken token,
      JsonGenerator writer,
      String parent,
      String name,
      Mode mode)
      throws IOException {
    switch (token) {
      case START_OBJECT -> {
        writer.writeStartObject();
        for (String raw; (raw = parser.nextFieldName()) != null; ) {
          String member = plainName(raw);
          writer.writeFieldName(shownName(raw));
          write(parser, parser.nextToken(), writer, name, member, modeOf(mode, member));
        }
        writer.writeEndObject();
      }
      case START_ARRAY -> {
        writer.writeStartArray();
        for (JsonToken next; (next = parser.nextToken()) != JsonToken.END_ARRAY; ) {
          write(parser, next, writer, parent, name, mode);
        }
        writer.writeEndArray();
      }
      case VALUE_STRING -> writeText(writer, parser.getText(), parent, name, mode);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        String number = parser.getText();
        if (hides(mode) || !NUMBER.matcher(number).matches()) {
          writer.writeString("number");
        } else {
          writer.writeNumber(number);
        }
      }
      case VALUE_TRUE, VALUE_FALSE -> {
        if (hides(mode)) {
          writer.writeString("boolean");
        } else {
          writer.writeBoolean(token == JsonToken.VALUE_TRUE);
        }
      }
      case VALUE_NULL -> writer.writeNull();
      default -> throw new IOException("the message ends too early");
    }
  }

  private boolean hides(Mode mode) {
    return mode == Mode.LOCKED || mode == Mode.CONTENT && !showText;
  }

  private static Mode modeOf(Mode outer, String member) {
    if (outer == Mode.LOCKED || LOCKED.contains(member)) {
      return Mode.LOCKED;
    }
    if (outer == Mode.CONTENT) {
      return SECRET_NAME.matcher(member).matches() ? Mode.LOCKED : Mode.CONTENT;
    }
    return CONTENT.contains(member) ? Mode.CONTENT : Mode.PROTOCOL;
  }

  private void writeText(JsonGenerator writer, String text, String parent, String name, Mode mode)
      throws IOException {
    boolean binary = mode == Mode.PROTOCOL && BINARY.contains(name);
    boolean cut = !text.isEmpty() && text.charAt(0) == BlobCutter.MARK;
    Matcher marked = MARKED.matcher(cut || !binary ? text : BlobCutter.mark(text));
    if (mode == Mode.LOCKED) {
      writer.writeString("***");
    } else if (mode == Mode.PROTOCOL && HANDLES.contains(name)) {
      writer.writeString(text.isEmpty() ? "" : handles.getOrDefault(text, "***"));
    } else if (marked.matches()) {
      writeBlob(writer, marked);
    } else if (mode == Mode.PROTOCOL
        && isShown(parent, name)
        && PRINTABLE.matcher(text).matches()) {
      writer.writeString(masked(text));
    } else if (showText) {
      writer.writeString(masked(text));
    } else {
      writer.writeString(text.length() + " characters");
    }
  }

  /** What the service says about an error is told, as it is in exceptions. */
  private static boolean isShown(String parent, String name) {
    return SHOWN.contains(name) || parent.equals("error") && name.equals("message");
  }

  private static void writeBlob(JsonGenerator writer, Matcher marked) throws IOException {
    writer.writeStartObject();
    writer.writeNumberField("bytes", Long.parseLong(marked.group(1)));
    writer.writeStringField("crc32", marked.group(2));
    writer.writeEndObject();
  }

  private String shownName(String name) {
    String shown = NAME.matcher(name).matches() ? masked(name) : name.length() + " characters";
    return showText ? masked(name) : shown;
  }

  /** The name in the protocol's spelling, which may be given in the other one. */
  private static String plainName(String name) {
    if (name.indexOf('_') < 0) {
      return name;
    }
    StringBuilder plain = new StringBuilder();
    for (String word : name.split("_")) {
      plain.append(
          plain.length() == 0 || word.isEmpty()
              ? word
              : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return plain.toString();
  }
}
