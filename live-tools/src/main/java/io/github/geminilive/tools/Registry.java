package io.github.geminilive.tools;

import io.github.geminilive.ToolFunction;
import io.github.geminilive.ToolPolicy;
import io.github.geminilive.ToolSet;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.tools.Tool.Place;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Gathers tools, and all that is wrong with them. For one thread. */
final class Registry {

  private final List<Tool> tools = new ArrayList<>();
  // Of all tools, those with problems of their own included: they may have another's name.
  private final List<Place> places = new ArrayList<>();
  private final List<ToolProblem> problems = new ArrayList<>();
  private int sets;
  // For tools whose class does not tell how their results are written.
  private final ResultWriter writer = new ResultWriter(new ReflectWriters());

  Registry(Collection<Tool> tools) {
    tools.forEach(this::add);
  }

  private void add(Tool tool) {
    tools.add(tool);
    places.add(tool.place());
  }

  void addTarget(Object target) {
    FrontEnds.Found found = FrontEnds.find(target);
    problems.addAll(found.problems());
    if (!found.problems().isEmpty()) {
      // That a class has a name twice is among its problems already.
      Set<String> names = new HashSet<>();
      found.tools().stream()
          .map(entry -> place(entry.tool()))
          .filter(place -> names.add(place.name()))
          .forEach(places::add);
      return;
    }
    ResultWriter itsWriter = new ResultWriter(found.writers());
    for (ToolGlue.Entry entry : found.tools()) {
      ToolModel model = entry.tool();
      add(new Tool(
          place(model),
          Declarations.of(model),
          model.policy(),
          model.scheduling(),
          new MethodCode(model, entry.isStatic() ? null : target, itsWriter)));
    }
  }

  private static Place place(ToolModel model) {
    int dot = model.origin().lastIndexOf('.');
    return new Place(
        model.name(), model.origin().substring(0, dot), model.origin().substring(dot + 1));
  }

  void addSet(ToolSet set) {
    sets++;
    String type = "set " + sets + " of those added, a " + set.getClass().getName();
    for (FunctionDeclaration declaration : set.declarations()) {
      String name = declaration.name();
      add(new Tool(
          new Place(name, type, null),
          declaration,
          set.policy(name),
          set.scheduling(name),
          new SetCode(name, set, writer)));
    }
  }

  void addFunction(FunctionDeclaration declaration, ToolPolicy policy, ToolFunction function) {
    String name = declaration.name();
    add(new Tool(
        new Place(name, "the function \"" + name + "\"", null),
        declaration,
        policy,
        null,
        new FunctionCode(name, function, writer)));
  }

  <A> void addHandler(
      String name, String description, Class<A> args, ToolOptions options, ToolHandler<A> handler) {
    String shown = args.getCanonicalName() == null ? args.getName() : args.getCanonicalName();
    Place place = new Place(name, shown + " (tool \"" + name + "\")", null);
    MappedArguments mapped = FrontEnds.arguments(name, args);
    mapped.findings().stream().map(Finding::problem).forEach(problems::add);
    if (description.isBlank()) {
      problems.add(problem(
          place,
          "The tool's description is blank; the model goes by it.",
          "Say what it does and when to call it."));
    }
    if (!mapped.findings().isEmpty() || description.isBlank()) {
      places.add(place);
      return;
    }
    add(new Tool(
        place,
        Declarations.of(name, description, options.behavior(), mapped.type().properties()),
        options.policy(),
        options.scheduling(),
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
    Map<String, Place> byName = new LinkedHashMap<>();
    for (Place place : places) {
      Place other = byName.putIfAbsent(place.name(), place);
      if (other != null) {
        all.add(problem(
            place,
            "There is another tool named \"" + place.name() + "\": " + other + ".",
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
    Map<String, Tool> result = new LinkedHashMap<>();
    tools.forEach(tool -> result.put(tool.name(), tool));
    return result;
  }

  private static ToolProblem problem(Place place, String reason, String fix) {
    return new ToolProblem(place.type(), place.method(), null, reason, fix);
  }
}
