package io.github.geminilive.tools.internal.reflect;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.tools.internal.mapping.Backing;
import io.github.geminilive.tools.internal.mapping.InaccessibleException;
import io.github.geminilive.tools.internal.mapping.MemberView;
import io.github.geminilive.tools.internal.mapping.MethodView;
import io.github.geminilive.tools.internal.mapping.TypeView;
import io.github.geminilive.tools.model.CreationException;
import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ObjectType;
import io.github.geminilive.tools.model.ToolModel;
import io.github.geminilive.tools.model.ValueType;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes and reads values, and calls tools, by reflection. Views must be those made here. */
public final class ReflectBacking implements Backing {

  /** For one registration. */
  public ReflectBacking() {}

  /** Nothing: reflection sees all. */
  @Override
  public @Nullable ValueType opaque(TypeView type) {
    return null;
  }

  @Override
  public EnumType enumeration(
      TypeView type, @Nullable List<String> wireNames, @Nullable JsonValueSource value) {
    Object[] constants = ReflectViews.erasure(type).getEnumConstants();
    List<String> names = new ArrayList<>();
    for (Object constant : constants) {
      names.add(((Enum<?>) constant).name());
    }
    List<String> written = wireNames != null
        ? wireNames
        : values(ReflectViews.erasure(type), constants, requireNonNull(value, "value"));
    return new EnumType(List.of(constants), written, names);
  }

  private static List<String> values(Class<?> type, Object[] constants, JsonValueSource source) {
    Function<Object, @Nullable Object> reader = reader(type, source);
    List<String> written = new ArrayList<>();
    for (Object constant : constants) {
      String where = "The @JsonValue of " + ClassNames.of(type) + "." + ((Enum<?>) constant).name();
      Object value;
      try {
        value = reader.apply(constant);
      } catch (Exception e) {
        throw new InaccessibleException(
            where + " cannot be read: it throws " + e + ".", "Return a text for every constant.");
      }
      if (value == null) {
        throw new InaccessibleException(where + " is null.", "Return a text for every constant.");
      }
      written.add(value instanceof Enum<?> other ? other.name() : value.toString());
    }
    return written;
  }

  private static Function<Object, @Nullable Object> reader(Class<?> type, JsonValueSource source) {
    try {
      return source.isMethod()
          ? reading(Access.to(type.getDeclaredMethod(source.member()), type))
          : reading(Access.to(type.getDeclaredField(source.member())));
    } catch (NoSuchMethodException e) {
      // An interface of the enum has it.
      for (Method method : type.getMethods()) {
        if (method.getName().equals(source.member()) && method.getParameterCount() == 0) {
          return reading(Access.to(method, type));
        }
      }
      throw new IllegalArgumentException(type + " has no method " + source.member(), e);
    } catch (NoSuchFieldException e) {
      throw new IllegalArgumentException(type + " has no field " + source.member(), e);
    }
  }

  @Override
  public Function<List<Object>, Object> array(TypeView component) {
    Class<?> element = ReflectViews.erasure(component);
    if (!element.isPrimitive()) {
      return list -> list.toArray((Object[]) Array.newInstance(element, list.size()));
    }
    return list -> {
      Object array = Array.newInstance(element, list.size());
      int index = 0;
      for (Object value : list) {
        Array.set(array, index++, value);
      }
      return array;
    };
  }

  @Override
  public Function<Object[], Object> creator(TypeView type, ObjectType object, CreationPlan plan) {
    Constructor<?> constructor =
        Access.to((Constructor<?>) ((ReflectMethod) plan.constructor()).executable());
    int[] order =
        plan.constructorArguments().stream().mapToInt(Integer::intValue).toArray();
    List<Placing> placings = new ArrayList<>();
    for (Setter setter : plan.setters()) {
      placings.add(placing(ReflectViews.erasure(type), setter));
    }
    Placing[] rest = placings.toArray(Placing[]::new);
    if (rest.length == 0 && isInOrder(order)) {
      return values -> create(constructor, values);
    }
    return values -> {
      Object[] arguments = new Object[order.length];
      for (int i = 0; i < order.length; i++) {
        arguments[i] = values[order[i]];
      }
      Object made = create(constructor, arguments);
      for (Placing placing : rest) {
        Object value = values[placing.property()];
        if (value != ObjectType.ABSENT) {
          placing.place(made, value);
        }
      }
      return made;
    };
  }

  private static boolean isInOrder(int[] order) {
    for (int i = 0; i < order.length; i++) {
      if (order[i] != i) {
        return false;
      }
    }
    return true;
  }

  private static Object create(Constructor<?> constructor, Object[] arguments) {
    try {
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw refusal(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot call " + constructor, e);
    }
  }

  /** Errors are no refusals: they leave as they stand. */
  private static CreationException refusal(InvocationTargetException e) {
    if (e.getTargetException() instanceof Exception cause) {
      return new CreationException(cause);
    }
    throw ReflectBacking.<RuntimeException>sneaky(e.getTargetException());
  }

  private static Placing placing(Class<?> type, Setter setter) {
    if (setter.method() != null) {
      Method method = Access.to((Method) ((ReflectMethod) setter.method()).executable(), type);
      return new Placing(setter.property(), method, null);
    }
    return new Placing(setter.property(), null, field(requireNonNull(setter.field(), "field")));
  }

  private static Field field(MemberView field) {
    return Access.to(requireNonNull(((ReflectMember) field).field(), "field"));
  }

  /** How one property of a bean is set: one of the two is not null. */
  private record Placing(
      int property, @Nullable Method setter, @Nullable Field field) {

    void place(Object bean, @Nullable Object value) {
      try {
        if (setter != null) {
          setter.invoke(bean, value);
        } else if (field != null) {
          field.set(bean, value);
        }
      } catch (InvocationTargetException e) {
        throw refusal(e);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("cannot set " + this, e);
      }
    }
  }

  @Override
  public Function<Object, @Nullable Object> reader(TypeView type, ReadSource source) {
    if (source.method() == null) {
      return reading(field(requireNonNull(source.field(), "field")));
    }
    Method method = (Method) ((ReflectMethod) source.method()).executable();
    return reading(Access.to(method, ReflectViews.erasure(type)));
  }

  private static Function<Object, @Nullable Object> reading(Field field) {
    return object -> {
      try {
        return field.get(object);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("cannot read " + field, e);
      }
    };
  }

  private static Function<Object, @Nullable Object> reading(Method accessor) {
    return object -> {
      try {
        return accessor.invoke(object);
      } catch (InvocationTargetException e) {
        throw ReflectBacking.<RuntimeException>sneaky(e.getTargetException());
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("cannot call " + accessor, e);
      }
    };
  }

  @Override
  public ToolModel.Invoker invoker(TypeView type, MethodView method) {
    Method callable =
        Access.to((Method) ((ReflectMethod) method).executable(), ReflectViews.erasure(type));
    return (target, arguments) -> {
      try {
        return callable.invoke(target, arguments);
      } catch (InvocationTargetException e) {
        throw e.getTargetException();
      }
    };
  }

  @Override
  public Class<?> attachedClass(TypeView type) {
    return ReflectViews.erasure(type);
  }

  /** Throws what the user's code threw, whatever it declares. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E sneaky(Throwable thrown) throws E {
    throw (E) thrown;
  }
}
