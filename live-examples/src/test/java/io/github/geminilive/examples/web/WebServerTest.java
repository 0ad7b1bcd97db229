package io.github.geminilive.examples.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.geminilive.relay.RelayLimits;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, and what is told to whom. */
class WebServerTest {

  private static final String LIVE =
      "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";

  private final HttpClient http = HttpClient.newHttpClient();

  private HttpResponse<String> get(URI uri, String... headers)
      throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri), headers);
  }

  private HttpResponse<String> post(URI uri, String... headers)
      throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri).POST(BodyPublishers.noBody()), headers);
  }

  private HttpResponse<String> send(HttpRequest.Builder request, String... headers)
      throws IOException, InterruptedException {
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofString());
  }

  /** What a browser keeps after it has opened the page. */
  private String cookie(Talk talk) throws IOException, InterruptedException {
    String set = get(talk.uri()).headers().firstValue("Set-Cookie").orElseThrow();
    return set.substring(0, set.indexOf(';'));
  }

  private String pass(Talk talk) throws IOException, InterruptedException {
    String body = post(
            talk.uri().resolve("/pass"),
            "Cookie",
            cookie(talk),
            "Origin",
            talk.uri().toString())
        .body();
    return new ObjectMapper().readTree(body).path("pass").asText();
  }

  /** The other end of a WebSocket. */
  private static final class Ear implements WebSocket.Listener {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      heard.add(text.toString());
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer bytes, boolean last) {
      heard.add(UTF_8.decode(bytes).toString());
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.complete(code);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
      closed.complete(1006);
    }

    String next() throws InterruptedException {
      return heard.poll(30, TimeUnit.SECONDS);
    }
  }

  private WebSocket dial(Talk talk, String path, Ear ear, String... headers) {
    WebSocket.Builder builder = http.newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    URI uri = URI.create("ws" + talk.uri().toString().substring(4) + path);
    return builder.buildAsync(uri, ear).join();
  }

  private int refusal(Talk talk, String path, String... headers) {
    try {
      dial(talk, path, new Ear(), headers).abort();
      return 101;
    } catch (CompletionException e) {
      return ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode();
    }
  }

  @Test
  void noAnswerHoldsTheKey() throws Exception {
    try (Talk talk = new Talk()) {
      String origin = talk.uri().toString();
      String cookie = cookie(talk);
      for (String path : new String[] {"/", "/app.js", "/settings", "/health", "/nothing"}) {
        HttpResponse<String> answer = get(talk.uri().resolve(path));
        assertThat(answer.body() + answer.headers()).doesNotContain(Talk.KEY);
      }
      HttpResponse<String> token =
          post(talk.uri().resolve("/token"), "Cookie", cookie, "Origin", origin);

      assertThat(token.statusCode()).isEqualTo(200);
      assertThat(token.body() + token.headers()).contains("auth_tokens/").doesNotContain(Talk.KEY);
      assertThat(token.headers().firstValue("Cache-Control")).contains("no-store");
    }
  }

  @Test
  void thePageMayDoNoMoreThanItHasTo() throws Exception {
    try (Talk talk = new Talk()) {
      HttpResponse<String> page = get(talk.uri());

      String own = "ws://127.0.0.1:" + talk.uri().getPort();
      assertThat(page.headers().firstValue("Content-Security-Policy"))
          .contains("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
              + " connect-src 'self' "
              + own
              + " "
              + talk.service.baseUri()
              + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
              + "; require-trusted-types-for 'script'; trusted-types 'none'");
      assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
      assertThat(page.headers().firstValue("Cross-Origin-Opener-Policy")).contains("same-origin");
      assertThat(page.headers().firstValue("Permissions-Policy").orElseThrow())
          .startsWith("microphone=(self), camera=()");
      assertThat(page.headers().firstValue("Server")).isEmpty();
      assertThat(page.headers().firstValue("Set-Cookie").orElseThrow())
          .contains("HttpOnly", "SameSite=Strict", "Path=/")
          .doesNotContain("Secure");
    }
  }

  @Test
  void behindAProxyWithTlsTheCookieIsSecure() throws Exception {
    try (Talk talk = new Talk(options -> options.behindProxy(true))) {
      HttpResponse<String> page = get(talk.uri(), "X-Forwarded-Proto", "https");

      assertThat(page.headers().firstValue("Set-Cookie").orElseThrow()).contains("Secure");
    }
  }

  @Test
  void onlyTheOwnPageOfAKnownBrowserIsLetIn() throws Exception {
    try (Talk talk = new Talk()) {
      String origin = talk.uri().toString();
      String cookie = cookie(talk);
      String forged = cookie.substring(0, cookie.length() - 4) + "AAAA";

      assertThat(refusal(talk, "/relay", "Cookie", cookie, "Origin", origin)).isEqualTo(101);
      assertThat(refusal(talk, "/relay", "Cookie", cookie, "Origin", "https://evil.example"))
          .isEqualTo(403);
      assertThat(refusal(talk, "/relay", "Cookie", cookie, "Origin", "null")).isEqualTo(403);
      assertThat(refusal(talk, "/relay", "Cookie", cookie, "Origin", origin + ".evil.example"))
          .isEqualTo(403);
      assertThat(refusal(talk, "/relay", "Cookie", cookie)).isEqualTo(403);
      assertThat(refusal(talk, "/relay", "Origin", origin)).isEqualTo(401);
      assertThat(refusal(talk, "/relay", "Cookie", forged, "Origin", origin)).isEqualTo(401);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/token", "/pass"})
  void tokensAndPassesAreForTheOwnPageOnly(String path) throws Exception {
    try (Talk talk = new Talk()) {
      URI uri = talk.uri().resolve(path);
      String cookie = cookie(talk);
      String origin = talk.uri().toString();

      assertThat(post(uri, "Cookie", cookie, "Origin", origin).statusCode()).isEqualTo(200);
      assertThat(post(uri, "Cookie", cookie, "Origin", "https://evil.example").statusCode())
          .isEqualTo(403);
      assertThat(post(uri, "Cookie", cookie).statusCode()).isEqualTo(403);
      assertThat(post(uri, "Origin", origin).statusCode()).isEqualTo(401);
      assertThat(get(uri, "Cookie", cookie, "Origin", origin).statusCode()).isEqualTo(405);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/"})
  void aProgramShowsAPassWhereTheKeyWouldBe(String slash) throws Exception {
    try (Talk talk = new Talk()) {
      String pass = pass(talk);
      Ear ear = new Ear();
      WebSocket socket = dial(talk, slash + LIVE + "?key=" + pass, ear);

      socket.sendText("{\"setup\":{\"model\":\"models/any\"}}", true).join();

      assertThat(ear.next()).contains("setupComplete");
      assertThat(refusal(talk, LIVE, "x-goog-api-key", pass)).isEqualTo(101);
      assertThat(refusal(talk, LIVE, "x-goog-api-key", Talk.KEY)).isEqualTo(401);
      assertThat(refusal(talk, LIVE, "x-goog-api-key", pass, "Origin", "https://evil.example"))
          .isEqualTo(403);
      socket.abort();
    }
  }

  @Test
  void aCookieIsNoPass() throws Exception {
    try (Talk talk = new Talk()) {
      String value = cookie(talk).substring(CookieLogin.COOKIE.length() + 1);

      assertThat(refusal(talk, LIVE, "x-goog-api-key", value)).isEqualTo(401);
    }
  }

  @Test
  void whoComesTooOftenHasToWait() throws Exception {
    try (Talk talk = new Talk(options -> options.attempts(2, 0.01))) {
      String cookie = cookie(talk);
      String origin = talk.uri().toString();
      URI token = talk.uri().resolve("/token");

      assertThat(post(token, "Cookie", cookie, "Origin", origin).statusCode()).isEqualTo(200);
      assertThat(refusal(talk, "/relay", "Cookie", cookie, "Origin", origin)).isEqualTo(101);
      assertThat(refusal(talk, "/relay", "Cookie", cookie, "Origin", origin)).isEqualTo(429);
      HttpResponse<String> refused = post(token, "Cookie", cookie, "Origin", origin);
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Retry-After")).contains("100");
      assertThat(get(talk.uri()).statusCode()).as("the page itself").isEqualTo(200);
    }
  }

  @Test
  void behindAProxyTheProxysWordCountsAndNotTheClients() throws Exception {
    try (Talk talk = new Talk(options -> options.attempts(2, 0.01).behindProxy(true))) {
      String origin = talk.uri().toString();
      URI token = talk.uri().resolve("/token");
      int[] codes = new int[3];
      for (int i = 0; i < 3; i++) {
        String way = "10.0.0." + i + ", 192.0.2.7";
        String cookie = cookie(talk); // each time another user
        codes[i] = post(token, "Cookie", cookie, "Origin", origin, "X-Forwarded-For", way)
            .statusCode();
      }

      assertThat(codes).containsExactly(200, 200, 429);
      String other = cookie(talk);
      assertThat(post(token, "Cookie", other, "Origin", origin, "X-Forwarded-For", "192.0.2.8")
              .statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void aMessageThatIsTooLargeEndsItsConnectionOnly() throws Exception {
    RelayLimits limits = RelayLimits.builder().messageBytes(4_096).build();
    try (Talk talk = new Talk(options -> options.limits(limits))) {
      String origin = talk.uri().toString();
      String cookie = cookie(talk);
      Ear large = new Ear();
      Ear other = new Ear();
      WebSocket sender = dial(talk, "/relay", large, "Cookie", cookie, "Origin", origin);
      WebSocket peer = dial(talk, "/relay", other, "Cookie", cookie, "Origin", origin);

      sender.sendText("{\"type\":\"start\",\"x\":\"" + "x".repeat(5_000) + "\"}", true);
      peer.sendText("{\"type\":\"start\"}", true).join();

      assertThat(large.closed.get(30, TimeUnit.SECONDS)).isEqualTo(1009);
      assertThat(other.next()).contains("\"ready\"");
      peer.abort();
    }
  }

  @Test
  void anotherNameThatLeadsHereIsNotServed() throws Exception {
    try (Talk talk = new Talk()) {
      assertThat(raw(talk, "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
          .startsWith("HTTP/1.1 421 ")
          .doesNotContain("Set-Cookie");
    }
  }

  @Test
  void whoDoesNotFinishItsRequestIsLetGo() throws Exception {
    try (Talk talk = new Talk(options -> options.requestTimeout(Duration.ofMillis(300)))) {
      assertThat(raw(talk, "GET / HTTP/1.1\r\nHost: ")).doesNotContain("200");
    }
  }

  @Test
  void whoDribblesItsRequestIsLetGoInTheEnd() throws Exception {
    try (Talk talk = new Talk(options -> options.requestTimeout(Duration.ofMillis(500)));
        Socket socket = new Socket("127.0.0.1", talk.uri().getPort())) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\nX: ".getBytes(UTF_8));
      socket.setSoTimeout(100);
      int read = 0;
      // Of what it may be told on the way out, a byte at a time.
      for (int i = 0; i < 1_000 && read != -1; i++) {
        try {
          socket.getOutputStream().write('x');
          // Waits a while: less than what counts as idle.
          read = socket.getInputStream().read();
        } catch (SocketTimeoutException e) {
          // It waits for more.
        } catch (SocketException e) {
          read = -1;
        }
      }

      assertThat(read).isEqualTo(-1);
    }
  }

  @Test
  void whoIsSilentAfterItsUpgradeIsNotLetGo() throws Exception {
    try (Talk talk = new Talk(options -> options.requestTimeout(Duration.ofSeconds(1)))) {
      Ear ear = new Ear();
      dial(talk, "/relay", ear, "Cookie", cookie(talk), "Origin", talk.uri().toString());

      assertThatThrownBy(() -> ear.closed.get(3, TimeUnit.SECONDS))
          .isInstanceOf(TimeoutException.class);
    }
  }

  private static String raw(Talk talk, String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", talk.uri().getPort())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @Test
  void whileDrainingNobodyElseIsLetIn() throws Exception {
    try (Talk talk = new Talk()) {
      String cookie = cookie(talk);
      String origin = talk.uri().toString();
      assertThat(get(talk.uri().resolve("/health")).statusCode()).isEqualTo(200);

      talk.server().drain();

      assertThat(get(talk.uri().resolve("/health")).statusCode()).isEqualTo(503);
      assertThat(refusal(talk, "/relay", "Cookie", cookie, "Origin", origin)).isEqualTo(503);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"talk.example.com", "https://talk.example.com/", "ftp://x.example", "https://x y"})
  void anOriginThatIsNoneIsRefused(String origin) throws Exception {
    try (Talk talk = new Talk()) {
      assertThatThrownBy(() -> WebServer.builder(talk.relay).origins(origin))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(origin);
    }
  }
}
