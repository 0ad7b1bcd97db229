package io.github.geminilive.examples.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.geminilive.Credentials;
import io.github.geminilive.Endpoint;
import io.github.geminilive.Endpoint.Backend;
import io.github.geminilive.FileSnapshotStore;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveModel;
import io.github.geminilive.SnapshotStore;
import io.github.geminilive.examples.HomeTools;
import io.github.geminilive.examples.WeatherTools;
import io.github.geminilive.examples.voice.CtrlC;
import io.github.geminilive.examples.voice.Failures;
import io.github.geminilive.examples.voice.Gcloud;
import io.github.geminilive.examples.voice.Service;
import io.github.geminilive.relay.LiveRelay;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.tools.LiveTools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A conversation in a browser. The page talks to this program, and this program to the service: the
 * key stays here, the functions run here. Or the page gets a short-lived token from here and talks to
 * the service itself. Without a key, a simulated service in the same process answers; with {@code
 * GOOGLE_API_KEY} set, Google.
 */
@Command(
    name = "web-conversation",
    mixinStandardHelpOptions = true,
    version = "0.1.0",
    sortOptions = false,
    header = "A spoken conversation with a Gemini Live model in a browser.",
    description = {
      "",
      "Serves a page with a microphone, a transcript, level meters and response times, and relays"
          + " what is said to the service. Prints the address to open; runs until Ctrl-C.",
      "",
      "Without a key, a simulated service in this process answers. With GOOGLE_API_KEY (or"
          + " GEMINI_API_KEY) set, Google answers. The key never leaves this process.",
      ""
    },
    footer = {
      "",
      Failures.CODES,
      "",
      "Examples:",
      "  web-conversation --port 8080",
      "  web-conversation --model gemini-3.8-live --voice Kore",
      "  web-conversation --vertex my-project/europe-west4",
      "  web-conversation --behind-proxy --origin https://talk.example.com --snapshots /var/talk"
    })
public final class WebConversation implements Callable<Integer> {

  private static final String NAME = "web-conversation";
  private static final Duration SNAPSHOT_LIFE = Duration.ofMinutes(10);

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Where to listen; 0 takes any that is free. Default: ${DEFAULT-VALUE}.")
  private int port = 8080;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      description = "Address to listen on. Default: ${DEFAULT-VALUE}, which only this machine"
          + " reaches; others need --origin, and browsers lend the microphone to https pages only.")
  private String bind = "127.0.0.1";

  @Option(
      names = "--origin",
      paramLabel = "ORIGIN",
      description = "Address that browsers open, such as https://talk.example.com, where it is not"
          + " this program's own; may be repeated. Pages of other origins are refused.")
  private List<String> origins = List.of();

  @Option(
      names = "--behind-proxy",
      description = "Believe the proxy's X-Forwarded-For and X-Forwarded-Proto.")
  private boolean behindProxy;

  @Option(names = "--model", paramLabel = "ID", description = "Model. Default: ${DEFAULT-VALUE}.")
  private String model = LiveModel.GEMINI_3_8_LIVE.id();

  @Option(names = "--voice", paramLabel = "NAME", description = "Voice, such as Kore or Puck.")
  private @Nullable String voice;

  @Option(names = "--simulated", description = "Talk to the simulated service, key or not.")
  private boolean simulated;

  @Option(
      names = "--service",
      paramLabel = "URI",
      description = "Another address of the service, such as ws://127.0.0.1:9000.")
  private @Nullable URI service;

  @Option(
      names = "--vertex",
      paramLabel = "PROJECT/LOCATION",
      description = "Talk to Vertex AI, with access tokens from gcloud; with --simulated, in its"
          + " dialect. It has no tokens for browsers: only through the server.")
  private @Nullable String vertex;

  @Option(
      names = "--snapshots",
      paramLabel = "WHERE",
      defaultValue = "${env:WEB_SNAPSHOTS}",
      description = "Keep conversations where other processes can go on with them: a directory, or"
          + " redis://HOST:PORT. These processes need the same WEB_LOGIN_SECRET, at least 32"
          + " characters, in their environment, to know the same users. Default: the environment's"
          + " WEB_SNAPSHOTS, then nowhere.")
  private @Nullable String snapshots;

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      description = "How long to wait for a quiet moment of each conversation when this program is"
          + " told to end. Default: ${DEFAULT-VALUE}.")
  private int drain = 20;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show the library's log.")
  private boolean verbose;

  /** Runs the program and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new WebConversation()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    if (verbose) {
      // Read by the logger when the first class that logs is loaded, a few lines further down.
      System.setProperty("org.slf4j.simpleLogger.log.io.github.geminilive", "debug");
    }
    boolean own = simulated || (service == null && vertex == null && !Service.hasKey());
    try (LiveServer stand = own
        ? LiveServer.builder()
            .persona(SimulatedService.persona())
            .recording(false)
            .start()
        : null) {
      if (!isLoopback(bind) && origins.isEmpty()) {
        String problem = "--bind " + bind + " needs --origin: the address browsers open";
        return Failures.report(NAME, problem, Failures.USAGE);
      }
      serve(config(stand), stand == null ? "" : "simulated service");
      return 0;
    } catch (IOException | RuntimeException e) {
      return Failures.report(NAME, e);
    }
  }

  private void serve(LiveConfig config, String serviceName)
      throws IOException, InterruptedException {
    LiveRelay.Builder relays = LiveRelay.builder(config).showTools(true).observe(new Diary());
    if (snapshots != null && !snapshots.isBlank()) {
      relays.snapshots(store(snapshots), SNAPSHOT_LIFE);
    }
    try (LiveRelay relay = relays.build();
        WebServer server = server(relay, config, serviceName)) {
      CountDownLatch over = new CountDownLatch(1);
      CtrlC.once(over::countDown);
      Thread ending = new Thread(() -> handOver(server, relay), "ending");
      Runtime.getRuntime().addShutdownHook(ending);
      System.out.println("Open " + (origins.isEmpty() ? server.uri() : origins.get(0)));
      over.await();
      Runtime.getRuntime().removeShutdownHook(ending);
    }
  }

  private WebServer server(LiveRelay relay, LiveConfig config, String serviceName)
      throws IOException {
    WebServer.Builder server = WebServer.builder(relay)
        .bind(bind)
        .port(port)
        .origins(origins.toArray(String[]::new))
        .behindProxy(behindProxy)
        .login(login())
        .setting("title", config.model().id())
        .setting("service", serviceName)
        .setting("model", config.endpoint().modelName(config.model()));
    if (config.endpoint().backend() == Backend.DEVELOPER) {
      server.direct(new TokenAccess(config));
    }
    return server.start();
  }

  private LiveConfig config(@Nullable LiveServer stand) {
    LiveConfig.Builder config = LiveConfig.builder(model)
        .systemInstruction("You are a helpful assistant. Keep answers short.")
        .tools(LiveTools.of(new WeatherTools(), new HomeTools()))
        .inputTranscription(true)
        .outputTranscription(true);
    if (voice != null) {
      config.voice(voice);
    }
    URI elsewhere = stand == null ? service : stand.baseUri();
    if (vertex != null) {
      int slash = vertex.indexOf('/');
      if (slash < 0) {
        throw new IllegalArgumentException("--vertex wants PROJECT/LOCATION: " + vertex);
      }
      Endpoint endpoint = Endpoint.vertex(vertex.substring(0, slash), vertex.substring(slash + 1));
      return config
          .endpoint(elsewhere == null ? endpoint : endpoint.at(elsewhere))
          .credentials(
              Credentials.accessToken(stand == null ? Gcloud::accessToken : () -> "simulated"))
          .build();
    }
    if (stand != null) {
      return config
          .endpoint(Endpoint.custom(stand.baseUri()))
          .apiKey(stand.apiKey())
          .build();
    }
    if (service != null) {
      config.endpoint(Endpoint.custom(service));
      if (!Service.hasKey()) {
        // A simulated service takes any.
        config.apiKey("no-key");
      }
    }
    return config.build();
  }

  /** Several processes that share their conversations have to know the same users. */
  private static Login login() {
    String secret = System.getenv("WEB_LOGIN_SECRET");
    return secret == null || secret.isBlank()
        ? CookieLogin.ofThisProcess()
        : new CookieLogin(secret.getBytes(UTF_8), Clock.systemUTC());
  }

  private static SnapshotStore store(String where) throws IOException {
    return where.startsWith("redis:") || where.startsWith("rediss:")
        ? RedisSnapshotStore.of(URI.create(where))
        : FileSnapshotStore.in(Path.of(where));
  }

  private static boolean isLoopback(String address) throws UnknownHostException {
    return InetAddress.getByName(address).isLoopbackAddress();
  }

  /** Gives conversations to other processes, where there are any. */
  private void handOver(WebServer server, LiveRelay relay) {
    server.drain();
    try {
      // A little longer than the relay itself takes at most.
      relay.drain(Duration.ofSeconds(drain)).get(drain + 5L, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      System.err.println(NAME + ": not all conversations were handed over");
    }
  }
}
