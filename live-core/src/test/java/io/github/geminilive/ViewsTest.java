package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Listener, publisher and iteration are views of one log. */
class ViewsTest {

  /** A subscriber that asks as it is told to. */
  private static final class Subscriber implements Flow.Subscriber<LiveEvent> {
    final BlockingQueue<LiveEvent> seen = new LinkedBlockingQueue<>();
    final CompletableFuture<Void> completed = new CompletableFuture<>();
    final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private final long first;

    Subscriber(long first) {
      this.first = first;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription.complete(given);
      if (first > 0) {
        given.request(first);
      }
    }

    @Override
    public void onNext(LiveEvent event) {
      seen.add(event);
    }

    @Override
    public void onError(Throwable error) {
      completed.completeExceptionally(error);
    }

    @Override
    public void onComplete() {
      completed.complete(null);
    }
  }

  private static Thread start(Runnable task) {
    Thread thread = new Thread(task, "reader");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Test
  void allThreeViewsGiveTheSameLog() {
    List<LiveEvent> heard = new ArrayList<>();
    CompletableFuture<List<LiveEvent>> listened = new CompletableFuture<>();
    LiveListener listener = new LiveListener() {
      @Override
      public void onEvent(LiveEvent event) {
        heard.add(event);
        if (event instanceof LiveEvent.Closed) {
          listened.complete(heard);
        }
      }
    };
    Subscriber subscriber = new Subscriber(Long.MAX_VALUE);
    try (Talk talk = Talk.open()) {
      talk.next(LiveEvent.Opened.class);
      talk.session.subscribe(listener);
      talk.session.publisher().subscribe(subscriber);
      Talk.get(subscriber.subscription);
      for (int i = 0; i < 200; i++) {
        talk.content(Talk.audioPart(5) + ",'outputTranscription':{'text':'" + i + "'}");
      }
      talk.turnComplete();
      List<LiveEvent> iterated = talk.until(LiveEvent.TurnEnded.class);
      talk.session.close();
      iterated.addAll(talk.until(LiveEvent.Closed.class));

      Talk.get(subscriber.completed);
      assertThat(iterated).hasSize(403);
      assertThat(Talk.get(listened)).isEqualTo(iterated);
      assertThat(subscriber.seen).containsExactlyElementsOf(iterated);
    }
  }

  @Test
  void turnsComeWhenTheyAreFinished() throws Exception {
    try (Talk talk = Talk.open();
        LiveStream<LiveTurn> turns = talk.session.turns()) {
      talk.audio(5, 1);
      talk.await(LiveEvent.Audio.class);
      assertThat(turns.poll(Duration.ZERO)).isEmpty();

      talk.turnComplete().audio(5, 1).turnComplete();

      assertThat(turns.poll(Talk.PATIENCE).orElseThrow().number()).isEqualTo(1);
      assertThat(turns.take().orElseThrow().number()).isEqualTo(2);
      talk.session.close();
      assertThat(turns.take()).isEmpty();
      assertThat(turns.take()).isEmpty();
    }
  }

  @Test
  void aLoopOverTurnsEndsWithTheSession() {
    try (Talk talk = Talk.open()) {
      LiveStream<LiveTurn> turns = talk.session.turns();
      CompletableFuture<List<Long>> looped = new CompletableFuture<>();
      start(() -> {
        List<Long> numbers = new ArrayList<>();
        for (LiveTurn turn : turns) {
          numbers.add(turn.number());
        }
        looped.complete(numbers);
      });

      talk.audio(5, 1).turnComplete().audio(5, 1).turnComplete().audio(5, 1);
      talk.await(LiveEvent.TurnEnded.class);
      talk.await(LiveEvent.TurnEnded.class);
      talk.await(LiveEvent.Audio.class);
      talk.session.close();

      // The third was abandoned, which is an end as well.
      assertThat(Talk.get(looped)).containsExactly(1L, 2L, 3L);
      turns.close();
    }
  }

  @Test
  void anInterruptEndsALoopAndStaysSet() {
    try (Talk talk = Talk.open();
        LiveStream<LiveEvent> events = talk.session.events()) {
      CompletableFuture<Boolean> flag = new CompletableFuture<>();
      CountDownLatch looping = new CountDownLatch(1);
      Thread reader = start(() -> {
        looping.countDown();
        for (LiveEvent ignored : events) {
          assertThat(ignored).isNotNull();
        }
        flag.complete(Thread.currentThread().isInterrupted());
      });

      awaitLatch(looping);
      reader.interrupt();

      assertThat(Talk.get(flag)).isTrue();
      assertThat(talk.session.state()).isEqualTo(SessionState.OPEN);
    }
  }

  @Test
  void anInterruptEndsTaking() {
    try (Talk talk = Talk.open();
        LiveStream<LiveEvent> events = talk.session.events()) {
      CompletableFuture<Void> taken = new CompletableFuture<>();
      Thread reader = start(() -> {
        try {
          events.take();
          taken.complete(null);
        } catch (InterruptedException e) {
          taken.completeExceptionally(e);
        }
      });

      reader.interrupt();

      assertThat(Talk.failure(taken)).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void closingAStreamEndsItsLoop() {
    try (Talk talk = Talk.open()) {
      LiveStream<LiveEvent> events = talk.session.events();
      CompletableFuture<Void> ended = new CompletableFuture<>();
      CountDownLatch looping = new CountDownLatch(1);
      start(() -> {
        looping.countDown();
        for (LiveEvent ignored : events) {
          assertThat(ignored).isNotNull();
        }
        ended.complete(null);
      });
      awaitLatch(looping);

      closeTwice(events);

      Talk.get(ended);
      Iterator<LiveEvent> over = events.iterator();
      assertThat(over.hasNext()).isFalse();
      assertThatThrownBy(over::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  private static void closeTwice(LiveStream<?> stream) {
    try (stream;
        stream) {
      assertThat(stream).isNotNull();
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aSubscriberGetsWhatItAskedForAndNoMore() throws Exception {
    Subscriber subscriber = new Subscriber(0);
    try (Talk talk = Talk.open()) {
      talk.next(LiveEvent.Opened.class);
      talk.session.publisher().subscribe(subscriber);
      Flow.Subscription subscription = Talk.get(subscriber.subscription);
      for (int i = 0; i < 10; i++) {
        talk.audio(5, i);
      }
      talk.settled();
      assertThat(subscriber.seen).isEmpty();

      subscription.request(3);
      for (int i = 0; i < 3; i++) {
        LiveEvent event = subscriber.seen.poll(30, TimeUnit.SECONDS);
        assertThat(Talk.valueOf(((LiveEvent.Audio) event).chunk())).isEqualTo(i);
      }
      assertThat(subscriber.seen.poll(30, TimeUnit.MILLISECONDS)).isNull();

      subscription.cancel();
      subscription.request(5);
      assertThat(subscriber.seen.poll(30, TimeUnit.MILLISECONDS)).isNull();
    }
  }

  @Test
  void aSubscriberThatAsksForNothingIsAnError() {
    Subscriber subscriber = new Subscriber(0);
    try (Talk talk = Talk.open()) {
      talk.session.publisher().subscribe(subscriber);
      Talk.get(subscriber.subscription).request(0);

      assertThat(Talk.failure(subscriber.completed))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3.9");
    }
  }

  @Test
  void aPublisherServesManySubscribers() {
    try (Talk talk = Talk.open()) {
      talk.next(LiveEvent.Opened.class);
      Flow.Publisher<LiveEvent> publisher = talk.session.publisher(Delivery.realTime());
      List<Subscriber> subscribers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        Subscriber subscriber = new Subscriber(Long.MAX_VALUE);
        publisher.subscribe(subscriber);
        Talk.get(subscriber.subscription);
        subscribers.add(subscriber);
      }

      talk.audio(5, 1).turnComplete();
      talk.await(LiveEvent.TurnEnded.class);
      talk.session.close();

      for (Subscriber subscriber : subscribers) {
        Talk.get(subscriber.completed);
        assertThat(Talk.kinds(List.copyOf(subscriber.seen)))
            .containsExactly("Audio", "TurnComplete", "TurnEnded", "Closed");
      }
    }
  }

  private static @Nullable Thread startVirtual(Runnable task) {
    try {
      return (Thread)
          Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  @Test
  void virtualThreadsMayLoop() {
    List<CompletableFuture<Integer>> counts = new ArrayList<>();
    try (Talk talk = Talk.open()) {
      talk.next(LiveEvent.Opened.class);
      for (int i = 0; i < 200; i++) {
        LiveStream<LiveEvent> events = talk.session.events();
        CompletableFuture<Integer> count = new CompletableFuture<>();
        counts.add(count);
        Thread virtual = startVirtual(() -> {
          int seen = 0;
          for (LiveEvent event : events) {
            seen += event instanceof LiveEvent.Audio ? 1 : 0;
          }
          count.complete(seen);
        });
        Assumptions.assumeTrue(virtual != null, "no virtual threads before JDK 21");
      }

      for (int i = 0; i < 20; i++) {
        talk.audio(5, i);
      }
      talk.turnComplete();
      talk.await(LiveEvent.TurnEnded.class);
      talk.session.close();

      for (CompletableFuture<Integer> count : counts) {
        assertThat(Talk.get(count)).isEqualTo(20);
      }
    }
  }
}
