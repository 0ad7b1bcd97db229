package io.github.geminilive.tools.internal.mapping;

import java.util.List;

/**
 * A type as it stands in a signature, with type variables replaced by what is known of them. Two
 * views of the same type with the same arguments are equal; annotations of the use do not count.
 */
public interface TypeView {

  /** What it is. */
  enum Kind {
    VOID,
    PRIMITIVE,
    ARRAY,
    RECORD,
    ENUM,
    INTERFACE,
    ANNOTATION,
    CLASS,
    /** A type variable of which nothing is known. */
    VARIABLE,
    WILDCARD
  }

  /** What it is. */
  Kind kind();

  /**
   * Name without type arguments: {@code int}, {@code java.util.List}, {@code com.acme.Home.Lights}
   * (canonical), {@code byte[]}.
   */
  String name();

  /** Last part of the name: {@code Lights}. */
  String simpleName();

  /** As a developer would write it, simple names, arguments included: {@code List<String>}. */
  String display();

  /** Whether its class has type parameters and this use gives none. */
  boolean isRaw();

  /** Type arguments of this use; empty when there are none. */
  List<TypeView> arguments();

  /** Of an array: what it holds; otherwise throws {@link IllegalStateException}. */
  TypeView component();

  /** Annotations at this use of the type. */
  Marks marks();

  /** Annotations of the type's declaration. */
  Marks declaredMarks();

  /** Whether it and all classes around it are public. */
  boolean isPublic();

  /** Whether it is abstract; true for interfaces. */
  boolean isAbstract();

  /** Whether it needs an instance of a class around it: a member class that is not static. */
  boolean isInner();

  /**
   * Its direct superclass, then its direct interfaces in their order, arguments resolved; without
   * {@code Object}.
   */
  List<TypeView> supertypes();

  /** Permitted direct subtypes of a sealed type, in their order; empty for others. */
  List<TypeView> permitted();

  /**
   * A class that an annotation's member names.
   *
   * @param name as in a {@link Marks.Mark}
   */
  TypeView named(String name);

  /** Components of a record, in their order; empty for others. */
  List<MemberView> components();

  /** Constants of an enum, in their order; empty for others. */
  List<MemberView> constants();

  /** Public constructors; of a record, the canonical one only. */
  List<MethodView> constructors();

  /** Fields, hidden ones included, inherited ones first; static and transient ones left out. */
  List<MemberView> fields();

  /**
   * Methods, inherited ones and interface defaults included, overridden ones not: bridge and
   * synthetic methods and those of {@code Object} left out; private and static ones included, but
   * not the static ones of interfaces above it. Ordered by name, then by the display of
   * the parameters, so that both front ends agree.
   */
  List<MethodView> methods();

  /** Whether a value of this type can be passed where the given one (by name) is asked for. */
  boolean isSubtypeOf(String name);
}
