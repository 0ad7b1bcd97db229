package io.github.geminilive;

/**
 * Receives events, one at a time, in order, on the client's executor and never on the socket's
 * threads. A slow listener delays its own later events, not the connection or other subscribers.
 * One that throws is logged, told with {@link LiveEvent.Warning.Kind#CALLBACK_FAILED} and called
 * again for the next event.
 *
 * <p>Override {@link #onEvent} to see everything, or the other methods to see what they name.
 */
public interface LiveListener {

  /**
   * Any event. The default calls the method of its kind.
   *
   * @param event what happened
   */
  default void onEvent(LiveEvent event) {
    if (event instanceof LiveEvent.Audio audio) {
      onAudio(audio);
    } else if (event instanceof LiveEvent.OutputTranscript transcript) {
      onOutputTranscript(transcript);
    } else if (event instanceof LiveEvent.InputTranscript transcript) {
      onInputTranscript(transcript);
    } else if (event instanceof LiveEvent.Text text) {
      onText(text);
    } else if (event instanceof LiveEvent.Interrupted interrupted) {
      onInterrupted(interrupted);
    } else if (event instanceof LiveEvent.ToolCalled toolCalled) {
      onToolCalled(toolCalled);
    } else if (event instanceof LiveEvent.TurnEnded ended) {
      onTurnEnded(ended);
    } else if (event instanceof LiveEvent.Reconnecting reconnecting) {
      onReconnecting(reconnecting);
    } else if (event instanceof LiveEvent.Resumed resumed) {
      onResumed(resumed.report());
    } else if (event instanceof LiveEvent.Stalled stalled) {
      onStalled(stalled);
    } else if (event instanceof LiveEvent.Warning warning) {
      onWarning(warning);
    } else if (event instanceof LiveEvent.Closed closed) {
      onClosed(closed.info());
    }
  }

  /**
   * The model spoke.
   *
   * @param audio to be played
   */
  default void onAudio(LiveEvent.Audio audio) {}

  /**
   * What the model says.
   *
   * @param transcript a fragment
   */
  default void onOutputTranscript(LiveEvent.OutputTranscript transcript) {}

  /**
   * What the user said.
   *
   * @param transcript a fragment
   */
  default void onInputTranscript(LiveEvent.InputTranscript transcript) {}

  /**
   * The model wrote text.
   *
   * @param text a fragment
   */
  default void onText(LiveEvent.Text text) {}

  /**
   * The answer was cut: stop playing, throw away what waits.
   *
   * @param interrupted what was cut
   */
  default void onInterrupted(LiveEvent.Interrupted interrupted) {}

  /**
   * The model wants a function run.
   *
   * @param toolCalled the call
   */
  default void onToolCalled(LiveEvent.ToolCalled toolCalled) {}

  /**
   * A turn is over.
   *
   * @param ended the turn
   */
  default void onTurnEnded(LiveEvent.TurnEnded ended) {}

  /**
   * The session goes for its next connection.
   *
   * @param reconnecting why, and when
   */
  default void onReconnecting(LiveEvent.Reconnecting reconnecting) {}

  /**
   * The session is usable again, on another connection.
   *
   * @param report what was kept and what was not
   */
  default void onResumed(RecoveryReport report) {}

  /**
   * The service has fallen silent on a healthy connection.
   *
   * @param stalled where, for how long, and what is done about it
   */
  default void onStalled(LiveEvent.Stalled stalled) {}

  /**
   * Something went wrong that the session survived.
   *
   * @param warning what
   */
  default void onWarning(LiveEvent.Warning warning) {}

  /**
   * The session is over. Called exactly once, and last.
   *
   * @param info who, code, reason
   */
  default void onClosed(CloseInfo info) {}
}
