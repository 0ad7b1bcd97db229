package io.github.geminilive.tools.internal.reflect;

import io.github.geminilive.tools.internal.binding.Binder;
import io.github.geminilive.tools.internal.declaration.SchemaWriter;
import io.github.geminilive.tools.model.ListType;
import io.github.geminilive.tools.model.MapType;
import io.github.geminilive.tools.model.ObjectType;
import io.github.geminilive.tools.model.OptionalType;
import io.github.geminilive.tools.model.Slot;
import io.github.geminilive.tools.model.ToolModel;
import io.github.geminilive.tools.model.UnionType;
import io.github.geminilive.tools.model.ValueType;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Those of the mapper's checks that need whole types, for generated tools with types that the
 * compiler did not see: whether defaults fit, subtypes agree, and what holds itself has an end.
 */
final class LateCheck {

  private final Set<ValueType> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private LateCheck() {}

  static boolean passes(ToolModel tool) {
    LateCheck check = new LateCheck();
    return tool.arguments()
        .allMatch(slot -> check.fits(slot) && SchemaWriter.problems(slot).isEmpty());
  }

  private boolean fits(Slot slot) {
    return Binder.checkDefault(slot).isEmpty() && fits(slot.type());
  }

  private boolean fits(ValueType type) {
    if (!seen.add(type)) {
      return true;
    }
    if (type instanceof ListType list) {
      return fits(list.element());
    }
    if (type instanceof MapType map) {
      return fits(map.value());
    }
    if (type instanceof OptionalType optional) {
      return fits(optional.inner());
    }
    if (type instanceof UnionType union) {
      return SchemaWriter.conflicts(union).isEmpty()
          && union.variants().stream()
              .allMatch(variant -> isToldApart(variant.type(), union) && fits(variant.type()));
    }
    return !(type instanceof ObjectType object)
        || object.properties().stream().allMatch(this::fits);
  }

  private static boolean isToldApart(ObjectType variant, UnionType union) {
    return variant.properties().stream()
        .noneMatch(property -> property.name().equals(union.discriminator()));
  }
}
