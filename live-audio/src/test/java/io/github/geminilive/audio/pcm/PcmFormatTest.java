package io.github.geminilive.audio.pcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.AudioChunk;
import io.github.geminilive.protocol.Bytes;
import java.nio.ByteOrder;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PcmFormatTest {

  @ParameterizedTest
  @ValueSource(ints = {7_999, 192_001, 0, -1})
  void ratesOutOfRangeAreRefusedWithTheirValue(int rate) {
    assertThatThrownBy(() -> PcmFormat.s16le(rate, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sampleRateHz must be in [8000, 192000]: " + rate);
  }

  @ParameterizedTest
  @ValueSource(ints = {8_000, 8_001, 191_999, 192_000})
  void ratesAtTheLimitsAreTaken(int rate) {
    assertThat(PcmFormat.s16le(rate, 1).sampleRateHz()).isEqualTo(rate);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 65_536})
  void channelsOutOfRangeAreRefusedWithTheirValue(int channels) {
    assertThatThrownBy(() -> PcmFormat.s16le(16_000, channels))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("channels must be in [1, 65535]: " + channels);
  }

  @Test
  void anyNumberOfChannelsFromOneIsTaken() {
    assertThat(PcmFormat.f32le(16_000, 1).frameBytes()).isEqualTo(4);
    assertThat(PcmFormat.of(SampleEncoding.S24, 16_000, 3).frameBytes()).isEqualTo(9);
    assertThat(PcmFormat.of(SampleEncoding.F64, 16_000, 65_535).frameBytes()).isEqualTo(524_280);
  }

  @Test
  void byteOrderCountsOnlyWhereASampleHasSeveralBytes() {
    PcmFormat u8 = PcmFormat.of(SampleEncoding.U8, 8_000, 1);
    PcmFormat s16 = PcmFormat.s16le(8_000, 1);

    assertThat(u8.withByteOrder(ByteOrder.BIG_ENDIAN)).isEqualTo(u8);
    assertThat(s16.withByteOrder(ByteOrder.BIG_ENDIAN)).isNotEqualTo(s16);
  }

  @Test
  void textTellsAllThatMatters() {
    assertThat(PcmFormat.LIVE_INPUT).hasToString("s16le 16000 Hz mono");
    assertThat(PcmFormat.muLawTelephone().withChannels(2)).hasToString("mu-law 8000 Hz stereo");
    assertThat(PcmFormat.f32le(48_000, 6).withByteOrder(ByteOrder.BIG_ENDIAN))
        .hasToString("f32be 48000 Hz 6 channels");
  }

  @Test
  void bytesFramesAndTimeBelongTogether() {
    PcmFormat format = PcmFormat.s16le(44_100, 2);

    assertThat(format.duration(176_400)).isEqualTo(Duration.ofSeconds(1));
    assertThat(format.duration(4)).isEqualTo(Duration.ofNanos(22_675));
    assertThat(format.frames(176_400)).isEqualTo(44_100);
    assertThat(format.frames(Duration.ofMillis(20))).isEqualTo(882);
    assertThat(format.frames(Duration.ofNanos(22_675))).isZero();
    assertThat(format.frames(Duration.ofNanos(22_676))).isEqualTo(1);
    assertThat(format.durationOfFrames(44_100L * 86_400 * 400)).isEqualTo(Duration.ofDays(400));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void partsOfAFrameAreRefused(int bytes) {
    assertThatThrownBy(() -> PcmFormat.s16le(16_000, 2).duration(bytes))
        .hasMessage(bytes + " bytes are not whole frames of 4 bytes (s16le 16000 Hz stereo)");
    assertThatThrownBy(() -> PcmAudio.copyOf(PcmFormat.s16le(16_000, 2), new byte[bytes]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void encodingsFitIntoThoseThatHoldAllTheirValues() {
    assertThat(SampleEncoding.S24.fitsInto(SampleEncoding.F32)).isTrue();
    assertThat(SampleEncoding.S32.fitsInto(SampleEncoding.F32)).isFalse();
    assertThat(SampleEncoding.S32.fitsInto(SampleEncoding.F64)).isTrue();
    assertThat(SampleEncoding.F32.fitsInto(SampleEncoding.S32)).isFalse();
    assertThat(SampleEncoding.MU_LAW.fitsInto(SampleEncoding.S16)).isTrue();
    assertThat(SampleEncoding.MU_LAW.fitsInto(SampleEncoding.U8)).isFalse();
    assertThat(SampleEncoding.U8.fitsInto(SampleEncoding.MU_LAW)).isFalse();
  }

  @Test
  void audioIsEqualByFormatAndContent() {
    PcmAudio audio = PcmAudio.copyOf(16_000, 1, new short[] {1, -2, 3});

    assertThat(audio)
        .isEqualTo(PcmAudio.copyOf(PcmFormat.LIVE_INPUT, new byte[] {1, 0, -2, -1, 3, 0}));
    assertThat(audio).isNotEqualTo(PcmAudio.copyOf(24_000, 1, new short[] {1, -2, 3}));
    assertThat(audio).hasToString("PcmAudio[s16le 16000 Hz mono, 3 frames, PT0.0001875S]");
  }

  @Test
  void audioIsCutAndJoined() {
    PcmAudio audio = PcmAudio.copyOf(16_000, 2, new short[] {1, 2, 3, 4, 5, 6});

    assertThat(audio.slice(1, 2).toShorts()).containsExactly(3, 4);
    assertThat(audio.slice(3, 3).isEmpty()).isTrue();
    assertThat(audio.slice(0, 1).concat(audio.slice(1, 3))).isEqualTo(audio);
    assertThatThrownBy(() -> audio.slice(1, 4)).hasMessage("no frames 1 to 4 in 0 to 3");
    assertThatThrownBy(() -> audio.concat(PcmAudio.copyOf(16_000, 1, new short[1])))
        .hasMessageContaining("cannot append s16le 16000 Hz mono to s16le 16000 Hz stereo");
  }

  @Test
  void audioIsAChunkWhenItHasAChunksForm() {
    AudioChunk chunk = new AudioChunk(Bytes.copyOf(new byte[] {1, 2, 3, 4}), 24_000);
    PcmAudio audio = PcmAudio.of(chunk);

    assertThat(audio.format()).isEqualTo(PcmFormat.LIVE_OUTPUT);
    assertThat(audio.toChunk()).isEqualTo(chunk);
    assertThat(audio.duration()).isEqualTo(chunk.duration());
    PcmAudio stereo = audio.convertTo(PcmFormat.s16le(24_000, 2));
    assertThatThrownBy(stereo::toChunk)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a chunk is s16le mono, this is s16le 24000 Hz stereo: use convertTo first");
  }

  @Test
  void silenceIsWhatEachEncodingCallsSilence() {
    Duration time = Duration.ofNanos(250_000);
    for (SampleEncoding encoding : SampleEncoding.values()) {
      PcmAudio silence = PcmAudio.silence(PcmFormat.of(encoding, 8_000, 3), time);

      assertThat(silence.frames()).isEqualTo(2);
      short expected = (short) (encoding == SampleEncoding.A_LAW ? 8 : 0);
      assertThat(silence.convertTo(PcmFormat.s16le(8_000, 3)).toShorts())
          .containsOnly(expected)
          .hasSize(6);
    }
  }
}
