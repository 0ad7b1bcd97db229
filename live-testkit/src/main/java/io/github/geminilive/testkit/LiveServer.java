package io.github.geminilive.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.testkit.internal.Family;
import io.github.geminilive.testkit.internal.Options;
import io.github.geminilive.testkit.internal.Replay;
import io.github.geminilive.testkit.internal.Script;
import io.github.geminilive.testkit.internal.ServerCore;
import io.github.geminilive.testkit.internal.Time;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A simulated Live service on the loopback interface, in the process of the test.
 *
 * <p>It listens on a free port of 127.0.0.1 and speaks the wire protocol of the real one: both
 * backends' methods, setups checked by the rules of the model asked for, turns with speech and
 * transcripts, tools, resumption, ephemeral tokens. Without a {@link Scenario} a {@link Persona}
 * answers.
 *
 * <p><b>Threads.</b> Any thread may call any method. The server's own threads are daemons and end
 * with {@link #close}.
 */
public final class LiveServer implements AutoCloseable {

  private final ServerCore core;
  private final String apiKey;
  private final List<String> expected = new ArrayList<>(); // guarded by itself

  private LiveServer(ServerCore core, String apiKey) {
    this.core = core;
    this.apiKey = apiKey;
  }

  /** Starts a server with the built-in persona. */
  public static LiveServer start() {
    return builder().start();
  }

  /** Returns a builder with all defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the base of the WebSocket methods: {@code ws://127.0.0.1:PORT}. */
  public URI baseUri() {
    return URI.create("ws://127.0.0.1:" + core.port());
  }

  /** Returns the base of the HTTP methods: {@code http://127.0.0.1:PORT}. */
  public URI httpUri() {
    return URI.create("http://127.0.0.1:" + core.port());
  }

  /** Returns an API key that the server accepts. */
  public String apiKey() {
    return apiKey;
  }

  /**
   * Awaits a connection that this method has not returned before, for 20 seconds of real time.
   *
   * @throws AssertionError when none comes
   */
  public Connection nextConnection() {
    return nextConnection(Duration.ofSeconds(20));
  }

  /**
   * Awaits a connection that this method has not returned before.
   *
   * @param patience how long to wait, in real time
   * @throws AssertionError when none comes
   */
  public Connection nextConnection(Duration patience) {
    return core.nextConnection(patience);
  }

  /** Awaits the next connection and returns what is inside the {@code setup} it sends. */
  public JsonNode nextSetup() {
    return nextConnection().setup();
  }

  /** Returns all accepted connections, oldest first, ended ones too. */
  public List<Connection> connections() {
    return core.connections();
  }

  /**
   * Awaits the moment at which nothing is under way on any connection: all that was sent has come in
   * at the other side, and has caused nothing more. Between two steps of a {@link VirtualTime} this
   * makes a test repeatable.
   *
   * <p>It asks by WebSocket pings, so the client hears from the service by it. Left out are
   * connections that are stalled or paused, or whose pings are not answered, and what is not on a
   * connection: a client's dial, its listeners' work on threads of their own.
   *
   * @param patience how long to wait at most, in real time
   * @return whether all has settled; false when something was still under way
   */
  public boolean settle(Duration patience) {
    return core.settle(patience);
  }

  /** Returns how many upgrade requests have come, also when they are not kept. */
  public int dials() {
    return core.dials();
  }

  /** Returns all upgrade requests, oldest first, refused ones too. */
  public List<Upgrade> upgrades() {
    return core.upgrades();
  }

  /**
   * Sets what happens on the next connections, one scenario for each, after those set before.
   *
   * @param scenarios used up in this order
   */
  public void script(Scenario... scenarios) {
    for (Scenario scenario : scenarios) {
      core.script(scenario.script());
    }
  }

  /**
   * Plays a flight recording on the next connections, after what was set for them before, so that
   * what went wrong elsewhere goes wrong in a test.
   *
   * <p>Each recorded connection is one scenario: upgrades are refused and connections end as they did,
   * messages of the service come after the times they took. One that followed a message of the
   * client's awaits a message with the same members first; a microphone's audio and video are not
   * awaited. What the recording keeps back is made up: a tone for speech, filler for words, zero and
   * false for what tools were asked with. The service's rules are off, as what it refused is in the
   * recording. Messages that were too long to be kept are missing; where the beginning of a connection
   * is, the setup is answered first. After the last recorded event nothing happens.
   *
   * @param recording a file the library wrote
   * @throws IllegalArgumentException when it is not one
   * @throws java.io.UncheckedIOException when it cannot be read
   */
  public void replay(Path recording) {
    Replay.read(recording).forEach(attempt -> script(Scenario.replay(attempt)));
  }

  /**
   * Makes a handle known, as if an earlier session had got it.
   *
   * @param handle resumption handle, non-empty
   */
  public void rememberHandle(String handle) {
    core.rememberHandle(handle);
  }

  /** Makes all handles given so far unknown, as if they had expired. */
  public void forgetHandles() {
    core.forgetHandles();
  }

  /**
   * Returns all JSON messages received on all connections: those of the first connection in their
   * order, then those of the second, and so on; setups included.
   */
  public List<JsonNode> receivedMessages() {
    return core.connections().stream()
        .flatMap(connection -> connection.receivedMessages().stream())
        .toList();
  }

  /**
   * Returns the messages of all connections that pass, in the order of {@link #receivedMessages}.
   *
   * @param test which ones
   */
  public List<JsonNode> receivedMessages(Predicate<JsonNode> test) {
    return receivedMessages().stream().filter(test).toList();
  }

  /**
   * Returns what the user wrote on all connections, in order: each {@code realtimeInput.text}, and
   * each turn of {@code clientContent} that is the user's or nobody's, its parts joined.
   */
  public List<String> receivedTexts() {
    List<String> texts = new ArrayList<>();
    for (JsonNode message : receivedMessages()) {
      JsonNode realtime = message.at("/realtimeInput/text");
      if (!realtime.isMissingNode()) {
        texts.add(realtime.asText());
      }
      for (JsonNode turn : message.at("/clientContent/turns")) {
        if (!turn.path("role").asText("user").equals("model")) {
          StringBuilder text = new StringBuilder();
          turn.path("parts").forEach(part -> text.append(part.path("text").asText("")));
          texts.add(text.toString());
        }
      }
    }
    return texts;
  }

  /** Returns the function responses received on all connections, in order. */
  public List<JsonNode> receivedToolResponses() {
    List<JsonNode> responses = new ArrayList<>();
    for (JsonNode message : receivedMessages()) {
      message.at("/toolResponse/functionResponses").forEach(responses::add);
    }
    return responses;
  }

  /** Returns all PCM received on all connections, in order, as it came. */
  public byte[] receivedAudio() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    core.connections().forEach(connection -> all.writeBytes(connection.receivedAudio()));
    return all.toByteArray();
  }

  /** Returns for what the service had to complain, on all connections. */
  public List<Violation> violations() {
    return core.violations();
  }

  /** Declares that this test provokes complaints; a {@link LiveTest} then does not fail of any. */
  public void expectViolation() {
    expectViolation("");
  }

  /**
   * Declares that this test provokes a complaint.
   *
   * @param reasonPart contained in the reason
   */
  public void expectViolation(String reasonPart) {
    synchronized (expected) {
      expected.add(reasonPart);
    }
  }

  /** Returns the complaints that no {@link #expectViolation} covers. */
  public List<Violation> unexpectedViolations() {
    List<String> parts;
    synchronized (expected) {
      parts = List.copyOf(expected);
    }
    List<Violation> left = new ArrayList<>(core.violations());
    left.removeIf(violation -> parts.stream().anyMatch(violation.reason()::contains));
    return left;
  }

  /** Ends all connections and all threads; idempotent. */
  @Override
  public void close() {
    core.close();
  }

  /** Settings of a server; each has a default. */
  public static final class Builder {

    private @Nullable String requiredKey;
    private Predicate<String> accessTokens = token -> !token.isBlank();
    private boolean rules = true;
    private boolean recording = true;
    private @Nullable FrameHandler frameHandler;
    private @Nullable BiConsumer<Connection, JsonNode> tap;
    private @Nullable IntFunction<Script> scripts;
    private Persona persona = Persona.assistant();
    private @Nullable VirtualTime time;
    private double speed = 4;
    private double playback = 1;
    private Duration thinking = Duration.ofMillis(120);
    private Duration setupDelay = Duration.ZERO;
    private Duration connectionLife = Duration.ofMinutes(10);
    private Duration goAwayNotice = Duration.ofMinutes(1);
    private Duration handleLife = Duration.ofHours(2);
    private boolean overlap;
    private int receiveBufferBytes;
    private int ioThreads = 2;
    private final Map<String, Family> extraModels = new HashMap<>();

    private Builder() {}

    /**
     * Sets the only API key that is accepted. By default any non-empty one is.
     *
     * @param key the right key
     */
    public Builder apiKey(String key) {
      requiredKey = key;
      return this;
    }

    /**
     * Sets which OAuth access tokens Vertex AI's method accepts; the others are refused with HTTP
     * 401. By default any that is not blank is.
     *
     * @param valid asked at every upgrade with the bare token, on an I/O thread
     */
    public Builder accessTokens(Predicate<String> valid) {
      accessTokens = valid;
      return this;
    }

    /**
     * Sets who answers on connections without a scenario. Default: {@link Persona#assistant}.
     *
     * @param persona the one who answers
     */
    public Builder persona(Persona persona) {
      this.persona = persona;
      return this;
    }

    /**
     * Sets what happens on every connection that {@link LiveServer#script} says nothing about.
     *
     * @param scenario in place of the persona
     */
    public Builder scenario(Scenario scenario) {
      Script script = scenario.script();
      scripts = dial -> script;
      return this;
    }

    /**
     * Sets what happens on each connection that {@link LiveServer#script} says nothing about; {@link
     * Faults} is made for this.
     *
     * @param scenarios given the number of the upgrade request, from 1, refused ones included; called
     *     on a thread of the server
     */
    public Builder scenarios(IntFunction<Scenario> scenarios) {
      this.scripts = dial -> scenarios.apply(dial).script();
      return this;
    }

    /**
     * Chooses whether the service's rules are enforced. Default: true. Without them any message is
     * taken and any credential accepted.
     *
     * @param rules whether to complain and close
     */
    public Builder rules(boolean rules) {
      this.rules = rules;
      return this;
    }

    /**
     * Makes a model known.
     *
     * @param id model id without {@code models/}
     * @param like a known model whose rules it follows, such as {@code gemini-3.8-live}
     * @throws IllegalArgumentException when {@code like} is not known
     */
    public Builder model(String id, String like) {
      Family family = Family.of(like);
      if (family == null) {
        throw new IllegalArgumentException("no known model: " + like);
      }
      extraModels.put(id, family);
      return this;
    }

    /**
     * Runs the server's timers on a test's own time. Default: real time.
     *
     * @param time moved by the test
     */
    public Builder time(VirtualTime time) {
      this.time = time;
      return this;
    }

    /**
     * Sets how fast speech is sent. Default: 4 times as fast as it plays.
     *
     * @param factor multiple of real time; 0 sends all at once
     */
    public Builder speed(double factor) {
      if (!(factor >= 0)) {
        throw new IllegalArgumentException("factor must not be negative: " + factor);
      }
      speed = factor;
      return this;
    }

    /**
     * Sets how long the client is assumed to play speech, which delays turnComplete. Default: 1,
     * as long as the speech is.
     *
     * @param factor multiple of the speech's length; 0 ends turns at once
     */
    public Builder playback(double factor) {
      if (!(factor >= 0)) {
        throw new IllegalArgumentException("factor must not be negative: " + factor);
      }
      playback = factor;
      return this;
    }

    /**
     * Sets the time between the end of a user's turn and the answer. Default: 120 ms.
     *
     * @param time not negative
     */
    public Builder thinking(Duration time) {
      thinking = time;
      return this;
    }

    /**
     * Sets the time between setup and setupComplete. Default: none.
     *
     * @param time not negative
     */
    public Builder setupDelay(Duration time) {
      setupDelay = time;
      return this;
    }

    /**
     * Sets how long a connection lives. Default: 10 minutes, with goAway 1 minute before its end.
     *
     * @param life from setupComplete on
     * @param notice how long before the end goAway is sent
     */
    public Builder connectionLife(Duration life, Duration notice) {
      connectionLife = life;
      goAwayNotice = notice;
      return this;
    }

    /**
     * Sets how long a resumption handle is good. Default: 2 hours.
     *
     * @param life from its issue on
     */
    public Builder handleLife(Duration life) {
      handleLife = life;
      return this;
    }

    /**
     * Chooses whether a session can be resumed while its old connection is open. Default: false, as
     * the service has been seen to refuse that. A connection that is stalled or paused is not in the
     * way.
     *
     * @param overlap whether to allow it; the old connection then goes on by itself
     */
    public Builder overlap(boolean overlap) {
      this.overlap = overlap;
      return this;
    }

    /**
     * Sets the socket's receive buffer, so that slow reading is felt by the client sooner. Default:
     * the system's.
     *
     * @param bytes size in bytes; 0 for the system's
     */
    public Builder receiveBufferBytes(int bytes) {
      receiveBufferBytes = bytes;
      return this;
    }

    /**
     * Sets the number of threads for I/O. Default: 2.
     *
     * @param threads at least 1
     */
    public Builder ioThreads(int threads) {
      ioThreads = threads;
      return this;
    }

    /**
     * Chooses whether upgrades, messages and audio are kept for assertions. Default: true. Without,
     * {@link Connection#setup} still works, and ended connections are forgotten.
     *
     * @param recording whether to keep them
     */
    public Builder recording(boolean recording) {
      this.recording = recording;
      return this;
    }

    /**
     * Shows every JSON message that is received, before anything becomes of it: what a long run wants
     * to count without {@link #recording} it.
     *
     * @param tap called on an I/O thread, for one message of a connection after the other; what it
     *     throws becomes a violation
     */
    public Builder tap(BiConsumer<Connection, JsonNode> tap) {
      this.tap = tap;
      return this;
    }

    /**
     * Gives all messages to a handler, unread, in place of the simulated service: nothing is
     * parsed, checked or answered. For benchmarks.
     *
     * @param handler takes every message, the setup too
     */
    public Builder onFrame(FrameHandler handler) {
      frameHandler = handler;
      return this;
    }

    /** Starts the server. */
    public LiveServer start() {
      Options options = new Options(
          requiredKey,
          accessTokens,
          rules,
          recording,
          frameHandler,
          tap,
          scripts,
          persona.script(),
          speed,
          playback,
          thinking,
          setupDelay,
          connectionLife,
          goAwayNotice,
          handleLife,
          overlap,
          receiveBufferBytes,
          ioThreads,
          extraModels);
      Time clock = time == null ? Time.real() : Time.of(time, time.nanoTime(), time.clock());
      String key = requiredKey == null ? "test-api-key" : requiredKey;
      return new LiveServer(new ServerCore(options, clock), key);
    }
  }
}
