package io.github.geminilive.internal.relay;

import io.github.geminilive.internal.session.Services;
import io.github.geminilive.relay.RelayMessage;
import io.github.geminilive.relay.RelayModerator;
import io.github.geminilive.relay.RelayObserver;
import io.github.geminilive.relay.RelaySession;
import io.github.geminilive.relay.RelayVerdict;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The application's code around each message. Nothing it does ends a conversation by accident. */
final class Hooks {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.relay");
  private static final long PATIENCE_SECONDS = 10;
  private static final CompletableFuture<RelayVerdict> PASSES =
      CompletableFuture.completedFuture(RelayVerdict.pass());

  private final Services services;
  private final List<RelayObserver> observers;
  private final List<RelayModerator> moderators;
  private final boolean audio;

  Hooks(Services services, List<RelayObserver> observers, List<RelayModerator> moderators) {
    this.services = services;
    this.observers = observers;
    this.moderators = moderators;
    this.audio = observers.stream().anyMatch(RelayObserver::wantsAudio)
        || moderators.stream().anyMatch(RelayModerator::wantsAudio);
  }

  /** Whether nobody looks at anything. */
  boolean none() {
    return observers.isEmpty() && moderators.isEmpty();
  }

  /** Whether anybody looks at sound. */
  boolean audio() {
    return audio;
  }

  /** Tells all observers. */
  void tell(Consumer<RelayObserver> what) {
    for (RelayObserver observer : observers) {
      try {
        what.accept(observer);
      } catch (Throwable e) {
        LOG.warn("An observer of a relay threw", e);
      }
    }
  }

  /** Shows a message to those who want to see its kind. */
  void observe(RelaySession session, RelayMessage message) {
    boolean sound = message instanceof RelayMessage.Audio;
    tell(observer -> {
      if (!sound || observer.wantsAudio()) {
        observer.onMessage(session, message);
      }
    });
  }

  /** Asks the moderators; never completes exceptionally. */
  CompletableFuture<RelayVerdict> judge(RelaySession session, RelayMessage message) {
    return judge(session, message, 0);
  }

  private CompletableFuture<RelayVerdict> judge(
      RelaySession session, RelayMessage message, int from) {
    boolean sound = message instanceof RelayMessage.Audio;
    for (int i = from; i < moderators.size(); i++) {
      RelayModerator moderator = moderators.get(i);
      if (sound && !moderator.wantsAudio()) {
        continue;
      }
      CompletableFuture<RelayVerdict> verdict = ask(moderator, session, message);
      if (!verdict.isDone()) {
        int next = i + 1;
        // Not on whatever thread the verdict comes from.
        return verdict.thenComposeAsync(
            told -> told == RelayVerdict.Pass.PASS
                ? judge(session, message, next)
                : CompletableFuture.completedFuture(told),
            services.executor());
      }
      if (verdict.join() != RelayVerdict.Pass.PASS) {
        return verdict;
      }
    }
    return PASSES;
  }

  private CompletableFuture<RelayVerdict> ask(
      RelayModerator moderator, RelaySession session, RelayMessage message) {
    CompletableFuture<RelayVerdict> verdict = new CompletableFuture<>();
    try {
      moderator.judge(session, message).whenComplete((told, error) -> {
        if (told == null && !verdict.isDone()) {
          LOG.warn("{}: a moderator failed; the message is dropped", session.id(), error);
        }
        verdict.complete(told == null ? RelayVerdict.drop() : told);
      });
    } catch (Throwable e) {
      LOG.warn("{}: a moderator threw; the message is dropped", session.id(), e);
      verdict.complete(RelayVerdict.drop());
    }
    if (!verdict.isDone()) {
      Future<?> timer = services
          .timers()
          .schedule(
              () -> {
                if (verdict.complete(RelayVerdict.drop())) {
                  LOG.warn(
                      "{}: a moderator took longer than {} s; the message is dropped",
                      session.id(),
                      PATIENCE_SECONDS);
                }
              },
              PATIENCE_SECONDS,
              TimeUnit.SECONDS);
      verdict.whenComplete((told, error) -> timer.cancel(false));
    }
    return verdict;
  }
}
