package io.github.geminilive.tools.model;

import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;

/**
 * Holds a generic type and the annotations inside it: {@code new TypeRef<Page<@Nullable String>>()
 * {}}.
 *
 * @param <T> the type
 */
public abstract class TypeRef<T> {

  private final AnnotatedType type;

  /** For an anonymous class that names the type. */
  protected TypeRef() {
    if (!(getClass().getAnnotatedSuperclass() instanceof AnnotatedParameterizedType superclass)) {
      throw new IllegalStateException("name the type: new TypeRef<List<String>>() {}");
    }
    type = superclass.getAnnotatedActualTypeArguments()[0];
  }

  /** The type, with its annotations. */
  public final AnnotatedType annotatedType() {
    return type;
  }
}
