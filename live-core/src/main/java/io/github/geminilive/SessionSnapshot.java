package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.internal.codec.ClientMessageEncoder;
import io.github.geminilive.internal.codec.RecordDecoder;
import io.github.geminilive.internal.codec.SetupFingerprint;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to go on with a conversation in another session, perhaps in another process: {@link
 * LiveClient#resume}. Audio, open tool calls and the configuration are not in it. The service keeps
 * a conversation for about two hours after its last connection; after that, and when the handle is
 * refused for any other reason, the new session is told the history instead.
 *
 * @param model the model's id; the conversation can be resumed with this one only
 * @param handle the newest handle that resumes it; a secret; null when the service gave none
 * @param history what was said, oldest first, as far as it was remembered and heard
 * @param remembered what {@link LiveSession#remember} added
 * @param setupFingerprint tells setups apart without showing them: the SHA-256, as 64 hexadecimal
 *     digits in lower case, of what the service was asked for, without handle, history and what was
 *     remembered; null when it is not known, as in snapshots of earlier versions of this library
 */
public record SessionSnapshot(
    String model,
    @Nullable String handle,
    List<Content> history,
    List<String> remembered,
    @Nullable String setupFingerprint) {

  private static final String NAME = "geminiLiveSnapshot";
  private static final long VERSION = 1;
  private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");

  /** Checks and copies. */
  public SessionSnapshot {
    requireNonNull(model, "model");
    history = List.copyOf(history);
    remembered = List.copyOf(remembered);
    if (setupFingerprint != null && !FINGERPRINT.matcher(setupFingerprint).matches()) {
      throw new IllegalArgumentException(
          "setupFingerprint must be 64 hexadecimal digits in lower case: " + setupFingerprint);
    }
  }

  /** Without a fingerprint. */
  public SessionSnapshot(
      String model, @Nullable String handle, List<Content> history, List<String> remembered) {
    this(model, handle, history, remembered, null);
  }

  /**
   * Whether a session with this configuration would be what the conversation's last one was: the
   * same model, instructions, tools, voice and all else the service was asked for. It may go on with
   * another one all the same, save for the model; that is logged.
   *
   * @param config of the session that is to go on with it
   * @return false when they are known to differ
   */
  public boolean matches(LiveConfig config) {
    return model.equals(requireNonNull(config, "config").model().id())
        && (setupFingerprint == null
            || setupFingerprint.equals(SetupFingerprint.of(config.setup())));
  }

  /**
   * The snapshot as bytes, to be kept or handed over; see {@link #toJson} for what is in it.
   *
   * @return {@link #toJson} in UTF-8
   */
  public byte[] toBytes() {
    return toJson().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The snapshot as text, to be kept or handed over. No key and no token is in it. Holds a secret all
   * the same, the handle, with which anybody who has the credentials can go on with the conversation,
   * and all that was said: keep it as you keep those.
   *
   * @return one JSON object for {@link #parse}, its form is this library's own
   */
  public String toJson() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put(NAME, VERSION);
    members.put("model", model);
    if (handle != null) {
      members.put("handle", handle);
    }
    members.put(
        "history",
        history.stream()
            .map(turn -> Json.parse(ClientMessageEncoder.encodeRecord(turn)))
            .toList());
    members.put("remembered", remembered);
    if (setupFingerprint != null) {
      members.put("setup", setupFingerprint);
    }
    return Json.of(members).text();
  }

  /**
   * Reads what {@link #toBytes} wrote, in this version of the library or an earlier one.
   *
   * @param bytes the text in UTF-8
   * @throws IllegalArgumentException as for {@link #parse(String)}
   */
  public static SessionSnapshot parse(byte[] bytes) {
    return parse(new String(requireNonNull(bytes, "bytes"), StandardCharsets.UTF_8));
  }

  /**
   * Reads what {@link #toJson} wrote, in this version of the library or an earlier one.
   *
   * @param json the text
   * @throws IllegalArgumentException when it is something else; the message says what is wrong, and
   *     quotes nothing
   */
  public static SessionSnapshot parse(String json) {
    Map<String, Object> members = members(requireNonNull(json, "json"));
    Object version = members.get(NAME);
    if (version == null) {
      throw foreign("the member " + NAME + " is missing");
    }
    if (!(version instanceof Long number) || number < 1) {
      throw foreign("the member " + NAME + " is no version");
    }
    if (number > VERSION) {
      throw new IllegalArgumentException("the snapshot has the form "
          + number
          + " of a later version of this library, and this one knows forms up to "
          + VERSION
          + "; read it with the version that wrote it, or a later one");
    }
    if (!(members.get("model") instanceof String model) || model.isBlank()) {
      throw foreign("model is no text");
    }
    Object handle = members.get("handle");
    if (handle != null && !(handle instanceof String)) {
      throw foreign("handle is no text");
    }
    List<Content> history = new ArrayList<>();
    for (Object turn : list(members, "history")) {
      try {
        history.add(RecordDecoder.decode(Content.class, Json.of(turn).text()));
      } catch (IllegalArgumentException e) {
        // Its message quotes nothing, and is what one needs to know.
        throw foreign("history[" + history.size() + "] is no turn: " + e.getMessage());
      }
    }
    List<String> remembered = new ArrayList<>();
    for (Object fact : list(members, "remembered")) {
      if (!(fact instanceof String text)) {
        throw foreign("remembered[" + remembered.size() + "] is no text");
      }
      remembered.add(text);
    }
    Object setup = members.get("setup");
    if (setup != null
        && !(setup instanceof String text && FINGERPRINT.matcher(text).matches())) {
      throw foreign("setup is no fingerprint");
    }
    return new SessionSnapshot(model, (String) handle, history, remembered, (String) setup);
  }

  private static Map<String, Object> members(String json) {
    try {
      Json parsed = Json.parse(json);
      if (parsed.isObject()) {
        return parsed.asObject();
      }
    } catch (IllegalArgumentException e) {
      // Passed on, it would quote the text, which may be a snapshot that was cut off.
    }
    throw foreign("it is no JSON object");
  }

  private static List<?> list(Map<String, Object> members, String name) {
    if (members.get(name) instanceof List<?> list) {
      return list;
    }
    throw foreign(name + " is no list");
  }

  private static IllegalArgumentException foreign(String why) {
    return new IllegalArgumentException(
        "not a SessionSnapshot: " + why + "; pass on what SessionSnapshot.toJson() returned");
  }

  /** Keeps back the handle and what people said. */
  @Override
  public String toString() {
    return "SessionSnapshot[model="
        + model
        + ", handle="
        + (handle == null ? "null" : "***")
        + ", "
        + history.size()
        + " turns, "
        + remembered.size()
        + " remembered]";
  }
}
