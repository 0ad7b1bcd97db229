package io.github.geminilive.examples.voice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveSession;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.LiveTest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@LiveTest
class MicrophoneTest {

  @Test
  void whatCannotBeSaidFailsAndTheNextIsSaid(LiveServer server, LiveConfig.Builder config)
      throws Exception {
    IllegalStateException gone = new IllegalStateException("the screen is gone");
    try (LiveSession session = LiveClient.connect(config.build());
        Microphone microphone = new Microphone(session, 16_000)) {
      CompletableFuture<Void> failing = microphone.speak(new byte[1_280], done -> {
        throw gone;
      });
      CompletableFuture<Void> next = microphone.speak(new byte[1_280], done -> {});

      assertThatThrownBy(() -> failing.get(5, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isSameAs(gone);
      assertThat(next.get(5, TimeUnit.SECONDS)).isNull();
      server.nextConnection().awaitAudio(1_280);
    }
  }

  @Test
  void aRateTheSessionRefusesFailsWhatIsSaid(LiveConfig.Builder config) {
    try (LiveSession session = LiveClient.connect(config.build());
        Microphone microphone = new Microphone(session, 200_000)) {
      CompletableFuture<Void> spoken = microphone.speak(new byte[1_280], done -> {});

      assertThatThrownBy(() -> spoken.get(5, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("200000");
    }
  }
}
