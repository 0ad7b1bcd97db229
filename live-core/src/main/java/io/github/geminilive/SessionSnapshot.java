package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.internal.codec.ClientMessageEncoder;
import io.github.geminilive.internal.codec.RecordDecoder;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 */
public record SessionSnapshot(
    String model, @Nullable String handle, List<Content> history, List<String> remembered) {

  private static final String NAME = "geminiLiveSnapshot";
  private static final long VERSION = 1;

  /** Checks and copies. */
  public SessionSnapshot {
    requireNonNull(model, "model");
    history = List.copyOf(history);
    remembered = List.copyOf(remembered);
  }

  /**
   * The snapshot as text, to be kept or handed over. Holds a secret, the handle, with which anybody
   * who has the credentials can go on with the conversation, and all that was said: keep it as you
   * keep those.
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
    return Json.of(members).text();
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
    return new SessionSnapshot(model, (String) handle, history, remembered);
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
