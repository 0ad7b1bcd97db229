package io.github.geminilive.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BytesTest {

  @Test
  void aCopyDoesNotFollowItsSource() {
    byte[] source = {1, 2, 3};
    Bytes bytes = Bytes.copyOf(source);

    source[0] = 9;

    assertThat(bytes.toByteArray()).containsExactly(1, 2, 3);
  }

  @Test
  void aBufferIsCopiedFromPositionToLimitAndLeftAlone() {
    ByteBuffer source = ByteBuffer.wrap(new byte[] {0, 1, 2, 3}, 1, 2);

    assertThat(Bytes.copyOf(source)).isEqualTo(Bytes.wrap(new byte[] {1, 2}));
    assertThat(source.remaining()).isEqualTo(2);
  }

  @Test
  void theContentCannotBeChangedFromOutside() {
    Bytes bytes = Bytes.copyOf(new byte[] {1, 2});

    bytes.toByteArray()[0] = 9;

    assertThat(bytes).isEqualTo(Bytes.wrap(new byte[] {1, 2}));
    assertThat(bytes.asByteBuffer().isReadOnly()).isTrue();
  }

  @Test
  void base64GoesBothWays() {
    Bytes bytes = Bytes.wrap(new byte[] {(byte) 0xfb, (byte) 0xff, 0, (byte) 0xff});

    assertThat(bytes.toBase64()).isEqualTo("+/8A/w==");
    assertThat(Bytes.fromBase64("+/8A/w==")).isEqualTo(bytes).hasSameHashCodeAs(bytes);
    assertThatThrownBy(() -> Bytes.fromBase64("%")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void onlyTheSizeIsPrinted() {
    assertThat(Bytes.wrap(new byte[640])).hasToString("Bytes[640]");
  }
}
