package io.github.geminilive.tools.internal.run;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.stream.LongStream;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.example.unicast.AsyncIterablePublisher;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** A publisher whose items are written against the Reactive Streams TCK. */
@Test
public class MappedPublisherTckTest extends FlowPublisherVerification<String> {

  private final ExecutorService executor = Executors.newCachedThreadPool(task -> {
    Thread thread = new Thread(task, "tck");
    thread.setDaemon(true);
    return thread;
  });

  /** Sets the deadlines of the TCK: long enough for a busy machine. */
  public MappedPublisherTckTest() {
    super(new TestEnvironment(1_000, 50));
  }

  @Override
  public Flow.Publisher<String> createFlowPublisher(long elements) {
    Iterable<Long> numbers = () -> LongStream.range(0, elements).boxed().iterator();
    return new MappedPublisher<>(
        FlowAdapters.toFlowPublisher(new AsyncIterablePublisher<>(numbers, executor)),
        number -> "number " + number);
  }

  @Override
  public Flow.Publisher<String> createFailedFlowPublisher() {
    Flow.Publisher<Long> failed = subscriber -> {
      subscriber.onSubscribe(new Flow.Subscription() {
        @Override
        public void request(long count) {}

        @Override
        public void cancel() {}
      });
      subscriber.onError(new IllegalStateException("no items"));
    };
    return new MappedPublisher<>(failed, number -> "number " + number);
  }

  /** Ends the threads. */
  @AfterClass
  public void stopThreads() {
    executor.shutdownNow();
  }
}
