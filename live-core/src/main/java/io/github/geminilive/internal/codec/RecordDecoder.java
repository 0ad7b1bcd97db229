package io.github.geminilive.internal.codec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Turns JSON that this library has written back into records of the wire. */
public final class RecordDecoder {

  private RecordDecoder() {}

  /**
   * Reads a record as {@link ClientMessageEncoder#encodeRecord} writes it.
   *
   * @param type a record of the protocol package
   * @param json one JSON object
   * @return the record; members it does not know are kept
   * @throws IllegalArgumentException when anything of it is unreadable; the message does not quote
   *     it
   */
  public static <T> T decode(Class<T> type, String json) {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    List<DecodeProblem> problems = new ArrayList<>();
    Object record = null;
    if (json.startsWith("{")) {
      try {
        MessageReader reader = new MessageReader(text, 0, text.length, problems);
        try {
          record = reader.read(RecordType.of(type));
        } finally {
          reader.close();
        }
        if (reader.broken()) {
          record = null;
        }
      } catch (IOException e) {
        record = null;
      }
    }
    if (record == null) {
      throw new IllegalArgumentException("not a JSON object");
    }
    if (!problems.isEmpty()) {
      DecodeProblem problem = problems.get(0);
      throw new IllegalArgumentException(problem.path() + " " + problem.reason());
    }
    return type.cast(record);
  }
}
