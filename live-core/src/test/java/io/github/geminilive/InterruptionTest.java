package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An interruption overtakes the audio it makes worthless. */
class InterruptionTest {

  /** A listener that stops at its first audio until it is let go. */
  private static final class SlowPlayer implements LiveListener {
    final CountDownLatch playing = new CountDownLatch(1);
    final CountDownLatch go = new CountDownLatch(1);
    final BlockingQueue<LiveEvent> seen = new LinkedBlockingQueue<>();

    @Override
    public void onEvent(LiveEvent event) {
      seen.add(event);
      if (event instanceof LiveEvent.Audio) {
        playing.countDown();
        try {
          go.await(Talk.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }

    List<LiveEvent> until(Class<? extends LiveEvent> kind) throws InterruptedException {
      List<LiveEvent> passed = new ArrayList<>();
      do {
        LiveEvent event = seen.poll(Talk.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(event).as("after %s", Talk.kinds(passed)).isNotNull();
        passed.add(event);
      } while (!kind.isInstance(passed.get(passed.size() - 1)));
      return passed;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waitingAudioOfTheCutTurnIsDiscardedAndAllElseIsKept(boolean realTime) throws Exception {
    SlowPlayer player = new SlowPlayer();
    try (Talk talk = Talk.with().unwatched().open()) {
      talk.session.subscribe(player, realTime ? Delivery.realTime() : Delivery.lossless());
      talk.audio(20, 1);
      assertThat(player.playing.await(30, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < 10; i++) {
        talk.content(Talk.audioPart(30) + ",'outputTranscription':{'text':'w" + i + "'}");
      }
      talk.hear("{'usageMetadata':{'totalTokenCount':1}}");
      talk.content("'interrupted':true").turnComplete();
      talk.content("'inputTranscription':{'text':'wait'}").audio(40, 2).turnComplete();
      Talk.awaitTrue(() -> talk.session.metrics().messagesReceived() == 18, "all have arrived");

      player.go.countDown();
      List<LiveEvent> seen = player.until(LiveEvent.TurnEnded.class);
      seen.addAll(player.until(LiveEvent.TurnEnded.class));

      List<String> expected = new ArrayList<>(List.of("Opened", "Audio"));
      for (int i = 0; i < 10; i++) {
        expected.add("OutputTranscript");
      }
      expected.addAll(List.of(
          "Usage",
          "Interrupted",
          "TurnComplete",
          "TurnEnded",
          "InputTranscript",
          "Audio",
          "TurnComplete",
          "TurnEnded"));
      assertThat(Talk.kinds(seen)).isEqualTo(expected);
      LiveEvent.Interrupted interrupted =
          (LiveEvent.Interrupted) seen.get(expected.indexOf("Interrupted"));
      assertThat(interrupted.discardedAudio()).hasMillis(300);
      assertThat(talk.session.metrics().audioDiscarded()).hasMillis(300);
      assertThat(interrupted.turn().audioDuration()).hasMillis(320);
    }
  }

  @Test
  void eachSubscriberIsToldWhatItLost() throws Exception {
    SlowPlayer slow = new SlowPlayer();
    try (Talk talk = Talk.open()) {
      talk.session.subscribe(slow);
      for (int i = 0; i < 5; i++) {
        talk.audio(30, i);
        talk.await(LiveEvent.Audio.class);
      }
      assertThat(slow.playing.await(30, TimeUnit.SECONDS)).isTrue();
      talk.content("'interrupted':true").turnComplete();

      assertThat(talk.await(LiveEvent.Interrupted.class).discardedAudio()).isZero();
      // The metrics wait for the whole message: the other buffer has its event by then.
      assertThat(talk.session.metrics().audioDiscarded()).hasMillis(120);
      slow.go.countDown();
      List<LiveEvent> seen = slow.until(LiveEvent.Interrupted.class);

      assertThat(((LiveEvent.Interrupted) seen.get(seen.size() - 1)).discardedAudio())
          .hasMillis(120);
    }
  }

  @Test
  void audioOfAnEndedTurnThatStillWaitsIsDiscardedToo() throws Exception {
    SlowPlayer player = new SlowPlayer();
    try (Talk talk = Talk.with().unwatched().open()) {
      talk.session.subscribe(player);
      talk.audio(20, 1);
      assertThat(player.playing.await(30, TimeUnit.SECONDS)).isTrue();
      talk.audio(50, 1).turnComplete();
      talk.content("'inputTranscription':{'text':'Stop'}").content("'interrupted':true");
      Talk.awaitTrue(() -> talk.session.metrics().messagesReceived() == 6, "all have arrived");

      player.go.countDown();
      List<LiveEvent> seen = player.until(LiveEvent.Interrupted.class);

      assertThat(Talk.kinds(seen))
          .containsExactly(
              "Opened", "Audio", "TurnComplete", "TurnEnded", "InputTranscript", "Interrupted");
      assertThat(((LiveEvent.Interrupted) seen.get(5)).discardedAudio()).hasMillis(50);
    }
  }

  @Test
  void whoSubscribesAfterAnInterruptionIsToldWhatWasDiscardedBefore() throws Exception {
    try (Talk talk = Talk.with().unwatched().open()) {
      talk.audio(20, 1).audio(30, 1).content("'interrupted':true").turnComplete();
      Talk.awaitTrue(() -> talk.session.metrics().messagesReceived() == 5, "all have arrived");

      try (LiveStream<LiveEvent> events = talk.session.events()) {
        List<LiveEvent> seen = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          seen.add(events.poll(Talk.PATIENCE).orElseThrow());
        }

        assertThat(Talk.kinds(seen))
            .containsExactly("Opened", "Interrupted", "TurnComplete", "TurnEnded");
        assertThat(((LiveEvent.Interrupted) seen.get(1)).discardedAudio())
            .isEqualTo(Duration.ofMillis(50));
        assertThat(talk.session.metrics().audioDiscarded()).hasMillis(50);
      }
    }
  }
}
