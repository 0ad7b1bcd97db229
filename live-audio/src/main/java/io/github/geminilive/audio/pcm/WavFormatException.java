package io.github.geminilive.audio.pcm;

import java.io.IOException;

/** A file is no WAV file, or one of a kind that is not read. The message says what it is. */
public final class WavFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * With a message.
   *
   * @param message what was found, and what would do
   */
  public WavFormatException(String message) {
    super(message);
  }
}
