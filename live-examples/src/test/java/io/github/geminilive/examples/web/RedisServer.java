package io.github.geminilive.examples.web;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** A real Redis for one test, on a free port of the loopback interface; keeps nothing on disk. */
final class RedisServer implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path directory;
  private final int port;
  private final List<String> options;
  private Process process;

  private RedisServer(Path directory, int port, List<String> options) throws IOException {
    this.directory = directory;
    this.port = port;
    this.options = options;
    this.process = launch();
  }

  /**
   * Starts one, and skips the test where it is not installed.
   *
   * @param directory for its log
   * @param options of its command line, besides
   */
  static RedisServer start(Path directory, String... options) throws IOException {
    needs("redis-server");
    RedisServer server = new RedisServer(directory, freePort(), List.of(options));
    server.awaitStart();
    return server;
  }

  /** Skips the test where a program is not installed; on the build machine it has to be. */
  static void needs(String program) {
    // What Debian calls for administrators only is not on everybody's path.
    String places = System.getenv("PATH") + File.pathSeparator + "/usr/sbin";
    for (String place : places.split(File.pathSeparator)) {
      if (Files.isExecutable(Path.of(place, program))) {
        return;
      }
    }
    String missing = program + " is not installed, or not on the PATH";
    if (System.getenv("CI") == null) {
      abort(missing);
    }
    fail(missing);
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Awaits what comes about in another process, which can only be asked again and again. */
  static boolean await(Duration patience, BooleanSupplier condition) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    return true;
  }

  URI uri() {
    return URI.create("redis://127.0.0.1:" + port);
  }

  int port() {
    return port;
  }

  boolean holdsSomething() {
    try (Jedis client = new Jedis("127.0.0.1", port)) {
      return client.dbSize() > 0;
    } catch (JedisException e) {
      return false;
    }
  }

  /** Ends it as a power cut would. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Starts it anew on the same port; what it held is gone. */
  void restart() throws IOException, InterruptedException {
    kill();
    process = launch();
    awaitStart();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private Process launch() throws IOException {
    List<String> command = new ArrayList<>(List.of("redis-server", "--port", "" + port));
    command.addAll(List.of("--bind", "127.0.0.1", "--save", "", "--appendonly", "no"));
    command.addAll(List.of("--dir", directory.toString()));
    command.addAll(options);
    File log = directory.resolve("redis.log").toFile();
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
        .start();
  }

  private void awaitStart() throws IOException {
    if (!await(PATIENCE, this::answers)) {
      close();
      fail("redis-server did not start:\n" + Files.readString(directory.resolve("redis.log")));
    }
  }

  private boolean answers() {
    try (Jedis client = new Jedis("127.0.0.1", port)) {
      return client.ping() != null;
    } catch (JedisException e) {
      // One that asks for a password answers, too.
      return String.valueOf(e.getMessage()).startsWith("NOAUTH");
    }
  }
}
