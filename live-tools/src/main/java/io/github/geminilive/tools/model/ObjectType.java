package io.github.geminilive.tools.model;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A record or a bean. Made in two steps, so that it can hold itself: {@link #declare}, then {@link
 * #define} once.
 */
public final class ObjectType implements ValueType {

  /** Stands for a property that was not given, in what the creator gets: it leaves it alone. */
  public static final Object ABSENT = new Object() {
    @Override
    public String toString() {
      return "(absent)";
    }
  };

  private final String name;
  private List<Slot> properties = List.of();
  private Set<Integer> leftAlone = Set.of();
  private @Nullable Function<Object[], Object> creator;

  private ObjectType(String name) {
    this.name = name;
  }

  /**
   * Begins a type.
   *
   * @param name for people, such as the class's simple name
   */
  public static ObjectType declare(String name) {
    return new ObjectType(name);
  }

  /**
   * Completes it. Once, before the type is used, by the thread that declared it.
   *
   * @param slots its properties in their order
   * @param maker makes the value of one bound value for each property: null, or an empty {@code
   *     Optional}, where it is nullable and missing
   * @return this
   */
  public ObjectType define(List<Slot> slots, Function<Object[], Object> maker) {
    return define(slots, Set.of(), maker);
  }

  /**
   * As {@link #define(List, Function)}, of a bean: some properties are set after it was made.
   *
   * @param settable indexes of the properties that are left alone when nothing is given
   */
  public ObjectType define(
      List<Slot> slots, Set<Integer> settable, Function<Object[], Object> maker) {
    if (creator != null) {
      throw new IllegalStateException(name + " is defined already");
    }
    properties = List.copyOf(slots);
    leftAlone = Set.copyOf(settable);
    creator = maker;
    return this;
  }

  /** Whether its properties are known. */
  public boolean isDefined() {
    return creator != null;
  }

  /**
   * Whether a property is left as its class made it when nothing is given and there is no default:
   * its value is {@link #ABSENT} then, otherwise null or an empty {@code Optional}.
   *
   * @param property its index
   */
  public boolean leavesAlone(int property) {
    return leftAlone.contains(property);
  }

  /** For people. */
  public String name() {
    return name;
  }

  /** In their order. */
  public List<Slot> properties() {
    return properties;
  }

  /**
   * Makes a value.
   *
   * @param values one for each property
   */
  public Object create(Object[] values) {
    if (creator == null) {
      throw new IllegalStateException(name + " is not defined yet");
    }
    return creator.apply(values);
  }

  /** Its name; properties may hold it again. */
  @Override
  public String toString() {
    return name;
  }
}
