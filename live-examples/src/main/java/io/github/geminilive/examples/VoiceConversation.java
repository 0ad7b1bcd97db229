package io.github.geminilive.examples;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveModel;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.audio.EchoMode;
import io.github.geminilive.audio.VoiceLoop;
import io.github.geminilive.audio.device.AudioDeviceException;
import io.github.geminilive.audio.device.AudioDevices;
import io.github.geminilive.audio.device.Loudspeaker;
import io.github.geminilive.audio.device.Microphone;
import io.github.geminilive.audio.device.StreamSink;
import io.github.geminilive.audio.device.StreamSource;
import io.github.geminilive.audio.pcm.PcmAudio;
import io.github.geminilive.audio.pcm.PcmFormat;
import io.github.geminilive.audio.pcm.WavReader;
import io.github.geminilive.examples.voice.CtrlC;
import io.github.geminilive.examples.voice.Failures;
import io.github.geminilive.examples.voice.Screen;
import io.github.geminilive.examples.voice.Service;
import io.github.geminilive.examples.voice.View;
import io.github.geminilive.testkit.Speech;
import io.github.geminilive.tools.LiveTools;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * A spoken conversation. With {@code --microphone} it is yours. Otherwise it asks a question from a
 * WAV file, lets the model call a function, plays the answer, talks over it, and hears the model
 * stop. Without a key it talks to a simulated service in the same process; with {@code
 * GOOGLE_API_KEY} set, to Google.
 */
@Command(
    name = "voice-conversation",
    mixinStandardHelpOptions = true,
    version = "0.1.0",
    sortOptions = false,
    header = "A spoken conversation with a Gemini Live model, live or from file to file.",
    description = {
      "",
      "Asks a question in speech, shows both sides' transcripts while they come, runs the function"
          + " the model calls, plays the answer, and talks over it. Both sides are recorded to a"
          + " stereo WAV file. With --microphone, you ask.",
      "",
      "Without a key, a simulated service in this process answers: no network, no microphone, no"
          + " sound device needed. With GOOGLE_API_KEY (or GEMINI_API_KEY) set, Google answers.",
      ""
    },
    footer = {
      "",
      Failures.CODES,
      "",
      "Examples:",
      "  voice-conversation --input my-question.wav --output conversation.wav",
      "  voice-conversation --microphone --live --model gemini-3.8-live --voice Kore",
      "  voice-conversation --microphone --vertex my-project/us-central1",
      "  voice-conversation --microphone=USB --headset --record talk.wav",
      "  echo 'What is the weather like in Lisbon?' | voice-conversation --text"
    })
public final class VoiceConversation implements Callable<Integer> {

  private static final String NAME = "voice-conversation";

  // How much of the answer is heard before the user talks over it.
  private static final Duration PATIENCE = Duration.ofMillis(2500);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
  private static final Duration GOODBYE_LIMIT = Duration.ofMinutes(1);

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--model", paramLabel = "ID", description = "Model. Default: ${DEFAULT-VALUE}.")
  private String model = LiveModel.GEMINI_3_8_LIVE.id();

  @Option(names = "--voice", paramLabel = "NAME", description = "Voice, such as Kore or Puck.")
  private @Nullable String voiceName;

  @Option(
      names = "--microphone",
      paramLabel = "NAME",
      arity = "0..1",
      fallbackValue = "",
      description = "Talk yourself, until Ctrl-C: with this microphone (part of its name), or the"
          + " default one.")
  private @Nullable String microphone;

  @Option(
      names = "--loudspeaker",
      paramLabel = "NAME",
      description = "Play on this loudspeaker (part of its name). Default: the default one.")
  private @Nullable String loudspeaker;

  @Option(
      names = "--headset",
      description = "The microphone does not hear the loudspeaker: do nothing against echo.")
  private boolean headset;

  @Option(
      names = "--input",
      paramLabel = "WAV",
      description = "The question, any WAV file of 8 to 192 kHz. Default: a bundled recording.")
  private @Nullable Path input;

  @Option(
      names = {"--output", "--record"},
      paramLabel = "WAV",
      description =
          "Where to record both sides: you on the left, of the model what was heard on the"
              + " right. Default: target/conversation.wav; with --microphone, nowhere.")
  private @Nullable Path output;

  @Option(names = "--text", description = "Type instead of speaking: reads lines from the input.")
  private boolean text;

  @Option(names = "--no-interruption", description = "Let the model finish.")
  private boolean noInterruption;

  @Option(names = "--live", description = "Talk to Google; needs a key.")
  private boolean live;

  @Option(names = "--simulated", description = "Talk to the simulated service, key or not.")
  private boolean simulated;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "API key; implies --live. Better kept in GOOGLE_API_KEY.")
  private @Nullable String key;

  @Option(
      names = "--endpoint",
      paramLabel = "URI",
      description = "Another address of the service, such as a proxy; implies --live.")
  private @Nullable URI endpoint;

  @Option(
      names = "--vertex",
      paramLabel = "PROJECT/LOCATION",
      description = "Talk to Vertex AI, with access tokens from gcloud; with --simulated, to the"
          + " simulated service as it.")
  private @Nullable String vertex;

  @Option(names = "--silent", description = "Do not play on a sound device.")
  private boolean silent;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show the library's log.")
  private boolean verbose;

  private final Screen screen = new Screen();

  /** Runs the program and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new VoiceConversation()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    if (spec != null && microphone != null && (text || input != null)) {
      throw new ParameterException(
          spec.commandLine(), "--microphone goes neither with --text nor with --input");
    }
    if (spec != null && vertex != null && (key != null || !vertex.matches("[^/]+/[^/]+"))) {
      throw new ParameterException(
          spec.commandLine(), "--vertex wants PROJECT/LOCATION, and does not go with --key");
    }
    if (verbose) {
      // Read by the logger when the first class that logs is loaded, a few lines further down.
      System.setProperty("org.slf4j.simpleLogger.log.io.github.geminilive", "debug");
    }
    try {
      PcmAudio question = input == null
          ? PcmAudio.copyOf(PcmFormat.LIVE_INPUT, Speech.question())
          : WavReader.readAs(input, PcmFormat.LIVE_INPUT);
      Path recording = recording();
      boolean asked = live || key != null || endpoint != null || vertex != null;
      boolean google = !simulated && (asked || Service.hasKey());
      try (Service service = google ? Service.google() : Service.simulated()) {
        if (!google) {
          screen.line("No key: talking to %s", service.name());
        }
        return converse(config(service), question, recording);
      }
    } catch (IOException | TimeoutException | RuntimeException e) {
      return Failures.report(NAME, e);
    }
  }

  private @Nullable Path recording() throws IOException {
    if (output == null && microphone != null) {
      return null;
    }
    Path file = (output == null ? Path.of("target", "conversation.wav") : output).toAbsolutePath();
    Path directory = file.getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    return file;
  }

  private LiveConfig config(Service service) {
    Endpoint there = null;
    if (vertex != null) {
      String[] names = vertex.split("/");
      there = Endpoint.vertex(names[0], names[1]);
    }
    LiveConfig.Builder config = (there == null
            ? service.config(model)
            : service.config(model, there))
        .tools(LiveTools.of(new WeatherTools()));
    if (voiceName != null) {
      config.voice(voiceName);
    }
    if (key != null) {
      config.apiKey(key);
    }
    if (endpoint != null) {
      config.endpoint(there == null ? Endpoint.custom(endpoint) : there.at(endpoint));
    }
    return config.build();
  }

  private int converse(LiveConfig config, PcmAudio question, @Nullable Path recording)
      throws IOException, InterruptedException, TimeoutException {
    try (LiveSession session = LiveClient.connect(config)) {
      String name = session.serverSessionId() == null ? session.id() : session.serverSessionId();
      screen.line("Session %s with %s", name, config.model());
      View view = new View(screen, microphone != null);
      session.subscribe(view);
      if (microphone != null) {
        live(session, view, recording);
      } else {
        act(session, view, question, recording);
      }
      boolean over = session.closed().isDone();
      CloseInfo end = session.closeAsync().join();
      view.report(session.usage());
      if (recording != null) {
        try (WavReader recorded = WavReader.open(recording)) {
          long frames = recorded.declaredFrames().orElse(0);
          screen.line(
              "Recorded %.1f s of conversation: %s",
              seconds(recorded.format().durationOfFrames(frames)), recording);
        }
      }
      return over
          ? Failures.report(NAME, "the session ended by itself: " + end.reason(), Failures.FAILED)
          : 0;
    }
  }

  /** You talk, until Ctrl-C. */
  private void live(LiveSession session, View view, @Nullable Path recording)
      throws InterruptedException {
    Microphone.Builder source = Microphone.builder();
    if (microphone != null && !microphone.isEmpty()) {
      source.device(microphone);
    }
    VoiceLoop.Builder loop = VoiceLoop.builder(session)
        .microphone(source.build())
        .loudspeaker(silent ? nowhere() : speaker())
        .echo(headset ? EchoMode.HEADSET : EchoMode.CANCEL)
        .listener(view);
    if (recording != null) {
      loop.recordTo(recording);
    }
    try (VoiceLoop voice = loop.start()) {
      screen.line("Speak. Ctrl-C ends the conversation.");
      screen.line("");
      CtrlC.once(() -> {
        screen.line("(ending; Ctrl-C again ends at once)");
        voice.stop();
      });
      voice.awaitEnd();
    }
  }

  /** Files, or the keyboard, talk. */
  private void act(LiveSession session, View view, PcmAudio question, @Nullable Path recording)
      throws IOException, InterruptedException, TimeoutException {
    StreamSource.Builder mouth = StreamSource.pushed(PcmFormat.LIVE_INPUT)
        .capacity(question.duration().plus(Duration.ofMinutes(1)));
    if (!text) {
      // Silence where nobody speaks, as from a microphone: so the service hears the end of speech.
      mouth.paced();
    }
    boolean canPlay = !silent && (loudspeaker != null || !AudioDevices.outputs().isEmpty());
    StreamSource source = mouth.build();
    VoiceLoop voice;
    try {
      voice = start(session, view, source, recording, canPlay);
    } catch (AudioDeviceException e) {
      if (loudspeaker != null) {
        throw e;
      }
      screen.line("(no sound: %s)", String.valueOf(e.getMessage()));
      source = mouth.build();
      voice = start(session, view, source, recording, false);
    }
    try (VoiceLoop running = voice) {
      if (text) {
        type(session, view);
      } else {
        screen.line("");
        speak(view, source, question);
      }
      running.stop();
      running.awaitEnd(GOODBYE_LIMIT);
    }
  }

  private VoiceLoop start(
      LiveSession session,
      View view,
      StreamSource source,
      @Nullable Path recording,
      boolean canPlay) {
    VoiceLoop.Builder loop = VoiceLoop.builder(session)
        .microphone(source)
        .loudspeaker(canPlay ? speaker() : nowhere())
        .echo(EchoMode.HEADSET) // a file does not hear the loudspeaker
        .listener(view);
    if (recording != null) {
      loop.recordTo(recording);
    }
    return loop.start();
  }

  private Loudspeaker speaker() {
    Loudspeaker.Builder speaker = Loudspeaker.builder();
    return loudspeaker == null ? speaker.build() : speaker.device(loudspeaker).build();
  }

  /** Takes time as a loudspeaker does, so that answers can be talked over. */
  private static StreamSink nowhere() {
    return StreamSink.builder(PcmFormat.LIVE_OUTPUT, (pcm, offset, length) -> {})
        .build();
  }

  private void speak(View view, StreamSource source, PcmAudio question)
      throws InterruptedException, TimeoutException {
    double length = seconds(question.duration());
    screen.line("(asking, %.1f s)", length);
    say(source, question);
    LiveTurn answer =
        view.await(() -> view.answer(0), "an answer", question.duration().plus(ANSWER_LIMIT));
    if (noInterruption) {
      view.await(() -> view.ended(0), "the end of the answer", ANSWER_LIMIT);
      return;
    }
    view.await(
        () -> heard(answer).compareTo(PATIENCE) < 0 ? view.ended(0) : Optional.of(answer),
        "the beginning of the answer",
        ANSWER_LIMIT);
    screen.line("(talking over it)");
    long began = System.nanoTime();
    int before = view.endedCount();
    say(source, PcmAudio.copyOf(PcmFormat.LIVE_INPUT, Speech.interruption()));
    LiveTurn cut =
        view.await(view::interruption, "an interruption", ANSWER_LIMIT).turn();
    if (cut != null) {
      screen.line(
          "(the answer stopped at %.2f s of %.2f s, %.2f s after the first sound of the"
              + " interruption)",
          seconds(heard(cut)), seconds(cut.audioDuration()), (view.silentSince() - began) / 1e9);
      screen.line("(heard: \"%s\")", cut.heardText().strip());
      screen.line("(not heard: \"%s\")", cut.unheardText().strip());
    }
    view.await(() -> view.ended(before + 1), "a goodbye", ANSWER_LIMIT);
  }

  private static void say(StreamSource source, PcmAudio speech) {
    byte[] pcm = speech.pcm().toByteArray();
    source.push(pcm, 0, pcm.length);
  }

  private static Duration heard(LiveTurn turn) {
    Duration heard = turn.heard();
    return heard == null ? Duration.ZERO : heard;
  }

  private void type(LiveSession session, View view) throws IOException, InterruptedException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    screen.line("Type, and press return. An empty line or the end of the input ends it.");
    for (String line; (line = lines.readLine()) != null && !line.isBlank(); ) {
      int before = view.endedCount();
      screen.line("%6s: %s", "you", line.strip());
      session.sendText(line.strip());
      try {
        view.await(() -> view.ended(before), "an answer", ANSWER_LIMIT);
      } catch (TimeoutException e) {
        screen.line("(%s)", String.valueOf(e.getMessage()));
      }
    }
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
