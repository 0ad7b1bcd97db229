package io.github.geminilive.tools;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.LiveSession;
import io.github.geminilive.ToolContext;
import io.github.geminilive.ToolFunction;
import io.github.geminilive.ToolPolicy;
import io.github.geminilive.ToolResult;
import io.github.geminilive.ToolSet;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.protocol.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Tools made of annotated methods, of lambdas with a class for their arguments, and of raw
 * declarations. Immutable and safe for any thread, as far as the registered objects are.
 *
 * <pre>{@code
 * LiveTools tools = LiveTools.of(new HomeTools(), ClockTools.class);
 * LiveConfig config = LiveConfig.builder(model).tools(tools)….build();
 * }</pre>
 *
 * <p>Tools stand in the order of registration, those of one class by their names. What is declared
 * is what is accepted: arguments are checked before the tool runs, and the model is told all that
 * is wrong with them. To change the tools of an open session, hand the changed set to {@link
 * LiveSession#updateTools}.
 *
 * <p>A tool may return anything that has a JSON form (text, numbers, enums, {@code java.time},
 * records, beans, lists, maps, arrays, {@code Optional}), a {@link ToolResult} to say more, a {@link
 * CompletionStage} of any of these, which holds no thread while it is waited for, or a {@link
 * java.util.concurrent.Flow.Publisher} or {@link java.util.stream.Stream} of items.
 */
public final class LiveTools implements ToolSet {

  private final Map<String, Tool> tools;
  private final List<ToolInterceptor> interceptors;
  private final List<FunctionDeclaration> declarations;

  LiveTools(Map<String, Tool> tools, List<ToolInterceptor> interceptors) {
    this.tools = Collections.unmodifiableMap(new LinkedHashMap<>(tools));
    this.interceptors = List.copyOf(interceptors);
    this.declarations = this.tools.values().stream().map(Tool::declaration).toList();
  }

  /**
   * The tools of objects and classes.
   *
   * @param objectsOrClasses objects whose {@link LiveTool} methods are called on them; classes
   *     whose static ones are called; tool sets, which are added as {@link Builder#addAll} does
   * @throws ToolRegistrationException with all that is wrong, also when there is no tool at all
   */
  public static LiveTools of(Object... objectsOrClasses) {
    return builder().add(objectsOrClasses).build();
  }

  /**
   * The tools of several sets as one, in their order. Each set keeps its own way to run its calls,
   * interceptors included.
   *
   * @param sets their declarations and policies are read once, now
   * @throws ToolRegistrationException when two have the same name, or there is none
   */
  public static LiveTools combine(ToolSet... sets) {
    Builder builder = builder();
    for (int i = 0; i < sets.length; i++) {
      builder.addAll(requireNonNull(sets[i], "sets[" + i + "]"));
    }
    return builder.build();
  }

  /** Starts an empty set. */
  public static Builder builder() {
    return new Builder(Map.of(), List.of());
  }

  /** Starts with the tools and interceptors of this set. */
  public Builder toBuilder() {
    return new Builder(tools, interceptors);
  }

  /**
   * This set and more tools; its interceptors are for them, too.
   *
   * @param objectsOrClasses as for {@link #of}
   * @throws ToolRegistrationException with all that is wrong
   */
  public LiveTools with(Object... objectsOrClasses) {
    return toBuilder().add(objectsOrClasses).build();
  }

  /**
   * This set without some of its tools; it may be empty then.
   *
   * @param names of the tools
   * @throws IllegalArgumentException when it has none of such a name
   */
  public LiveTools without(String... names) {
    Map<String, Tool> rest = new LinkedHashMap<>(tools);
    for (String name : names) {
      if (rest.remove(requireNonNull(name, "name")) == null) {
        throw unknown(name);
      }
    }
    return new LiveTools(rest, interceptors);
  }

  /** The names of the tools, in their order; unmodifiable. */
  public Set<String> names() {
    return tools.keySet();
  }

  @Override
  public List<FunctionDeclaration> declarations() {
    return declarations;
  }

  @Override
  public ToolPolicy policy(String name) {
    return tool(name).policy();
  }

  @Override
  public @Nullable FunctionScheduling scheduling(String name) {
    return tool(name).scheduling();
  }

  /**
   * Runs a call through interceptors, the check of the arguments and the tool.
   *
   * @return a {@link ToolResult} or a {@link CompletionStage} of one
   * @throws IllegalArgumentException when there is no tool of that name
   */
  @Override
  public Object invoke(FunctionCall call, ToolContext context) throws Exception {
    Tool tool = tool(requireNonNull(call.name(), "name"));
    Json args = call.args();
    Json arguments = args == null ? Json.EMPTY_OBJECT : args;
    if (interceptors.isEmpty()) {
      return tool.run(arguments, context);
    }
    ToolInvocation invocation = new ToolInvocation(tool.declaration(), arguments, context);
    return new Chain(interceptors, tool, context).start(invocation);
  }

  private Tool tool(String name) {
    Tool tool = tools.get(name);
    if (tool == null) {
      throw unknown(name);
    }
    return tool;
  }

  private IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException(
        "there is no tool named \"" + name + "\" in this set: " + names());
  }

  /** The names of the tools. */
  @Override
  public String toString() {
    return "LiveTools" + names();
  }

  /**
   * Collects tools and interceptors. What is wrong with them is told all at once, by {@link
   * #build()}. Not for use by several threads.
   */
  public static final class Builder {

    private final Registry registry;
    private final List<ToolInterceptor> interceptors;
    // Those of a set that is changed may name tools that were taken out of it.
    private final int inherited;

    private Builder(Map<String, Tool> tools, List<ToolInterceptor> interceptors) {
      this.registry = new Registry(tools.values());
      this.interceptors = new ArrayList<>(interceptors);
      this.inherited = interceptors.size();
    }

    /**
     * Adds the tools of objects and classes.
     *
     * @param objectsOrClasses as for {@link LiveTools#of}
     */
    public Builder add(Object... objectsOrClasses) {
      requireNonNull(objectsOrClasses, "objectsOrClasses");
      for (int i = 0; i < objectsOrClasses.length; i++) {
        Object target = requireNonNull(objectsOrClasses[i], "objectsOrClasses[" + i + "]");
        if (target instanceof ToolSet set) {
          registry.addSet(set);
        } else {
          registry.addTarget(target);
        }
      }
      return this;
    }

    /**
     * Adds a tool by name, with {@link ToolOptions#DEFAULT}.
     *
     * @param name what the model calls it by: a letter or {@code _}, then letters, digits, {@code _
     *     . -}, at most 64 characters
     * @param description what it does and when to call it; the model goes by this
     * @param args record or bean whose components or properties are the arguments; a record without
     *     components for none
     * @param handler the code
     */
    public <A> Builder tool(
        String name, String description, Class<A> args, ToolHandler<A> handler) {
      return tool(name, description, args, ToolOptions.DEFAULT, handler);
    }

    /**
     * Adds a tool by name.
     *
     * @param name what the model calls it by: a letter or {@code _}, then letters, digits, {@code _
     *     . -}, at most 64 characters
     * @param description what it does and when to call it; the model goes by this
     * @param args record or bean whose components or properties are the arguments; a record without
     *     components for none
     * @param options whether the model waits, and how calls are run
     * @param handler the code
     */
    public <A> Builder tool(
        String name,
        String description,
        Class<A> args,
        ToolOptions options,
        ToolHandler<A> handler) {
      registry.addHandler(
          requireNonNull(name, "name"),
          requireNonNull(description, "description"),
          requireNonNull(args, "args"),
          requireNonNull(options, "options"),
          requireNonNull(handler, "handler"));
      return this;
    }

    /**
     * Adds a function that reads its arguments as JSON, with {@link ToolPolicy#DEFAULT}. They are
     * not checked.
     *
     * @param declaration what the model is told
     * @param function the code; may return all that a {@link LiveTool} may
     */
    public Builder tool(FunctionDeclaration declaration, ToolFunction function) {
      return tool(declaration, ToolPolicy.DEFAULT, function);
    }

    /**
     * Adds a function that reads its arguments as JSON. They are not checked.
     *
     * @param declaration what the model is told
     * @param policy how its calls are run
     * @param function the code; may return all that a {@link LiveTool} may
     */
    public Builder tool(FunctionDeclaration declaration, ToolPolicy policy, ToolFunction function) {
      registry.addFunction(
          requireNonNull(declaration, "declaration"),
          requireNonNull(policy, "policy"),
          requireNonNull(function, "function"));
      return this;
    }

    /**
     * Adds all tools of another set, in its order. It keeps its own way to run their calls,
     * interceptors included; those of this set stand around them.
     *
     * @param set its declarations and policies are read once, now
     */
    public Builder addAll(ToolSet set) {
      registry.addSet(requireNonNull(set, "set"));
      return this;
    }

    /**
     * Adds an interceptor for all tools of the set, those added later included. The first one is
     * the outermost.
     *
     * @param interceptor see {@link ToolInterceptor#approval} and {@link ToolInterceptor#forTools}
     */
    public Builder intercept(ToolInterceptor interceptor) {
      interceptors.add(requireNonNull(interceptor, "interceptor"));
      return this;
    }

    /**
     * The set; later additions do not change it.
     *
     * @throws ToolRegistrationException with all that is wrong, also when there is no tool at all
     */
    public LiveTools build() {
      Set<String> named = new LinkedHashSet<>();
      for (ToolInterceptor interceptor : interceptors.subList(inherited, interceptors.size())) {
        if (interceptor instanceof SelectiveInterceptor selective) {
          named.addAll(selective.names());
        }
      }
      return new LiveTools(registry.tools(named), interceptors);
    }
  }
}
