package io.github.geminilive.audio;

/** How {@link Player#flush()} and {@link Player#pause()} end what is sounding. */
public enum FlushMode {
  /**
   * What is in the device's buffer runs out, and what would have followed fades out behind it in 6
   * ms. Never clicks; costs what the device's buffer holds, about 80 ms with a {@link
   * io.github.geminilive.audio.device.Loudspeaker} of the default. Where it holds more than 200 ms,
   * the player cuts instead.
   */
  FADE,
  /**
   * The device's buffer is emptied at once, in the middle of a wave: silence comes as soon as the
   * device can, but clicks. A fade is no help there: a device that was emptied is silent for some 20
   * ms before it plays what is new.
   */
  CUT
}
