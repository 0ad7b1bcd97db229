package io.github.geminilive.audio.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.sound.sampled.AudioSystem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PulseAudio server of a test's own, without sound hardware, whose default devices are the default
 * devices of this JVM: sink {@code spk} is the loudspeaker (what was played: {@code spk.monitor}),
 * source {@code mic} the microphone (speak into it: sink {@code micsink}). All are 48 kHz mono s16.
 *
 * <p>Works in a JVM that was started with {@code ALSA_CONFIG_PATH} ending in a file that this class
 * may write, as Surefire does here; one server at a time. ALSA looks at that file whenever a device
 * is opened or listed, so it need not exist before.
 */
public final class AudioServer implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String FORMAT =
      "format=s16le rate=48000 channels=1 channel_map=mono norewinds=1";

  private static final Logger LOG = LoggerFactory.getLogger(AudioServer.class);

  private static @Nullable Path commonDirectory;

  private final Path directory;
  private @Nullable Process server;

  private AudioServer(Path directory) {
    this.directory = directory;
  }

  /** Starts one; where that is not possible, the test is skipped with a message that says why. */
  public static AudioServer start() {
    for (String program : List.of("pulseaudio", "pactl", "pacat")) {
      assume(onPath(program), program + " is not installed: no test on a real audio server");
    }
    String config = System.getenv().getOrDefault("ALSA_CONFIG_PATH", "");
    Path alsaConfig = Path.of(config.substring(config.lastIndexOf(':') + 1));
    assume(
        alsaConfig.endsWith("audio-server/asoundrc"),
        "ALSA_CONFIG_PATH does not end in audio-server/asoundrc: no test on a real audio server");
    try {
      AudioServer server = new AudioServer(directory(alsaConfig));
      server.launch();
      if (AudioSystem.getMixerInfo().length == 0) {
        server.close();
        assume(
            false, "ALSA does not find PulseAudio (libasound2-plugins): no test on a real server");
      }
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The place of this JVM's servers, one after the other, and of nobody else's. */
  private static synchronized Path directory(Path alsaConfig) throws IOException {
    Path known = commonDirectory;
    if (known != null) {
      return known;
    }
    // The path of a socket has at most 107 bytes, and the build's directory may be deep.
    Path directory = Files.createTempDirectory(Path.of("/tmp"), "live-audio");
    commonDirectory = directory;
    directory.toFile().deleteOnExit();
    // Written once: ALSA does not see a second change within a second.
    String pulse = "{ type pulse server \"unix:" + directory.resolve("socket") + "\" }\n";
    Files.createDirectories(alsaConfig.toAbsolutePath().getParent());
    Files.writeString(alsaConfig, "pcm.!default " + pulse + "ctl.!default " + pulse);
    return directory;
  }

  private static void assume(boolean condition, String message) {
    if (!condition) {
      // Not every runner of tests shows why one is skipped.
      LOG.warn("SKIPPED: {}", message);
    }
    assumeTrue(condition, message);
  }

  private static boolean onPath(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private Path socket() {
    return directory.resolve("socket");
  }

  /** What a program needs in its environment to find this server. */
  public Map<String, String> environment() {
    return Map.of(
        "PULSE_SERVER", "unix:" + socket(),
        "XDG_RUNTIME_DIR", directory.toString(),
        "HOME", directory.toString());
  }

  /** Starts the server again after {@link #kill}. */
  public void launch() throws IOException {
    List<String> command = new ArrayList<>(
        List.of("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"));
    command.addAll(List.of("--realtime=no", "--log-target=stderr", "--log-level=notice"));
    for (String module : List.of(
        "module-native-protocol-unix auth-anonymous=1 socket=" + socket(),
        "module-null-sink sink_name=spk " + FORMAT,
        "module-null-sink sink_name=micsink " + FORMAT,
        "module-remap-source source_name=mic master=micsink.monitor")) {
      command.add("-L");
      command.add(module);
    }
    Path log = directory.resolve("log");
    Process process = program(command.toArray(String[]::new))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
    server = process;
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (run("pactl", "info").isEmpty()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IOException("pulseaudio does not start: " + Files.readString(log));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    pactl("set-default-sink", "spk");
    pactl("set-default-source", "mic");
  }

  /** Ends the server as a crash would. */
  public void kill() throws InterruptedException {
    Process process = server;
    if (process != null) {
      process.destroyForcibly();
      assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      server = null;
    }
  }

  /** Runs {@code pactl} and returns what it prints; fails the test when it fails. */
  public String pactl(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "pactl";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return run(command)
        .orElseThrow(() -> new AssertionError("failed: " + String.join(" ", command)));
  }

  /** Loads another null sink, 48 kHz mono, and returns the number of the module. */
  public String addSink(String name) {
    String[] format = FORMAT.split(" ");
    String[] command = new String[format.length + 3];
    command[0] = "load-module";
    command[1] = "module-null-sink";
    command[2] = "sink_name=" + name;
    System.arraycopy(format, 0, command, 3, format.length);
    return pactl(command).trim();
  }

  /**
   * A program that finds this server: {@code parec}, {@code pacat}, a JVM. Raw streams want {@code
   * --raw --rate=48000 --channels=1 --format=s16le --latency-msec=20}.
   */
  public ProcessBuilder program(String... command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment());
    return builder;
  }

  private Optional<String> run(String... command) {
    try {
      Process process = program(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? Optional.of(output) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + command[0], e);
    }
  }

  /** Ends the server: from now on there is no device. */
  @Override
  public void close() {
    try {
      kill();
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          if (!file.equals(directory)) {
            // A program of a test may be ending, and delete its own.
            Files.deleteIfExists(file);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
