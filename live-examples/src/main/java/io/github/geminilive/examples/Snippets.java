package io.github.geminilive.examples;

import io.github.geminilive.AudioChunk;
import io.github.geminilive.ConfigFinding;
import io.github.geminilive.Credentials;
import io.github.geminilive.Endpoint;
import io.github.geminilive.EphemeralToken;
import io.github.geminilive.EphemeralTokens;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveClosedException;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveException;
import io.github.geminilive.LiveHandshakeException;
import io.github.geminilive.LiveListener;
import io.github.geminilive.LiveModel;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.RecoveryReport;
import io.github.geminilive.SessionSnapshot;
import io.github.geminilive.SnapshotStore;
import io.github.geminilive.TokenRequest;
import io.github.geminilive.audio.EchoMode;
import io.github.geminilive.audio.Player;
import io.github.geminilive.audio.VoiceEvent;
import io.github.geminilive.audio.VoiceLoop;
import io.github.geminilive.audio.device.Loudspeaker;
import io.github.geminilive.audio.device.Microphone;
import io.github.geminilive.audio.pcm.G711;
import io.github.geminilive.audio.pcm.PcmAudio;
import io.github.geminilive.audio.pcm.PcmFormat;
import io.github.geminilive.audio.pcm.Resampler;
import io.github.geminilive.audio.pcm.WavReader;
import io.github.geminilive.audio.pcm.WavWriter;
import io.github.geminilive.examples.web.JettyPeer;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.relay.LiveRelay;
import io.github.geminilive.relay.RelayCaller;
import io.github.geminilive.relay.RelayDialect;
import io.github.geminilive.relay.RelayLimits;
import io.github.geminilive.relay.RelayMessage;
import io.github.geminilive.relay.RelayModerator;
import io.github.geminilive.relay.RelayObserver;
import io.github.geminilive.relay.RelaySession;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.tools.Approver;
import io.github.geminilive.tools.LiveTools;
import io.github.geminilive.tools.ToolInterceptor;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The code of the README, compiled. A test compares the two; edit both. Each method is one block.
 */
public final class Snippets {

  /**
   * Arguments.
   *
   * @param name of the city
   */
  public record City(String name) {}

  private Snippets() {}

  static void smallest() {
    // begin: smallest
    var config = LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
        .systemInstruction("You are a helpful assistant. Keep answers short.")
        .build(); // key from GOOGLE_API_KEY, then GEMINI_API_KEY

    try (LiveSession session = LiveClient.connect(config);
        var turns = session.turns()) {
      session.sendText("What is the capital of Portugal?");
      LiveTurn turn = turns.iterator().next();
      System.out.println(turn.outputTranscript());
      byte[] speech = turn.audio().toByteArray(); // 24 kHz, 16-bit little-endian mono
    }
    // end: smallest
  }

  static void voice(LiveConfig config) throws InterruptedException {
    // begin: voice
    try (LiveSession session = LiveClient.connect(config);
        VoiceLoop voice = VoiceLoop.start(session)) { // default microphone and loudspeaker
      voice.awaitEnd(); // until the session ends, and its last word was heard
    }
    // end: voice
  }

  static void choices(LiveSession session) {
    // begin: choices
    VoiceLoop voice = VoiceLoop.builder(session)
        .microphone(Microphone.builder().device("USB").build()) // or a WavSource, a StreamSource
        .loudspeaker(Loudspeaker.builder().build()) // or a WavSink, a StreamSink, one of your own
        .echo(EchoMode.HEADSET) // default CANCEL; HALF_DUPLEX waits for the model to finish
        .protectGreeting(true) // nobody interrupts the first answer
        .recordTo(Path.of("conversation.wav")) // you on the left, what was heard on the right
        .listener(event -> show(event)) // who speaks, levels, latency, interruptions, echo, devices
        .start();
    voice.mute(true);
    voice.interrupt(); // for a button
    voice.stop(); // lets the model finish its sentence; close() does not
    // end: choices
  }

  static void parts(AudioChunk chunk, short[] in, short[] out)
      throws IOException, InterruptedException {
    // begin: parts
    PcmAudio question = WavReader.readAs(Path.of("question.wav"), PcmFormat.LIVE_INPUT);
    WavWriter.write(Path.of("call.wav"), question.convertTo(PcmFormat.muLawTelephone()));

    Resampler resampler = Resampler.create(48_000, 16_000); // keeps its state from piece to piece
    int count = resampler.process(in, 0, in.length, out, 0);
    byte code = G711.encodeMuLaw(out[count - 1]);

    try (Player player = Player.builder(Loudspeaker.builder().build()).build()) {
      player.start();
      player.play(chunk); // as fast as it comes; flush(), pause(), duck(), position()
      player.endOfAnswer();
      player.awaitSilence();
    }
    // end: parts
  }

  static void tools(LiveSession session, Approver approver) {
    // begin: tools
    LiveTools tools = LiveTools.builder()
        .add(new HomeTools())
        .tool(
            "get_weather",
            "Current weather of a city.",
            City.class,
            (city, context) -> Map.of("city", city.name(), "celsius", 22))
        .intercept(ToolInterceptor.forTools(
            Set.of("set_light"), ToolInterceptor.approval(approver))) // asks a person
        .build();

    var config = LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE).tools(tools).build();

    session.updateTools(tools.without("get_weather")); // at any time
    // end: tools
    use(config);
  }

  static void toolTesting() {
    // begin: toolTesting
    LiveTools tools = LiveTools.of(new HomeTools());
    Json answer = tools.invoke("set_light", "{\"room\": \"kitchen\", \"level\": \"50\"}");
    System.out.println(answer); // {"output":"switched on"}
    System.out.println(tools.declarationsJson()); // what the model is told
    // end: toolTesting
  }

  static void errors(LiveConfig config) {
    // begin: errors
    for (ConfigFinding finding : config.check()) {
      System.err.println(finding.severity() + " " + finding);
    }
    try (LiveSession session = LiveClient.connect(config)) {
      session.sendText("Hello").join();
    } catch (LiveHandshakeException e) {
      System.err.println("HTTP " + e.httpStatus() + ", wait " + e.retryAfter());
    } catch (LiveClosedException e) {
      System.err.println("closed with " + e.closeCode() + ": " + e.reason());
    } catch (LiveException e) {
      System.err.println(e.kind() + (e.retryable() ? ", try again: " : ": ") + e.getMessage());
    }
    // end: errors
  }

  static void recovery(LiveSession session, String facts) {
    // begin: recovery
    session.subscribe(new LiveListener() {
      @Override
      public void onReconnecting(LiveEvent.Reconnecting next) {
        System.err.println("dial " + next.attempt() + " in " + next.delay() + ": " + next.cause());
      }

      @Override
      public void onResumed(RecoveryReport report) { // why, how long, what was kept, what was lost
        System.err.println(report.stateRestored() ? "it remembers" : "it was told what was said");
      }

      @Override
      public void onStalled(LiveEvent.Stalled stalled) { // a silence on a healthy connection
        System.err.println(stalled.phase() + ", now: " + stalled.step());
      }
    });
    // end: recovery
    // begin: control
    session.say("Tell the user that the taxi is here."); // speaks now
    session.tell("The user is in the car."); // speaks not, and interrupts nothing
    session.remember(facts); // the same, and never forgotten
    session.interrupt();
    session.reconfigure(config -> config.systemInstruction("You are a tour guide now."));

    SessionSnapshot snapshot = session.snapshot();
    session.close();
    LiveSession later = LiveClient.resume(session.config(), snapshot); // perhaps elsewhere
    // end: control
    later.close();
  }

  static void vertex(Supplier<String> googleAuth, ProxySelector proxy) {
    // begin: vertex
    var config = LiveConfig.builder(LiveModel.GEMINI_LIVE_2_5_FLASH_NATIVE_AUDIO)
        .endpoint(Endpoint.vertex("my-project", "us-central1"))
        .credentials(Credentials.accessToken(googleAuth)) // asked again on every dial
        .build();

    var client = LiveClient.builder()
        .httpClient(HttpClient.newBuilder().proxy(proxy).build())
        .build();
    LiveSession session = client.open(config);
    // end: vertex
    session.close();
  }

  static void tokens(LiveConfig config) {
    // begin: tokens
    EphemeralToken token =
        EphemeralTokens.of(config).create(TokenRequest.oneUse(Duration.ofSeconds(60), config));
    // token.name() goes to the browser, which can talk for 60 seconds, in no other setup than this

    var ofAnApp = LiveConfig.builder(config.model())
        .credentials(Credentials.ephemeralToken(() -> fetchFromServer())) // asked on every dial
        .build();
    // end: tokens
    LiveClient.connect(ofAnApp).close();
  }

  private static String fetchFromServer() {
    return "auth_tokens/…";
  }

  static void relay(LiveConfig config, RelayModerator moderator, SnapshotStore store) {
    // begin: relay
    LiveRelay relay = LiveRelay.builder(config) // model, instructions, tools: the server's
        .peerMaySet("generationConfig.speechConfig", "inputAudioTranscription")
        .limits(
            RelayLimits.builder().sessionsPerUser(2).tokensPerSession(200_000).build())
        .observe(new RelayObserver() {
          @Override
          public void onMessage(RelaySession session, RelayMessage message) {
            meter(session.caller().user(), message);
          }
        })
        .moderate(moderator) // drop, replace, have something else said, end
        .holdBack(Duration.ofMillis(600)) // what is refused is not heard
        .snapshots(store, Duration.ofMinutes(10)) // another process can go on
        .build();

    // For each WebSocket that the web server has let in; JettyPeer is the example's adapter.
    new JettyPeer(relay, RelayCaller.of("ann", RelayDialect.LEAN));
    // end: relay
  }

  private static void meter(String user, RelayMessage message) {}

  static void testing() {
    // begin: testing
    try (LiveServer server = LiveServer.start()) { // speaks the protocol on loopback
      var config = LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
          .endpoint(Endpoint.custom(server.baseUri()))
          .apiKey(server.apiKey())
          .build();
      try (LiveSession session = LiveClient.connect(config);
          var turns = session.turns()) {
        session.sendText("What is the weather like in Lisbon?");
        LiveTurn turn = turns.iterator().next();
        System.out.println(turn.outputTranscript());
      }
    }
    // end: testing
  }

  private static void show(VoiceEvent event) {}

  private static void use(LiveConfig config) {}
}
