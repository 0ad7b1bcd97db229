package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Scenario;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Searches all that a session prints at the finest log level, and all that its objects say of
 * themselves, for its secrets and for what was said in it.
 */
class SecretsTest {

  private static final String KEY = "AQ.the-key-0123456789";
  private static final String TOKEN_SECRET = "the-token-0123456789";
  private static final String OLD_HANDLE = "the-old-handle-0123456789";
  private static final String NEW_HANDLE = "the-new-handle-0123456789";
  private static final List<String> SECRETS = List.of(KEY, TOKEN_SECRET, OLD_HANDLE, NEW_HANDLE);
  private static final List<String> CONVERSATION =
      List.of("I-said", "it-said", "it-wrote", "told-to-be", "asked-of-tool", "tool-answered");

  private static final List<String> LOGGERS =
      List.of(
          "io.github.geminilive.client",
          "io.github.geminilive.session",
          "io.github.geminilive.tools");

  private final LiveServer server = LiveServer.builder().rules(false).start();
  private final Map<Logger, Integer> levels = new HashMap<>();
  private final LogCapture log = new LogCapture();
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void logEverything() throws Exception {
    for (String name : LOGGERS) {
      Logger logger = LoggerFactory.getLogger(name);
      levels.put(logger, level(logger).getInt(logger));
      level(logger).setInt(logger, 0);
      assertThat(logger.isTraceEnabled()).isTrue();
    }
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    log.close();
    for (Map.Entry<Logger, Integer> entry : levels.entrySet()) {
      level(entry.getKey()).setInt(entry.getKey(), entry.getValue());
    }
  }

  /** The simple logger has no way to change the level of a logger that exists. */
  private static Field level(Logger logger) throws NoSuchFieldException {
    Field field = logger.getClass().getDeclaredField("currentLogLevel");
    field.setAccessible(true);
    return field;
  }

  @Test
  void aSessionPrintsNeitherItsSecretsNorWhatIsSaid() throws Exception {
    List<LiveEvent> events = converse(config().build());

    assertThat(log.text())
        .contains("DEBUG", "is open", "serverContent", "toolCall", "unreadable");
    assertThat(events)
        .hasAtLeastOneElementOfType(LiveEvent.Resumption.class)
        .hasAtLeastOneElementOfType(LiveEvent.OutputTranscript.class)
        .hasAtLeastOneElementOfType(LiveEvent.ToolAnswered.class)
        .hasAtLeastOneElementOfType(LiveEvent.Warning.class)
        .hasAtLeastOneElementOfType(LiveEvent.Closed.class);
    for (LiveEvent event : events) {
      assertThat(event.toString()).doesNotContain(SECRETS);
      if (event instanceof LiveEvent.Warning warning) {
        said.add(warning.message());
      }
    }
    assertNothingLeaked();
  }

  @Test
  void contentsAreTracedOnDemandButSecretsNever() throws Exception {
    converse(config().logContent(true).build());

    assertThat(log.text()).contains("TRACE", "it-said", "I-said").doesNotContain(SECRETS);
  }

  @Test
  void whatTheServiceQuotesWhenItClosesIsMasked() {
    for (String quoted : List.of(KEY, OLD_HANDLE, NEW_HANDLE)) {
      server.script(
          Scenario.create()
              .acceptSetup()
              .send(
                  "{\"sessionResumptionUpdate\":{\"newHandle\":\""
                      + NEW_HANDLE
                      + "\",\"resumable\":true}}")
              .close(1008, "do not like " + quoted));
      LiveSession session = LiveClient.connect(config().build());

      CloseInfo info = session.closed().orTimeout(10, TimeUnit.SECONDS).join();

      assertThat(info.reason()).isEqualTo("do not like ***");
      said.add(info.toString());
      said.add(String.valueOf(session));
      explain(catchThrowable(() -> session.sendText("I-said").join()));
    }
    assertNothingLeaked();
  }

  @Test
  void anErrorMessageThatQuotesSecretsIsMasked() {
    server.script(
        Scenario.create()
            .acceptSetup()
            .send(
                "{\"error\":{\"code\":401,\"message\":\"not "
                    + KEY
                    + " and "
                    + OLD_HANDLE
                    + "\"}}"));
    LiveSession session = LiveClient.connect(config().build());

    CloseInfo info = session.closed().orTimeout(10, TimeUnit.SECONDS).join();

    assertThat(info.reason()).isEqualTo("error 401: not *** and ***");
    assertNothingLeaked();
  }

  @Test
  void failedDialsPrintNoSecrets() throws Exception {
    String quoting = "no access with " + KEY + ", Token auth_tokens/" + TOKEN_SECRET;
    server.script(
        Scenario.refuseUpgrade(401, Map.of("X-Key", KEY), quoting),
        Scenario.closeBeforeSetupComplete(1007, "API key " + KEY + " not valid"),
        Scenario.closeBeforeSetupComplete(1008, "x".repeat(100) + " " + KEY + KEY),
        Scenario.closeBeforeSetupComplete(1008, "no session " + OLD_HANDLE),
        Scenario.answerUpgradeWith(quoting + "\r\n\r\n"),
        Scenario.create().awaitMessages(1).send("{\"error\":{\"message\":\"" + quoting + "\"}}"),
        Scenario.neverCompleteSetup());
    for (int i = 0; i < 7; i++) {
      explain(
          catchThrowable(
              () ->
                  LiveClient.connect(config().setupTimeout(Duration.ofMillis(200)).build())
                      .close()));
    }
    assertThat(server.upgrades()).hasSize(7);
    Credentials token = Credentials.ephemeralToken("auth_tokens/" + TOKEN_SECRET);
    server.script(
        Scenario.refuseUpgrade(403, Map.of(), quoting),
        Scenario.closeBeforeSetupComplete(1008, "used up: auth_tokens/" + TOKEN_SECRET),
        Scenario.closeBeforeSetupComplete(1008, "used up: " + TOKEN_SECRET));
    for (int i = 0; i < 3; i++) {
      explain(
          catchThrowable(() -> LiveClient.connect(config().credentials(token).build()).close()));
    }
    assertThat(server.upgrades()).hasSize(10);
    for (String base :
        List.of("ws://127.0.0.1:1", "wss://no-such-host.invalid", "ws://192.0.2.1")) {
      Endpoint endpoint = Endpoint.custom(URI.create(base));
      explain(
          catchThrowable(
              () -> LiveClient.connect(config().endpoint(endpoint).build()).close()));
    }
    explain(
        catchThrowable(
            () -> LiveClient.connect(config().apiKey("k").endpoint(
                Endpoint.vertex("p", "l")).build()).close()));
    explain(
        catchThrowable(
            () ->
                LiveClient.connectAsync(
                        config().endpoint(Endpoint.custom(URI.create("ws://127.0.0.1:1"))).build())
                    .get(10, TimeUnit.SECONDS)));

    assertThat(said).hasSizeGreaterThan(15);
    assertNothingLeaked();
  }

  @Test
  void objectsSayNothingOfTheirSecrets() {
    LiveConfig config = config().build();
    said.add(config.toString());
    said.add(config.credentials().toString());
    said.add(config.credentials().header().toString());
    said.add(config.endpoint().toString());
    said.add(String.valueOf(config.setup().sessionResumption()));
    said.add(config.check().toString());
    said.add(config.endpoint().uri(true).toString());
    said.add(LiveClient.builder().build().toString());

    assertNothingLeaked();
  }

  private LiveConfig.Builder config() {
    return LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
        .endpoint(Endpoint.custom(server.baseUri()))
        .apiKey(KEY)
        .systemInstruction("told-to-be nice")
        .resumeFrom(OLD_HANDLE)
        .tools(
            ToolSet.builder()
                .add(
                    FunctionDeclaration.builder("good", "works").build(),
                    (args, context) -> "tool-answered")
                .add(
                    FunctionDeclaration.builder("bad", "fails").build(),
                    (args, context) -> {
                      throw new IllegalStateException("tool-answered");
                    })
                .build());
  }

  /** A conversation with everything in it; ended by the service. */
  private List<LiveEvent> converse(LiveConfig config) throws Exception {
    server.script(
        Scenario.create()
            .acceptSetup()
            .send(
                "{\"sessionResumptionUpdate\":{\"newHandle\":\""
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
            .send(
                "{\"toolCall\":{\"functionCalls\":["
                    + "{\"id\":\"1\",\"name\":\"good\",\"args\":{\"a\":\"asked-of-tool\"}},"
                    + "{\"id\":\"2\",\"name\":\"bad\",\"args\":{\"a\":\"asked-of-tool\"}},"
                    + "{\"id\":\"3\",\"name\":\"unknown\",\"args\":{\"a\":\"asked-of-tool\"}}]}}")
            .await("toolResponse")
            .await("toolResponse")
            .await("toolResponse")
            .send("{\"serverContent\":{\"turnComplete\":true}}")
            .close(1011, "Internal error encountered."));
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
    session.sendText("I-said").get(10, TimeUnit.SECONDS);
    over.get(10, TimeUnit.SECONDS);

    said.add(session.toString());
    said.add(session.metrics().toString());
    said.add(session.usage().toString());
    said.add(session.closed().join().toString());
    said.add(session.config().toString());
    explain(catchThrowable(() -> session.sendText("I-said").join()));
    explain(catchThrowable(() -> session.sendAudio(new byte[320]).join()));
    return events;
  }

  /** Keeps all that can be read of an exception. */
  private void explain(Throwable thrown) {
    assertThat(thrown).isNotNull();
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    said.add(trace.toString());
    Throwable live = thrown.getCause() == null ? thrown : thrown.getCause();
    if (live instanceof LiveHandshakeException handshake) {
      said.add(handshake.body());
    } else if (live instanceof LiveClosedException closed) {
      said.add(closed.reason());
      said.add(closed.info().toString());
    }
  }

  private void assertNothingLeaked() {
    said.add(log.text());
    List<String> searched = new ArrayList<>(SECRETS);
    searched.addAll(CONVERSATION);
    for (String text : said) {
      assertThat(text).doesNotContain(searched);
      for (String secret : SECRETS) {
        // Not even a good part of it, where a text was cut.
        assertThat(text).doesNotContain(secret.substring(0, secret.length() / 2 + 2));
      }
    }
  }
}
