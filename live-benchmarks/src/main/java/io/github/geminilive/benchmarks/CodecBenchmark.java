package io.github.geminilive.benchmarks;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.geminilive.internal.codec.AudioEncoder;
import io.github.geminilive.internal.codec.Decoded;
import io.github.geminilive.internal.codec.ServerMessageDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The codec against the least work that could be done instead: for audio the JDK's base64 at a
 * known place, for everything else one pass of Jackson's streaming parser that reads every value.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
@Fork(2)
public class CodecBenchmark {

  private static final String MIME_TYPE = "audio/pcm;rate=16000";

  private static byte[] noise(int length) {
    byte[] pcm = new byte[length];
    new Random(length).nextBytes(pcm);
    return pcm;
  }

  /** Audio to the service. */
  @State(Scope.Thread)
  public static class Up {

    private static final byte[] PREFIX = ("{\"realtimeInput\":{\"audio\":{\"mimeType\":\""
            + MIME_TYPE + "\",\"data\":\"")
        .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SUFFIX = "\"}}}".getBytes(StandardCharsets.US_ASCII);

    @Param({"640", "3200"})
    int bytes;

    byte[] pcm = {};
    byte[] base64 = {};
    byte[] frame = {};
    AudioEncoder encoder = new AudioEncoder();

    /** Fills the buffers. */
    @Setup
    public void fill() {
      pcm = noise(bytes);
      base64 = new byte[(bytes + 2) / 3 * 4];
      frame = new byte[PREFIX.length + base64.length + SUFFIX.length];
    }
  }

  /**
   * The least: prefix, the JDK's base64 and suffix in a reused buffer.
   *
   * @param up the audio
   * @return the buffer
   */
  @Benchmark
  public byte[] encodeAudioFloor(Up up) {
    int encoded = Base64.getEncoder().encode(up.pcm, up.base64);
    System.arraycopy(Up.PREFIX, 0, up.frame, 0, Up.PREFIX.length);
    System.arraycopy(up.base64, 0, up.frame, Up.PREFIX.length, encoded);
    System.arraycopy(Up.SUFFIX, 0, up.frame, Up.PREFIX.length + encoded, Up.SUFFIX.length);
    return up.frame;
  }

  /**
   * The same as a String, which the JDK's WebSocket needs.
   *
   * @param up the audio
   * @return the message
   */
  @Benchmark
  public String encodeAudioFloorString(Up up) {
    return new String(encodeAudioFloor(up), StandardCharsets.ISO_8859_1);
  }

  /**
   * Ours.
   *
   * @param up the audio
   * @return the message
   */
  @Benchmark
  public String encodeAudio(Up up) {
    return up.encoder.encode(MIME_TYPE, up.pcm, 0, up.pcm.length);
  }

  /** Audio from the service. */
  @State(Scope.Thread)
  public static class Down {

    @Param({"3200", "9600"})
    int bytes;

    @Param({"compact", "pretty", "captioned"})
    String layout = "";

    byte[] frame = {};
    int from;
    int to;
    ServerMessageDecoder decoder = new ServerMessageDecoder();

    /** Makes the frame. */
    @Setup
    public void fill() {
      String data = Base64.getEncoder().encodeToString(noise(bytes));
      String blob = "{\"mimeType\":\"audio/pcm;rate=24000\",\"data\":\"" + data + "\"}";
      String turn = "\"modelTurn\":{\"parts\":[{\"inlineData\":" + blob + "}]}";
      String caption = ",\"outputTranscription\":{\"text\":\" high tide\"}";
      String json = "{\"serverContent\":{" + turn + "}}";
      if (layout.equals("captioned")) {
        json = "{\"serverContent\":{" + turn + caption + "}}";
      } else if (layout.equals("pretty")) {
        json = "{\n  \"serverContent\": {\n    \"modelTurn\": {\n      \"parts\": [\n        {\n"
            + "          \"inlineData\": {\n"
            + "            \"mimeType\": \"audio/pcm;rate=24000\",\n"
            + "            \"data\": \""
            + data
            + "\"\n          }\n        }\n      ]\n    }\n  }\n}\n";
      }
      frame = json.getBytes(StandardCharsets.US_ASCII);
      from = json.indexOf(data);
      to = from + data.length();
    }
  }

  /**
   * The least: the JDK's base64 from the place where the data are known to be.
   *
   * @param down the frame
   * @return the audio
   */
  @Benchmark
  public ByteBuffer decodeAudioFloor(Down down) {
    return Base64.getDecoder().decode(ByteBuffer.wrap(down.frame, down.from, down.to - down.from));
  }

  /**
   * Ours.
   *
   * @param down the frame
   * @return the message
   */
  @Benchmark
  public Decoded decodeAudio(Down down) {
    return down.decoder.decode(down.frame, 0, down.frame.length);
  }

  /** Everything else from the service. */
  @State(Scope.Thread)
  public static class Other {

    private static final Map<String, String> MESSAGES =
        Map.of("transcript", """
            {
              "serverContent": {
                "outputTranscription": {
                  "text": " high tide is at a quarter past"
                }
              }
            }
            """, "toolCall", """
            {
              "toolCall": {
                "functionCalls": [
                  {
                    "name": "get_tide",
                    "args": {
                      "port": "Gdynia",
                      "days": 2,
                      "units": "metric"
                    },
                    "id": "fc_7712096345120"
                  }
                ]
              }
            }
            """, "turnEnd", """
            {
              "serverContent": {
                "turnComplete": true
              },
              "usageMetadata": {
                "promptTokenCount": 310,
                "responseTokenCount": 88,
                "totalTokenCount": 398,
                "promptTokensDetails": [
                  {"modality": "TEXT", "tokenCount": 120},
                  {"modality": "AUDIO", "tokenCount": 190}
                ],
                "responseTokensDetails": [
                  {"modality": "AUDIO", "tokenCount": 88}
                ]
              }
            }
            """, "interrupted", """
            {
              "serverContent": {
                "interrupted": true
              }
            }
            """);

    @Param({"transcript", "toolCall", "turnEnd", "interrupted"})
    String message = "";

    byte[] frame = {};
    JsonFactory factory = new JsonFactory();
    ServerMessageDecoder decoder = new ServerMessageDecoder();

    /** Makes the frame. */
    @Setup
    public void fill() {
      frame = requireNonNull(MESSAGES.get(message)).getBytes(StandardCharsets.UTF_8);
    }
  }

  /**
   * The least: one pass of Jackson that reads every name and value.
   *
   * @param other the frame
   * @param sink takes them
   * @throws IOException never, as the message is sound
   */
  @Benchmark
  public void decodeOtherFloor(Other other, Blackhole sink) throws IOException {
    try (JsonParser parser = other.factory.createParser(other.frame, 0, other.frame.length)) {
      for (JsonToken token; (token = parser.nextToken()) != null; ) {
        if (token == JsonToken.FIELD_NAME) {
          sink.consume(parser.currentName());
        } else if (token == JsonToken.VALUE_STRING) {
          sink.consume(parser.getText());
        } else if (token == JsonToken.VALUE_NUMBER_INT) {
          sink.consume(parser.getIntValue());
        }
      }
    }
  }

  /**
   * Ours.
   *
   * @param other the frame
   * @return the message
   */
  @Benchmark
  public Decoded decodeOther(Other other) {
    return other.decoder.decode(other.frame, 0, other.frame.length);
  }
}
