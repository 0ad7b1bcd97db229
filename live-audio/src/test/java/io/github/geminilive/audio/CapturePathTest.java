package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.github.geminilive.audio.dsp.EchoCanceller;
import io.github.geminilive.audio.dsp.EchoReport;
import io.github.geminilive.audio.dsp.Level;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The way of captured sound, without devices and session. */
class CapturePathTest {

  private static final int RATE = 16_000;

  /** Collects what would be sent, and what else is told. */
  private static final class Ears implements TurnTaker.Outlet, CapturePath.Observer {
    final short[] sent = new short[60 * RATE];
    int count;
    final List<String> marks = new ArrayList<>();
    final List<Long> changes = new ArrayList<>();
    boolean withheld;

    @Override
    public void audio(short[] samples, int offset, int length) {
      System.arraycopy(samples, offset, sent, count % (sent.length - length), length);
      count += length;
    }

    @Override
    public void startActivity() {
      marks.add("start");
    }

    @Override
    public void endActivity() {
      marks.add("end");
    }

    @Override
    public void endStream() {
      marks.add("pause");
    }

    @Override
    public void duck() {}

    @Override
    public void pause() {}

    @Override
    public void release(int heldSamples, boolean nobody) {}

    @Override
    public void cut() {}

    @Override
    public void userSpeaking(boolean speaking, long nanos) {
      changes.add(nanos);
    }

    @Override
    public void processed(short[] samples, int offset, int length, long nanos) {}

    @Override
    public void level(Level user) {}
  }

  /** Takes nothing out, 5 ms late. */
  private static final class Late implements EchoCanceller {
    private final short[] held = new short[80];
    private int at;

    @Override
    public int sampleRateHz() {
      return RATE;
    }

    @Override
    public int latencySamples() {
      return held.length;
    }

    @Override
    public void process(
        short[] far,
        int farOffset,
        short[] mic,
        int micOffset,
        short[] out,
        int outOffset,
        int count) {
      for (int i = 0; i < count; i++) {
        short next = mic[micOffset + i];
        out[outOffset + i] = held[at];
        held[at] = next;
        at = (at + 1) % held.length;
      }
    }

    @Override
    public EchoReport report() {
      return EchoReport.UNKNOWN;
    }

    @Override
    public void reset() {}
  }

  private static CapturePath path(int sourceRate, TurnTaking turns, Ears ears, boolean echo) {
    EchoCanceller canceller = echo ? new Late() : null;
    EchoGuard guard = new EchoGuard(
        echo ? EchoMode.CANCEL : EchoMode.HEADSET,
        RATE,
        () -> EchoReport.UNKNOWN,
        (mode, report) -> {});
    return new CapturePath(
        sourceRate,
        echo ? new EchoReference(24_000, RATE) : null,
        canceller,
        guard,
        new LoudnessDetector(),
        Duration.ofMillis(500),
        new TurnTaker(turns, false, ears),
        () -> false,
        () -> ears.withheld,
        Duration.ofSeconds(10),
        ears);
  }

  private static short[] noise(int count, double size) {
    Random random = new Random(5);
    short[] samples = new short[count];
    for (int i = 0; i < count; i++) {
      samples[i] = (short) (size * random.nextGaussian());
    }
    return samples;
  }

  @Test
  void nothingIsAllocatedPerPiece() {
    Ears ears = new Ears();
    CapturePath path = path(48_000, TurnTaking.SERVICE, ears, true);
    short[] chunk = noise(960, 50);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < 400; i++) {
      path.captured(chunk, 0, chunk.length, i * 20_000_000L);
    }
    threads.getCurrentThreadAllocatedBytes();

    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 400; i < 4400; i++) {
      path.captured(chunk, 0, chunk.length, i * 20_000_000L);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(ears.count).isBetween(4400 * 320 - 200, 4400 * 320);
    // Eight levels were told, and the JVM has its own once-only needs: less than 3 bytes per piece.
    assertThat(allocated).isLessThan(12_000);
  }

  @Test
  void whatIsSentDoesNotDependOnThePieces() {
    short[] sound = noise(RATE, 3000);
    Ears whole = new Ears();
    path(RATE, TurnTaking.SERVICE, whole, true).captured(sound, 0, sound.length, 1_000_000_000L);
    Ears pieces = new Ears();
    CapturePath path = path(RATE, TurnTaking.SERVICE, pieces, true);
    Random random = new Random(1);
    for (int at = 0; at < sound.length; ) {
      int count = Math.min(sound.length - at, 1 + random.nextInt(700));
      path.captured(sound, at, count, (at + count) * 1_000_000_000L / RATE);
      at += count;
    }

    assertThat(whole.count).isEqualTo(RATE);
    assertThat(pieces.count).isEqualTo(RATE);
    assertThat(pieces.sent).isEqualTo(whole.sent);
  }

  @Test
  void timesAreThoseOfTheMicrophoneWhateverTheWayCosts() {
    Ears ears = new Ears();
    CapturePath path = path(48_000, TurnTaking.SERVICE, ears, true);
    short[] sound = new short[96_000];
    Arrays.fill(sound, 48_000, 72_000, (short) 5000);
    for (int at = 0; at < sound.length; at += 960) {
      path.captured(sound, at, 960, (at + 960) * 1_000_000_000L / 48_000);
    }
    assertThat(ears.changes).hasSize(1);
    for (int i = 0; i < 50; i++) {
      path.captured(new short[960], 0, 960, 2_020_000_000L + i * 20_000_000L);
    }

    assertThat(ears.changes).hasSize(2);
    assertThat(ears.changes.get(0)).isBetween(985_000_000L, 1_015_000_000L);
    assertThat(ears.changes.get(1)).isBetween(1_485_000_000L, 1_525_000_000L);
  }

  @Test
  void withheldSoundIsSilentWithoutAStep() {
    Ears ears = new Ears();
    CapturePath path = path(RATE, TurnTaking.SERVICE, ears, false);
    short[] loud = new short[1600];
    Arrays.fill(loud, (short) 10_000);
    path.captured(loud, 0, 1600, 100_000_000L);
    ears.withheld = true;
    path.captured(loud, 0, 1600, 200_000_000L);
    ears.withheld = false;
    path.captured(loud, 0, 1600, 300_000_000L);

    int largest = 0;
    for (int i = 1; i < ears.count; i++) {
      largest = Math.max(largest, Math.abs(ears.sent[i] - ears.sent[i - 1]));
    }
    assertThat(largest).isLessThanOrEqualTo(10_000 / 79);
    assertThat(Arrays.copyOfRange(ears.sent, 1600 + 80, 3200)).containsOnly((short) 0);
    assertThat(ears.sent[1599]).isEqualTo((short) 10_000);
    assertThat(ears.sent[4799]).isEqualTo((short) 10_000);
  }

  @Test
  void speechThatIsWithheldInTheMiddleEnds() {
    Ears ears = new Ears();
    CapturePath path = path(RATE, TurnTaking.MANUAL_ACTIVITY, ears, false);
    short[] loud = noise(320, 5000);
    for (int i = 1; i <= 20; i++) {
      path.captured(loud, 0, 320, i * 20_000_000L);
    }
    assertThat(ears.marks).containsExactly("start");
    ears.withheld = true;
    for (int i = 21; i <= 60; i++) {
      path.captured(loud, 0, 320, i * 20_000_000L);
    }

    assertThat(ears.marks).containsExactly("start", "end");
  }
}
