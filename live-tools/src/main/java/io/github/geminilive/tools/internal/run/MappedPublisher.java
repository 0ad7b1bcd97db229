package io.github.geminilive.tools.internal.run;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Flow;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A publisher whose items are changed one by one. Demand and cancellation go through as they are.
 *
 * @param <T> what comes
 * @param <R> what goes on
 */
final class MappedPublisher<T, R> implements Flow.Publisher<R> {

  private final Flow.Publisher<T> source;
  private final Function<? super T, ? extends R> change;

  MappedPublisher(Flow.Publisher<T> source, Function<? super T, ? extends R> change) {
    this.source = source;
    this.change = change;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super R> subscriber) {
    source.subscribe(new Mapping<>(requireNonNull(subscriber, "subscriber"), change));
  }

  private static final class Mapping<T, R> implements Flow.Subscriber<T> {
    private final Flow.Subscriber<? super R> target;
    private final Function<? super T, ? extends R> change;
    // Signals come one after the other, each seeing what the one before it wrote (§1.3).
    private Flow.@Nullable Subscription subscription;
    private boolean ended;

    Mapping(Flow.Subscriber<? super R> target, Function<? super T, ? extends R> change) {
      this.target = target;
      this.change = change;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      requireNonNull(given, "subscription");
      if (subscription != null) {
        // §2.5
        given.cancel();
        return;
      }
      subscription = given;
      target.onSubscribe(given);
    }

    @Override
    public void onNext(T item) {
      requireNonNull(item, "item");
      if (ended) {
        return;
      }
      R changed;
      try {
        changed = change.apply(item);
      } catch (Throwable e) {
        ended = true;
        if (subscription != null) {
          subscription.cancel();
        }
        target.onError(e);
        return;
      }
      target.onNext(changed);
    }

    @Override
    public void onError(Throwable error) {
      requireNonNull(error, "error");
      if (!ended) {
        ended = true;
        target.onError(error);
      }
    }

    @Override
    public void onComplete() {
      if (!ended) {
        ended = true;
        target.onComplete();
      }
    }
  }
}
