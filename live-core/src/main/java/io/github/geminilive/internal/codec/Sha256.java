package io.github.geminilive.internal.codec;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A digest every Java platform has. */
public final class Sha256 {

  private Sha256() {}

  /**
   * The digest of these bytes.
   *
   * @return 64 hexadecimal digits, in lower case
   */
  public static String hex(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java platform has no SHA-256", e);
    }
  }
}
