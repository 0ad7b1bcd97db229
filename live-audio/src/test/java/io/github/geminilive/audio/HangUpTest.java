package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveListener;
import io.github.geminilive.LiveModel;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.ToolFunction;
import io.github.geminilive.ToolPolicy;
import io.github.geminilive.ToolSet;
import io.github.geminilive.audio.device.StreamSink;
import io.github.geminilive.audio.pcm.PcmFormat;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.VirtualTime;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tool that ends the conversation lets the goodbye be heard first. */
class HangUpTest {

  private static final String GOODBYE = "Thank you for your call, and have a very nice evening.";
  private static final Duration BLOCK = Duration.ofMillis(20);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final VirtualTime time = new VirtualTime();
  // When the loudspeaker was handed the last block with sound in it.
  private final AtomicLong lastSound = new AtomicLong();
  private double loudspeakerPace = 1;
  private final AtomicLong hungUp = new AtomicLong();
  private final CompletableFuture<LiveTurn> goodbye = new CompletableFuture<>();

  private StreamSink loudspeaker(int rate) {
    return StreamSink.builder(PcmFormat.s16le(rate, 1), (pcm, offset, length) -> {
          for (int i = offset; i < offset + length; i++) {
            if (pcm[i] != 0) {
              lastSound.set(time.elapsed().toNanos());
            }
          }
        })
        .sampleRateHz(rate)
        .timing(time, () -> (long) (time.elapsed().toNanos() * loudspeakerPace))
        .build();
  }

  private void hangUp(LiveSession session) {
    hungUp.set(time.elapsed().toNanos());
    session.closeAsync();
  }

  /** Says goodbye and hangs up; all of the goodbye arrives at once, and the turn ends at once. */
  private CloseInfo converse(int sinkRate, ToolPolicy policy, ToolFunction hangUp) {
    Persona persona =
        Persona.builder().otherwise().say(GOODBYE).call("hang_up", Map.of()).build();
    ToolSet tools = ToolSet.builder()
        .add(FunctionDeclaration.builder("hang_up", "Ends the call.").build(), policy, hangUp)
        .build();
    LiveClient client =
        LiveClient.builder().scheduler(time).nanoTime(time.nanoTime()).build();
    try (LiveServer server =
        LiveServer.builder().persona(persona).time(time).speed(0).playback(0).start()) {
      LiveSession session =
          client.open(LiveConfig.builder(LiveModel.GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW)
              .endpoint(Endpoint.developer().at(server.baseUri()))
              .apiKey(server.apiKey())
              .keepAlive(Duration.ZERO)
              .tools(tools)
              .listener(new LiveListener() {
                @Override
                public void onEvent(LiveEvent event) {
                  if (event instanceof LiveEvent.Audio audio) {
                    goodbye.complete(audio.turn());
                  }
                }
              })
              .build());
      try (VoiceLoop voice = VoiceLoop.builder(session)
          .microphone(new TestSource(time, 16_000))
          .loudspeaker(loudspeaker(sinkRate))
          .echo(EchoMode.HEADSET)
          .voiceDetector(LoudnessDetector::new)
          .nanoTime(time.nanoTime())
          .start()) {
        session.sendText("Bye!");

        time.advanceUntil(session.closed()::isDone, LIMIT);
        assertThat(voice.metrics().player().flushes()).isZero();
      }
      time.advance(Duration.ofSeconds(1));
      return session.closed().join();
    }
  }

  private void assertHeardOut(CloseInfo end) {
    LiveTurn turn = goodbye.join();
    assertThat(end.by()).isEqualTo(CloseInfo.By.APPLICATION);
    assertThat(turn.audioDuration()).isGreaterThan(Duration.ofSeconds(2));
    assertThat(turn.audioDuration().minus(turn.heard()))
        .as("not heard")
        .isLessThan(Duration.ofNanos(1_000_000_000L / 24_000));
    assertThat(Duration.ofNanos(hungUp.get()))
        .as("end of the session")
        // A sink hands out the last samples at the beginning of their block.
        .isGreaterThan(turn.firstAudioReceived().plus(turn.audioDuration()).minus(BLOCK))
        .isGreaterThanOrEqualTo(Duration.ofNanos(lastSound.get()))
        // Sooner than a loudspeaker is given up that has stopped.
        .isLessThan(Duration.ofNanos(lastSound.get()).plusSeconds(3));
  }

  @ParameterizedTest
  @ValueSource(ints = {16_000, 24_000, 44_100})
  void aToolThatWaitsForItsTurnEndsTheSessionAfterTheLastSample(int sinkRate) {
    CloseInfo end = converse(sinkRate, ToolPolicy.DEFAULT, (args, context) -> {
      context.turn().whenHeard().thenRun(() -> hangUp(context.session()));
      return "ok";
    });

    assertHeardOut(end);
  }

  @ParameterizedTest
  @ValueSource(ints = {24_000, 48_000})
  void aToolThatRunsAfterSpeechEndsTheSessionAfterTheLastSample(int sinkRate) {
    CloseInfo end = converse(sinkRate, ToolPolicy.DEFAULT.afterSpeech(true), (args, context) -> {
      hangUp(context.session());
      return "ok";
    });

    assertHeardOut(end);
  }

  @Test
  void aLoudspeakerThatIsSlowerThanTheClockIsWaitedFor() {
    loudspeakerPace = 0.75;

    CloseInfo end = converse(24_000, ToolPolicy.DEFAULT, (args, context) -> {
      context.turn().whenHeard().thenRun(() -> hangUp(context.session()));
      return "ok";
    });

    assertHeardOut(end);
    LiveTurn turn = goodbye.join();
    assertThat(Duration.ofNanos(hungUp.get()))
        .isGreaterThan(turn.firstAudioReceived()
            .plus(turn.audioDuration().multipliedBy(4).dividedBy(3))
            .minus(BLOCK.multipliedBy(2)));
  }
}
