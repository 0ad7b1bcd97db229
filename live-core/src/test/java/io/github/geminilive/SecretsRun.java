package io.github.geminilive;

import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Scenario;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * The program {@link SecretsTest} runs in a JVM of its own, with the log at its finest: everything
 * that handles secrets, and all that can be read of it printed. {@code quiet} as the application is
 * by default, {@code content} with contents logged.
 */
final class SecretsRun {

  static final String KEY = "AQ.the-key-0123456789";
  static final String TOKEN_SECRET = "the-token-0123456789";
  static final String OLD_HANDLE = "the-old-handle-0123456789";
  static final String NEW_HANDLE = "the-new-handle-0123456789";
  static final List<String> SECRETS = List.of(KEY, TOKEN_SECRET, OLD_HANDLE, NEW_HANDLE);
  static final List<String> CONVERSATION =
      List.of("I-said", "it-said", "it-wrote", "told-to-be", "asked-of-tool", "tool-answered");
  static final String DONE = "that is all";

  private SecretsRun() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    try (LiveServer server = LiveServer.builder().rules(false).start()) {
      if (args[0].equals("content")) {
        converse(server, config(server).logContent(true).build()).forEach(SecretsRun::say);
      } else {
        for (LiveEvent event : converse(server, config(server).build())) {
          if (event instanceof LiveEvent.Warning warning) {
            say(warning.message());
          }
        }
        closeQuoting(server);
        failQuoting(server);
      }
    }
    try (LiveServer server = LiveServer.builder().rules(false).start()) {
      failToDial(server);
    }
    makeTokens();
    say(DONE);
    System.exit(0);
  }

  private static void say(Object words) {
    System.out.println(words);
  }

  /** Prints all that can be read of an exception. */
  private static void explain(Throwable thrown) {
    thrown.printStackTrace(System.out);
    Throwable live = thrown.getCause() == null ? thrown : thrown.getCause();
    if (live instanceof LiveHandshakeException handshake) {
      say(handshake.body());
    } else if (live instanceof LiveClosedException closed) {
      say(closed.info());
    }
  }

  private static LiveConfig.Builder config(LiveServer server) {
    return LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
        .endpoint(Endpoint.custom(server.baseUri()))
        .apiKey(KEY)
        .systemInstruction("told-to-be nice")
        .resumeFrom(OLD_HANDLE)
        .tools(ToolSet.builder()
            .add(
                FunctionDeclaration.builder("good", "works").build(),
                (args, context) -> "tool-answered")
            .add(FunctionDeclaration.builder("bad", "fails").build(), (args, context) -> {
              throw new IllegalStateException("tool-answered");
            })
            .build());
  }

  /** A conversation with everything in it; resumed once, and then ended by the service. */
  private static List<LiveEvent> converse(LiveServer server, LiveConfig config) throws Exception {
    Scenario first = Scenario.create()
        .acceptSetup()
        .send("{\"sessionResumptionUpdate\":{\"newHandle\":\""
            + NEW_HANDLE
            + "\",\"resumable\":true}}")
        .await("clientContent")
        .send("{\"serverContent\":{\"inputTranscription\":{\"text\":\"I-said\"}}}")
        .send("{\"serverContent\":{\"outputTranscription\":{\"text\":\"it-said\"}}}")
        .send("{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"text\":\"it-wrote\"}]}}}")
        .send("{\"serverContent\":{\"outputTranscription\":\"it-said\"}}")
        .send("{\"serverContent\":{\"turnCompleteReason\":[\"it-said\"]}}")
        .send("{\"somethingNew\":{\"text\":\"it-said\"}}")
        .sendText("it-said, but not as JSON")
        .sendText("{\"serverContent\":{\"outputTranscription\":{\"text\":\"it-said")
        .send("{\"toolCall\":{\"functionCalls\":["
            + "{\"id\":\"1\",\"name\":\"good\",\"args\":{\"a\":\"asked-of-tool\"}},"
            + "{\"id\":\"2\",\"name\":\"bad\",\"args\":{\"a\":\"asked-of-tool\"}},"
            + "{\"id\":\"3\",\"name\":\"unknown\",\"args\":{\"a\":\"asked-of-tool\"}}]}}")
        .await("toolResponse")
        .await("toolResponse")
        .await("toolResponse")
        .send("{\"serverContent\":{\"turnComplete\":true}}")
        .close(1011, "Internal error encountered.");
    Scenario second = Scenario.create()
        .acceptSetup()
        .send("{\"serverContent\":{\"outputTranscription\":{\"text\":\"it-said\"}}}")
        .send("{\"serverContent\":{\"turnComplete\":true}}")
        .close(4000, "enough of " + NEW_HANDLE);
    server.script(first, second);
    List<LiveEvent> events = new CopyOnWriteArrayList<>();
    LiveSession session = LiveClient.connect(config);
    CompletableFuture<Void> over = new CompletableFuture<>();
    session.subscribe(
        new LiveListener() {
          @Override
          public void onEvent(LiveEvent event) {
            events.add(event);
            if (event instanceof LiveEvent.Closed) {
              over.complete(null);
            }
          }
        },
        Delivery.lossless());
    session.sendText("I-said").get(30, TimeUnit.SECONDS);
    over.get(30, TimeUnit.SECONDS);

    say(session);
    say(session.metrics());
    say(session.usage());
    say(session.closed().join());
    say(session.config());
    explain(catchThrowable(() -> session.sendText("I-said").join()));
    explain(catchThrowable(() -> session.sendAudio(new byte[320]).join()));
    return events;
  }

  private static void closeQuoting(LiveServer server) {
    for (String quoted : List.of(KEY, OLD_HANDLE, NEW_HANDLE)) {
      Scenario disliked = Scenario.create()
          .acceptSetup()
          .send("{\"sessionResumptionUpdate\":{\"newHandle\":\""
              + NEW_HANDLE
              + "\",\"resumable\":true}}")
          .close(1008, "do not like " + quoted);
      // Such an end is got over once.
      server.script(disliked, disliked);
      LiveSession session = LiveClient.connect(config(server).build());
      say(session.closed().orTimeout(30, TimeUnit.SECONDS).join());
      say(session);
      explain(catchThrowable(() -> session.sendText("I-said").join()));
    }
  }

  private static void failQuoting(LiveServer server) {
    server.script(Scenario.create()
        .acceptSetup()
        .send("{\"error\":{\"code\":401,\"message\":\"not " + KEY + " and " + OLD_HANDLE + "\"}}"));
    say(LiveClient.connect(config(server).build())
        .closed()
        .orTimeout(30, TimeUnit.SECONDS)
        .join());
  }

  private static void failToDial(LiveServer server) {
    String quoting = "no access with " + KEY + ", Token auth_tokens/" + TOKEN_SECRET;
    for (Scenario scenario : List.of(
        Scenario.refuseUpgrade(401, Map.of("X-Key", KEY), quoting),
        Scenario.closeBeforeSetupComplete(1007, "API key " + KEY + " not valid"),
        Scenario.closeBeforeSetupComplete(1008, "x".repeat(100) + " " + KEY + KEY),
        Scenario.closeBeforeSetupComplete(1008, "no session " + OLD_HANDLE),
        Scenario.answerUpgradeWith(quoting + "\r\n\r\n"),
        Scenario.create().awaitMessages(1).send("{\"error\":{\"message\":\"" + quoting + "\"}}"),
        Scenario.neverCompleteSetup())) {
      failToDial(scenario, builder -> builder.setupTimeout(Duration.ofMillis(200)));
    }
    Credentials token = Credentials.ephemeralToken("auth_tokens/" + TOKEN_SECRET);
    for (Scenario scenario : List.of(
        Scenario.refuseUpgrade(403, Map.of(), quoting),
        Scenario.closeBeforeSetupComplete(1008, "used up: auth_tokens/" + TOKEN_SECRET),
        Scenario.closeBeforeSetupComplete(1008, "used up: " + TOKEN_SECRET))) {
      failToDial(scenario, builder -> builder.credentials(token));
    }
    for (String base :
        List.of("ws://127.0.0.1:1", "wss://no-such-host.invalid", "ws://192.0.2.1")) {
      Endpoint endpoint = Endpoint.custom(URI.create(base));
      explain(catchThrowable(
          () -> LiveClient.connect(config(server).endpoint(endpoint).build()).close()));
    }
    explain(catchThrowable(() -> LiveClient.connect(
            config(server).endpoint(Endpoint.vertex("p", "l")).build())
        .close()));
    explain(catchThrowable(() -> LiveClient.connectAsync(config(server)
            .endpoint(Endpoint.custom(URI.create("ws://127.0.0.1:1")))
            .build())
        .get(30, TimeUnit.SECONDS)));
  }

  /** Tokens that are made, refused, and answered in a way that nobody understands. */
  private static void makeTokens() throws Exception {
    String name = "\"auth_tokens/" + TOKEN_SECRET + "\"";
    for (String answer : List.of(
        "200 OK\r\n\r\n{\"name\":" + name + ",\"key\":\"" + KEY + "\"}",
        "200 OK\r\n\r\n{\"token\":\"" + TOKEN_SECRET + "\"}",
        "200 OK\r\n\r\n{\"name\":" + name,
        "403 Forbidden\r\n\r\nnot with " + KEY + " and " + name,
        "302 Found\r\nLocation: http://127.0.0.1:1/?key=" + KEY + "\r\n\r\n",
        "not HTTP " + name + "\r\n\r\n")) {
      try (RawPeer peer = RawPeer.answering("HTTP/1.1 " + answer, RawPeer.Then.CLOSE)) {
        LiveConfig config = LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
            .endpoint(Endpoint.custom(peer.baseUri()))
            .apiKey(KEY)
            .systemInstruction("told-to-be nice")
            .build();
        EphemeralTokens tokens = EphemeralTokens.of(config);
        TokenRequest request = TokenRequest.oneUse(Duration.ofMinutes(1), config);
        say(tokens);
        say(request);
        Throwable refused = catchThrowable(() -> {
          EphemeralToken token = tokens.create(request);
          say(token);
          say(token.credentials());
        });
        if (refused != null) {
          explain(refused);
        }
      }
    }
  }

  private static void failToDial(Scenario scenario, UnaryOperator<LiveConfig.Builder> change) {
    try (LiveServer server =
        LiveServer.builder().rules(false).scenario(scenario).start()) {
      explain(catchThrowable(
          () -> LiveClient.connect(change.apply(config(server)).build()).close()));
    }
  }
}
