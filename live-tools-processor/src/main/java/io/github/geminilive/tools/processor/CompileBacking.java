package io.github.geminilive.tools.processor;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.tools.ToolRegistrationException;
import io.github.geminilive.tools.internal.mapping.Backing;
import io.github.geminilive.tools.internal.mapping.MethodView;
import io.github.geminilive.tools.internal.mapping.TypeMapper;
import io.github.geminilive.tools.internal.mapping.TypeView;
import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ListType;
import io.github.geminilive.tools.model.ObjectType;
import io.github.geminilive.tools.model.ObjectWriter;
import io.github.geminilive.tools.model.ToolModel;
import io.github.geminilive.tools.model.ValueType;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes no values; remembers what stands behind the parts of a model, for the code that will.
 * Defaults are tried while compiling, so objects and arrays are made of what has no meaning.
 */
final class CompileBacking implements Backing {

  /**
   * How objects of a class are made.
   *
   * @param type the class
   * @param plan how
   */
  record Creation(ElementType type, CreationPlan plan) {}

  /**
   * What a property is read from.
   *
   * @param type the class of the object
   * @param source the accessor or field
   */
  record Reading(ElementType type, ReadSource source) {}

  private final Sources sources;
  private final Map<ValueType, ElementType> opaque = new IdentityHashMap<>();
  private final Map<EnumType, ElementType> enums = new IdentityHashMap<>();
  private final Map<ObjectType, Creation> creations = new IdentityHashMap<>();
  private final Map<Object, ElementType> arrays = new IdentityHashMap<>();
  private final Map<Object, Reading> readings = new IdentityHashMap<>();
  private final Map<Object, MethodView> invoked = new IdentityHashMap<>();
  private boolean checking;

  CompileBacking(Sources sources) {
    this.sources = sources;
  }

  /**
   * Left to reflection at run time: enums whose texts only their code tells; and before JDK 22, which
   * does not see all annotations in class files, the records and beans of other files. So the outcome
   * is the same whether those are compiled together with the tools or before them.
   */
  @Override
  public @Nullable ValueType opaque(TypeView view) {
    ElementType type = (ElementType) view;
    if (!type.isDeclared()
        || !type.isPublic()
        || !(type.kind() == TypeView.Kind.ENUM ? isSoundEnum(type) : isLeftToRunTime(type))) {
      return null;
    }
    ObjectType unknown = ObjectType.declare(type.simpleName());
    opaque.put(unknown, type);
    return unknown;
  }

  private boolean isSoundEnum(ElementType type) {
    if (checking || !type.hasJsonValue()) {
      return false;
    }
    checking = true;
    try {
      new TypeMapper(this).type(type);
      return true;
    } catch (ToolRegistrationException e) {
      // It is mapped again, to tell what is wrong where it is used.
      return false;
    } finally {
      checking = false;
    }
  }

  /** What reflection would refuse for a reason that the compiler sees as well is not left to it. */
  private boolean isLeftToRunTime(ElementType type) {
    return type.hasHiddenMarks()
        && type.isNameable()
        && !type.isInner()
        && (type.kind() == TypeView.Kind.RECORD && !type.components().isEmpty()
            || type.kind() == TypeView.Kind.CLASS && !type.isAbstract()
            || !type.subtypes().isEmpty());
  }

  @Override
  public EnumType enumeration(
      TypeView type, @Nullable List<String> wireNames, @Nullable JsonValueSource value) {
    List<String> names = type.constants().stream()
        .map(constant -> requireNonNull(constant.name()))
        .toList();
    EnumType model = new EnumType(List.copyOf(names), wireNames == null ? names : wireNames, names);
    enums.put(model, (ElementType) type);
    return model;
  }

  @Override
  public Function<List<Object>, Object> array(TypeView component) {
    Function<List<Object>, Object> maker = new Placeholder<>();
    arrays.put(maker, (ElementType) component);
    return maker;
  }

  @Override
  public Function<Object[], Object> creator(TypeView type, ObjectType object, CreationPlan plan) {
    creations.put(object, new Creation((ElementType) type, plan));
    return new Placeholder<>();
  }

  @Override
  public Function<Object, @Nullable Object> reader(TypeView type, ReadSource source) {
    Function<Object, @Nullable Object> reader = new Placeholder<>();
    readings.put(reader, new Reading((ElementType) type, source));
    return reader;
  }

  @Override
  public ToolModel.Invoker invoker(TypeView type, MethodView method) {
    ToolModel.Invoker invoker = new NoInvoker();
    invoked.put(invoker, method);
    return invoker;
  }

  /** A stand-in; what is generated takes the parameter's type. */
  @Override
  public Class<?> attachedClass(TypeView type) {
    return Object.class;
  }

  /** Whether a type stays for reflection. */
  boolean isOpaque(ValueType model) {
    return opaque.containsKey(model);
  }

  /** The type that stays for reflection. */
  ElementType opaqueType(ValueType model) {
    return known(opaque, model);
  }

  ElementType enumType(EnumType model) {
    return known(enums, model);
  }

  Creation creation(ObjectType model) {
    return known(creations, model);
  }

  /** What an array holds. */
  ElementType arrayComponent(ListType model) {
    return known(arrays, model.collector());
  }

  Reading reading(ObjectWriter.Property property) {
    return known(readings, property.reader());
  }

  MethodView invoked(ToolModel tool) {
    return known(invoked, tool.invoker());
  }

  Sources sources() {
    return sources;
  }

  private static <K, V> V known(Map<K, V> map, K key) {
    return requireNonNull(map.get(key), () -> "not made here: " + key);
  }

  /** Has an identity, unlike some lambdas. */
  private static final class Placeholder<T> implements Function<T, Object> {
    @Override
    public Object apply(T given) {
      return ObjectType.ABSENT;
    }
  }

  /** Has an identity, unlike some lambdas. */
  private static final class NoInvoker implements ToolModel.Invoker {
    @Override
    public Object invoke(@Nullable Object target, Object[] arguments) {
      throw new UnsupportedOperationException("no tool runs while it is compiled");
    }
  }
}
