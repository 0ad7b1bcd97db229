package io.github.geminilive.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.testkit.internal.Action;
import io.github.geminilive.testkit.internal.AssistantPersona;
import io.github.geminilive.testkit.internal.Hush;
import io.github.geminilive.testkit.internal.Json;
import io.github.geminilive.testkit.internal.PersonaScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who answers at the other end: a scripted stand-in for the model.
 *
 * <p>It hears when the user speaks and when the user stops, by the energy of the received audio,
 * but does not understand: the n-th spoken turn is taken to be what the script says it is. Text
 * turns are told apart by a word they contain. Immutable.
 *
 * <pre>{@code
 * Persona.builder()
 *     .onSpeech(1).heard("What is the weather like?")
 *         .call("get_weather", Map.of("city", "Lisbon"))
 *         .thenSay(result -> "It is " + result.path("temperature").asInt() + " degrees.")
 *     .onText("bye").say("Goodbye.")
 *     .otherwise().say("I did not catch that.")
 *     .build();
 * }</pre>
 */
public final class Persona {

  private final PersonaScript script;

  private Persona(PersonaScript script) {
    this.script = script;
  }

  PersonaScript script() {
    return script;
  }

  /**
   * Returns the built-in persona: talks about the weather in Lisbon, using the function {@code
   * get_weather} when the client declares it, and takes its leave when talked over.
   */
  public static Persona assistant() {
    return AssistantPersona.define(builder()).build();
  }

  /** Returns a persona that never says anything; tests send what they want themselves. */
  public static Persona silent() {
    return new Persona(new PersonaScript(List.of(), null));
  }

  /** Returns a persona that says back every text it gets, and "I heard you." to speech. */
  public static Persona echo() {
    return builder()
        .otherwise()
        .say(moment -> moment.text().isEmpty() ? "I heard you." : moment.text())
        .build();
  }

  /** Returns an empty builder. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns a persona like this one that falls silent once on a server: in its first answer that has
   * such a place. Answers with a silence of their own keep that one.
   *
   * @param where where in the answer
   * @param cure the first thing that helps
   */
  public Persona fallSilent(Silence where, Silence.Cure cure) {
    return new Persona(new PersonaScript(script.rules(), new Hush(where, cure)));
  }

  /** What the persona knows while it answers. */
  public interface Moment {

    /** Returns the user's text, or what is taken to have been said. */
    String text();

    /** Returns the number of this spoken turn in the conversation, from 1; 0 for text. */
    int spokenTurn();

    /** Returns what was said so far, oldest first: {@code user: …} or {@code model: …}. */
    List<String> history();

    /** Returns whether the client declared a function of this name. */
    boolean declares(String function);

    /** Returns the last function result; a missing node when there is none. */
    JsonNode result();

    /** Returns the last result of each function called for this answer, by name. */
    Map<String, JsonNode> results();
  }

  /** Collects answers; the first that fits is given. */
  public static final class Builder {

    private final List<PersonaScript.Rule> rules = new ArrayList<>();
    private @Nullable Answer open;

    private Builder() {}

    /**
     * Begins the answer to a spoken turn.
     *
     * @param turn number of the spoken turn in the conversation, from 1
     */
    public Answer onSpeech(int turn) {
      if (turn < 1) {
        throw new IllegalArgumentException("turn must be at least 1: " + turn);
      }
      return begin(turn, null);
    }

    /**
     * Begins the answer to a text turn.
     *
     * @param keyword what the text contains, in any case
     */
    public Answer onText(String keyword) {
      return begin(0, keyword);
    }

    /** Begins the answer to every turn without one of its own. */
    public Answer otherwise() {
      return begin(0, null);
    }

    /** Returns the persona. */
    public Persona build() {
      finish();
      return new Persona(new PersonaScript(rules, null));
    }

    private Answer begin(int turn, @Nullable String keyword) {
      finish();
      Answer answer = new Answer(this, turn, keyword);
      open = answer;
      return answer;
    }

    private void finish() {
      if (open != null) {
        rules.add(new PersonaScript.Rule(
            open.spokenTurn, open.keyword, open.heard, open.actions, open.hush));
        open = null;
      }
    }
  }

  /** One answer of a persona, made of steps in their order. */
  public static final class Answer {

    private final Builder builder;
    private final int spokenTurn;
    private final @Nullable String keyword;
    private final List<Action> actions = new ArrayList<>();
    private @Nullable String heard;
    private @Nullable Hush hush;

    private Answer(Builder builder, int spokenTurn, @Nullable String keyword) {
      this.builder = builder;
      this.spokenTurn = spokenTurn;
      this.keyword = keyword;
    }

    /**
     * Says what the user says in this turn, for the input transcript.
     *
     * @param transcript the user's words
     */
    public Answer heard(String transcript) {
      heard = transcript;
      return this;
    }

    /**
     * Falls silent in this answer, the first time it is given on a server; after that it is given as
     * ever.
     *
     * @param where where in the answer
     * @param cure the first thing that helps
     */
    public Answer fallSilent(Silence where, Silence.Cure cure) {
      hush = new Hush(where, cure);
      return this;
    }

    /**
     * Speaks.
     *
     * @param text the words
     */
    public Answer say(String text) {
      return say(moment -> text);
    }

    /**
     * Speaks, without waiting for functions that do not block.
     *
     * @param words makes the words; an empty string says nothing
     */
    public Answer say(Function<Moment, String> words) {
      actions.add(new Action.Say(words, false));
      return this;
    }

    /**
     * Calls a function; several in a row make one message.
     *
     * @param name function name, declared or not
     * @param args arguments: a map, a tree or anything Jackson makes an object of
     */
    public Answer call(String name, Object args) {
      JsonNode tree = Json.valueOf(args);
      actions.add(new Action.Call(name, moment -> tree, false));
      return this;
    }

    /**
     * Calls a function if the client declared it.
     *
     * @param name function name
     * @param args arguments: a map, a tree or anything Jackson makes an object of
     */
    public Answer callIfDeclared(String name, Object args) {
      JsonNode tree = Json.valueOf(args);
      actions.add(new Action.Call(name, moment -> tree, true));
      return this;
    }

    /**
     * Takes back the functions called before that are not answered. The model waits for functions
     * that block, so it never comes to take those back; an interruption does.
     */
    public Answer cancelCalls() {
      actions.add(new Action.Cancel());
      return this;
    }

    /**
     * Sends a message as it is: a thought, grounding, a call with an id of the test's own, anything
     * the persona does not do by itself.
     *
     * @param json one JSON object, a server message
     */
    public Answer send(String json) {
      JsonNode message = Json.parse(json);
      actions.add(new Action.Send(moment -> message));
      return this;
    }

    /**
     * Speaks once all functions called before are answered to the end. Results of functions that do
     * not block are spoken of as the most urgent of their answers says: {@code SILENT}, not at all;
     * {@code WHEN_IDLE}, after what is being said; {@code INTERRUPT}, at once.
     *
     * @param words makes the words of the last {@code response} that is not empty
     */
    public Answer thenSay(Function<JsonNode, String> words) {
      return thenSayOf(moment -> words.apply(moment.result()));
    }

    /**
     * As {@link #thenSay}.
     *
     * @param words makes the words of all that is known
     */
    public Answer thenSayOf(Function<Moment, String> words) {
      actions.add(new Action.Say(words, true));
      return this;
    }

    /**
     * Begins the answer to another spoken turn.
     *
     * @param turn number of the spoken turn, from 1
     */
    public Answer onSpeech(int turn) {
      return builder.onSpeech(turn);
    }

    /**
     * Begins the answer to another text turn.
     *
     * @param keyword what the text contains
     */
    public Answer onText(String keyword) {
      return builder.onText(keyword);
    }

    /** Begins the answer to every turn without one of its own. */
    public Answer otherwise() {
      return builder.otherwise();
    }

    /** Returns the persona. */
    public Persona build() {
      return builder.build();
    }
  }
}
