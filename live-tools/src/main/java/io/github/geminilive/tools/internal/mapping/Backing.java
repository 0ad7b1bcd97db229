package io.github.geminilive.tools.internal.mapping;

import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ObjectType;
import io.github.geminilive.tools.model.ToolModel;
import io.github.geminilive.tools.model.ValueType;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a front end makes and reads values. The annotation processor makes none: its functions give
 * {@link ObjectType#ABSENT}, its invokers throw, and it remembers what it was asked for, to generate
 * code that does the same.
 *
 * <p>What cannot be reached, as a module does not open its package, is told with {@link
 * InaccessibleException}; the mapper makes a problem of it.
 */
public interface Backing {

  /**
   * The model of a type that this front end does not look into; null where it does. Asked for
   * records, enums, classes and interfaces of the application. That of a record or class that is no
   * union is an {@link ObjectType}, which may be left undefined: nothing is checked in it then.
   */
  @Nullable
  ValueType opaque(TypeView type);

  /**
   * An enum.
   *
   * @param type the enum
   * @param wireNames of its constants, in their order; null where {@code value} tells them
   * @param value its {@code @JsonValue} method or field; null where it has none
   */
  EnumType enumeration(
      TypeView type, @Nullable List<String> wireNames, @Nullable JsonValueSource value);

  /** What makes an array of the given element type of a list; elements are bound. */
  Function<List<Object>, Object> array(TypeView component);

  /**
   * What makes a record or a bean.
   *
   * @param type its class
   * @param object the model that is being defined
   * @param plan how. Of the values the function is given, {@link ObjectType#ABSENT} can only be
   *     those of {@link ObjectType#leavesAlone properties that setters set}
   */
  Function<Object[], Object> creator(TypeView type, ObjectType object, CreationPlan plan);

  /**
   * What reads one property of an object that is written as a result.
   *
   * @param type its class
   * @param source what is read
   */
  Function<Object, @Nullable Object> reader(TypeView type, ReadSource source);

  /** What runs a tool's method. */
  ToolModel.Invoker invoker(TypeView type, MethodView method);

  /** The class of what is attached to a session. */
  Class<?> attachedClass(TypeView type);

  /**
   * A {@code @JsonValue} of an enum.
   *
   * @param member name of the field, or of the method without parameters
   * @param isMethod which of the two
   */
  record JsonValueSource(String member, boolean isMethod) {}

  /**
   * How an object is made of its properties' values.
   *
   * @param constructor what is called
   * @param constructorArguments for each of its parameters, the index of the property
   * @param setters what sets the other properties, once each
   */
  record CreationPlan(
      MethodView constructor, List<Integer> constructorArguments, List<Setter> setters) {}

  /**
   * What sets one property.
   *
   * @param property its index
   * @param method the setter; null where a public field is written
   * @param field the field; null where a setter is called
   */
  record Setter(
      int property, @Nullable MethodView method, @Nullable MemberView field) {}

  /**
   * What reads one property: a method without parameters, or a public field.
   *
   * @param method the accessor; null where a field is read
   * @param field the field; null where an accessor is called
   */
  record ReadSource(@Nullable MethodView method, @Nullable MemberView field) {}
}
