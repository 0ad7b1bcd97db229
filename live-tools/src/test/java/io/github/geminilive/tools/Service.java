package io.github.geminilive.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.geminilive.CloseInfo;
import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveModel;
import io.github.geminilive.LiveSession;
import io.github.geminilive.ToolSet;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Scenario;
import io.github.geminilive.testkit.VirtualTime;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An open session with tools, and the service's end of it in the hands of a test. */
final class Service implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 30;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final LiveClient CLIENT = LiveClient.builder().httpClient(HTTP).build();

  final LiveServer server;
  final Connection connection;
  final LiveSession session;
  private final @Nullable VirtualTime time;

  private Service(
      LiveServer server, Connection connection, LiveSession session, @Nullable VirtualTime time) {
    this.server = server;
    this.connection = connection;
    this.session = session;
    this.time = time;
  }

  static Service open(LiveModel model, ToolSet tools) {
    return open(model, null, builder -> builder.tools(tools));
  }

  static Service open(
      LiveModel model, @Nullable VirtualTime time, UnaryOperator<LiveConfig.Builder> settings) {
    LiveServer server =
        LiveServer.builder().scenario(Scenario.create().acceptSetup()).start();
    try {
      LiveClient client = time == null
          ? CLIENT
          : LiveClient.builder()
              .httpClient(HTTP)
              .scheduler(time)
              .nanoTime(time.nanoTime())
              .build();
      LiveConfig.Builder config = LiveConfig.builder(model)
          .endpoint(Endpoint.developer().at(server.baseUri()))
          .apiKey(server.apiKey());
      if (time != null) {
        // It jumps further than a connection may be silent.
        config.keepAlive(Duration.ZERO);
      }
      LiveSession session = client.open(settings.apply(config).build());
      Connection connection = server.nextConnection();
      connection.nextMessage();
      return new Service(server, connection, session, time);
    } catch (RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  /** Sends a message of the service; single quotes stand for double ones. */
  void send(String json) {
    connection.send(json.replace('\'', '"'));
  }

  /** Asks for a tool; single quotes stand for double ones. */
  void call(String id, String name, String arguments) {
    send("{'toolCall':{'functionCalls':[{'id':'"
        + id
        + "','name':'"
        + name
        + "','args':"
        + arguments
        + "}]}}");
  }

  void cancel(String id) {
    send("{'toolCallCancellation':{'ids':['" + id + "']}}");
  }

  /** The only function response of the next message. */
  JsonNode response() {
    JsonNode message = connection.nextMessage();
    JsonNode responses = message.at("/toolResponse/functionResponses");
    assertThat(responses).as("%s", message).hasSize(1);
    return responses.get(0);
  }

  /** Nothing but this text was sent since the last message a test took. */
  void assertNothingSent() {
    session.sendText("marker");
    assertThat(connection.nextMessage().toString()).contains("marker");
  }

  /** Parses JSON; single quotes stand for double ones. */
  static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  /** What a set answers to a call without a session; single quotes stand for double ones. */
  static JsonNode answer(ToolSet tools, String name, String arguments) {
    return json(tools.invoke(name, arguments.replace('\'', '"')).text());
  }

  /** What a future gives, within a test's patience. */
  static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("a future did not complete", e);
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    try {
      CompletableFuture<CloseInfo> closed = session.closeAsync();
      if (time != null) {
        time.advanceUntil(closed::isDone, Duration.ofMinutes(5));
        time.advance(Duration.ofSeconds(1));
      }
      get(closed);
      connection.awaitClosed();
      assertThat(server.unexpectedViolations()).isEmpty();
    } finally {
      server.close();
    }
  }
}
