package io.github.geminilive.tools;

import io.github.geminilive.ToolFunction;
import io.github.geminilive.ToolPolicy;
import io.github.geminilive.ToolSet;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.tools.internal.declaration.Declarations;
import io.github.geminilive.tools.internal.mapping.Finding;
import io.github.geminilive.tools.internal.mapping.MappedArguments;
import io.github.geminilive.tools.internal.reflect.FrontEnds;
import io.github.geminilive.tools.internal.reflect.ReflectWriters;
import io.github.geminilive.tools.internal.result.ResultWriter;
import io.github.geminilive.tools.internal.run.FunctionCode;
import io.github.geminilive.tools.internal.run.HandlerCode;
import io.github.geminilive.tools.internal.run.MethodCode;
import io.github.geminilive.tools.internal.run.SetCode;
import io.github.geminilive.tools.model.ToolGlue;
import io.github.geminilive.tools.model.ToolModel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Gathers tools, and all that is wrong with them. */
final class Registry {

  private final List<Tool> tools;
  private final List<ToolProblem> problems = new ArrayList<>();
  // For tools that no class of their own tells about.
  private final ResultWriter writer = new ResultWriter(new ReflectWriters());

  Registry(Collection<Tool> tools) {
    this.tools = new ArrayList<>(tools);
  }

  void addTarget(Object target) {
    FrontEnds.Found found = FrontEnds.find(target);
    problems.addAll(found.problems());
    ResultWriter itsWriter = new ResultWriter(found.writers());
    for (ToolGlue.Entry entry : found.tools()) {
      ToolModel model = entry.tool();
      tools.add(new Tool(
          Declarations.of(model),
          model.policy(),
          model.scheduling(),
          model.origin(),
          new MethodCode(model, entry.isStatic() ? null : target, itsWriter)));
    }
  }

  void addSet(ToolSet set) {
    for (FunctionDeclaration declaration : set.declarations()) {
      String name = declaration.name();
      tools.add(new Tool(
          declaration,
          set.policy(name),
          null,
          set.getClass().getName(),
          new SetCode(name, set, writer)));
    }
  }

  void addFunction(FunctionDeclaration declaration, ToolPolicy policy, ToolFunction function) {
    tools.add(new Tool(
        declaration,
        policy,
        null,
        function.getClass().getName(),
        new FunctionCode(declaration.name(), function, writer)));
  }

  <A> void addHandler(
      String name,
      String description,
      Class<A> args,
      ToolOptions options,
      ToolHandler<A> handler) {
    MappedArguments mapped = FrontEnds.arguments(name, args);
    int before = problems.size();
    mapped.findings().stream().map(Finding::problem).forEach(problems::add);
    if (description.isBlank()) {
      problems.add(new ToolProblem(
          args.getName() + " (tool \"" + name + "\")",
          null,
          null,
          "The tool's description is blank; the model goes by it.",
          "Say what it does and when to call it."));
    }
    if (problems.size() > before) {
      return;
    }
    tools.add(new Tool(
        Declarations.of(name, description, options.behavior(), mapped.type().properties()),
        options.policy(),
        options.scheduling(),
        handler.getClass().getName(),
        new HandlerCode<>(name, mapped.type(), args, handler, writer)));
  }

  /**
   * The tools by name.
   *
   * @param demanded names that there must be
   * @throws ToolRegistrationException when anything is wrong
   */
  Map<String, Tool> tools(Set<String> demanded) {
    List<ToolProblem> all = new ArrayList<>(problems);
    Map<String, Tool> byName = new LinkedHashMap<>();
    for (Tool tool : tools) {
      Tool other = byName.putIfAbsent(tool.name(), tool);
      if (other != null) {
        all.add(new ToolProblem(
            tool.origin(),
            null,
            null,
            "There is another tool named \"" + tool.name() + "\": " + other.origin() + ".",
            "Give one of them another name."));
      }
    }
    if (byName.isEmpty() && all.isEmpty()) {
      all.add(new ToolProblem(
          LiveTools.class.getName(),
          null,
          null,
          "There are no tools.",
          "Add an object with public methods that are annotated with @LiveTool."));
    }
    if (problems.isEmpty()) {
      for (String name : new TreeSet<>(demanded)) {
        if (!byName.containsKey(name)) {
          all.add(new ToolProblem(
              ToolInterceptor.class.getName(),
              "forTools",
              null,
              "There is no tool named \"" + name + "\".",
              "Name one of " + byName.keySet() + "."));
        }
      }
    }
    if (!all.isEmpty()) {
      throw new ToolRegistrationException(all);
    }
    return byName;
  }
}
