package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * An immutable byte string: audio, a picture, a signature. On the wire it is base64.
 *
 * <p>Equal to another one with the same content. {@link #toString()} tells the size only, so media
 * and signatures do not reach logs.
 */
public final class Bytes {

  /** No bytes at all. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /**
   * Copies an array.
   *
   * @param source the content
   * @return a byte string independent of {@code source}
   */
  public static Bytes copyOf(byte[] source) {
    requireNonNull(source, "source");
    return source.length == 0 ? EMPTY : new Bytes(source.clone());
  }

  /**
   * Copies what remains in a buffer, and leaves the buffer's position alone.
   *
   * @param source the content, from position to limit
   * @return a byte string independent of {@code source}
   */
  public static Bytes copyOf(ByteBuffer source) {
    requireNonNull(source, "source");
    if (!source.hasRemaining()) {
      return EMPTY;
    }
    byte[] content = new byte[source.remaining()];
    source.duplicate().get(content);
    return new Bytes(content);
  }

  /**
   * Takes an array over without copying it.
   *
   * @param content the content; the caller must not write to it any more
   * @return a byte string backed by {@code content}
   */
  public static Bytes wrap(byte[] content) {
    requireNonNull(content, "content");
    return content.length == 0 ? EMPTY : new Bytes(content);
  }

  /**
   * Reads base64.
   *
   * @param base64 standard alphabet, padded or not
   * @return the decoded bytes
   * @throws IllegalArgumentException if the text is not base64
   */
  public static Bytes fromBase64(String base64) {
    return wrap(Base64.getDecoder().decode(requireNonNull(base64, "base64")));
  }

  /**
   * Number of bytes.
   *
   * @return 0 or more
   */
  public int size() {
    return content.length;
  }

  /**
   * A copy of the content.
   *
   * @return a new array of {@link #size()} bytes
   */
  public byte[] toByteArray() {
    return content.clone();
  }

  /**
   * The content without a copy.
   *
   * @return a new read-only view from the first byte to the last
   */
  public ByteBuffer asByteBuffer() {
    return ByteBuffer.wrap(content).asReadOnlyBuffer();
  }

  /**
   * The content as base64, standard alphabet, padded.
   *
   * @return the form the wire uses
   */
  public String toBase64() {
    return Base64.getEncoder().encodeToString(content);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  @Override
  public String toString() {
    return "Bytes[" + content.length + "]";
  }
}
