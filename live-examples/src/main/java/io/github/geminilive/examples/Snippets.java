package io.github.geminilive.examples;

import io.github.geminilive.ConfigFinding;
import io.github.geminilive.Credentials;
import io.github.geminilive.Delivery;
import io.github.geminilive.Endpoint;
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
import io.github.geminilive.ToolSet;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.Schema;
import io.github.geminilive.testkit.LiveServer;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The code of the README, compiled. A test compares the two; edit both. Each method is one block.
 */
final class Snippets {

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

  static void streaming(LiveSession session, Iterable<byte[]> microphone) {
    // begin: streaming
    session.subscribe(
        new LiveListener() {
          @Override
          public void onAudio(LiveEvent.Audio audio) {
            play(audio.chunk().toByteArray());
          }

          @Override
          public void onInterrupted(LiveEvent.Interrupted interrupted) {
            flush(); // the user talks over the model: stop playing
          }
        },
        Delivery.realTime()); // a slow loudspeaker loses old audio, never an event

    for (byte[] chunk : microphone) { // 20 to 100 ms of 16 kHz, 16-bit little-endian mono
      session.sendAudio(chunk);
    }
    // end: streaming
  }

  static void tools() {
    // begin: tools
    var weather = FunctionDeclaration.builder("get_weather", "Current weather of a city.")
        .parameters(Schema.object(Map.of("city", Schema.string()), "city"))
        .build();

    var config = LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
        .tools(ToolSet.of(
            weather, (args, context) -> Map.of("city", args.asObject().get("city"), "celsius", 22)))
        .build();
    // end: tools
    use(config);
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

  private static void play(byte[] pcm) {}

  private static void flush() {}

  private static void use(LiveConfig config) {}
}
