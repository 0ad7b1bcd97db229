package io.github.geminilive.relay;

import io.github.geminilive.LiveSession;
import java.util.Optional;

/** One conversation of a peer with the model. Outlives the peer's connections. Thread-safe. */
public interface RelaySession {

  /** Where it is in its life. */
  enum State {
    /** The peer is connected, but did not say yet what it wants, or the service is being dialled. */
    STARTING,
    /** The conversation runs. */
    OPEN,
    /** The peer is gone, and may come back. */
    PARKED,
    /** It is over. */
    ENDED
  }

  /** This library's name for it, unique in this relay; stands in log lines. */
  String id();

  /** Who talks. */
  RelayCaller caller();

  /** Where it is in its life. */
  State state();

  /** The session with the service; empty before it was opened. */
  Optional<LiveSession> upstream();

  /** Tokens counted for this conversation, in other processes too. */
  long tokens();

  /**
   * Ends it. Idempotent; returns at once.
   *
   * @param reason for the peer, in writing; of which a close frame holds 123 bytes in UTF-8
   */
  void end(String reason);
}
