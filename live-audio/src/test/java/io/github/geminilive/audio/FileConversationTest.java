package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveModel;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.audio.device.WavSink;
import io.github.geminilive.audio.device.WavSource;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.Speech;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A conversation from file to file, all defaults, in real time. */
class FileConversationTest {

  @TempDir
  Path folder;

  @Test
  void aQuestionInAFileIsAnsweredInAFile() throws Exception {
    Path question = folder.resolve("question.wav");
    Path answer = folder.resolve("answer.wav");
    Path both = folder.resolve("both.wav");
    Files.write(question, Speech.questionWav());
    CompletableFuture<LiveTurn> answered = new CompletableFuture<>();
    LiveTurn turn;
    try (LiveServer server = LiveServer.builder()
            .persona(Persona.builder().otherwise().say("You are welcome.").build())
            .start();
        LiveSession session =
            LiveClient.connect(LiveConfig.builder(LiveModel.GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW)
                .endpoint(Endpoint.developer().at(server.baseUri()))
                .apiKey(server.apiKey())
                .build());
        VoiceLoop voice = VoiceLoop.builder(session)
            .microphone(WavSource.open(question))
            .loudspeaker(WavSink.create(answer))
            .recordTo(both)
            .listener(event -> {
              if (event instanceof VoiceEvent.Latency latency) {
                answered.complete(latency.turn());
              }
            })
            .start()) {
      turn = answered.get(30, TimeUnit.SECONDS);
      voice.stop();
      assertThat(voice.awaitEnd(Duration.ofSeconds(30))).isTrue();

      assertThat(voice.ended().join().reason()).isEqualTo(VoiceEvent.Ended.Reason.STOPPED);
    }

    assertThat(turn.heard()).isEqualTo(turn.audioDuration());
    int sound = 0;
    byte[] wav = Files.readAllBytes(answer);
    for (int i = 44; i + 1 < wav.length; i += 2) {
      sound += wav[i] != 0 || wav[i + 1] != 0 ? 1 : 0;
    }
    assertThat(sound).isGreaterThan((int) (turn.audioDuration().toMillis() * 24 * 0.6));
    short[] user = ConversationRecorderTest.side(both, 0);
    short[] assistant = ConversationRecorderTest.side(both, 1);
    assertThat(loudest(user, 0, 2 * 24_000)).isGreaterThan(2000);
    assertThat(loudest(assistant, 0, 2 * 24_000)).isZero();
    assertThat(loudest(assistant, 2 * 24_000, assistant.length)).isGreaterThan(2000);
  }

  private static int loudest(short[] samples, int from, int to) {
    int loudest = 0;
    for (int i = from; i < to; i++) {
      loudest = Math.max(loudest, Math.abs(samples[i]));
    }
    return loudest;
  }
}
