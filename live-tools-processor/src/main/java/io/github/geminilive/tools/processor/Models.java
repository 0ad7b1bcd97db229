package io.github.geminilive.tools.processor;

import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ListType;
import io.github.geminilive.tools.model.MapType;
import io.github.geminilive.tools.model.ObjectType;
import io.github.geminilive.tools.model.OptionalType;
import io.github.geminilive.tools.model.UnionType;
import io.github.geminilive.tools.model.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The types that need a name in the generated code, in the order of their first use: they may be
 * used again, or hold themselves.
 */
final class Models {

  private final CompileBacking backing;
  private final Identifiers identifiers;
  private final Set<ValueType> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<ValueType, String> names = new IdentityHashMap<>();
  private final Map<String, String> enumNames = new LinkedHashMap<>();
  private final Map<String, EnumType> enums = new LinkedHashMap<>();
  private final List<ValueType> opaque = new ArrayList<>();
  private final List<ObjectType> objects = new ArrayList<>();
  private final List<UnionType> unions = new ArrayList<>();

  Models(CompileBacking backing, Identifiers identifiers) {
    this.backing = backing;
    this.identifiers = identifiers;
  }

  /** Takes up a type and all types in it. */
  void add(ValueType type) {
    if (!seen.add(type)) {
      return;
    }
    if (backing.isOpaque(type)) {
      opaque.add(type);
      name(type, backing.opaqueType(type).simpleName(), "Type");
    } else if (type instanceof EnumType enumeration) {
      addEnum(enumeration);
    } else if (type instanceof ListType list) {
      add(list.element().type());
    } else if (type instanceof MapType map) {
      add(map.key());
      add(map.value().type());
    } else if (type instanceof OptionalType optional) {
      add(optional.inner());
    } else if (type instanceof ObjectType object) {
      objects.add(object);
      name(object, backing.creation(object).type().simpleName(), "Type");
      object.properties().forEach(property -> add(property.type()));
    } else if (type instanceof UnionType union) {
      unions.add(union);
      name(union, union.name(), "Union");
      union.variants().forEach(variant -> add(variant.type()));
    }
  }

  private void addEnum(EnumType model) {
    ElementType type = backing.enumType(model);
    String name = enumNames.computeIfAbsent(
        type.name(), key -> identifiers.take(decapitalized(type.simpleName()) + "Enum"));
    names.put(model, name + "()");
    enums.putIfAbsent(name, model);
  }

  private void name(ValueType type, String simpleName, String suffix) {
    names.put(type, identifiers.take(decapitalized(simpleName) + suffix));
  }

  static String decapitalized(String name) {
    int first = name.codePointAt(0);
    return Character.toString(Character.toLowerCase(first))
        + name.substring(Character.charCount(first));
  }

  /** Whether it has a name. */
  boolean isNamed(ValueType type) {
    return names.containsKey(type);
  }

  /** The expression for it. */
  String name(ValueType type) {
    String name = names.get(type);
    if (name == null) {
      throw new IllegalArgumentException("not added: " + type);
    }
    return name;
  }

  /** By the name of the method that makes it. */
  Map<String, EnumType> enums() {
    return enums;
  }

  List<ValueType> opaque() {
    return opaque;
  }

  List<ObjectType> objects() {
    return objects;
  }

  List<UnionType> unions() {
    return unions;
  }
}
