package io.github.geminilive.audio.device;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** A sound device cannot be used. The message says which one, what happened, and what to try. */
public final class AudioDeviceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why a device cannot be used. */
  public enum Reason {
    /** There is no such device, or none at all. */
    ABSENT,
    /** Another program holds it. */
    BUSY,
    /** The system does not allow its use. */
    REFUSED,
    /** It offers no format that can be converted. */
    UNSUPPORTED,
    /** It was there and is gone, or stopped working. */
    LOST
  }

  private final Reason reason;

  /**
   * With a cause or without.
   *
   * @param reason why
   * @param message which device, what happened, what to try
   * @param cause what was thrown, where something was; null otherwise
   */
  public AudioDeviceException(Reason reason, String message, @Nullable Throwable cause) {
    super(requireNonNull(message, "message"), cause);
    this.reason = requireNonNull(reason, "reason");
  }

  /** Why the device cannot be used. */
  public Reason reason() {
    return reason;
  }
}
