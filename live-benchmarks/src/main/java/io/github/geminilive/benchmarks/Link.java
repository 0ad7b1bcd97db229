package io.github.geminilive.benchmarks;

/** One open conversation of a {@link Peer}; for one sending thread at a time. */
interface Link extends AutoCloseable {

  /** Sends a chunk of 16 kHz audio; waits when the socket is behind. */
  void send(byte[] pcm);

  /** Sends a chunk of 16 kHz audio, or keeps it until the socket is ready. */
  void post(byte[] pcm);

  /** Ends the conversation and waits until its socket is closed. */
  @Override
  void close();
}
