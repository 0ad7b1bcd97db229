package io.github.geminilive.internal.codec;

import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.ServerMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns frames of the service into messages. It never throws for what a frame holds: everything
 * usable is in the message, everything else among the problems.
 *
 * <p>One for each connection; for one thread at a time.
 */
public final class ServerMessageDecoder {

  private static final RecordType MESSAGE = RecordType.of(ServerMessage.class);

  /** Frames below this many bytes are signals and transcripts, or not worth a second reader. */
  private static final int SHORTEST_AUDIO = 512;

  private final AudioScanner audio = new AudioScanner();
  private boolean plain;

  /**
   * Reads one whole message.
   *
   * @param buffer holds the message as UTF-8; not kept, not changed
   * @param offset where it begins
   * @param length its bytes
   * @return the message, and what could not be used
   * @throws IndexOutOfBoundsException if the range is not within the buffer
   */
  public Decoded decode(byte[] buffer, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    ServerMessage plainAudio =
        length < SHORTEST_AUDIO ? null : audio.scan(buffer, offset, offset + length);
    plain = plainAudio != null;
    return plainAudio != null
        ? new Decoded(plainAudio, List.of())
        : decodeAny(buffer, offset, offset + length);
  }

  /**
   * Whether the frame read last is known to hold a piece of audio and nothing else, so that it can be
   * passed on as it is.
   */
  public boolean plainAudio() {
    return plain;
  }

  /** The general path; gives the same result for plain audio, only later. */
  Decoded decodeAny(byte[] buffer, int from, int to) {
    int start = skipByteOrderMark(buffer, from, to);
    while (start < to && isSpace(buffer[start])) {
      start++;
    }
    if (start == to) {
      return new Decoded(null, List.of());
    }
    // The second test keeps the parser from taking the frame for UTF-16.
    if (buffer[start] != '{' || start + 1 < to && buffer[start + 1] == 0) {
      return unusable(buffer[start] == '[' ? "a JSON array, not an object" : "not a JSON object");
    }

    try {
      Decoded around = to - start < SHORTEST_AUDIO ? null : decodeAround(buffer, start, to);
      return around != null ? around : decodeWhole(buffer, start, to);
    } catch (IOException | RuntimeException e) {
      // A fault of ours must not cost the connection either; the frame is lost, and said to be.
      return unusable("could not be read: " + e.getClass().getSimpleName());
    }
  }

  /**
   * Reads a message with media and something else: the parser gets a short frame without the
   * media, through which it would otherwise step byte by byte. Null when that cannot be done.
   */
  private static @Nullable Decoded decodeAround(byte[] buffer, int from, int to)
      throws IOException {
    int data = Base64Text.findData(buffer, from, Math.min(to, from + SHORTEST_AUDIO));
    if (data < 0) {
      return null;
    }
    int close = Base64Text.guessEnd(buffer, data, to);
    Bytes media = close < 0 ? null : Base64Text.strict(buffer, data, close);
    if (media == null) {
      close = Base64Text.indexOfQuote(buffer, data, to);
      media = close < 0 ? null : Base64Text.strict(buffer, data, close);
    }
    if (media == null) {
      return null;
    }
    int head = data - from;
    byte[] around = new byte[head + to - close];
    System.arraycopy(buffer, from, around, 0, head);
    System.arraycopy(buffer, close, around, head, to - close);
    List<DecodeProblem> problems = new ArrayList<>(0);
    MessageReader reader = new MessageReader(around, head - 1, media, problems);
    ServerMessage message = read(reader);
    // What looked like media may have been something else, which must not lose its content.
    return reader.broken() || !reader.mediaTaken() ? null : result(message, problems);
  }

  /** Reads a message as it stands. */
  static Decoded decodeWhole(byte[] buffer, int start, int to) throws IOException {
    List<DecodeProblem> problems = new ArrayList<>(0);
    MessageReader reader = new MessageReader(buffer, start, to, problems);
    ServerMessage message = read(reader);
    if (reader.broken() && !Base64Text.isUtf8(buffer, start, to)) {
      return decodeRepaired(buffer, start, to);
    }
    return result(message, problems);
  }

  private static Decoded decodeRepaired(byte[] buffer, int from, int to) throws IOException {
    byte[] repaired = new String(buffer, from, to - from, StandardCharsets.UTF_8)
        .getBytes(StandardCharsets.UTF_8);
    List<DecodeProblem> problems = new ArrayList<>();
    problems.add(new DecodeProblem("", "malformed UTF-8 was replaced"));
    return result(read(new MessageReader(repaired, 0, repaired.length, problems)), problems);
  }

  private static @Nullable ServerMessage read(MessageReader reader) throws IOException {
    try {
      return (ServerMessage) reader.read(MESSAGE);
    } finally {
      reader.close();
    }
  }

  private static Decoded result(@Nullable ServerMessage message, List<DecodeProblem> problems) {
    return message == null
        ? unusable("the JSON breaks off or is malformed before anything was complete")
        : new Decoded(message, problems.isEmpty() ? List.of() : List.copyOf(problems));
  }

  private static Decoded unusable(String reason) {
    return new Decoded(null, List.of(new DecodeProblem("", reason)));
  }

  private static int skipByteOrderMark(byte[] buffer, int from, int to) {
    boolean marked = to - from >= 3
        && buffer[from] == (byte) 0xEF
        && buffer[from + 1] == (byte) 0xBB
        && buffer[from + 2] == (byte) 0xBF;
    return marked ? from + 3 : from;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
