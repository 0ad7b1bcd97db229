package io.github.geminilive.internal.profile;

import io.github.geminilive.Endpoint.Backend;
import io.github.geminilive.protocol.FunctionResponsePart;
import io.github.geminilive.protocol.Part;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the parts of turns and of function responses: one piece of data each, and only members
 * that the backend has (§2.8, §2.10).
 *
 * <p>Parts come as their members by wire name, absent ones left out or null; what an object holds
 * matters for its {@code displayName} only.
 */
final class PartCheck {

  /** The members of which a part has one, in the order of the reference. */
  private static final List<String> DATA = List.of(
      "text",
      "inlineData",
      "fileData",
      "functionCall",
      "functionResponse",
      "executableCode",
      "codeExecutionResult",
      "toolCall",
      "toolResponse");

  private static final List<String> RESPONSE_DATA = List.of("inlineData", "fileData");

  /** Members of a part that Vertex AI does not have, with what to do there. */
  private static final List<Map.Entry<String, String>> DEVELOPER_ONLY = List.of(
      Map.entry("toolCall", "leave the part out, or tell in text what the service looked up"),
      Map.entry("toolResponse", "leave the part out, or tell in text what the service found"),
      Map.entry("partMetadata", "leave it out and keep such notes yourself"),
      Map.entry("mediaProcessing", "leave it out"));

  /**
   * What is wrong with a part.
   *
   * @param field the path of the member
   * @param reason why it is refused, as what is said of the member
   * @param fix what to do instead, as an order
   */
  record Objection(String field, String reason, String fix) {

    /** As one sentence. */
    String sentence() {
      return field + " " + reason + "; " + fix;
    }

    void refuseIn(Findings findings) {
      findings.refuse(field, "It " + reason + ".", upper(fix) + ".");
    }

    private static String upper(String fix) {
      return fix.substring(0, 1).toUpperCase(Locale.ROOT) + fix.substring(1);
    }
  }

  private PartCheck() {}

  /** The first thing wrong with a part of a turn; null when there is none. */
  static @Nullable Objection ofTurn(String at, Map<String, ?> part, Backend backend) {
    Objection objection = severalData(at, part, DATA);
    if (objection != null) {
      return objection;
    }
    if (backend == Backend.VERTEX) {
      return developerOnly(at, part);
    }
    objection = displayName(at + ".inlineData", part.get("inlineData"));
    return objection != null ? objection : displayName(at + ".fileData", part.get("fileData"));
  }

  /** The first thing wrong with a part of a function response; null when there is none. */
  static @Nullable Objection ofResponse(String at, Map<String, ?> part, Backend backend) {
    Objection objection = severalData(at, part, RESPONSE_DATA);
    if (objection != null) {
      return objection;
    }
    if (backend == Backend.VERTEX) {
      return developerOnly(at, part);
    }
    // Unlike in a turn, inlineData may have a name here on both backends.
    return part.get("fileData") == null
        ? null
        : new Objection(
            at + ".fileData",
            "exists on Vertex AI only",
            "send the bytes as inlineData, or the address in response");
  }

  /** The first thing wrong with a part of an instruction; null when there is none. */
  static @Nullable Objection ofInstruction(String at, Map<String, ?> part, Backend backend) {
    return isPlainText(part)
        ? ofTurn(at, part, backend)
        : new Objection(
            at,
            "is not plain text, of which instructions consist",
            "send media as part of the conversation");
  }

  private static @Nullable Objection severalData(
      String at, Map<String, ?> part, List<String> data) {
    List<String> present = data.stream().filter(name -> part.get(name) != null).toList();
    return present.size() < 2
        ? null
        : new Objection(
            at,
            "has " + String.join(" and ", present) + ", of which a part holds one",
            "make a part of each");
  }

  private static @Nullable Objection developerOnly(String at, Map<String, ?> part) {
    for (Map.Entry<String, String> member : DEVELOPER_ONLY) {
      if (part.get(member.getKey()) != null) {
        return new Objection(
            at + "." + member.getKey(), "exists on the Developer API only", member.getValue());
      }
    }
    return null;
  }

  private static @Nullable Objection displayName(String at, @Nullable Object data) {
    return data instanceof Map<?, ?> members && members.get("displayName") != null
        ? new Objection(at + ".displayName", "exists on Vertex AI only", "leave it out")
        : null;
  }

  /** The members of a part that are looked at here. */
  static Map<String, Object> members(Part part) {
    Map<String, Object> members = new HashMap<>();
    put(members, "text", part.text());
    if (part.inlineData() != null) {
      members.put("inlineData", named(part.inlineData().displayName()));
    }
    if (part.fileData() != null) {
      members.put("fileData", named(part.fileData().displayName()));
    }
    put(members, "functionCall", part.functionCall());
    put(members, "functionResponse", part.functionResponse());
    put(members, "executableCode", part.executableCode());
    put(members, "codeExecutionResult", part.codeExecutionResult());
    put(members, "toolCall", part.toolCall());
    put(members, "toolResponse", part.toolResponse());
    put(members, "partMetadata", part.partMetadata());
    put(members, "mediaProcessing", part.mediaProcessing());
    return members;
  }

  /** The members of a part that are looked at here. */
  static Map<String, Object> members(FunctionResponsePart part) {
    Map<String, Object> members = new HashMap<>();
    put(members, "inlineData", part.inlineData());
    put(members, "fileData", part.fileData());
    put(members, "mediaProcessing", part.mediaProcessing());
    return members;
  }

  private static void put(Map<String, Object> members, String name, @Nullable Object value) {
    if (value != null) {
      members.put(name, value);
    }
  }

  private static Map<String, String> named(@Nullable String displayName) {
    return displayName == null ? Map.of() : Map.of("displayName", displayName);
  }

  /** Whether a part is text and no other data; modifiers do not count. */
  static boolean isPlainText(Map<String, ?> part) {
    return part.get("text") != null
        && DATA.stream().filter(name -> part.get(name) != null).count() == 1;
  }
}
