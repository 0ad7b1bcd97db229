package io.github.geminilive.tools.internal.mapping;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.ToolPolicy;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.tools.Attached;
import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.internal.declaration.SchemaWriter;
import io.github.geminilive.tools.internal.mapping.Marks.Mark;
import io.github.geminilive.tools.internal.mapping.TypeView.Kind;
import io.github.geminilive.tools.model.ObjectType;
import io.github.geminilive.tools.model.Parameter;
import io.github.geminilive.tools.model.Parameter.Absence;
import io.github.geminilive.tools.model.Parameter.Injection;
import io.github.geminilive.tools.model.Slot;
import io.github.geminilive.tools.model.ToolModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes tools of annotated methods. Never throws because of what a class looks like: all that is
 * wrong is told, and every method that is right is a tool. What the views throw, as a class is
 * missing, passes through. For one thread.
 */
public final class ToolMapper {

  private static final String LIVE_TOOL = LiveTool.class.getCanonicalName();
  private static final String ATTACHED = Attached.class.getCanonicalName();

  private static final Map<String, Injection> INJECTIONS = Map.of(
      "io.github.geminilive.ToolContext", Injection.CONTEXT,
      "io.github.geminilive.CancellationToken", Injection.CANCELLATION_TOKEN,
      "io.github.geminilive.LiveSession", Injection.SESSION,
      "io.github.geminilive.LiveTurn", Injection.TURN,
      "io.github.geminilive.protocol.FunctionCall", Injection.CALL,
      "io.github.geminilive.tools.CallId", Injection.CALL_ID);

  /** An argument whose schema is checked once all types are complete. */
  private record Check(Slot slot, Site site) {}

  private final Backing backing;

  /**
   * A mapper that knows no type yet.
   *
   * @param backing makes values and runs methods
   */
  public ToolMapper(Backing backing) {
    this.backing = requireNonNull(backing, "backing");
  }

  /**
   * Finds the tools of a class: its methods with {@code @LiveTool}, inherited ones included, and
   * those that override one. The nearest annotation counts, with the signature of the method that
   * carries it, as proxies have poorer ones; annotations of parameters add up.
   *
   * @param type a class, its type variables resolved where they are known
   * @return tools and findings; neither when there is no annotated method
   */
  public Mapped map(TypeView type) {
    List<Finding> findings = new ArrayList<>();
    List<MappedTool> tools = new ArrayList<>();
    TypeMapper types = new TypeMapper(backing);
    Map<String, MethodView> names = new HashMap<>();
    for (MethodView method : type.methods()) {
      List<MethodView> versions = new ArrayList<>(List.of(method));
      versions.addAll(method.overridden());
      MethodView annotated = versions.stream()
          .filter(version -> version.marks().find(LIVE_TOOL).isPresent())
          .findFirst()
          .orElse(null);
      if (annotated == null) {
        continue;
      }
      Site site = new Site(findings, type.name(), method.name(), null, method);
      Mark mark = annotated.marks().find(LIVE_TOOL).orElseThrow();
      String explicit = Annotations.text(mark, "name");
      String name = explicit == null ? method.name() : explicit;
      int before = findings.size();
      NameRules.checkTool(name, site);
      MethodView other = names.putIfAbsent(name, method);
      if (other != null) {
        site.problem(
            "Two tools of the class are named \"" + name + "\": " + signature(other) + " and "
                + signature(method) + ".",
            "Set another name in one's @LiveTool.");
      }
      ToolModel model = tool(name, mark, annotated, versions, type, types, site);
      if (model != null && findings.size() == before) {
        tools.add(new MappedTool(model, method));
      }
    }
    tools.sort(Comparator.comparing(tool -> tool.model().name()));
    return new Mapped(tools, findings);
  }

  private static String signature(MethodView method) {
    return method.name()
        + "("
        + String.join(
            ", ",
            method.parameters().stream()
                .map(parameter -> parameter.type().display())
                .toList())
        + ")";
  }

  private @Nullable ToolModel tool(
      String name,
      Mark mark,
      MethodView annotated,
      List<MethodView> versions,
      TypeView type,
      TypeMapper types,
      Site site) {
    int before = site.findings().size();
    MethodView method = versions.get(0);
    MethodView called = called(type, versions, site);
    if (annotated.isGeneric()) {
      site.problem(
          "The method has type parameters of its own: the model cannot be told what they are.",
          "Name the types.");
    }
    String description = description(mark, annotated, versions, site);
    ToolPolicy policy = policy(mark, site);
    checkSilent(mark, site);
    List<Parameter> parameters = parameters(annotated, versions, types, site);
    if (site.findings().size() > before || called == null) {
      return null;
    }
    ToolModel.Invoker invoker;
    try {
      invoker = backing.invoker(type, called);
    } catch (InaccessibleException e) {
      site.problem(e);
      return null;
    }
    boolean silent = Boolean.TRUE.equals(mark.members().get("silent"));
    return new ToolModel(
        name,
        description,
        silent ? FunctionBehavior.NON_BLOCKING : behavior(mark),
        silent ? FunctionScheduling.SILENT : scheduling(mark),
        policy,
        parameters,
        returnsNothing(annotated.returns()),
        type.name() + "." + method.name(),
        invoker);
  }

  /** Also later: a stage of nothing completes with null, as a void method returns it. */
  private static boolean returnsNothing(TypeView returns) {
    return returns.kind() == Kind.VOID
        || returns.isSubtypeOf("java.util.concurrent.CompletionStage")
            && returns.arguments().size() == 1
            && returns.arguments().get(0).name().equals("java.lang.Void");
  }

  /** The version that can be called from anywhere. */
  private static @Nullable MethodView called(TypeView type, List<MethodView> versions, Site site) {
    MethodView method = versions.get(0);
    if (!method.isPublic()) {
      site.problem("The method is not public.", "Make it public.");
      return null;
    }
    if (type.isPublic()) {
      return method;
    }
    MethodView called = versions.stream()
        .filter(version -> version.isPublic() && version.isInPublicType())
        .findFirst()
        .orElse(null);
    if (called == null) {
      site.problem(
          "The class is not public, or a class around it is not.",
          "Make it public, or annotate the method of a public interface that it implements.");
    }
    return called;
  }

  private static String description(
      Mark mark, MethodView annotated, List<MethodView> versions, Site site) {
    String text = Annotations.text(mark, "description");
    if (text == null) {
      text = annotated.doc();
    }
    for (MethodView version : versions) {
      text = text == null ? version.doc() : text;
    }
    if (text == null || text.isBlank()) {
      site.problem(
          text == null
              ? "The tool has no description; the model goes by it."
              : "The tool's description is blank; the model goes by it.",
          "Set description in @LiveTool, or write Javadoc and use the annotation processor.");
      return "";
    }
    return text;
  }

  private static ToolPolicy policy(Mark mark, Site site) {
    ToolPolicy policy = ToolPolicy.DEFAULT
        .afterSpeech(mark.get("afterSpeech", Boolean.class))
        .cancellation(ToolPolicy.Cancellation.valueOf(mark.get("onCancel", String.class)));
    try {
      policy = policy.timeout(Duration.ofMillis(mark.get("timeoutMillis", Long.class)));
    } catch (IllegalArgumentException e) {
      site.problem(
          "timeoutMillis is not possible: " + mark.members().get("timeoutMillis") + ".",
          "Give at most 100 years, or 0 for no limit.");
    }
    try {
      policy = policy.parallelLimit(mark.get("parallelLimit", Integer.class));
    } catch (IllegalArgumentException e) {
      site.problem(
          "parallelLimit is negative: " + mark.members().get("parallelLimit") + ".",
          "Give 1 or more, or 0 for no limit.");
    }
    return policy;
  }

  private static void checkSilent(Mark mark, Site site) {
    if (Boolean.TRUE.equals(mark.members().get("silent"))) {
      FunctionBehavior behavior = behavior(mark);
      FunctionScheduling scheduling = scheduling(mark);
      if (behavior != null && !behavior.equals(FunctionBehavior.NON_BLOCKING)
          || scheduling != null && !scheduling.equals(FunctionScheduling.SILENT)) {
        site.problem(
            "silent means NON_BLOCKING and SILENT; the tool says something else as well.",
            "Remove silent, or behavior and scheduling.");
      }
    }
  }

  private static @Nullable FunctionBehavior behavior(Mark mark) {
    String behavior = mark.get("behavior", String.class);
    return behavior.equals(LiveTool.Behavior.MODEL_DEFAULT.name())
        ? null
        : FunctionBehavior.of(behavior);
  }

  private static @Nullable FunctionScheduling scheduling(Mark mark) {
    String scheduling = mark.get("scheduling", String.class);
    return scheduling.equals(LiveTool.Scheduling.SERVICE_DEFAULT.name())
        ? null
        : FunctionScheduling.of(scheduling);
  }

  private List<Parameter> parameters(
      MethodView annotated, List<MethodView> versions, TypeMapper types, Site site) {
    List<MethodView> sources = new ArrayList<>(List.of(annotated));
    versions.stream().filter(version -> version != annotated).forEach(sources::add);
    List<Parameter> parameters = new ArrayList<>();
    List<Check> checks = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int before = site.findings().size();
    for (int i = 0; i < annotated.parameters().size(); i++) {
      int index = i;
      MemberView parameter = annotated.parameters().get(i);
      // Nearest first: what overrides may say more, and a proxy says nothing.
      Marks marks = Annotations.ofParameter(versions, i);
      List<MemberView> places = sources.stream()
          .map(MethodView::parameters)
          .filter(list -> index < list.size())
          .map(list -> list.get(index))
          .toList();
      String ownName = places.stream()
          .map(MemberView::name)
          .filter(Objects::nonNull)
          .findFirst()
          .orElse(null);
      String explicit = Annotations.paramText(marks, "name");
      String name = explicit == null ? ownName : explicit;
      String shown = name == null ? "parameter " + (i + 1) : name;
      Site here = site.member(shown, parameter);
      Parameter given = given(parameter.type(), marks, places, here);
      if (given != null) {
        parameters.add(given);
        continue;
      }
      if (marks.find(ATTACHED).isPresent()) {
        continue;
      }
      if (name == null) {
        here.problem(
            "Its name is not in the class file.",
            "Set name in @ToolParam, compile with -parameters, or use the annotation processor.");
      } else {
        NameRules.checkProperty(name, here);
        if (!names.add(name)) {
          here.problem("Two arguments have this name.", "Rename one of them.");
        }
      }
      String doc = places.stream()
          .map(MemberView::doc)
          .filter(Objects::nonNull)
          .findFirst()
          .orElse(null);
      List<TypeView> others = places.stream()
          .map(MemberView::type)
          .filter(other -> other.equals(parameter.type()))
          .toList();
      Slot slot = types.slot(shown, parameter.type(), marks, others, doc, here);
      if (slot != null) {
        parameters.add(new Parameter.Argument(slot));
        checks.add(new Check(slot, here));
      }
    }
    types.check();
    if (site.findings().size() == before) {
      checks.forEach(check -> checkSchema(check.slot(), check.site()));
    }
    return parameters;
  }

  private static void checkSchema(Slot slot, Site site) {
    for (SchemaWriter.Problem problem : SchemaWriter.problems(slot)) {
      site.inside(problem.path()).problem(problem.reason(), problem.fix());
    }
  }

  /** A parameter that the model does not give; null for others, and for those with a problem. */
  private @Nullable Parameter given(
      TypeView type, Marks marks, List<MemberView> places, Site site) {
    Injection injection = INJECTIONS.get(type.name());
    boolean isAttached = marks.find(ATTACHED).isPresent();
    if (injection == null && !isAttached) {
      return null;
    }
    if (!Annotations.toolParams(marks).isEmpty()) {
      site.problem("The library fills it in, the model never sees it.", "Remove @ToolParam.");
    }
    if (injection != null) {
      if (isAttached) {
        site.problem("The library fills it in by its type.", "Remove @Attached.");
      }
      return new Parameter.Injected(injection);
    }
    boolean isOptional = type.name().equals("java.util.Optional") && !type.isRaw();
    TypeView wanted = isOptional ? type.arguments().get(0) : type;
    boolean isClass = wanted.kind() != Kind.PRIMITIVE
        && wanted.kind() != Kind.VARIABLE
        && wanted.kind() != Kind.WILDCARD
        && wanted.kind() != Kind.ARRAY
        && !TypeMapper.isOptional(wanted);
    if (!isClass || !wanted.arguments().isEmpty()) {
      site.problem(
          "What is attached is found by its class, and " + wanted.display() + " is none.",
          "Attach an object of a class of your own.");
      return null;
    }
    if (!wanted.isPublic()) {
      site.notPublic(wanted);
      return null;
    }
    boolean nullable = marks.hasSimpleName("Nullable")
        || places.stream().anyMatch(place -> place.type().marks().hasSimpleName("Nullable"));
    try {
      return new Parameter.AttachedState(
          backing.attachedClass(wanted),
          isOptional ? Absence.OPTIONAL : nullable ? Absence.NULL : Absence.FAILS);
    } catch (InaccessibleException e) {
      site.problem(e);
      return null;
    }
  }

  /**
   * Maps the arguments of a tool that takes them as one object.
   *
   * @param tool its name
   * @param argsType a record, without components for no arguments, or a bean
   * @return the object, and all that is wrong with it or with the name
   */
  public MappedArguments arguments(String tool, TypeView argsType) {
    List<Finding> findings = new ArrayList<>();
    Site site =
        new Site(findings, argsType.name() + " (tool \"" + tool + "\")", null, null, argsType);
    NameRules.checkTool(tool, site);
    return new MappedArguments(arguments(argsType, site), findings);
  }

  private ObjectType arguments(TypeView argsType, Site site) {
    boolean isObject = (argsType.kind() == Kind.RECORD || argsType.kind() == Kind.CLASS)
        && !argsType.isAbstract()
        && !argsType.isRaw()
        && !argsType.isInner()
        && !Unsupported.isForeign(argsType)
        && !Unions.isUnion(argsType)
        && !argsType.isSubtypeOf("java.lang.Iterable")
        && !argsType.isSubtypeOf("java.util.Map");
    if (!isObject) {
      site.problem(
          argsType.display() + " cannot hold the arguments of a tool.",
          "Take a record whose components are the arguments.");
      return ObjectType.declare(argsType.simpleName());
    }
    if (!argsType.isPublic()) {
      site.notPublic(argsType);
      return ObjectType.declare(argsType.simpleName());
    }
    TypeMapper types = new TypeMapper(backing);
    ObjectType object = types.object(argsType, site);
    types.check();
    if (site.findings().isEmpty()) {
      object.properties().forEach(slot -> checkSchema(slot, site.member(slot.name(), argsType)));
    }
    return object;
  }
}
