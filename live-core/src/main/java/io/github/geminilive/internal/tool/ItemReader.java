package io.github.geminilive.internal.tool;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.ToolResult;
import io.github.geminilive.protocol.FunctionResponsePart;
import io.github.geminilive.protocol.Json;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a streamed result: sends its items one by one, each when the socket took the one before it,
 * or collects them into one answer.
 */
final class ItemReader {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.tools");

  /** The call whose result it is. */
  interface Owner {
    /** The function. */
    String name();

    /** Whether nobody waits for the result any more. */
    boolean isOverNow();

    /** Answers with what the tool gave. */
    void conclude(ToolResult outcome);

    /** Answers with what was found here. */
    void finish(ToolResult outcome);

    /** The call's end has come without an answer. */
    void leavePlace();

    /** Words what was thrown, and tells the application. */
    ToolResult failure(Throwable thrown);

    /** Tells the application why an answer, or an item, is a failure, where it says so. */
    void tellCause(ToolResult outcome);

    /** Words that an item is not JSON, and tells the application. */
    ToolResult bad(Throwable why);

    /**
     * Sends an item.
     *
     * @return completes when the socket took it; null when the call is over
     */
    @Nullable
    CompletionStage<?> send(ToolResult item);

    /** Whether an item was sent. */
    boolean hasSent();

    /** The threads where the application's code may block. */
    Workers workers();

    /** The call's time. */
    TimeLimit limit();

    /** Runs something on another thread; a call whose work cannot be run is answered. */
    void elsewhere(Runnable work);

    /** Runs the application's code that must run even when the call is over. */
    void cleanUp(Runnable work);
  }

  private final Owner owner;
  private final ToolResult streamed;
  private final Object items;
  private final int resultLimit;
  private final ItemPump.Sink sink;
  private final Runnable onAsk;
  private final ItemPump pump;

  /**
   * A reader that has not begun.
   *
   * @param apart whether each item is an answer of its own
   * @param resultLimit how large an answer may be, in bytes
   */
  ItemReader(Owner owner, ToolResult streamed, boolean apart, int resultLimit) {
    this.owner = owner;
    this.streamed = streamed;
    this.items = streamed.items();
    this.resultLimit = resultLimit;
    this.sink = apart ? new Sent() : new Collected();
    // What is sent item by item may take its time for each item.
    this.onAsk = apart ? owner.limit()::restart : () -> {};
    this.pump = new ItemPump(sink, owner, onAsk);
  }

  /** Reads, on a thread where that may block. */
  void read() {
    if (items instanceof BaseStream<?, ?> stream) {
      iterate(stream);
    } else {
      subscribe((Flow.Publisher<?>) items);
    }
  }

  /** Nothing more is wanted. */
  void stop() {
    pump.stop();
  }

  /** Closes what was not read. */
  void discard() {
    if (items instanceof BaseStream<?, ?> stream) {
      close(stream);
    }
  }

  private void subscribe(Flow.Publisher<?> publisher) {
    try {
      owner.workers().call(() -> {
        publisher.subscribe(pump);
        return null;
      });
    } catch (Throwable e) {
      pump.fail(e);
    }
  }

  private void iterate(BaseStream<?, ?> stream) {
    boolean wanted = true;
    Throwable thrown = null;
    try {
      wanted = requireNonNull(owner.workers().call(() -> takeAll(stream.iterator())));
    } catch (Throwable e) {
      thrown = e;
    }
    close(stream);
    if (wanted && !owner.isOverNow()) {
      sink.end(thrown);
    } else {
      owner.leavePlace();
    }
  }

  /** Says whether all were wanted. */
  private boolean takeAll(Iterator<?> from) throws Exception {
    onAsk.run();
    while (!owner.isOverNow() && from.hasNext()) {
      CompletionStage<?> taken = sink.take(from.next());
      if (taken == null) {
        return false;
      }
      try {
        taken.toCompletableFuture().get();
      } catch (ExecutionException e) {
        // The socket did not take the item: the session is at its end.
        return false;
      }
      onAsk.run();
    }
    return true;
  }

  private void close(BaseStream<?, ?> stream) {
    try {
      stream.close();
    } catch (Throwable e) {
      LOG.warn(
          "The stream of tool {} cannot be closed: {}",
          owner.name(),
          e.getClass().getName());
      LOG.debug("The stream of tool {} cannot be closed: {}", owner.name(), Outcomes.trace(e));
    }
  }

  /** An item as it goes out; null, and the call is answered, when it cannot. */
  private @Nullable ToolResult itemOf(@Nullable Object item) {
    try {
      ToolResult one = streamed.item(item);
      owner.tellCause(one);
      return one;
    } catch (Throwable e) {
      owner.finish(scheduled(owner.bad(e)));
      return null;
    }
  }

  private ToolResult scheduled(ToolResult outcome) {
    return streamed.scheduling() == null || outcome.scheduling() != null
        ? outcome
        : outcome.scheduling(streamed.scheduling());
  }

  /** Each item is an answer, and an empty one says that there is no more. */
  private final class Sent implements ItemPump.Sink {

    @Override
    public @Nullable CompletionStage<?> take(@Nullable Object item) {
      owner.limit().stop();
      ToolResult one = itemOf(item);
      if (one == null) {
        return null;
      }
      int size = Outcomes.utf8Length(one.response().text());
      if (size > resultLimit) {
        owner.finish(scheduled(Outcomes.tooLarge(String.valueOf(size), resultLimit)));
        return null;
      }
      return owner.send(one);
    }

    @Override
    public void end(@Nullable Throwable thrown) {
      if (thrown != null) {
        owner.conclude(scheduled(owner.failure(thrown)));
      } else if (owner.hasSent()) {
        owner.finish(Outcomes.endOfItems());
      } else {
        // Nothing at all must be said aloud, or the model calls again.
        owner.finish(scheduled(ToolResult.of(null)));
      }
    }
  }

  /** All items are one answer. */
  private final class Collected implements ItemPump.Sink {
    // The signals of a publisher come one after the other; what happened before is seen.
    private final List<Json> elements = new ArrayList<>();
    private final List<FunctionResponsePart> parts = new ArrayList<>();
    private long size = ToolResponses.EMPTY_LIST_SIZE;

    @Override
    public @Nullable CompletionStage<?> take(@Nullable Object item) {
      ToolResult one = itemOf(item);
      if (one == null) {
        return null;
      }
      Json element = ToolResponses.element(one.response());
      size += Outcomes.utf8Length(element.text()) + (elements.isEmpty() ? 0 : 1);
      if (size > resultLimit) {
        owner.finish(scheduled(Outcomes.tooLarge("at least " + size, resultLimit)));
        return null;
      }
      elements.add(element);
      parts.addAll(one.parts());
      return owner.isOverNow() ? null : CompletableFuture.completedFuture(null);
    }

    @Override
    public void end(@Nullable Throwable thrown) {
      ToolResult outcome = thrown == null
          ? ToolResult.done().map(ignored -> ToolResponses.collected(elements)).parts(parts)
          : owner.failure(thrown);
      owner.conclude(scheduled(outcome));
    }
  }
}
