package io.github.geminilive.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * One WebSocket connection, seen from the service.
 *
 * <p><b>Threads.</b> Any thread may call any method. What is sent leaves in the order of the calls.
 * Methods that await something fail with an {@link AssertionError} after 20 seconds of real time.
 */
public interface Connection {

  /** Returns the number of this connection on its server, counted from 1. */
  int number();

  /** Returns the request that opened it. */
  Upgrade upgrade();

  /** Returns whether the client came to Vertex AI's method rather than the Developer API's. */
  boolean vertex();

  /** Returns whether both sides can still send. */
  boolean isOpen();

  /** Awaits the setup message and returns what is inside {@code setup}, spelled as it came. */
  JsonNode setup();

  /**
   * Awaits the setup and returns what the service holds to in its place: the same, except with an
   * ephemeral token that locks fields.
   */
  JsonNode setupInForce();

  /** Returns every JSON message received so far, the setup first, spelled as they came. */
  List<JsonNode> receivedMessages();

  /** Awaits the next message nobody has taken by this method; the setup is the first one. */
  JsonNode nextMessage();

  /**
   * Awaits a message.
   *
   * @param test looked for among all received messages, from the first on
   * @return the first message that passes
   */
  JsonNode awaitMessage(Predicate<JsonNode> test);

  /**
   * Awaits a number of messages.
   *
   * @param count how many, the setup included
   * @return the first {@code count} messages
   */
  List<JsonNode> awaitMessages(int count);

  /** Returns all PCM received so far, in order, as it came. */
  byte[] receivedAudio();

  /** Returns what was declared about each piece of {@link #receivedAudio}. */
  List<AudioPiece> audioPieces();

  /**
   * Awaits audio.
   *
   * @param bytes how much PCM must have come in all
   * @return all PCM received
   */
  byte[] awaitAudio(int bytes);

  /**
   * Checks that no message comes for a while of real time.
   *
   * @param silence how long to listen
   * @throws AssertionError when a message came
   */
  void heardNothingFor(Duration silence);

  /** Returns how many WebSocket pings came. */
  int pings();

  /** Returns for what the service had to complain about this connection. */
  List<Violation> violations();

  /** Awaits the end of the connection: the TCP connection is closed. */
  Closure awaitClosed();

  /**
   * Sends a JSON message as the service does: pretty-printed, in a binary frame.
   *
   * @param json one JSON value, in any layout
   */
  void send(String json);

  /**
   * Sends a JSON message as the service does: pretty-printed, in a binary frame.
   *
   * @param json the message
   */
  void send(JsonNode json);

  /**
   * Sends exactly this text in a text frame.
   *
   * @param payload any text, JSON or not
   */
  void sendText(String payload);

  /**
   * Sends exactly these bytes in a binary frame.
   *
   * @param payload any bytes; not to be changed afterwards
   */
  void sendBinary(byte[] payload);

  /**
   * Sends one binary message in several frames.
   *
   * @param pieces the frames' payloads, at least one
   */
  void sendFragments(byte[]... pieces);

  /**
   * Sends one text message in several frames, cut at any byte.
   *
   * @param pieces the frames' payloads, at least one
   */
  void sendTextFragments(byte[]... pieces);

  /**
   * Sends a JSON message whose bytes reach the network one by one.
   *
   * @param json one JSON value
   * @param gap pause between two bytes, in the server's time
   */
  void dribble(String json, Duration gap);

  /**
   * Writes bytes under the WebSocket protocol: frames that no library would make.
   *
   * @param bytes what goes to the socket
   */
  void sendRaw(byte[] bytes);

  /** Sends a WebSocket ping. */
  void ping();

  /**
   * Chooses whether the client's pings are answered; they are at first.
   *
   * @param answer whether to answer from now on
   */
  void answerPings(boolean answer);

  /**
   * Lets the persona speak: audio, transcripts, end of turn.
   *
   * @param text words to say
   */
  void say(String text);

  /**
   * Announces the end of the connection; it does not end by that.
   *
   * @param timeLeft time until the end
   */
  void goAway(Duration timeLeft);

  /**
   * Sends a new handle under which this session can be resumed.
   *
   * @return the handle
   */
  String giveHandle();

  /**
   * Closes in order: sends a close frame, awaits the client's for 2 seconds, ends TCP.
   *
   * @param code any code, even one that the protocol forbids to send
   * @param reason cut to 123 bytes of UTF-8
   */
  void close(int code, String reason);

  /** Closes with an empty close frame, which the client sees as 1005. */
  void closeWithoutCode();

  /** Breaks the TCP connection with a reset. */
  void reset();

  /** Ends the TCP stream in order but without a close frame, which the client sees as 1006. */
  void drop();

  /** Stops reading and writing; the TCP connection stays. */
  void stall();

  /** Ends {@link #stall} and {@link #pauseReading}; what waited is read and written. */
  void resume();

  /** Stops reading, so that the client's sends pile up. */
  void pauseReading();

  /**
   * Reads slowly.
   *
   * @param bytesPerSecond limit of bytes read from the socket per second of real time; 0 lifts it
   */
  void limitReading(int bytesPerSecond);
}
