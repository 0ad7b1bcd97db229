package io.github.geminilive;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What the flight recorder of a session holds at one moment, as JSON lines: one object for each
 * message or change of state. Holds no secret; see {@link RecordingPolicy#showText()} for what people
 * said. live-testkit plays it back as a scenario.
 */
public interface FlightRecording {

  /** The lines, oldest first, each one JSON object. */
  List<String> lines();

  /**
   * Writes the lines into a file, replacing it.
   *
   * @param file its directory must exist
   * @throws IOException when that fails
   */
  void writeTo(Path file) throws IOException;
}
