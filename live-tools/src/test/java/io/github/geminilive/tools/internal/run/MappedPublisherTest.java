package io.github.geminilive.tools.internal.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the TCK does not look at: items that cannot be changed, and sources that do not behave. */
class MappedPublisherTest {

  private final List<String> signals = new ArrayList<>();
  private Flow.@Nullable Subscriber<? super Integer> source;

  private final Flow.Subscription subscription = new Flow.Subscription() {
    @Override
    public void request(long count) {
      signals.add("request " + count);
    }

    @Override
    public void cancel() {
      signals.add("cancel");
    }
  };

  private Flow.Subscriber<? super Integer> subscribed() {
    Flow.Publisher<Integer> publisher = subscriber -> source = subscriber;
    new MappedPublisher<Integer, String>(publisher, number -> "item " + 12 / number)
        .subscribe(new Flow.Subscriber<>() {
          @Override
          public void onSubscribe(Flow.Subscription given) {
            signals.add("subscribed");
            given.request(7);
          }

          @Override
          public void onNext(String item) {
            signals.add(item);
          }

          @Override
          public void onError(Throwable error) {
            signals.add("error " + error.getMessage());
          }

          @Override
          public void onComplete() {
            signals.add("complete");
          }
        });
    assertThat(source).isNotNull();
    return source;
  }

  @Test
  void demandGoesThroughAsItIs() {
    Flow.Subscriber<? super Integer> target = subscribed();

    target.onSubscribe(subscription);
    target.onNext(4);
    target.onComplete();

    assertThat(signals).containsExactly("subscribed", "request 7", "item 3", "complete");
  }

  @Test
  void anItemThatCannotBeChangedEndsIt() {
    Flow.Subscriber<? super Integer> target = subscribed();

    target.onSubscribe(subscription);
    target.onNext(0);
    target.onNext(1);
    target.onError(new IllegalStateException("late"));
    target.onComplete();

    assertThat(signals).containsExactly("subscribed", "request 7", "cancel", "error / by zero");
  }

  @Test
  void aSourceEndsOnce() {
    Flow.Subscriber<? super Integer> target = subscribed();

    target.onSubscribe(subscription);
    target.onComplete();
    target.onError(new IllegalStateException("late"));
    target.onNext(1);
    target.onComplete();

    assertThat(signals).containsExactly("subscribed", "request 7", "complete");
  }

  @Test
  void aSecondSubscriptionIsCancelled() {
    Flow.Subscriber<? super Integer> target = subscribed();

    target.onSubscribe(subscription);
    target.onSubscribe(subscription);

    assertThat(signals).containsExactly("subscribed", "request 7", "cancel");
  }

  @Test
  void anItemWithoutASubscriptionThatCannotBeChangedEndsIt() {
    subscribed().onNext(0);

    assertThat(signals).containsExactly("error / by zero");
  }

  @Test
  @SuppressWarnings("NullAway")
  void nullIsNoSubscriber() {
    Flow.Publisher<String> publisher =
        new MappedPublisher<Integer, String>(subscriber -> {}, String::valueOf);

    assertThatThrownBy(() -> publisher.subscribe(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("subscriber");
  }
}
