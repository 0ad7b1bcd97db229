package io.github.geminilive.testkit;

import io.github.geminilive.testkit.internal.AssistantPersona;
import io.github.geminilive.testkit.internal.Voice;
import java.time.Duration;
import java.util.Arrays;

/**
 * Bundled speech to send to a Live service. PCM is 16-bit little-endian mono; each call returns an
 * array of its own.
 */
public final class Speech {

  /** Rate of the user's utterances in samples per second. */
  public static final int SAMPLE_RATE_HZ = 16_000;

  /** What {@link #question} says. */
  public static final String QUESTION = AssistantPersona.QUESTION;

  /** What {@link #interruption} says. */
  public static final String INTERRUPTION = AssistantPersona.INTERRUPTION;

  private static final int WAV_HEADER = 44;

  private Speech() {}

  /** Returns the PCM of a spoken question, 2.7 seconds at 16 kHz. */
  public static byte[] question() {
    return pcm(questionWav());
  }

  /** Returns the PCM of a spoken interruption, 3.2 seconds at 16 kHz. */
  public static byte[] interruption() {
    return pcm(interruptionWav());
  }

  /** Returns the WAV file of {@link #question}. */
  public static byte[] questionWav() {
    return Voice.wav("question.wav");
  }

  /** Returns the WAV file of {@link #interruption}. */
  public static byte[] interruptionWav() {
    return Voice.wav("interruption.wav");
  }

  /**
   * Returns silence at 16 kHz.
   *
   * @param length not negative
   */
  public static byte[] silence(Duration length) {
    return new byte[(int) (length.toMillis() * SAMPLE_RATE_HZ / 1000) * 2];
  }

  /**
   * Returns what the simulated model sounds like, at 24 kHz: bundled phrases where the text has
   * them, otherwise speech-like sound of plausible length.
   *
   * @param text any words
   */
  public static byte[] say(String text) {
    return Voice.speak(text);
  }

  private static byte[] pcm(byte[] wav) {
    return Arrays.copyOfRange(wav, WAV_HEADER, wav.length);
  }
}
