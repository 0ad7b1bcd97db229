package io.github.geminilive.examples.web;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.geminilive.examples.web.Login.Guest;
import io.github.geminilive.relay.LiveRelay;
import io.github.geminilive.relay.RelayCaller;
import io.github.geminilive.relay.RelayDialect;
import io.github.geminilive.relay.RelayLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.ForwardedRequestCustomizer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a page, and lets it and other programs talk through a {@link LiveRelay}. Paths:
 *
 * <ul>
 *   <li>{@code /} and its files: the page
 *   <li>{@code /settings}: what the page may offer
 *   <li>{@code /relay}: WebSocket, {@link RelayDialect#LEAN}
 *   <li>{@code /ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent}, also
 *       with {@code v1} and {@code v1alpha}: WebSocket, {@link RelayDialect#LIVE}; clients made for
 *       the Live API append this to the address they are given
 *   <li>{@code POST /token}: an ephemeral token, for a page that talks to the service itself
 *   <li>{@code POST /pass}: what a program that is no browser shows in place of an API key
 *   <li>{@code /health}: for load balancers; 503 once {@link #drain} was called
 * </ul>
 *
 * <p>Built on Jetty: its WebSocket API has explicit demand, so that back pressure reaches the peer,
 * and limits on the size of messages; it needs no more than the JDK 17 this library needs, and has
 * been looked after for thirty years.
 *
 * <p>Requests count only from allowed origins. No answer holds the key of the service.
 */
public final class WebServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Pattern LIVE_PATH =
      Pattern.compile("/ws/google\\.ai\\.generativelanguage\\.v1(beta|alpha)?"
          + "\\.GenerativeService\\.BidiGenerateContent");
  private static final Pattern HOST_NAME =
      Pattern.compile("([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:]+])(:[0-9]{1,5})?");

  private static final List<String> FILES = List.of(
      "index.html",
      "style.css",
      "icon.svg",
      "app.js",
      "link.js",
      "relay-link.js",
      "direct-link.js",
      "meter.js",
      "sound.js",
      "stats.js",
      "transcript.js",
      "tools.js",
      "resampler.js",
      "capture-worklet.js",
      "player-worklet.js");
  private static final Map<String, String> TYPES = Map.of(
      "html", "text/html; charset=utf-8",
      "css", "text/css; charset=utf-8",
      "js", "text/javascript; charset=utf-8",
      "svg", "image/svg+xml");

  private static final List<HttpField> HEADERS = List.of(
      new PreEncodedHttpField("X-Content-Type-Options", "nosniff"),
      new PreEncodedHttpField("X-Frame-Options", "DENY"),
      new PreEncodedHttpField("Referrer-Policy", "no-referrer"),
      new PreEncodedHttpField("Cross-Origin-Opener-Policy", "same-origin"),
      new PreEncodedHttpField("Cross-Origin-Resource-Policy", "same-origin"),
      new PreEncodedHttpField(
          "Permissions-Policy",
          "microphone=(self), camera=(), geolocation=(), display-capture=(), payment=(), usb=()"));

  private record Asset(String type, byte[] bytes) {}

  private final LiveRelay relay;
  private final Login login;
  private final @Nullable DirectAccess direct;
  private final Map<String, String> settings;
  private final Set<String> origins;
  private final Turnstile attempts;
  private final Map<String, Asset> assets;
  private final Server server;
  private final ServerConnector connector;
  private final ServerWebSocketContainer sockets;
  private final boolean ownOriginsOnly;
  private final boolean behindProxy;
  private volatile String policy = "";
  private volatile boolean draining;

  private WebServer(Builder builder) {
    relay = builder.relay;
    login = builder.login;
    direct = builder.direct;
    settings = Map.copyOf(builder.settings);
    attempts = new Turnstile(builder.burst, builder.perSecond, System::nanoTime);
    assets = assets();

    QueuedThreadPool threads = new QueuedThreadPool(32, 4);
    threads.setName("web");
    threads.setDaemon(true);
    server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(8 * 1024);
    http.setIdleTimeout(builder.idle.toMillis());
    // Google's JavaScript client puts two slashes before "ws".
    http.setUriCompliance(UriCompliance.DEFAULT.with(
        "double-slash", UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT));
    if (builder.behindProxy) {
      http.addCustomizer(new ForwardedRequestCustomizer());
    }
    connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(builder.host);
    connector.setPort(builder.port);
    // How long a client may take over its request line and headers.
    connector.setIdleTimeout(builder.idle.toMillis());
    connector.addBean(new FirstRequest(connector.getScheduler(), builder.idle.multipliedBy(2)));
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(builder.connections, connector));
    server.setHandler(new Paths());
    sockets = ServerWebSocketContainer.ensure(server);
    RelayLimits limits = builder.limits;
    sockets.setMaxTextMessageSize(limits.messageBytes());
    sockets.setMaxBinaryMessageSize(limits.messageBytes());
    sockets.setMaxFrameSize(limits.messageBytes());
    sockets.setMaxOutgoingFrames(64);
    // The relay notices first that a peer is silent; this is for what it has lost sight of.
    sockets.setIdleTimeout(limits.peerSilence().multipliedBy(2));
    origins = new LinkedHashSet<>(builder.origins);
    ownOriginsOnly = builder.origins.isEmpty();
    behindProxy = builder.behindProxy;
  }

  /**
   * Starts a description of a server.
   *
   * @param relay what peers talk through; not closed with the server
   */
  public static Builder builder(LiveRelay relay) {
    return new Builder(requireNonNull(relay, "relay"));
  }

  /** Where the server is, without a path: {@code http://127.0.0.1:8080}. */
  public URI uri() {
    String host = connector.getHost();
    return URI.create("http://"
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + connector.getLocalPort());
  }

  /** Where {@link RelayDialect#LEAN} peers connect. */
  public URI relayUri() {
    return URI.create("ws" + uri().toString().substring("http".length()) + "/relay");
  }

  /**
   * Lets nobody else in, and tells load balancers so. Who is here may stay: the relay's own drain
   * moves them.
   */
  public void drain() {
    draining = true;
  }

  /** Lets nobody in any more and cuts all connections. The relay goes on. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the web server did not stop", e);
    }
  }

  private WebServer start() throws IOException {
    try {
      server.start();
    } catch (Exception e) {
      close();
      throw e instanceof IOException cause ? cause : new IOException(e);
    }
    if (ownOriginsOnly) {
      origins.add(uri().toString());
      origins.add("http://localhost:" + connector.getLocalPort());
    }
    policy = policy(direct == null ? "" : " " + originOf(direct.address()));
    LOG.info("Serving {}, for {}", uri(), origins);
    return this;
  }

  private static String policy(String elsewhere) {
    return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        + " connect-src 'self' %s"
        + elsewhere
        + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        + "; require-trusted-types-for 'script'; trusted-types 'none'";
  }

  private static String originOf(URI uri) {
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }

  private static Map<String, Asset> assets() {
    Map<String, Asset> assets = new LinkedHashMap<>();
    for (String file : FILES) {
      try (InputStream in = WebServer.class.getResourceAsStream(file)) {
        byte[] bytes = requireNonNull(in, file).readAllBytes();
        String type = TYPES.get(file.substring(file.lastIndexOf('.') + 1));
        assets.put("/" + file, new Asset(requireNonNull(type, file), bytes));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    assets.put("/", requireNonNull(assets.remove("/index.html")));
    return Map.copyOf(assets);
  }

  /** What a request may be refused with. */
  private enum Refusal {
    NOT_FOUND(404, "There is nothing here."),
    METHOD(405, "Not with this method."),
    HOST(421, "This server is known by another name: start it with --origin."),
    ORIGIN(403, "Not from this origin."),
    LOGIN(401, "Open the page first, or show a pass."),
    TOO_OFTEN(429, "Too often. Try again later."),
    UPGRADE(426, "WebSockets only."),
    DRAINING(503, "This server is about to stop. Try again.");

    private final int status;
    private final String text;

    Refusal(int status, String text) {
      this.status = status;
      this.text = text;
    }
  }

  private final class Paths extends Handler.Abstract.NonBlocking {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      HEADERS.forEach(response.getHeaders()::put);
      response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
      String path = request.getHttpURI().getPath().replaceFirst("^/+", "/");
      if (path.equals("/health")) {
        health(response, callback);
        return true;
      }
      String host = String.valueOf(request.getHeaders().get(HttpHeader.HOST));
      if (!knows(host)) {
        return refuse(Refusal.HOST, request, response, callback);
      }
      Asset asset = assets.get(path);
      if (asset != null) {
        return file(asset, host, request, response, callback);
      }
      if (path.equals("/relay")) {
        return upgrade(RelayDialect.LEAN, request, response, callback);
      }
      if (LIVE_PATH.matcher(path).matches()) {
        return upgrade(RelayDialect.LIVE, request, response, callback);
      }
      return switch (path) {
        case "/settings" -> get(request, response, callback);
        case "/token", "/pass" -> post(path, request, response, callback);
        default -> refuse(Refusal.NOT_FOUND, request, response, callback);
      };
    }
  }

  /** Keeps away pages that made their own name lead here. */
  private boolean knows(String host) {
    return HOST_NAME.matcher(host).matches()
        && (origins.contains("http://" + host) || origins.contains("https://" + host));
  }

  private void health(Response response, Callback callback) {
    var counters = relay.metrics();
    response.setStatus(draining ? 503 : 200);
    json(
        Map.of(
            "status", draining ? "draining" : "up",
            "sessions", counters.sessions(),
            "parked", counters.parked()),
        response,
        callback);
  }

  private boolean file(
      Asset asset, String host, Request request, Response response, Callback callback) {
    if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
      return refuse(Refusal.METHOD, request, response, callback);
    }
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, asset.type);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache");
    if (asset.type.startsWith("text/html")) {
      String socket = (origins.contains("https://" + host) ? "wss://" : "ws://") + host;
      response.getHeaders().put("Content-Security-Policy", String.format(policy, socket));
      login.welcome(request, response);
    }
    response.write(true, ByteBuffer.wrap(asset.bytes), callback);
    return true;
  }

  private boolean get(Request request, Response response, Callback callback) {
    if (!HttpMethod.GET.is(request.getMethod())) {
      return refuse(Refusal.METHOD, request, response, callback);
    }
    Map<String, Object> told = new LinkedHashMap<>(settings);
    told.put("direct", direct != null);
    json(told, response, callback);
    return true;
  }

  private boolean post(String path, Request request, Response response, Callback callback) {
    if (!HttpMethod.POST.is(request.getMethod())) {
      return refuse(Refusal.METHOD, request, response, callback);
    }
    // Nothing in the body is read.
    Entry entry = admit(request);
    Guest guest = entry.guest();
    if (guest == null) {
      return refuse(entry.refusal(), request, response, callback);
    }
    if (path.equals("/pass")) {
      String pass = login.pass(guest);
      if (pass == null) {
        return refuse(Refusal.NOT_FOUND, request, response, callback);
      }
      json(Map.of("pass", pass), response, callback);
      return true;
    }
    DirectAccess access = direct;
    if (access == null) {
      return refuse(Refusal.NOT_FOUND, request, response, callback);
    }
    access.token(guest.user()).whenComplete((token, failure) -> {
      if (failure != null) {
        // The service's own words are for the log: a user can do nothing about them.
        LOG.warn("No token for {}: {}", guest.user(), failure.toString());
        response.setStatus(502);
        json(Map.of("error", "The service gave no token."), response, callback);
      } else {
        json(
            Map.of(
                "token", token.name(),
                "expires", token.expires().toString(),
                "address", access.address().toString()),
            response,
            callback);
      }
    });
    return true;
  }

  private boolean upgrade(
      RelayDialect dialect, Request request, Response response, Callback callback) {
    if (!"websocket".equalsIgnoreCase(request.getHeaders().get(HttpHeader.UPGRADE))) {
      return refuse(Refusal.UPGRADE, request, response, callback);
    }
    Entry entry = admit(request);
    Guest guest = entry.guest();
    if (guest == null) {
      return refuse(entry.refusal(), request, response, callback);
    }
    RelayCaller caller = RelayCaller.of(guest.user(), dialect).with("address", address(request));
    return sockets.upgrade(
        (asked, answer, done) -> {
          // Compression costs memory for each peer, and sound does not get smaller by it.
          answer.setExtensions(List.of());
          return new JettyPeer(relay, caller);
        },
        request,
        response,
        callback);
  }

  private record Entry(@Nullable Guest guest, Refusal refusal) {}

  private Entry admit(Request request) {
    if (draining) {
      return new Entry(null, Refusal.DRAINING);
    }
    String origin = request.getHeaders().get(HttpHeader.ORIGIN);
    if (origin != null && !origins.contains(origin)) {
      return new Entry(null, Refusal.ORIGIN);
    }
    if (!attempts.pass("address " + address(request))) {
      return new Entry(null, Refusal.TOO_OFTEN);
    }
    Guest guest = login.recognise(request);
    if (guest == null) {
      return new Entry(null, Refusal.LOGIN);
    }
    if (guest.byCookie() && origin == null) {
      return new Entry(null, Refusal.ORIGIN);
    }
    return attempts.pass("user " + guest.user())
        ? new Entry(guest, Refusal.LOGIN)
        : new Entry(null, Refusal.TOO_OFTEN);
  }

  private String address(Request request) {
    List<String> forwarded =
        behindProxy ? request.getHeaders().getCSV("X-Forwarded-For", false) : List.of();
    // The last one is the proxy's word; the others are the client's.
    return forwarded.isEmpty()
        ? Request.getRemoteAddr(request)
        : forwarded.get(forwarded.size() - 1);
  }

  private boolean refuse(Refusal refusal, Request request, Response response, Callback callback) {
    if (refusal == Refusal.ORIGIN || refusal == Refusal.LOGIN || refusal == Refusal.TOO_OFTEN) {
      LOG.info("Refused {}: {}", address(request), refusal);
    }
    if (refusal == Refusal.TOO_OFTEN) {
      response.getHeaders().put("Retry-After", Long.toString(attempts.retryAfterSeconds()));
    }
    response.setStatus(refusal.status);
    json(Map.of("error", refusal.text), response, callback);
    return true;
  }

  private static void json(Map<String, ?> members, Response response, Callback callback) {
    try {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
      response.write(true, ByteBuffer.wrap(JSON.writeValueAsBytes(members)), callback);
    } catch (IOException e) {
      callback.failed(e);
    }
  }

  /** Collects what a server is made of. Not for use by several threads. */
  public static final class Builder {

    private final LiveRelay relay;
    private String host = "127.0.0.1";
    private int port;
    private final Set<String> origins = new LinkedHashSet<>();
    private Login login = CookieLogin.ofThisProcess();
    private @Nullable DirectAccess direct;
    private RelayLimits limits = RelayLimits.defaults();
    private int burst = 60;
    private int connections = 4_096;
    private double perSecond = 1;
    private Duration idle = Duration.ofSeconds(10);
    private boolean behindProxy;
    private final Map<String, String> settings = new LinkedHashMap<>();

    private Builder(LiveRelay relay) {
      this.relay = relay;
    }

    /**
     * Where to listen.
     *
     * @param address a name or number of this machine; default: {@code 127.0.0.1}, which nobody else
     *     reaches
     */
    public Builder bind(String address) {
      host = requireNonNull(address, "address");
      return this;
    }

    /**
     * Where to listen.
     *
     * @param port 0, the default, takes any that is free
     */
    public Builder port(int port) {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port must be in [0, 65535]: " + port);
      }
      this.port = port;
      return this;
    }

    /**
     * Pages of which origins may talk here; also the names this server answers to.
     *
     * @param exact such as {@code https://talk.example.com}; default: the server's own address
     */
    public Builder origins(String... exact) {
      for (String origin : exact) {
        URI uri = URI.create(origin);
        if (uri.getHost() == null
            || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
            || !originOf(uri).equals(origin)) {
          throw new IllegalArgumentException(
              "an origin is a scheme, a host and a port that is not the usual one, such as"
                  + " https://talk.example.com: "
                  + origin);
        }
        origins.add(origin.toLowerCase(Locale.ROOT));
      }
      return this;
    }

    /**
     * Who may talk.
     *
     * @param login default: {@link CookieLogin}
     */
    public Builder login(Login login) {
      this.login = requireNonNull(login, "login");
      return this;
    }

    /**
     * Lets pages talk to the service themselves.
     *
     * @param direct default: they cannot
     */
    public Builder direct(DirectAccess direct) {
      this.direct = requireNonNull(direct, "direct");
      return this;
    }

    /**
     * The relay's limits, of which this server enforces the size of messages before they are read.
     *
     * @param limits default: {@link RelayLimits#defaults()}
     */
    public Builder limits(RelayLimits limits) {
      this.limits = requireNonNull(limits, "limits");
      return this;
    }

    /**
     * How often one address, and one user, may connect or ask for a token.
     *
     * @param burst so often at once; at least 1; default: 60
     * @param perSecond so often in the long run; more than 0; default: 1
     */
    public Builder attempts(int burst, double perSecond) {
      if (burst < 1 || !(perSecond > 0)) {
        throw new IllegalArgumentException(
            "burst must be at least 1 and perSecond more than 0: " + burst + ", " + perSecond);
      }
      this.burst = burst;
      this.perSecond = perSecond;
      return this;
    }

    /**
     * How long a client may be silent over its request. Twice as long it may take for its first one.
     *
     * @param limit more than 0; default: 10 s
     */
    public Builder requestTimeout(Duration limit) {
      if (limit.isNegative() || limit.isZero()) {
        throw new IllegalArgumentException("requestTimeout must be more than 0: " + limit);
      }
      idle = limit;
      return this;
    }

    /**
     * How many connections there may be; above that, none is taken in until others have ended.
     *
     * @param most at least 1; default: 4,096
     */
    public Builder connections(int most) {
      if (most < 1) {
        throw new IllegalArgumentException("connections must be at least 1: " + most);
      }
      connections = most;
      return this;
    }

    /**
     * Whether to believe what {@code X-Forwarded-*} headers say of the client. Only where a proxy sets
     * them, as others can write there what they like.
     *
     * @param proxy default: false
     */
    public Builder behindProxy(boolean proxy) {
      behindProxy = proxy;
      return this;
    }

    /** Tells the page something, such as the model's name. Public. */
    public Builder setting(String name, String value) {
      settings.put(name, value);
      return this;
    }

    /**
     * Starts the server.
     *
     * @throws IOException when the port is taken, for example
     */
    public WebServer start() throws IOException {
      return new WebServer(this).start();
    }
  }
}
