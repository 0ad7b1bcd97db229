package io.github.geminilive.relay;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;

/**
 * One downstream connection, as the web server sees it; written by the application in a few lines
 * for the server it uses. Its counterpart, which the web server calls, is {@link RelayConnection}.
 *
 * <p>The relay sends one message at a time: the next one when the stage of the last one is complete.
 * A stage that completes exceptionally means that the peer is gone. Called on the client's executor,
 * on the client's timer and on threads of the web server; nothing here may block.
 */
public interface RelayPeer {

  /**
   * Sends a text message.
   *
   * @return completes when the network took it
   */
  CompletionStage<?> sendText(String message);

  /**
   * Sends a binary message.
   *
   * @param message from position to limit; not to be changed; belongs to the peer until the stage is
   *     complete
   * @return completes when the network took it
   */
  CompletionStage<?> sendBinary(ByteBuffer message);

  /**
   * Sends a WebSocket ping; its answer is told with {@link RelayConnection#onPong()}. Peers that
   * answer nothing are taken for gone after {@link RelayLimits#peerSilence()}.
   */
  void ping();

  /**
   * Closes the connection in order. Idempotent.
   *
   * @param code a WebSocket close code
   * @param reason at most 123 bytes in UTF-8
   */
  void close(int code, String reason);

  /**
   * Cuts the connection. Called when a close was not answered, and when the peer is silent or does
   * not take what it is sent. Idempotent.
   */
  void abort();
}
