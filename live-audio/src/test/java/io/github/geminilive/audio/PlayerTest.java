package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.github.geminilive.AudioChunk;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.audio.PlayerEvent.Stopped.Cause;
import io.github.geminilive.audio.device.AudioSink;
import io.github.geminilive.audio.device.DeviceEvent;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.testkit.VirtualTime;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlayerTest {

  /** The triangle's own step is 1; a fade of 6 ms at 24 kHz adds PEAK * pi / 2 / 144, or 153. */
  private static final int NO_CLICK = 170;

  private static final int RATE = 24_000;

  private final VirtualTime time = new VirtualTime();
  private final FakeSink sink = new FakeSink(time);
  private final FakeTurn turn = new FakeTurn(1);
  private final List<PlayerEvent> events = new ArrayList<>();
  private final Player player = player(sink).build();

  private Player.Builder player(AudioSink to) {
    return Player.builder(to).nanoTime(time.nanoTime()).executor(time).listener(events::add);
  }

  @Test
  void whatIsPlayedIsHeardSampleForSample() {
    player.start();
    player.play(turn.sayMillis(300));
    player.play(turn.sayMillis(40));
    player.endOfAnswer(turn);
    advance(1_000);

    short[] heard = sink.heard();
    int start = firstSound(heard);
    assertThat(Arrays.copyOfRange(heard, start, start + 340 * 24))
        .isEqualTo(Signal.triangle(0, 340 * 24));
    assertThat(turn.heard()).isEqualTo(turn.audioDuration());
    assertThat(player.metrics().played()).isEqualTo(Duration.ofMillis(340));
    assertThat(player.metrics().underruns()).isZero();
  }

  @Test
  void anEndedAnswerDoesNotWait() {
    player.start();
    advance(100);
    player.play(turn.sayMillis(10));
    player.endOfAnswer(turn);
    advance(1_000);

    // 100 ms, at most a block until the next request, and the line.
    assertThat(firstSound(sink.heard())).isBetween(100 * 24, (100 + 10 + 60) * 24);
  }

  @ParameterizedTest
  @ValueSource(ints = {24_000, 48_000})
  void aFirstChunkOfOneSampleIsNeitherHeldForLongNorLost(int rate) {
    FakeSink to = new FakeSink(time, rate, 10, 50, 0, true);
    Player one = player(to).build();
    one.start();
    one.play(turn.say((short) 12_000));
    one.play(turn.say((short) 11_000, (short) 10_000));
    advance(200);
    one.endOfAnswer(turn);
    advance(200);

    short[] heard = to.heard();
    int perMilli = rate / 1_000;
    int first = firstSound(heard);
    if (rate == RATE) {
      assertThat(first).isBetween(60 * perMilli, 130 * perMilli);
      assertThat(heard[first]).isEqualTo((short) 12_000);
    }
    assertThat(turn.heard()).isEqualTo(turn.audioDuration());
    assertThat(one.metrics().played()).isEqualTo(turn.audioDuration());
  }

  @Test
  void aMinuteWithinAMomentIsPlayedWhole() {
    player.start();
    for (int i = 0; i < 1_500; i++) {
      player.play(turn.sayMillis(40));
      time.advance(Duration.ofNanos(66_000));
    }
    player.endOfAnswer(turn);
    assertThat(player.metrics().queued()).isGreaterThan(Duration.ofSeconds(59));
    advance(61_000);

    assertThat(turn.heard()).isEqualTo(Duration.ofSeconds(60));
    assertThat(player.metrics().underruns()).isZero();
    assertThat(player.metrics().dropped()).isZero();
    assertThat(sink.takeMaxStep()).isLessThanOrEqualTo(NO_CLICK);
  }

  @Test
  void whatDoesNotFitIsDroppedCountedAndTold() {
    Player small = player(sink).capacity(Duration.ofSeconds(1)).build();
    FakeTurn next = new FakeTurn(2);
    small.play(turn.sayMillis(900));
    small.play(turn.sayMillis(300));
    small.play(next.sayMillis(100));
    small.start();
    advance(500);
    small.play(turn.sayMillis(300));
    small.endOfAnswer();
    advance(2_000);

    assertThat(small.droppedOf(turn)).isEqualTo(Duration.ofMillis(200));
    assertThat(small.droppedOf(next)).isEqualTo(Duration.ofMillis(100));
    assertThat(small.metrics().dropped()).isEqualTo(Duration.ofMillis(300));
    assertThat(events)
        .contains(
            new PlayerEvent.Dropped(turn, Duration.ofMillis(200)),
            new PlayerEvent.Dropped(next, Duration.ofMillis(100)));
    // The piece behind the gap counts at its own place.
    assertThat(turn.heard()).isEqualTo(Duration.ofMillis(1_500));
    assertThat(small.metrics().played()).isEqualTo(Duration.ofMillis(1_300));
    assertThat(sink.takeMaxStep()).isLessThanOrEqualTo(NO_CLICK);
  }

  @Test
  void audioMissingInTheMiddleOfATurnDoesNotClick() {
    player.start();
    player.play(turn.sayMillis(200));
    turn.skipMillis(500);
    player.play(turn.sayMillis(200));
    player.endOfAnswer(turn);
    advance(1_000);

    assertThat(turn.heard()).isEqualTo(Duration.ofMillis(900));
    assertThat(sink.takeMaxStep()).isLessThanOrEqualTo(NO_CLICK);
    assertThat(player.metrics().underruns()).isZero();
  }

  @Test
  void anAnswerThatRunsDryFadesAndGoesOnWhereItStopped() {
    player.start();
    player.play(turn.sayMillis(200));
    advance(500);
    player.play(turn.sayMillis(200));
    player.endOfAnswer(turn);
    advance(1_000);

    assertThat(sink.takeMaxStep()).isLessThanOrEqualTo(NO_CLICK);
    assertThat(player.metrics().underruns()).isEqualTo(1);
    assertThat(player.metrics().played()).isEqualTo(Duration.ofMillis(400));
    assertThat(turn.heard()).isEqualTo(Duration.ofMillis(400));
    assertThat(events)
        .extracting(event -> event.getClass().getSimpleName())
        .containsExactly("Started", "Stopped", "Underrun", "Started", "Stopped");
    assertThat(((PlayerEvent.Stopped) events.get(1)).cause()).isEqualTo(Cause.DRY);
    assertThat(((PlayerEvent.Stopped) events.get(4)).cause()).isEqualTo(Cause.ENDED);
    Duration gap = ((PlayerEvent.Underrun) events.get(2)).gap();
    assertThat(gap).isEqualTo(player.metrics().underrunTime());
    // Dry 200 ms after its start within the first 70 ms; goes on at the next request after 500.
    assertThat(gap).isBetween(Duration.ofMillis(200), Duration.ofMillis(310));
  }

  @Test
  void runningDryAtTheEndIsNoUnderrun() {
    player.start();
    player.play(turn.sayMillis(200));
    player.endOfAnswer(turn);
    advance(500);
    FakeTurn late = new FakeTurn(2);
    player.play(late.sayMillis(200));
    advance(500);
    player.endOfAnswer(late);
    FakeTurn untold = new FakeTurn(3);
    player.play(untold.sayMillis(200));
    advance(500);
    player.play(new FakeTurn(4).sayMillis(200));
    advance(500);

    assertThat(player.metrics().underruns()).isZero();
    assertThat(player.metrics().played()).isEqualTo(Duration.ofMillis(800));
    assertThat(sink.takeMaxStep()).isLessThanOrEqualTo(NO_CLICK);
  }

  @Test
  void endOfAnOlderAnswerDoesNotEndTheNewest() {
    FakeTurn newer = new FakeTurn(2);
    player.start();
    player.play(turn.sayMillis(100));
    player.play(newer.sayMillis(100));
    player.endOfAnswer(turn);
    advance(400);
    player.play(newer.sayMillis(100));
    advance(400);

    assertThat(player.metrics().underruns()).isEqualTo(1);
  }

  @Test
  void aFadedFlushLetsTheLineRunOutAndFades() {
    player.start();
    player.play(turn.sayMillis(2_000));
    advance(500);
    Duration before = player.position().heard();

    Flushed flushed = player.flush();

    assertThat(flushed.turn()).isSameAs(turn);
    assertThat(flushed.heard()).isEqualTo(before);
    assertThat(turn.heard()).isEqualTo(before);
    assertThat(flushed.cut()).isFalse();
    assertThat(flushed.runningOut()).isEqualTo(Duration.ofMillis(60));
    assertThat(flushed.heard().plus(flushed.runningOut()).plus(flushed.dropped()))
        .isEqualTo(Duration.ofSeconds(2));
    advance(300);
    assertThat(sink.flushes()).isZero();
    assertThat(sink.takeMaxStep()).isLessThanOrEqualTo(NO_CLICK);
    // The line of 60 ms and the fade of 6, in blocks of 10.
    assertThat(sink.silence()).isBetween(Duration.ofMillis(230), Duration.ofMillis(240));
    assertThat(turn.heard()).isEqualTo(before.plusMillis(60));
    assertThat(player.isPlaying()).isFalse();
    assertThat(lastStop()).isEqualTo(Cause.FLUSHED);
  }

  @Test
  void aCutFlushEmptiesTheDevice() {
    Player cutting = player(sink).flushMode(FlushMode.CUT).build();
    cutting.start();
    cutting.play(turn.sayMillis(2_000));
    advance(500);
    int heardFrames = sink.heard().length;
    Duration before = cutting.position().heard();

    Flushed flushed = cutting.flush();

    assertThat(flushed)
        .isEqualTo(
            new Flushed(turn, before, Duration.ZERO, Duration.ofSeconds(2).minus(before), true));
    advance(300);
    assertThat(sink.heard().length - heardFrames).isEqualTo(300 * 24);
    assertThat(sink.silence()).isEqualTo(Duration.ofMillis(300));
    assertThat(turn.heard()).isEqualTo(before);
    assertThat(Signal.placeAfter(sink.heard(), heardFrames, samples(before)))
        .isEqualTo(samples(before));
    assertThat(lastStop()).isEqualTo(Cause.FLUSHED);
  }

  @Test
  void aLineTooLongToRunOutIsCut() {
    FakeSink slow = new FakeSink(time, RATE, 10, 500, 0, true);
    Player patient = player(slow).build();
    patient.start();
    patient.play(turn.sayMillis(2_000));
    advance(1_000);

    Flushed flushed = patient.flush();

    assertThat(flushed.cut()).isTrue();
    advance(300);
    assertThat(slow.silence()).isEqualTo(Duration.ofMillis(300));
  }

  @ParameterizedTest
  @EnumSource
  void nothingOfACutTurnIsPlayedAfterwards(FlushMode mode) {
    Player one = player(sink).flushMode(mode).build();
    FakeTurn next = new FakeTurn(2);
    one.start();
    one.play(turn.sayMillis(500));
    advance(200);
    one.flush();
    advance(100);
    Duration heard = turn.heard();
    one.play(turn.sayMillis(500));
    one.play(next.sayMillis(200));
    one.endOfAnswer(next);
    advance(500);

    assertThat(turn.heard()).isEqualTo(heard);
    assertThat(next.heard()).isEqualTo(Duration.ofMillis(200));
    assertThat(one.metrics().suppressed()).isEqualTo(Duration.ofMillis(500));
    assertThat(one.metrics().flushes()).isEqualTo(1);
    short[] out = sink.heard();
    int start = firstSound(Arrays.copyOfRange(out, 300 * 24, out.length)) + 300 * 24;
    assertThat(Arrays.copyOfRange(out, start, start + 200 * 24))
        .isEqualTo(Signal.triangle(0, 200 * 24));
    if (mode == FlushMode.FADE) {
      assertThat(sink.takeMaxStep()).isLessThanOrEqualTo(NO_CLICK);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {24_000, 48_000})
  void aTurnThatBeginsWhileTheLastOneIsCutLosesNothing(int rate) {
    FakeTurn next = new FakeTurn(2);
    Runnable[] meanwhile = {() -> {}};
    FakeSink to = new FakeSink(time, rate, 10, 50, 0, false);
    Player one = player(to)
        .nanoTime(() -> {
          Runnable now = meanwhile[0];
          meanwhile[0] = () -> {};
          now.run();
          return time.nanoTime().getAsLong();
        })
        .build();
    one.start();
    one.play(turn.sayMillis(500));
    advance(200);

    meanwhile[0] = one::flush;
    one.play(next.sayMillis(100));
    one.play(next.sayMillis(100));
    one.endOfAnswer(next);
    advance(500);

    assertThat(next.heard()).isEqualTo(Duration.ofMillis(200));
    assertThat(one.metrics().suppressed()).isZero();
    assertThat(turn.heard()).isLessThan(Duration.ofMillis(300));
  }

  @Test
  void aChunkOfTheTurnThatIsCutMeanwhileIsNotPlayed() {
    Runnable[] meanwhile = {() -> {}};
    Player one = player(sink)
        .nanoTime(() -> {
          Runnable now = meanwhile[0];
          meanwhile[0] = () -> {};
          now.run();
          return time.nanoTime().getAsLong();
        })
        .build();
    one.start();
    one.play(turn.sayMillis(500));
    advance(200);

    meanwhile[0] = one::flush;
    one.play(turn.sayMillis(100));
    advance(500);

    assertThat(one.metrics().suppressed()).isEqualTo(Duration.ofMillis(100));
    assertThat(turn.heard()).isLessThan(Duration.ofMillis(300));
  }

  @Test
  void whatASecondFlushFindsCutAlreadyIsNotCountedTwice() {
    Player one = player(sink).flushMode(FlushMode.CUT).build();
    one.start();
    one.play(turn.sayMillis(500));
    advance(205);

    Flushed first = one.flush();
    Flushed second = one.flush();

    assertThat(first.dropped()).isEqualTo(Duration.ofMillis(500).minus(first.heard()));
    assertThat(second.dropped()).isZero();
    assertThat(second.heard()).isEqualTo(first.heard());
  }

  @Test
  void afterACutNothingIsPlayingThoughTheDeviceIsGone() {
    Player one = player(sink).flushMode(FlushMode.CUT).build();
    one.start();
    one.play(turn.sayMillis(500));
    advance(205);
    sink.gone(true);
    advance(100);

    one.flush();

    assertThat(one.isPlaying()).isFalse();
    assertThat(one.isAudible()).isFalse();
    sink.gone(false);
    advance(500);
    assertThat(events.stream().filter(e -> e instanceof PlayerEvent.Stopped)).hasSize(1);
  }

  @Test
  void aPauseThatEmptiedTheDeviceGoesOnExactlyThoughItWasGone() {
    Player one = player(sink).flushMode(FlushMode.CUT).build();
    one.start();
    one.play(turn.sayMillis(500));
    one.endOfAnswer(turn);
    advance(205);
    one.pause();
    sink.gone(true);
    advance(100);
    one.resume();
    sink.gone(false);
    advance(1_000);

    assertThat(turn.heard()).isEqualTo(Duration.ofMillis(500));
    assertThat(one.metrics().played()).isEqualTo(Duration.ofMillis(500));
    assertThat(one.isPlaying()).isFalse();
  }

  @Test
  void aTurnThatIsDryWhenItIsCutIsNotPlayedAfterwards() {
    player.start();
    player.play(turn.sayMillis(100));
    advance(500);
    player.flush();
    player.play(turn.sayMillis(100));
    advance(500);

    assertThat(turn.heard()).isEqualTo(Duration.ofMillis(100));
    assertThat(player.metrics().suppressed()).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void aTurnHeardToItsEndMayGoOnAfterAFlush() {
    player.start();
    player.play(turn.sayMillis(100));
    player.endOfAnswer(turn);
    advance(500);
    player.flush();
    player.play(turn.sayMillis(100));
    player.endOfAnswer(turn);
    advance(500);

    assertThat(turn.heard()).isEqualTo(Duration.ofMillis(200));
  }

  @Test
  void aFlushWithNothingToPlayDoesNothing() {
    Flushed early = player.flush();
    player.start();
    advance(100);
    Flushed idle = player.flush();

    assertThat(early)
        .isEqualTo(new Flushed(null, Duration.ZERO, Duration.ZERO, Duration.ZERO, false));
    assertThat(idle).isEqualTo(early);
    assertThat(sink.flushes()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"FADE, 0", "FADE, 50", "FADE, 100", "CUT, 0", "CUT, 50", "CUT, 500", "FADE, 500"})
  void aPauseGoesOnExactlyBehindWhatWasHeard(FlushMode mode, int bufferMillis) {
    FakeSink to = new FakeSink(time, RATE, 10, bufferMillis, 0, true);
    Player one = player(to).flushMode(mode).build();
    boolean cut = mode == FlushMode.CUT || bufferMillis > 200;
    int line = bufferMillis + 10;
    one.start();
    one.play(turn.sayMillis(1_000));
    one.endOfAnswer(turn);
    advance(900);
    Duration atPause = one.position().heard();

    one.pause();
    advance(300);
    int pauseEnd = to.heard().length;
    Duration silence = to.silence();
    Duration during = one.position().heard();
    boolean stillPlaying = one.isPlaying();
    boolean audible = one.isAudible();
    int stepToSilence = to.takeMaxStep();
    one.resume();
    advance(2_000);

    assertThat(during).isEqualTo(cut ? atPause : atPause.plusMillis(line));
    // A fade of 6 ms follows where nothing is cut.
    assertThat(silence)
        .isBetween(
            Duration.ofMillis(cut ? 300 : 294 - line), Duration.ofMillis(cut ? 300 : 295 - line));
    assertThat(stillPlaying).isTrue();
    assertThat(audible).isFalse();
    if (!cut) {
      assertThat(stepToSilence).isLessThanOrEqualTo(NO_CLICK);
    }
    assertThat(to.takeMaxStep()).isLessThanOrEqualTo(NO_CLICK);
    // Behind the fade-in stands what follows what was heard before the pause.
    int again = pauseEnd + line * 24;
    long expected = samples(during) + 20 * 24;
    assertThat(Signal.placeAfter(to.heard(), again + 20 * 24, expected)).isEqualTo(expected);
    assertThat(turn.heard()).isEqualTo(Duration.ofSeconds(1));
    assertThat(one.metrics().played()).isEqualTo(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @EnumSource
  void pausesInAnyPlaceLoseNothing(FlushMode mode) {
    Player one = player(sink).flushMode(mode).build();
    Random random = new Random(3);
    one.start();
    one.play(turn.sayMillis(4_000));
    one.endOfAnswer(turn);
    for (int i = 0; i < 60; i++) {
      advance(random.nextInt(60));
      one.pause();
      advance(random.nextInt(60));
      one.resume();
    }
    advance(5_000);

    assertThat(one.metrics().played()).isEqualTo(Duration.ofSeconds(4));
    assertThat(turn.heard()).isEqualTo(Duration.ofSeconds(4));
    if (mode == FlushMode.FADE) {
      // Two fades can meet.
      assertThat(sink.takeMaxStep()).isLessThanOrEqualTo(2 * NO_CLICK);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFlushInAPauseDropsWhatWasKept(FlushMode mode) {
    Player one = player(sink).flushMode(mode).build();
    one.start();
    one.play(turn.sayMillis(1_000));
    advance(500);
    Duration before = one.position().heard();
    one.pause();
    Flushed flushed = one.flush();
    advance(100);
    one.resume();
    advance(500);

    Duration line = mode == FlushMode.CUT ? Duration.ZERO : Duration.ofMillis(60);
    assertThat(flushed.heard()).isEqualTo(before);
    assertThat(flushed.runningOut()).isEqualTo(line);
    assertThat(flushed.dropped()).isEqualTo(Duration.ofSeconds(1).minus(before).minus(line));
    assertThat(turn.heard()).isEqualTo(before.plus(line));
    assertThat(one.isPlaying()).isFalse();
    if (mode == FlushMode.FADE) {
      assertThat(sink.takeMaxStep()).isLessThanOrEqualTo(NO_CLICK);
    }
  }

  @Test
  void duckingIsASmoothRamp() {
    short[] level = new short[2 * RATE];
    Arrays.fill(level, (short) 10_000);
    player.start();
    player.play(turn.say(level));
    advance(500);
    sink.takeMaxStep();
    player.duck(-20);
    advance(500);
    short ducked = sink.lastHeard();
    player.unduck();
    advance(500);

    assertThat(ducked).isEqualTo((short) 1_000);
    assertThat(sink.lastHeard()).isEqualTo((short) 10_000);
    // 9,000 within 240 samples.
    assertThat(sink.takeMaxStep()).isBetween(37, 39);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> player.duck(1))
        .withMessageContaining("1");
    assertThatIllegalArgumentException().isThrownBy(() -> player.duck(Double.NaN));
  }

  @Test
  void silenceIsTellableOnlyWhenAllWasHeard() {
    player.start();
    CompletableFuture<Void> idle = player.whenSilent();
    advance(1);
    player.play(turn.sayMillis(200));
    player.endOfAnswer(turn);
    CompletableFuture<Void> silent = player.whenSilent();
    assertThat(idle).isDone();
    for (int i = 0; i < 50 && !silent.isDone(); i++) {
      assertThat(player.isPlaying()).isTrue();
      advance(10);
    }

    assertThat(silent).isCompleted();
    assertThat(turn.heard()).isEqualTo(turn.audioDuration());
    // Not long after either: 200 ms, one block until asked, 60 of line.
    assertThat(time.elapsed()).isLessThan(Duration.ofMillis(290));
  }

  @Test
  void aFlushBringsSilence() {
    player.start();
    player.play(turn.sayMillis(5_000));
    advance(300);
    CompletableFuture<Void> silent = player.whenSilent();
    player.flush();
    assertThat(silent).isNotDone();
    advance(80);

    assertThat(silent).isCompleted();
  }

  @Test
  void aClosedPlayerTellsWhoWaits() {
    player.start();
    player.play(turn.sayMillis(500));
    advance(200);
    Duration heard = player.position().heard();
    CompletableFuture<Void> silent = player.whenSilent();
    player.close();
    player.close();
    player.play(turn.sayMillis(500));
    advance(10);

    assertThat(silent).isCompletedExceptionally();
    assertThatThrownBy(silent::get).isInstanceOf(CancellationException.class);
    assertThatThrownBy(player::awaitSilence).isInstanceOf(CancellationException.class);
    assertThat(turn.heard()).isEqualTo(heard);
    assertThat(player.metrics().queued()).isLessThan(Duration.ofMillis(500));
    assertThat(player.isPlaying()).isFalse();
    assertThat(player.isAudible()).isFalse();
    assertThatIllegalStateException().isThrownBy(player::start).withMessageContaining("closed");
  }

  @ParameterizedTest
  @ValueSource(ints = {16_000, 44_100, 48_000})
  void otherRatesKeepLengthAndPosition(int rate) {
    FakeSink to = new FakeSink(time, rate, 10, 50, 0, true);
    Player one = player(to).build();
    one.start();
    for (int i = 0; i < 100; i++) {
      one.play(turn.say(sine(turn.spokenSamples(), 7 + 13 * i)));
    }
    one.endOfAnswer(turn);
    advance(1_000);
    Duration half = one.position().heard();
    int heardFrames = to.heard().length;
    advance(3_000);

    short[] out = to.heard();
    long startNanos = ((PlayerEvent.Started) events.get(0)).nanos();
    int start = (int) Math.round(startNanos * 1e-9 * rate);
    assertThat(turn.heard()).isEqualTo(turn.audioDuration());
    assertThat(samples(half) - (long) (heardFrames - start) * RATE / rate).isBetween(-1L, 2L);
    long length = (turn.spokenSamples() * rate + RATE - 1) / RATE;
    double worst = 0;
    for (int i = 200; i < length - 200; i++) { // away from where the sine is cut off
      double expected = 8_000 * Math.sin(2 * Math.PI * 440 * i / rate);
      worst = Math.max(worst, Math.abs(out[start + i] - expected));
    }
    assertThat(worst).isLessThan(2);
  }

  @Test
  void audioOfATurnAtAnotherRateGoesOnWithoutLoss() {
    FakeSink to = new FakeSink(time, 48_000, 10, 50, 0, true);
    Player one = player(to).build();
    one.start();
    one.play(turn.sayMillis(100));
    Duration offset = turn.audioDuration();
    one.play(
        new LiveEvent.Audio(turn, new AudioChunk(Bytes.wrap(new byte[2 * 1_600]), 16_000), offset));
    one.endOfAnswer(turn);
    advance(1_000);

    assertThat(one.metrics().played()).isEqualTo(Duration.ofMillis(200));
    assertThat(turn.heard()).isEqualTo(Duration.ofMillis(200));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> one.play(new AudioChunk(Bytes.wrap(new byte[2]), 4_000)))
        .withMessageContaining("4000");
  }

  @Test
  void audioOfNoTurnIsPlayedToo() {
    player.start();
    LiveEvent.Audio audio = turn.sayMillis(200);
    player.play(audio.chunk());
    player.play(audio.chunk());
    player.endOfAnswer();
    advance(600);

    assertThat(player.position()).isEqualTo(new PlayerPosition(null, Duration.ofMillis(400)));
    assertThat(turn.heard()).isNull();
  }

  @Test
  void nothingOfACutTurnHidesInTheResampler() {
    FakeSink to = new FakeSink(time, 48_000, 10, 50, 0, true);
    Player one = player(to).flushMode(FlushMode.CUT).build();
    FakeTurn next = new FakeTurn(2);
    one.start();
    one.play(turn.sayMillis(500));
    advance(300);
    one.flush();
    int cutAt = to.heard().length;
    one.play(next.say(new short[2_400]));
    one.endOfAnswer(next);
    advance(500);

    assertThat(next.heard()).isEqualTo(Duration.ofMillis(100));
    assertThat(Arrays.copyOfRange(to.heard(), cutAt, to.heard().length)).containsOnly((short) 0);
    assertThat(one.metrics().played()).isEqualTo(turn.heard().plusMillis(100));
  }

  @Test
  void anEndThatIsToldLateIsNoUnderrunAtOtherRatesEither() {
    FakeSink to = new FakeSink(time, 48_000, 10, 50, 0, true);
    Player one = player(to).build();
    one.start();
    one.play(turn.say(sine(0, 300 * 24)));
    advance(600);
    one.endOfAnswer(turn);
    advance(300);

    assertThat(turn.heard()).isEqualTo(turn.audioDuration());
    assertThat(one.metrics().underruns()).isZero();
    // The sine's own 461, a fade's 44, and what a filter does at the end of a sine.
    assertThat(to.takeMaxStep()).isLessThanOrEqualTo(540);
  }

  @Test
  void aPauseFadesOnASinkWithoutLatencyToo() {
    InstantSink to = new InstantSink();
    Player one = player(to).build();
    one.start();
    one.play(turn.sayMillis(200));
    one.endOfAnswer(turn);
    to.play(4_000);
    one.pause();
    to.play(2_000);
    one.resume();
    to.play(2_000);

    assertThat(to.maxStep).isLessThanOrEqualTo(NO_CLICK);
    assertThat(turn.heard()).isEqualTo(Duration.ofMillis(200));
  }

  @Test
  void anAnswerCutBeforeItIsHeardIsNotTold() {
    Player one = player(sink).flushMode(FlushMode.CUT).build();
    one.start();
    advance(100);
    one.play(turn.sayMillis(500));
    one.endOfAnswer(turn);
    // Asked for at 110 ms, behind a line of 50 ms: heard up to its first sample, without it.
    advance(60);
    Flushed flushed = one.flush();
    advance(200);

    assertThat(flushed.dropped()).isEqualTo(Duration.ofMillis(500));
    assertThat(events).isEmpty();
  }

  @Test
  void aDeviceThatComesBackGoesOnWhereItStopped() {
    player.start();
    player.play(turn.sayMillis(1_000));
    player.endOfAnswer(turn);
    advance(300);
    Duration before = player.position().heard();
    sink.gone(true);
    advance(5_000);
    assertThat(player.position().heard()).isEqualTo(before);
    sink.gone(false);
    advance(20);
    sink.takeMaxStep(); // what the loss itself cut off
    advance(2_000);

    assertThat(turn.heard()).isEqualTo(Duration.ofSeconds(1));
    assertThat(player.metrics().played()).isEqualTo(Duration.ofSeconds(1));
    assertThat(player.metrics().underruns()).isZero();
    assertThat(sink.takeMaxStep()).isLessThanOrEqualTo(2 * NO_CLICK);
  }

  @Test
  void deviceEventsArePassedOn() {
    AtomicReference<AudioSink.Feed> feed = new AtomicReference<>();
    Player one = player(new SilentSink(feed)).build();
    one.start();
    DeviceEvent event = new DeviceEvent.Underrun(Duration.ofMillis(3));
    feed.get().event(event);
    advance(1);

    assertThat(events).containsExactly(new PlayerEvent.Device(event));
  }

  @ParameterizedTest
  @EnumSource
  void aTapHearsWhatIsHeard(FlushMode mode) {
    Recorder tap = new Recorder();
    Player one = player(sink).flushMode(mode).tap(tap).build();
    one.start();
    for (int i = 2; i < 6; i++) {
      FakeTurn next = new FakeTurn(i);
      one.play(next.sayMillis(400));
      advance(150);
      one.pause();
      advance(70);
      one.resume();
      advance(105);
      one.flush();
      advance(40);
    }
    advance(100);

    assertThat(tap.heard()).isEqualTo(sink.heard());
    assertThat(tap.rendered()).startsWith(sink.heard());
    assertThat(tap.worstNanos).isLessThanOrEqualTo(1);
    assertThat(tap.nanosOfLast).isEqualTo(time.elapsed().toNanos() / 10_000_000 * 10_000_000);
  }

  @Test
  void eventsTellWhenAnswersWereHeard() {
    FakeTurn next = new FakeTurn(2);
    player.start();
    player.play(turn.sayMillis(100));
    player.endOfAnswer(turn);
    player.play(next.sayMillis(100));
    player.endOfAnswer(next);
    advance(1_000);

    short[] out = sink.heard();
    long started = firstSound(out) * 1_000_000_000L / RATE;
    assertThat(events)
        .containsExactly(
            new PlayerEvent.Started(turn, started),
            // The triangle does not end with silence: a fade of 6 ms is laid over the next answer.
            new PlayerEvent.Stopped(turn, started + 106_000_000, Cause.ENDED),
            new PlayerEvent.Started(next, started + 106_000_000),
            new PlayerEvent.Stopped(next, started + 206_000_000, Cause.ENDED));
  }

  @Test
  void aListenerThatThrowsIsCalledAgain() {
    List<PlayerEvent> seen = new ArrayList<>();
    Player one = player(sink)
        .listener(event -> {
          seen.add(event);
          throw new IllegalStateException("as the test wants");
        })
        .build();
    one.start();
    one.play(turn.sayMillis(100));
    one.endOfAnswer();
    advance(500);

    assertThat(seen).hasSize(2);
  }

  @Test
  void anErrorInAListenerKeepsNothingFromWhoWaits() {
    List<PlayerEvent> seen = new ArrayList<>();
    Player one = player(sink)
        .listener(event -> {
          seen.add(event);
          throw new NoClassDefFoundError("as the test wants");
        })
        .build();
    one.start();
    one.play(turn.sayMillis(100));
    one.endOfAnswer();
    CompletableFuture<Void> silent = one.whenSilent();
    advance(500);

    assertThat(seen).hasSize(2);
    assertThat(silent).isCompleted();
  }

  @Test
  void aDayDoesNotMakeItGrow() {
    FakeSink small = new FakeSink(time, 8_000, 40, 40, 50, false);
    Player one = player(small).listener(event -> {}).build();
    one.start();
    long mostHeld = 0;
    long spoken = 0;
    for (int minute = 0; minute < 24 * 60; minute++) {
      FakeTurn next = new FakeTurn(minute, 8_000);
      for (int i = 0; i < 10; i++) {
        one.play(next.sayMillis(1_000));
        advance(200);
      }
      spoken += 10_000;
      if (minute % 3 == 0) {
        Flushed flushed = one.flush();
        spoken -= flushed.dropped().toMillis();
      } else {
        one.endOfAnswer(next);
      }
      advance(29_000);
      if (minute % 5 == 0) {
        one.pause();
        advance(1_000);
        one.resume();
      }
      advance(29_000);
      if (minute == 60) {
        mostHeld = one.metrics().heldBytes();
      }
    }

    assertThat(one.metrics().heldBytes()).isLessThanOrEqualTo(mostHeld).isLessThan(300_000);
    assertThat(one.metrics().played()).isEqualTo(Duration.ofMillis(spoken));
    assertThat(one.metrics().queued()).isZero();
    assertThat(one.metrics().underruns()).isZero();
  }

  @Test
  void playingAllocatesNothing() {
    AtomicReference<AudioSink.Feed> feed = new AtomicReference<>();
    Player one = Player.builder(new SilentSink(feed)).executor(task -> {}).build();
    one.start();
    for (int i = 0; i < 100; i++) {
      one.play(turn.sayMillis(100).chunk());
    }
    short[] block = new short[240];
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    long frame = 0;
    // The JVM itself allocates now and then, so the best of nine counts.
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 9; round++) {
      long before = threads.getThreadAllocatedBytes(id);
      for (int i = 0; i < 100; i++) {
        feed.get().render(frame, block, 0, 240);
        frame += 240;
        feed.get().heard(frame - 960, frame);
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
    }

    assertThat(one.metrics().played()).isGreaterThan(Duration.ofSeconds(8));
    assertThat(least).isZero();
  }

  @Test
  void threadsDoNotHinderEachOther() throws Exception {
    ThreadedSink to = new ThreadedSink();
    try (Player one = Player.builder(to).flushMode(FlushMode.CUT).build()) {
      one.start();
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_500);
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread controls = new Thread(() -> {
        try {
          Random random = new Random(1);
          while (System.nanoTime() < end) {
            switch (random.nextInt(4)) {
              case 0 -> one.flush();
              case 1 -> one.pause();
              case 2 -> one.resume();
              default -> one.position();
            }
            LockSupport.parkNanos(200_000);
          }
          one.resume();
        } catch (Throwable e) {
          failure.set(e);
        }
      });
      controls.start();
      int number = 0;
      while (System.nanoTime() < end) {
        FakeTurn next = new FakeTurn(++number);
        for (int i = 0; i < 5; i++) {
          one.play(next.sayMillis(20));
        }
        one.endOfAnswer(next);
        LockSupport.parkNanos(1_000_000);
      }
      controls.join();
      FakeTurn last = new FakeTurn(++number);
      one.flush();
      one.play(last.sayMillis(100));
      one.endOfAnswer(last);

      assertThat(one.awaitSilence(Duration.ofSeconds(20))).isTrue();
      assertThat(last.heard()).isEqualTo(last.audioDuration());
      assertThat(failure.get()).isNull();
      assertThat(to.failure()).isNull();
    }
  }

  @Test
  void theLimitOfAWaitMayBeForEver() throws Exception {
    try (Player one = Player.builder(sink).build()) {
      assertThat(one.awaitSilence(ChronoUnit.FOREVER.getDuration())).isTrue();
    }
  }

  @Test
  void wrongSettingsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> player(sink).prebuffer(Duration.ofMillis(50), Duration.ofMillis(40)))
        .withMessageContaining("PT0.05S, PT0.04S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> player(sink).capacity(Duration.ofMillis(999)))
        .withMessageContaining("PT0.999S");
    player.start();
    assertThatIllegalStateException().isThrownBy(player::start).withMessageContaining("once");
  }

  private void advance(int millis) {
    time.advance(Duration.ofMillis(millis));
  }

  private Cause lastStop() {
    advance(1);
    PlayerEvent last = events.get(events.size() - 1);
    return ((PlayerEvent.Stopped) last).cause();
  }

  private static long samples(Duration duration) {
    return Math.round(duration.toNanos() * (double) RATE / 1e9);
  }

  private static int firstSound(short[] samples) {
    int i = 0;
    while (samples[i] == 0) {
      i++;
    }
    return i;
  }

  private static short[] sine(long from, int count) {
    short[] samples = new short[count];
    for (int i = 0; i < count; i++) {
      samples[i] = (short) Math.round(8_000 * Math.sin(2 * Math.PI * 440 * (from + i) / RATE));
    }
    return samples;
  }

  /** Keeps what a tap is told. */
  private static final class Recorder implements Tap {
    private short[] rendered = new short[1 << 20];
    private short[] heard = new short[1 << 20];
    private int renderedEnd;
    private int heardEnd;
    private long nanosOfLast;
    private long worstNanos;

    @Override
    public void rendered(long frame, short[] samples, int off, int count) {
      assertThat(frame).isLessThanOrEqualTo(renderedEnd);
      System.arraycopy(samples, off, rendered, (int) frame, count);
      renderedEnd = (int) frame + count;
    }

    @Override
    public void heard(long frame, short[] samples, int off, int count, long nanos) {
      assertThat(frame).isEqualTo(heardEnd);
      worstNanos = Math.max(worstNanos, Math.abs(nanos - (frame + count) * 1_000_000_000L / RATE));
      System.arraycopy(samples, off, heard, (int) frame, count);
      heardEnd += count;
      nanosOfLast = nanos;
    }

    short[] rendered() {
      return Arrays.copyOf(rendered, renderedEnd);
    }

    short[] heard() {
      return Arrays.copyOf(heard, heardEnd);
    }
  }

  /** Hands out its feed and does nothing else. */
  private record SilentSink(AtomicReference<AudioSink.Feed> feed) implements AudioSink {
    @Override
    public int sampleRateHz() {
      return RATE;
    }

    @Override
    public void start(Feed to) {
      feed.set(to);
    }

    @Override
    public long heardFrames() {
      return 0;
    }

    @Override
    public long flush() {
      return 0;
    }

    @Override
    public void close() {}
  }

  /** What it takes is heard at once. */
  private static final class InstantSink implements AudioSink {
    private final short[] sample = new short[1];
    private AudioSink.Feed feed = (frame, samples, offset, count) -> {};
    private long frames;
    private int last;
    private int maxStep;

    void play(int count) {
      for (int i = 0; i < count; i++) {
        feed.render(frames++, sample, 0, 1);
        feed.heard(frames, 0);
        maxStep = Math.max(maxStep, Math.abs(sample[0] - last));
        last = sample[0];
      }
    }

    @Override
    public int sampleRateHz() {
      return RATE;
    }

    @Override
    public void start(Feed to) {
      feed = to;
    }

    @Override
    public long heardFrames() {
      return frames;
    }

    @Override
    public long flush() {
      return frames;
    }

    @Override
    public void close() {}
  }

  /** Plays 20 times as fast as it should, on its own thread, under its own lock. */
  private static final class ThreadedSink implements AudioSink {
    private final short[] block = new short[240];
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean closed;
    private long rendered; // guarded by this
    private long heard; // guarded by this
    private Thread thread = new Thread();

    Throwable failure() {
      return failure.get();
    }

    @Override
    public int sampleRateHz() {
      return RATE;
    }

    @Override
    public void start(Feed feed) {
      thread = new Thread(() -> {
        try {
          while (!closed) {
            long now;
            synchronized (this) {
              heard = Math.min(rendered, heard + 240);
              now = heard;
              while (rendered - heard < 1_440) {
                feed.render(rendered, block, 0, 240);
                rendered += 240;
              }
            }
            feed.heard(now, System.nanoTime());
            LockSupport.parkNanos(500_000);
          }
        } catch (Throwable e) {
          failure.set(e);
        }
      });
      thread.start();
    }

    @Override
    public synchronized long heardFrames() {
      return heard;
    }

    @Override
    public synchronized long flush() {
      rendered = heard;
      return heard;
    }

    @Override
    public void close() {
      closed = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
