package io.github.geminilive.tools.internal.mapping;

import org.jspecify.annotations.Nullable;

/** A parameter, a record's component, a field, or an enum's constant. */
public interface MemberView {

  /** Its name; null for a parameter whose name is not known. */
  @Nullable
  String name();

  /** Its type. */
  TypeView type();

  /**
   * Its own annotations; of a record's component also those of its accessor, field and constructor
   * parameter. Those of the type's use are in {@link TypeView#marks}.
   */
  Marks marks();

  /** Whether it is public; parameters, components and constants are. */
  boolean isPublic();

  /** Whether it is final. */
  boolean isFinal();

  /** What its Javadoc says: {@code @param} of a parameter or component; null if none is visible. */
  @Nullable
  String doc();
}
