package io.github.geminilive.internal.session;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.RecoveryPolicy;
import io.github.geminilive.internal.profile.ModelProfile;
import io.github.geminilive.internal.tool.ToolRunner;
import io.github.geminilive.internal.transport.Uplink;
import io.github.geminilive.protocol.ClientMessage;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.ToolResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answers of tools, as answers or, where the service does not know the call any more, as
 * text. Takes the engine's lock where it is not said to hold it.
 */
final class CallAnswers implements ToolRunner.Host {

  /** What the session does for it. */
  interface Desk {

    /** The session. */
    LiveSession session();

    /** Tells the application; holds the lock. */
    void publish(LiveEvent event);

    /** A call has its last answer; holds the lock. */
    void onAnswered(String key, boolean speaks);

    /** The message as it is written. */
    String encode(ClientMessage message);
  }

  private final Desk desk;
  private final ReentrantLock lock;
  private final Lifecycle life;
  private final Uplink uplink;
  private final ModelProfile profile;
  private final RecoveryPolicy recovery;
  private final SentLedger ledger;
  private final Conversation conversation;
  private final HeardLedger heard;
  // Calls that are at work and unknown to the service. Guarded by the lock.
  private final Set<String> asText = new HashSet<>();

  CallAnswers(
      Desk desk,
      ReentrantLock lock,
      Lifecycle life,
      Uplink uplink,
      ModelProfile profile,
      RecoveryPolicy recovery,
      SentLedger ledger,
      Conversation conversation,
      HeardLedger heard) {
    this.desk = desk;
    this.lock = lock;
    this.life = life;
    this.uplink = uplink;
    this.profile = profile;
    this.recovery = recovery;
    this.ledger = ledger;
    this.conversation = conversation;
    this.heard = heard;
  }

  @Override
  public LiveSession session() {
    return desk.session();
  }

  @Override
  public @Nullable CompletionStage<Void> answer(Supplier<List<ToolRunner.Answer>> decide) {
    CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);
    lock.lock();
    try {
      List<ToolRunner.Answer> answers = decide.get();
      if (answers.isEmpty()) {
        return null;
      }
      List<ToolRunner.Answer> known = new ArrayList<>();
      for (ToolRunner.Answer answer : answers) {
        if (asText.contains(answer.key())) {
          sent = writeAsText(answer.toResponse(false));
          finish(answer, !sent.isCompletedExceptionally());
        } else {
          known.add(answer);
        }
      }
      if (!known.isEmpty()) {
        sent = write(known);
      }
    } finally {
      lock.unlock();
    }
    uplink.flush();
    life.settle();
    return sent;
  }

  private CompletableFuture<Void> write(List<ToolRunner.Answer> answers) {
    List<FunctionResponse> responses =
        answers.stream().map(answer -> answer.toResponse(profile.scheduling())).toList();
    String json =
        desk.encode(ClientMessage.of(ToolResponse.of(responses.toArray(FunctionResponse[]::new))));
    List<String> last = answers.stream()
        .filter(answer -> !answer.more())
        .map(ToolRunner.Answer::key)
        .toList();
    Calls.Reply reply = last.isEmpty() ? null : ledger.calls().answered(last, responses, json);
    // Under the lock, so that an answer that is told leaves even if the session closes now.
    CompletableFuture<Void> sent = uplink.enqueue(
        Uplink.Lane.URGENT,
        json,
        false,
        ledger.tag(SendEffects.Kind.ANSWER, false, List.of(), reply));
    boolean taken = !sent.isCompletedExceptionally();
    if (!taken && reply != null) {
      ledger.calls().refused(reply);
    }
    answers.forEach(answer -> finish(answer, taken));
    return sent;
  }

  private CompletableFuture<Void> writeAsText(FunctionResponse response) {
    ClientMessage text = Intentions.lateResult(
        profile,
        requireNonNull(response.name()),
        requireNonNull(response.response()).text());
    CompletableFuture<Void> sent = uplink.enqueue(
        Uplink.Lane.STREAM,
        desk.encode(text),
        true,
        ledger.tag(SendEffects.Kind.WORDS, true, List.of(), null));
    life.later(uplink::flush);
    return sent;
  }

  private void finish(ToolRunner.Answer answer, boolean taken) {
    if (answer.more()) {
      return;
    }
    asText.remove(answer.key());
    desk.onAnswered(answer.key(), speaks(answer));
    FunctionCall call = answer.call();
    String name = requireNonNull(call.name());
    conversation.onToolAnswered(
        name,
        call.args() == null ? null : call.args().text(),
        answer.result().response().text());
    if (taken) {
      desk.publish(
          new LiveEvent.ToolAnswered(call.id(), name, answer.result().status(), answer.took()));
    } else {
      dropped("the answer of \"" + name + "\" was not sent: "
          + (life.state().takesMessages() ? "the queue is full" : "the session is ending"));
    }
  }

  /** Where the model cannot be told to be silent, it is not. */
  private boolean speaks(ToolRunner.Answer answer) {
    return answer.speaks() || answer.blocking() || !profile.scheduling();
  }

  private void dropped(String why) {
    desk.publish(new LiveEvent.Warning(LiveEvent.Warning.Kind.TOOL_RESULT_DROPPED, why, null));
  }

  /**
   * The service does not know these calls on the new connection. Holds the lock.
   *
   * @param tools at work on some of them
   */
  void forget(Calls.Lost lost, ToolRunner tools) {
    uplink.withdraw(
        tag -> SentLedger.holds(tag, lost.unwritten()),
        () -> new IllegalStateException(
            "the service does not know the call after the change of connections"));
    boolean late = recovery.lateToolResults() == RecoveryPolicy.LateResults.AS_TEXT;
    List<String> stopped = new ArrayList<>();
    for (String key : lost.open().keySet()) {
      if (late && tools.runs(key)) {
        asText.add(key);
      } else {
        stopped.add(key);
      }
    }
    if (!stopped.isEmpty()) {
      life.later(tools.cancel(stopped));
      List<String> ids = stopped.stream()
          .map(key -> requireNonNull(lost.open().get(key)))
          .filter(id -> !id.isEmpty())
          .toList();
      desk.publish(new LiveEvent.ToolCancelled(ids, LiveEvent.ToolCancelled.By.CONNECTION));
    }
    for (Calls.Reply reply : lost.unwritten()) {
      if (late && !reply.responses().isEmpty()) {
        reply.responses().forEach(this::writeAsText);
      } else {
        dropped("an answer was not sent: the service does not know its call after the change of"
            + " connections");
      }
    }
  }

  @Override
  public CompletionStage<Void> whenHeard(LiveTurn turn) {
    // What the user still hears may be of an earlier turn than the call.
    return heard.whenHeard();
  }

  @Override
  public void tell(LiveEvent event) {
    life.locked(() -> desk.publish(event));
  }
}
