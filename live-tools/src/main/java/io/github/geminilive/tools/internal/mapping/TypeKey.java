package io.github.geminilive.tools.internal.mapping;

import io.github.geminilive.tools.internal.mapping.TypeView.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells types apart that are mapped differently: {@code Page<String>} and {@code Page<@Nullable
 * String>} are the same type, and are not mapped to the same.
 *
 * @param type the type
 * @param marks annotations of its arguments, of theirs, and so on
 */
record TypeKey(TypeView type, List<List<Marks.Mark>> marks) {

  static TypeKey of(TypeView type) {
    List<List<Marks.Mark>> marks = new ArrayList<>();
    collect(type, marks);
    return new TypeKey(type, marks);
  }

  private static void collect(TypeView type, List<List<Marks.Mark>> marks) {
    List<TypeView> inner = type.kind() == Kind.ARRAY ? List.of(type.component()) : type.arguments();
    for (TypeView argument : inner) {
      marks.add(argument.marks().all());
      collect(argument, marks);
    }
  }
}
