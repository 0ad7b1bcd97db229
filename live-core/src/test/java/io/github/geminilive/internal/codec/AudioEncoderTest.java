package io.github.geminilive.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.ClientMessage;
import io.github.geminilive.protocol.RealtimeInput;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AudioEncoderTest {

  private final AudioEncoder encoder = new AudioEncoder();

  @Test
  void anyPieceIsEncodedAsTheGeneralEncoderDoes() {
    Random random = new Random(3);
    for (int round = 0; round < 2_000; round++) {
      byte[] pcm = new byte[random.nextInt(700)];
      random.nextBytes(pcm);
      int from = random.nextInt(pcm.length + 1);
      int length = random.nextInt(pcm.length - from + 1);
      String mimeType = "audio/pcm;rate=" + (random.nextBoolean() ? 16_000 : 24_000);

      String message = encoder.encode(mimeType, pcm, from, length);

      Bytes piece = Bytes.wrap(Arrays.copyOfRange(pcm, from, from + length));
      assertThat(message)
          .isEqualTo(
              ClientMessageEncoder.encode(ClientMessage.of(RealtimeInput.audio(mimeType, piece))));
    }
  }

  @Test
  void aMimeTypeIsEscaped() {
    String message = encoder.encode("audio/x;note=\"a\\b\"", new byte[2], 0, 2);

    assertThat(WireJson.parse(message).at("/realtimeInput/audio/mimeType").asText())
        .isEqualTo("audio/x;note=\"a\\b\"");
  }

  @Test
  void whatCannotBeSentIsRefusedAndLeavesTheEncoderUsable() {
    String before = encoder.encode("audio/pcm", new byte[2], 0, 2);

    assertThatThrownBy(() -> encoder.encode("audio/ä", new byte[2], 0, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("audio/ä");
    assertThatThrownBy(() -> encoder.encode("audio/pcm", new byte[2], 1, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);

    assertThat(encoder.encode("audio/pcm", new byte[2], 0, 2)).isEqualTo(before);
  }
}
