package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.audio.dsp.SpeechTracker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who has the word, decision by decision. */
class TurnTakerTest {

  private static final int CHUNK = 320;

  private final List<String> done = new ArrayList<>();
  private final TurnTaker.Outlet outlet = new TurnTaker.Outlet() {
    @Override
    public void audio(short[] samples, int offset, int count) {}

    @Override
    public void startActivity() {
      done.add("start");
    }

    @Override
    public void endActivity() {
      done.add("end");
    }

    @Override
    public void endStream() {
      done.add("pause of the stream");
    }

    @Override
    public void duck() {
      done.add("duck");
    }

    @Override
    public void pause() {
      done.add("pause");
    }

    @Override
    public void release(int heldSamples, boolean nobody) {
      done.add(nobody ? "false alarm" : "release");
    }

    @Override
    public void cut() {
      done.add("cut");
    }
  };

  private static void hear(TurnTaker taker, int millis, boolean speech, boolean audible) {
    for (int at = 0; at < millis; at += 20) {
      taker.accept(
          new short[CHUNK],
          0,
          CHUNK,
          speech ? SpeechTracker.State.SPEAKING : SpeechTracker.State.SILENT,
          at * 16L,
          speech ? CHUNK : 0,
          audible);
    }
  }

  @Test
  void aButtonPressedWhileTheAnswerIsHeldLetsItsHolderGo() {
    TurnTaker taker = new TurnTaker(TurnTaking.CLIENT, false, outlet);
    hear(taker, 200, true, true);
    assertThat(done).containsExactly("duck", "pause");
    taker.press();

    assertThat(done).containsExactly("duck", "pause", "release", "start");
  }

  @Test
  void whatIsOpenIsClosedWhenNoMoreSoundComes() {
    TurnTaker taker = new TurnTaker(TurnTaking.CLIENT, false, outlet);
    hear(taker, 100, true, true);
    taker.stop();
    assertThat(done).containsExactly("duck", "false alarm");
    hear(taker, 100, true, false);
    taker.stop();
    taker.stop();

    assertThat(done).containsExactly("duck", "false alarm", "start", "end");
  }
}
