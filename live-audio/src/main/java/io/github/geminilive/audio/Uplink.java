package io.github.geminilive.audio;

import io.github.geminilive.LiveSession;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends sound and marks to the session, in order. Sound goes out as it comes, in messages of 10 to
 * 100 ms.
 *
 * <p>Not safe for concurrent use, except {@link #sentSamples}.
 */
final class Uplink {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.audio.voice");
  private static final int RATE = LiveSession.INPUT_SAMPLE_RATE_HZ;
  private static final int LEAST_SAMPLES = RATE / 100;
  private static final int MOST_SAMPLES = RATE / 10;

  private final LiveSession session;
  private final byte[] message = new byte[2 * MOST_SAMPLES];
  private int filled;
  private volatile long sent;

  Uplink(LiveSession session) {
    this.session = session;
  }

  void audio(short[] samples, int offset, int count) {
    for (int i = 0; i < count; i++) {
      short sample = samples[offset + i];
      message[2 * filled] = (byte) sample;
      message[2 * filled + 1] = (byte) (sample >> 8);
      if (++filled == MOST_SAMPLES) {
        send();
      }
    }
    if (filled >= LEAST_SAMPLES) {
      send();
    }
  }

  private void send() {
    if (filled == 0) {
      return;
    }
    session.streamAudio(message, 0, 2 * filled, RATE);
    sent = sent + filled;
    filled = 0;
  }

  void startActivity() {
    filled = 0;
    report(session.startActivity(), "the start of the user's activity");
  }

  void endActivity() {
    send();
    report(session.endActivity(), "the end of the user's activity");
  }

  void endStream() {
    send();
    report(session.endAudioStream(), "the pause of the microphone");
  }

  private static void report(CompletableFuture<Void> sent, String what) {
    sent.whenComplete((done, failure) -> {
      if (failure != null) {
        LOG.debug("The service was not told of {}: {}", what, failure.toString());
      }
    });
  }

  /** How many samples were handed to the session. */
  long sentSamples() {
    return sent;
  }
}
