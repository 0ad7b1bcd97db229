package io.github.geminilive.tools.internal.reflect;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.ToolProblem;
import io.github.geminilive.tools.ToolRegistrationException;
import io.github.geminilive.tools.internal.mapping.Finding;
import io.github.geminilive.tools.internal.mapping.Mapped;
import io.github.geminilive.tools.internal.mapping.MappedArguments;
import io.github.geminilive.tools.internal.mapping.ToolMapper;
import io.github.geminilive.tools.internal.mapping.TypeMapper;
import io.github.geminilive.tools.internal.result.Writers;
import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ObjectType;
import io.github.geminilive.tools.model.ObjectWriter;
import io.github.geminilive.tools.model.ToolGlue;
import io.github.geminilive.tools.model.TypeRef;
import io.github.geminilive.tools.model.ValueType;
import java.lang.reflect.Constructor;
import java.lang.reflect.MalformedParameterizedTypeException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the tools of an object: in what the annotation processor generated for its class, otherwise
 * by reflection.
 *
 * <p>Both look at the nearest class, from that of the object upwards, that has tools of its own:
 * methods with {@link LiveTool}, or an interface with such. So a subclass that an application or a
 * framework makes of a class with tools, a proxy for instance, has the tools of that class: by the
 * names and annotations there, which the subclass may have lost. The object's own code is what
 * runs.
 */
public final class FrontEnds {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.tools");

  private FrontEnds() {}

  /**
   * What was found.
   *
   * @param tools ordered by name
   * @param problems all that is wrong; a class without tools is a problem
   * @param writers how results of these tools are written
   * @param generated whether the annotation processor made the tools
   */
  public record Found(
      List<ToolGlue.Entry> tools, List<ToolProblem> problems, Writers writers, boolean generated) {

    /** Copies. */
    public Found {
      tools = List.copyOf(tools);
      problems = List.copyOf(problems);
      requireNonNull(writers, "writers");
    }
  }

  /**
   * Finds tools.
   *
   * @param target an object, or a {@code Class}, of which only static methods are tools
   */
  public static Found find(Object target) {
    boolean staticOnly = target instanceof Class<?>;
    Class<?> type = target instanceof Class<?> itself ? itself : target.getClass();
    try {
      Found found = checked(find(type), type, staticOnly);
      LOG.debug(
          "{} has {} tools, {}",
          type.getName(),
          found.tools().size(),
          found.generated() ? "generated when it was compiled" : "found by reflection");
      return found;
    } catch (LinkageError | TypeNotPresentException | MalformedParameterizedTypeException e) {
      return new Found(List.of(), List.of(unreadable(type, e)), new ReflectWriters(), false);
    }
  }

  /**
   * Maps the arguments of a tool that takes them as one object.
   *
   * @param tool its name
   * @param arguments a record or bean
   */
  public static MappedArguments arguments(String tool, Class<?> arguments) {
    try {
      return new ToolMapper(new ReflectBacking()).arguments(tool, ReflectViews.of(arguments));
    } catch (LinkageError | TypeNotPresentException | MalformedParameterizedTypeException e) {
      return new MappedArguments(
          ObjectType.declare(arguments.getSimpleName()),
          List.of(new Finding(unreadable(arguments, e), ReflectViews.of(arguments))));
    }
  }

  private static Found find(Class<?> type) {
    for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
      Found generated = generated(owner);
      if (generated != null) {
        return generated;
      }
      if (hasToolsOfItsOwn(owner)) {
        return reflected(ReflectType.of(type).as(owner));
      }
    }
    return reflected(ReflectType.of(type));
  }

  private static boolean hasToolsOfItsOwn(Class<?> type) {
    for (Method method : type.getDeclaredMethods()) {
      if (method.isAnnotationPresent(LiveTool.class)) {
        return true;
      }
    }
    for (Class<?> implemented : type.getInterfaces()) {
      if (hasToolsOfItsOwn(implemented)) {
        return true;
      }
    }
    return false;
  }

  private static Found reflected(ReflectType type) {
    Mapped mapped = new ToolMapper(new ReflectBacking()).map(type);
    List<ToolGlue.Entry> tools = mapped.tools().stream()
        .map(tool -> new ToolGlue.Entry(tool.model(), tool.method().isStatic()))
        .toList();
    List<ToolProblem> problems =
        mapped.findings().stream().map(Finding::problem).toList();
    return new Found(tools, problems, new ReflectWriters(), false);
  }

  /**
   * What was generated for a class; null when there is nothing, or something is wrong with a type
   * that the compiler could not see: reflection finds that again, and tells it with the method and
   * parameter it belongs to.
   */
  private static @Nullable Found generated(Class<?> type) {
    Class<?> generated;
    try {
      generated = Class.forName(ToolGlue.nameFor(type.getName()), true, type.getClassLoader());
    } catch (ClassNotFoundException e) {
      return null;
    } catch (LinkageError e) {
      warn(type, e);
      return null;
    }
    try {
      Constructor<?> constructor = generated.getConstructor();
      constructor.trySetAccessible();
      ToolGlue glue = (ToolGlue) constructor.newInstance();
      ReflectedTypes types = new ReflectedTypes();
      List<ToolGlue.Entry> tools = glue.tools(types);
      if (types.asked && !tools.stream().allMatch(entry -> LateCheck.passes(entry.tool()))) {
        return null;
      }
      Writers writers = new GlueWriters(glue.writers(), glue.enums(), new ReflectWriters());
      return new Found(tools, List.of(), writers, true);
    } catch (ToolRegistrationException e) {
      return null;
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      warn(type, e);
      return null;
    }
  }

  private static void warn(Class<?> type, Throwable e) {
    LOG.warn(
        "What was generated for {} cannot be used, its tools are found by reflection. Compile it"
            + " again, with the annotation processor of this version: {}",
        type.getName(),
        e.toString());
    LOG.debug("What was generated for {} cannot be used", type.getName(), e);
  }

  private static Found checked(Found found, Class<?> type, boolean staticOnly) {
    List<ToolGlue.Entry> tools = found.tools().stream()
        .filter(entry -> entry.isStatic() || !staticOnly)
        .sorted(Comparator.comparing(entry -> entry.tool().name()))
        .toList();
    List<ToolProblem> problems = new ArrayList<>(found.problems());
    if (tools.isEmpty() && problems.isEmpty()) {
      problems.add(
          found.tools().isEmpty()
              ? new ToolProblem(
                  ClassNames.of(type),
                  null,
                  null,
                  "It has no @LiveTool method.",
                  "Annotate a public method with @LiveTool, or do not register the class.")
              : new ToolProblem(
                  ClassNames.of(type),
                  null,
                  null,
                  "It has no static @LiveTool method.",
                  "Register an object instead of the class, or make a method static."));
    }
    return new Found(tools, problems, found.writers(), found.generated());
  }

  // The canonical name would need the classes around it, which may be what is missing.
  private static ToolProblem unreadable(Class<?> type, Throwable e) {
    if (e instanceof ExceptionInInitializerError) {
      return new ToolProblem(
          type.getName(),
          null,
          null,
          "A class it uses cannot be initialized: " + e.getCause() + ".",
          "Correct the static initializer.");
    }
    String missing = e instanceof TypeNotPresentException absent
        ? absent.typeName()
        : String.valueOf(e.getMessage()).replace('/', '.');
    return new ToolProblem(
        type.getName(),
        null,
        null,
        "It cannot be read: " + e.getClass().getSimpleName() + " (" + missing + ").",
        "Add what is missing to the class path, in the version the class was compiled with.");
  }

  /** Maps what the compiler did not see. */
  private static final class ReflectedTypes implements ToolGlue.Types {

    private final TypeMapper mapper = new TypeMapper(new ReflectBacking());
    private boolean asked;

    @Override
    public ValueType type(Class<?> type) {
      asked = true;
      return mapper.type(ReflectViews.of(type));
    }

    @Override
    public ValueType type(TypeRef<?> type) {
      asked = true;
      return mapper.type(ReflectViews.of(type.annotatedType()));
    }
  }

  /** What was generated, and for other classes reflection. */
  private record GlueWriters(
      Map<Class<?>, ObjectWriter> writers, Map<Class<?>, EnumType> enums, Writers others)
      implements Writers {

    GlueWriters {
      writers = Map.copyOf(writers);
      enums = Map.copyOf(enums);
    }

    @Override
    public @Nullable ObjectWriter writer(Class<?> type) {
      ObjectWriter known = writers.get(type);
      return known == null ? others.writer(type) : known;
    }

    @Override
    public @Nullable EnumType enumeration(Class<?> type) {
      EnumType known = enums.get(type);
      return known == null ? others.enumeration(type) : known;
    }
  }
}
