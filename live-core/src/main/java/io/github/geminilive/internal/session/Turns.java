package io.github.geminilive.internal.session;

import io.github.geminilive.AudioChunk;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.protocol.Blob;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.InteractionStatus;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.protocol.ServerContent;
import io.github.geminilive.protocol.Transcription;
import io.github.geminilive.protocol.UsageMetadata;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes turns out of what the service says. Guarded by the engine's lock.
 *
 * <p>What the service calls a turn is not one: {@code turnComplete} may come before a tool's answer
 * (Vertex AI) or while more follows ({@code IN_PROGRESS}); {@code interrupted} may come with
 * nothing running, or after {@code turnComplete}; transcripts come in no promised order.
 */
final class Turns {

  /**
   * How long after {@code interrupted} audio still counts as a late rest of the cut answer, unless
   * the service closes the turn first. Audio after that is a new answer: better a rest too much
   * than a model that is never heard again.
   */
  private static final long LATE_AUDIO_NANOS = 3_000_000_000L;

  /**
   * How long an answer that was asked for counts as owed. A model may leave input unanswered, and
   * what waits for its answer must not wait for ever.
   */
  private static final long OWED_NANOS = 10_000_000_000L;

  private static final Part EMPTY_PART = Part.builder().build();

  private final Consumer<LiveEvent> out;
  private final long keepAudioBytes;
  private final boolean completesBeforeAnswers;
  private final HeardLedger heard;
  private final Consumer<LiveTurn> onBegun;

  private @Nullable TurnState current;
  // An answer that was cut, and whose turnComplete is still to come.
  private @Nullable TurnState cut;
  private long cutAtNanos;
  // Audio of an ended turn may still be playing, or waiting in a buffer that keeps the turn alive.
  private WeakReference<TurnState> last = new WeakReference<>(null);
  // The service has said turnComplete, but a call is open or more was announced.
  private boolean suspended;
  // … and it was more that was announced.
  private boolean announced;
  // Calls of the running turn that are not answered, and whether the model waits for them.
  private final Map<String, Boolean> openCalls = new HashMap<>();
  // A call was answered that the model has yet to speak of.
  private boolean owed;
  // The turn whose turnComplete stands in the message at hand.
  private @Nullable TurnState completed;
  // The application asked for an answer in so many words, and no turn has begun since.
  private boolean requested;
  private long requestedAtNanos;
  private boolean ending;
  private boolean endingCut;
  // The model has produced all of the running turn; what is left is to say so.
  private boolean generated;
  // The cut answer goes on at the service, which could not be told: it is late however long it
  // takes.
  private boolean cutHereOnly;
  // It was the application that cut it, which wants no more of it, not even the words.
  private boolean cutForGood;
  // The service was told to stop, and has yet to say that it did.
  private boolean stopping;
  private long stoppingSinceNanos;
  // What comes is no late rest of the cut answer any more.
  private boolean cutIsPast;
  // The application cut it before the model had shown anything of it.
  private boolean cutUnseen;
  // The service has said that something is cut while nothing was running here, and may close it.
  private boolean closesNothing;
  private long closesNothingSinceNanos;
  // The model has shown something of the running turn.
  private boolean shown;
  private long begun;
  // Also read without the lock.
  private final AtomicLong answers = new AtomicLong();
  private long lateAudioNanos;

  /**
   * Turns of one session.
   *
   * @param out takes the events
   * @param keepAudioBytes how much of its audio a turn keeps
   * @param completesBeforeAnswers whether the service says {@code turnComplete} at a blocking call,
   *     before it is answered (Vertex AI)
   * @param heard keeps account of what of their audio was heard
   * @param onBegun hears of turns that begin
   */
  Turns(
      Consumer<LiveEvent> out,
      long keepAudioBytes,
      boolean completesBeforeAnswers,
      HeardLedger heard,
      Consumer<LiveTurn> onBegun) {
    this.out = out;
    this.keepAudioBytes = keepAudioBytes;
    this.completesBeforeAnswers = completesBeforeAnswers;
    this.heard = heard;
    this.onBegun = onBegun;
  }

  /** Turns begun so far. */
  long begun() {
    return begun;
  }

  /**
   * How many answers the service has begun to give, or ended that the application had stopped
   * before; without the lock. Others that it cut before they began do not count: when it says so, it
   * may not have taken in the words that cut them.
   */
  long answers() {
    return answers.get();
  }

  /** Length of the audio that came too late to be delivered. */
  long lateAudioNanos() {
    return lateAudioNanos;
  }

  private TurnState running() {
    if (current == null) {
      current = new TurnState(++begun, keepAudioBytes, heard.line());
      suspended = false;
      requested = false;
      generated = false;
      closesNothing = false;
      shown = false;
      onBegun.accept(current);
    }
    return current;
  }

  /** The model answers in the running turn. */
  private void show() {
    if (!shown) {
      shown = true;
      answers.incrementAndGet();
    }
  }

  /** What the service has cut is over here, or never began. */
  private void expectClose(long nowNanos) {
    closesNothing = cut == null;
    closesNothingSinceNanos = nowNanos;
  }

  /**
   * One {@code serverContent}, in the order of facts that {@link LiveEvent} promises.
   *
   * @param sinceOpen now, since the session opened
   * @param lastInputSent when input last left, since the session opened; null when none did
   */
  void onContent(
      ServerContent content, long nowNanos, Duration sinceOpen, @Nullable Duration lastInputSent) {
    if (isTrue(content.interrupted())) {
      onInterrupted(nowNanos);
    }
    onInput(content.inputTranscription(), false);
    onInput(content.interimInputTranscription(), true);
    Duration audioBefore = current == null ? Duration.ZERO : current.audioDuration();
    if (content.modelTurn() != null) {
      onModelTurn(content.modelTurn(), nowNanos, sinceOpen, lastInputSent);
    }
    if (content.outputTranscription() != null) {
      onOutput(content.outputTranscription(), nowNanos, audioBefore);
    }
    if (content.groundingMetadata() != null) {
      out.accept(new LiveEvent.Grounding(spokenOf(), content.groundingMetadata()));
    }
    if (content.urlContextMetadata() != null) {
      out.accept(new LiveEvent.UrlContext(spokenOf(), content.urlContextMetadata()));
    }
    if (isTrue(content.generationComplete())) {
      out.accept(new LiveEvent.GenerationComplete(current));
      generated = current != null && cut == null;
    }
    if (isTrue(content.waitingForInput())) {
      out.accept(new LiveEvent.WaitingForInput(running()));
    }
    if (isTrue(content.turnComplete())) {
      onTurnComplete(content, nowNanos);
    } else if (InteractionStatus.IDLE.equals(content.interactionStatus()) && suspended) {
      // The exchange that was announced to go on has ended without another turnComplete.
      ending = openCalls.isEmpty();
    }
  }

  /** The turn that sources belong to. They come at its end, or after it, and begin none. */
  private @Nullable TurnState spokenOf() {
    if (cut != null) {
      return cut;
    }
    return current != null ? current : last.get();
  }

  private static boolean isTrue(@Nullable Boolean flag) {
    return Boolean.TRUE.equals(flag);
  }

  private void onInterrupted(long nowNanos) {
    // What of an earlier turn still plays falls silent, too.
    heard.silence();
    TurnState turn = current;
    boolean confirmed =
        cutForGood || (stopping && nowNanos - stoppingSinceNanos <= LATE_AUDIO_NANOS);
    stopping = false;
    if (confirmed && (turn == null || !turn.hasOutput())) {
      // It was told when the application cut it.
      if (turn == null) {
        expectClose(nowNanos);
      }
      return;
    }
    if (turn == null || !turn.hasOutput()) {
      // Nothing is being produced, but what was produced may still be playing.
      out.accept(new LiveEvent.Interrupted(
          cut != null ? cut : last.get(), Duration.ZERO, LiveEvent.Interrupted.By.USER));
      // A bare turnComplete that follows ends what was cut; it is no answer, not even to what the
      // application asks until then.
      requested = false;
      if (turn == null) {
        expectClose(nowNanos);
      }
      return;
    }
    turn.end(LiveTurn.Outcome.INTERRUPTED);
    out.accept(new LiveEvent.Interrupted(turn, Duration.ZERO, LiveEvent.Interrupted.By.USER));
    if (suspended) {
      // Its turnComplete has come already, and nobody waits for its calls any more.
      ending = true;
      openCalls.clear();
      owed = false;
    } else {
      endCut();
      cut = turn;
      cutAtNanos = nowNanos;
      cutIsPast = false;
      current = null;
      openCalls.clear();
      owed = false;
    }
  }

  private void onInput(@Nullable Transcription transcription, boolean interim) {
    if (transcription == null) {
      return;
    }
    // Words that arrive after a cut are those that cut it: they belong to the turn they begin.
    endIfOnlyToolsAreLeft();
    expectAnother();
    TurnState turn = running();
    String text = transcription.text() == null ? "" : transcription.text();
    if (interim) {
      out.accept(new LiveEvent.InterimTranscript(turn, text, transcription));
    } else {
      turn.addInput(text);
      out.accept(new LiveEvent.InputTranscript(turn, text, transcription));
    }
  }

  private void onModelTurn(
      Content modelTurn, long nowNanos, Duration sinceOpen, @Nullable Duration lastInputSent) {
    List<Part> parts = modelTurn.parts();
    if (parts == null) {
      return;
    }
    for (Part part : parts) {
      onPart(part, nowNanos, sinceOpen, lastInputSent);
    }
  }

  private void onPart(
      Part part, long nowNanos, Duration sinceOpen, @Nullable Duration lastInputSent) {
    Blob blob = part.inlineData();
    if (blob != null && isAudio(blob.mimeType())) {
      onAudio(blob, nowNanos, sinceOpen, lastInputSent);
      if (saysMoreThanSound(part) && !isUnwanted(nowNanos)) {
        Part rest = part.toBuilder().inlineData(null).build();
        out.accept(new LiveEvent.ModelPart(answering(nowNanos), rest));
      }
      return;
    }
    if (part.equals(EMPTY_PART) || isUnwanted(nowNanos)) {
      return;
    }
    TurnState turn = answering(nowNanos);
    turn.markProduced();
    if (part.text() != null && isTrue(part.thought())) {
      out.accept(new LiveEvent.Thought(turn, part.text(), part));
    } else if (part.text() != null) {
      if (!part.text().isEmpty()) {
        turn.addText(part.text());
        out.accept(new LiveEvent.Text(turn, part.text(), part));
      }
    } else {
      out.accept(new LiveEvent.ModelPart(turn, part));
    }
  }

  private static boolean saysMoreThanSound(Part part) {
    return !part.extra().isEmpty()
        || part.thoughtSignature() != null
        || part.partMetadata() != null
        || part.speechMetadata() != null
        || part.audioTranscription() != null
        || part.videoMetadata() != null
        || part.mediaResolution() != null
        || part.mediaProcessing() != null
        || part.text() != null;
  }

  /** The turn the model is answering in; what comes shortly after a cut is the rest of that. */
  private TurnState answering(long nowNanos) {
    return isLate(nowNanos) && cut != null ? cut : speaking();
  }

  /** The running turn, in which the model says something now. */
  private TurnState speaking() {
    TurnState turn = running();
    if (suspended || owed) {
      // What it had produced by then was not all.
      generated = false;
    }
    suspended = false;
    owed = false;
    stopping = false;
    show();
    return turn;
  }

  /** Whether what arrives is a late rest of an answer that the application cut. */
  private boolean isUnwanted(long nowNanos) {
    return isLate(nowNanos) && cutForGood;
  }

  /** Whether what arrives is a late rest of the answer that was cut. */
  private boolean isLate(long nowNanos) {
    if (cut != null && !cutHereOnly && (cutIsPast || nowNanos - cutAtNanos > LATE_AUDIO_NANOS)) {
      endCut();
    }
    return cut != null;
  }

  private void onAudio(
      Blob blob, long nowNanos, Duration sinceOpen, @Nullable Duration lastInputSent) {
    Bytes pcm = blob.data();
    if (pcm == null || pcm.size() == 0) {
      return;
    }
    if (pcm.size() % AudioChunk.BYTES_PER_SAMPLE != 0) {
      out.accept(new LiveEvent.Warning(
          LiveEvent.Warning.Kind.MALFORMED_FIELD,
          "audio of " + pcm.size() + " bytes ends in half a sample; the last byte was left out",
          null));
      byte[] whole = new byte[pcm.size() - 1];
      pcm.asByteBuffer().get(whole);
      pcm = Bytes.wrap(whole);
      if (whole.length == 0) {
        return;
      }
    }
    AudioChunk chunk = new AudioChunk(pcm, rateOf(blob.mimeType()));
    if (isLate(nowNanos)) {
      lateAudioNanos += chunk.duration().toNanos();
      return;
    }
    TurnState turn = speaking();
    turn.markFirstAudio(sinceOpen, lastInputSent);
    Duration offset = turn.addAudio(chunk);
    out.accept(new LiveEvent.Audio(turn, chunk, offset));
  }

  /** Length of the audio in some parts. */
  static long audioNanos(List<Part> parts) {
    long nanos = 0;
    for (Part part : parts) {
      Blob blob = part.inlineData();
      if (blob != null && blob.data() != null && isAudio(blob.mimeType())) {
        long samples = blob.data().size() / AudioChunk.BYTES_PER_SAMPLE;
        nanos += samples * 1_000_000_000L / rateOf(blob.mimeType());
      }
    }
    return nanos;
  }

  private static boolean isAudio(@Nullable String mimeType) {
    return mimeType != null && mimeType.regionMatches(true, 0, "audio/pcm", 0, 9);
  }

  /** The rate parameter of the MIME type; 24,000 where it is missing (Vertex AI) or unreadable. */
  private static int rateOf(@Nullable String mimeType) {
    if ("audio/pcm;rate=24000".equals(mimeType) || mimeType == null) {
      return 24_000;
    }
    for (String parameter : mimeType.toLowerCase(Locale.ROOT).split(";")) {
      String[] pair = parameter.strip().split("=", 2);
      if (pair.length == 2 && pair[0].strip().equals("rate")) {
        try {
          int rate = Integer.parseInt(pair[1].strip());
          return rate >= 1 && rate <= 192_000 ? rate : 24_000;
        } catch (NumberFormatException e) {
          return 24_000;
        }
      }
    }
    return 24_000;
  }

  private void onOutput(Transcription transcription, long nowNanos, Duration audioBefore) {
    if (isUnwanted(nowNanos)) {
      return;
    }
    TurnState turn = answering(nowNanos);
    String text = transcription.text() == null ? "" : transcription.text();
    Duration position = turn == current ? audioBefore : turn.audioDuration();
    turn.addOutput(text, position);
    out.accept(new LiveEvent.OutputTranscript(turn, text, position, transcription));
  }

  private void onTurnComplete(ServerContent content, long nowNanos) {
    TurnState turn = cut != null ? cut : current;
    boolean nothing = closesNothing && nowNanos - closesNothingSinceNanos <= LATE_AUDIO_NANOS;
    closesNothing = false;
    if (turn == null && ((requested && !nothing) || content.turnCompleteReason() != null)) {
      // An answer without any content is an answer too.
      turn = running();
      show();
    } else if (turn != null && turn == cut && cutUnseen) {
      // The order to stop it came after the words that had asked for it.
      answers.incrementAndGet();
    }
    completed = turn;
    if (turn != null) {
      turn.reason(content.turnCompleteReason());
    }
    out.accept(new LiveEvent.TurnComplete(
        turn, content.turnCompleteReason(), content.interactionStatus()));
    if (turn != null && turn == cut) {
      endingCut = true;
    } else {
      announced = InteractionStatus.IN_PROGRESS.equals(content.interactionStatus());
      // The answer of a quick tool may have left before this arrived.
      suspended = announced || (owed && !suspended) || !openCalls.isEmpty();
      ending |= !suspended;
    }
  }

  /**
   * A function call of the running turn.
   *
   * @param key what the call is known by
   * @param blocking whether the model waits for the answer
   */
  TurnState onToolCall(FunctionCall call, String key, boolean blocking) {
    // A new call is a new answer: the service is done with the one that was cut.
    endCut();
    TurnState turn = running();
    show();
    suspended = false;
    turn.addToolCall(call);
    openCalls.put(key, blocking);
    return turn;
  }

  /**
   * A call was answered: the service goes on with the turn.
   *
   * @param speaks whether the model is to speak of the result
   */
  void onToolAnswered(String key, boolean speaks) {
    Boolean blocking = openCalls.remove(key);
    if (blocking != null && speaks && (!blocking || completesBeforeAnswers)) {
      owed = true;
    }
    if (!speaks && suspended && !announced && !owed && openCalls.isEmpty()) {
      end(LiveTurn.Outcome.COMPLETE);
    }
  }

  /** Calls were cancelled: a turn that waited for them only is over. */
  void onToolCancelled(List<String> keys) {
    boolean waited = suspended && !openCalls.isEmpty();
    openCalls.keySet().removeAll(keys);
    if (waited && openCalls.isEmpty() && current != null) {
      current.end(LiveTurn.Outcome.INTERRUPTED);
      ending = true;
    }
  }

  /** Token counts; they belong to the turn that is, or that this message has ended. */
  void onUsage(UsageMetadata usage) {
    TurnState turn = completed != null ? completed : current;
    if (turn != null) {
      turn.addUsage(usage);
    }
    out.accept(new LiveEvent.Usage(turn, usage));
  }

  /**
   * The user goes on while functions that do not block are at work: that is a new turn, and what
   * the model will say of their results belongs to the turn of that time.
   */
  private void endIfOnlyToolsAreLeft() {
    if (suspended && !announced && !openCalls.containsValue(true)) {
      end(LiveTurn.Outcome.COMPLETE);
    }
  }

  /** The application asked for an answer: what comes next is no late rest. */
  void onInputRequested(long nowNanos) {
    // Its turnComplete may be on its way all the same, and must not pass for an empty answer.
    cutIsPast = true;
    endIfOnlyToolsAreLeft();
    expectAnother();
    requested = current == null;
    requestedAtNanos = nowNanos;
  }

  /**
   * The user goes on. An answer that had not begun when it was cut may never begin, and what comes
   * in its place must not be taken for it.
   */
  private void expectAnother() {
    if (cutHereOnly && cut != null && !cut.hasOutput()) {
      cutHereOnly = false;
      cutIsPast = true;
    }
  }

  /** The running turn; null when none is. */
  @Nullable
  TurnState current() {
    return current;
  }

  /** Whether a turn is running or owed, or one that was cut has yet to be closed by the service. */
  boolean isRunning(long nowNanos) {
    return current != null
        || (cut != null && (cutHereOnly || nowNanos - cutAtNanos <= LATE_AUDIO_NANOS))
        || owesAnswer(nowNanos);
  }

  private boolean owesAnswer(long nowNanos) {
    return requested && nowNanos - requestedAtNanos <= OWED_NANOS;
  }

  /**
   * The application stops the running turn, or the one that is owed.
   *
   * @param hereOnly whether the service cannot be told, so that the rest of the answer will come
   * @return false when there was nothing to stop
   */
  boolean interrupt(long nowNanos, boolean hereOnly) {
    if (current == null && !owesAnswer(nowNanos)) {
      return false;
    }
    TurnState turn = running();
    stopping = !hereOnly;
    stoppingSinceNanos = nowNanos;
    heard.silence();
    turn.end(LiveTurn.Outcome.INTERRUPTED);
    out.accept(
        new LiveEvent.Interrupted(turn, Duration.ZERO, LiveEvent.Interrupted.By.APPLICATION));
    openCalls.clear();
    owed = false;
    if (suspended || generated) {
      end(LiveTurn.Outcome.INTERRUPTED);
    } else {
      endCut();
      cut = turn;
      cutAtNanos = nowNanos;
      cutIsPast = false;
      cutHereOnly = hereOnly;
      cutForGood = true;
      cutUnseen = !shown;
      current = null;
    }
    return true;
  }

  /**
   * The connection is gone. What the model was saying ends here; what it has not begun to answer,
   * or what waits for a tool, may go on on another connection.
   */
  void onLost() {
    endCut();
    requested = false;
    stopping = false;
    closesNothing = false;
    TurnState turn = current;
    if (turn == null || !turn.hasOutput()) {
      return;
    }
    if (generated) {
      end(LiveTurn.Outcome.COMPLETE);
    } else if (openCalls.isEmpty()) {
      abandon(turn);
    }
  }

  /** The service does not know these calls on the new connection. */
  void onCallsLost(Collection<String> keys) {
    boolean waited = !openCalls.isEmpty();
    openCalls.keySet().removeAll(keys);
    TurnState turn = current;
    if (turn != null && waited && openCalls.isEmpty()) {
      abandon(turn);
    } else if (turn != null && waited) {
      // Its turnComplete will not come any more.
      suspended = true;
    }
  }

  private void abandon(TurnState turn) {
    turn.lost();
    out.accept(new LiveEvent.Interrupted(turn, Duration.ZERO, LiveEvent.Interrupted.By.CONNECTION));
    end(LiveTurn.Outcome.ABANDONED);
  }

  /** All facts of a message are told; ends the turn if it ended in it. */
  void afterMessage() {
    completed = null;
    if (endingCut) {
      endCut();
    }
    if (ending) {
      end(LiveTurn.Outcome.COMPLETE);
    }
  }

  /** The session is over. */
  void onClosed() {
    endCut();
    end(LiveTurn.Outcome.ABANDONED);
  }

  private void endCut() {
    endingCut = false;
    cutHereOnly = false;
    cutForGood = false;
    cutUnseen = false;
    if (cut != null) {
      TurnState turn = cut;
      cut = null;
      last = new WeakReference<>(turn);
      out.accept(new LiveEvent.TurnEnded(turn));
    }
  }

  private void end(LiveTurn.Outcome how) {
    TurnState turn = current;
    current = null;
    suspended = false;
    ending = false;
    openCalls.clear();
    owed = false;
    if (turn != null) {
      turn.end(how);
      last = new WeakReference<>(turn);
      out.accept(new LiveEvent.TurnEnded(turn));
    }
  }
}
