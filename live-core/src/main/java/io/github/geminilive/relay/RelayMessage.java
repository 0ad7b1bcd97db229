package io.github.geminilive.relay;

import io.github.geminilive.AudioChunk;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.Json;

/**
 * One message on its way through the relay, as hooks see it.
 *
 * <p>New kinds come in minor releases: end a chain of {@code instanceof} with a plain {@code else}.
 */
public sealed interface RelayMessage {

  /** Where a message goes. */
  enum Direction {
    /** From the peer to the service. */
    UP,
    /** From the service to the peer. */
    DOWN
  }

  /** Who speaks. */
  enum Speaker {
    /** The person at the peer. */
    USER,
    /** The model. */
    MODEL
  }

  /** Where it goes. */
  Direction direction();

  /**
   * Sound. Shown only to hooks that ask for it, see {@link RelayObserver#wantsAudio()}.
   *
   * @param direction where it goes
   * @param turn the number of the turn it belongs to; 0 for what goes up
   * @param chunk the samples
   */
  record Audio(Direction direction, int turn, AudioChunk chunk) implements RelayMessage {}

  /**
   * Words in writing: of the user, or of a model that writes.
   *
   * @param direction where it goes
   * @param turn the number of the turn it belongs to; 0 for what goes up
   * @param text a whole message on the way up; a fragment on the way down
   */
  record Text(Direction direction, int turn, String text) implements RelayMessage {
    /** Keeps back what people say. */
    @Override
    public String toString() {
      return "Text[" + direction + ", turn=" + turn + ", " + text.length() + " characters]";
    }
  }

  /**
   * Words that were spoken. All come down, the user's too, because the service writes them.
   *
   * @param speaker who spoke
   * @param turn the number of the turn it belongs to
   * @param text a fragment, to be appended to earlier ones; of an interim transcript the whole guess,
   *     in place of the last one
   * @param sentence all fragments of the speaker in this turn up to now, this one included; of an
   *     interim transcript the same as the text
   */
  record Transcript(Speaker speaker, int turn, String text, String sentence)
      implements RelayMessage {
    @Override
    public Direction direction() {
      return Direction.DOWN;
    }

    /** Keeps back what people say. */
    @Override
    public String toString() {
      return "Transcript[" + speaker + ", turn=" + turn + ", " + text.length() + " characters]";
    }
  }

  /**
   * The model calls a function.
   *
   * @param call as received
   * @param passed whether it goes to the peer; false for tools that run on the server
   */
  record ToolCall(FunctionCall call, boolean passed) implements RelayMessage {
    @Override
    public Direction direction() {
      return Direction.DOWN;
    }

    /** Keeps back the arguments. */
    @Override
    public String toString() {
      return "ToolCall[" + call.name() + ", passed=" + passed + "]";
    }
  }

  /**
   * The peer answers a call that was passed to it.
   *
   * @param response as received
   */
  record ToolResult(FunctionResponse response) implements RelayMessage {
    @Override
    public Direction direction() {
      return Direction.UP;
    }

    /** Keeps back the answer. */
    @Override
    public String toString() {
      return "ToolResult[" + response.name() + "]";
    }
  }

  /**
   * Anything else of the conversation: pictures, turns of history, grounding. Markers, such as the end
   * of a turn, are not shown.
   *
   * @param direction where it goes
   * @param turn the number of the turn it belongs to; 0 when it belongs to none
   * @param json in the protocol's form
   */
  record Other(Direction direction, int turn, Json json) implements RelayMessage {
    /** Keeps back what people say. */
    @Override
    public String toString() {
      return "Other[" + direction + ", turn=" + turn + ", " + json.text().length() + " characters]";
    }
  }
}
