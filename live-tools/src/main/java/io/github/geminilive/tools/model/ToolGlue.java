package io.github.geminilive.tools.model;

import java.util.List;
import java.util.Map;

/**
 * What the annotation processor generates for a class with tools: the model that reflection would
 * find, without reflection. Has a public constructor without parameters and the {@link #nameFor
 * name} that the class is looked up by.
 */
public interface ToolGlue {

  /**
   * The tools of the class.
   *
   * @param types finds by reflection what the compiler could not see
   * @return in any order; those of objects and static ones
   */
  List<Entry> tools(Types types);

  /** How the enums that results may hold are written: each constant's wire name. */
  Map<Class<?>, EnumType> enums();

  /** How the objects that results may hold are written. */
  Map<Class<?>, ObjectWriter> writers();

  /**
   * A tool and whether it needs an object.
   *
   * @param tool the tool
   * @param isStatic whether its method is static
   */
  record Entry(ToolModel tool, boolean isStatic) {}

  /** Types found by reflection at run time. */
  interface Types {

    /**
     * Maps a class that the compiler could not see whole.
     *
     * @param type a class without type parameters
     * @return the type that reflection finds
     */
    ValueType type(Class<?> type);

    /**
     * Maps a generic type that the compiler could not see whole.
     *
     * @param type holds it, with the annotations of its arguments
     * @return the type that reflection finds
     */
    ValueType type(TypeRef<?> type);
  }

  /**
   * Name of a class's glue: same package, nested names joined with {@code _}.
   *
   * @param binaryName of the class, such as {@code com.acme.Home$Lights}
   */
  static String nameFor(String binaryName) {
    int dot = binaryName.lastIndexOf('.');
    return binaryName.substring(0, dot + 1)
        + binaryName.substring(dot + 1).replace('$', '_')
        + "_LiveTools";
  }
}
