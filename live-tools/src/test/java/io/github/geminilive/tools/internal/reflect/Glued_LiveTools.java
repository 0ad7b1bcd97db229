package io.github.geminilive.tools.internal.reflect;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.ToolPolicy;
import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ObjectWriter;
import io.github.geminilive.tools.model.Parameter;
import io.github.geminilive.tools.model.Slot;
import io.github.geminilive.tools.model.ToolGlue;
import io.github.geminilive.tools.model.ToolModel;
import java.util.List;
import java.util.Map;

/** Stands for what the annotation processor generates; not in the order of the names. */
public final class Glued_LiveTools implements ToolGlue {

  static final ObjectWriter WRITER = new ObjectWriter(null, null, List.of());
  static final EnumType SIZES = EnumType.of(Glued.Size.values(), Enum::name);

  /** For the library. */
  public Glued_LiveTools() {}

  @Override
  public List<Entry> tools(Types types) {
    Parameter size = new Parameter.Argument(Slot.of("size", types.type(Glued.Size.class)));
    return List.of(
        new Entry(
            tool(
                "second",
                List.of(size),
                (target, arguments) ->
                    ((Glued) requireNonNull(target)).second((Glued.Size) arguments[0])),
            false),
        new Entry(tool("first", List.of(), (target, arguments) -> Glued.first()), true));
  }

  private static ToolModel tool(
      String name, List<Parameter> parameters, ToolModel.Invoker invoker) {
    return new ToolModel(
        name,
        "Generated.",
        null,
        null,
        ToolPolicy.DEFAULT,
        parameters,
        false,
        "Glued." + name,
        invoker);
  }

  @Override
  public Map<Class<?>, EnumType> enums() {
    return Map.of(Glued.Size.class, SIZES);
  }

  @Override
  public Map<Class<?>, ObjectWriter> writers() {
    return Map.of(Glued.Result.class, WRITER);
  }
}
