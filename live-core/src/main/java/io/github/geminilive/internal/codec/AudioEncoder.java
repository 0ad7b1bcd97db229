package io.github.geminilive.internal.codec;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;

/**
 * Makes the message that carries a piece of audio, without a base64 String on the way. For one
 * thread at a time; its buffers are as large as the largest piece so far needed.
 */
public final class AudioEncoder {

  private static final byte[] SUFFIX = "\"}}}".getBytes(StandardCharsets.US_ASCII);

  private String mimeType = "";
  private byte[] prefix = {};
  private byte[] base64 = {};
  private byte[] frame = {};

  /** Makes an encoder that has no buffers yet. */
  public AudioEncoder() {}

  /**
   * Encodes a {@code realtimeInput.audio} message.
   *
   * @param mimeType such as {@code audio/pcm;rate=16000}
   * @param pcm holds the audio; not kept
   * @param offset where it begins
   * @param length its bytes
   * @return the text of one frame, Latin-1 inside
   * @throws IndexOutOfBoundsException if the range is not within {@code pcm}
   */
  public String encode(String mimeType, byte[] pcm, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, pcm.length);
    if (!mimeType.equals(this.mimeType)) {
      begin(requireNonNull(mimeType, "mimeType"));
    }
    int encoded = (length + 2) / 3 * 4;
    int total = prefix.length + encoded + SUFFIX.length;
    if (frame.length < total) {
      frame = Arrays.copyOf(prefix, total);
      base64 = new byte[encoded];
    }
    // The JDK encodes whole arrays to the start of an array only: hence the copies of a few
    // kilobytes, which cost far less than encoding in another way.
    boolean whole = offset == 0 && length == pcm.length;
    byte[] source = whole ? pcm : Arrays.copyOfRange(pcm, offset, offset + length);
    Base64.getEncoder().encode(source, base64);
    System.arraycopy(base64, 0, frame, prefix.length, encoded);
    System.arraycopy(SUFFIX, 0, frame, prefix.length + encoded, SUFFIX.length);
    return new String(frame, 0, total, StandardCharsets.ISO_8859_1);
  }

  private void begin(String newMimeType) {
    StringBuilder start = new StringBuilder("{\"realtimeInput\":{\"audio\":{\"mimeType\":");
    JsonText.appendQuoted(start, newMimeType);
    start.append(",\"data\":\"");
    byte[] newPrefix = start.toString().getBytes(StandardCharsets.ISO_8859_1);
    if (!StandardCharsets.US_ASCII.newEncoder().canEncode(start)) {
      throw new IllegalArgumentException("a MIME type is ASCII: " + newMimeType);
    }
    prefix = newPrefix;
    frame = new byte[0];
    mimeType = newMimeType;
  }
}
