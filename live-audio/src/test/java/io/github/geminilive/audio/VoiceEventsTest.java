package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.audio.dsp.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Order, and what a slow listener misses. */
class VoiceEventsTest {

  private static final VoiceEvent STARTED = new VoiceEvent.Started(16_000, 24_000);

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<VoiceEvent> heard = new ArrayList<>();

  private void run() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private static VoiceEvent levels(double rms) {
    return new VoiceEvent.Levels(new Level(rms, rms), Level.SILENT);
  }

  @Test
  void theFirstEventComesFirstWhateverHappenedBefore() {
    VoiceEvents events = new VoiceEvents(tasks::add, heard::add);

    events.post(new VoiceEvent.Muted(true));
    run();
    assertThat(heard).isEmpty();
    events.open(STARTED);
    run();

    assertThat(heard).containsExactly(STARTED, new VoiceEvent.Muted(true));
  }

  @Test
  void aSlowListenerMissesLevelsAndNothingElse() {
    VoiceEvents events = new VoiceEvents(tasks::add, heard::add);
    events.open(STARTED);

    for (int i = 0; i < 1000; i++) {
      events.post(levels(i / 1000.0));
      events.post(new VoiceEvent.Muted(i % 2 == 0));
    }
    run();
    events.post(levels(1));
    run();

    assertThat(heard.stream().filter(VoiceEvent.Muted.class::isInstance)).hasSize(1000);
    assertThat(heard.stream().filter(VoiceEvent.Levels.class::isInstance)).hasSize(2);
    assertThat(events.lost()).isEqualTo(999);
  }

  @Test
  void aListenerThatHangsDoesNotFillTheMemoryAndHearsTheEnd() {
    VoiceEvents events = new VoiceEvents(tasks::add, heard::add);
    events.open(STARTED);

    for (int i = 0; i < 100_000; i++) {
      events.post(new VoiceEvent.Muted(true));
    }
    VoiceEvent end = new VoiceEvent.Ended(VoiceEvent.Ended.Reason.CLOSED, null);
    events.post(end);
    run();

    assertThat(heard).hasSize(4097).endsWith(end);
    assertThat(events.lost()).isEqualTo(100_001 - 4096);
  }

  @Test
  void anExecutorThatRefusesOnceIsAskedAgain() {
    boolean[] refuse = {true};
    VoiceEvents events = new VoiceEvents(
        task -> {
          if (refuse[0]) {
            throw new RejectedExecutionException("full");
          }
          tasks.add(task);
        },
        heard::add);
    events.open(STARTED);
    refuse[0] = false;
    events.post(new VoiceEvent.Muted(true));
    run();

    assertThat(heard).containsExactly(STARTED, new VoiceEvent.Muted(true));
  }

  @Test
  void nothingComesAfterTheEnd() {
    VoiceEvents events = new VoiceEvents(tasks::add, heard::add);
    events.open(STARTED);
    VoiceEvent end = new VoiceEvent.Ended(VoiceEvent.Ended.Reason.CLOSED, null);
    events.post(end);
    events.post(new VoiceEvent.Muted(true));
    run();
    events.post(new VoiceEvent.Muted(false));
    run();

    assertThat(heard).containsExactly(STARTED, end);
  }

  @Test
  void ofLevelsTheLatestWaits() {
    VoiceEvents events = new VoiceEvents(tasks::add, heard::add);
    events.open(STARTED);
    events.post(levels(0.1));
    events.post(levels(0.2));
    run();

    assertThat(heard).containsExactly(STARTED, levels(0.2));
  }

  @Test
  void aListenerThatFailsBadlyHearsTheNextEvent() {
    VoiceEvents events = new VoiceEvents(tasks::add, event -> {
      heard.add(event);
      if (event == STARTED) {
        throw new LinkageError("the test's listener fails");
      }
    });
    events.open(STARTED);
    events.post(new VoiceEvent.Muted(true));
    run();

    assertThat(heard).containsExactly(STARTED, new VoiceEvent.Muted(true));
  }
}
