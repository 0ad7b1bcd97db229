package io.github.geminilive.internal.tool;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.ToolPolicy;
import io.github.geminilive.ToolSet;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.FunctionScheduling;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which code runs which function. Immutable. */
public final class ToolTable {

  /**
   * A function.
   *
   * @param toolSet its code
   * @param policy how its calls are run
   * @param scheduling when the model takes up what it answers; null leaves that to the service
   */
  record Tool(ToolSet toolSet, ToolPolicy policy, @Nullable FunctionScheduling scheduling) {}

  private final Map<String, Tool> tools = new LinkedHashMap<>();

  private ToolTable() {}

  /** Asks tool sets for what they have; this is the application's code. */
  public static ToolTable of(List<ToolSet> toolSets) {
    ToolTable table = new ToolTable();
    for (ToolSet toolSet : toolSets) {
      for (FunctionDeclaration declaration : toolSet.declarations()) {
        String name = declaration.name();
        ToolPolicy policy = requireNonNull(toolSet.policy(name), "policy of " + name);
        table.tools.put(name, new Tool(toolSet, policy, toolSet.scheduling(name)));
      }
    }
    return table;
  }

  @Nullable
  Tool get(String name) {
    return tools.get(name);
  }

  /** The functions, sorted. */
  Set<String> names() {
    return new TreeSet<>(tools.keySet());
  }
}
