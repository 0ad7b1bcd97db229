package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.audio.device.AudioServer;
import io.github.geminilive.audio.device.DeviceEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interruptions on a real audio server, skipped where there is none. Whether they work is asserted,
 * with room for a busy machine; how long they take is measured and logged.
 */
@Isolated("sound is real time")
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

  private BargeInBench.Round measure(
      String what, TurnTaking turns, UnaryOperator<VoiceLoop.Builder> change) throws IOException {
    try (BargeInBench bench = new BargeInBench(server, turns, change)) {
      BargeInBench.Round round = bench.round();
      LOG.warn("Barge-in, {}: {}", what, round);
      return round;
    }
  }

  private static void assertPlausible(BargeInBench.Round round) {
    assertThat(round.total()).isBetween(30.0, 900.0);
    assertThat(round.microphone()).isBetween(0.0, BUSY_MACHINE);
    assertThat(round.flush()).isBetween(0.0, BUSY_MACHINE);
    assertThat(round.loudspeaker()).isLessThan(BUSY_MACHINE);
    assertThat(round.heardError()).isBetween(-150.0, 150.0);
  }

  @Test
  void theServicesWordSilencesTheLoudspeakerWithAFade() throws IOException {
    assertPlausible(
        measure("service, fade", TurnTaking.SERVICE, loop -> loop.echo(EchoMode.HEADSET)));
  }

  @Test
  void theServicesWordSilencesTheLoudspeakerWithACut() throws IOException {
    assertPlausible(measure(
        "service, cut",
        TurnTaking.SERVICE,
        loop -> loop.echo(EchoMode.HEADSET).flushMode(FlushMode.CUT)));
  }

  @Test
  void theLoopsOwnWordSilencesTheLoudspeaker() throws IOException {
    assertPlausible(measure("client", TurnTaking.CLIENT, loop -> loop.echo(EchoMode.HEADSET)));
  }

  @Test
  void inARoomWithAnEchoOnlyTheCallerInterrupts() throws IOException {
    BargeInBench.couple(server);
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
  }

  @Test
  void anAudioServerThatDiesAndComesBackDoesNotEndTheConversation() throws Exception {
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
  }
}
