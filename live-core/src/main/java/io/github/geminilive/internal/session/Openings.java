package io.github.geminilive.internal.session;

import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.RecoveryPolicy;
import io.github.geminilive.SessionSnapshot;
import io.github.geminilive.internal.codec.ClientMessageEncoder;
import io.github.geminilive.internal.profile.ModelProfile;
import io.github.geminilive.protocol.ClientContent;
import io.github.geminilive.protocol.ClientMessage;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.ContextUpdate;
import io.github.geminilive.protocol.HistoryConfig;
import io.github.geminilive.protocol.Setup;
import io.github.geminilive.protocol.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the next connection is opened with: the configuration as it is by now, the newest handle, or
 * without one what was said. Guarded by the engine's lock, save for {@link #next}, which takes it.
 */
final class Openings {

  private final ReentrantLock lock;
  private final Services services;
  private final ModelProfile profile;
  private final RecoveryPolicy recovery;
  private final Inbound inbound;
  private final Conversation conversation;
  private final Notes notes;
  private final Consumer<LiveEvent> tell;
  private final boolean announcedHistory;

  // Read without the lock.
  private volatile LiveConfig config;
  private boolean awaitingHistory;
  // Tools an update of the application's own declared, in place of the configuration's.
  private @Nullable List<Tool> contextTools;

  /**
   * Of a session that has not dialled yet.
   *
   * @param tell tells the application; not called under the lock
   */
  Openings(
      LiveConfig config,
      ReentrantLock lock,
      Services services,
      ModelProfile profile,
      Inbound inbound,
      Conversation conversation,
      Notes notes,
      Consumer<LiveEvent> tell) {
    this.config = config;
    this.lock = lock;
    this.services = services;
    this.profile = profile;
    this.recovery = config.recovery();
    this.inbound = inbound;
    this.conversation = conversation;
    this.notes = notes;
    this.tell = tell;
    HistoryConfig history = config.setup().historyConfig();
    this.announcedHistory =
        history != null && Boolean.TRUE.equals(history.initialHistoryInClientContent());
    this.awaitingHistory = announcedHistory;
  }

  /** The configuration as it is by now; without the lock. */
  LiveConfig config() {
    return config;
  }

  /** What the service is asked for, by now. */
  Setup setup() {
    return withContext(config.setup());
  }

  /** Whether the service takes turns as history until one is complete. */
  boolean awaitingHistory() {
    return awaitingHistory;
  }

  /** A turn that ends the history was queued, or after all not. */
  void historyTold(boolean told) {
    awaitingHistory = !told && announcedHistory;
  }

  /**
   * Another configuration from the next connection on.
   *
   * @param tools whether its tools take the place of those that were declared in mid-session
   */
  void change(LiveConfig changed, boolean tools) {
    config = changed;
    if (tools) {
      contextTools = null;
    }
  }

  /** A configuration's instructions, and what is remembered; null when there are neither. */
  @Nullable
  Content instructions(LiveConfig changed) {
    return Seeding.instructed(changed.setup().systemInstruction(), notes.instructions());
  }

  /** The next connection is to begin with what was changed on this one. */
  void keep(ContextUpdate update) {
    if (update.systemInstruction() != null) {
      config = config.toBuilder().systemInstruction(update.systemInstruction()).build();
    }
    if (update.tools() != null) {
      contextTools = update.tools().tools() == null ? List.of() : update.tools().tools();
    }
  }

  /** For the first connection. */
  Opening first() {
    SessionSnapshot snapshot = config.snapshot();
    String handle = inbound.handle();
    if (snapshot != null) {
      conversation.restore(snapshot.history());
      notes.restore(snapshot.remembered());
      return handle == null ? fresh(conversation.history(), null) : resuming(handle);
    }
    conversation.restore(config.history());
    List<String> frames = new ArrayList<>();
    if (!config.history().isEmpty()) {
      ClientContent history = ClientContent.builder()
          .turns(config.history())
          .turnComplete(awaitingHistory)
          .build();
      awaitingHistory = false;
      frames.add(ClientMessageEncoder.encode(ClientMessage.of(history)));
    }
    return new Opening(config, config.setup(), handle, frames, 0, false);
  }

  /** For a later connection; not under the lock, and perhaps after the application was asked. */
  void next(Consumer<Opening> ready) {
    Opening resuming = null;
    List<Content> history = List.of();
    lock.lock();
    try {
      inbound.forgetEarly();
      String handle = inbound.handle();
      if (handle != null) {
        resuming = resuming(handle);
      } else {
        history = conversation.history();
      }
    } finally {
      lock.unlock();
    }
    if (resuming != null) {
      ready.accept(resuming);
    } else {
      summarize(history, ready);
    }
  }

  /** Asks the application for a summary, if it offers one, and goes on with it or without. */
  private void summarize(List<Content> history, Consumer<Opening> ready) {
    Function<List<Content>, String> summary = recovery.summary();
    if (summary == null || history.isEmpty()) {
      ready.accept(locked(history, null));
      return;
    }
    CompletableFuture<String> told = new CompletableFuture<>();
    Future<?> limit = services
        .timers()
        .schedule(
            () -> told.completeExceptionally(new TimeoutException(
                "no summary within " + recovery.summaryLimit().toMillis() + " ms")),
            recovery.summaryLimit().toNanos(),
            TimeUnit.NANOSECONDS);
    services.executor().execute(() -> {
      try {
        told.complete(summary.apply(history));
      } catch (Throwable e) {
        told.completeExceptionally(e);
      }
    });
    told.whenCompleteAsync(
        (text, error) -> {
          limit.cancel(false);
          if (error != null || text == null || text.isBlank()) {
            tell.accept(new LiveEvent.Warning(
                LiveEvent.Warning.Kind.SUMMARY_FAILED,
                "the conversation is told whole: the summary "
                    + (error == null ? "is blank" : "failed or came too late"),
                error));
          }
          ready.accept(locked(history, text));
        },
        services.executor());
  }

  private Opening locked(List<Content> history, @Nullable String summary) {
    lock.lock();
    try {
      return fresh(history, summary);
    } finally {
      lock.unlock();
    }
  }

  private Opening resuming(String handle) {
    Setup setup = Seeding.resuming(config, handle, notes.instructions(), awaitingHistory);
    return new Opening(config, withContext(setup), handle, List.of(), 0, false);
  }

  private Opening fresh(List<Content> history, @Nullable String summary) {
    Seeding.Seed seed =
        Seeding.plan(config, profile, history, summary, notes.instructions(), awaitingHistory);
    awaitingHistory = seed.awaitsHistory();
    return new Opening(
        config, withContext(seed.setup()), null, seed.frames(), seed.turns(), seed.summarized());
  }

  /** Tools that were declared in mid-session are declared again. */
  private Setup withContext(Setup setup) {
    return contextTools == null ? setup : setup.toBuilder().tools(contextTools).build();
  }
}
