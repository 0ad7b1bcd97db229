package io.github.geminilive.tools.internal.mapping;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A method or constructor, with type variables replaced by what is known of them. */
public interface MethodView {

  /** Its name; the class's simple name for a constructor. */
  String name();

  /** Qualified name of the class that declares it. */
  String declaredIn();

  /** What it returns; of a constructor, its class. */
  TypeView returns();

  /** Its parameters. */
  List<MemberView> parameters();

  /** Its annotations. */
  Marks marks();

  /** Whether it is public. */
  boolean isPublic();

  /** Whether the class that declares it, and all classes around that, are public. */
  boolean isInPublicType();

  /** Whether it is static. */
  boolean isStatic();

  /** Whether it has type parameters of its own. */
  boolean isGeneric();

  /**
   * The methods it overrides, nearest superclass first, then interfaces; empty for constructors and
   * static methods.
   */
  List<MethodView> overridden();

  /** First sentence of its Javadoc, as plain text; null if none is visible. */
  @Nullable
  String doc();
}
