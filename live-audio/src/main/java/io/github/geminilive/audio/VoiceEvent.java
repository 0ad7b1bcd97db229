package io.github.geminilive.audio;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.audio.device.DeviceEvent;
import io.github.geminilive.audio.dsp.EchoReport;
import io.github.geminilive.audio.dsp.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link VoiceLoop} tells: who speaks, how loud, how fast, and what happened to devices. What
 * is said comes from the session, as {@link io.github.geminilive.LiveEvent}.
 *
 * <p>New kinds come in minor releases: end a chain of {@code instanceof} with a plain {@code else}.
 */
public sealed interface VoiceEvent {

  /**
   * Microphone and loudspeaker run. The first event.
   *
   * @param microphoneRateHz samples per second the microphone delivers
   * @param loudspeakerRateHz samples per second the loudspeaker takes
   */
  record Started(int microphoneRateHz, int loudspeakerRateHz) implements VoiceEvent {}

  /**
   * The user began or stopped to speak, as the loop's own voice detector judges. What the service
   * judges may differ.
   *
   * @param speaking whether the user speaks now
   * @param nanos when that was so at the microphone, on the loop's clock: earlier than the event by
   *     the time the detector needed
   */
  record UserSpeaking(boolean speaking, long nanos) implements VoiceEvent {}

  /**
   * The assistant began or stopped to be audible: out of the loudspeaker, not merely received.
   *
   * @param speaking whether it is audible now; a pause within an answer does not count, unless its
   *     audio came too late
   * @param nanos when that was so at the loudspeaker, on the loop's clock
   */
  record AssistantSpeaking(boolean speaking, long nanos) implements VoiceEvent {}

  /**
   * How loud both sides were since the last such event. Left out for a listener that is too slow.
   *
   * @param user what the microphone heard, echo taken out; silent while muted or withheld
   * @param assistant what the loudspeaker played
   */
  record Levels(Level user, Level assistant) implements VoiceEvent {

    /** Checks that nothing is missing. */
    public Levels {
      requireNonNull(user, "user");
      requireNonNull(assistant, "assistant");
    }
  }

  /**
   * An answer became audible.
   *
   * @param turn the answer's turn
   * @param total from the user's last sound at the microphone, as the loop's own detector judges, to
   *     the answer's first sound at the loudspeaker
   * @param service the part up to the arrival of the answer's first audio: network, the service's
   *     wait for the user to go on, the model
   * @param playback the rest: prebuffer, loudspeaker
   */
  record Latency(LiveTurn turn, Duration total, Duration service, Duration playback)
      implements VoiceEvent {}

  /**
   * The assistant was cut, and is silent now.
   *
   * @param by who decided that
   * @param turn the cut turn; null when nothing was queued or playing
   * @param heard how far the turn had been heard when it was cut, on the scale of its audio; zero when
   *     not at all. What ran out of the loudspeaker after that is in {@link LiveTurn#heard()}
   * @param dropped how much received audio will never be heard
   * @param detection from the user's first sound at the microphone to the decision's arrival in the
   *     loop; null when the loop's own detector heard nobody
   * @param flush from that arrival until the player had emptied its queue
   * @param silence from then until the loudspeaker had fallen silent
   */
  record Interrupted(
      By by,
      @Nullable LiveTurn turn,
      Duration heard,
      Duration dropped,
      @Nullable Duration detection,
      Duration flush,
      Duration silence)
      implements VoiceEvent {

    /** Who decides that the assistant is cut. */
    public enum By {
      /** The service. */
      SERVICE,
      /**
       * The loop's own voice detector: with {@link TurnTaking#CLIENT}, and for the rest of an answer
       * that was cut off by the loss of its connection.
       */
      VOICE,
      /** {@link VoiceLoop#interrupt()} or the session's was called. */
      APPLICATION
    }
  }

  /**
   * A suspicion of speech was not confirmed; the assistant went on exactly where it had stopped.
   * With {@link TurnTaking#CLIENT} only.
   *
   * @param held for how long the answer was quieter or paused
   */
  record FalseAlarm(Duration held) implements VoiceEvent {}

  /**
   * The microphone was muted or opened.
   *
   * @param muted whether it is muted now
   */
  record Muted(boolean muted) implements VoiceEvent {}

  /**
   * Something happened to a device. The conversation goes on as far as it can.
   *
   * @param device which one
   * @param event what
   */
  record DeviceChanged(Device device, DeviceEvent event) implements VoiceEvent {

    /** The two ends of a loop. */
    public enum Device {
      /** Where sound comes from. */
      MICROPHONE,
      /** Where sound goes. */
      LOUDSPEAKER
    }
  }

  /**
   * The microphone is withheld while the assistant is audible, from now on, or no longer. Comes with
   * {@link EchoMode#CANCEL} only.
   *
   * @param mode what is in force: {@link EchoMode#CANCEL} when the user can interrupt, {@link
   *     EchoMode#HALF_DUPLEX} while the echo canceller does not work well enough
   * @param report the echo canceller's figures
   */
  record EchoChanged(EchoMode mode, EchoReport report) implements VoiceEvent {}

  /** The microphone's source has ended: the file is over. */
  record InputEnded() implements VoiceEvent {}

  /**
   * The recording could not be written; the conversation goes on without it.
   *
   * @param cause what was thrown
   */
  record RecordingFailed(Throwable cause) implements VoiceEvent {}

  /**
   * The loop is over. The last event.
   *
   * @param reason why
   * @param close how the session ended; null unless that was the reason
   */
  record Ended(Reason reason, @Nullable CloseInfo close) implements VoiceEvent {

    /** Why a loop ended. */
    public enum Reason {
      /** {@link VoiceLoop#stop()}: what was queued has been heard. */
      STOPPED,
      /** {@link VoiceLoop#close()}: at once. */
      CLOSED,
      /** The session ended; what was queued has been heard. */
      SESSION_CLOSED
    }
  }
}
