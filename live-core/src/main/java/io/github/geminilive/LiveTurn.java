package io.github.geminilive;

import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.TurnCompleteReason;
import io.github.geminilive.protocol.UsageMetadata;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One exchange: what the user said and what the model answered, tool calls included. A live object:
 * it grows until {@link LiveEvent.TurnEnded}, and what was heard of it can be reported even later.
 * Any thread may read it.
 *
 * <p>A turn is more than what the service calls one: an answer that goes on after a tool call, or
 * after a {@code turnComplete} with status {@code IN_PROGRESS}, is the same turn.
 */
public interface LiveTurn {

  /** How far a turn has come. */
  enum Outcome {
    /** Still growing. */
    RUNNING,
    /** The model said what it had to say. */
    COMPLETE,
    /** The user cut the model off. */
    INTERRUPTED,
    /** The session ended first. */
    ABANDONED
  }

  /** Its number in the session, from 1. */
  long number();

  /** How far it has come. */
  Outcome outcome();

  /** Why the service ended it abnormally; null when it did not. */
  @Nullable
  TurnCompleteReason completeReason();

  /** What the user said, as far as transcribed; empty unless input transcription is on. */
  String inputTranscript();

  /** What the model said, as far as transcribed; empty unless output transcription is on. */
  String outputTranscript();

  /** What the model wrote; empty in audio sessions. */
  String text();

  /**
   * What the model has spoken so far, as one piece; empty when it has not spoken. Holds at most
   * what {@link LiveConfig.Builder#turnAudioLimit} allows.
   */
  AudioChunk audio();

  /** How long the model has spoken, kept or not. */
  Duration audioDuration();

  /** The functions the model called, in order. */
  List<FunctionCall> toolCalls();

  /** Token counts the service sent for this turn, in order; often one, sometimes none. */
  List<UsageMetadata> usage();

  /**
   * When the last input (audio or text) before the first answer left, since the session opened;
   * null when the model spoke unasked.
   */
  @Nullable
  Duration lastInputSent();

  /** When the first audio arrived, since the session opened; null when none did. */
  @Nullable
  Duration firstAudioReceived();

  /** From the last input sent to the first audio received; null when one of them is missing. */
  default @Nullable Duration responseLatency() {
    Duration sent = lastInputSent();
    Duration received = firstAudioReceived();
    return sent == null || received == null ? null : received.minus(sent);
  }

  /**
   * Reports how much of this turn's audio the user has really heard. Called by whatever plays it;
   * reports may come late, and only the farthest counts.
   *
   * @param position from the start of the turn's audio; not negative
   */
  void reportHeard(Duration position);

  /** The farthest position reported; null when nobody reported. */
  @Nullable
  Duration heard();

  /**
   * When all that this turn says is over for the user: the turn has ended, and its audio was heard,
   * or will not be heard any more because it was cut off or the session ended within the turn.
   *
   * <p>Heard is what is reported. Until somebody reports a position, of this turn or another one of
   * the session, audio is taken to be heard in real time from its arrival. Where reports stop, it
   * counts as heard after the time that the rest takes, and five seconds more.
   *
   * <p>A tool that hangs up says {@code context.turn().whenHeard().thenRun(session::closeAsync)}.
   *
   * @return completes with null, on the client's executor, never exceptionally
   */
  CompletionStage<Void> whenHeard();

  /**
   * The part of the output transcript the user has heard. A piece of the transcript is tied to the
   * audio position at which it arrived, and counts as heard once playback went beyond that. When
   * nobody reports positions, all of it counts as heard.
   */
  String heardText();

  /** The rest of the output transcript: what was not heard. */
  String unheardText();
}
