package io.github.geminilive;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What the flight recorder of a session holds at one moment, as JSON lines: one object for each
 * message or change of state. Holds no secret; see {@link RecordingPolicy.Builder#showText} for
 * what people said. live-testkit plays it back as the service ({@code LiveServer.replay}).
 *
 * <p>The first line says of what: {@code flightRecording} (the format, 1), {@code session}, {@code
 * model}, {@code library}, {@code start}, {@code showText}, and how many older entries are {@code
 * forgotten}. In the others {@code t} is the time since the session's start in seconds, {@code c}
 * the number of the connection, {@code dir} one of {@code up}, {@code down} and {@code state}. A
 * message has {@code bytes}, its size on the wire, and {@code message}; what could not be read is
 * {@code unreadable}, what was too long to be kept {@code tooLarge}, with its size. Outgoing audio
 * that nothing came in between of is one line for up to a second, of so many {@code messages}, the
 * last one at {@code until}. Media are {@code {"bytes":…,"crc32":"…"}} in place of the base64,
 * which is what the checksum is of. A change of state is {@code what} and its {@code facts}.
 */
public interface FlightRecording {

  /** The lines, oldest first, each one JSON object; none when the recorder is off. */
  List<String> lines();

  /**
   * Writes the lines into a file in UTF-8, replacing it.
   *
   * @param file its directory must exist
   * @throws IOException when that fails
   */
  void writeTo(Path file) throws IOException;
}
