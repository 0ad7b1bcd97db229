package io.github.geminilive.relay;

import io.github.geminilive.RecoveryReport;

/**
 * Sees what passes: to log, record or meter. Called on the client's executor: for one session, one
 * call at a time in each direction, in order, before any {@link RelayModerator}. What it throws is
 * logged and changes nothing. One that blocks holds up its session.
 */
public interface RelayObserver {

  /** A peer was let in and its conversation is open; not called again when it goes on. */
  default void onStarted(RelaySession session) {}

  /** A message came, and was within the limits. */
  default void onMessage(RelaySession session, RelayMessage message) {}

  /** A moderator did not let a message pass, or failed to judge it. */
  default void onModerated(RelaySession session, RelayMessage message, RelayVerdict verdict) {}

  /** The connection to the service was changed, unseen by the peer. */
  default void onRecovered(RelaySession session, RecoveryReport report) {}

  /** The peer is gone; the conversation waits for it. */
  default void onParked(RelaySession session) {}

  /**
   * The peer is back.
   *
   * @param elsewhere whether the conversation was brought here from another process
   */
  default void onReturned(RelaySession session, boolean elsewhere) {}

  /** The conversation is over, or was never let in. The last call for this session. */
  default void onEnded(RelaySession session, RelayEnd end) {}

  /** Whether {@link RelayMessage.Audio} is wanted; default: not, because it costs time to show it. */
  default boolean wantsAudio() {
    return false;
  }
}
