package io.github.geminilive.testkit.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.testkit.Persona;
import java.util.function.Function;

/** Something a persona does in answer to the user. */
public sealed interface Action {

  /** Says words; with {@code needsResults} only once all calls before are answered. */
  record Say(Function<Persona.Moment, String> words, boolean needsResults) implements Action {}

  /** Calls a function; with {@code onlyIfDeclared} only when the client declared it. */
  record Call(String name, Function<Persona.Moment, JsonNode> args, boolean onlyIfDeclared)
      implements Action {}

  /** Takes back the calls before that are not answered. */
  record Cancel() implements Action {}

  /** Sends a message of a test's own. */
  record Send(Function<Persona.Moment, JsonNode> message) implements Action {}
}
