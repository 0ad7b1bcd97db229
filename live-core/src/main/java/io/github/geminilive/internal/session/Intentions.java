package io.github.geminilive.internal.session;

import io.github.geminilive.internal.profile.ModelProfile;
import io.github.geminilive.internal.profile.ModelProfile.ContextForm;
import io.github.geminilive.internal.profile.ModelProfile.InterruptForm;
import io.github.geminilive.internal.profile.ModelProfile.NudgeForm;
import io.github.geminilive.internal.profile.ModelProfile.TextForm;
import io.github.geminilive.protocol.ClientContent;
import io.github.geminilive.protocol.ClientMessage;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.protocol.RealtimeInput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an application, or the watchdog, wants, in the form that the model's family takes. */
final class Intentions {

  /**
   * What asks a model to go on that takes no empty turn. An empty text may be refused (§10 row 31),
   * and one in words would draw the answer into the language of the words.
   */
  static final String NUDGE = ".";

  private Intentions() {}

  /**
   * Stops what the model is saying, without an answer to it.
   *
   * <p>Where {@code clientContent} is refused there is no such message, whoever detects speech:
   * {@code activityStart} alone would leave the model listening to somebody who does not speak, and
   * the {@code activityEnd} that closes the window ends a user turn, which the model answers
   * (§7.4).
   *
   * @return null when the family has no form for it
   */
  static @Nullable ClientMessage interrupt(ModelProfile profile) {
    return profile.control().interrupt() == InterruptForm.EMPTY_CONTENT
        ? ClientMessage.of(ClientContent.builder().turnComplete(false).build())
        : null;
  }

  /**
   * A whole user turn in writing, which the model answers at once. In {@code clientContent} it
   * interrupts by itself; as {@code realtimeInput.text} it does so unless the setup says {@code
   * NO_INTERRUPTION}.
   *
   * @param text not blank
   */
  static ClientMessage say(ModelProfile profile, String text) {
    return profile.textForm() == TextForm.REALTIME_INPUT
        ? ClientMessage.of(RealtimeInput.text(text))
        : ClientMessage.of(
            ClientContent.builder().turns(Content.user(text)).turnComplete(true).build());
  }

  /**
   * Asks a silent model to go on, without saying anything.
   *
   * @return null when the family has no form for it
   */
  static @Nullable ClientMessage nudge(ModelProfile profile) {
    NudgeForm form = profile.control().nudge();
    if (form == NudgeForm.TURN_COMPLETE) {
      return ClientMessage.of(ClientContent.builder().turnComplete(true).build());
    }
    return form == NudgeForm.TEXT ? ClientMessage.of(RealtimeInput.text(NUDGE)) : null;
  }

  /**
   * Tells once more that the user has finished speaking.
   *
   * @param manualActivity whether automatic activity detection is disabled
   */
  static ClientMessage endOfSpeech(boolean manualActivity) {
    return ClientMessage.of(
        manualActivity ? RealtimeInput.endOfActivity() : RealtimeInput.streamEnd());
  }

  /**
   * Adds to what the model knows, without asking for an answer. Interrupts what it is saying, as
   * any {@code clientContent} does: for safe points only.
   *
   * <p>Also where {@code contextUpdate} is taken. That would not interrupt, but it replaces the
   * whole instruction: the text would grow with everything that was ever told, each time anew and
   * at the price of the model's cache (§2.11), and would undo what the application changed there
   * itself. A turn costs what it says. The role is the family's: see {@link ContextForm}.
   *
   * @param texts not empty, in order; a part for each
   * @return null when the family takes nothing silently in mid-session
   */
  static @Nullable ClientMessage tell(ModelProfile profile, List<String> texts) {
    String role;
    switch (profile.control().context()) {
      case USER_TURN:
        role = "user";
        break;
      case MODEL_TURN:
        role = "model";
        break;
      case TURN_WITHOUT_ROLE:
        role = null;
        break;
      default:
        return null;
    }
    Content turn = Content.builder()
        .role(role)
        .parts(texts.stream().map(Part::text).toList())
        .build();
    return ClientMessage.of(
        ClientContent.builder().turns(turn).turnComplete(false).build());
  }

  /**
   * The result of a function as a user turn in writing, for calls that the service knows no more.
   *
   * @param name the function
   * @param result the response as JSON
   */
  static ClientMessage lateResult(ModelProfile profile, String name, String result) {
    return say(profile, "[function " + name + " returned " + result + "]");
  }
}
