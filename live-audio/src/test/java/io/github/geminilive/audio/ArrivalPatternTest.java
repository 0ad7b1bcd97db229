package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.LiveEvent;
import io.github.geminilive.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Answers that arrive in all manners, on a line in virtual time. {@link ArrivalPatternReport} prints
 * the figures as a table.
 */
class ArrivalPatternTest {

  private static final int ANSWERS = 10;
  private static final int ANSWER_MILLIS = 20_000;
  private static final int CHUNK_MILLIS = 40;
  private static final int RATE = 24_000;
  private static final int BLOCK_MILLIS = 10;
  private static final int BUFFER_MILLIS = 50;

  /** How audio arrives: when each chunk of an answer does, from the first one on. */
  enum Pattern {
    STEADY("40 ms every 40 ms") {
      @Override
      double[] arrivals(int chunks, Random random) {
        return paced(chunks, CHUNK_MILLIS);
      }
    },
    BURST("20 s at once") {
      @Override
      double[] arrivals(int chunks, Random random) {
        return paced(chunks, 0);
      }
    },
    FAST("4 times real time") {
      @Override
      double[] arrivals(int chunks, Random random) {
        return paced(chunks, CHUNK_MILLIS / 4.0);
      }
    },
    STUTTER_50("real time, a stall of 50 ms each 2 s") {
      @Override
      double[] arrivals(int chunks, Random random) {
        return stalled(paced(chunks, CHUNK_MILLIS), 50);
      }
    },
    STUTTER_100("real time, a stall of 100 ms each 2 s") {
      @Override
      double[] arrivals(int chunks, Random random) {
        return stalled(paced(chunks, CHUNK_MILLIS), 100);
      }
    },
    STUTTER_200("real time, a stall of 200 ms each 2 s") {
      @Override
      double[] arrivals(int chunks, Random random) {
        return stalled(paced(chunks, CHUNK_MILLIS), 200);
      }
    },
    STUTTER_400("real time, a stall of 400 ms each 2 s") {
      @Override
      double[] arrivals(int chunks, Random random) {
        return stalled(paced(chunks, CHUNK_MILLIS), 400);
      }
    },
    FAST_STUTTER_400("4 times real time, a stall of 400 ms each 2 s") {
      @Override
      double[] arrivals(int chunks, Random random) {
        return stalled(paced(chunks, CHUNK_MILLIS / 4.0), 400);
      }
    },
    JITTER("real time ± 60 ms, even spread, in order") {
      @Override
      double[] arrivals(int chunks, Random random) {
        double[] at = paced(chunks, CHUNK_MILLIS);
        double latest = 0;
        for (int i = 0; i < chunks; i++) {
          latest = Math.max(latest, at[i] + 60 + random.nextInt(-60, 61));
          at[i] = latest;
        }
        double first = at[0];
        for (int i = 0; i < chunks; i++) {
          at[i] -= first;
        }
        return at;
      }
    },
    SLOW_START("one chunk, 300 ms nothing, then real time") {
      @Override
      double[] arrivals(int chunks, Random random) {
        double[] at = paced(chunks, CHUNK_MILLIS);
        for (int i = 1; i < chunks; i++) {
          at[i] += 300;
        }
        return at;
      }
    },
    SLOW_1_PERCENT("1 % slower than real time") {
      @Override
      double[] arrivals(int chunks, Random random) {
        return paced(chunks, CHUNK_MILLIS * 1.01);
      }
    },
    FAST_1_PERCENT("1 % faster than real time") {
      @Override
      double[] arrivals(int chunks, Random random) {
        return paced(chunks, CHUNK_MILLIS / 1.01);
      }
    },
    DEVICE_FAST("real time, device + 200 ppm") {
      @Override
      double[] arrivals(int chunks, Random random) {
        return paced(chunks, CHUNK_MILLIS);
      }

      @Override
      double ppm() {
        return 200;
      }
    },
    DEVICE_SLOW("real time, device − 200 ppm") {
      @Override
      double[] arrivals(int chunks, Random random) {
        return paced(chunks, CHUNK_MILLIS);
      }

      @Override
      double ppm() {
        return -200;
      }
    };

    final String words;

    Pattern(String words) {
      this.words = words;
    }

    /** In milliseconds, ascending. */
    abstract double[] arrivals(int chunks, Random random);

    double ppm() {
      return 0;
    }

    private static double[] paced(int chunks, double millis) {
      double[] at = new double[chunks];
      for (int i = 0; i < chunks; i++) {
        at[i] = i * millis;
      }
      return at;
    }

    /** Nothing comes during a stall; what was due meanwhile comes at its end. */
    private static double[] stalled(double[] at, double stall) {
      for (int i = 0; i < at.length; i++) {
        double phase = at[i] % 2_000;
        if (phase > 1_000 && phase < 1_000 + stall) {
          at[i] += 1_000 + stall - phase;
        }
      }
      return at;
    }
  }

  /**
   * What became of some answers.
   *
   * @param firstStart from the first chunk's arrival to its first sample heard, first answer
   * @param medianStart the same, median of all answers
   * @param longestStart the same, longest
   * @param firstUnderruns underruns of the first two answers
   * @param underruns underruns of all
   * @param underrunMillis how long there was nothing to play, in all
   * @param prebufferMillis what the next answer would wait for, after the last
   * @param checks how often the position was held against the truth
   * @param positionError the largest error of it, in samples
   * @param maxStep the largest step from sample to sample; the signal's own is 1
   * @param lostSamples audio that was not heard
   */
  record Figures(
      double firstStart,
      double medianStart,
      double longestStart,
      long firstUnderruns,
      long underruns,
      long underrunMillis,
      long prebufferMillis,
      int checks,
      long positionError,
      int maxStep,
      long lostSamples) {}

  @ParameterizedTest
  @EnumSource
  void positionIsExactNothingIsLostAndNothingClicks(Pattern pattern) {
    Figures figures = replay(pattern);

    assertThat(figures.checks()).as("positions checked").isGreaterThan(10_000);
    assertThat(figures.positionError()).as("position error, samples").isZero();
    assertThat(figures.lostSamples()).as("lost samples").isZero();
    // A fade of 6 ms at 24 kHz may add PEAK * pi / 2 / 144.
    assertThat(figures.maxStep()).as("largest step").isLessThanOrEqualTo(170);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "STEADY",
        "BURST",
        "FAST",
        "STUTTER_50",
        "FAST_STUTTER_400",
        "FAST_1_PERCENT",
        "DEVICE_FAST",
        "DEVICE_SLOW"
      })
  void aLineThatKeepsUpHasNoUnderrun(Pattern pattern) {
    Figures figures = replay(pattern);

    assertThat(figures.underruns()).isZero();
    // What is waited for at most, a block until asked, and the line.
    assertThat(figures.longestStart()).isLessThanOrEqualTo(70 + 2 * BLOCK_MILLIS + BUFFER_MILLIS);
  }

  @ParameterizedTest
  @EnumSource(names = {"STUTTER_100", "STUTTER_200", "STUTTER_400", "JITTER"})
  void theWaitGrowsUntilTheLineIsCovered(Pattern pattern) {
    Figures figures = replay(pattern);

    assertThat(figures.underruns() - figures.firstUnderruns())
        .as("underruns after the first two answers")
        .isLessThanOrEqualTo(2);
  }

  static Figures replay(Pattern pattern) {
    VirtualTime time = new VirtualTime();
    Random random = new Random(5);
    FakeSink sink = new FakeSink(time, RATE, BLOCK_MILLIS, BUFFER_MILLIS, pattern.ppm(), true);
    List<PlayerEvent> events = new ArrayList<>();
    Player player = Player.builder(sink)
        .nanoTime(time.nanoTime())
        .executor(Runnable::run)
        .listener(events::add)
        .build();
    player.start();
    List<Double> starts = new ArrayList<>();
    long error = 0;
    int checks = 0;
    long firstUnderruns = 0;
    long played = 0;
    for (int answer = 0; answer < ANSWERS; answer++) {
      FakeTurn turn = new FakeTurn(answer);
      double[] at = pattern.arrivals(ANSWER_MILLIS / CHUNK_MILLIS, random);
      time.advance(Duration.ofMillis(1_000 + random.nextInt(40)));
      long begin = time.nanoTime().getAsLong();
      for (int i = 0; i < at.length; i++) {
        LiveEvent.Audio audio = turn.sayMillis(CHUNK_MILLIS);
        boolean last = i == at.length - 1;
        time.schedule(
            () -> {
              player.play(audio);
              if (last) {
                player.endOfAnswer(turn);
              }
            },
            (long) (at[i] * 1e6),
            TimeUnit.NANOSECONDS);
      }
      events.clear();
      int heardBefore = sink.heard().length;
      do {
        time.advance(Duration.ofMillis(5));
        Duration position = player.position().heard();
        if (player.position().turn() == turn) {
          long claimed = Math.round(position.toNanos() * (double) RATE / 1e9);
          long truth = truth(sink, heardBefore, claimed);
          if (truth >= 0) {
            checks++;
            error = Math.max(error, Math.abs(claimed - truth));
          }
        }
      } while (time.nanoTime().getAsLong() < begin + at[at.length - 1] * 1e6 || player.isPlaying());
      played += turn.spokenSamples();
      if (!turn.audioDuration().equals(turn.heard())) {
        error = Math.max(error, turn.spokenSamples());
      }
      for (PlayerEvent event : events) {
        if (event instanceof PlayerEvent.Started started) {
          starts.add((started.nanos() - begin) / 1e6);
          break;
        }
      }
      if (answer == 1) {
        firstUnderruns = player.metrics().underruns();
      }
    }
    PlayerMetrics metrics = player.metrics();
    List<Double> sorted = starts.stream().sorted().toList();
    return new Figures(
        starts.get(0),
        sorted.get(sorted.size() / 2),
        sorted.get(sorted.size() - 1),
        firstUnderruns,
        metrics.underruns(),
        metrics.underrunTime().toMillis(),
        metrics.prebuffer().toMillis(),
        checks,
        error,
        sink.takeMaxStep(),
        played - metrics.played().toNanos() * RATE / 1_000_000_000L);
  }

  /** What was heard, by the samples themselves; -1 where they do not tell. */
  private static long truth(FakeSink sink, int from, long near) {
    short[] recent = sink.lastHeard(33);
    return sink.heardFrames() - from < 33 ? -1 : Signal.placeAfter(recent, 33, near);
  }
}
