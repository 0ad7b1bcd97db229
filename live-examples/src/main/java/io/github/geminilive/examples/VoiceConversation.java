package io.github.geminilive.examples;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveConfigException;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveException;
import io.github.geminilive.LiveListener;
import io.github.geminilive.LiveModel;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.UsageTotals;
import io.github.geminilive.examples.voice.Loudspeaker;
import io.github.geminilive.examples.voice.Microphone;
import io.github.geminilive.examples.voice.Screen;
import io.github.geminilive.examples.voice.WavFile;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Speech;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A spoken conversation: asks a question from a WAV file, lets the model call a function, plays the
 * answer, talks over it, and hears the model stop. Without a key it talks to a simulated service in
 * the same process; with {@code GOOGLE_API_KEY} set, to Google.
 */
@Command(
    name = "voice-conversation",
    mixinStandardHelpOptions = true,
    version = "0.1.0",
    sortOptions = false,
    header = "A spoken conversation with a Gemini Live model, from file to file.",
    description = {
      "",
      "Asks a question in speech, shows both sides' transcripts while they come, runs the function"
          + " the model calls, plays the answer, and talks over it. What was heard of the answer is"
          + " written to a WAV file.",
      "",
      "Without a key, a simulated service in this process answers: no network, no microphone, no"
          + " sound device needed. With GOOGLE_API_KEY (or GEMINI_API_KEY) set, Google answers.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 all went well; 1 the conversation broke off; 2 wrong options; 3 a file cannot"
          + " be used; 4 key or configuration refused; 5 no connection.",
      "",
      "Examples:",
      "  voice-conversation --input my-question.wav --output answer.wav",
      "  voice-conversation --live --model gemini-3.8-live --voice Kore",
      "  echo 'What is the weather like in Lisbon?' | voice-conversation --text"
    })
public final class VoiceConversation implements Callable<Integer> {

  private static final int FAILED = 1;
  private static final int BAD_FILE = 3;
  private static final int REFUSED = 4;
  private static final int UNREACHABLE = 5;

  // How much of the answer is heard before the user talks over it.
  private static final Duration PATIENCE = Duration.ofMillis(2500);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  @Option(names = "--model", paramLabel = "ID", description = "Model. Default: ${DEFAULT-VALUE}.")
  private String model = LiveModel.GEMINI_3_8_LIVE.id();

  @Option(names = "--voice", paramLabel = "NAME", description = "Voice, such as Kore or Puck.")
  private @Nullable String voice;

  @Option(
      names = "--input",
      paramLabel = "WAV",
      description = "The question: 16-bit mono PCM, 8 to 192 kHz. Default: a bundled recording.")
  private @Nullable Path input;

  @Option(
      names = "--output",
      paramLabel = "WAV",
      description = "Where to write what was heard. Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("target", "answer.wav");

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
    // Read by the logger when the first class that logs is loaded, a few lines further down.
    System.setProperty(
        "org.slf4j.simpleLogger.log.io.github.geminilive", verbose ? "debug" : "error");
    try {
      WavFile question = text ? null : question();
      return talksToGoogle() ? converse(config(null), question) : simulate(question);
    } catch (WavFile.UnusableException e) {
      return fail(BAD_FILE, e.getMessage());
    } catch (IOException e) {
      return fail(BAD_FILE, "cannot write " + output + ": " + e.getMessage());
    } catch (LiveConfigException e) {
      return fail(REFUSED, e.getMessage());
    } catch (LiveException e) {
      return fail(
          switch (e.kind()) {
            case AUTH, INVALID_REQUEST, NOT_FOUND, POLICY -> REFUSED;
            case UNREACHABLE, TIMEOUT, TLS, CONNECTION_LOST, QUOTA, SERVER -> UNREACHABLE;
            default -> FAILED;
          },
          e.getMessage());
    } catch (TimeoutException e) {
      return fail(FAILED, e.getMessage());
    } catch (CompletionException e) {
      return fail(FAILED, e.getMessage());
    } catch (IllegalArgumentException e) {
      return fail(REFUSED, e.getMessage());
    }
  }

  private static int fail(int code, @Nullable String message) {
    System.err.println("voice-conversation: " + message);
    return code;
  }

  private boolean talksToGoogle() {
    boolean hasKey = isSet("GOOGLE_API_KEY") || isSet("GEMINI_API_KEY");
    return !simulated && (live || key != null || endpoint != null || hasKey);
  }

  private static boolean isSet(String variable) {
    String value = System.getenv(variable);
    return value != null && !value.isBlank();
  }

  private WavFile question() throws WavFile.UnusableException {
    return input == null
        ? new WavFile(Speech.question(), Speech.SAMPLE_RATE_HZ)
        : WavFile.read(input);
  }

  private int simulate(@Nullable WavFile question)
      throws IOException, InterruptedException, TimeoutException {
    try (LiveServer server = LiveServer.start()) {
      screen.line("No key: talking to a simulated service at %s", server.baseUri());
      return converse(config(server), question);
    }
  }

  private LiveConfig config(@Nullable LiveServer server) {
    LiveConfig.Builder config = LiveConfig.builder(model)
        .systemInstruction("You are a helpful assistant. Keep answers short.")
        .tools(WeatherTool.create());
    if (voice != null) {
      config.voice(voice);
    }
    if (server != null) {
      config.endpoint(Endpoint.custom(server.baseUri())).apiKey(server.apiKey());
    } else {
      if (key != null) {
        config.apiKey(key);
      }
      if (endpoint != null) {
        config.endpoint(Endpoint.custom(endpoint));
      }
    }
    return config.build();
  }

  private int converse(LiveConfig config, @Nullable WavFile question)
      throws IOException, InterruptedException, TimeoutException {
    try (Loudspeaker loudspeaker = new Loudspeaker(!silent);
        LiveSession session = LiveClient.connect(config)) {
      String name = session.serverSessionId() == null ? session.id() : session.serverSessionId();
      screen.line(
          "Session %s with %s%s",
          name, config.model(), loudspeaker.hasDevice() ? ", sound on" : ", no sound device");
      screen.line("");
      View view = new View(loudspeaker);
      session.subscribe(view);
      if (question == null) {
        type(session, view);
      } else {
        speak(session, view, loudspeaker, question);
      }
      loudspeaker.awaitSilence(ANSWER_LIMIT);
      CloseInfo end = session.closeAsync().join();
      report(session, view);
      WavFile heard = loudspeaker.recording();
      heard.write(output);
      screen.line("Heard %.1f s of speech: %s", heard.seconds(), output.toAbsolutePath());
      return end.by() == CloseInfo.By.APPLICATION
          ? 0
          : fail(FAILED, "the session ended by itself: " + end.reason());
    }
  }

  private void speak(LiveSession session, View view, Loudspeaker loudspeaker, WavFile question)
      throws InterruptedException, TimeoutException {
    try (Microphone microphone = new Microphone(session, question.sampleRateHz())) {
      view.microphone = microphone;
      screen.line("(asking, %.1f s)", question.seconds());
      microphone.speak(question.pcm(), done -> screen.progress("asking", done)).join();
      LiveTurn answer = view.await(view.firstAudio, "an answer");
      if (noInterruption) {
        view.await(view.firstEnd, "the end of the answer");
        return;
      }
      while (position(answer).compareTo(PATIENCE) < 0 && !view.firstEnd.isDone()) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      if (input != null && question.sampleRateHz() != Speech.SAMPLE_RATE_HZ) {
        screen.line("(no interruption: the bundled one is recorded at 16 kHz)");
        view.await(view.firstEnd, "the end of the answer");
        return;
      }
      long began = System.nanoTime();
      screen.line("(talking over it)");
      CompletableFuture<Void> spoken = microphone.speak(Speech.interruption(), done -> {});
      LiveTurn cut = view.await(view.interrupted, "an interruption");
      screen.line(
          "(the answer stopped at %.2f s of %.2f s, %.2f s after the first sound of the"
              + " interruption)",
          seconds(position(cut)),
          seconds(cut.audioDuration()),
          (loudspeaker.stoppedNanos() - began) / 1e9);
      screen.line("(heard: \"%s\")", cut.heardText().strip());
      screen.line("(not heard: \"%s\")", cut.unheardText().strip());
      spoken.join();
      view.await(view.goodbye, "a goodbye");
    }
  }

  private static Duration position(LiveTurn turn) {
    Duration heard = turn.heard();
    return heard == null ? Duration.ZERO : heard;
  }

  private void type(LiveSession session, View view) throws IOException, InterruptedException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    screen.line("Type, and press return. An empty line or the end of the input ends it.");
    for (String line; (line = lines.readLine()) != null && !line.isBlank(); ) {
      CompletableFuture<LiveTurn> answered = view.nextEnd();
      screen.line("%6s: %s", "you", line.strip());
      session.sendText(line.strip());
      try {
        view.await(answered, "an answer");
      } catch (TimeoutException e) {
        screen.line("(%s)", String.valueOf(e.getMessage()));
      }
    }
  }

  private void report(LiveSession session, View view) {
    screen.line("");
    view.turns.forEach((turn, latency) -> screen.line(
        "turn %d: %s, answered after %s, spoke %.1f s, heard %.1f s",
        turn.number(),
        turn.outcome().name().toLowerCase(Locale.ROOT),
        latency == null ? "-" : "%.2f s".formatted(seconds(latency)),
        seconds(turn.audioDuration()),
        seconds(position(turn))));
    UsageTotals usage = session.usage();
    screen.line(
        "tokens: %d read %s, %d generated %s",
        usage.promptTokens(),
        usage.promptByModality(),
        usage.responseTokens(),
        usage.responseByModality());
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  /** Shows events and gives the main program something to wait for. */
  private final class View implements LiveListener {

    private final Loudspeaker loudspeaker;
    private volatile @Nullable Microphone microphone;
    private final Map<LiveTurn, @Nullable Duration> turns = new LinkedHashMap<>();
    private final CompletableFuture<LiveTurn> firstAudio = new CompletableFuture<>();
    private final CompletableFuture<LiveTurn> firstEnd = new CompletableFuture<>();
    private final CompletableFuture<LiveTurn> interrupted = new CompletableFuture<>();
    private final CompletableFuture<LiveTurn> goodbye = new CompletableFuture<>();
    private volatile CompletableFuture<LiveTurn> nextEnd = new CompletableFuture<>();

    View(Loudspeaker loudspeaker) {
      this.loudspeaker = loudspeaker;
    }

    CompletableFuture<LiveTurn> nextEnd() {
      nextEnd = new CompletableFuture<>();
      return nextEnd;
    }

    LiveTurn await(CompletableFuture<LiveTurn> event, String what)
        throws InterruptedException, TimeoutException {
      try {
        return event.get(ANSWER_LIMIT.toSeconds(), TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        throw new TimeoutException(
            "waited " + ANSWER_LIMIT.toSeconds() + " s for " + what + " in vain");
      } catch (ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        throw new TimeoutException("there was no " + what + ": " + cause.getMessage());
      }
    }

    @Override
    public void onAudio(LiveEvent.Audio audio) {
      if (!turns.containsKey(audio.turn())) {
        Microphone heardBy = microphone;
        turns.put(
            audio.turn(),
            heardBy == null
                ? audio.turn().responseLatency()
                : Duration.ofNanos(System.nanoTime() - heardBy.speechEndedNanos()));
      }
      loudspeaker.add(audio);
      firstAudio.complete(audio.turn());
    }

    @Override
    public void onInputTranscript(LiveEvent.InputTranscript transcript) {
      screen.words("you", transcript.text());
    }

    @Override
    public void onOutputTranscript(LiveEvent.OutputTranscript transcript) {
      screen.words("model", transcript.text());
    }

    @Override
    public void onText(LiveEvent.Text part) {
      screen.words("model", part.text());
    }

    @Override
    public void onToolCalled(LiveEvent.ToolCalled toolCalled) {
      FunctionCall call = toolCalled.call();
      screen.line("%s", "(the model calls " + call.name() + " " + call.args() + ")");
    }

    @Override
    public void onInterrupted(LiveEvent.Interrupted event) {
      loudspeaker.flush();
      if (event.turn() != null) {
        interrupted.complete(event.turn());
      }
    }

    @Override
    public void onTurnEnded(LiveEvent.TurnEnded ended) {
      firstEnd.complete(ended.turn());
      nextEnd.complete(ended.turn());
      if (interrupted.isDone() && ended.turn() != interrupted.join()) {
        goodbye.complete(ended.turn());
      }
    }

    @Override
    public void onWarning(LiveEvent.Warning warning) {
      screen.line("(warning: %s)", warning.message());
    }

    @Override
    public void onClosed(CloseInfo info) {
      TimeoutException gone = new TimeoutException("the session has ended, " + info.reason());
      for (CompletableFuture<LiveTurn> future :
          List.of(firstAudio, firstEnd, interrupted, goodbye, nextEnd)) {
        future.completeExceptionally(gone);
      }
    }
  }
}
