package io.github.geminilive.internal.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.protocol.ServerMessage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every valid message of the service is read without a problem and loses nothing. */
class ServerConformanceTest {

  static List<Corpus> validMessages() {
    return Corpus.of("server", true);
  }

  @Test
  void theCorpusIsComplete() {
    assertThat(Corpus.all()).hasSize(316);
    assertThat(Corpus.of("client", true)).hasSize(92);
    assertThat(Corpus.of("client", false)).hasSize(43);
    assertThat(Corpus.of("server", true)).hasSize(138);
    assertThat(Corpus.of("server", false)).hasSize(43);
  }

  @ParameterizedTest
  @MethodSource("validMessages")
  void aValidMessageLosesNothing(Corpus line) {
    byte[] payload = line.payload();

    Decoded decoded = new ServerMessageDecoder().decode(payload, 0, payload.length);

    assertThat(decoded.problems()).isEmpty();
    assertThat(decoded.message()).isNotNull();
    String again = ClientMessageEncoder.encodeRecord(decoded.message());
    assertThat(WireJson.difference(expected(payload), WireJson.parse(again))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("validMessages")
  void aValidMessageReadTwiceIsEqual(Corpus line) {
    byte[] payload = line.payload();

    ServerMessage first =
        new ServerMessageDecoder().decode(payload, 0, payload.length).message();
    byte[] again = ClientMessageEncoder.encodeRecord(first).getBytes(UTF_8);
    ServerMessage second =
        new ServerMessageDecoder().decode(again, 0, again.length).message();

    assertThat(second).isEqualTo(first).hasSameHashCodeAs(first);
  }

  private static JsonNode expected(byte[] payload) {
    String text = new String(payload, UTF_8);
    return WireJson.parse(text.startsWith("\ufeff") ? text.substring(1) : text);
  }
}
