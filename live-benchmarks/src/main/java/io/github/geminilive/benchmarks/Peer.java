package io.github.geminilive.benchmarks;

import java.net.URI;
import java.util.function.IntConsumer;

/** One of the two that are compared. */
interface Peer {

  /** What the table calls it. */
  String name();

  /**
   * Dials, sends the setup and waits for its answer.
   *
   * @param uri one of the server's addresses
   * @param onAudio called with the size of each piece of audio, once it is decoded
   */
  Link open(URI uri, IntConsumer onAudio);
}
