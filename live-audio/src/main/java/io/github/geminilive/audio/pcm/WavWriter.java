package io.github.geminilive.audio.pcm;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Writes a WAV file piece by piece.
 *
 * <p><b>After a crash</b> the file is valid: audio is collected for up to half a second (at most 64
 * KiB), then written, and at once after it the header that counts it. The header never promises what
 * is not there; what is lost is what was still being collected. {@link #flush} writes it. (When the
 * whole system fails, the file is as old as what the system had written to the disk.)
 *
 * <p><b>Kinds.</b> 8- and 16-bit integers in up to two channels are plain PCM. More channels, 24 and
 * 32 bits are WAVE_FORMAT_EXTENSIBLE with the speakers not named. Floats and G.711 have their own
 * kinds. All are little-endian.
 *
 * <p><b>Size.</b> A WAV file counts to 4 GiB: 24 hours of 24 kHz s16 mono, 6 hours of 48 kHz
 * stereo. What would exceed it is refused; the file stays valid.
 *
 * <p>One thread at a time.
 */
public final class WavWriter implements AutoCloseable {

  static final int FORMAT_PCM = 1;
  static final int FORMAT_FLOAT = 3;
  static final int FORMAT_A_LAW = 6;
  static final int FORMAT_MU_LAW = 7;
  static final int FORMAT_EXTENSIBLE = 0xfffe;

  /** The last eight bytes of a sub-format's GUID; before them the kind as int, 0 and 16 as shorts. */
  static final long GUID_REST = 0x8000_00aa_0038_9b71L;

  private static final long MAX_RIFF_BYTES = 0xffff_ffffL;
  private static final int RIFF_PREFIX = 8;
  private static final int MAX_BUFFER_BYTES = 64 * 1024;
  private static final Duration MAX_COLLECTED = Duration.ofMillis(500);

  private final Path file;
  private final PcmFormat format;
  private final FileChannel channel;
  private final ByteBuffer header;
  private final ByteBuffer buffer;
  private final long maxDataBytes;
  private long writtenBytes;
  private boolean closed;

  private WavWriter(Path file, PcmFormat format, long maxRiffBytes) throws IOException {
    this.file = file;
    this.format = format;
    this.header = ByteBuffer.allocate(headerBytes(format)).order(ByteOrder.LITTLE_ENDIAN);
    // One byte for the padding of an odd length.
    this.maxDataBytes = maxRiffBytes - (header.capacity() - RIFF_PREFIX) - 1;
    long collected = format.frames(MAX_COLLECTED) * format.frameBytes();
    this.buffer = ByteBuffer.allocate(
            (int) Math.max(format.frameBytes(), Math.min(MAX_BUFFER_BYTES, collected)))
        .order(ByteOrder.LITTLE_ENDIAN);
    this.channel = FileChannel.open(
        file,
        StandardOpenOption.WRITE,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING);
    try {
      writeHeader();
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Begins a file; one that exists is overwritten.
   *
   * @param file in a directory that exists
   * @param format what will be written; little-endian, at most 65,535 bytes in a frame
   * @throws IOException when the file cannot be written
   */
  public static WavWriter create(Path file, PcmFormat format) throws IOException {
    return create(file, format, MAX_RIFF_BYTES);
  }

  /** With another limit than 4 GiB. */
  static WavWriter create(Path file, PcmFormat format, long maxRiffBytes) throws IOException {
    requireNonNull(file, "file");
    if (format.isBigEndian()) {
      throw new IllegalArgumentException("a WAV file is little-endian, this is " + format
          + ": convert to " + format.withByteOrder(ByteOrder.LITTLE_ENDIAN));
    }
    if (format.frameBytes() > 0xffff) {
      throw new IllegalArgumentException("a frame in a WAV file has at most 65535 bytes: "
          + format.frameBytes() + " (" + format + ")");
    }
    return new WavWriter(file, format, maxRiffBytes);
  }

  /**
   * Writes a whole recording.
   *
   * @param file in a directory that exists; overwritten when it exists
   * @param audio little-endian
   */
  public static void write(Path file, PcmAudio audio) throws IOException {
    try (WavWriter writer = create(file, audio.format())) {
      writer.write(audio);
    }
  }

  /** What is written. */
  public PcmFormat format() {
    return format;
  }

  /** How many frames were taken so far. */
  public long frames() {
    return (writtenBytes + buffer.position()) / format.frameBytes();
  }

  /** How long it sounds so far. */
  public Duration duration() {
    return format.durationOfFrames(frames());
  }

  /**
   * Appends audio.
   *
   * @param pcm audio of {@link #format}
   * @param offset where it begins
   * @param length its length in bytes: whole frames
   * @throws IOException when the disk does not take it, or the file would exceed 4 GiB
   */
  public void write(byte[] pcm, int offset, int length) throws IOException {
    checkPiece(pcm.length, offset, length, "bytes");
    format.frames(length);
    checkOpenAndRoom(length);
    for (int done = 0; done < length; ) {
      int count = Math.min(buffer.remaining(), length - done);
      buffer.put(pcm, offset + done, count);
      done += count;
      flushWhenFull();
    }
  }

  /**
   * Appends 16-bit samples.
   *
   * @param samples channel after channel
   * @param offset where they begin
   * @param count how many, all channels counted: whole frames
   * @throws IllegalStateException when {@link #format} is not 16-bit
   * @throws IOException when the disk does not take it, or the file would exceed 4 GiB
   */
  public void write(short[] samples, int offset, int count) throws IOException {
    if (format.encoding() != SampleEncoding.S16) {
      throw new IllegalStateException(
          "the file holds " + format + ": pass bytes, short[] is for s16 only");
    }
    checkPiece(samples.length, offset, count, "samples");
    long bytes = 2L * count;
    format.frames(bytes);
    checkOpenAndRoom(bytes);
    for (int i = 0; i < count; i++) {
      if (buffer.remaining() < 2) {
        flush();
      }
      buffer.putShort(samples[offset + i]);
    }
    flushWhenFull();
  }

  /**
   * Appends audio.
   *
   * @param audio of the file's format
   * @throws IllegalArgumentException when it is of another one
   * @throws IOException when the disk does not take it, or the file would exceed 4 GiB
   */
  public void write(PcmAudio audio) throws IOException {
    if (!audio.format().equals(format)) {
      throw new IllegalArgumentException(
          "cannot write " + audio.format() + " to a file of " + format + ": use convertTo first");
    }
    byte[] pcm = audio.pcm().toByteArray();
    write(pcm, 0, pcm.length);
  }

  /**
   * Writes what was collected to the file, and counts it in the header.
   *
   * @throws IOException when the disk does not take it; it stays collected
   */
  public void flush() throws IOException {
    checkOpen();
    int pending = buffer.position();
    // Half a frame is not counted: it waits for its other half.
    int whole = pending - (int) ((writtenBytes + pending) % format.frameBytes());
    if (whole <= 0) {
      return;
    }
    buffer.flip().limit(whole);
    try {
      writeAll(buffer, header.capacity() + writtenBytes);
      buffer.limit(pending);
      buffer.compact();
    } catch (IOException e) {
      buffer.limit(buffer.capacity()).position(pending);
      throw new IOException(
          "cannot write " + file + " after " + writtenBytes + " bytes of audio: " + e.getMessage(),
          e);
    }
    writtenBytes += whole;
    writeHeader();
  }

  /**
   * Writes the rest and closes the file. Idempotent.
   *
   * @throws IOException when the disk does not take it
   */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    try (channel) {
      flush();
      if (writtenBytes % 2 != 0) {
        writeAll(ByteBuffer.allocate(1), header.capacity() + writtenBytes);
      }
    } finally {
      closed = true;
    }
  }

  private void flushWhenFull() throws IOException {
    if (!buffer.hasRemaining()) {
      flush();
    }
  }

  private void checkOpen() throws IOException {
    if (closed) {
      throw new IOException(file + " is closed");
    }
  }

  private void checkOpenAndRoom(long bytes) throws IOException {
    checkOpen();
    if (writtenBytes + buffer.position() + bytes > maxDataBytes) {
      throw new IOException(("%s is full: a WAV file holds at most %d bytes of audio, %d are there,"
              + " %d more do not fit; close it (it is valid) and begin another one")
          .formatted(file, maxDataBytes, writtenBytes + buffer.position(), bytes));
    }
  }

  private static void checkPiece(int size, int offset, int length, String unit) {
    if (offset < 0 || length < 0 || length > size - offset) {
      throw new IllegalArgumentException(
          "the array has %d %s, there are no %d from %d on".formatted(size, unit, length, offset));
    }
  }

  /** One write for the whole header: a copy made meanwhile has the old one or the new one. */
  private void writeHeader() throws IOException {
    SampleEncoding encoding = format.encoding();
    long padded = writtenBytes + writtenBytes % 2;
    header.clear();
    tag("RIFF").putInt((int) (header.capacity() - RIFF_PREFIX + padded));
    tag("WAVE");
    boolean extensible = isExtensible(format);
    int kind = kind(encoding);
    tag("fmt ").putInt(fmtBytes(format));
    header
        .putShort((short) (extensible ? FORMAT_EXTENSIBLE : kind))
        .putShort((short) format.channels())
        .putInt(format.sampleRateHz())
        .putInt((int) Math.min(MAX_RIFF_BYTES, (long) format.sampleRateHz() * format.frameBytes()))
        .putShort((short) format.frameBytes())
        .putShort((short) (8 * encoding.bytesPerSample()));
    if (extensible) {
      header
          .putShort((short) 22)
          .putShort((short) (8 * encoding.bytesPerSample()))
          .putInt(0)
          .putInt(kind)
          .putInt(0x10_0000)
          .putLong(Long.reverseBytes(GUID_REST));
    } else if (kind != FORMAT_PCM) {
      header.putShort((short) 0);
    }
    if (kind != FORMAT_PCM) {
      tag("fact").putInt(4);
      header.putInt((int) (writtenBytes / format.frameBytes()));
    }
    tag("data").putInt((int) writtenBytes);
    header.flip();
    writeAll(header, 0);
  }

  /**
   * Writes, and leaves a thread that was interrupted interrupted. The channel would close itself
   * under one: what was recorded would be lost when the recording is ended in that manner.
   */
  private void writeAll(ByteBuffer bytes, long from) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      for (long at = from; bytes.hasRemaining(); ) {
        at += channel.write(bytes, at);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private ByteBuffer tag(String name) {
    return header.put(name.getBytes(StandardCharsets.US_ASCII));
  }

  private static int kind(SampleEncoding encoding) {
    return switch (encoding) {
      case U8, S16, S24, S32 -> FORMAT_PCM;
      case F32, F64 -> FORMAT_FLOAT;
      case MU_LAW -> FORMAT_MU_LAW;
      case A_LAW -> FORMAT_A_LAW;
    };
  }

  private static boolean isExtensible(PcmFormat format) {
    return format.channels() > 2
        || format.encoding() == SampleEncoding.S24
        || format.encoding() == SampleEncoding.S32;
  }

  private static int fmtBytes(PcmFormat format) {
    if (isExtensible(format)) {
      return 40;
    }
    return kind(format.encoding()) == FORMAT_PCM ? 16 : 18;
  }

  private static int headerBytes(PcmFormat format) {
    int fact = kind(format.encoding()) == FORMAT_PCM ? 0 : 12;
    return 12 + 8 + fmtBytes(format) + fact + 8;
  }
}
