package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.audio.device.AudioServer;
import io.github.geminilive.audio.device.DeviceEvent;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interruptions on a real audio server, skipped where there is none. Whether they work is asserted,
 * with room for a busy machine; how long they take is measured and logged.
 */
class BargeInTest {

  private static final Logger LOG = LoggerFactory.getLogger(BargeInTest.class);
  private static final double BUSY_MACHINE = 500;

  private AudioServer server;

  @BeforeEach
  void startServer() {
    server = AudioServer.start();
  }

  @AfterEach
  void stopServer() {
    // There is none where the test is skipped.
    if (server != null) {
      server.close();
    }
  }

  /** Something that a machine which stands still for a moment spoils. */
  private interface Trial {
    void run() throws Exception;
  }

  /** Tries three times at most, as what is spoilt once tells nothing; a fault spoils all three. */
  private static void succeeds(Trial trial) throws Exception {
    for (int left = 2; ; left--) {
      try {
        trial.run();
        return;
      } catch (AssertionError e) {
        if (left == 0) {
          throw e;
        }
        LOG.warn("Tried in vain, and once more: {}", e.getMessage());
      }
    }
  }

  private void measure(String what, TurnTaking turns, UnaryOperator<VoiceLoop.Builder> change)
      throws Exception {
    succeeds(() -> {
      try (BargeInBench bench = new BargeInBench(server, turns, change)) {
        BargeInBench.Round round = bench.round();
        LOG.warn("Barge-in, {}: {}", what, round);
        assertPlausible(round);
      }
    });
  }

  private static void assertPlausible(BargeInBench.Round round) {
    assertThat(round.total()).isBetween(30.0, 900.0);
    assertThat(round.microphone()).isBetween(0.0, BUSY_MACHINE);
    assertThat(round.flush()).isBetween(0.0, BUSY_MACHINE);
    assertThat(round.loudspeaker()).isLessThan(BUSY_MACHINE);
    assertThat(round.heardError()).isBetween(-150.0, 150.0);
  }

  @Test
  void theServicesWordSilencesTheLoudspeakerWithAFade() throws Exception {
    measure("service, fade", TurnTaking.SERVICE, loop -> loop.echo(EchoMode.HEADSET));
  }

  @Test
  void theServicesWordSilencesTheLoudspeakerWithACut() throws Exception {
    measure(
        "service, cut",
        TurnTaking.SERVICE,
        loop -> loop.echo(EchoMode.HEADSET).flushMode(FlushMode.CUT));
  }

  @Test
  void theLoopsOwnWordSilencesTheLoudspeaker() throws Exception {
    measure("client", TurnTaking.CLIENT, loop -> loop.echo(EchoMode.HEADSET));
  }

  @Test
  void inARoomWithAnEchoOnlyTheCallerInterrupts() throws Exception {
    BargeInBench.couple(server);
    succeeds(() -> {
      try (BargeInBench bench =
          new BargeInBench(server, TurnTaking.SERVICE, BargeInBench.speech(), 5000, loop -> loop)) {
        bench.awaitCanceller();
        BargeInBench.pause(Duration.ofSeconds(3));
        assertThat(bench.events()).noneMatch(VoiceEvent.Interrupted.class::isInstance);

        BargeInBench.Round round = bench.round();

        LOG.warn(
            "Barge-in, service, fade, echo of -11 dB: {}, {}",
            round,
            bench.voice().metrics().echo());
        assertThat(round.total()).isBetween(30.0, 1200.0);
        assertThat(bench.voice().metrics().echo().erleDb()).isGreaterThan(10);
      }
    });
  }

  @Test
  void anAudioServerThatDiesAndComesBackDoesNotEndTheConversation() throws Exception {
    succeeds(() -> {
      try (BargeInBench bench =
          new BargeInBench(server, TurnTaking.SERVICE, loop -> loop.echo(EchoMode.HEADSET))) {
        bench.awaitSpeaking();
        server.kill();
        bench.awaitDevices(DeviceEvent.Lost.class);
        server.launch();
        bench.awaitDevices(DeviceEvent.Restored.class);
        bench.listenAnew();

        BargeInBench.Round round = bench.round();

        assertThat(round.total()).isBetween(30.0, 1200.0);
        assertThat(bench.voice().state()).isEqualTo(VoiceLoop.State.RUNNING);
      }
    });
  }
}
