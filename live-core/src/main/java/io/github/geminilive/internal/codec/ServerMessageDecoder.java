package io.github.geminilive.internal.codec;

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
    return plainAudio != null
        ? new Decoded(plainAudio, List.of())
        : decodeAny(buffer, offset, offset + length);
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

    List<DecodeProblem> problems = new ArrayList<>(0);
    try {
      MessageReader reader = new MessageReader(buffer, start, to, problems);
      ServerMessage message = read(reader);
      if (reader.broken() && !Base64Text.isUtf8(buffer, start, to)) {
        return decodeRepaired(buffer, start, to);
      }
      return result(message, problems);
    } catch (IOException | RuntimeException e) {
      // A fault of ours must not cost the connection either; the frame is lost, and said to be.
      return unusable("could not be read: " + e.getClass().getSimpleName());
    }
  }

  private Decoded decodeRepaired(byte[] buffer, int from, int to) throws IOException {
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
