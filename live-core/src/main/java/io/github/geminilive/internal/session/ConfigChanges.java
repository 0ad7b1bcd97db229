package io.github.geminilive.internal.session;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.ConfigFinding;
import io.github.geminilive.InForce;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveConfigException;
import io.github.geminilive.RecoveryCause;
import io.github.geminilive.ToolSet;
import io.github.geminilive.internal.profile.ModelProfile;
import io.github.geminilive.internal.tool.ToolRunner;
import io.github.geminilive.internal.tool.ToolTable;
import io.github.geminilive.internal.transport.Uplink;
import io.github.geminilive.protocol.ClientMessage;
import io.github.geminilive.protocol.ContextUpdate;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.Setup;
import io.github.geminilive.protocol.Tool;
import io.github.geminilive.protocol.ToolsUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts another configuration in force in mid-session: with a message where the model takes one, and
 * with the next connection elsewhere. Takes the engine's lock where it is not said to hold it.
 */
final class ConfigChanges {

  /** What only the session itself can do. */
  interface Desk {

    /** The functions the model knows from now on; holds the lock. */
    void declare(Map<String, @Nullable FunctionBehavior> functions);

    /** The message as it is written. */
    String encode(ClientMessage message);

    /** Whether the session goes on after a connection. */
    boolean resumes();
  }

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.session");

  /** Somebody waits for a configuration to be in force. */
  private record Awaited(LiveConfig config, CompletableFuture<Void> future) {}

  private final String id;
  private final Desk desk;
  private final ReentrantLock lock;
  private final Lifecycle life;
  private final Uplink uplink;
  private final Openings openings;
  private final ToolRunner tools;
  private final ModelProfile profile;
  private final SentLedger ledger;
  // Guarded by the lock.
  private final List<Awaited> awaited = new ArrayList<>();

  ConfigChanges(
      String id,
      Desk desk,
      ReentrantLock lock,
      Lifecycle life,
      Uplink uplink,
      Openings openings,
      ToolRunner tools,
      ModelProfile profile,
      SentLedger ledger) {
    this.id = id;
    this.desk = desk;
    this.lock = lock;
    this.life = life;
    this.uplink = uplink;
    this.openings = openings;
    this.tools = tools;
    this.profile = profile;
    this.ledger = ledger;
  }

  CompletableFuture<InForce> updateTools(ToolSet... toolSets) {
    while (true) {
      LiveConfig before = openings.config();
      LiveConfig changed = before.toBuilder().replaceTools(toolSets).build();
      check(before, changed);
      InForce inForce = profile.contextUpdate() ? InForce.NOW : InForce.AT_NEXT_CONNECTION;
      CompletableFuture<Void> installed = install(before, changed, false, true);
      if (installed != null) {
        return installed.thenApply(ignored -> inForce);
      }
    }
  }

  CompletableFuture<Void> reconfigure(UnaryOperator<LiveConfig.Builder> change) {
    while (true) {
      LiveConfig before = openings.config();
      LiveConfig changed = requireNonNull(change.apply(before.toBuilder()), "change returned null")
          .build();
      checkSame("model", before.model(), changed.model());
      checkSame("endpoint", before.endpoint(), changed.endpoint());
      checkSame("credentials", before.credentials(), changed.credentials());
      check(before, changed);
      CompletableFuture<Void> inForce = reconfigure(before, changed);
      if (inForce != null) {
        return inForce;
      }
    }
  }

  /** Null when another change has come between. */
  private @Nullable CompletableFuture<Void> reconfigure(LiveConfig before, LiveConfig changed) {
    boolean instructions =
        !Objects.equals(before.setup().systemInstruction(), changed.setup().systemInstruction());
    boolean declarations =
        !Objects.equals(before.setup().tools(), changed.setup().tools());
    boolean contextOnly = withoutContext(before).equals(withoutContext(changed));
    // There is no update that takes instructions away.
    boolean kept = !instructions || changed.setup().systemInstruction() != null;
    if (profile.contextUpdate() && contextOnly && kept) {
      return install(before, changed, instructions, declarations);
    }
    if (!desk.resumes()) {
      return CompletableFuture.failedFuture(new IllegalStateException(
          "only instructions and tools of a 3.8 model change while resumption is off; turn"
              + " LiveConfig.resumption on, or open another session"));
    }
    CompletableFuture<Void> inForce = new CompletableFuture<>();
    ToolTable table = ToolTable.of(changed.toolSets());
    lock.lock();
    try {
      Throwable refused = uplink.refusal();
      if (refused != null) {
        return CompletableFuture.failedFuture(refused);
      }
      if (openings.config() != before) {
        return null;
      }
      openings.change(changed, declarations);
      tools.setTools(table);
      if (declarations) {
        desk.declare(SendEffects.functions(changed.setup().tools()));
      }
      awaited.add(new Awaited(changed, inForce));
      life.rotateInTime(RecoveryCause.RECONFIGURED);
    } finally {
      lock.unlock();
    }
    life.settle();
    return inForce;
  }

  private static void checkSame(String name, Object before, Object changed) {
    if (!before.equals(changed)) {
      // Credentials keep their secrets back in toString.
      throw new IllegalArgumentException("the "
          + name
          + " of a session cannot change, here from "
          + before
          + " to "
          + changed
          + "; open another session with it");
    }
  }

  private static Setup withoutContext(LiveConfig config) {
    return config.setup().toBuilder().systemInstruction(null).tools(List.of()).build();
  }

  /**
   * Takes other instructions and tools, and tells a model that takes them in mid-session.
   *
   * @param instructions whether the instructions have changed
   * @param declarations whether what the model is to know of the tools has changed
   * @return null when another change has come between
   */
  private @Nullable CompletableFuture<Void> install(
      LiveConfig before, LiveConfig changed, boolean instructions, boolean declarations) {
    ToolTable table = ToolTable.of(changed.toolSets());
    List<Tool> declared = changed.setup().tools();
    ContextUpdate.Builder update = ContextUpdate.builder();
    if (declarations) {
      update.tools(ToolsUpdate.builder().tools(declared).build());
    }
    boolean tell = profile.contextUpdate() && (instructions || declarations);
    CompletableFuture<Void> sent;
    lock.lock();
    try {
      // The message takes its place under the lock, so that the service and this side end up with
      // the same tools however many threads change them.
      Throwable refused = uplink.refusal();
      if (openings.config() != before) {
        return null;
      }
      if (tell) {
        if (instructions) {
          update.systemInstruction(openings.instructions(changed));
        }
        String json = desk.encode(ClientMessage.of(update.build()));
        sent = uplink.enqueue(Uplink.Lane.STREAM, json, false, ledger.tag(SendEffects.Kind.OTHER));
      } else if (refused != null) {
        sent = CompletableFuture.failedFuture(refused);
      } else {
        sent = CompletableFuture.completedFuture(null);
      }
      if (!sent.isCompletedExceptionally()) {
        openings.change(changed, declarations);
        tools.setTools(table);
        if (tell && declarations) {
          desk.declare(SendEffects.functions(declared));
        }
      }
    } finally {
      lock.unlock();
    }
    uplink.flush();
    return sent;
  }

  /** Throws where the service is known to refuse what was changed, and logs what else is new. */
  private void check(LiveConfig before, LiveConfig changed) {
    List<ConfigFinding> known = before.check();
    List<ConfigFinding> refused = new ArrayList<>();
    for (ConfigFinding finding : changed.check()) {
      if (finding.severity() == ConfigFinding.Severity.REFUSED) {
        refused.add(finding);
      } else if (!known.contains(finding)) {
        LOG.warn("{} is changed: {}", id, finding);
      }
    }
    if (!refused.isEmpty()) {
      StringBuilder message = new StringBuilder(
              "The service is known to refuse this configuration for ")
          .append(changed.model())
          .append(':');
      refused.forEach(finding -> message.append("\n  - ").append(finding));
      throw new LiveConfigException(message.toString(), refused);
    }
  }

  /**
   * A connection was opened. Holds the lock.
   *
   * @param inForce what it was opened with
   */
  void onOpen(LiveConfig inForce) {
    List<CompletableFuture<Void>> met = new ArrayList<>();
    boolean inTime = inForce == openings.config();
    awaited.removeIf(waiting -> {
      // A later change holds all that earlier ones changed.
      if (!inTime && waiting.config() != inForce) {
        return false;
      }
      met.add(waiting.future());
      return true;
    });
    life.later(() -> life.complete(met));
    if (!awaited.isEmpty()) {
      life.later(() -> life.locked(() -> life.rotateInTime(RecoveryCause.RECONFIGURED)));
    }
  }

  /** The session is over: gives the futures that will not be met. Holds the lock. */
  List<CompletableFuture<Void>> close() {
    List<CompletableFuture<Void>> unmet = awaited.stream().map(Awaited::future).toList();
    awaited.clear();
    return unmet;
  }
}
