package io.github.geminilive.examples.web;

import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveModel;
import io.github.geminilive.examples.HomeTools;
import io.github.geminilive.examples.WeatherTools;
import io.github.geminilive.relay.LiveRelay;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.tools.LiveTools;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/** A simulated service, a relay and a web server in front of it, as the example joins them. */
final class Talk implements AutoCloseable {

  /** What must never be seen outside of this process. */
  static final String KEY = "AIzaSyTheOneThatStaysOnTheServer0123456";

  private static final byte[] SECRET = new byte[32];

  final LiveServer service;
  final LiveRelay relay;
  final LiveConfig config;
  private final UnaryOperator<WebServer.Builder> options;
  private final URI uri;
  private WebServer server;

  Talk() throws IOException {
    this(options -> options);
  }

  Talk(UnaryOperator<WebServer.Builder> options) throws IOException {
    this.options = options;
    service =
        LiveServer.builder().apiKey(KEY).persona(SimulatedService.persona()).start();
    config = LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
        .endpoint(Endpoint.custom(service.baseUri()))
        .apiKey(KEY)
        .tools(LiveTools.of(new WeatherTools(), new HomeTools()))
        .inputTranscription(true)
        .outputTranscription(true)
        .build();
    relay = LiveRelay.builder(config).showTools(true).build();
    server = server(0);
    uri = server.uri();
  }

  private WebServer server(int port) throws IOException {
    return options
        .apply(WebServer.builder(relay)
            .port(port)
            .login(new CookieLogin(SECRET, Clock.systemUTC()))
            .direct(new TokenAccess(config))
            .setting("title", "gemini-3.8-live")
            .setting("service", "simulated service")
            .setting("model", "models/gemini-3.8-live"))
        .start();
  }

  WebServer server() {
    return server;
  }

  URI uri() {
    return uri;
  }

  /** Cuts all connections; the relay lives on. */
  void cut() {
    server.close();
  }

  /** Serves again at the same place. */
  void restart() throws IOException {
    // A port that was given back may be another's for a moment.
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      try {
        server = server(uri.getPort());
        return;
      } catch (IOException e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
        LockSupport.parkNanos(50_000_000);
      }
    }
  }

  @Override
  public void close() {
    server.close();
    relay.close();
    service.close();
  }
}
