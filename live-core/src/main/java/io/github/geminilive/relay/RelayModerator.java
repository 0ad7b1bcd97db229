package io.github.geminilive.relay;

import java.util.concurrent.CompletionStage;

/**
 * Decides what may pass. Asked for one message at a time in each direction, in order, after all
 * {@link RelayObserver observers}; several moderators are asked in the order they were added, until
 * one does not let the message pass. Called on the client's executor.
 *
 * <p>What it throws, and a stage that fails or takes longer than ten seconds, drops the message: what
 * was not judged does not pass. The observers are told.
 */
public interface RelayModerator {

  /**
   * Judges a message.
   *
   * @param session whose message it is
   * @param message what is to pass
   * @return completes with the verdict; messages after this one wait for it, in this direction
   */
  CompletionStage<RelayVerdict> judge(RelaySession session, RelayMessage message);

  /** Whether it judges sound too; default: words only, which costs nothing on the hot path. */
  default boolean wantsAudio() {
    return false;
  }
}
