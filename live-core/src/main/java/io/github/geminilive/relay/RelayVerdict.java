package io.github.geminilive.relay;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** What becomes of a message that was moderated. */
public sealed interface RelayVerdict {

  /** The message goes on as it is. */
  static RelayVerdict pass() {
    return Pass.PASS;
  }

  /**
   * The message is dropped. Of the model's speech, a dropped transcript takes the rest of the turn
   * with it: what is held back is not heard, and the model is interrupted.
   */
  static RelayVerdict drop() {
    return Drop.DROP;
  }

  /**
   * Other words take the place of a {@link RelayMessage.Text} or {@link RelayMessage.Transcript}. For
   * the model's speech this changes what is shown, not what is heard. Of other messages, and of words
   * that come within a part of another, it is {@link #drop()}.
   *
   * @param text in place of the message's; not null
   */
  static RelayVerdict replace(String text) {
    return new Replace(text);
  }

  /**
   * The rest of the model's turn is dropped as with {@link #drop()}, or the user's message is, and
   * the model is made to say something else.
   *
   * @param instruction for the model, such as "Say that you cannot talk about medicine."; not blank
   */
  static RelayVerdict sayInstead(String instruction) {
    return new SayInstead(instruction);
  }

  /**
   * The message is dropped and the conversation ends.
   *
   * @param reason for the peer, in writing; of which a close frame holds 123 bytes in UTF-8
   */
  static RelayVerdict end(String reason) {
    return new End(reason, null);
  }

  /**
   * The message is dropped and the conversation ends, once the model has said why; at the latest
   * after ten seconds.
   *
   * @param reason for the peer, in writing; of which a close frame holds 123 bytes in UTF-8
   * @param instruction for the model, such as "Say goodbye: insults end the call."; not blank
   */
  static RelayVerdict endSaying(String reason, String instruction) {
    return new End(reason, requireNonNull(instruction, "instruction"));
  }

  /** See {@link RelayVerdict#pass()}. */
  enum Pass implements RelayVerdict {
    /** The only one. */
    PASS
  }

  /** See {@link RelayVerdict#drop()}. */
  enum Drop implements RelayVerdict {
    /** The only one. */
    DROP
  }

  /**
   * See {@link RelayVerdict#replace}.
   *
   * @param text in place of the message's
   */
  record Replace(String text) implements RelayVerdict {
    /** Checks. */
    public Replace {
      requireNonNull(text, "text");
    }
  }

  /**
   * See {@link RelayVerdict#sayInstead}.
   *
   * @param instruction for the model
   */
  record SayInstead(String instruction) implements RelayVerdict {
    /** Checks. */
    public SayInstead {
      notBlank("instruction", instruction);
    }
  }

  /**
   * See {@link RelayVerdict#end} and {@link RelayVerdict#endSaying}.
   *
   * @param reason for the peer, in writing
   * @param instruction for the model; null when nothing is said
   */
  record End(String reason, @Nullable String instruction) implements RelayVerdict {
    /** Checks. */
    public End {
      requireNonNull(reason, "reason");
      if (instruction != null) {
        notBlank("instruction", instruction);
      }
    }
  }

  private static void notBlank(String name, String value) {
    if (requireNonNull(value, name).isBlank()) {
      throw new IllegalArgumentException(name + " must not be blank");
    }
  }
}
