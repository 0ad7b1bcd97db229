package io.github.geminilive.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.internal.relay.PeerMessage.AudioFrame;
import io.github.geminilive.protocol.Bytes;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAudioScannerTest {

  private final PeerAudioScanner scanner = new PeerAudioScanner();

  private static byte[] noise(int bytes, long seed) {
    byte[] pcm = new byte[bytes];
    new Random(seed).nextBytes(pcm);
    return pcm;
  }

  private static String plain(byte[] pcm) {
    return "{\"realtimeInput\":{\"audio\":{\"data\":\""
        + Base64.getEncoder().encodeToString(pcm)
        + "\",\"mimeType\":\"audio/pcm;rate=16000\"}}}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"realtimeInput\":{\"audio\":{\"data\":\"AAEC-DATA\",\"mimeType\":\"audio/pcm;rate=8000\"}}}",
        "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate=8000\",\"data\":\"AAEC-DATA\"}}}",
        "\n{ \"realtimeInput\" : {\r\n\t\"audio\" :{ \"mimeType\": \"audio/pcm;rate=8000\" ,\"data\" :"
            + " \"AAEC-DATA\" } } } \n"
      })
  void plainSoundPassesAsItIs(String form) {
    byte[] pcm = noise(640, 1);
    String message = form.replace("AAEC-DATA", Base64.getEncoder().encodeToString(pcm));

    // The second time it is known by its beginning and its end.
    for (int i = 0; i < 2; i++) {
      AudioFrame frame = scanner.scan(message);

      assertThat(frame).isNotNull();
      assertThat(frame.frame()).isSameAs(message);
      assertThat(frame.bytes()).isEqualTo(640);
      assertThat(frame.rate()).isEqualTo(8000);
      assertThat(frame.samples()).isEqualTo(Bytes.copyOf(pcm));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 6, 8, 640, 3200, 3202})
  void anyNumberOfSamplesIsCounted(int bytes) {
    byte[] pcm = noise(bytes, bytes);

    AudioFrame frame = scanner.scan(plain(pcm));

    assertThat(frame).isNotNull();
    assertThat(frame.bytes()).isEqualTo(bytes);
    assertThat(frame.samples()).isEqualTo(Bytes.copyOf(pcm));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"realtimeInput\":{}}",
        "{\"realtimeInput\":{\"audio\":{}}}",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"AAAA\"}}}",
        "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate=16000\"}}}",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"\",\"mimeType\":\"audio/pcm;rate=16000\"}}}",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"AAA\",\"mimeType\":\"audio/pcm;rate=16000\"}}}",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"AAAA\",\"mimeType\":\"audio/pcm;rate=16000\"}}}",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"A-A=\",\"mimeType\":\"audio/pcm;rate=16000\"}}}",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"A=A=\",\"mimeType\":\"audio/pcm;rate=16000\"}}}",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"====\",\"mimeType\":\"audio/pcm;rate=16000\"}}}",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"AAA=\",\"mimeType\":\"audio/pcm\"}}}",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"AAA=\",\"mimeType\":\"audio/pcm;rate=0\"}}}",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"AAA=\",\"mimeType\":\"audio/pcm;rate=08000\"}}}",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"AAA=\",\"mimeType\":\"audio/pcm;rate=192001\"}}}",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"AAA=\",\"mimeType\":\"audio/pcm;rate=9999999\"}}}",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"AAA=\",\"mimeType\":\"audio/pcm;rate=16000;x\"}}}",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"AA\\u0041=\",\"mimeType\":\"audio/pcm;rate=16000\"}}}",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"AAA=\",\"mimeType\":\"audio/pcm;rate=16000\"}}},{}",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"AAA=\",\"mimeType\":\"audio/pcm;rate=16000\"}},\"text\":1}",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"AAA=\",\"mimeType\":\"audio/pcm;rate=16000\","
            + "\"data\":\"AAA=\"}}}",
        "{\"setup\":{\"audio\":{\"data\":\"AAA=\",\"mimeType\":\"audio/pcm;rate=16000\"}}}",
        "[{\"realtimeInput\":{\"audio\":{\"data\":\"AAA=\",\"mimeType\":\"audio/pcm;rate=16000\"}}}]"
      })
  void anythingElseIsLeftToTheGeneralReader(String message) {
    assertThat(scanner.scan(message)).isNull();
    assertThat(scanner.scan(plain(new byte[4]))).isNotNull();
    assertThat(scanner.scan(message)).isNull();
  }

  @Test
  void charactersBeyondAsciiAreNoBase64() {
    String message = plain(noise(64, 3));

    for (char c :
        new char[] {'\u0080', '\u00c1', '\u0141', '\ud83c', '"', '\\', ' ', '-', '_', '='}) {
      assertThat(scanner.scan(message.substring(0, 45) + c + message.substring(46)))
          .isNull();
      assertThat(scanner.scan(message)).isNotNull();
    }
  }

  @Test
  void whateverPassesIsOnePieceOfSoundForAnotherReaderToo() {
    Random random = new Random(7);
    String alphabet = "{}[]:,\"\\ \n=AZaz09+/-_\u0000\u00e9tre";
    int passed = 0;
    for (int round = 0; round < 60_000; round++) {
      StringBuilder message = new StringBuilder(plain(noise(2 * random.nextInt(8), round)));
      for (int edits = random.nextInt(4); edits > 0; edits--) {
        int at = random.nextInt(message.length());
        char c = alphabet.charAt(random.nextInt(alphabet.length()));
        switch (random.nextInt(3)) {
          case 0 -> message.setCharAt(at, c);
          case 1 -> message.insert(at, c);
          default -> message.deleteCharAt(at);
        }
      }
      AudioFrame frame = scanner.scan(message.toString());
      if (frame == null) {
        continue;
      }
      passed++;
      JsonNode read = WireMessages.json(message.toString());
      assertThat(read.size()).isOne();
      assertThat(read.path("realtimeInput").size()).isOne();
      JsonNode audio = read.at("/realtimeInput/audio");
      assertThat(audio.size()).isEqualTo(2);
      assertThat(audio.path("mimeType").asText()).isEqualTo("audio/pcm;rate=" + frame.rate());
      byte[] pcm = Base64.getDecoder().decode(audio.path("data").asText());
      assertThat(frame.bytes()).isEqualTo(pcm.length).isEven();
      assertThat(frame.samples()).isEqualTo(Bytes.copyOf(pcm));
    }
    assertThat(passed).isGreaterThan(10_000);
  }
}
