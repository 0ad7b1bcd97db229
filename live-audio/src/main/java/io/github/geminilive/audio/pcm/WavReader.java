package io.github.geminilive.audio.pcm;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.protocol.Bytes;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Reads a WAV file, or a stream of the same form, piece by piece and only forwards.
 *
 * <p><b>Read:</b> integers of 8, 16, 24 and 32 bits (shorter ones in such a container too), floats
 * of 32 and 64 bits, µ-law and A-law; plain or WAVE_FORMAT_EXTENSIBLE; RIFF, RIFX (big-endian) and
 * RF64. Other chunks before the audio are skipped, what follows it is not read.
 *
 * <p><b>Length.</b> Where the header leaves it open (0, or one of the numbers programs put there
 * when they write into a pipe), the audio goes on to the end of the stream. A file that ends with
 * its header is found empty in that way. Where there is less than the header says, what is there is
 * delivered, and {@link #truncated} tells.
 *
 * <p><b>Refused</b> with a {@link WavFormatException}: other files, other encodings (ADPCM, MP3…),
 * rates outside of 8,000 to 192,000 Hz.
 *
 * <p>One thread at a time.
 */
public final class WavReader implements AutoCloseable {

  private static final long UNKNOWN = -1;
  private static final long UINT_MAX = 0xffff_ffffL;

  /** Programs write lengths of about 2 GiB into a pipe: 7FFFF000 less some, 7FFFFFFF, 80000000. */
  private static final long PIPE_LENGTH_FROM = 0x7fff_e000L;

  private static final long PIPE_LENGTH_TO = 0x8000_0000L;

  /** What is left of UINT_MAX when a header is taken off it. */
  private static final long ENDLESS_FROM = 0xffff_ff00L;

  private static final int MAX_FMT_BYTES = 4_096;
  private static final int READ_AT_ONCE = 64 * 1024;
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private final String name;
  private final InputStream in;
  private final PcmFormat format;

  /** {@link #UNKNOWN} when the header does not tell. */
  private final long declaredBytes;

  private long readBytes;
  private boolean ended;
  private boolean truncated;

  private WavReader(String name, InputStream in) throws IOException {
    this.name = name;
    this.in = in;
    Header header = new Header();
    this.format = header.read();
    this.declaredBytes = header.dataBytes;
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws WavFormatException when it is not a WAV file, or of a kind not read
   * @throws IOException when it cannot be read
   */
  public static WavReader open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file));
    try {
      return new WavReader(file.toString(), in);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /**
   * Reads a header from a stream, up to the first byte of audio.
   *
   * @param in closed with the reader
   * @throws WavFormatException when it is not a WAV file, or of a kind not read
   * @throws IOException when it cannot be read
   */
  public static WavReader of(InputStream in) throws IOException {
    return new WavReader("the stream", requireNonNull(in, "in"));
  }

  /**
   * Reads a whole file as it is.
   *
   * @throws WavFormatException when it is not a WAV file, or of a kind not read
   * @throws IOException when it cannot be read
   */
  public static PcmAudio read(Path file) throws IOException {
    try (WavReader reader = open(file)) {
      return reader.readAll();
    }
  }

  /**
   * Reads a whole file, converted by the usual rules of {@link PcmConverter}.
   *
   * @param file any file this class reads
   * @param target the format wanted
   * @throws WavFormatException when it is not a WAV file, or of a kind not read
   * @throws IOException when it cannot be read
   */
  public static PcmAudio readAs(Path file, PcmFormat target) throws IOException {
    try (WavReader reader = open(file)) {
      return reader.readAs(target);
    }
  }

  /** What the file holds. */
  public PcmFormat format() {
    return format;
  }

  /** How many frames the header tells of; empty when it leaves that open. */
  public OptionalLong declaredFrames() {
    return declaredBytes == UNKNOWN
        ? OptionalLong.empty()
        : OptionalLong.of(declaredBytes / format.frameBytes());
  }

  /** How many frames were read so far. */
  public long framesRead() {
    return readBytes / format.frameBytes();
  }

  /** How long it sounds up to where it was read. */
  public Duration position() {
    return format.durationOfFrames(framesRead());
  }

  /**
   * Whether the end came too early: the header told of more, or the last frame was incomplete (and
   * not delivered). Known when the end was reached.
   */
  public boolean truncated() {
    return truncated;
  }

  /**
   * Reads the next piece.
   *
   * @param buffer takes audio of {@link #format}
   * @param offset where to begin
   * @param length the most to read, in bytes; at least a frame
   * @return bytes read: whole frames, as many as fit except before the end; −1 at the end
   * @throws IOException when it cannot be read
   */
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (offset < 0 || length < 0 || length > buffer.length - offset) {
      throw new IllegalArgumentException("buffer has %d bytes, there are no %d from %d on"
          .formatted(buffer.length, length, offset));
    }
    int frame = format.frameBytes();
    if (length < frame) {
      throw new IllegalArgumentException(
          "length must have room for a frame of %d bytes: %d".formatted(frame, length));
    }
    if (ended) {
      return -1;
    }
    int wanted = length - length % frame;
    if (declaredBytes != UNKNOWN) {
      wanted = (int) Math.min(wanted, declaredBytes - readBytes);
    }
    int got = in.readNBytes(buffer, offset, wanted);
    int whole = got - got % frame;
    readBytes += whole;
    if (got < wanted || whole < got) {
      ended = true;
      truncated = whole < got || declaredBytes != UNKNOWN;
    } else if (readBytes == declaredBytes) {
      ended = true;
    }
    return whole == 0 ? -1 : whole;
  }

  /**
   * Reads the rest as it is.
   *
   * @throws IOException when it cannot be read, or is longer than 2 GiB
   */
  public PcmAudio readAll() throws IOException {
    int frame = format.frameBytes();
    byte[] piece = new byte[Math.max(frame, READ_AT_ONCE - READ_AT_ONCE % frame)];
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int count = read(piece, 0, piece.length);
        count >= 0;
        count = read(piece, 0, piece.length)) {
      if (all.size() > MAX_ARRAY - count) {
        throw new IOException(name + " is longer than 2 GiB: read it piece by piece");
      }
      all.write(piece, 0, count);
    }
    return new PcmAudio(format, Bytes.wrap(all.toByteArray()));
  }

  /**
   * Reads the rest, converted by the usual rules of {@link PcmConverter}.
   *
   * @param target the format wanted
   * @throws IOException when it cannot be read, or is longer than 2 GiB
   */
  public PcmAudio readAs(PcmFormat target) throws IOException {
    return readAll().convertTo(target);
  }

  /** Closes the file or stream. */
  @Override
  public void close() throws IOException {
    in.close();
  }

  /** What precedes the audio. */
  private final class Header {

    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private boolean wide;

    /** How much the outer chunk tells of behind its first eight bytes; open when UINT_MAX. */
    private long riffBytes;

    private long wideDataBytes = UNKNOWN;
    private long position;
    private long dataBytes = UNKNOWN;

    PcmFormat read() throws IOException {
      String form = readForm();
      if (!form.equals("WAVE")) {
        throw refuse("is RIFF of the kind " + quoted(form) + ", not WAVE");
      }
      PcmFormat found = null;
      while (true) {
        byte[] head = in.readNBytes(8);
        position += head.length;
        if (head.length < 8) {
          throw refuse(
              found == null
                  ? "ends before it tells its format (no chunk 'fmt ')"
                  : "has no audio (no chunk 'data')");
        }
        String id = ascii(head, 0);
        long size = ByteBuffer.wrap(head).order(order).getInt(4) & UINT_MAX;
        if (id.equals("data")) {
          if (found == null) {
            throw refuse("has audio before it tells its format (no chunk 'fmt ' before 'data')");
          }
          dataBytes = audioBytes(size);
          return found;
        }
        if (id.equals("fmt ")) {
          found = readFormat(readChunk(id, size));
        } else if (id.equals("ds64")) {
          readWideSizes(readChunk(id, size));
        } else {
          skip(size);
        }
        if (size % 2 != 0) {
          skip(1);
        }
      }
    }

    private String readForm() throws IOException {
      byte[] head = in.readNBytes(12);
      position = head.length;
      String id = head.length == 12 ? ascii(head, 0) : "";
      switch (id) {
        case "RIFF" -> order = ByteOrder.LITTLE_ENDIAN;
        case "RIFX" -> order = ByteOrder.BIG_ENDIAN;
        case "RF64", "BW64" -> wide = true;
        default -> throw refuse("is not a WAV file: it begins with " + beginning(head));
      }
      riffBytes = ByteBuffer.wrap(head).order(order).getInt(4) & UINT_MAX;
      return ascii(head, 8);
    }

    private long audioBytes(long size) {
      if (wide && size == UINT_MAX) {
        return wideDataBytes;
      }
      if (size == 0) {
        // A header that was never completed, unless more chunks, or nothing, are to follow.
        boolean open = riffBytes == 0 || riffBytes >= ENDLESS_FROM || riffEnd() <= position;
        return open ? UNKNOWN : 0;
      }
      boolean pipe = size >= PIPE_LENGTH_FROM && size <= PIPE_LENGTH_TO;
      return pipe || size >= ENDLESS_FROM ? UNKNOWN : size;
    }

    private long riffEnd() {
      return riffBytes + 8;
    }

    private void readWideSizes(ByteBuffer chunk) throws IOException {
      if (chunk.remaining() < 16) {
        throw refuse("has a chunk 'ds64' of only " + chunk.remaining() + " bytes");
      }
      long bytes = chunk.getLong(8);
      wideDataBytes = bytes > 0 ? bytes : UNKNOWN;
    }

    private PcmFormat readFormat(ByteBuffer chunk) throws IOException {
      if (chunk.remaining() < 16) {
        throw refuse("has a chunk 'fmt ' of only " + chunk.remaining() + " bytes");
      }
      int kind = chunk.getShort(0) & 0xffff;
      int channels = chunk.getShort(2) & 0xffff;
      long rate = chunk.getInt(4) & UINT_MAX;
      int frameBytes = chunk.getShort(12) & 0xffff;
      int bits = chunk.getShort(14) & 0xffff;
      if (kind == WavWriter.FORMAT_EXTENSIBLE) {
        kind = subKind(chunk);
      }
      SampleEncoding encoding = encoding(kind, bits);
      if (channels < 1) {
        throw refuse("has no channels");
      }
      if (rate < PcmFormat.MIN_SAMPLE_RATE_HZ || rate > PcmFormat.MAX_SAMPLE_RATE_HZ) {
        throw refuse("has a sample rate of %d Hz; readable are %d to %d Hz"
            .formatted(rate, PcmFormat.MIN_SAMPLE_RATE_HZ, PcmFormat.MAX_SAMPLE_RATE_HZ));
      }
      PcmFormat found = new PcmFormat(encoding, (int) rate, channels, order);
      if (frameBytes != found.frameBytes()) {
        throw refuse("contradicts itself: frames of %d bytes, but %d channels of %d bits"
            .formatted(frameBytes, channels, bits));
      }
      return found;
    }

    private int subKind(ByteBuffer chunk) throws IOException {
      if (chunk.remaining() < 40) {
        throw refuse("is WAVE_FORMAT_EXTENSIBLE without a sub-format");
      }
      OptionalInt kind = standardKind(chunk);
      // Some programs leave the GUID little-endian in a big-endian file; sox all but its first two
      // bytes, which are the kind.
      if (kind.isEmpty()) {
        kind = standardKind(chunk.duplicate().order(ByteOrder.LITTLE_ENDIAN));
        if (kind.isPresent() && (kind.getAsInt() & 0xff) == 0) {
          kind = OptionalInt.of(kind.getAsInt() >> 8);
        }
      }
      if (kind.isEmpty()) {
        throw refuse("is WAVE_FORMAT_EXTENSIBLE with an unknown sub-format (0x%08x…)"
            .formatted(chunk.getInt(24)));
      }
      return kind.getAsInt();
    }

    /** The kind in a GUID of the form kind-0000-0010-8000-00aa00389b71. */
    private static OptionalInt standardKind(ByteBuffer chunk) {
      long rest = chunk.duplicate().order(ByteOrder.BIG_ENDIAN).getLong(32);
      boolean standard = chunk.getShort(28) == 0
          && chunk.getShort(30) == 0x10
          && rest == WavWriter.GUID_REST
          && (chunk.getInt(24) & 0xffff_0000) == 0;
      return standard ? OptionalInt.of(chunk.getInt(24)) : OptionalInt.empty();
    }

    private SampleEncoding encoding(int kind, int bits) throws IOException {
      int container = (bits + 7) / 8 * 8;
      SampleEncoding encoding = switch (kind) {
        case WavWriter.FORMAT_PCM ->
          switch (container) {
            case 8 -> SampleEncoding.U8;
            case 16 -> SampleEncoding.S16;
            case 24 -> SampleEncoding.S24;
            case 32 -> SampleEncoding.S32;
            default -> null;
          };
        case WavWriter.FORMAT_FLOAT ->
          switch (bits) {
            case 32 -> SampleEncoding.F32;
            case 64 -> SampleEncoding.F64;
            default -> null;
          };
        case WavWriter.FORMAT_A_LAW -> bits == 8 ? SampleEncoding.A_LAW : null;
        case WavWriter.FORMAT_MU_LAW -> bits == 8 ? SampleEncoding.MU_LAW : null;
        default -> null;
      };
      if (encoding == null) {
        throw refuse(("holds %s with %d bits per sample; readable are PCM of 8, 16, 24 or 32 bits,"
                + " float of 32 or 64 bits, mu-law and A-law of 8 bits")
            .formatted(kindName(kind), bits));
      }
      return encoding;
    }

    private ByteBuffer readChunk(String id, long size) throws IOException {
      if (size > MAX_FMT_BYTES) {
        throw refuse("has a chunk '%s' of %d bytes".formatted(id, size));
      }
      byte[] content = in.readNBytes((int) size);
      position += content.length;
      if (content.length < size) {
        throw refuse("ends in the middle of its header");
      }
      return ByteBuffer.wrap(content).order(order);
    }

    private void skip(long bytes) throws IOException {
      long left = bytes;
      while (left > 0) {
        long skipped = in.skip(left);
        if (skipped <= 0) {
          if (in.read() < 0) {
            break;
          }
          skipped = 1;
        }
        left -= skipped;
      }
      position += bytes - left;
    }

    private WavFormatException refuse(String what) {
      return new WavFormatException(name + " " + what);
    }

    private static String kindName(int kind) {
      String known = switch (kind) {
        case 0 -> "an unknown kind";
        case WavWriter.FORMAT_PCM -> "PCM";
        case 0x0002 -> "Microsoft ADPCM";
        case WavWriter.FORMAT_FLOAT -> "float";
        case WavWriter.FORMAT_A_LAW -> "A-law";
        case WavWriter.FORMAT_MU_LAW -> "mu-law";
        case 0x0011 -> "IMA ADPCM";
        case 0x0031 -> "GSM 6.10";
        case 0x0040, 0x0045, 0x0064 -> "G.726 ADPCM";
        case 0x0050 -> "MPEG layer 1 or 2";
        case 0x0055 -> "MP3";
        case 0x00ff, 0x1610 -> "AAC";
        case 0x2000 -> "AC-3";
        case 0x704f -> "Opus";
        case 0xf1ac -> "FLAC";
        default -> "an unknown encoding";
      };
      return "%s (0x%04x)".formatted(known, kind);
    }

    private static String beginning(byte[] head) {
      if (head.length == 0) {
        return "nothing, it is empty";
      }
      String known = switch (head.length < 4 ? "" : ascii(head, 0)) {
        case "OggS" -> " (Ogg)";
        case "fLaC" -> " (FLAC)";
        case "FORM" -> " (AIFF)";
        case ".snd" -> " (AU)";
        case "riff" -> " (Wave64)";
        default -> ascii(head, 0).startsWith("ID3") ? " (MP3)" : "";
      };
      return quoted(ascii(head, 0)) + known;
    }

    private static String ascii(byte[] bytes, int from) {
      int length = Math.min(4, bytes.length - from);
      return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }

    private static String quoted(String text) {
      StringBuilder out = new StringBuilder("'");
      for (char c : text.toCharArray()) {
        out.append(c >= ' ' && c < 0x7f ? String.valueOf(c) : "\\x%02x".formatted((int) c));
      }
      return out.append('\'').toString();
    }
  }
}
