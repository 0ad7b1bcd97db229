package io.github.geminilive;

import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.GroundingMetadata;
import io.github.geminilive.protocol.InteractionStatus;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.protocol.ServerError;
import io.github.geminilive.protocol.Transcription;
import io.github.geminilive.protocol.TurnCompleteReason;
import io.github.geminilive.protocol.UrlContextMetadata;
import io.github.geminilive.protocol.UsageMetadata;
import io.github.geminilive.protocol.VadSignalType;
import io.github.geminilive.protocol.VoiceActivity;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One fact about the conversation. An event carries the facts of its moment; {@link LiveTurn}s are
 * live objects that go on growing.
 *
 * <p>One server message may hold several facts. They come in this order: {@link Resumption}; {@link
 * Interrupted}; {@link InputTranscript}, {@link InterimTranscript}; what the model produced ({@link
 * Audio}, {@link Text}, {@link Thought}, {@link ModelPart}); {@link OutputTranscript}; {@link
 * Grounding}, {@link UrlContext}; {@link GenerationComplete}; {@link WaitingForInput}; {@link
 * TurnComplete}; {@link ToolCalled}; {@link ToolCancelled}; {@link UserActivity}, {@link
 * VadSignal}; {@link Usage}; {@link TurnEnded}; {@link GoAway}; {@link ServerFailure}; {@link
 * Unrecognized}.
 *
 * <p>A {@link TurnEnded} may also stand before all others, where the message shows that an earlier
 * turn is over.
 *
 * <p>New kinds come in minor releases: end a chain of {@code instanceof} with a plain {@code else}.
 */
public sealed interface LiveEvent {

  /**
   * The session is usable. The first event, and told once: later connections are told with {@link
   * Resumed}.
   *
   * @param sessionId the service's name for the session; null where it gives none (Developer API)
   * @param dialTime from the start of the dial to {@code setupComplete}
   * @param consentSignature for reuse of a replicated voice; null unless consent audio was sent
   * @param stateRestored whether the service went on with the conversation that {@link
   *     LiveConfig.Builder#resumeFrom} named; false for a new conversation, and when the service knew
   *     it no more
   */
  record Opened(
      @Nullable String sessionId,
      Duration dialTime,
      @Nullable String consentSignature,
      boolean stateRestored)
      implements LiveEvent {}

  /**
   * The connection is gone, or about to be changed, and the session goes for the next one. Told
   * before every dial.
   *
   * @param attempt which dial of the outage this is, from 1; an outage goes on until a connection has
   *     been stable for {@link RecoveryPolicy#stableAfter()}
   * @param cause why
   * @param failure how the connection, or the dial before this one, ended; null when this side ended
   *     it in order
   * @param delay until the dial begins
   */
  record Reconnecting(
      int attempt, RecoveryCause cause, @Nullable CloseInfo failure, Duration delay)
      implements LiveEvent {}

  /**
   * The session is usable again, on another connection.
   *
   * @param report what it took, what was kept and what was not
   */
  record Resumed(RecoveryReport report) implements LiveEvent {}

  /**
   * The service has fallen silent on a healthy connection, longer than it should.
   *
   * @param phase where in the conversation
   * @param turn the turn that waits; null when none has begun
   * @param silence since the last sign of life that counts in this phase
   * @param limit how long was waited for one before the ladder's first step
   * @param step what is done about it; null when silences are only reported
   */
  record Stalled(
      StallPhase phase,
      @Nullable LiveTurn turn,
      Duration silence,
      Duration limit,
      @Nullable WatchdogStep step)
      implements LiveEvent {}

  /**
   * The service has spoken again after a {@link Stalled}.
   *
   * @param phase where the silence was
   * @param silence how long it was in all
   * @param endedBy the last step before its end; null when silences are only reported
   */
  record StallEnded(
      StallPhase phase, Duration silence, @Nullable WatchdogStep endedBy) implements LiveEvent {}

  /**
   * The model spoke.
   *
   * @param turn the turn this belongs to
   * @param chunk to be played after the previous one
   * @param offset where the chunk begins in the turn's audio; what was played of a turn is reported
   *     on this scale, see {@link LiveTurn#reportHeard}
   */
  record Audio(LiveTurn turn, AudioChunk chunk, Duration offset) implements LiveEvent {}

  /**
   * The model wrote text (text sessions, transcription models).
   *
   * @param turn the turn this belongs to
   * @param text a fragment, to be appended to earlier ones
   * @param part all the service said
   */
  record Text(LiveTurn turn, String text, Part part) implements LiveEvent {
    /** Keeps back what people say: events end up in logs. */
    @Override
    public String toString() {
      return "Text[turn=" + turn + ", " + text.length() + " characters]";
    }
  }

  /**
   * The model thought. Not meant for the user's eyes or ears.
   *
   * @param turn the turn this belongs to
   * @param text a fragment, to be appended to earlier ones
   * @param part all the service said
   */
  record Thought(LiveTurn turn, String text, Part part) implements LiveEvent {
    /** Keeps back what people say: events end up in logs. */
    @Override
    public String toString() {
      return "Thought[turn=" + turn + ", " + text.length() + " characters]";
    }
  }

  /**
   * The model produced something else than speech, text or thought: an image, video, code; or said
   * more about speech than its sound.
   *
   * @param turn the turn this belongs to
   * @param part as received; without the sound, which came as {@link Audio}
   */
  record ModelPart(LiveTurn turn, Part part) implements LiveEvent {}

  /**
   * What the user said, as the service heard it. Comes without promised order against audio.
   *
   * @param turn the turn this belongs to
   * @param text a fragment with its own leading space, to be appended; empty when the message only
   *     said that the transcript is finished
   * @param detail all the service said, such as language, speaker and word times
   */
  record InputTranscript(LiveTurn turn, String text, Transcription detail) implements LiveEvent {
    /** Keeps back what people say: events end up in logs. */
    @Override
    public String toString() {
      return "InputTranscript[turn=" + turn + ", " + text.length() + " characters]";
    }
  }

  /**
   * A quick guess at what the user is saying. Replaces the previous guess.
   *
   * @param turn the turn this belongs to
   * @param text the whole guess
   * @param detail all the service said
   */
  record InterimTranscript(LiveTurn turn, String text, Transcription detail) implements LiveEvent {
    /** Keeps back what people say: events end up in logs. */
    @Override
    public String toString() {
      return "InterimTranscript[turn=" + turn + ", " + text.length() + " characters]";
    }
  }

  /**
   * What the model says.
   *
   * @param turn the turn this belongs to
   * @param text a fragment with its own leading space, to be appended; empty when the message only
   *     said that the transcript is finished
   * @param offset the position in the turn's audio this fragment is tied to
   * @param detail all the service said
   */
  record OutputTranscript(LiveTurn turn, String text, Duration offset, Transcription detail)
      implements LiveEvent {
    /** Keeps back what people say: events end up in logs. */
    @Override
    public String toString() {
      return "OutputTranscript[turn=" + turn + ", " + text.length() + " characters]";
    }
  }

  /**
   * Sources of the answer; may come in several pieces, after the audio.
   *
   * @param turn the turn this belongs to; null when there was none
   * @param metadata as received
   */
  record Grounding(@Nullable LiveTurn turn, GroundingMetadata metadata) implements LiveEvent {
    /** Keeps back what people say: events end up in logs. */
    @Override
    public String toString() {
      return "Grounding[turn=" + turn + "]";
    }
  }

  /**
   * Pages the service read for the answer.
   *
   * @param turn the turn this belongs to; null when there was none
   * @param metadata as received
   */
  record UrlContext(@Nullable LiveTurn turn, UrlContextMetadata metadata) implements LiveEvent {
    /** Keeps back what people say: events end up in logs. */
    @Override
    public String toString() {
      return "UrlContext[turn=" + turn + "]";
    }
  }

  /**
   * The model is done producing; playback may still run. Not sent after an interruption.
   *
   * @param turn the turn this belongs to; null when none was running
   */
  record GenerationComplete(@Nullable LiveTurn turn) implements LiveEvent {}

  /**
   * The answer was cut. Stop playing and throw away what waits: audio of the turn still in this
   * library's buffers was discarded before this event.
   *
   * @param turn the turn that was cut, or that had ended but may still be playing; null when
   *     nothing was said
   * @param discardedAudio audio of the cut turn that this subscriber will not get any more
   * @param by who cut it
   */
  record Interrupted(@Nullable LiveTurn turn, Duration discardedAudio, By by) implements LiveEvent {

    /** Who cuts the model off. */
    public enum By {
      /** The user spoke or wrote; the service noticed. */
      USER,
      /** {@link LiveSession#interrupt()}. */
      APPLICATION,
      /**
       * The connection ended in mid-answer. What has arrived stays in the buffers and may be played to
       * its end; nothing more of this turn will come.
       */
      CONNECTION
    }
  }

  /**
   * The model stays silent because it expects the user to go on.
   *
   * @param turn the turn this belongs to
   */
  record WaitingForInput(LiveTurn turn) implements LiveEvent {}

  /**
   * The service said {@code turnComplete}. That need not be the end of the turn: a tool may be
   * open, or {@code status} says that more follows. See {@link TurnEnded}.
   *
   * @param turn the turn this belongs to; null when none was running
   * @param reason why it ended abnormally; null when it did not
   * @param status what the service says about the exchange; null where it says nothing
   */
  record TurnComplete(
      @Nullable LiveTurn turn,
      @Nullable TurnCompleteReason reason,
      @Nullable InteractionStatus status)
      implements LiveEvent {}

  /**
   * The turn is over: nothing of it follows but, at most, reports of what was heard.
   *
   * @param turn the finished turn
   */
  record TurnEnded(LiveTurn turn) implements LiveEvent {}

  /**
   * The model wants a function run. Tools registered with {@link LiveConfig.Builder#tools} run by
   * themselves; others are answered with {@link LiveSession#sendToolResponse}.
   *
   * @param turn the turn this belongs to
   * @param call as received
   * @param handled whether a registered tool takes it
   */
  record ToolCalled(LiveTurn turn, FunctionCall call, boolean handled) implements LiveEvent {}

  /**
   * A registered tool's answer was handed to the service.
   *
   * @param callId the call's id; null when it came without one
   * @param name the function's name
   * @param status {@code ok}, or the status of the error the model was told
   * @param took from the call's arrival to its answer
   */
  record ToolAnswered(@Nullable String callId, String name, String status, Duration took)
      implements LiveEvent {}

  /**
   * Calls are not wanted any more. They are not answered; undo side effects where possible.
   *
   * @param ids the cancelled calls, ids this session does not know included
   * @param by why
   */
  record ToolCancelled(List<String> ids, By by) implements LiveEvent {
    /** Copies the list. */
    public ToolCancelled {
      ids = List.copyOf(ids);
    }

    /** Why calls are not wanted any more. */
    public enum By {
      /** The service cancelled them. */
      SERVER,
      /** The connection they came on is gone, and the service does not know them on the new one. */
      CONNECTION
    }
  }

  /**
   * The service heard the user begin or stop (Vertex AI, {@code explicitVadSignal}).
   *
   * @param activity as received
   */
  record UserActivity(VoiceActivity activity) implements LiveEvent {}

  /**
   * The service's older form of {@link UserActivity}.
   *
   * @param type start or end of speech; null when it did not say
   */
  record VadSignal(@Nullable VadSignalType type) implements LiveEvent {}

  /**
   * Tokens counted for a turn. Not a running sum.
   *
   * @param turn the turn it was counted for; null when none was running
   * @param metadata as received, both backends' names unified
   */
  record Usage(@Nullable LiveTurn turn, UsageMetadata metadata) implements LiveEvent {}

  /**
   * The service handed out, or withdrew for the moment, the means to resume this session.
   *
   * @param handle a secret that resumes the conversation; null when there is none at this moment
   * @param resumable whether the handle covers the conversation up to now
   * @param lastConsumedMessageIndex last message the service took in, from 0; null unless
   *     resumption is transparent (Vertex AI)
   */
  record Resumption(
      @Nullable String handle, boolean resumable, @Nullable Long lastConsumedMessageIndex)
      implements LiveEvent {
    @Override
    public String toString() {
      return "Resumption[handle="
          + (handle == null ? "null" : "***")
          + ", resumable="
          + resumable
          + ", lastConsumedMessageIndex="
          + lastConsumedMessageIndex
          + "]";
    }
  }

  /**
   * The connection will end soon.
   *
   * @param timeLeft until it ends, never negative; null when the service did not say
   */
  record GoAway(@Nullable Duration timeLeft) implements LiveEvent {}

  /**
   * The service sent an error message; the session ends, unless the error has neither code nor
   * status.
   *
   * @param error as received
   */
  record ServerFailure(ServerError error) implements LiveEvent {}

  /**
   * Something this version has no type for. The conversation goes on.
   *
   * @param json the unknown members, or the whole message
   */
  record Unrecognized(Json json) implements LiveEvent {
    /** Keeps back what people say: events end up in logs. */
    @Override
    public String toString() {
      return "Unrecognized[" + json.text().length() + " characters]";
    }
  }

  /**
   * Something went wrong that the session survived.
   *
   * @param kind what
   * @param message in words, with figures; holds no conversation content
   * @param cause what was thrown, where something was; null otherwise
   */
  record Warning(Kind kind, String message, @Nullable Throwable cause) implements LiveEvent {

    /** What went wrong. */
    public enum Kind {
      /** A message was not readable; it is lost. */
      MALFORMED_MESSAGE,
      /** A member of a message had the wrong form and was left out; the rest was delivered. */
      MALFORMED_FIELD,
      /** A message came where the protocol has no place for it, or twice. */
      UNEXPECTED_MESSAGE,
      /** Outgoing audio or video was dropped because the queue was full or it waited too long. */
      INPUT_DROPPED,
      /** This real-time subscriber was too slow; its oldest audio was dropped. */
      AUDIO_DROPPED,
      /** A lossless subscriber is too slow; reading from the service pauses. */
      READING_PAUSED,
      /** A tool did not answer in time; the model was told. */
      TOOL_TIMEOUT,
      /** A tool threw; the model was told that it failed. */
      TOOL_FAILED,
      /**
       * A tool's answer was not sent: its call was cancelled, the session ended, or the service knows
       * the call no more after a change of connections.
       */
      TOOL_RESULT_DROPPED,
      /** An answer of the model could not be cut at the service; it is not delivered any more. */
      INTERRUPTED_HERE_ONLY,
      /** The application's summary of the conversation failed or came too late. */
      SUMMARY_FAILED,
      /** The flight recording could not be written. */
      RECORDING_FAILED,
      /** A listener threw. */
      CALLBACK_FAILED
    }
  }

  /**
   * The session is over. The last event.
   *
   * @param info who, code, reason, and whether another try makes sense
   */
  record Closed(CloseInfo info) implements LiveEvent {}
}
