package io.github.geminilive.testkit.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminilive.testkit.Upgrade;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Ephemeral tokens: their making and their use. */
final class Tokens {

  private static final Duration LONGEST = Duration.ofHours(20);
  private static final Duration DEFAULT_LIFE = Duration.ofMinutes(30);
  private static final Duration KEPT = Duration.ofHours(1);
  private static final Duration DEFAULT_START = Duration.ofSeconds(60);
  private static final Set<String> MEMBERS =
      Set.of("uses", "expireTime", "newSessionExpireTime", "bidiGenerateContentSetup", "fieldMask");

  private final ServerCore server;
  private final Map<String, Token> issued = new ConcurrentHashMap<>();

  Tokens(ServerCore server) {
    this.server = server;
  }

  /** A token and what it allows. */
  static final class Token {
    private final int uses;
    private final Instant expires;
    private final Instant startBy;
    private final @Nullable JsonNode setup;
    private final @Nullable List<String> mask;
    private final AtomicInteger used = new AtomicInteger();

    Token(
        int uses,
        Instant expires,
        Instant startBy,
        @Nullable JsonNode setup,
        @Nullable List<String> mask) {
      this.uses = uses;
      this.expires = expires;
      this.startBy = startBy;
      this.setup = setup;
      this.mask = mask;
    }

    Instant expires() {
      return expires;
    }

    /** Returns the setup that holds in place of the one the client sent. */
    JsonNode lock(JsonNode asked) {
      if (mask == null) {
        if (setup == null) {
          return asked;
        }
        ObjectNode whole = setup.deepCopy();
        // The whole setup is locked, yet a session can still be resumed with its handle.
        JsonNode handle = asked.path("sessionResumption").get("handle");
        if (handle != null && whole.has("sessionResumption")) {
          ((ObjectNode) whole.get("sessionResumption")).set("handle", handle);
        }
        return whole;
      }
      ObjectNode out = asked.deepCopy();
      for (String path : mask) {
        int dot = path.indexOf('.');
        if (dot < 0) {
          pin(out, path, setup == null ? null : setup.get(path), asked);
        } else {
          String outer = path.substring(0, dot);
          String inner = path.substring(dot + 1);
          JsonNode held = setup == null ? null : setup.path(outer).get(inner);
          ObjectNode target =
              out.get(outer) instanceof ObjectNode node ? node : out.putObject(outer);
          pin(target, inner, held, asked);
        }
      }
      return out;
    }

    private static void pin(
        ObjectNode target, String name, @Nullable JsonNode value, JsonNode asked) {
      if (value == null) {
        target.remove(name);
        return;
      }
      target.set(name, value.deepCopy());
      JsonNode handle = asked.path("sessionResumption").get("handle");
      if (name.equals("sessionResumption") && handle != null) {
        ((ObjectNode) target.get(name)).set("handle", handle);
      }
    }
  }

  /** Answers a request for a token. */
  HttpAnswer create(Upgrade request, String body) {
    String key = request.header("x-goog-api-key");
    if (key == null) {
      key = request.query().get("key");
    }
    if (key == null || key.isEmpty()) {
      return HttpAnswer.error(403, "PERMISSION_DENIED", ServerCore.UNREGISTERED.closeReason());
    }
    if (!server.keyAccepted(key)) {
      return HttpAnswer.error(400, "INVALID_ARGUMENT", ServerCore.BAD_KEY.closeReason());
    }
    JsonNode json = Json.tryParse((body.isEmpty() ? "{}" : body).getBytes(StandardCharsets.UTF_8));
    if (!(json instanceof ObjectNode asked)) {
      return bad("Invalid JSON payload received. Unexpected token.");
    }
    for (Iterator<String> names = asked.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!MEMBERS.contains(Shapes.camel(name)) && !name.equals("name")) {
        return bad("Invalid JSON payload received. Unknown name \""
            + name
            + "\" at 'auth_token': Cannot find field.");
      }
    }
    return create(Shapes.camelKeys(asked));
  }

  private HttpAnswer create(ObjectNode asked) {
    Instant now = server.time().now();
    Instant expires;
    Instant startBy;
    try {
      expires = instant(asked, "expireTime", now.plus(DEFAULT_LIFE));
      startBy = instant(asked, "newSessionExpireTime", now.plus(DEFAULT_START));
    } catch (DateTimeParseException e) {
      return bad("Invalid value at 'auth_token' (type.googleapis.com/google.protobuf.Timestamp), \""
          + e.getParsedString()
          + "\"");
    }
    Instant latest = now.plus(LONGEST);
    if (expires.isAfter(latest) || startBy.isAfter(latest)) {
      return bad("expire_time and new_session_expire_time must be less than 20 hours ahead.");
    }
    if (!expires.isAfter(now)) {
      return bad("expire_time must be in the future.");
    }
    JsonNode uses = asked.path("uses");
    if (!uses.isMissingNode() && (!uses.isInt() || uses.asInt() < 0)) {
      return bad("Invalid value at 'auth_token.uses' (TYPE_INT32), " + uses);
    }
    JsonNode setup = asked.get("bidiGenerateContentSetup");
    if (setup != null) {
      if (!setup.isObject()) {
        return bad("Invalid value at 'auth_token.bidi_generate_content_setup'");
      }
      Shapes.Reading reading = Shapes.readSetup(setup, "auth_token.bidi_generate_content_setup");
      if (reading.complaint() != null) {
        return bad(reading.complaint().reason());
      }
      setup = reading.message();
    }
    List<String> mask = null;
    String text = asked.path("fieldMask").asText("");
    // An empty mask was found to act like none: everything is locked.
    if (!text.isEmpty()) {
      mask = new ArrayList<>();
      for (String path : text.split(",")) {
        String field = Shapes.camelPath(path.trim());
        // Members of a map are named by its keys, which the official clients do.
        if (!Shapes.hasSetupField(field) && !field.startsWith("labels.")) {
          // The wording is a guess, by that of other values.
          return bad("Invalid value at 'auth_token.field_mask'"
              + " (type.googleapis.com/google.protobuf.FieldMask), \""
              + path
              + "\"");
        }
        mask.add(field);
      }
    }
    String name = "auth_tokens/" + UUID.randomUUID().toString().replace("-", "");
    // What expired long ago is as good as never made; a server may run for weeks.
    issued.values().removeIf(old -> old.expires().plus(KEPT).isBefore(now));
    issued.put(name, new Token(uses.asInt(1), expires, startBy, setup, mask));
    return HttpAnswer.json(200, Json.object().put("name", name).toPrettyString());
  }

  private static Instant instant(ObjectNode asked, String name, Instant otherwise) {
    String text = asked.path(name).asText("");
    return text.isEmpty() ? otherwise : OffsetDateTime.parse(text).toInstant();
  }

  private static HttpAnswer bad(String message) {
    return HttpAnswer.error(400, "INVALID_ARGUMENT", message);
  }

  /** Looks a token up at the door. */
  Access use(String name) {
    Token token = issued.get(name);
    if (token == null) {
      return ServerCore.BAD_KEY;
    }
    if (!server.time().now().isBefore(token.expires)) {
      return Access.refused(1008, "Auth token has expired.");
    }
    return Access.granted(token);
  }

  /** Counts a new session; a resumption is not one. Returns whether the token allows it. */
  boolean begin(Token token) {
    if (!server.time().now().isBefore(token.startBy)) {
      return false;
    }
    return token.uses == 0 || token.used.incrementAndGet() <= token.uses;
  }
}
