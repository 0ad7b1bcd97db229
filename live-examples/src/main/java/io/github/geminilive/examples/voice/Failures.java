package io.github.geminilive.examples.voice;

import io.github.geminilive.LiveConfigException;
import io.github.geminilive.LiveException;
import io.github.geminilive.audio.device.AudioDeviceException;
import io.github.geminilive.audio.pcm.WavFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What went wrong, as one line for people and an exit code for scripts. */
public final class Failures {

  /** The conversation broke off. */
  public static final int FAILED = 1;

  /** The program was called wrongly. */
  public static final int USAGE = 2;

  /** A file or a device cannot be used. */
  public static final int UNUSABLE = 3;

  /** Key or configuration refused. */
  public static final int REFUSED = 4;

  /** No connection. */
  public static final int UNREACHABLE = 5;

  /** What the codes mean, for help texts. */
  public static final String CODES = "Exit codes: 0 all went well; 1 the conversation broke off;"
      + " 2 wrong options; 3 a file or a device cannot be used; 4 key or configuration refused;"
      + " 5 no connection.";

  private Failures() {}

  /** Says on standard error what went wrong. */
  public static int report(String program, @Nullable String message, int code) {
    System.err.println(program + ": " + message);
    return code;
  }

  /** Says on standard error what went wrong, and returns the exit code for it. */
  public static int report(String program, Throwable thrown) {
    Throwable cause = thrown.getCause();
    boolean wrapped = thrown instanceof CompletionException
        || (thrown instanceof UncheckedIOException && cause instanceof WavFormatException);
    return wrapped && cause != null
        ? report(program, cause)
        : report(program, message(thrown), code(thrown));
  }

  private static int code(Throwable thrown) {
    if (thrown instanceof AudioDeviceException
        || thrown instanceof IOException
        || thrown instanceof UncheckedIOException
        || thrown instanceof InvalidPathException) {
      return UNUSABLE;
    }
    if (thrown instanceof LiveConfigException || thrown instanceof IllegalArgumentException) {
      return REFUSED;
    }
    if (thrown instanceof LiveException live) {
      return switch (live.kind()) {
        case AUTH, INVALID_REQUEST, NOT_FOUND, POLICY -> REFUSED;
        case UNREACHABLE, TIMEOUT, TLS, CONNECTION_LOST, QUOTA, SERVER -> UNREACHABLE;
        default -> FAILED;
      };
    }
    return FAILED;
  }

  private static @Nullable String message(Throwable thrown) {
    if (thrown instanceof NoSuchFileException) {
      return "there is no file or directory " + thrown.getMessage();
    }
    if (thrown instanceof AccessDeniedException) {
      return "no access to " + thrown.getMessage();
    }
    if (thrown instanceof UncheckedIOException && thrown.getCause() != null) {
      return thrown.getMessage() + ": " + message(thrown.getCause());
    }
    return thrown.getMessage() == null ? thrown.toString() : thrown.getMessage();
  }
}
