package io.github.geminilive.testkit.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminilive.testkit.AudioPiece;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.Scenario;
import io.github.geminilive.testkit.Silence;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * The service's side of one connection: rules, turns, tools. Everything is guarded by this object's
 * lock; timers carry the epoch in which they were set, so that an interruption outdates them.
 */
public final class Session implements Ear.Listener {

  private static final int[] CHUNK_MS = {40, 60, 80, 120, 160, 200};
  private static final int BYTES_PER_MS = Utterance.RATE / 1000 * 2;
  private static final int AUDIO_TOKENS_PER_SECOND = 25;
  private static final int VERTEX_CAPTION_LEAD_MS = 400;
  private static final int EMPTY_CONTENT_EVERY = 7;
  private static final int MANY_TIMERS = 64;
  private static final int OVERLAP_POLLS = 200;
  private static final List<String> URGENCY = List.of("SILENT", "WHEN_IDLE", "INTERRUPT");

  private enum Phase {
    SETUP,
    COMPLETING,
    READY,
    OVER
  }

  private final ServerCore server;
  private final WireConnection wire;
  private final Endpoint endpoint;
  private final Time time;
  private final Options options;
  private Access access = Access.granted();
  private @Nullable ScriptRun run;
  private boolean rulesOn = true;
  private boolean scripted = true;

  private Phase phase = Phase.SETUP;
  private long messages;
  // How many of them the state holds that a handle would keep.
  private long consumed;
  // It also holds a later one, said while the user was speaking: no handle describes that.
  private boolean ahead;
  private JsonNode setup = Json.object();
  private Family family = Family.LIVE_3_8;
  private String model = "";
  private boolean manual;
  private boolean history;
  private Map<String, Boolean> nonBlocking = new HashMap<>();
  private Memory memory = new Memory();
  private Ear ear = new Ear(Json.object(), false, this);

  private boolean userSpeaking;
  private boolean window;
  private long windowBytes;
  private final StringBuilder windowText = new StringBuilder();

  private int epoch;
  private boolean turnOpen;
  private boolean sounding;
  private @Nullable Exchange current;
  // Whose turn it is, also when all of it is generated.
  private @Nullable Exchange answering;
  private long playbackEnd;
  private final Deque<Exchange> waiting = new ArrayDeque<>();
  private final List<ScheduledFuture<?>> timers = new ArrayList<>();
  private int callNumber = 1000;
  private int chunksSent;
  private double turnAudioInMs;
  private long turnTextIn;
  private double turnAudioOutMs;
  private long turnTextOut;

  Session(ServerCore server, WireConnection wire, Endpoint endpoint) {
    this.server = server;
    this.wire = wire;
    this.endpoint = endpoint;
    this.time = server.time();
    this.options = server.options();
  }

  synchronized void start(Access access, Script script) {
    this.access = access;
    this.rulesOn = script.rules();
    this.run = new ScriptRun(wire, this, time, script);
    guard(run::pump);
  }

  /** Runs what may run a test's own code, whose failure must not vanish on a server thread. */
  void guard(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | AssertionError e) {
      server.complain(wire, new Complaint(1011, "the test's script failed: " + e));
      wire.close(1011, "Internal error encountered.");
    }
  }

  /** The service has begun to end the connection: nothing more is said. */
  synchronized void onClosing() {
    phase = Phase.OVER;
    epoch++;
  }

  synchronized void onClosed() {
    onClosing();
    timers.forEach(timer -> timer.cancel(false));
    timers.clear();
    server.ended(wire);
  }

  private void violate(Complaint complaint) {
    server.complain(wire, complaint);
    wire.close(complaint.code(), complaint.reason());
  }

  private void emit(ObjectNode message) {
    wire.transmit(message);
  }

  private void content(ObjectNode serverContent) {
    emit(Json.object().set("serverContent", serverContent));
  }

  /** Runs a task later, unless an interruption or the end comes first. */
  private void later(Duration delay, Runnable task) {
    int set = epoch;
    own(time.after(delay, () -> {
      synchronized (this) {
        if (epoch == set && phase == Phase.READY) {
          guard(() -> {
            task.run();
            if (run != null) {
              run.pump();
            }
          });
        }
      }
    }));
  }

  synchronized void onMessage(@Nullable JsonNode json) {
    if (phase == Phase.OVER) {
      return;
    }
    if (json == null || !json.isObject()) {
      if (rulesOn) {
        violate(Complaint.invalid("Invalid JSON payload received. Unexpected token."));
      }
      return;
    }
    Shapes.Reading reading = Shapes.read(json, endpoint.vertex());
    Complaint complaint = rulesOn ? check(reading) : null;
    if (complaint != null) {
      violate(complaint);
      return;
    }
    ObjectNode message = reading.message();
    guard(() -> take(json, message));
  }

  private void take(JsonNode json, ObjectNode message) {
    if (phase == Phase.SETUP) {
      takeSetup(json, message);
      return;
    }
    messages++;
    hearAudio(message);
    JsonNode tools = message.path("contextUpdate").path("tools");
    if (!tools.isMissingNode()) {
      declare(tools.path("tools"));
    }
    if (scripted) {
      settleCalls(message);
      taken();
      if (run != null) {
        run.offer(json);
      }
    } else {
      dispatch(message);
      if (run != null) {
        run.pump();
      }
    }
  }

  private @Nullable Complaint check(Shapes.Reading reading) {
    if (phase == Phase.SETUP && access.closeCode() != 0) {
      return new Complaint(access.closeCode(), access.closeReason());
    }
    if (reading.complaint() != null) {
      return reading.complaint();
    }
    ObjectNode message = reading.message();
    if (message.size() != 1) {
      return Complaint.INVALID_ARGUMENT;
    }
    if (phase != Phase.READY) {
      return phase == Phase.SETUP && message.has("setup") ? null : Complaint.INVALID_ARGUMENT;
    }
    return Rules.message(message, this);
  }

  private void takeSetup(JsonNode raw, ObjectNode message) {
    JsonNode asked = message.path("setup");
    JsonNode effective = access.token() == null ? asked : access.token().lock(asked);
    if (rulesOn) {
      Complaint complaint =
          Rules.setup(effective, endpoint, access.token() != null, options.extraModels());
      if (complaint != null) {
        violate(complaint);
        return;
      }
    }
    setup = effective;
    wire.holdTo(effective);
    phase = Phase.COMPLETING;
    resume(raw, OVERLAP_POLLS);
  }

  /** Restores the memory of a handle; the service refuses it while its old connection is open. */
  private void resume(JsonNode raw, int polls) {
    if (phase != Phase.COMPLETING) {
      return;
    }
    String handle = setup.path("sessionResumption").path("handle").asText("");
    if (!handle.isEmpty() && rulesOn) {
      ServerCore.Saved saved = server.saved(handle);
      if (saved == null) {
        violate(new Complaint(1008, "BidiGenerateContent session not found"));
        return;
      }
      String asked = setup.path("model").asText();
      if (!saved.model().isEmpty() && !saved.model().equals(asked)) {
        violate(Complaint.INVALID_ARGUMENT);
        return;
      }
      if (!options.overlap() && saved.held()) {
        if (polls == 0) {
          violate(Complaint.invalid("Precondition check failed."));
          return;
        }
        // The old connection's end and this setup travel separately and may overtake each other.
        wire.soon(() -> {
          synchronized (this) {
            guard(() -> resume(raw, polls - 1));
          }
        });
        return;
      }
      memory = saved.memory().copy();
    } else if (access.token() != null && rulesOn && !server.tokens().begin(access.token())) {
      violate(new Complaint(1011, "The service is currently unavailable."));
      return;
    }
    if (run != null) {
      run.offer(raw);
    }
  }

  /** Answers the setup; called by scenarios. */
  public void completeSetup() {
    configure();
    if (options.setupDelay().isZero()) {
      sendSetupComplete();
    } else {
      int set = epoch;
      own(time.after(options.setupDelay(), () -> {
        synchronized (this) {
          if (epoch == set && phase == Phase.COMPLETING) {
            sendSetupComplete();
          }
        }
      }));
    }
  }

  private void configure() {
    model = setup.path("model").asText("");
    Family known = Rules.family(model, options.extraModels());
    family = known == null ? Family.LIVE_3_8 : known;
    JsonNode detection = setup.at("/realtimeInputConfig/automaticActivityDetection");
    manual = detection.path("disabled").asBoolean();
    history = setup.at("/historyConfig/initialHistoryInClientContent").asBoolean();
    ear = new Ear(detection, endpoint.vertex(), this);
    declare(setup.path("tools"));
  }

  private void declare(JsonNode tools) {
    Map<String, Boolean> declared = new HashMap<>();
    for (JsonNode tool : tools) {
      for (JsonNode function : tool.path("functionDeclarations")) {
        String behavior = function.path("behavior").asText("UNSPECIFIED");
        boolean async = behavior.equals("UNSPECIFIED")
            ? family.nonBlockingByDefault()
            : behavior.equals("NON_BLOCKING");
        declared.put(function.path("name").asText(), async);
      }
    }
    nonBlocking = declared;
  }

  private void sendSetupComplete() {
    phase = Phase.READY;
    ObjectNode complete = Json.object();
    if (endpoint.vertex()) {
      complete.put("sessionId", UUID.randomUUID().toString());
    }
    if (setup
        .at("/generationConfig/speechConfig/voiceConfig/replicatedVoiceConfig")
        .has("consentAudio")) {
      complete.set("voiceConsentSignature", Json.object().put("signature", "c2lnbmVk"));
    }
    Duration life = options.connectionLife();
    Duration notice = options.goAwayNotice();
    inLife(life.minus(notice), () -> wire.goAway(notice));
    inLife(life, () -> wire.close(1011, "Deadline expired before operation could complete."));
    if (access.token() != null) {
      inLife(
          Duration.between(time.now(), access.token().expires()),
          () -> wire.close(1008, "Auth token has expired."));
    }
    // Last: who moves the time by himself may do so from here on.
    emit(Json.object().set("setupComplete", complete));
    followOnSilence();
  }

  /** Owes what was not said on an earlier connection; a model does not speak by itself there. */
  private void followOnSilence() {
    boolean resumed = !setup.path("sessionResumption").path("handle").asText("").isEmpty();
    Hush.Lasting left = resumed ? silence() : server.takeSilence();
    memory.line.set(null);
    if (left == null || left.owed() == null) {
      return;
    }
    boolean answerComesAgain = left.where() == Silence.AFTER_TOOL_RESPONSE && memory.calls.any();
    if (!answerComesAgain) {
      boolean cured = left.yieldsTo(resumed ? Silence.Cure.RESUME : Silence.Cure.FRESH);
      fallSilent(Silence.AFTER_INPUT, cured ? Silence.Cure.NUDGE : left.cure(), left.owed());
    }
  }

  private Hush.@Nullable Lasting silence() {
    return memory.line.silence();
  }

  private boolean fallsSilent(Exchange exchange, Silence where) {
    return server.silences().takes(exchange, where);
  }

  private void fallSilent(Silence where, Silence.Cure cure, @Nullable Exchange exchange) {
    memory.line.set(new Hush.Lasting(where, cure, exchange));
    server.silent(memory.line);
  }

  /** Ends a silence if this is a step that helps; gives the answer that was owed. */
  private void breakSilence(Silence.Cure step) {
    Hush.Lasting lasting = silence();
    if (lasting == null || !lasting.yieldsTo(step)) {
      return;
    }
    if (step == Silence.Cure.NUDGE) {
      interrupt();
    }
    memory.line.set(null);
    if (lasting.where() == Silence.AFTER_INTERRUPTION) {
      completeTurn();
    }
    if (lasting.owed() != null) {
      begin(lasting.owed(), options.thinking());
    }
  }

  /** Runs a task at an age of the connection, if it gets that old. */
  private void inLife(Duration age, Runnable task) {
    own(time.after(age, () -> {
      synchronized (this) {
        if (phase == Phase.READY) {
          task.run();
        }
      }
    }));
  }

  /** Sees to it that a timer does not outlive the connection. */
  void own(@Nullable ScheduledFuture<?> timer) {
    if (timer != null) {
      if (timers.size() >= MANY_TIMERS) {
        timers.removeIf(ScheduledFuture::isDone);
      }
      timers.add(timer);
    }
  }

  /** Lets the persona take over; called by scenarios. */
  public void handOver() {
    scripted = false;
    if (run != null) {
      for (JsonNode next = run.take(); next != null; next = run.take()) {
        if (!next.has("setup")) {
          dispatch(Shapes.read(next, endpoint.vertex()).message());
        }
      }
    }
  }

  /** Keeps the books of messages that a test sends by itself. */
  synchronized void noteSent(JsonNode json) {
    if (json.has("setupComplete") && phase == Phase.COMPLETING) {
      configure();
      phase = Phase.READY;
    }
    for (JsonNode call : json.path("toolCall").path("functionCalls")) {
      String name = call.path("name").asText();
      String id = call.path("id").asText("");
      boolean blocks = !nonBlocking.getOrDefault(name, family.nonBlockingByDefault());
      memory.calls.enter(id, new Calls.Open(name, blocks, null));
    }
    for (JsonNode id : json.path("toolCallCancellation").path("ids")) {
      memory.calls.cancel(id.asText());
    }
    JsonNode update = json.path("sessionResumptionUpdate");
    String handle = update.path("newHandle").asText("");
    if (!handle.isEmpty()) {
      keep(handle);
    }
  }

  boolean manual() {
    return manual;
  }

  boolean initialHistory() {
    return history;
  }

  Family family() {
    return family;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** Returns the function's name for an open call, "" for a cancelled one, null for no call. */
  @Nullable
  String calledName(String id) {
    Calls.Open call = memory.calls.find(id);
    if (call != null) {
      return call.name();
    }
    return memory.calls.isCancelled(id) ? "" : null;
  }

  boolean callOpen(String name) {
    return memory.calls.any(name);
  }

  /** Tells why there is no open call of this id, in words for a test's author. */
  String whyNoCall(String id) {
    return memory.calls.whyNot(id);
  }

  private void hearAudio(ObjectNode message) {
    JsonNode blob = message.path("realtimeInput").path("audio");
    if (blob.isMissingNode()) {
      blob = message.path("realtimeInput").path("mediaChunks").path(0);
    }
    String mime = blob.path("mimeType").asText("");
    byte[] pcm = Json.base64(blob.path("data").asText(""));
    if (pcm == null || !Rules.isPcm(mime)) {
      return;
    }
    int rate = Rules.rate(mime);
    wire.recordAudio(new AudioPiece(mime, rate, pcm.length), pcm);
    if (scripted) {
      return;
    }
    if (!manual) {
      turnAudioInMs += pcm.length * 500.0 / rate;
      ear.hear(pcm, rate);
    } else if (window) {
      turnAudioInMs += pcm.length * 500.0 / rate;
      windowBytes += pcm.length;
    }
  }

  private void dispatch(ObjectNode message) {
    if (message.has("realtimeInput")) {
      realtime(message.get("realtimeInput"));
    } else if (message.has("clientContent")) {
      clientContent(message.get("clientContent"));
    } else if (message.has("toolResponse")) {
      toolResponse(message.get("toolResponse"));
    }
    taken();
    boolean whole = !ahead && !memory.calls.anyBlocking();
    if (transparent() && !busy() && whole && messages % 8 == 0) {
      tellResumable(true);
    }
  }

  /** The state holds all messages so far; what somebody is still saying, no handle keeps. */
  private void taken() {
    if (!window && !userSpeaking) {
      consumed = messages;
      ahead = false;
    }
  }

  /** The state holds this message, whether or not it holds those before it. */
  private void takenAtOnce() {
    ahead |= window || userSpeaking;
    taken();
  }

  private void realtime(JsonNode input) {
    if (input.path("audioStreamEnd").asBoolean()) {
      breakSilence(Silence.Cure.END_OF_SPEECH);
      ear.flush();
    }
    if (input.has("activityStart")) {
      if (!window) {
        windowBytes = 0;
        windowText.setLength(0);
      }
      window = true;
      speechStarted(0);
    }
    if (input.has("text")) {
      String text = input.path("text").asText();
      if (window) {
        windowText.append(text);
      } else if (silence() != null && text.codePoints().noneMatch(Character::isLetterOrDigit)) {
        breakSilence(Silence.Cure.NUDGE);
      } else {
        textTurn(text, !interruptible());
      }
    }
    if (input.has("activityEnd") && silence() != null && windowBytes == 0) {
      window = false;
      userSpeaking = false;
      breakSilence(Silence.Cure.END_OF_SPEECH);
    } else if (input.has("activityEnd") && window) {
      window = false;
      if (windowText.length() > 0 && windowBytes == 0) {
        userSpeaking = false;
        textTurn(windowText.toString(), true);
      } else {
        if (windowText.length() > 0) {
          memory.add("user: " + windowText);
        }
        speechEnded(0, windowBytes);
        windowBytes = 0;
      }
    }
  }

  private void textTurn(String text, boolean quietly) {
    if (!quietly) {
      interrupt();
    }
    memory.add("user: " + text);
    takenAtOnce();
    turnTextIn += tokens(text);
    respond(options.persona().forText(text), text, 0);
  }

  private void clientContent(JsonNode content) {
    StringBuilder last = new StringBuilder();
    boolean complete = content.path("turnComplete").asBoolean();
    boolean empty = content.path("turns").isEmpty();
    if (complete && empty && silence() != null) {
      breakSilence(Silence.Cure.NUDGE);
      return;
    }
    interrupt();
    for (JsonNode turn : content.path("turns")) {
      String role = turn.path("role").asText("user");
      last.setLength(0);
      for (JsonNode part : turn.path("parts")) {
        last.append(part.path("text").asText(""));
      }
      memory.add(role + ": " + last);
      turnTextIn += tokens(last.toString());
    }
    takenAtOnce();
    if (history) {
      history = !complete;
      if (complete) {
        tellResumable(true);
      }
      return;
    }
    if (complete) {
      respond(options.persona().forText(last.toString()), last.toString(), 0);
    }
  }

  @Override
  public void speechStarted(long offsetMs) {
    userSpeaking = true;
    voiceActivity("ACTIVITY_START", offsetMs);
    if (interruptible()) {
      interrupt();
    }
  }

  @Override
  public void speechEnded(long offsetMs, long lengthMs) {
    userSpeaking = false;
    voiceActivity("ACTIVITY_END", offsetMs);
    memory.spokenTurns++;
    PersonaScript.Rule rule = options.persona().forSpeech(memory.spokenTurns);
    String heard = rule == null || rule.heard() == null ? "Hello." : rule.heard();
    memory.add("user: " + heard);
    taken();
    if (options.persona().silent()) {
      return;
    }
    if (setup.has("inputAudioTranscription") || family == Family.TRANSCRIBE) {
      transcribe(heard, offsetMs - lengthMs, lengthMs);
    }
    if (family == Family.TRANSCRIBE) {
      turnOpen = true;
      completeTurn();
    } else {
      respond(rule, heard, memory.spokenTurns);
    }
  }

  private boolean interruptible() {
    return !setup.at("/realtimeInputConfig/activityHandling").asText("").equals("NO_INTERRUPTION");
  }

  private void voiceActivity(String type, long offsetMs) {
    if (setup.path("explicitVadSignal").asBoolean()) {
      emit(Json.object()
          .set(
              "voiceActivity",
              Json.object()
                  .put("type", type)
                  .put("audioOffset", Json.duration(Duration.ofMillis(offsetMs)))));
    }
  }

  private void transcribe(String heard, long startMs, long lengthMs) {
    List<String> pieces = pieces(heard, family == Family.LIVE_3_1 ? Integer.MAX_VALUE : 3);
    if (family == Family.TRANSCRIBE) {
      StringBuilder interim = new StringBuilder();
      for (String piece : pieces) {
        interim.append(piece);
        content(transcription("interimInputTranscription", interim.toString(), false));
      }
      ObjectNode last = transcription("inputTranscription", heard, true);
      if (setup.at("/inputAudioTranscription/wordTimestamp").asBoolean()) {
        timeWords((ObjectNode) last.get("inputTranscription"), heard, startMs, lengthMs);
      }
      content(last);
      return;
    }
    for (String piece : pieces) {
      content(transcription("inputTranscription", piece, false));
    }
    if (endpoint.vertex()) {
      content(Json.object().set("inputTranscription", Json.object().put("finished", true)));
    }
  }

  /** Spreads the words over the time of the speech, by their lengths. */
  private static void timeWords(
      ObjectNode transcription, String heard, long startMs, long lengthMs) {
    ArrayNode words = transcription.putArray("words");
    int at = 0;
    for (String word : heard.split(" ")) {
      words
          .addObject()
          .put("word", word)
          .put("startOffset", offset(startMs + lengthMs * at / heard.length()))
          .put("endOffset", offset(startMs + lengthMs * (at + word.length()) / heard.length()));
      at += word.length() + 1;
    }
  }

  private static String offset(long ms) {
    return Json.duration(Duration.ofMillis(ms));
  }

  private static ObjectNode transcription(String member, String text, boolean finished) {
    ObjectNode transcription = Json.object().put("text", text);
    if (finished) {
      transcription.put("finished", true);
    }
    return Json.object().set(member, transcription);
  }

  /** Cuts a text before the spaces of every n-th word. */
  private static List<String> pieces(String text, int words) {
    List<String> out = new ArrayList<>();
    StringBuilder piece = new StringBuilder();
    int count = 0;
    for (String word : text.split("(?= )")) {
      piece.append(word);
      if (++count % words == 0) {
        out.add(piece.toString());
        piece.setLength(0);
      }
    }
    if (piece.length() > 0) {
      out.add(piece.toString());
    }
    return out;
  }

  /** Whether the model speaks, or is taken to be heard, or waits within its turn. */
  public boolean busy() {
    return turnOpen;
  }

  /** Whether a scenario's moment has come. */
  public boolean isAt(Scenario.Moment moment) {
    boolean userAtWork = userSpeaking || window;
    return switch (moment) {
      case USER_SPEAKS -> userAtWork;
      case MODEL_SPEAKS -> turnOpen && sounding;
      case CALL_OPEN -> memory.calls.any();
      case QUIET -> !turnOpen && !userAtWork && waiting.isEmpty() && !memory.calls.any();
    };
  }

  /** Speaks on a test's behalf. */
  public synchronized void say(String text) {
    Exchange exchange = new Exchange(List.of(new Action.Say(moment -> text, false)), "", 0);
    if (turnOpen) {
      waiting.add(exchange);
    } else {
      begin(exchange, Duration.ZERO);
    }
  }

  private void respond(PersonaScript.@Nullable Rule rule, String text, int spokenTurn) {
    if (rule == null) {
      return;
    }
    Exchange exchange = new Exchange(rule.actions(), text, spokenTurn);
    exchange.hush = rule.hush() != null ? rule.hush() : options.persona().hush();
    Hush.Lasting lasting = silence();
    if (lasting != null) {
      boolean interrupting =
          lasting.where() == Silence.AFTER_INTERRUPTION && lasting.owed() == null;
      memory.line.set(interrupting ? lasting.owing(exchange) : null);
      if (interrupting) {
        return;
      }
    }
    if (turnOpen) {
      waiting.add(exchange);
    } else {
      begin(exchange, options.thinking());
    }
  }

  private void begin(Exchange exchange, Duration thinking) {
    Hush hush = exchange.hush;
    if (hush != null && fallsSilent(exchange, Silence.AFTER_INPUT)) {
      fallSilent(Silence.AFTER_INPUT, hush.cure(), exchange);
      return;
    }
    turnOpen = true;
    sounding = false;
    current = exchange;
    answering = exchange;
    exchange.parked = false;
    exchange.blocked = false;
    tellResumable(false);
    if (!endpoint.vertex()) {
      content(Json.object());
    }
    if (thinking.isZero()) {
      advance(exchange);
    } else {
      later(thinking, () -> advance(exchange));
    }
  }

  private void advance(Exchange exchange) {
    while (!exchange.left.isEmpty()) {
      Action next = exchange.left.peek();
      if (next instanceof Action.Call) {
        if (callFunctions(exchange)) {
          return;
        }
        continue;
      }
      if (next instanceof Action.Send send) {
        exchange.left.remove();
        wire.send(send.message().apply(moment(exchange)));
        continue;
      }
      if (next instanceof Action.Cancel) {
        exchange.left.remove();
        cancelCalls(exchange);
        continue;
      }
      Action.Say say = (Action.Say) next;
      if (say.needsResults() && !exchange.open.isEmpty()) {
        exchange.parked = true;
        break;
      }
      Hush hush = exchange.hush;
      if (hush != null && staysUnsaid(exchange, say, hush)) {
        return;
      }
      exchange.left.remove();
      String text = say.words().apply(moment(exchange));
      if (!text.isEmpty()) {
        speak(text, () -> advance(exchange));
        return;
      }
    }
    endGeneration();
  }

  /** Falls silent at the next words, if the answer is to do so there. */
  private boolean staysUnsaid(Exchange exchange, Action.Say say, Hush hush) {
    String text = say.words().apply(moment(exchange));
    if (text.isEmpty()) {
      return false;
    }
    if (say.needsResults() && fallsSilent(exchange, Silence.AFTER_TOOL_RESPONSE)) {
      fallSilent(Silence.AFTER_TOOL_RESPONSE, hush.cure(), exchange);
      return true;
    }
    if (fallsSilent(exchange, Silence.MID_TURN)) {
      List<String> pieces = pieces(text, 1);
      String half = String.join("", pieces.subList(0, (pieces.size() + 1) / 2));
      speak(half, () -> fallSilent(Silence.MID_TURN, hush.cure(), exchange));
      return true;
    }
    if (fallsSilent(exchange, Silence.TRANSCRIPT_WITHOUT_AUDIO)) {
      if (outputTranscribed()) {
        pieces(text, 3)
            .forEach(piece -> content(transcription("outputTranscription", piece, false)));
      }
      fallSilent(Silence.TRANSCRIPT_WITHOUT_AUDIO, hush.cure(), exchange);
      return true;
    }
    if (fallsSilent(exchange, Silence.THOUGHTS_ONLY)) {
      ObjectNode thought = Json.object().put("text", "How do I put that?").put("thought", true);
      modelTurn(Json.array().add(thought), null);
      fallSilent(Silence.THOUGHTS_ONLY, hush.cure(), exchange);
      return true;
    }
    return false;
  }

  /** Sends the calls that come next in one message; returns whether the model waits for them. */
  private boolean callFunctions(Exchange exchange) {
    ArrayNode calls = Json.array();
    boolean blocking = false;
    while (exchange.left.peek() instanceof Action.Call call) {
      exchange.left.remove();
      if (call.onlyIfDeclared() && !nonBlocking.containsKey(call.name())) {
        continue;
      }
      String id =
          endpoint.vertex() ? UUID.randomUUID().toString() : "fc_" + wire.number() + callNumber++;
      boolean blocks = !nonBlocking.getOrDefault(call.name(), family.nonBlockingByDefault());
      blocking |= blocks;
      memory.calls.enter(id, new Calls.Open(call.name(), blocks, exchange));
      exchange.open.add(id);
      ObjectNode json = calls.addObject().put("id", id).put("name", call.name());
      JsonNode args = call.args().apply(moment(exchange));
      if (!args.isEmpty()) {
        json.set("args", args);
      }
    }
    if (calls.isEmpty()) {
      return false;
    }
    emit(Json.object().set("toolCall", Json.object().set("functionCalls", calls)));
    tellResumable(false);
    exchange.blocked = blocking;
    if (blocking && endpoint.vertex()) {
      content(Json.object().put("generationComplete", true));
      completeTurn();
    }
    return blocking;
  }

  private void cancelCalls(Exchange exchange) {
    if (exchange.open.isEmpty()) {
      return;
    }
    ArrayNode ids = Json.array();
    memory.calls.cancel(call -> exchange.open.contains(call.getKey())).forEach(ids::add);
    exchange.open.clear();
    emit(Json.object().set("toolCallCancellation", Json.object().set("ids", ids)));
  }

  private void speak(String text, Runnable then) {
    if (textOut()) {
      for (String piece : pieces(text, 4)) {
        modelTurn(Json.array().add(Json.object().put("text", piece)), null);
        memory.add("model: " + piece);
        turnTextOut += tokens(piece);
      }
      then.run();
      return;
    }
    Speaking speaking = new Speaking(Voice.render(text), then);
    speaking.startedAt = time.nanoTime();
    pour(speaking);
  }

  /** Speech on its way out. */
  private static final class Speaking {
    final Utterance utterance;
    final Runnable then;
    final StringBuilder said = new StringBuilder();
    int at;
    int word;
    int chunk;
    long startedAt;

    Speaking(Utterance utterance, Runnable then) {
      this.utterance = utterance;
      this.then = then;
    }
  }

  private void pour(Speaking speaking) {
    byte[] pcm = speaking.utterance.pcm();
    while (speaking.at < pcm.length) {
      // The service's first audio message of a turn holds a single sample.
      int ms = CHUNK_MS[Math.min(speaking.chunk, CHUNK_MS.length - 1)];
      int size = speaking.at == 0 ? 2 : ms * BYTES_PER_MS;
      int end = Math.min(pcm.length, speaking.at + size);
      sendChunk(speaking, end);
      if (speaking.at > 2) {
        speaking.chunk++;
      }
      if (options.speed() > 0 && speaking.at < pcm.length) {
        long due = speaking.startedAt + (long) (speaking.at * 1e6 / BYTES_PER_MS / options.speed());
        later(Duration.ofNanos(Math.max(0, due - time.nanoTime())), () -> pour(speaking));
        return;
      }
    }
    if (outputTranscribed() && endpoint.vertex()) {
      content(Json.object().set("outputTranscription", Json.object().put("finished", true)));
    }
    speaking.then.run();
  }

  private void sendChunk(Speaking speaking, int end) {
    byte[] pcm = speaking.utterance.pcm();
    int endMs = end / BYTES_PER_MS + (endpoint.vertex() ? VERTEX_CAPTION_LEAD_MS : 1);
    if (end == pcm.length) {
      endMs = Integer.MAX_VALUE;
    }
    StringBuilder words = new StringBuilder();
    List<Utterance.Word> all = speaking.utterance.words();
    while (speaking.word < all.size() && all.get(speaking.word).startMs() < endMs) {
      words.append(all.get(speaking.word++).text());
    }
    String caption = words.toString();
    if (!caption.isEmpty()) {
      remember(speaking, caption);
    }
    boolean captioned = outputTranscribed() && !caption.isEmpty();
    if (captioned && endpoint.vertex()) {
      content(transcription("outputTranscription", caption, false));
    }
    ArrayNode parts = Json.array();
    int middle = (speaking.at + (end - speaking.at) / 2) & ~1;
    if (family.isThree() && !endpoint.vertex() && speaking.chunk % 5 == 4) {
      parts.add(audioPart(pcm, speaking.at, middle));
      parts.add(audioPart(pcm, middle, end));
    } else {
      parts.add(audioPart(pcm, speaking.at, end));
    }
    modelTurn(parts, captioned && !endpoint.vertex() ? caption : null);
    if (!endpoint.vertex() && ++chunksSent % EMPTY_CONTENT_EVERY == 0) {
      content(Json.object());
    }
    double ms = (end - speaking.at) / (double) BYTES_PER_MS;
    sounding = true;
    turnAudioOutMs += ms;
    playbackEnd = Math.max(playbackEnd, time.nanoTime()) + (long) (ms * 1e6 * options.playback());
    speaking.at = end;
  }

  /** Only what was sent stays in the history. */
  private void remember(Speaking speaking, String caption) {
    boolean begun = speaking.said.length() > 0;
    speaking.said.append(caption);
    String line = "model: " + speaking.said.toString().strip();
    if (begun) {
      memory.replaceLast(line);
    } else {
      memory.add(line);
    }
  }

  private ObjectNode audioPart(byte[] pcm, int from, int to) {
    byte[] piece = Arrays.copyOfRange(pcm, from, to);
    String mime = endpoint.vertex() ? "audio/pcm" : "audio/pcm;rate=24000";
    if (modality().equals("VIDEO")) {
      mime = "video/mp4; codecs=\"avc1.42c01f, mp4a.40.2\"";
      piece = mp4Boxes(piece, from == 0);
    }
    return Json.object()
        .set("inlineData", Json.object().put("mimeType", mime).put("data", Json.base64(piece)));
  }

  /** Boxes in the order of an MP4 stream; not a film that a player could show. */
  private static byte[] mp4Boxes(byte[] payload, boolean first) {
    ByteBuffer out = ByteBuffer.allocate((first ? 16 : 0) + 8 + payload.length);
    if (first) {
      out.putInt(16).put("ftypiso5".getBytes(US_ASCII)).putInt(0x200);
    }
    return out.putInt(8 + payload.length)
        .put("mdat".getBytes(US_ASCII))
        .put(payload)
        .array();
  }

  private void modelTurn(ArrayNode parts, @Nullable String caption) {
    ObjectNode turn = Json.object();
    if (endpoint.vertex()) {
      turn.put("role", "model");
    }
    turn.set("parts", parts);
    ObjectNode serverContent = Json.object().set("modelTurn", turn);
    if (caption != null) {
      serverContent.set("outputTranscription", Json.object().put("text", caption));
    }
    content(serverContent);
  }

  private void endGeneration() {
    content(Json.object().put("generationComplete", true));
    boolean more = current != null && current.parked;
    current = null;
    tellResumable(true);
    long left = playbackEnd - time.nanoTime();
    if (left > 0) {
      later(Duration.ofNanos(left), () -> endTurn(more));
    } else {
      endTurn(more);
    }
  }

  private void endTurn(boolean more) {
    completeTurn(more);
    goOn();
  }

  private void goOn() {
    if (!turnOpen && !userSpeaking && silence() == null && !waiting.isEmpty()) {
      begin(waiting.remove(), Duration.ZERO);
    }
  }

  private void completeTurn() {
    completeTurn(false);
  }

  private void completeTurn(boolean more) {
    turnOpen = false;
    ObjectNode content = Json.object().put("turnComplete", true);
    if (endpoint.vertex()) {
      content.set("groundingMetadata", Json.object());
    }
    if (family == Family.EXTENDED_THINKING) {
      content.put("interactionStatus", more ? "IN_PROGRESS" : "IDLE");
    }
    ObjectNode message = Json.object().set("serverContent", content);
    message.set("usageMetadata", usage());
    emit(message);
    tellResumable(!memory.calls.anyBlocking());
  }

  private ObjectNode usage() {
    memory.contextTextTokens += turnTextIn;
    memory.contextAudioTokens += Math.round(turnAudioInMs * AUDIO_TOKENS_PER_SECOND / 1000);
    long prompt = memory.contextTextTokens + memory.contextAudioTokens;
    long audioOut = Math.round(turnAudioOutMs * AUDIO_TOKENS_PER_SECOND / 1000);
    long answer = audioOut + turnTextOut;
    String answered = endpoint.vertex() ? "candidatesToken" : "responseToken";
    ObjectNode usage = Json.object().put("promptTokenCount", prompt);
    if (answer > 0) {
      usage.put(answered + "Count", answer);
    }
    usage.put("totalTokenCount", prompt + answer);
    details(usage, "promptTokensDetails", memory.contextTextTokens, memory.contextAudioTokens);
    details(usage, answered + "sDetails", turnTextOut, audioOut);
    if (endpoint.vertex()) {
      usage.put("trafficType", "ON_DEMAND");
    }
    memory.contextTextTokens += turnTextOut;
    memory.contextAudioTokens += audioOut;
    turnTextIn = 0;
    turnAudioInMs = 0;
    turnTextOut = 0;
    turnAudioOutMs = 0;
    return usage;
  }

  private static void details(ObjectNode usage, String member, long text, long audio) {
    ArrayNode details = Json.array();
    if (text > 0) {
      details.addObject().put("modality", "TEXT").put("tokenCount", text);
    }
    if (audio > 0) {
      details.addObject().put("modality", "AUDIO").put("tokenCount", audio);
    }
    if (!details.isEmpty()) {
      usage.set(member, details);
    }
  }

  private void interrupt() {
    boolean blocked = memory.calls.anyBlocking();
    if (!turnOpen && !blocked) {
      return;
    }
    epoch++;
    current = null;
    playbackEnd = 0;
    boolean wasOpen = turnOpen;
    Exchange cut = answering;
    memory.line.set(null);
    if (wasOpen) {
      content(Json.object().put("interrupted", true));
    }
    if (blocked) {
      ArrayNode ids = Json.array();
      memory.calls.cancel(call -> call.getValue().blocking()).forEach(ids::add);
      emit(Json.object().set("toolCallCancellation", Json.object().set("ids", ids)));
    }
    Hush hush = cut == null ? null : cut.hush;
    if (wasOpen && cut != null && hush != null && fallsSilent(cut, Silence.AFTER_INTERRUPTION)) {
      turnOpen = false;
      fallSilent(Silence.AFTER_INTERRUPTION, hush.cure(), null);
    } else if (wasOpen) {
      completeTurn();
    }
  }

  private boolean outputTranscribed() {
    return setup.has("outputAudioTranscription");
  }

  private boolean textOut() {
    return modality().equals("TEXT");
  }

  private String modality() {
    return setup.at("/generationConfig/responseModalities/0").asText("AUDIO");
  }

  private static long tokens(String text) {
    return (text.length() + 3) / 4;
  }

  private Persona.Moment moment(Exchange exchange) {
    List<String> said = memory.history();
    Set<String> declared = Set.copyOf(nonBlocking.keySet());
    return new Persona.Moment() {
      @Override
      public String text() {
        return exchange.text;
      }

      @Override
      public int spokenTurn() {
        return exchange.spokenTurn;
      }

      @Override
      public List<String> history() {
        return said;
      }

      @Override
      public boolean declares(String function) {
        return declared.contains(function);
      }

      @Override
      public JsonNode result() {
        return exchange.result;
      }

      @Override
      public Map<String, JsonNode> results() {
        return Map.copyOf(exchange.results);
      }
    };
  }

  /** Strikes answered calls of a scripted connection from the books. */
  private void settleCalls(ObjectNode message) {
    for (JsonNode response : message.path("toolResponse").path("functionResponses")) {
      if (!response.path("willContinue").asBoolean()) {
        memory.calls.settle(memory.calls.keyOf(response));
      }
    }
  }

  private void toolResponse(JsonNode toolResponse) {
    takenAtOnce();
    for (JsonNode response : toolResponse.path("functionResponses")) {
      String id = memory.calls.keyOf(response);
      Calls.Open call = memory.calls.find(id);
      if (call == null) {
        continue;
      }
      boolean more = response.path("willContinue").asBoolean();
      if (!more) {
        memory.calls.settle(id);
      }
      Exchange exchange = call.exchange();
      if (exchange == null) {
        continue;
      }
      JsonNode result = response.path("response");
      if (!result.isEmpty()) {
        exchange.results.put(call.name(), result);
        exchange.result = result;
      }
      String scheduling = response.path("scheduling").asText("WHEN_IDLE");
      if (URGENCY.indexOf(scheduling) > URGENCY.indexOf(exchange.scheduling)) {
        exchange.scheduling = scheduling;
      }
      if (!more) {
        exchange.open.remove(id);
        if (exchange.open.isEmpty()) {
          String most = exchange.scheduling;
          exchange.scheduling = "";
          answered(exchange, call.blocking(), most);
        }
      }
    }
  }

  private void answered(Exchange exchange, boolean blocking, String scheduling) {
    Hush hush = exchange.hush;
    boolean due =
        exchange.blocked || (exchange.parked && (blocking || !scheduling.equals("SILENT")));
    if (hush != null && due && fallsSilent(exchange, Silence.AFTER_TOOL_RESPONSE)) {
      tellResumable(true);
      fallSilent(Silence.AFTER_TOOL_RESPONSE, hush.cure(), exchange);
      return;
    }
    if (exchange.blocked) {
      tellResumable(true);
      if (turnOpen) {
        later(options.thinking(), () -> advance(exchange));
      } else {
        begin(exchange, options.thinking());
      }
      return;
    }
    if (!exchange.parked) {
      // Still speaking; the words that need the result follow by themselves.
      return;
    }
    if (!blocking && scheduling.equals("SILENT")) {
      tellResumable(true);
      return;
    }
    boolean waitsForUser = userSpeaking && family != Family.NATIVE_2_5;
    if (!blocking && scheduling.equals("INTERRUPT") && !waitsForUser) {
      interrupt();
      begin(exchange, options.thinking());
    } else if (turnOpen || userSpeaking) {
      waiting.add(exchange);
    } else {
      begin(exchange, options.thinking());
    }
  }

  /** Says whether the session can be resumed at this point; called by scenarios. */
  public void updateHandle() {
    tellResumable(!memory.calls.anyBlocking());
  }

  private boolean transparent() {
    return setup.at("/sessionResumption/transparent").asBoolean();
  }

  /** Tells whether the session can be resumed at this point, if the client wants to know. */
  private void tellResumable(boolean resumable) {
    // The 3.1 preview was seen to send handles unasked.
    boolean wanted =
        setup.has("sessionResumption") || (family == Family.LIVE_3_1 && !endpoint.vertex());
    if (!wanted || phase != Phase.READY) {
      return;
    }
    if (resumable && !(ahead && transparent())) {
      giveHandle();
    } else {
      emit(update(null));
    }
  }

  private ObjectNode update(@Nullable String handle) {
    ObjectNode update = Json.object();
    if (handle != null) {
      update.put("newHandle", handle).put("resumable", true);
    }
    if (transparent()) {
      update.put("lastConsumedClientMessageIndex", Long.toString(consumed));
    }
    return Json.object().set("sessionResumptionUpdate", update);
  }

  synchronized String giveHandle() {
    String handle = UUID.randomUUID().toString();
    keep(handle);
    emit(update(handle));
    return handle;
  }

  private void keep(String handle) {
    Instant expires = time.now().plus(options.handleLife());
    server.save(
        handle, new ServerCore.Saved(memory.copy(), model, expires, new WeakReference<>(wire)));
  }
}
