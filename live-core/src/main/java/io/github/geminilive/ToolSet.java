package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.internal.tool.DirectCall;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.protocol.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Functions the model can call, and the code behind them. The session does the rest: it runs each
 * call once, off the socket's threads, in parallel where the model allows, with a time limit, and
 * answers it exactly once, or not at all when it was cancelled.
 */
public interface ToolSet {

  /** What the model is told about the functions; sent in this order. */
  List<FunctionDeclaration> declarations();

  /**
   * Runs one call, on a thread where it may block and where an interrupt means cancellation.
   *
   * @param call a call of one of the declared functions
   * @param context the call's turn and session, and its cancellation
   * @return the result in one of the forms of {@link ToolFunction#call}
   * @throws Exception as in {@link ToolFunction#call}
   */
  @Nullable
  Object invoke(FunctionCall call, ToolContext context) throws Exception;

  /**
   * How calls of a function are run.
   *
   * @param name one of the declared functions
   * @return default {@link ToolPolicy#DEFAULT}
   */
  default ToolPolicy policy(String name) {
    return ToolPolicy.DEFAULT;
  }

  /**
   * When the model may speak about what a function answers. It holds for each answer that says
   * nothing else, errors included: results, items of streamed ones, and what the session says of a
   * call that failed, took too long or could not be run. As {@link ToolResult#scheduling} it only
   * counts where the model does not wait for the function.
   *
   * @param name one of the declared functions
   * @return default null, which leaves it to the service
   */
  default @Nullable FunctionScheduling scheduling(String name) {
    return null;
  }

  /**
   * Calls a function without a session, for tests: it runs on this thread, as often as it is
   * called, stages are waited for, and streamed results collected. Its time limit holds for what
   * happens after the function has returned. The call has no id, and its context neither {@link
   * ToolContext#turn()} nor {@link ToolContext#session()}.
   *
   * @param name the function; of an unknown one the answer says so, as it would to the model
   * @param argsJson the arguments, a JSON object
   * @param attached what the call finds attached, as by {@link LiveSession#attach}
   * @return the {@code response} that would go out: {@code {"output": …}} or {@code {"error": …}}
   * @throws IllegalArgumentException when the arguments are no JSON object
   * @throws IllegalStateException when this thread is interrupted while it waits; it stays
   *     interrupted
   */
  default Json invoke(String name, String argsJson, Object... attached) {
    return DirectCall.invoke(this, name, argsJson, List.of(attached));
  }

  /**
   * The declarations as they go out, for people to read.
   *
   * @return the JSON of one {@code tools} entry, indented; the same for the same declarations
   */
  default String declarationsJson() {
    return DirectCall.declarations(this);
  }

  /**
   * A set of one function.
   *
   * @param declaration what the model is told
   * @param function the code behind it
   */
  static ToolSet of(FunctionDeclaration declaration, ToolFunction function) {
    return builder().add(declaration, function).build();
  }

  /** Starts an empty set. */
  static Builder builder() {
    return new Builder();
  }

  /** Collects functions. Not for use by several threads. */
  final class Builder {

    private interface Invocation {
      @Nullable
      Object invoke(FunctionCall call, ToolContext context) throws Exception;
    }

    private record Entry(
        FunctionDeclaration declaration,
        ToolPolicy policy,
        @Nullable FunctionScheduling scheduling,
        Invocation code) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Adds a function with the default policy.
     *
     * @param declaration what the model is told
     * @param function the code behind it
     * @throws IllegalArgumentException when a function of that name was added before
     */
    public Builder add(FunctionDeclaration declaration, ToolFunction function) {
      return add(declaration, ToolPolicy.DEFAULT, function);
    }

    /**
     * Adds a function.
     *
     * @param declaration what the model is told
     * @param policy how its calls are run
     * @param function the code behind it; it may answer later by returning a {@link
     *     CompletionStage}
     * @throws IllegalArgumentException when a function of that name was added before
     */
    public Builder add(FunctionDeclaration declaration, ToolPolicy policy, ToolFunction function) {
      requireNonNull(function, "function");
      return put(declaration, policy, null, (call, context) -> {
        Json args = call.args();
        return function.call(args == null ? Json.EMPTY_OBJECT : args, context);
      });
    }

    /**
     * Adds all functions of another set, with their policies and scheduling, in its order.
     *
     * @param toolSet its declarations are read once, now
     * @throws IllegalArgumentException when a function of one of these names was added before;
     *     nothing is added then
     */
    public Builder addAll(ToolSet toolSet) {
      List<FunctionDeclaration> declarations = toolSet.declarations();
      declarations.forEach(this::checkNew);
      for (FunctionDeclaration declaration : declarations) {
        String name = declaration.name();
        put(declaration, toolSet.policy(name), toolSet.scheduling(name), toolSet::invoke);
      }
      return this;
    }

    private Builder put(
        FunctionDeclaration declaration,
        ToolPolicy policy,
        @Nullable FunctionScheduling scheduling,
        Invocation code) {
      requireNonNull(declaration, "declaration");
      requireNonNull(policy, "policy");
      checkNew(declaration);
      entries.put(declaration.name(), new Entry(declaration, policy, scheduling, code));
      return this;
    }

    private void checkNew(FunctionDeclaration declaration) {
      if (entries.containsKey(declaration.name())) {
        throw new IllegalArgumentException(
            "there is a function named \"" + declaration.name() + "\" already; rename one of them");
      }
    }

    /** The set; later additions do not change it. */
    public ToolSet build() {
      Map<String, Entry> copy = new LinkedHashMap<>(entries);
      List<FunctionDeclaration> declarations = new ArrayList<>();
      copy.values().forEach(entry -> declarations.add(entry.declaration()));
      return new ToolSet() {
        @Override
        public List<FunctionDeclaration> declarations() {
          return List.copyOf(declarations);
        }

        @Override
        public @Nullable Object invoke(FunctionCall call, ToolContext context) throws Exception {
          return entry(requireNonNull(call.name(), "name")).code().invoke(call, context);
        }

        @Override
        public ToolPolicy policy(String name) {
          return entry(name).policy();
        }

        @Override
        public @Nullable FunctionScheduling scheduling(String name) {
          return entry(name).scheduling();
        }

        private Entry entry(String name) {
          Entry entry = copy.get(name);
          if (entry == null) {
            throw new IllegalArgumentException(
                "there is no function named \"" + name + "\" in this set: " + copy.keySet());
          }
          return entry;
        }
      };
    }
  }
}
