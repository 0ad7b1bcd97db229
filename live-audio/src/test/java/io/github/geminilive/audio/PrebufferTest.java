package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PrebufferTest {

  private final Prebuffer prebuffer = new Prebuffer(millis(40), millis(400));

  @Test
  void aRunStartsWhenItHasWaited() {
    prebuffer.beginAnswer(millis(1_000), millis(40));

    assertThat(prebuffer.mayStart(millis(1_059))).isFalse();
    assertThat(prebuffer.mayStart(millis(1_060))).isTrue();
  }

  @Test
  void aRunStartsWhenAsMuchCameOnTopOfItsFirstChunk() {
    prebuffer.beginAnswer(0, millis(500));
    assertThat(prebuffer.mayStart(0)).isFalse();
    prebuffer.arrived(0, millis(40));
    assertThat(prebuffer.mayStart(0)).isFalse();
    prebuffer.arrived(0, millis(20));

    assertThat(prebuffer.mayStart(0)).isTrue();
  }

  @Test
  void aGoodLineShortensTheWaitToTheLeast() {
    answer(60_000, 0);

    assertThat(prebuffer.target()).isEqualTo(millis(40));
  }

  @Test
  void rareLatenessLengthensTheWaitAndIsForgottenSlowly() {
    answer(600_000, 0);
    answer(30_000, 150);
    long learnt = prebuffer.target();
    answer(30_000, 0);
    long later = prebuffer.target();
    answer(120_000, 0);

    // 150 ms in steps of 10, and 20 on top.
    assertThat(learnt).isBetween(millis(170), millis(181));
    assertThat(later).isBetween(millis(170), learnt);
    assertThat(prebuffer.target()).isEqualTo(millis(40));
  }

  @Test
  void oneLateChunkInHundredsDoesNotMatter() {
    answer(60_000, 0);
    prebuffer.beginAnswer(0, millis(40));
    prebuffer.arrived(millis(400), millis(40));

    assertThat(prebuffer.target()).isEqualTo(millis(40));
  }

  @Test
  void anUnderrunLengthensTheWaitAtOnce() {
    answer(600_000, 0);
    prebuffer.ranDry(millis(100));
    assertThat(prebuffer.target()).isBetween(millis(69), millis(71));
    prebuffer.ranDry(millis(2));

    assertThat(prebuffer.target()).isBetween(millis(89), millis(91));
    prebuffer.ranDry(millis(5_000));
    assertThat(prebuffer.target()).isEqualTo(millis(400));
  }

  /** An answer in chunks of 40 ms, of which each tenth is late. */
  private void answer(int lengthMillis, int lateMillis) {
    prebuffer.beginAnswer(0, millis(40));
    for (int at = 40; at < lengthMillis; at += 40) {
      prebuffer.arrived(millis(at + (at % 400 == 0 ? lateMillis : 0)), millis(40));
    }
  }

  private static long millis(long count) {
    return TimeUnit.MILLISECONDS.toNanos(count);
  }
}
