package io.github.geminilive.relay;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;

/**
 * Where the web server delivers what comes from one peer. Messages of one peer are delivered one
 * after another; any thread may do so, and none of these methods blocks or throws.
 */
public interface RelayConnection {

  /**
   * A text message has come.
   *
   * @return completes when the next message can be taken; never exceptionally. A server that waits
   *     for it before it reads on passes the back pressure on to the peer; what comes earlier all the
   *     same is taken in order, up to {@link RelayLimits#peerBacklogBytes()}
   */
  CompletionStage<?> onText(String message);

  /**
   * A binary message has come.
   *
   * @param message from position to limit; may be reused when this returns
   * @return as for {@link #onText}
   */
  CompletionStage<?> onBinary(ByteBuffer message);

  /** The peer answered a ping. */
  void onPong();

  /**
   * The connection is gone. Nothing may follow.
   *
   * @param code the close code of the peer; 1006 when the connection was lost
   */
  void onClosed(int code);

  /** The conversation this connection belongs to, or is about to begin. */
  RelaySession session();
}
