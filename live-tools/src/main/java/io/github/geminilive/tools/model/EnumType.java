package io.github.geminilive.tools.model;

import java.util.List;
import java.util.function.Function;

/**
 * An enum.
 *
 * @param constants its constants, in their order; at compile time their names
 * @param wireNames how each is written, in the same order; distinct
 * @param names how each is called in the code, in the same order
 */
public record EnumType(List<Object> constants, List<String> wireNames, List<String> names)
    implements ValueType {

  /** Copies. */
  public EnumType {
    constants = List.copyOf(constants);
    wireNames = List.copyOf(wireNames);
    names = List.copyOf(names);
  }

  /**
   * An enum at run time.
   *
   * @param constants its constants, in their order
   * @param wireName tells how one is written
   */
  public static <E extends Enum<E>> EnumType of(E[] constants, Function<E, String> wireName) {
    List<E> all = List.of(constants);
    return new EnumType(
        List.copyOf(all),
        all.stream().map(wireName).toList(),
        all.stream().map(Enum::name).toList());
  }
}
