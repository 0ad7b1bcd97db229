package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.URI;
import java.time.Duration;

/** What the tests of dialling share. */
final class Dials {

  /** More than enough for anything that happens on this machine. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  static final String KEY = "k3y-0123456789abcdef";

  private Dials() {}

  /** A configuration that dials this base with {@link #KEY}. */
  static LiveConfig.Builder to(URI base) {
    return LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
        .endpoint(Endpoint.custom(base))
        .apiKey(KEY);
  }

  /** Dials in vain. */
  static <T extends LiveException> T failure(LiveConfig config, Class<T> type) {
    return failure(LiveClient.builder().build(), config, type);
  }

  /** Dials in vain. */
  static <T extends LiveException> T failure(LiveClient client, LiveConfig config, Class<T> type) {
    Throwable thrown = catchThrowable(() -> client.open(config).close());
    assertThat(thrown).isExactlyInstanceOf(type);
    assertThat(thrown).hasMessageNotContaining(KEY);
    // The trace begins where the application called.
    assertThat(thrown.getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals(Dials.class.getName()));
    return type.cast(thrown);
  }
}
