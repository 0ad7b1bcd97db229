package io.github.geminilive.examples.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.geminilive.testkit.LiveServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code fleet/start}, as its users run it, with a service of the test's. */
final class Fleet implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final List<String> lines = new ArrayList<>(); // guarded by this
  private final Map<String, Integer> ended = new HashMap<>(); // of the test's thread
  private final URI proxy;

  private Fleet(LiveServer service, Path directory, Map<String, String> settings)
      throws IOException {
    ProcessBuilder start = new ProcessBuilder(Path.of("fleet", "start").toString());
    Map<String, String> environment = start.environment();
    environment.keySet().removeAll(List.of("GOOGLE_API_KEY", "GEMINI_API_KEY"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("FLEET_CLASSPATH", System.getProperty("java.class.path"));
    environment.put("FLEET_DIRECTORY", directory.toString());
    environment.put("FLEET_SERVICE", service.baseUri().toString());
    environment.putAll(settings);
    process = start.redirectErrorStream(true).start();
    Thread reader = new Thread(this::read, "fleet");
    reader.setDaemon(true);
    reader.start();
    try {
      proxy = URI.create(awaitLine("proxy: .*(http://\\S+)", 0).group(1));
    } catch (AssertionError e) {
      close();
      throw e;
    }
  }

  /**
   * Starts one and awaits that it lets calls in; skips the test where a program is missing.
   *
   * @param settings of the script
   */
  static Fleet start(LiveServer service, Path directory, Map<String, String> settings)
      throws IOException {
    RedisServer.needs("nginx");
    RedisServer.needs("redis-server");
    return new Fleet(service, directory, settings);
  }

  /** What browsers open. */
  URI proxy() {
    return proxy;
  }

  /** Lets a new user in, and returns its cookie. */
  String login() throws IOException, InterruptedException {
    HttpResponse<String> page =
        http.send(HttpRequest.newBuilder(proxy).build(), BodyHandlers.ofString());
    assertThat(page.statusCode()).as("%s%n%s", page.body(), this).isEqualTo(200);
    String cookie = page.headers().firstValue("Set-Cookie").orElseThrow();
    return cookie.substring(0, cookie.indexOf(';'));
  }

  /** A peer that wants a conversation of its own, or goes on with one. */
  LeanPeer connect(String cookie, @Nullable String ticket) {
    return connect(proxy.getPort(), cookie, ticket);
  }

  /** A peer that the proxy gives to a certain relay. */
  LeanPeer connectTo(String relay, String cookie, @Nullable String ticket) {
    Matcher address = awaitLine(relay + ": pid \\d+, http://127.0.0.1:(\\d+)", 0);
    return connect(Integer.parseInt(address.group(1)), cookie, ticket);
  }

  private LeanPeer connect(int port, String cookie, @Nullable String ticket) {
    String address = "127.0.0.1:" + port;
    URI relay = URI.create("ws://" + address + "/relay");
    return new LeanPeer(http, relay, "http://" + address, cookie, ticket);
  }

  /** How many lines the script has printed. */
  synchronized int lines() {
    return lines.size();
  }

  /** Awaits that a relay tells of a conversation, and returns the relay's name. */
  String relayThatTells(String what, int after) {
    return awaitLine("(server-\\d): conversation \\S+ " + what + ".*", after).group(1);
  }

  /** Kills a relay as a crash of its machine would. */
  void crash(String relay) {
    assertThat(process(relay).destroyForcibly()).isTrue();
  }

  /** Takes a relay out of service as for a new version. */
  void drain(String relay) {
    assertThat(process(relay).destroy()).isTrue();
  }

  /** All that the script has printed, for a failure's message. */
  @Override
  public synchronized String toString() {
    return String.join("\n", lines);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while the fleet ends", e);
    }
  }

  /** Awaits that the relays that ended are there again. */
  void awaitAll() {
    ended.forEach((relay, line) -> awaitLine(back(relay), line));
    ended.clear();
  }

  /** Whether the relays that ended are there again. */
  synchronized boolean areAllThere() {
    return ended.entrySet().stream()
        .allMatch(end ->
            lines.stream().skip(end.getValue()).anyMatch(line -> line.matches(back(end.getKey()))));
  }

  private static String back(String relay) {
    return relay + ": pid \\d+.*";
  }

  /** The other relay has to be there, or nobody could take over. */
  private ProcessHandle process(String relay) {
    awaitAll();
    String pid = "";
    for (int line = 0; line < lines(); line++) {
      Matcher matcher = matcher(relay + ": pid (\\d+),.*", line);
      pid = matcher.matches() ? matcher.group(1) : pid;
    }
    ended.put(relay, lines());
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  private synchronized Matcher matcher(String regex, int line) {
    return Pattern.compile(regex).matcher(lines.get(line));
  }

  private synchronized Matcher awaitLine(String regex, int after) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (int next = after; ; next++) {
      while (next >= lines.size()) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0 || !process.isAlive()) {
          fail("the fleet did not print %s but:%n%s", regex, this);
        }
        try {
          wait(Math.min(left, 100));
        } catch (InterruptedException e) {
          throw new IllegalStateException("interrupted while waiting for the fleet", e);
        }
      }
      Matcher matcher = matcher(regex, next);
      if (matcher.matches()) {
        return matcher;
      }
    }
  }

  private void read() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line; (line = output.readLine()) != null; ) {
        synchronized (this) {
          lines.add(line);
          notifyAll();
        }
      }
    } catch (IOException e) {
      // It was closed while this thread read; whoever waits for a line sees that it has ended.
    }
  }
}
