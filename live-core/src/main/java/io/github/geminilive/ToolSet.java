package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.Json;
import java.time.Duration;
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

  /** Time limit that applies unless {@link #timeout} says otherwise. */
  Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

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
   * How long a call may take before the model is told that it timed out.
   *
   * @param name one of the declared functions
   * @return the limit; zero means none; default 30 s
   */
  default Duration timeout(String name) {
    return DEFAULT_TIMEOUT;
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

    private record Entry(
        FunctionDeclaration declaration, ToolFunction function, Duration timeout) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Adds a function with the default time limit.
     *
     * @param declaration what the model is told
     * @param function the code behind it
     * @throws IllegalArgumentException when a function of that name was added before
     */
    public Builder add(FunctionDeclaration declaration, ToolFunction function) {
      return add(declaration, DEFAULT_TIMEOUT, function);
    }

    /**
     * Adds a function.
     *
     * @param declaration what the model is told
     * @param timeout how long a call may take; zero means no limit; default 30 s
     * @param function the code behind it; it may answer later by returning a {@link
     *     CompletionStage}
     * @throws IllegalArgumentException when a function of that name was added before, or the limit
     *     is negative
     */
    public Builder add(FunctionDeclaration declaration, Duration timeout, ToolFunction function) {
      requireNonNull(declaration, "declaration");
      requireNonNull(function, "function");
      if (timeout.isNegative()) {
        throw new IllegalArgumentException("timeout must not be negative: " + timeout);
      }
      Entry entry = new Entry(declaration, function, timeout);
      if (entries.putIfAbsent(declaration.name(), entry) != null) {
        throw new IllegalArgumentException(
            "there is a function named \"" + declaration.name() + "\" already; rename one of them");
      }
      return this;
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
          Entry entry = requireNonNull(copy.get(call.name()), "call");
          Json args = call.args();
          return entry.function().call(args == null ? Json.EMPTY_OBJECT : args, context);
        }

        @Override
        public Duration timeout(String name) {
          return requireNonNull(copy.get(name), "name").timeout();
        }
      };
    }
  }
}
