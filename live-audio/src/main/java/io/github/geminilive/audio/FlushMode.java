package io.github.geminilive.audio;

/** How {@link Player#flush()} ends what is sounding. */
public enum FlushMode {
  /**
   * What is in the device's buffer runs out, and what would have followed fades out behind it in 6
   * ms. Never clicks; costs the length of the device's buffer, about 60 to 80 ms. Where that holds
   * more than 120 ms, the player cuts instead.
   */
  FADE,
  /**
   * The device's buffer is emptied at once, and a fade of 6 ms is put where it was cut. A device that
   * does not know its position exactly can click.
   */
  CUT
}
