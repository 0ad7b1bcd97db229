package io.github.geminilive.testkit.internal;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Tells speech from silence by energy.
 *
 * <p>Its clock is the audio itself: a file that is sent faster than it plays is heard as if it were
 * played. Guarded by the session's lock.
 */
final class Ear {

  /** Hears about speech. Offsets count milliseconds of audio from the start of the stream. */
  interface Listener {
    void speechStarted(long offsetMs);

    void speechEnded(long offsetMs, long lengthMs);
  }

  private static final int FRAME_MS = 10;
  private static final int DEFAULT_PREFIX_MS = 30;

  private final Listener listener;
  private final double startLevel;
  private final double stayLevel;
  private final int prefixMs;
  private final int silenceMs;

  private int rate = 16_000;
  private double energy;
  private int samples;
  private double heardMs;
  private boolean speaking;
  private int voicedMs;
  private int quietMs;
  private double startedAtMs;

  Ear(JsonNode detection, boolean vertex, Listener listener) {
    this.listener = listener;
    boolean lowStart = low(detection, "startOfSpeechSensitivity", vertex);
    boolean lowEnd = low(detection, "endOfSpeechSensitivity", vertex);
    // About -45 and -37 dBFS: above the noise of a quiet room, below any microphone's speech.
    startLevel = lowStart ? 460 : 180;
    stayLevel = startLevel / 2;
    prefixMs = detection.path("prefixPaddingMs").asInt(DEFAULT_PREFIX_MS);
    silenceMs = detection.path("silenceDurationMs").asInt(lowEnd ? 800 : 500);
  }

  private static boolean low(JsonNode detection, String name, boolean vertex) {
    String value = detection.path(name).asText("");
    return value.endsWith("_LOW") || (vertex && !value.endsWith("_HIGH"));
  }

  boolean speaking() {
    return speaking;
  }

  /** Takes 16-bit little-endian mono. */
  void hear(byte[] pcm, int sampleRateHz) {
    if (sampleRateHz != rate) {
      rate = sampleRateHz;
      energy = 0;
      samples = 0;
    }
    int frame = Math.max(1, rate * FRAME_MS / 1000);
    for (int i = 0; i + 1 < pcm.length; i += 2) {
      int sample = (short) ((pcm[i] & 0xFF) | (pcm[i + 1] << 8));
      energy += (double) sample * sample;
      if (++samples == frame) {
        frame(Math.sqrt(energy / frame));
        energy = 0;
        samples = 0;
      }
    }
  }

  private void frame(double level) {
    heardMs += FRAME_MS;
    if (!speaking) {
      voicedMs = level >= startLevel ? voicedMs + FRAME_MS : 0;
      if (voicedMs > 0 && voicedMs >= prefixMs) {
        speaking = true;
        quietMs = 0;
        startedAtMs = heardMs - voicedMs;
        listener.speechStarted((long) startedAtMs);
      }
      return;
    }
    quietMs = level >= stayLevel ? 0 : quietMs + FRAME_MS;
    if (quietMs > 0 && quietMs >= silenceMs) {
      end();
    }
  }

  /** The stream pauses: whatever was being said is over. */
  void flush() {
    if (speaking) {
      end();
    }
    voicedMs = 0;
    energy = 0;
    samples = 0;
  }

  private void end() {
    speaking = false;
    voicedMs = 0;
    double endedAtMs = heardMs - quietMs;
    listener.speechEnded((long) endedAtMs, (long) (endedAtMs - startedAtMs));
  }
}
