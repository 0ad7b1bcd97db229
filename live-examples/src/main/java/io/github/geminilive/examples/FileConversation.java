package io.github.geminilive.examples;

import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveModel;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveStream;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.audio.EchoMode;
import io.github.geminilive.audio.VoiceLoop;
import io.github.geminilive.audio.device.WavSink;
import io.github.geminilive.audio.device.WavSource;
import io.github.geminilive.examples.voice.Failures;
import io.github.geminilive.examples.voice.Service;
import io.github.geminilive.tools.LiveTools;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * A conversation from file to file: {@code FileConversation IN.wav OUT.wav} asks the question in
 * IN.wav, at the speed of speech, and writes what a listener hears meanwhile to OUT.wav: silence,
 * then the answer. IN.wav may be of any rate from 8 to 192 kHz and any number of channels.
 *
 * <p>Google answers where {@code GOOGLE_API_KEY} is set, a simulated service otherwise. Exit codes:
 * as {@link VoiceConversation}.
 */
public final class FileConversation {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private FileConversation() {}

  /**
   * Runs the program.
   *
   * @param args the two files
   */
  public static void main(String[] args) throws InterruptedException {
    if (args.length != 2) {
      System.exit(Failures.report("usage", "FileConversation IN.wav OUT.wav", Failures.USAGE));
    }
    try {
      converse(Path.of(args[0]), Path.of(args[1]));
    } catch (IOException | TimeoutException | RuntimeException e) {
      System.exit(Failures.report("FileConversation", e));
    }
  }

  private static void converse(Path in, Path out)
      throws IOException, InterruptedException, TimeoutException {
    // First the file that may be missing: nothing is dialled, and no old answer lost, in vain.
    try (WavSource question = WavSource.builder(in).endlessSilence().build();
        Service service = Service.fromEnvironment();
        LiveSession session = LiveClient.connect(service
            .config(LiveModel.GEMINI_3_8_LIVE.id())
            .tools(LiveTools.of(new WeatherTools()))
            .build());
        LiveStream<LiveTurn> turns = session.turns();
        VoiceLoop voice = VoiceLoop.builder(session)
            .microphone(question)
            .loudspeaker(WavSink.create(out))
            .echo(EchoMode.HEADSET) // a file does not hear the loudspeaker
            .start()) {
      System.out.println("Asking " + service.name());
      LiveTurn answer;
      do { // who pauses while asking may get an answer too early, and interrupts it
        answer = turns
            .poll(PATIENCE)
            .orElseThrow(
                () -> new TimeoutException("no answer within " + PATIENCE.toSeconds() + " s"));
        System.out.println("  you: " + answer.inputTranscript().strip());
        System.out.println("model: " + answer.outputTranscript().strip());
      } while (answer.outcome() == LiveTurn.Outcome.INTERRUPTED);
      voice.stop().join(); // once the answer has been heard
    }
  }
}
