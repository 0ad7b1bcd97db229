package io.github.geminilive.internal.session;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.Delivery;
import io.github.geminilive.LiveEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.Test;

/** The publisher of a session's events against the Reactive Streams TCK. */
@Test
public class PublisherTckTest extends FlowPublisherVerification<LiveEvent> {

  private static final LiveEvent.Closed CLOSED =
      new LiveEvent.Closed(new CloseInfo(CloseInfo.By.APPLICATION, 1000, "", null, false));

  private final ExecutorService executor = Executors.newCachedThreadPool(task -> {
    Thread thread = new Thread(task, "tck");
    thread.setDaemon(true);
    return thread;
  });
  private final List<Source> sources = new CopyOnWriteArrayList<>();

  /** Sets the deadlines of the TCK: long enough for a busy machine. */
  public PublisherTckTest() {
    super(new TestEnvironment(2_000, 50), 2_000);
  }

  /** A service that never runs dry: events as long as the hub lets it read. */
  private static final class Source implements EventHub.Gate, Runnable {
    private final long count;
    private boolean paused;
    private boolean stopped;
    private @Nullable EventHub hub;

    Source(long count) {
      this.count = count;
    }

    @Override
    public synchronized void setPaused(boolean paused) {
      this.paused = paused;
      notifyAll();
    }

    synchronized void stop() {
      stopped = true;
      notifyAll();
    }

    private synchronized boolean awaitOpen() {
      while (paused && !stopped) {
        try {
          wait(1_000);
        } catch (InterruptedException e) {
          return false;
        }
      }
      return !stopped;
    }

    @Override
    public void run() {
      EventHub target = requireNonNull(hub);
      for (long i = 1; i < count && awaitOpen(); i++) {
        target.publish(new LiveEvent.GenerationComplete(null));
        target.wake();
      }
      if (awaitOpen()) {
        target.publish(CLOSED);
        target.wake();
      }
    }
  }

  @Override
  public Flow.Publisher<LiveEvent> createFlowPublisher(long elements) {
    // No publisher is quite empty: a session tells at least that it has closed.
    Source source = new Source(elements);
    EventHub hub = new EventHub(executor, source);
    source.hub = hub;
    sources.add(source);
    executor.execute(source);
    return hub.publisher(Delivery.lossless());
  }

  @Override
  public Flow.@Nullable Publisher<LiveEvent> createFailedFlowPublisher() {
    // The events never fail: an end of any kind is told as an event.
    return null;
  }

  @Override
  public long maxElementsFromPublisher() {
    return Integer.MAX_VALUE;
  }

  /** Ends what a test has left running. */
  @AfterMethod
  public void stopSources() {
    sources.forEach(Source::stop);
    sources.clear();
  }

  /** Ends the threads. */
  @AfterClass
  public void stopThreads() {
    executor.shutdownNow();
  }
}
