package io.github.geminilive.internal.session;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.AudioChunk;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.TurnCompleteReason;
import io.github.geminilive.protocol.UsageMetadata;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A turn and its ledger of what was heard. The engine writes, anyone reads. */
final class TurnState implements LiveTurn {

  private final long number;
  private final long keepAudioBytes;
  private final HeardLedger.Line line;
  private final TurnWords words;

  // All below is guarded by this.
  private Outcome outcome = Outcome.RUNNING;
  private @Nullable TurnCompleteReason completeReason;
  private boolean produced;
  private final List<Bytes> audio = new ArrayList<>();
  private long keptBytes;
  private int keptRateHz = LiveSession.OUTPUT_SAMPLE_RATE_HZ;
  private boolean keptEnough;
  private int rateHz;
  private long bytesAtRate;
  private Duration earlierRates = Duration.ZERO;
  private final List<FunctionCall> toolCalls = new ArrayList<>();
  private final List<UsageMetadata> usage = new ArrayList<>();
  private @Nullable Duration lastInputSent;
  private @Nullable Duration firstAudioReceived;

  TurnState(long number, long keepAudioBytes, HeardLedger.Line line) {
    this.number = number;
    this.keepAudioBytes = keepAudioBytes;
    this.line = line;
    this.words = new TurnWords(line);
  }

  /** What was said in it; may be kept when the turn, with its audio, is not. */
  TurnWords words() {
    return words;
  }

  void addInput(String fragment) {
    words.addInput(fragment);
  }

  void addOutput(String fragment, Duration position) {
    words.addOutput(fragment, position);
  }

  void addText(String fragment) {
    words.addText(fragment);
  }

  /** Adds audio and returns the position at which it begins. */
  synchronized Duration addAudio(AudioChunk chunk) {
    Duration begin = audioDuration();
    if (chunk.sampleRateHz() != rateHz) {
      earlierRates = begin;
      bytesAtRate = 0;
      rateHz = chunk.sampleRateHz();
    }
    bytesAtRate += chunk.pcm().size();
    boolean sameFormat = audio.isEmpty() || chunk.sampleRateHz() == keptRateHz;
    // What is kept has no gaps: after the first piece that does not fit, no other is taken.
    keptEnough |= !sameFormat || keptBytes + chunk.pcm().size() > keepAudioBytes;
    if (!keptEnough) {
      audio.add(chunk.pcm());
      keptBytes += chunk.pcm().size();
      keptRateHz = chunk.sampleRateHz();
    }
    line.spoke(audioDuration().toNanos());
    return begin;
  }

  /** The model thought, wrote or drew something. */
  synchronized void markProduced() {
    produced = true;
  }

  /** Whether the model has begun to answer. */
  synchronized boolean hasOutput() {
    return produced || rateHz != 0 || words.hasSpoken() || !toolCalls.isEmpty();
  }

  synchronized void addToolCall(FunctionCall call) {
    toolCalls.add(call);
  }

  synchronized void addUsage(UsageMetadata metadata) {
    usage.add(metadata);
  }

  synchronized void markFirstAudio(Duration now, @Nullable Duration inputSent) {
    if (firstAudioReceived == null) {
      firstAudioReceived = now;
      lastInputSent = inputSent;
    }
  }

  synchronized void reason(@Nullable TurnCompleteReason reason) {
    if (reason != null) {
      completeReason = reason;
    }
  }

  void end(Outcome how) {
    end(how, how != Outcome.COMPLETE);
  }

  /** The connection is gone in mid-turn: nothing more comes, but what has come may sound on. */
  void lost() {
    end(Outcome.ABANDONED, false);
  }

  private synchronized void end(Outcome how, boolean silenced) {
    if (outcome == Outcome.RUNNING) {
      outcome = how;
      words.end(how != Outcome.COMPLETE);
      line.ended(silenced);
    }
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public synchronized Outcome outcome() {
    return outcome;
  }

  @Override
  public synchronized @Nullable TurnCompleteReason completeReason() {
    return completeReason;
  }

  @Override
  public String inputTranscript() {
    return words.input();
  }

  @Override
  public String outputTranscript() {
    return words.output();
  }

  @Override
  public String text() {
    return words.text();
  }

  @Override
  public synchronized AudioChunk audio() {
    ByteBuffer all = ByteBuffer.allocate((int) keptBytes);
    audio.forEach(piece -> all.put(piece.asByteBuffer()));
    return new AudioChunk(Bytes.wrap(all.array()), keptRateHz);
  }

  @Override
  public synchronized Duration audioDuration() {
    return rateHz == 0
        ? Duration.ZERO
        : earlierRates.plusNanos(
            bytesAtRate / AudioChunk.BYTES_PER_SAMPLE * 1_000_000_000L / rateHz);
  }

  @Override
  public synchronized List<FunctionCall> toolCalls() {
    return List.copyOf(toolCalls);
  }

  @Override
  public synchronized List<UsageMetadata> usage() {
    return List.copyOf(usage);
  }

  @Override
  public synchronized @Nullable Duration lastInputSent() {
    return lastInputSent;
  }

  @Override
  public synchronized @Nullable Duration firstAudioReceived() {
    return firstAudioReceived;
  }

  @Override
  public void reportHeard(Duration position) {
    requireNonNull(position, "position");
    if (position.isNegative()) {
      throw new IllegalArgumentException("position must not be negative: " + position);
    }
    words.heard(position);
    // Not under this turn's lock: it may complete what the application waits for.
    line.heard(position.toNanos());
  }

  @Override
  public @Nullable Duration heard() {
    return words.heard();
  }

  @Override
  public CompletionStage<Void> whenHeard() {
    return line.whenHeard();
  }

  @Override
  public String heardText() {
    return words.transcript(true);
  }

  @Override
  public String unheardText() {
    return words.transcript(false);
  }

  @Override
  public String toString() {
    return "LiveTurn[" + number + ", " + outcome() + "]";
  }
}
