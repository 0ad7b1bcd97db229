package io.github.geminilive;

import io.github.geminilive.internal.session.Dialler;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

/** Where a configuration's connections go to, and whether its credential may go there. */
final class Addresses {

  private Addresses() {}

  /**
   * Looks up where to dial. Asks for the credential, which may block.
   *
   * @throws LiveConfigException when they do not fit each other, or would be sent unprotected
   */
  static Dialler.Address of(LiveConfig config) {
    Credentials.Header header = config.credentials().header();
    checkCredentials(config, header);
    URI uri = config.endpoint().uri(header.ephemeral());
    checkTransport(config.endpoint(), uri);
    return new Dialler.Address(
        uri,
        header.name(),
        header.value(),
        header.secret(),
        config.credentials().quotaProject());
  }

  private static void checkCredentials(LiveConfig config, Credentials.Header header) {
    Endpoint endpoint = config.endpoint();
    Credentials credentials = config.credentials();
    if (header.ephemeral()) {
      checkModel(config.model());
    }
    boolean vertex = endpoint.backend() == Endpoint.Backend.VERTEX;
    if (vertex && header.ephemeral()) {
      throw new LiveConfigException(
          "Vertex AI has no ephemeral tokens. Use Credentials.accessToken(...), or the Developer"
              + " API endpoint.",
          List.of());
    }
    if (!vertex && credentials.isAccessToken()) {
      throw new LiveConfigException(
          "The Developer API takes an API key or an ephemeral token, not an OAuth access token. Use"
              + " Endpoint.vertex(project, location), or apiKey(...).",
          List.of());
    }
    if (vertex && !endpoint.isVertexExpress() && !credentials.isAccessToken()) {
      throw new LiveConfigException(
          "Vertex AI with project and location needs Credentials.accessToken(...). An API key works"
              + " with Endpoint.vertexExpress().",
          List.of());
    }
  }

  /**
   * Sees to it that a model can be used with an ephemeral token.
   *
   * @throws LiveConfigException when it cannot
   */
  static void checkModel(LiveModel model) {
    if (model.id().startsWith("tunedModels/")) {
      throw new LiveConfigException(
          "An ephemeral token cannot use the tuned model "
              + model
              + ". Use an API key, or a base model.",
          List.of());
    }
  }

  /**
   * Sees to it that nothing secret crosses a network in the open.
   *
   * @throws LiveConfigException when it would
   */
  static void checkTransport(Endpoint endpoint, URI uri) {
    if (uri.getScheme().equals("ws") && !endpoint.insecureAllowed() && !isLoopback(uri.getHost())) {
      throw new LiveConfigException(
          "ws:// to "
              + uri.getHost()
              + " would send the key and the conversation unprotected. Use wss://, or call"
              + " Endpoint.allowInsecure() for a closed test network.",
          List.of());
    }
  }

  /** Names other than localhost are not looked up: the answer could change until the dial. */
  private static boolean isLoopback(String host) {
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    boolean literal = host.startsWith("[") || host.matches("[0-9.]+");
    try {
      return literal && InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
