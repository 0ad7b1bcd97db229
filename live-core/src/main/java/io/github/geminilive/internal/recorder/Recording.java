package io.github.geminilive.internal.recorder;

import io.github.geminilive.FlightRecording;
import io.github.geminilive.internal.codec.JsonText;
import io.github.geminilive.internal.recorder.FlightRecorder.Entry;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A copy of a recorder's entries; becomes lines when somebody asks for them. */
final class Recording implements FlightRecording {

  /** Of a recorder that is off. */
  static final FlightRecording EMPTY = new FlightRecording() {
    @Override
    public List<String> lines() {
      return List.of();
    }

    @Override
    public void writeTo(Path file) throws IOException {
      Files.write(file, new byte[0]);
    }
  };

  private static final int FORMAT = 1;

  private final String sessionId;
  private final String model;
  private final Instant start;
  private final boolean showText;
  private final long forgotten;
  private final byte[] entries;
  private final List<String> secrets;

  Recording(
      String sessionId,
      String model,
      Instant start,
      boolean showText,
      long forgotten,
      byte[] entries,
      List<String> secrets) {
    this.sessionId = sessionId;
    this.model = model;
    this.start = start;
    this.showText = showText;
    this.forgotten = forgotten;
    this.entries = entries;
    this.secrets = secrets;
  }

  @Override
  public List<String> lines() {
    Redactor redactor = new Redactor(showText, secrets);
    forEach((entry, body) -> {
      if (entry.kind == Entry.UP || entry.kind == Entry.DOWN) {
        redactor.learnHandles(body);
      }
    });
    List<String> lines = new ArrayList<>();
    lines.add(header(redactor));
    forEach((entry, body) -> lines.add(line(entry, body, redactor)));
    return List.copyOf(lines);
  }

  private String header(Redactor redactor) {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("flightRecording", FORMAT);
    header.put("session", sessionId);
    header.put("model", redactor.masked(model));
    header.put("library", "gemini-live-java");
    header.put("start", start.toString());
    header.put("showText", showText);
    header.put("forgotten", forgotten);
    return JsonText.write(header);
  }

  private static String line(Head entry, byte[] body, Redactor redactor) {
    StringBuilder line = new StringBuilder("{\"t\":")
        .append(seconds(entry.nanos))
        .append(",\"c\":")
        .append(entry.connection);
    switch (entry.kind) {
      case Entry.STATE -> line.append(",\"dir\":\"state\",").append(redactor.state(body));
      case Entry.UP, Entry.DOWN ->
        line.append(entry.kind == Entry.UP ? ",\"dir\":\"up\"," : ",\"dir\":\"down\",")
            .append(message(entry, body, redactor));
      case Entry.UP_AUDIO ->
        line.append(",\"dir\":\"up\",")
            .append(message(entry, body, redactor))
            .append(",\"messages\":")
            .append(entry.messages)
            .append(",\"until\":")
            .append(seconds(entry.untilNanos));
      default ->
        line.append(entry.kind == Entry.UP_LARGE ? ",\"dir\":\"up\"" : ",\"dir\":\"down\"")
            .append(",\"tooLarge\":")
            .append(entry.size);
    }
    return line.append('}').toString();
  }

  private static String message(Head entry, byte[] body, Redactor redactor) {
    String message = redactor.message(body);
    return message == null
        ? "\"unreadable\":" + entry.size
        : "\"bytes\":" + entry.size + ",\"message\":" + message;
  }

  private static String seconds(long nanos) {
    return BigDecimal.valueOf(nanos, 9).setScale(6, RoundingMode.HALF_UP).toPlainString();
  }

  @Override
  public void writeTo(Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    lines().forEach(line -> text.append(line).append('\n'));
    // Not Files.writeString, which refuses halves of surrogate pairs.
    Files.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a file that is seen only when it is whole, and readable by its owner only. */
  static void writeInto(Path directory, String name, FlightRecording recording) throws IOException {
    Files.createDirectories(directory);
    Path partial = Files.createTempFile(directory, name, ".part");
    try {
      recording.writeTo(partial);
      Files.move(partial, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /** What stands before an entry's body. */
  private static final class Head {
    long nanos;
    int connection;
    byte kind;
    int size;
    long untilNanos;
    int messages;
  }

  private interface Visitor {
    void visit(Head entry, byte[] body);
  }

  private void forEach(Visitor visitor) {
    ByteBuffer all = ByteBuffer.wrap(entries);
    Head entry = new Head();
    while (all.hasRemaining()) {
      int length = all.getInt();
      int end = all.position() + length;
      entry.nanos = all.getLong();
      entry.connection = all.getInt();
      entry.kind = all.get();
      entry.size = all.getInt();
      String mark = null;
      if (entry.kind == Entry.UP_AUDIO) {
        entry.untilNanos = all.getLong();
        entry.messages = all.getInt();
        mark = BlobCutter.mark(all.getLong(), all.getInt());
      }
      byte[] body = new byte[end - all.position()];
      all.get(body);
      visitor.visit(entry, mark == null ? body : filled(body, mark));
    }
  }

  /** Puts length and checksum of a stream's audio where its base64 was. */
  private static byte[] filled(byte[] body, String mark) {
    String text = new String(body, StandardCharsets.UTF_8);
    return text.replace(String.valueOf(BlobCutter.MARK), mark).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "FlightRecording[" + sessionId + ", " + entries.length + " bytes]";
  }
}
