package io.github.geminilive.examples.voice;

import io.github.geminilive.Credentials;
import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import org.jspecify.annotations.Nullable;

/** Whom to talk to: Google, or a simulated service in this process. */
public final class Service implements AutoCloseable {

  private final @Nullable LiveServer server;

  private Service(@Nullable LiveServer server) {
    this.server = server;
  }

  /** Google where the environment holds a key, a simulated service otherwise. */
  public static Service fromEnvironment() {
    return hasKey() ? google() : simulated();
  }

  /** Google where the environment holds a key, otherwise a simulated service that plays a part. */
  public static Service fromEnvironment(Persona persona) {
    return hasKey()
        ? google()
        : new Service(LiveServer.builder().persona(persona).start());
  }

  /** Whether the environment holds a key. */
  public static boolean hasKey() {
    return isSet("GOOGLE_API_KEY") || isSet("GEMINI_API_KEY");
  }

  private static boolean isSet(String variable) {
    String value = System.getenv(variable);
    return value != null && !value.isBlank();
  }

  /** Google, or whoever else an endpoint leads to. */
  public static Service google() {
    return new Service(null);
  }

  /** A service of its own, until it is closed. */
  public static Service simulated() {
    return new Service(LiveServer.start());
  }

  /** Who answers, in words. */
  public String name() {
    return server == null ? "Google" : "a simulated service at " + server.baseUri();
  }

  /** Begins a configuration that leads there. */
  public LiveConfig.Builder config(String model) {
    LiveConfig.Builder config = instructed(model);
    return server == null
        ? config
        : config.endpoint(Endpoint.custom(server.baseUri())).apiKey(server.apiKey());
  }

  /** Begins a configuration that leads there, in the dialect of Vertex AI. */
  public LiveConfig.Builder config(String model, Endpoint vertex) {
    return server == null
        ? instructed(model)
            .endpoint(vertex)
            .credentials(Credentials.accessToken(Gcloud::accessToken))
        : instructed(model)
            .endpoint(vertex.at(server.baseUri()))
            .credentials(Credentials.accessToken(() -> "simulated"));
  }

  private static LiveConfig.Builder instructed(String model) {
    return LiveConfig.builder(model)
        .systemInstruction("You are a helpful assistant. Keep answers short.");
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
