package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the service is and which of its two dialects it speaks. Immutable.
 *
 * <p>Source: the service's endpoint table; Developer API paths have a dot before {@code
 * BidiGenerateContent}, Vertex AI paths a slash.
 */
public final class Endpoint {

  /** The two services that speak this protocol. They differ in fields, names and habits. */
  public enum Backend {
    /** Gemini Developer API, {@code generativelanguage.googleapis.com}. */
    DEVELOPER,
    /** Vertex AI, {@code aiplatform.googleapis.com}. */
    VERTEX
  }

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:-]*");
  private static final Pattern VERSION = Pattern.compile("v[0-9]+[a-z0-9]*");
  private static final URI DEVELOPER_BASE = URI.create("wss://generativelanguage.googleapis.com");

  private final Backend backend;
  private final URI base;
  private final boolean verbatim;
  private final String version;
  private final @Nullable String project;
  private final @Nullable String location;
  private final boolean insecureAllowed;

  private Endpoint(
      Backend backend,
      URI base,
      boolean verbatim,
      String version,
      @Nullable String project,
      @Nullable String location,
      boolean insecureAllowed) {
    this.backend = backend;
    this.base = base;
    this.verbatim = verbatim;
    this.version = version;
    this.project = project;
    this.location = location;
    this.insecureAllowed = insecureAllowed;
  }

  /** The Developer API, version {@code v1beta}. The default of {@link LiveConfig}. */
  public static Endpoint developer() {
    return new Endpoint(Backend.DEVELOPER, DEVELOPER_BASE, false, "v1beta", null, null, false);
  }

  /**
   * Vertex AI, version {@code v1beta1}.
   *
   * @param project the Google Cloud project
   * @param location a region such as {@code us-central1}, a multi-region ({@code us}, {@code eu})
   *     or {@code global}
   */
  public static Endpoint vertex(String project, String location) {
    checkName("project", project);
    checkName("location", location);
    return new Endpoint(
        Backend.VERTEX,
        URI.create("wss://" + vertexHost(location)),
        false,
        "v1beta1",
        project,
        location,
        false);
  }

  /** Vertex AI in express mode: an API key, no project and no location. */
  public static Endpoint vertexExpress() {
    return new Endpoint(
        Backend.VERTEX,
        URI.create("wss://aiplatform.googleapis.com"),
        false,
        "v1beta1",
        null,
        null,
        false);
  }

  /**
   * A proxy or a simulated service that speaks the Developer API's dialect; the method's path is
   * appended.
   *
   * @param base {@code wss://host[:port][/prefix]} without query; {@code https} is read as {@code
   *     wss}, {@code http} as {@code ws}. Plain {@code ws} goes to loopback only, unless {@link
   *     #allowInsecure()} is called
   */
  public static Endpoint custom(URI base) {
    return developer().at(base);
  }

  private static String vertexHost(String location) {
    if (location.equals("global")) {
      return "aiplatform.googleapis.com";
    }
    if (location.equals("us") || location.equals("eu")) {
      return "aiplatform." + location + ".rep.googleapis.com";
    }
    return location + "-aiplatform.googleapis.com";
  }

  private static void checkName(String what, String value) {
    requireNonNull(value, what);
    if (!NAME.matcher(value).matches()) {
      throw new IllegalArgumentException(
          what + " must consist of letters, digits and _ . : -: \"" + value + "\"");
    }
  }

  /**
   * The same service behind another address; the method's path is appended.
   *
   * @param base as in {@link #custom(URI)}
   */
  public Endpoint at(URI base) {
    return new Endpoint(
        backend, webSocketUri(base, false), false, version, project, location, insecureAllowed);
  }

  /**
   * The same dialect at exactly this address; nothing is appended.
   *
   * @param uri the whole address, without credentials
   */
  public Endpoint exactly(URI uri) {
    return new Endpoint(
        backend, webSocketUri(uri, true), true, version, project, location, insecureAllowed);
  }

  /**
   * Another version of the API.
   *
   * @param version {@code v1beta} (default) or {@code v1alpha} on the Developer API,
   *     {@code v1beta1} (default) or {@code v1} on Vertex AI
   */
  public Endpoint version(String version) {
    requireNonNull(version, "version");
    if (!VERSION.matcher(version).matches()) {
      throw new IllegalArgumentException("version must look like v1beta: \"" + version + "\"");
    }
    return new Endpoint(backend, base, verbatim, version, project, location, insecureAllowed);
  }

  /**
   * Allows plain {@code ws://} to addresses other than loopback. Credentials and speech then cross
   * the network unprotected; for closed test networks only.
   */
  public Endpoint allowInsecure() {
    return new Endpoint(backend, base, verbatim, version, project, location, true);
  }

  private static URI webSocketUri(URI uri, boolean verbatim) {
    requireNonNull(uri, "base");
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    String webSocketScheme = switch (scheme) {
      case "wss", "https" -> "wss";
      case "ws", "http" -> "ws";
      default ->
        throw new IllegalArgumentException(
            "base must be a wss:// or ws:// address, its scheme is \"" + scheme + "\"");
    };
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("base must name a host: scheme \"" + scheme + "\"");
    }
    if (uri.getPort() > 65_535) {
      throw new IllegalArgumentException("base must have a port up to 65535: " + uri.getPort());
    }
    if (uri.getRawQuery() != null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      // The parts are not quoted: that is where keys hide.
      throw new IllegalArgumentException(
          "base must have no query, user or fragment; credentials travel in headers");
    }
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    while (!verbatim && path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    return URI.create(webSocketScheme + "://" + uri.getRawAuthority() + path);
  }

  /** Which dialect is spoken there. */
  public Backend backend() {
    return backend;
  }

  /** The API version in the path. */
  public String version() {
    return version;
  }

  /** The Google Cloud project; null on the Developer API and in express mode. */
  public @Nullable String project() {
    return project;
  }

  /** The Google Cloud location; null on the Developer API and in express mode. */
  public @Nullable String location() {
    return location;
  }

  /** Whether this is Vertex AI without project and location. */
  public boolean isVertexExpress() {
    return backend == Backend.VERTEX && project == null;
  }

  /** Whether plain {@code ws://} beyond loopback was allowed. */
  public boolean insecureAllowed() {
    return insecureAllowed;
  }

  /**
   * The address to dial. It never holds credentials.
   *
   * @param ephemeral whether the credential is an ephemeral token, which has a method of its own
   */
  public URI uri(boolean ephemeral) {
    if (verbatim) {
      return base;
    }
    String method = backend == Backend.VERTEX
        ? "/ws/google.cloud.aiplatform." + version + ".LlmBidiService/BidiGenerateContent"
        : "/ws/google.ai.generativelanguage."
            + version
            + ".GenerativeService.BidiGenerateContent"
            + (ephemeral ? "Constrained" : "");
    return URI.create(base + method);
  }

  /**
   * Where ephemeral tokens are made (§6); it never holds credentials.
   *
   * @return null when the address is that of one method, to which nothing is added
   */
  @Nullable
  URI tokenUri() {
    // ws becomes http, and wss https.
    return verbatim
        ? null
        : URI.create("http" + base.toString().substring(2) + "/" + version + "/auth_tokens");
  }

  /**
   * The model's name as this endpoint wants it on the wire: {@code models/x} on the Developer API,
   * a full resource name on Vertex AI.
   *
   * @param model any model
   */
  public String modelName(LiveModel model) {
    String id = model.id();
    if (backend == Backend.DEVELOPER) {
      return id.startsWith("models/") || id.startsWith("tunedModels/") ? id : "models/" + id;
    }
    if (id.startsWith("projects/") || id.startsWith("models/")) {
      return id;
    }
    String publisherPath;
    if (id.startsWith("publishers/")) {
      publisherPath = id;
    } else if (id.contains("/")) {
      int slash = id.indexOf('/');
      publisherPath = "publishers/" + id.substring(0, slash) + "/models/" + id.substring(slash + 1);
    } else {
      publisherPath = "publishers/google/models/" + id;
    }
    return project == null
        ? publisherPath
        : "projects/" + project + "/locations/" + location + "/" + publisherPath;
  }

  @Override
  public String toString() {
    return backend + " " + uri(false);
  }
}
