package io.github.geminilive.benchmarks;

import io.github.geminilive.internal.codec.AudioEncoder;
import io.github.geminilive.internal.codec.RecordDecoder;
import io.github.geminilive.internal.relay.PeerAudioScanner;
import io.github.geminilive.internal.relay.PeerRequest;
import io.github.geminilive.protocol.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
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

/**
 * What a relay does with a piece of a peer's sound in the Live protocol: it proves that the message is
 * nothing else, and passes it on. Against that, to take the sound out and to put it in again.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
@Fork(2)
public class RelayFrameBenchmark {

  private static final String MIME_TYPE = "audio/pcm;rate=16000";

  /** Messages of one client. */
  @State(Scope.Thread)
  public static class Peer {

    @Param({"640", "3200"})
    int bytes;

    String frame = "";
    int dataStart;
    int dataEnd;
    PeerAudioScanner scanner = new PeerAudioScanner();
    AudioEncoder encoder = new AudioEncoder();

    /** Makes a message as Google's JavaScript client does. */
    @Setup
    public void fill() {
      byte[] pcm = new byte[bytes];
      new Random(bytes).nextBytes(pcm);
      String head = "{\"realtimeInput\":{\"audio\":{\"data\":\"";
      String data = Base64.getEncoder().encodeToString(pcm);
      frame = head + data + "\",\"mimeType\":\"" + MIME_TYPE + "\"}}}";
      dataStart = head.length();
      dataEnd = dataStart + data.length();
    }
  }

  /**
   * Ours: the message itself, proved.
   *
   * @param peer the message
   * @return how much sound it holds
   */
  @Benchmark
  public int passOn(Peer peer) {
    return peer.scanner.bytes(peer.frame);
  }

  /**
   * The least that decoding and encoding take, at a known place and with nothing proved.
   *
   * @param peer the message
   * @return the message for the service
   */
  @Benchmark
  public String decodeAndEncodeFloor(Peer peer) {
    byte[] base64 =
        peer.frame.substring(peer.dataStart, peer.dataEnd).getBytes(StandardCharsets.ISO_8859_1);
    byte[] pcm = Base64.getDecoder().decode(base64);
    return peer.encoder.encode(MIME_TYPE, pcm, 0, pcm.length);
  }

  /**
   * The way of messages in other forms: the general reader, and the encoder.
   *
   * @param peer the message
   * @return the message for the service
   */
  @Benchmark
  public String decodeAndEncode(Peer peer) {
    PeerRequest request = RecordDecoder.decode(PeerRequest.class, peer.frame);
    Bytes data = Objects.requireNonNull(
        Objects.requireNonNull(Objects.requireNonNull(request.realtimeInput()).audio())
            .data());
    return peer.encoder.encode(MIME_TYPE, data.toByteArray(), 0, data.size());
  }
}
