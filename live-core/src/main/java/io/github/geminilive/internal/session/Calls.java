package io.github.geminilive.internal.session;

import io.github.geminilive.protocol.FunctionResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tool calls and their answers, and which of them the service still knows when it goes on from its
 * newest handle. A call that came before the handle is known to it; an answer that was written
 * before it is, too, and both are forgotten here. Guarded by the engine's lock.
 */
final class Calls {

  /** Calls whose answer nobody gives are forgotten when so many newer ones have come. */
  private static final int MAX_CALLS = 1024;

  /** A call that came, and was not answered in full before the newest handle. */
  private static final class Call {
    final String id;
    boolean known;
    boolean answered;

    Call(String id) {
      this.id = id;
    }
  }

  /** A message with answers that the newest handle does not cover. */
  static final class Reply {
    private final Set<String> keys;
    private final List<FunctionResponse> responses;
    private final String json;
    // Also written without the lock, by the uplink.
    private volatile boolean handed;
    private volatile boolean written;
    // It was written, and is on its way again; not in the queue, which would keep it over a loss.
    private boolean repeated;

    private Reply(Collection<String> keys, List<FunctionResponse> responses, String json) {
      this.keys = new LinkedHashSet<>(keys);
      this.responses = List.copyOf(responses);
      this.json = json;
    }

    /** The answers in it; empty when the application wrote the message by itself. */
    List<FunctionResponse> responses() {
      return responses;
    }

    /** The whole message. */
    String json() {
      return json;
    }

    /** It is about to be handed to a socket; without the lock. */
    void handed() {
      handed = true;
    }

    /** The socket took it; without the lock. */
    void written() {
      written = true;
    }
  }

  /**
   * What a change of connections did to calls.
   *
   * @param open calls that nobody has answered and the service does not know any more, by key, and
   *     their ids
   * @param ids of all calls whose answers have not reached the service, and will not
   * @param unwritten answers to such calls that wait to be written; they must not be
   * @param again answers the service has not taken in, of calls it knows; to be written again
   * @param gone answers to such calls that were written, and are lost with the state that had them
   */
  record Lost(
      Map<String, String> open,
      List<String> ids,
      Set<Reply> unwritten,
      List<Reply> again,
      Set<Reply> gone) {}

  private final Map<String, Call> calls = new LinkedHashMap<>() {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Call> eldest) {
      return size() > MAX_CALLS;
    }
  };
  private final List<Reply> replies = new ArrayList<>();

  /**
   * A call has come.
   *
   * @param id the service's name for it; empty when it has none
   */
  void received(String key, String id) {
    calls.put(key, new Call(id));
  }

  /** Calls are not to be answered any more. */
  void cancelled(Collection<String> keys) {
    calls.keySet().removeAll(keys);
  }

  /** Whether the model may be waiting for an answer. */
  boolean anyOpen() {
    return calls.values().stream().anyMatch(call -> !call.answered);
  }

  /** Whether a call or an answer has come since the newest handle. */
  boolean anySinceHandle() {
    return !replies.isEmpty() || calls.values().stream().anyMatch(call -> !call.known);
  }

  /**
   * Last answers are to be written, in one message. Of answers that go on, what is lost on the way is
   * lost: the rest is still worth having.
   *
   * @param keys the calls
   */
  Reply answered(Collection<String> keys, List<FunctionResponse> responses, String json) {
    for (String key : keys) {
      Call call = calls.get(key);
      if (call != null) {
        call.answered = true;
      }
    }
    Reply reply = new Reply(keys, responses, json);
    replies.add(reply);
    if (replies.size() > MAX_CALLS) {
      replies.remove(0);
    }
    return reply;
  }

  /** An answer was not taken by the queue: its calls are as open as before. */
  void refused(Reply reply) {
    replies.remove(reply);
    for (String key : reply.keys) {
      Call call = calls.get(key);
      if (call != null) {
        call.answered = false;
      }
    }
  }

  /**
   * The service has put up a handle that covers all up to here. An answer that was handed to the
   * socket counts as covered: the handle may overtake what the socket tells of it, and an answer that
   * comes twice is refused, while one that was not taken is still in the queue.
   */
  void onHandle() {
    for (Iterator<Reply> all = replies.iterator(); all.hasNext(); ) {
      Reply reply = all.next();
      if (reply.handed) {
        all.remove();
        calls.keySet().removeAll(reply.keys);
      }
    }
    calls.values().forEach(call -> call.known = true);
  }

  /**
   * The service goes on from its newest handle, or from nothing.
   *
   * @param restored whether from a handle
   */
  Lost lost(boolean restored) {
    Map<String, String> open = new LinkedHashMap<>();
    Set<String> unknown = new LinkedHashSet<>();
    List<String> ids = new ArrayList<>();
    calls.forEach((key, call) -> {
      if (!restored || !call.known) {
        unknown.add(key);
        if (!call.answered) {
          open.put(key, call.id);
        }
      }
    });
    Set<Reply> unwritten = new LinkedHashSet<>();
    List<Reply> again = new ArrayList<>();
    Set<Reply> gone = new LinkedHashSet<>();
    for (Iterator<Reply> all = replies.iterator(); all.hasNext(); ) {
      Reply reply = all.next();
      boolean known = restored && reply.keys.stream().anyMatch(key -> !unknown.contains(key));
      if (known && (reply.written || reply.repeated)) {
        // It is on its way once more, and counts as not written until the socket takes it.
        reply.handed = false;
        reply.written = false;
        reply.repeated = true;
        again.add(reply);
      } else if (!known) {
        all.remove();
        if (reply.written) {
          gone.add(reply);
        } else {
          unwritten.add(reply);
        }
      }
    }
    for (String key : unknown) {
      Call call = calls.remove(key);
      boolean unanswered =
          open.containsKey(key) || unwritten.stream().anyMatch(reply -> reply.keys.contains(key));
      if (call != null && unanswered) {
        ids.add(call.id);
      }
    }
    return new Lost(open, ids, unwritten, again, gone);
  }
}
