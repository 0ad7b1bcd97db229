package io.github.geminilive.audio;

import io.github.geminilive.AudioChunk;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.TurnCompleteReason;
import io.github.geminilive.protocol.UsageMetadata;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A turn that speaks what a test wants, and remembers what it was told. */
final class FakeTurn implements LiveTurn {

  private final long number;
  private final int rate;
  private long spoken; // samples
  private @Nullable Duration heard;
  private int reports;

  FakeTurn(long number, int rate) {
    this.number = number;
    this.rate = rate;
  }

  FakeTurn(long number) {
    this(number, 24_000);
  }

  /** The next piece of what the turn says. */
  LiveEvent.Audio say(short... samples) {
    byte[] pcm = new byte[2 * samples.length];
    for (int i = 0; i < samples.length; i++) {
      pcm[2 * i] = (byte) samples[i];
      pcm[2 * i + 1] = (byte) (samples[i] >> 8);
    }
    Duration offset = audioDuration();
    spoken += samples.length;
    return new LiveEvent.Audio(this, new AudioChunk(Bytes.wrap(pcm), rate), offset);
  }

  /** Speaks on in a {@link Signal#triangle} that goes on from piece to piece. */
  LiveEvent.Audio sayMillis(int millis) {
    return say(Signal.triangle(spoken, rate * millis / 1_000));
  }

  /** Says something that never reaches the player. */
  void skipMillis(int millis) {
    spoken += (long) rate * millis / 1_000;
  }

  long spokenSamples() {
    return spoken;
  }

  int reports() {
    return reports;
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public Outcome outcome() {
    return Outcome.RUNNING;
  }

  @Override
  public @Nullable TurnCompleteReason completeReason() {
    return null;
  }

  @Override
  public String inputTranscript() {
    return "";
  }

  @Override
  public String outputTranscript() {
    return "";
  }

  @Override
  public String text() {
    return "";
  }

  @Override
  public AudioChunk audio() {
    return new AudioChunk(Bytes.EMPTY, rate);
  }

  @Override
  public Duration audioDuration() {
    return Duration.ofNanos(spoken * 1_000_000_000L / rate);
  }

  @Override
  public List<FunctionCall> toolCalls() {
    return List.of();
  }

  @Override
  public List<UsageMetadata> usage() {
    return List.of();
  }

  @Override
  public @Nullable Duration lastInputSent() {
    return null;
  }

  @Override
  public @Nullable Duration firstAudioReceived() {
    return null;
  }

  @Override
  public CompletionStage<Void> whenHeard() {
    throw new UnsupportedOperationException("nobody waits for it here");
  }

  @Override
  public synchronized void reportHeard(Duration position) {
    reports++;
    if (heard == null || position.compareTo(heard) > 0) {
      heard = position;
    }
  }

  @Override
  public synchronized @Nullable Duration heard() {
    return heard;
  }

  @Override
  public String heardText() {
    return "";
  }

  @Override
  public String unheardText() {
    return "";
  }

  @Override
  public String toString() {
    return "turn " + number;
  }
}
