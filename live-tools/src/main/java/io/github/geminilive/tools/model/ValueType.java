package io.github.geminilive.tools.model;

/** A type of values the model can give: what the schema writer and the binder walk. */
public sealed interface ValueType
    permits Scalar, EnumType, ListType, MapType, OptionalType, ObjectType, UnionType {}
