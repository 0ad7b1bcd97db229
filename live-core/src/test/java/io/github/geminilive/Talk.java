package io.github.geminilive;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Scenario;
import io.github.geminilive.testkit.VirtualTime;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An open session and the service's end of it, in the hands of a test. Closing it closes the
 * session, and fails when that leaves the connection open.
 */
final class Talk implements AutoCloseable {

  /** How long a test waits for what must come. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The end of the connection is the end of the session. */
  static final UnaryOperator<LiveConfig.Builder> ONE_CONNECTION =
      config -> config.resumption(false);

  private static final ObjectMapper JSON = new ObjectMapper();
  // A client's threads and its HTTP client are shared: only time and executor differ.
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final LiveClient CLIENT = LiveClient.builder().httpClient(HTTP).build();

  final LiveServer server;
  final Connection service;
  final LiveSession session;
  private final @Nullable VirtualTime time;
  private final @Nullable LiveStream<LiveEvent> events;

  private Talk(
      LiveServer server,
      Connection service,
      LiveSession session,
      @Nullable VirtualTime time,
      boolean watched) {
    this.server = server;
    this.service = service;
    this.session = session;
    this.time = time;
    this.events = watched ? session.events() : null;
  }

  /** A session with a 2.5 native audio model on the Developer API. */
  static Talk open() {
    return with().open();
  }

  /** A session that differs in its configuration. */
  static Talk open(UnaryOperator<LiveConfig.Builder> config) {
    return with().config(config).open();
  }

  /** Begins to describe a session. */
  static Setting with() {
    return new Setting();
  }

  /** What a session is opened with. */
  static final class Setting {
    private LiveModel model = LiveModel.GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW;
    private boolean vertex;
    private boolean watched = true;
    private @Nullable VirtualTime time;
    private @Nullable Executor executor;
    private UnaryOperator<LiveConfig.Builder> config = builder -> builder;
    private UnaryOperator<LiveServer.Builder> serverSettings = builder -> builder;
    private Scenario scenario = Scenario.create().acceptSetup();

    Setting model(LiveModel model) {
      this.model = model;
      return this;
    }

    Setting vertex() {
      vertex = true;
      return this;
    }

    /** No subscriber of the test's own. */
    Setting unwatched() {
      watched = false;
      return this;
    }

    Setting time(VirtualTime time) {
      this.time = time;
      return this;
    }

    Setting executor(Executor executor) {
      this.executor = executor;
      return this;
    }

    Setting config(UnaryOperator<LiveConfig.Builder> config) {
      this.config = config;
      return this;
    }

    Setting server(UnaryOperator<LiveServer.Builder> serverSettings) {
      this.serverSettings = serverSettings;
      return this;
    }

    Setting scenario(Scenario scenario) {
      this.scenario = scenario;
      return this;
    }

    LiveConfig configFor(LiveServer server) {
      LiveConfig.Builder builder = LiveConfig.builder(model);
      if (vertex) {
        builder
            .endpoint(Endpoint.vertex("project", "us-central1").at(server.baseUri()))
            .credentials(Credentials.accessToken(() -> "token"));
      } else {
        builder.endpoint(Endpoint.developer().at(server.baseUri())).apiKey(server.apiKey());
      }
      return config.apply(builder).build();
    }

    LiveServer startServer() {
      return serverSettings
          .apply(LiveServer.builder().rules(false).scenario(scenario))
          .start();
    }

    LiveClient client() {
      if (time == null && executor == null) {
        return CLIENT;
      }
      LiveClient.Builder builder = LiveClient.builder().httpClient(HTTP);
      if (time != null) {
        builder.scheduler(time).nanoTime(time.nanoTime());
      }
      if (executor != null) {
        builder.executor(executor);
      }
      return builder.build();
    }

    Talk open() {
      LiveServer server = startServer();
      try {
        LiveSession session = client().open(configFor(server));
        Connection service = server.nextConnection();
        service.nextMessage();
        return new Talk(server, service, session, time, watched);
      } catch (RuntimeException | Error e) {
        server.close();
        throw e;
      }
    }
  }

  /** Sends a message of the service; single quotes stand for double ones. */
  Talk hear(String json) {
    service.send(json.replace('\'', '"'));
    return this;
  }

  /** Sends a {@code serverContent} with these members. */
  Talk content(String members) {
    return hear("{'serverContent':{" + members + "}}");
  }

  /** Sends audio at 24 kHz, all samples of the given value. */
  Talk audio(int millis, int value) {
    return content(audioPart("audio/pcm;rate=24000", pcm(millis, 24_000, value)));
  }

  /** Sends the end of a turn. */
  Talk turnComplete() {
    return content("'turnComplete':true");
  }

  /** A {@code modelTurn} member with a piece of audio. */
  static String audioPart(String mimeType, byte[] pcm) {
    return "'modelTurn':{'parts':[{'inlineData':{'mimeType':'"
        + mimeType
        + "','data':'"
        + Base64.getEncoder().encodeToString(pcm)
        + "'}}]}";
  }

  /** A {@code modelTurn} member with a piece of audio at 24 kHz. */
  static String audioPart(int millis) {
    return audioPart("audio/pcm;rate=24000", pcm(millis, 24_000, 1));
  }

  /** PCM whose samples all have the given value. */
  static byte[] pcm(int millis, int rate, int value) {
    byte[] pcm = new byte[rate * millis / 1000 * 2];
    for (int i = 0; i < pcm.length; i += 2) {
      pcm[i] = (byte) value;
      pcm[i + 1] = (byte) (value >> 8);
    }
    return pcm;
  }

  /** The value of all samples of a piece of audio. */
  static int valueOf(AudioChunk chunk) {
    byte[] pcm = chunk.toByteArray();
    return (short) ((pcm[0] & 0xFF) | pcm[1] << 8);
  }

  /** Parses JSON; single quotes stand for double ones. */
  static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  /** The next event. */
  LiveEvent next() {
    try {
      Optional<LiveEvent> event = requireNonNull(events).poll(PATIENCE);
      return event.orElseThrow(() -> new AssertionError("no event came"));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The next event, which must be of this kind. */
  <E extends LiveEvent> E next(Class<E> kind) {
    LiveEvent event = next();
    assertThat(event).isInstanceOf(kind);
    return kind.cast(event);
  }

  /** The next event of this kind; others are passed over. */
  <E extends LiveEvent> E await(Class<E> kind) {
    List<LiveEvent> passed = until(kind);
    return kind.cast(passed.get(passed.size() - 1));
  }

  /** The events up to the next one of this kind, which is the last of them. */
  List<LiveEvent> until(Class<? extends LiveEvent> kind) {
    List<LiveEvent> passed = new ArrayList<>();
    do {
      passed.add(next());
    } while (!kind.isInstance(passed.get(passed.size() - 1)));
    return passed;
  }

  /**
   * All events up to now: whatever the service sent before this call has been told when it returns.
   */
  List<LiveEvent> settled() {
    hear("{'testMarker':{}}");
    List<LiveEvent> passed = new ArrayList<>();
    while (true) {
      LiveEvent event = next();
      if (event instanceof LiveEvent.Unrecognized unknown
          && unknown.json().text().contains("testMarker")) {
        return passed;
      }
      passed.add(event);
    }
  }

  /** The simple names of events' kinds. */
  static List<String> kinds(List<? extends LiveEvent> events) {
    return events.stream().map(event -> event.getClass().getSimpleName()).toList();
  }

  /** The warnings of a kind among events. */
  static List<LiveEvent.Warning> warnings(
      List<? extends LiveEvent> events, LiveEvent.Warning.Kind kind) {
    return events.stream()
        .filter(LiveEvent.Warning.class::isInstance)
        .map(LiveEvent.Warning.class::cast)
        .filter(warning -> warning.kind() == kind)
        .toList();
  }

  /** What a future gives, within a test's patience. */
  static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("a future did not complete", e);
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** What a future fails with, within a test's patience. */
  static Throwable failure(CompletableFuture<?> future) {
    try {
      Object value = future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      throw new AssertionError("a future did not fail, but gave " + value);
    } catch (ExecutionException e) {
      return requireNonNull(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("a future did not complete", e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until something holds that nothing signals. */
  static void awaitTrue(BooleanSupplier condition, String what) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("did not come true: " + what);
      }
      LockSupport.parkNanos(500_000);
    }
  }

  /** Moves a test's own time. */
  void advance(Duration by) {
    requireNonNull(time).advance(by);
  }

  @Override
  public void close() {
    try {
      CompletableFuture<CloseInfo> closed = session.closeAsync();
      service.resume();
      service.limitReading(0);
      if (time != null) {
        time.advanceUntil(closed::isDone, Duration.ofMinutes(5));
        time.advance(Duration.ofSeconds(1));
      }
      get(closed);
      service.awaitClosed();
    } finally {
      server.close();
    }
  }
}
