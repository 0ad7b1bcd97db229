package io.github.geminilive.testkit;

import java.nio.ByteBuffer;

/** Takes every message of every connection in place of the simulated service. */
@FunctionalInterface
public interface FrameHandler {

  /**
   * Called for each whole message, on the connection's I/O thread.
   *
   * @param connection where it came from; may be answered at once
   * @param payload the message's bytes, valid only during this call
   * @param text whether it came in text frames
   */
  void onFrame(Connection connection, ByteBuffer payload, boolean text);
}
