package io.github.geminilive.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.testkit.internal.Json;
import io.github.geminilive.testkit.internal.Opening;
import io.github.geminilive.testkit.internal.Replay;
import io.github.geminilive.testkit.internal.ReplayStep;
import io.github.geminilive.testkit.internal.Script;
import io.github.geminilive.testkit.internal.Step;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What happens on one connection, step by step, in place of the persona.
 *
 * <p>Steps run in the order in which they were added; one that waits for the client takes the
 * messages before the one it waits for. The rules of the service still hold unless {@link
 * #lenient}. Immutable: every method returns a longer scenario, so that one can be used for many
 * connections.
 */
public final class Scenario {

  private final Opening opening;
  private final boolean rules;
  private final List<Supplier<Step>> steps;

  private Scenario(Opening opening, boolean rules, List<Supplier<Step>> steps) {
    this.opening = opening;
    this.rules = rules;
    this.steps = steps;
  }

  Script script() {
    return new Script(opening, rules, steps);
  }

  /** A point in the conversation that a scenario can wait for, after {@link #thenPersona}. */
  public enum Moment {
    /** The user speaks: the persona has heard the beginning of a turn and not its end. */
    USER_SPEAKS,
    /** Sound of an answer has been sent, and its turn is not over. */
    MODEL_SPEAKS,
    /** A function was called and not answered. */
    CALL_OPEN,
    /** Nobody speaks, nothing is called. */
    QUIET
  }

  /** Returns a scenario in which the upgrade is accepted and then nothing happens. */
  public static Scenario create() {
    return new Scenario(new Opening.Accept(), true, List.of());
  }

  /** Returns a scenario in which all goes well: the persona answers. */
  public static Scenario persona() {
    return create().acceptSetup().thenPersona();
  }

  /**
   * Answers the setup late and hands over to the persona.
   *
   * @param delay from the accepted upgrade to setupComplete, in the server's time
   */
  public static Scenario slowSetup(Duration delay) {
    return create().pause(delay).acceptSetup().thenPersona();
  }

  /** Does not know the handle of a session that is to be resumed; see the other form. */
  public static Scenario refuseHandle() {
    return refuseHandle(1008, "BidiGenerateContent session not found");
  }

  /**
   * Closes instead of answering a setup with handle. One without is answered, and the persona takes
   * over.
   *
   * @param code close code
   * @param reason close reason
   */
  public static Scenario refuseHandle(int code, String reason) {
    return create().waiting(() -> run -> {
      JsonNode setup = run.take();
      if (setup == null) {
        return false;
      }
      if (setup.at("/setup/sessionResumption/handle").asText("").isEmpty()) {
        run.session().completeSetup();
        run.session().handOver();
      } else {
        run.connection().close(code, reason);
      }
      return true;
    });
  }

  /**
   * Refuses the upgrade.
   *
   * @param status HTTP status, not 101
   * @param headers headers of the answer, such as Retry-After
   * @param body body of the answer
   */
  public static Scenario refuseUpgrade(int status, Map<String, String> headers, String body) {
    return new Scenario(new Opening.Refuse(status, headers, body), true, List.of());
  }

  /** Takes the upgrade request and never answers. */
  public static Scenario neverAnswerUpgrade() {
    return new Scenario(new Opening.Never(), true, List.of());
  }

  /**
   * Answers the upgrade request with anything.
   *
   * @param response all bytes of the answer, as Latin-1; the connection stays open after them
   */
  public static Scenario answerUpgradeWith(String response) {
    return new Scenario(new Opening.Raw(response), true, List.of());
  }

  /** Accepts the upgrade, reads the setup, and never answers it. */
  public static Scenario neverCompleteSetup() {
    return create();
  }

  /**
   * Answers the setup by closing.
   *
   * @param code close code
   * @param reason close reason
   */
  public static Scenario closeBeforeSetupComplete(int code, String reason) {
    return create().awaitMessages(1).close(code, reason);
  }

  /**
   * Completes the setup and closes after some messages.
   *
   * @param messages how many messages to read after the setup
   * @param code close code
   * @param reason close reason
   */
  public static Scenario closeAfter(int messages, int code, String reason) {
    return create().acceptSetup().awaitMessages(messages).close(code, reason);
  }

  /**
   * Plays the first connection of a flight recording; see {@link LiveServer#replay} for how.
   *
   * @param recording a file the library wrote
   * @throws IllegalArgumentException when it is not one, or has no connection
   */
  public static Scenario replay(Path recording) {
    List<Replay.Attempt> attempts = Replay.read(recording);
    if (attempts.isEmpty()) {
      throw new IllegalArgumentException("the flight recording has no connection: " + recording);
    }
    return replay(attempts.get(0));
  }

  /**
   * Plays a connection of a flight recording; see {@link LiveServer#replay} for how.
   *
   * @param lines the recording
   * @param connection the number of the connection in it
   * @throws IllegalArgumentException when they are not one, or it has no such connection
   */
  public static Scenario replay(List<String> lines, int connection) {
    List<Replay.Attempt> attempts = Replay.read(lines);
    return attempts.stream()
        .filter(attempt -> attempt.connection() == connection)
        .findFirst()
        .map(Scenario::replay)
        .orElseThrow(() -> new IllegalArgumentException("no connection "
            + connection
            + " in the flight recording; there are "
            + attempts.stream().map(Replay.Attempt::connection).distinct().toList()));
  }

  static Scenario replay(Replay.Attempt attempt) {
    Scenario start = new Scenario(attempt.opening(), false, List.of());
    if (attempt.events().isEmpty()) {
      return start;
    }
    Duration begin = attempt.events().get(0).at();
    return (attempt.whole() ? start : start.acceptSetup())
        .waiting(() -> new ReplayStep(attempt.events(), begin));
  }

  /** Switches the service's rules off: any message is taken, none is complained about. */
  public Scenario lenient() {
    return new Scenario(opening, false, steps);
  }

  /** Awaits the setup and answers it as the client's endpoint would. */
  public Scenario acceptSetup() {
    return waiting(() -> run -> {
      if (run.take() == null) {
        return false;
      }
      run.session().completeSetup();
      return true;
    });
  }

  /**
   * Awaits messages and does nothing with them.
   *
   * @param count how many
   */
  public Scenario awaitMessages(int count) {
    return waiting(() -> {
      int[] left = {count};
      return run -> {
        while (left[0] > 0 && run.take() != null) {
          left[0]--;
        }
        return left[0] == 0;
      };
    });
  }

  /**
   * Awaits a message; earlier ones are passed over.
   *
   * @param test what to wait for
   */
  public Scenario await(Predicate<JsonNode> test) {
    return waiting(() -> run -> {
      for (JsonNode next = run.take(); next != null; next = run.take()) {
        if (test.test(next)) {
          return true;
        }
      }
      return false;
    });
  }

  /**
   * Awaits a message with this top-level member.
   *
   * @param member such as {@code toolResponse}
   */
  public Scenario await(String member) {
    return await(message -> message.has(member));
  }

  /**
   * Lets time pass.
   *
   * @param time how long, in the server's time
   */
  public Scenario pause(Duration time) {
    return waiting(() -> {
      boolean[] state = new boolean[2];
      return run -> {
        if (!state[0]) {
          state[0] = true;
          run.wakeAfter(time, () -> state[1] = true);
        }
        return state[1];
      };
    });
  }

  /**
   * Waits for a point in the conversation; with a server that speaks all at once and assumes no
   * playback, the model's speech has no duration in which it could be met.
   *
   * @param moment what to wait for
   */
  public Scenario until(Moment moment) {
    return waiting(() -> run -> run.session().isAt(moment));
  }

  /**
   * Does anything with the connection.
   *
   * @param action runs on a thread of the server and must not wait
   */
  public Scenario then(Consumer<Connection> action) {
    return waiting(() -> run -> {
      action.accept(run.connection());
      return true;
    });
  }

  /**
   * Sends a message as the service does.
   *
   * @param json one JSON value
   */
  public Scenario send(String json) {
    return then(c -> c.send(json));
  }

  /**
   * Sends exactly this text in a text frame.
   *
   * @param payload any text
   */
  public Scenario sendText(String payload) {
    return then(c -> c.sendText(payload));
  }

  /**
   * Sends exactly these bytes in a binary frame.
   *
   * @param payload any bytes
   */
  public Scenario sendBinary(byte[] payload) {
    byte[] copy = payload.clone();
    return then(c -> c.sendBinary(copy));
  }

  /**
   * Sends a message in many frames.
   *
   * @param json the message
   * @param size bytes per frame; 1 also cuts inside every character that has more than one byte
   */
  public Scenario sendFragmented(String json, int size) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    byte[][] pieces = new byte[(bytes.length + size - 1) / size][];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = Arrays.copyOfRange(bytes, i * size, Math.min(bytes.length, (i + 1) * size));
    }
    return then(c -> c.sendFragments(pieces));
  }

  /**
   * Sends a message whose bytes reach the network one by one.
   *
   * @param json one JSON value
   * @param gap pause between two bytes
   */
  public Scenario dribble(String json, Duration gap) {
    return then(c -> c.dribble(json, gap));
  }

  /** Sends a binary message with a byte that is not UTF-8 inside a string. */
  public Scenario sendInvalidUtf8() {
    byte[] bytes = "{\"serverContent\":{\"outputTranscription\":{\"text\":\"a?b\"}}}"
        .getBytes(StandardCharsets.US_ASCII);
    bytes[new String(bytes, StandardCharsets.US_ASCII).indexOf('?')] = (byte) 0xFF;
    return sendBinary(bytes);
  }

  /** Sends a text message that is not JSON. */
  public Scenario sendNotJson() {
    return sendText("upstream connect error or disconnect/reset before headers");
  }

  /**
   * Sends a valid message of a great size: a transcript.
   *
   * @param bytes size of the whole message, at least 100
   */
  public Scenario sendHuge(int bytes) {
    String head = "{\"serverContent\":{\"outputTranscription\":{\"text\":\"";
    String tail = "\"}}}";
    String text = "x".repeat(bytes - head.length() - tail.length());
    return sendBinary((head + text + tail).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Sends a tool call with deeply nested arguments.
   *
   * @param depth how many objects lie within each other
   */
  public Scenario sendDeep(int depth) {
    String json =
        "{\"toolCall\":{\"functionCalls\":[{\"id\":\"fc_deep\",\"name\":\"deep\",\"args\":"
            + "{\"n\":".repeat(depth)
            + "1"
            + "}".repeat(depth)
            + "}]}}";
    return sendBinary(json.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Speaks as the persona would and awaits the end of the turn.
   *
   * @param text words to say
   */
  public Scenario say(String text) {
    return waiting(() -> {
      boolean[] started = new boolean[1];
      return run -> {
        if (!started[0]) {
          started[0] = true;
          run.session().say(text);
        }
        return !run.session().busy();
      };
    });
  }

  /**
   * Asks for a tool; its answer is then accepted by the rules. A call whose id was answered before
   * is a repetition: another answer is refused.
   *
   * @param id id of the call; null sends it without one, which only Vertex AI takes an answer to
   * @param name function name
   * @param argsJson arguments, a JSON object
   */
  public Scenario call(@Nullable String id, String name, String argsJson) {
    return send("{\"toolCall\":{\"functionCalls\":[{"
        + (id == null ? "" : "\"id\":\"" + id + "\",")
        + "\"name\":\""
        + name
        + "\",\"args\":"
        + argsJson
        + "}]}}");
  }

  /**
   * Takes calls back. Their answers are ignored from then on.
   *
   * @param ids ids of calls
   */
  public Scenario cancel(String... ids) {
    return send("{\"toolCallCancellation\":{\"ids\":[\"" + String.join("\",\"", ids) + "\"]}}");
  }

  /**
   * Announces the end of the connection.
   *
   * @param timeLeft time until the end
   */
  public Scenario goAway(Duration timeLeft) {
    return then(c -> c.goAway(timeLeft));
  }

  /**
   * Announces the end of the connection in a form that cannot be read.
   *
   * @param timeLeft anything; null leaves it out
   */
  public Scenario goAwayUnreadable(@Nullable String timeLeft) {
    return send(Json.object()
        .set("goAway", timeLeft == null ? Json.object() : Json.object().put("timeLeft", timeLeft))
        .toString());
  }

  /** Says that the session cannot be resumed at this point. */
  public Scenario withdrawHandle() {
    return send("{\"sessionResumptionUpdate\":{\"resumable\":false}}");
  }

  /** Sends a new handle under which the session can be resumed. */
  public Scenario giveHandle() {
    return then(Connection::giveHandle);
  }

  /** Sends a new handle, or withdraws it while the model waits for a function, as the service does. */
  Scenario giveHandleIfAny() {
    return waiting(() -> run -> {
      run.session().updateHandle();
      return true;
    });
  }

  /**
   * Closes in order.
   *
   * @param code close code
   * @param reason close reason
   */
  public Scenario close(int code, String reason) {
    return then(c -> c.close(code, reason));
  }

  /** Ends the TCP stream without a close frame. */
  public Scenario drop() {
    return then(Connection::drop);
  }

  /** Resets the TCP connection. */
  public Scenario reset() {
    return then(Connection::reset);
  }

  /** Stops reading and writing. */
  public Scenario stall() {
    return then(Connection::stall);
  }

  /** Stops reading. */
  public Scenario pauseReading() {
    return then(Connection::pauseReading);
  }

  /**
   * Reads slowly.
   *
   * @param bytesPerSecond limit in bytes per second
   */
  public Scenario limitReading(int bytesPerSecond) {
    return then(c -> c.limitReading(bytesPerSecond));
  }

  /** Hands the connection over to the server's persona. */
  public Scenario thenPersona() {
    return waiting(() -> run -> {
      run.session().handOver();
      return true;
    });
  }

  private Scenario waiting(Supplier<Step> step) {
    List<Supplier<Step>> longer = new ArrayList<>(steps);
    longer.add(step);
    return new Scenario(opening, rules, List.copyOf(longer));
  }
}
