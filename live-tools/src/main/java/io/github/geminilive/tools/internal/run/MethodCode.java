package io.github.geminilive.tools.internal.run;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.ToolContext;
import io.github.geminilive.ToolResult;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.tools.CallId;
import io.github.geminilive.tools.internal.binding.Binder;
import io.github.geminilive.tools.internal.binding.Bound;
import io.github.geminilive.tools.internal.result.ResultWriter;
import io.github.geminilive.tools.model.CreationException;
import io.github.geminilive.tools.model.Parameter;
import io.github.geminilive.tools.model.Parameter.Absence;
import io.github.geminilive.tools.model.Parameter.Argument;
import io.github.geminilive.tools.model.Parameter.AttachedState;
import io.github.geminilive.tools.model.Parameter.Injected;
import io.github.geminilive.tools.model.Slot;
import io.github.geminilive.tools.model.ToolModel;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a method. */
public final class MethodCode implements ToolCode {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.tools");

  private final ToolModel model;
  private final @Nullable Object target;
  private final List<Slot> slots;
  private final Outcomes outcomes;

  /**
   * A tool that is a method.
   *
   * @param model the method
   * @param target whose method; null when it is static
   * @param writer writes what it returns
   */
  public MethodCode(ToolModel model, @Nullable Object target, ResultWriter writer) {
    this.model = model;
    this.target = target;
    this.slots = model.arguments().toList();
    this.outcomes = new Outcomes(model.name(), writer, model.returnsNothing());
  }

  @Override
  public Object run(Json arguments, ToolContext context) throws Exception {
    Bound bound = bind(arguments);
    if (!bound.isValid()) {
      return Invalid.of(bound.violations());
    }
    List<Parameter> parameters = model.parameters();
    Object[] values = new Object[parameters.size()];
    int next = 0;
    for (int i = 0; i < values.length; i++) {
      Parameter parameter = parameters.get(i);
      if (parameter instanceof Argument) {
        values[i] = bound.values()[next++];
      } else if (parameter instanceof Injected injected) {
        values[i] = injected(injected.what(), context);
      } else {
        AttachedState state = (AttachedState) parameter;
        Optional<?> attached = context.attachment(state.type());
        if (attached.isEmpty() && state.absence() == Absence.FAILS) {
          return missing(state.type());
        }
        values[i] = state.absence() == Absence.OPTIONAL ? attached : attached.orElse(null);
      }
    }
    Object returned;
    try {
      returned = model.invoker().invoke(target, values);
    } catch (Throwable e) {
      throw Failures.thrown(e);
    }
    return outcomes.of(returned, context);
  }

  private Bound bind(Json arguments) throws Exception {
    try {
      return Binder.bind(slots, arguments);
    } catch (CreationException e) {
      throw e.refusal();
    }
  }

  private static Object injected(Parameter.Injection what, ToolContext context) {
    return switch (what) {
      case CONTEXT, CANCELLATION_TOKEN -> context;
      case SESSION -> context.session();
      case TURN -> context.turn();
      case CALL -> context.call();
      case CALL_ID -> new CallId(context.call().id());
    };
  }

  private ToolResult missing(Class<?> type) {
    String why = "it needs a "
        + requireNonNull(type.getCanonicalName(), "type")
        + " and the session has none. Attach one with LiveConfig.Builder.attach or"
        + " LiveSession.attach";
    LOG.warn("Tool {} was not run: {}", model.name(), why);
    return ToolResult.error("unavailable", "The tool is not available at the moment.", false)
        .cause(new IllegalStateException("the tool was not run: " + why));
  }
}
