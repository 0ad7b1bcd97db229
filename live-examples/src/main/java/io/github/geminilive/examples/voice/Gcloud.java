package io.github.geminilive.examples.voice;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Access tokens for Vertex AI from the command line tool; a server would use Google's auth library. */
public final class Gcloud {

  private Gcloud() {}

  /**
   * A token of whoever is logged in. It lives for about an hour.
   *
   * @throws UncheckedIOException when gcloud is not there
   * @throws IllegalStateException when it gives no token
   */
  public static String accessToken() {
    try {
      Process gcloud = new ProcessBuilder("gcloud", "auth", "print-access-token")
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
      String token = new String(gcloud.getInputStream().readAllBytes(), UTF_8).strip();
      if (gcloud.waitFor() != 0 || token.isEmpty()) {
        throw new IllegalStateException("gcloud gave no token; try: gcloud auth login");
      }
      return token;
    } catch (IOException e) {
      throw new UncheckedIOException("Vertex AI is talked to with a token from gcloud", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while gcloud was asked for a token", e);
    }
  }
}
