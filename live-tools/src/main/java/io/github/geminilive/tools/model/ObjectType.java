package io.github.geminilive.tools.model;

import java.util.List;
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
   * @param maker makes the value of one bound value for each property: null where it is nullable
   *     and missing; of a bean {@link #ABSENT} where nothing was given and there is no default
   * @return this
   */
  public ObjectType define(List<Slot> slots, Function<Object[], Object> maker) {
    if (creator != null) {
      throw new IllegalStateException(name + " is defined already");
    }
    properties = List.copyOf(slots);
    creator = maker;
    return this;
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
