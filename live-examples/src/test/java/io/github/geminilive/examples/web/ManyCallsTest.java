package io.github.geminilive.examples.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveModel;
import io.github.geminilive.relay.LiveRelay;
import io.github.geminilive.testkit.LiveServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ManyCallsTest {

  @Test
  void tellsWhatTheCallsCostAndEndsThem() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "only Linux tells of open files");
    try (LiveServer service =
            LiveServer.builder().persona(SimulatedService.persona()).start();
        LiveRelay relay = LiveRelay.builder(LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
                .endpoint(Endpoint.custom(service.baseUri()))
                .apiKey(service.apiKey())
                .build())
            .build();
        WebServer server = WebServer.builder(relay).behindProxy(true).start()) {
      String row =
          ManyCalls.measure(server.uri(), ProcessHandle.current().pid(), 3, Duration.ofSeconds(1));

      assertThat(row)
          .matches("\\| 3 \\| \\d+ % \\| \\d+\\.\\d MB \\| \\d+ \\| \\d+ \\| .* \\| .* \\|");
      assertThat(relay.metrics().started()).isEqualTo(3);
      assertThat(
              RedisServer.await(Duration.ofSeconds(30), () -> relay.sessions().isEmpty()))
          .isTrue();
      // One of them asks at once, the others within ten seconds.
      assertThat(service.receivedTexts()).isNotEmpty().containsOnly("Hm.");
      assertThat(service.receivedAudio().length).isGreaterThan(3 * 32_000);
    }
  }
}
