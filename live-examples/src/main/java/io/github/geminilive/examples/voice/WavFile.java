package io.github.geminilive.examples.voice;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/**
 * Speech in a WAV file.
 *
 * @param pcm 16-bit little-endian mono samples
 * @param sampleRateHz samples per second
 */
public record WavFile(byte[] pcm, int sampleRateHz) {

  private static final int MIN_RATE_HZ = 8_000;
  private static final int MAX_RATE_HZ = 192_000;

  /** A file that cannot be used; the message says why and what would work. */
  public static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableException(String message) {
      super(message);
    }
  }

  /** Reads a file that holds 16-bit mono PCM of 8,000 to 192,000 Hz. */
  public static WavFile read(Path file) throws UnusableException {
    if (!Files.isReadable(file)) {
      throw new UnusableException("cannot read " + file + ": there is no such readable file");
    }
    try (AudioInputStream in = AudioSystem.getAudioInputStream(file.toFile())) {
      AudioFormat format = in.getFormat();
      boolean usable = format.getEncoding() == AudioFormat.Encoding.PCM_SIGNED
          && format.getSampleSizeInBits() == 16
          && format.getChannels() == 1
          && !format.isBigEndian();
      if (!usable) {
        throw new UnusableException(
            file + " is " + format + "; needed is 16-bit mono PCM, such as 16 kHz WAV");
      }
      float rate = format.getSampleRate();
      if (!(rate >= MIN_RATE_HZ && rate <= MAX_RATE_HZ)) {
        throw new UnusableException("%s has a sample rate of %.0f Hz; needed is %d to %d Hz"
            .formatted(file, rate, MIN_RATE_HZ, MAX_RATE_HZ));
      }
      byte[] pcm = in.readAllBytes();
      return new WavFile(pcm, (int) rate);
    } catch (UnsupportedAudioFileException e) {
      throw new UnusableException(file + " is not a WAV file; needed is 16-bit mono PCM WAV");
    } catch (IOException e) {
      throw new UnusableException("cannot read " + file + ": " + e.getMessage());
    }
  }

  /** Writes the file, creating its directory where needed. */
  public void write(Path file) throws IOException {
    if (file.toAbsolutePath().getParent() != null) {
      Files.createDirectories(file.toAbsolutePath().getParent());
    }
    AudioFormat format = new AudioFormat(sampleRateHz, 16, 1, true, false);
    try (AudioInputStream in =
        new AudioInputStream(new ByteArrayInputStream(pcm), format, pcm.length / 2)) {
      AudioSystem.write(in, AudioFileFormat.Type.WAVE, file.toFile());
    }
  }

  /** How long it sounds, in seconds. */
  public double seconds() {
    return pcm.length / 2.0 / sampleRateHz;
  }
}
