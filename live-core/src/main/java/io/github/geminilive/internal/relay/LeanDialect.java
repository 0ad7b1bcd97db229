package io.github.geminilive.internal.relay;

import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveSession;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.Json;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A small protocol for pages and apps of one's own: sound as raw samples in binary messages, all else
 * as JSON objects with a {@code type} in text messages. docs/relay.md describes it.
 */
final class LeanDialect implements PeerDialect {

  private static final int RATE = LiveSession.INPUT_SAMPLE_RATE_HZ;

  private final boolean showTools;

  // Of the reader.
  private boolean started;

  // Of the writer: the turn and rate that the peer takes samples for.
  private int soundingTurn = -1;
  private int soundingRate;
  private final PassedCalls passed = new PassedCalls();

  /**
   * For one connection of a peer.
   *
   * @param showTools whether the peer is told when tools run on the server
   */
  LeanDialect(boolean showTools) {
    this.showTools = showTools;
  }

  @Override
  public List<PeerMessage> read(ByteBuffer message) throws BadMessage {
    refuseBeforeStart();
    if (message.remaining() % 2 != 0) {
      throw new BadMessage(
          "A binary message is of whole 16-bit samples, not " + message.remaining() + " bytes.");
    }
    return message.hasRemaining()
        ? List.of(new PeerMessage.Samples(message.slice(), RATE))
        : List.of();
  }

  @Override
  public List<PeerMessage> read(String message) throws BadMessage {
    Map<String, Object> members = PeerJson.object(message).asObject();
    String type = text(members, "type");
    if (type.equals("start")) {
      return List.of(start(members));
    }
    refuseBeforeStart();
    switch (type) {
      case "text":
        String text = text(members, "text");
        return text.isEmpty() ? List.of() : List.of(new PeerMessage.Text(text));
      case "activity":
        if (!(members.get("speaking") instanceof Boolean speaking)) {
          throw PeerJson.invalid("speaking", "expected true or false.");
        }
        return List.of(new PeerMessage.Activity(speaking));
      case "pause":
        return List.of(new PeerMessage.AudioEnd());
      case "interrupt":
        return List.of(new PeerMessage.Interrupt());
      case "heard":
        return List.of(new PeerMessage.Heard(
            (int) number(members, "turn", Integer.MAX_VALUE),
            Duration.ofMillis(number(members, "ms", Integer.MAX_VALUE))));
      case "image":
        return image(members);
      case "toolResult":
        return List.of(new PeerMessage.Answers(List.of(FunctionResponse.of(
            optional(members, "id"), named(members), object(members, "result")))));
      case "end":
        return List.of(new PeerMessage.End());
      default:
        throw new BadMessage("There is no such type of message.");
    }
  }

  private PeerMessage start(Map<String, Object> members) throws BadMessage {
    if (started) {
      throw new BadMessage("Start was sent already.");
    }
    Json setup = members.get("setup") == null ? Json.EMPTY_OBJECT : object(members, "setup");
    String ticket = optional(members, "resume");
    started = true;
    return new PeerMessage.Start(setup, ticket == null || ticket.isEmpty() ? null : ticket, true);
  }

  private void refuseBeforeStart() throws BadMessage {
    if (!started) {
      throw new BadMessage("The first message must be of type start.");
    }
  }

  private static List<PeerMessage> image(Map<String, Object> members) throws BadMessage {
    Bytes data;
    try {
      data = Bytes.fromBase64(text(members, "data"));
    } catch (IllegalArgumentException e) {
      throw PeerJson.invalid("data", "expected base64.");
    }
    PeerMessage picture = PeerMedia.picture(text(members, "mimeType"), data, "image");
    return picture == null ? List.of() : List.of(picture);
  }

  private static String named(Map<String, Object> members) throws BadMessage {
    String name = text(members, "name");
    if (name.isBlank()) {
      throw PeerJson.invalid("name", "must not be blank.");
    }
    return name;
  }

  private static @Nullable String optional(Map<String, Object> members, String name)
      throws BadMessage {
    return members.get(name) == null ? null : text(members, name);
  }

  private static String text(Map<String, Object> members, String name) throws BadMessage {
    if (members.get(name) instanceof String text) {
      return text;
    }
    throw PeerJson.invalid(name, "expected text.");
  }

  private static Json object(Map<String, Object> members, String name) throws BadMessage {
    if (members.get(name) instanceof Map<?, ?> object) {
      return Json.of(object);
    }
    throw PeerJson.invalid(name, "expected an object.");
  }

  private static long number(Map<String, Object> members, String name, long most)
      throws BadMessage {
    // Pages measure time with fractions.
    if (members.get(name) instanceof Number number
        && number.doubleValue() >= 0
        && number.doubleValue() <= most) {
      return number.longValue();
    }
    throw PeerJson.invalid(name, "expected a number in [0, " + most + "].");
  }

  @Override
  public List<PeerFrame> ready(String id, @Nullable String ticket, @Nullable Lost lost) {
    Members ready = new Members("ready").with("session", id);
    if (ticket != null) {
      ready.with("ticket", ticket);
    }
    ready.with("inputRate", RATE).with("outputRate", LiveSession.OUTPUT_SAMPLE_RATE_HZ);
    if (lost != null) {
      Map<String, Object> resumed = new LinkedHashMap<>();
      resumed.put("elsewhere", lost.elsewhere());
      resumed.put("stateRestored", lost.stateRestored());
      resumed.put("answerCut", lost.answerCut());
      resumed.put("uncertainMs", lost.uncertain().toMillis());
      ready.with("resumed", resumed);
    }
    return ready.frames();
  }

  @Override
  public List<PeerFrame> event(
      LiveEvent event, int turn, @Nullable String words, byte @Nullable [] frame) {
    if (event instanceof LiveEvent.Audio audio) {
      return sound(audio, turn);
    } else if (event instanceof LiveEvent.OutputTranscript spoken) {
      return said("model", turn, shown(spoken.text(), words), spoken.offset());
    } else if (event instanceof LiveEvent.InputTranscript heard) {
      return said("user", turn, shown(heard.text(), words), null);
    } else if (event instanceof LiveEvent.InterimTranscript guess) {
      return new Members("interim")
          .with("turn", turn)
          .with("text", shown(guess.text(), words))
          .frames();
    } else if (event instanceof LiveEvent.Text text) {
      String shown = shown(text.text(), words);
      return shown.isEmpty()
          ? List.of()
          : new Members("text").with("turn", turn).with("text", shown).frames();
    } else if (event instanceof LiveEvent.Interrupted cut) {
      return new Members("interrupted")
          .with("turn", turn)
          .with("by", cut.by().name().toLowerCase(Locale.ROOT))
          .frames();
    } else if (event instanceof LiveEvent.TurnEnded) {
      return new Members("turnEnd").with("turn", turn).frames();
    } else if (event instanceof LiveEvent.ToolCalled called) {
      return called(called.call(), called.handled());
    } else if (event instanceof LiveEvent.ToolCancelled cancelled) {
      List<String> known = passed.of(cancelled.ids());
      return known.isEmpty()
          ? List.of()
          : new Members("toolCancel").with("ids", known).frames();
    } else if (event instanceof LiveEvent.ToolAnswered answered && showTools) {
      return new Members("tool")
          .with("name", answered.name())
          .with("state", "answered")
          .with("status", answered.status())
          .with("ms", answered.took().toMillis())
          .frames();
    } else {
      return List.of();
    }
  }

  private static String shown(String said, @Nullable String words) {
    return words == null ? said : words;
  }

  private List<PeerFrame> sound(LiveEvent.Audio audio, int turn) {
    List<PeerFrame> frames = new ArrayList<>(2);
    int rate = audio.chunk().sampleRateHz();
    if (turn != soundingTurn || rate != soundingRate) {
      soundingTurn = turn;
      soundingRate = rate;
      frames.addAll(new Members("turn").with("turn", turn).with("rate", rate).frames());
    }
    frames.add(PeerFrame.of(audio.chunk().asByteBuffer()));
    return frames;
  }

  private static List<PeerFrame> said(
      String who, int turn, String text, @Nullable Duration position) {
    if (text.isEmpty()) {
      return List.of();
    }
    Members said = new Members("said").with("who", who).with("turn", turn).with("text", text);
    return (position == null ? said : said.with("ms", position.toMillis())).frames();
  }

  private List<PeerFrame> called(FunctionCall call, boolean handled) {
    String name = call.name() == null ? "" : call.name();
    if (handled) {
      return showTools
          ? new Members("tool").with("name", name).with("state", "called").frames()
          : List.of();
    }
    passed.add(call.id());
    Members called = new Members("toolCall");
    if (call.id() != null) {
      called.with("id", call.id());
    }
    return called
        .with("name", name)
        .with("args", call.args() == null ? Json.EMPTY_OBJECT : call.args())
        .frames();
  }

  @Override
  public List<PeerFrame> warning(String message) {
    return new Members("warning").with("text", message).frames();
  }

  @Override
  public List<PeerFrame> goAway(Duration timeLeft) {
    return new Members("goAway").with("ms", Math.max(0, timeLeft.toMillis())).frames();
  }

  @Override
  public List<PeerFrame> end(String reason, boolean mayReturn) {
    return new Members("end")
        .with("reason", reason)
        .with("mayReturn", mayReturn)
        .frames();
  }

  /** The members of one message, in order. */
  private static final class Members {

    private final Map<String, Object> members = new LinkedHashMap<>();

    Members(String type) {
      members.put("type", type);
    }

    Members with(String name, Object value) {
      members.put(name, value);
      return this;
    }

    List<PeerFrame> frames() {
      return List.of(PeerFrame.of(Json.of(members).text()));
    }
  }
}
