package io.github.geminilive.audio.pcm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WavTest {

  private static final PcmFormat MONO = PcmFormat.LIVE_INPUT;

  @TempDir
  Path directory;

  private Path file() {
    return directory.resolve("a.wav");
  }

  static Stream<PcmFormat> formats() {
    List<PcmFormat> formats = new ArrayList<>();
    for (SampleEncoding encoding : SampleEncoding.values()) {
      for (int channels : new int[] {1, 2, 5}) {
        formats.add(PcmFormat.of(encoding, 44_100, channels));
      }
    }
    return formats.stream();
  }

  /** As many frames as the seed, of values that are finite in every encoding. */
  private static PcmAudio audio(PcmFormat format, int frames) {
    byte[] pcm = new byte[2 * frames * format.channels()];
    new Random(frames).nextBytes(pcm);
    PcmFormat s16 = format.withEncoding(SampleEncoding.S16);
    return PcmAudio.copyOf(s16, pcm).convertTo(format);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void whatIsWrittenIsReadBack(PcmFormat format) throws IOException {
    for (int frames : new int[] {0, 1, 2, 999, 1_000}) {
      PcmAudio audio = audio(format, frames);

      WavWriter.write(file(), audio);

      assertThat(Files.size(file()) % 2).as("padded to whole words").isZero();
      try (WavReader reader = WavReader.open(file())) {
        assertThat(reader.format()).isEqualTo(format);
        if (frames > 0) {
          assertThat(reader.declaredFrames()).hasValue(frames);
        }
        assertThat(reader.readAll()).isEqualTo(audio);
        assertThat(reader.truncated()).isFalse();
        assertThat(reader.framesRead()).isEqualTo(frames);
        assertThat(reader.read(new byte[40], 0, 40)).isEqualTo(-1);
      }
    }
  }

  @Test
  void aThreadThatWasInterruptedLosesNothingAndStaysInterrupted() throws IOException {
    PcmAudio audio = audio(PcmFormat.of(SampleEncoding.U8, 8_000, 1), 10_001);
    Thread.currentThread().interrupt();
    try {
      WavWriter.write(file(), audio);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }

    assertThat(WavReader.read(file())).isEqualTo(audio);
    assertThat(Files.size(file()) % 2).isZero();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void soxReadsWhatWeWrite(PcmFormat format) throws Exception {
    Sox.assumeInstalled();
    PcmAudio audio = audio(format, 999);
    WavWriter.write(file(), audio);
    Path raw = directory.resolve("out.raw");

    Sox.run(file(), "-t", "raw", "-e", "signed", "-b", 16, "-L", raw);

    PcmFormat s16 = format.withEncoding(SampleEncoding.S16);
    assertThat(Files.readAllBytes(raw)).isEqualTo(audio.convertTo(s16).pcm().toByteArray());
  }

  @ParameterizedTest
  @CsvSource({
    "unsigned, 8, U8",
    "signed, 16, S16",
    "signed, 24, S24",
    "signed, 32, S32",
    "float, 32, F32",
    "float, 64, F64",
    "mu-law, 8, MU_LAW",
    "a-law, 8, A_LAW"
  })
  void weReadWhatSoxWrites(String name, int bits, SampleEncoding encoding) throws Exception {
    Sox.assumeInstalled();
    for (int channels : new int[] {1, 2, 3, 6}) {
      PcmFormat format = PcmFormat.of(encoding, 48_000, channels);
      // Values that all the encodings hold.
      PcmAudio audio = audio(format.withEncoding(SampleEncoding.A_LAW), 999).convertTo(format);
      Path raw = Files.write(directory.resolve("in.raw"), audio.pcm().toByteArray());
      Sox.run("-t", "raw", "-r", 48_000, "-c", channels, "-e", name, "-b", bits, raw, file());

      assertThat(WavReader.read(file())).isEqualTo(audio);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 24, 32})
  void weReadWhatSoxWritesBigEndian(int bits) throws Exception {
    Sox.assumeInstalled();
    Sox.run(
        "-n", "-r", 16_000, "-c", 1, "-e", "signed", "-b", bits, "-B", file(), "synth", "0.1",
        "sine", 440);
    Path raw = directory.resolve("b.raw");
    Sox.run(file(), "-t", "raw", "-B", raw);

    PcmAudio read = WavReader.read(file());

    assertThat(read.format().isBigEndian()).isTrue();
    assertThat(read.pcm().toByteArray()).isEqualTo(Files.readAllBytes(raw)).hasSize(200 * bits);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 24, 32})
  void weReadWhatSoxWritesIntoAPipe(int bits) throws Exception {
    Sox.assumeInstalled();
    Process sox = new ProcessBuilder(
            "sox", "-n", "-r", "16000", "-c", "2", "-b", "" + bits, "-t", "wav", "-", "synth",
            "0.1", "sine", "440")
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    try (WavReader reader = WavReader.of(sox.getInputStream())) {
      assertThat(reader.declaredFrames()).isEmpty();
      assertThat(reader.readAll().duration()).isEqualTo(Duration.ofMillis(100));
      assertThat(reader.truncated()).isFalse();
    }
    assertThat(sox.waitFor()).isZero();
  }

  /** A file by hand. */
  private static final class Riff {

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final ByteOrder order;

    Riff(ByteOrder order) {
      this.order = order;
    }

    Riff() {
      this(ByteOrder.LITTLE_ENDIAN);
    }

    Riff chunk(String id, byte... content) {
      return chunk(id, content.length, content);
    }

    Riff chunk(String id, int size, byte... content) {
      body.writeBytes(id.getBytes(ISO_8859_1));
      body.writeBytes(ByteBuffer.allocate(4).order(order).putInt(size).array());
      body.writeBytes(content);
      if (content.length % 2 != 0) {
        body.write(0);
      }
      return this;
    }

    Riff format(int kind, int channels, int rate, int bits, byte... more) {
      int frame = (bits + 7) / 8 * channels;
      byte[] content = ByteBuffer.allocate(16 + more.length)
          .order(order)
          .putShort((short) kind)
          .putShort((short) channels)
          .putInt(rate)
          .putInt(rate * frame)
          .putShort((short) frame)
          .putShort((short) bits)
          .put(more)
          .array();
      return chunk("fmt ", content);
    }

    byte[] build() {
      return build(order == ByteOrder.BIG_ENDIAN ? "RIFX" : "RIFF", 4 + body.size());
    }

    byte[] build(String id, int size) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(id.getBytes(ISO_8859_1));
      all.writeBytes(ByteBuffer.allocate(4).order(order).putInt(size).array());
      all.writeBytes("WAVE".getBytes(ISO_8859_1));
      all.writeBytes(body.toByteArray());
      return all.toByteArray();
    }
  }

  private static Riff mono() {
    return new Riff().format(1, 1, 16_000, 16);
  }

  private static WavReader reader(byte[] content) throws IOException {
    return WavReader.of(new ByteArrayInputStream(content));
  }

  private static short[] shorts(byte[] content) throws IOException {
    return reader(content).readAll().toShorts();
  }

  @Test
  void otherChunksBeforeTheAudioAreSkippedWithTheirPadding() throws IOException {
    byte[] wav = new Riff()
        .chunk("JUNK", new byte[27])
        .format(1, 1, 16_000, 16)
        .chunk("LIST", "INFOISFT".getBytes(ISO_8859_1))
        .chunk("bext", new byte[5])
        .chunk("data", (byte) 1, (byte) 0, (byte) 2, (byte) 0)
        .chunk("LIST", new byte[10])
        .build();

    assertThat(shorts(wav)).containsExactly(1, 2);
  }

  @Test
  void lengthsAreUnknownWhenTheHeaderSaysSo() throws IOException {
    byte[] pcm = {1, 0, 2, 0};
    List<byte[]> files = List.of(
        mono().chunk("data", -1, pcm).build("RIFF", -1),
        mono().chunk("data", 0, pcm).build("RIFF", 0),
        mono().chunk("data", 0, pcm).build("RIFF", -1),
        mono().chunk("data", 0, pcm).build("RIFF", 36),
        mono().chunk("data", 0x7fff_f000, pcm).build("RIFF", 0x7fff_f024),
        mono().chunk("data", Integer.MAX_VALUE, pcm).build("RIFF", -1),
        mono().chunk("data", Integer.MIN_VALUE, pcm).build("RIFF", -1),
        mono().chunk("data", -37, pcm).build("RIFF", -1));
    for (byte[] wav : files) {
      WavReader reader = reader(wav);

      assertThat(reader.declaredFrames()).isEmpty();
      assertThat(reader.readAll().toShorts()).containsExactly(1, 2);
      assertThat(reader.truncated()).isFalse();
    }
  }

  @Test
  void anEmptyFileThatSaysSoIsEmptyAlsoWhenChunksFollow() throws IOException {
    assertThat(shorts(mono().chunk("data").build())).isEmpty();
    assertThat(shorts(mono().chunk("data").chunk("LIST", new byte[4]).build())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 7})
  void aTruncatedFileGivesWhatIsThereAndTellsSo(int left) throws IOException {
    byte[] wav = mono().chunk("data", new byte[8]).build();
    byte[] cut = Arrays.copyOf(wav, 44 + left);
    WavReader reader = reader(cut);

    assertThat(reader.declaredFrames()).hasValue(4);
    assertThat(reader.readAll().frames()).isEqualTo(left / 2);
    assertThat(reader.truncated()).isTrue();
  }

  @Test
  void halfAFrameAtTheEndIsDroppedAndTold() throws IOException {
    WavReader known = reader(mono().chunk("data", new byte[7]).build());
    WavReader unknown =
        reader(Arrays.copyOf(mono().chunk("data", -1, new byte[8]).build(), 51));

    assertThat(known.readAll().frames()).isEqualTo(3);
    assertThat(known.truncated()).isTrue();
    assertThat(unknown.readAll().frames()).isEqualTo(3);
    assertThat(unknown.truncated()).isTrue();
  }

  @Test
  void readingGivesWholeFramesInPiecesOfAnySize() throws IOException {
    PcmFormat format = PcmFormat.of(SampleEncoding.S24, 48_000, 2);
    PcmAudio audio = audio(format, 100);
    WavWriter.write(file(), audio);
    ByteArrayOutputStream all = new ByteArrayOutputStream();

    try (WavReader reader = WavReader.of(oneByOne(Files.readAllBytes(file())))) {
      byte[] buffer = new byte[20];
      for (int count = reader.read(buffer, 1, 19); count >= 0; count = reader.read(buffer, 1, 19)) {
        assertThat(count).isIn(18, 6);
        all.write(buffer, 1, count);
      }
      assertThat(reader.position()).isEqualTo(format.durationOfFrames(100));
      assertThatThrownBy(() -> reader.read(buffer, 0, 5))
          .hasMessage("length must have room for a frame of 6 bytes: 5");
      assertThatThrownBy(() -> reader.read(buffer, 15, 6))
          .hasMessage("buffer has 20 bytes, there are no 6 from 15 on");
    }

    assertThat(PcmAudio.copyOf(format, all.toByteArray())).isEqualTo(audio);
  }

  private static InputStream oneByOne(byte[] content) {
    ByteArrayInputStream in = new ByteArrayInputStream(content);
    return new InputStream() {

      @Override
      public int read() {
        return in.read();
      }

      @Override
      public int read(byte[] buffer, int offset, int length) {
        return in.read(buffer, offset, Math.min(1, length));
      }
    };
  }

  @Test
  void extensibleFilesAreReadBySubFormatAndContainer() throws IOException {
    byte[] guid = {0, 0, 0, 0, 0x10, 0, (byte) 0x80, 0, 0, (byte) 0xaa, 0, 0x38, (byte) 0x9b, 0x71};
    byte[] more = ByteBuffer.allocate(24)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) 22)
        .putShort((short) 20)
        .putInt(4)
        .putShort((short) 1)
        .put(guid)
        .array();
    byte[] wav = new Riff()
        .format(0xfffe, 1, 16_000, 24, more)
        .chunk("data", new byte[6])
        .build();
    assertThat(reader(wav).format()).isEqualTo(PcmFormat.of(SampleEncoding.S24, 16_000, 1));

    more[8] = 3;
    byte[] floats = new Riff()
        .format(0xfffe, 1, 16_000, 32, more)
        .chunk("data", new byte[4])
        .build();
    assertThat(reader(floats).format()).isEqualTo(PcmFormat.f32le(16_000, 1));

    more[23] = 0;
    byte[] other = new Riff().format(0xfffe, 1, 16_000, 32, more).chunk("data").build();
    assertThatThrownBy(() -> reader(other))
        .isInstanceOf(WavFormatException.class)
        .hasMessage(
            "the stream is WAVE_FORMAT_EXTENSIBLE with an unknown sub-format (0x00000003…)");
  }

  @Test
  void shortSamplesInALargerContainerAreReadAsTheContainer() throws IOException {
    byte[] wav =
        new Riff().format(1, 1, 16_000, 12).chunk("data", new byte[] {0x10, 1}).build();

    assertThat(reader(wav).readAll()).isEqualTo(PcmAudio.copyOf(16_000, 1, new short[] {0x110}));
  }

  @Test
  void bigEndianFilesAreRead() throws IOException {
    byte[] wav = new Riff(ByteOrder.BIG_ENDIAN)
        .format(1, 1, 16_000, 16)
        .chunk("data", (byte) 1, (byte) 2)
        .build();

    assertThat(reader(wav).format()).isEqualTo(MONO.withByteOrder(ByteOrder.BIG_ENDIAN));
    assertThat(shorts(wav)).containsExactly(0x102);
  }

  @Test
  void longFilesOfRf64AreRead() throws IOException {
    byte[] sizes = ByteBuffer.allocate(28)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(84)
        .putLong(4)
        .putLong(2)
        .putInt(0)
        .array();
    byte[] wav = new Riff()
        .chunk("ds64", sizes)
        .format(1, 1, 16_000, 16)
        .chunk("data", -1, new byte[] {1, 0, 2, 0})
        .chunk("LIST", new byte[4])
        .build("RF64", -1);

    WavReader reader = reader(wav);
    assertThat(reader.declaredFrames()).hasValue(2);
    assertThat(reader.readAll().toShorts()).containsExactly(1, 2);
  }

  @Test
  void whatIsNotReadIsRefusedByName() {
    refused(new byte[0], "the stream is not a WAV file: it begins with nothing, it is empty");
    refused("OggS0000000000".getBytes(ISO_8859_1), "it begins with 'OggS' (Ogg)");
    refused(new byte[] {(byte) 0xff, (byte) 0xfb}, "it begins with '\\xff\\xfb'");
    refused("ID3\4abcdefghijk".getBytes(ISO_8859_1), "it begins with 'ID3\\x04' (MP3)");
    refused("RIFF\4\0\0\0AVI ".getBytes(ISO_8859_1), "is RIFF of the kind 'AVI ', not WAVE");
    refused(new Riff().build(), "ends before it tells its format (no chunk 'fmt ')");
    refused(mono().build(), "has no audio (no chunk 'data')");
    refused(new Riff().chunk("data").build(), "has audio before it tells its format");
    refused(new Riff().chunk("fmt ", new byte[14]).build(), "a chunk 'fmt ' of only 14 bytes");
    refused(new Riff().chunk("fmt ", 5_000).build(), "a chunk 'fmt ' of 5000 bytes");
    refused(new Riff().chunk("fmt ", 40, new byte[20]).build(), "in the middle of its header");
    refused(
        format(0x11, 1, 16_000, 4), "holds IMA ADPCM (0x0011) with 4 bits per sample; readable");
    refused(format(0x55, 2, 44_100, 0), "holds MP3 (0x0055) with 0 bits");
    refused(format(0x1234, 2, 44_100, 16), "holds an unknown encoding (0x1234) with 16 bits");
    refused(format(1, 1, 16_000, 64), "holds PCM (0x0001) with 64 bits");
    refused(format(3, 1, 16_000, 16), "holds float (0x0003) with 16 bits");
    refused(format(1, 0, 16_000, 16), "has no channels");
    refused(format(1, 1, 7_999, 16), "a sample rate of 7999 Hz; readable are 8000 to 192000 Hz");
    refused(format(1, 1, 192_001, 16), "a sample rate of 192001 Hz");
    refused(format(1, 1, -1, 16), "a sample rate of 4294967295 Hz");
    byte[] contradicting = format(1, 1, 16_000, 16);
    contradicting[32] = 4;
    refused(contradicting, "frames of 4 bytes, but 1 channels of 16 bits");
    refused(format(0xfffe, 1, 16_000, 16), "is WAVE_FORMAT_EXTENSIBLE without a sub-format");
  }

  private static byte[] format(int kind, int channels, int rate, int bits) {
    return new Riff()
        .format(kind, channels, rate, bits)
        .chunk("data", new byte[4])
        .build();
  }

  private static void refused(byte[] content, String message) {
    assertThatThrownBy(() -> reader(content))
        .isInstanceOf(WavFormatException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> WavReader.open(directory.resolve("none.wav")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("none.wav");
  }

  @Test
  void anythingIsReadAsWhatIsWanted() throws IOException {
    PcmAudio audio = audio(PcmFormat.of(SampleEncoding.A_LAW, 8_000, 2), 800);
    WavWriter.write(file(), audio);

    PcmAudio wanted = WavReader.readAs(file(), MONO);

    assertThat(wanted.duration()).isEqualTo(Duration.ofMillis(100));
    assertThat(wanted).isEqualTo(audio.convertTo(MONO));
  }

  @ParameterizedTest
  @CsvSource({"S16, 1", "U8, 1", "S24, 1", "F32, 2", "MU_LAW, 3"})
  void aCopyMadeInTheMiddleOfWritingIsValid(SampleEncoding encoding, int channels)
      throws Exception {
    PcmFormat format = PcmFormat.of(encoding, 16_000, channels);
    PcmAudio audio = audio(format, 40_001);
    byte[] pcm = audio.pcm().toByteArray();
    Path copy = directory.resolve("copy.wav");
    int longestLoss = 0;
    try (WavWriter writer = WavWriter.create(file(), format)) {
      for (int done = 0; done < pcm.length; ) {
        int length = Math.min(pcm.length - done, 317 * format.frameBytes());
        writer.write(pcm, done, length);
        done += length;
        Files.copy(file(), copy, StandardCopyOption.REPLACE_EXISTING);

        PcmAudio read;
        try (WavReader reader = WavReader.open(copy)) {
          read = reader.readAll();
          // While nothing has been counted yet the length counts as unknown.
          assertThat(reader.truncated()).isFalse();
        }
        int written = done / format.frameBytes();
        assertThat(read).isEqualTo(audio.slice(0, read.frames()));
        longestLoss = Math.max(longestLoss, written - read.frames());
      }
      assertThat(format.durationOfFrames(longestLoss))
          .isLessThanOrEqualTo(Duration.ofMillis(500))
          .isGreaterThan(Duration.ofMillis(100));

      writer.flush();
      Files.copy(file(), copy, StandardCopyOption.REPLACE_EXISTING);
    }
    assertThat(WavReader.read(copy)).isEqualTo(audio);
    assertThat(WavReader.read(file())).isEqualTo(audio);
    Sox.assumeInstalled();
    Path raw = directory.resolve("out.raw");
    Sox.run(copy, "-t", "raw", "-e", "signed", "-b", 16, raw);
    assertThat(Files.readAllBytes(raw))
        .isEqualTo(
            audio.convertTo(format.withEncoding(SampleEncoding.S16)).pcm().toByteArray());
  }

  @Test
  void shortsAndBytesAreWrittenTheSame() throws IOException {
    PcmAudio audio = audio(PcmFormat.s16le(192_000, 2), 200_000);
    short[] samples = audio.toShorts();
    try (WavWriter writer = WavWriter.create(file(), audio.format())) {
      writer.write(samples, 0, 100_002);
      writer.write(audio.slice(50_001, 60_000));
      writer.write(samples, 120_000, 280_000);

      assertThat(writer.frames()).isEqualTo(200_000);
      assertThat(writer.duration()).isEqualTo(audio.duration());
    }

    assertThat(WavReader.read(file())).isEqualTo(audio);
  }

  @Test
  void whatDoesNotBelongIntoTheFileIsRefused() throws IOException {
    try (WavWriter writer = WavWriter.create(file(), PcmFormat.f32le(16_000, 2))) {
      assertThatThrownBy(() -> writer.write(new byte[12], 0, 12))
          .hasMessage("12 bytes are not whole frames of 8 bytes (f32le 16000 Hz stereo)");
      assertThatThrownBy(() -> writer.write(new byte[8], 1, 8))
          .hasMessage("the array has 8 bytes, there are no 8 from 1 on");
      assertThatThrownBy(() -> writer.write(new short[2], 0, 2))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("pass bytes, short[] is for s16 only");
      assertThatThrownBy(() -> writer.write(audio(MONO, 1)))
          .hasMessageContaining("cannot write s16le 16000 Hz mono to a file of f32le");
    }
    assertThat(WavReader.read(file()).isEmpty()).isTrue();
    PcmFormat bigEndian = MONO.withByteOrder(ByteOrder.BIG_ENDIAN);
    assertThatThrownBy(() -> WavWriter.create(file(), bigEndian))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("this is s16be 16000 Hz mono: convert to s16le 16000 Hz mono");
    assertThatThrownBy(() -> WavWriter.create(file(), PcmFormat.s16le(8_000, 32_768)))
        .hasMessageContaining("at most 65535 bytes: 65536");
  }

  @Test
  void aClosedFileTakesNothing() throws IOException {
    WavWriter writer = WavWriter.create(file(), MONO);
    writer.close();
    writer.close();

    assertThatThrownBy(() -> writer.write(new short[1], 0, 1))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("a.wav is closed");
  }

  @Test
  void theLimitIsReachedExactlyAndTheFileStaysValid() throws IOException {
    // 36 bytes of header are counted, and one is kept for padding.
    WavWriter writer = WavWriter.create(file(), MONO, 36 + 1 + 10);
    writer.write(new short[] {1, 2, 3, 4}, 0, 4);

    assertThatThrownBy(() -> writer.write(new short[2], 0, 2))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "a.wav is full: a WAV file holds at most 10 bytes of audio, 8 are there,"
                + " 4 more do not fit");
    writer.write(new short[] {5}, 0, 1);
    assertThatThrownBy(() -> writer.write(new short[1], 0, 1)).hasMessageContaining("is full");
    writer.close();

    assertThat(WavReader.read(file()).toShorts()).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void aFileThatExistsIsOverwritten() throws IOException {
    WavWriter.write(file(), audio(MONO, 5_000));
    WavWriter.write(file(), audio(MONO, 3));

    assertThat(Files.size(file())).isEqualTo(50);
  }
}
