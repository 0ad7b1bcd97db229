package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveListener;
import io.github.geminilive.LiveModel;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.RecoveryReport;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.Scenario;
import io.github.geminilive.testkit.VirtualTime;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A conversation in virtual time: simulated service, session, devices, and the loop between. */
final class VoiceRig implements AutoCloseable {

  static final String ANSWER = "In Lisbon it is sunny today, and pleasantly warm."
      + " The wind is light and comes from the north west.";

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration SETTLED = Duration.ofSeconds(20);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  final VirtualTime time = new VirtualTime();
  final TestSource microphone;
  final TestSink loudspeaker = new TestSink(time);
  final LiveServer server;
  final LiveSession session;
  final Connection service;
  final VoiceLoop voice;
  final List<VoiceEvent> events = new CopyOnWriteArrayList<>();
  final List<LiveEvent> heard = new CopyOnWriteArrayList<>();

  private VoiceRig(Setting setting) {
    microphone = new TestSource(time, setting.rate);
    if (setting.echoGain != 0) {
      microphone.room(
          nanos -> setting.echoGain * loudspeaker.at(nanos - setting.echoDelay.toNanos()));
    }
    LiveServer.Builder simulated = LiveServer.builder().persona(setting.persona).time(time);
    server = setting.server.apply(simulated).start();
    LiveClient client = LiveClient.builder()
        .httpClient(HTTP)
        .scheduler(time)
        .nanoTime(time.nanoTime())
        .build();
    LiveConfig.Builder config = LiveConfig.builder(LiveModel.GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW)
        .endpoint(Endpoint.developer().at(server.baseUri()))
        .apiKey(server.apiKey())
        .keepAlive(Duration.ZERO);
    session = client.open(setting.config.apply(config).build());
    service = server.nextConnection();
    session.subscribe(new LiveListener() {
      @Override
      public void onEvent(LiveEvent event) {
        heard.add(event);
      }
    });
    VoiceLoop.Builder builder = VoiceLoop.builder(session)
        .microphone(microphone)
        .loudspeaker(loudspeaker)
        .echo(EchoMode.HEADSET)
        .voiceDetector(LoudnessDetector::new)
        .levelInterval(Duration.ZERO)
        .listener(events::add)
        .nanoTime(time.nanoTime());
    voice = setting.loop.apply(builder).start();
  }

  /** What a conversation is to be like. */
  static final class Setting {
    private Persona persona = Persona.builder()
        .onSpeech(1)
        .say(ANSWER)
        .otherwise()
        .say("You are welcome.")
        .build();
    private UnaryOperator<LiveConfig.Builder> config = builder -> builder;
    private UnaryOperator<VoiceLoop.Builder> loop = builder -> builder;
    private UnaryOperator<LiveServer.Builder> server = builder -> builder;
    private int rate = 16_000;
    private double echoGain;
    private Duration echoDelay = Duration.ZERO;

    Setting persona(Persona persona) {
      this.persona = persona;
      return this;
    }

    Setting config(UnaryOperator<LiveConfig.Builder> config) {
      this.config = config;
      return this;
    }

    Setting loop(UnaryOperator<VoiceLoop.Builder> loop) {
      this.loop = loop;
      return this;
    }

    Setting server(UnaryOperator<LiveServer.Builder> server) {
      this.server = server;
      return this;
    }

    Setting microphoneRate(int rate) {
      this.rate = rate;
      return this;
    }

    /** The loudspeaker is heard by the microphone. */
    Setting echo(double gain, Duration delay) {
      echoGain = gain;
      echoDelay = delay;
      return this;
    }

    VoiceRig start() {
      return new VoiceRig(this);
    }
  }

  static Setting with() {
    return new Setting();
  }

  /** The connection that was opened last. */
  Connection newest() {
    List<Connection> all = server.connections();
    return all.get(all.size() - 1);
  }

  /** What the service heard of the microphone, on all connections in their order. */
  byte[] heardByService() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    server.connections().forEach(connection -> all.writeBytes(connection.receivedAudio()));
    return all.toByteArray();
  }

  /** The next dial is refused; the one after it comes when this time is over. */
  void overloaded(Duration retryAfter) {
    server.script(Scenario.refuseUpgrade(
        503, Map.of("Retry-After", Long.toString(retryAfter.toSeconds())), "overloaded"));
  }

  /** The report of the n-th change of connections, from 0; moves the time until it has come. */
  RecoveryReport report(int n) {
    until(() -> reports().size() > n);
    return reports().get(n);
  }

  private List<RecoveryReport> reports() {
    return heard.stream()
        .filter(LiveEvent.Resumed.class::isInstance)
        .map(event -> ((LiveEvent.Resumed) event).report())
        .toList();
  }

  /** Moves the time until something holds. */
  void until(BooleanSupplier condition) {
    advance(condition, LIMIT);
  }

  /** The time stands still while anything is on its way between the session and the service. */
  private void advance(BooleanSupplier condition, Duration limit) {
    time.advanceUntil(
        () -> {
          server.settle(SETTLED);
          return condition.getAsBoolean();
        },
        limit);
  }

  /** Moves the time in small steps, sockets and executors keeping up. */
  void run(Duration length) {
    long end = time.elapsed().plus(length).toNanos();
    advance(() -> time.elapsed().toNanos() >= end, length.plusSeconds(1));
  }

  /** Moves the time in small steps and waits for nobody: where something is always on its way. */
  void rush(Duration length) {
    long end = time.elapsed().plus(length).toNanos();
    time.advanceUntil(() -> time.elapsed().toNanos() >= end, length.plusSeconds(1));
  }

  <E extends VoiceEvent> boolean came(Class<E> kind) {
    return events.stream().anyMatch(kind::isInstance);
  }

  <E extends VoiceEvent> List<E> all(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The only event of a kind; moves the time until it has come. */
  <E extends VoiceEvent> E only(Class<E> kind) {
    until(() -> came(kind));
    assertThat(all(kind)).hasSize(1);
    return all(kind).get(0);
  }

  /** Whether the assistant is audible, by the last event. */
  boolean audible() {
    boolean speaking = false;
    for (VoiceEvent.AssistantSpeaking event : all(VoiceEvent.AssistantSpeaking.class)) {
      speaking = event.speaking();
    }
    return speaking;
  }

  /** The turn in which the model spoke for the n-th time, from 0. */
  LiveTurn turn(int n) {
    until(() -> turns() > n);
    return heard.stream()
        .filter(LiveEvent.Audio.class::isInstance)
        .map(event -> ((LiveEvent.Audio) event).turn())
        .distinct()
        .skip(n)
        .findFirst()
        .orElseThrow();
  }

  /** In how many turns the model spoke. */
  int turns() {
    return (int) heard.stream()
        .filter(LiveEvent.Audio.class::isInstance)
        .map(event -> ((LiveEvent.Audio) event).turn())
        .distinct()
        .count();
  }

  boolean heardFromService(Class<? extends LiveEvent> kind) {
    return heard.stream().anyMatch(kind::isInstance);
  }

  /** What the client sent, in short: the members of real-time input, audio only where it begins. */
  List<String> sent() {
    return sent(service);
  }

  /** The same of another connection than the first. */
  List<String> sent(Connection connection) {
    List<String> kinds = new CopyOnWriteArrayList<>();
    connection.receivedMessages().forEach(message -> {
      message.path("realtimeInput").fieldNames().forEachRemaining(name -> {
        if (!name.equals("audio")
            || kinds.isEmpty()
            || !kinds.get(kinds.size() - 1).equals("audio")) {
          kinds.add(name);
        }
      });
    });
    return kinds;
  }

  VoiceEvent.Ended ended() {
    until(() -> voice.ended().isDone());
    return voice.ended().join();
  }

  @Override
  public void close() {
    try {
      voice.close();
      CompletableFuture<CloseInfo> closed = session.closeAsync();
      time.advanceUntil(closed::isDone, Duration.ofMinutes(5));
      time.advance(Duration.ofSeconds(1));
      closed.get(30, TimeUnit.SECONDS);
    } catch (TimeoutException | InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    } finally {
      server.close();
    }
  }
}
