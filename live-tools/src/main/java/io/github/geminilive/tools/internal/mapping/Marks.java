package io.github.geminilive.tools.internal.mapping;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The annotations of an element, without their classes: some are known by name only. */
public interface Marks {

  /** No annotations. */
  Marks NONE = List::of;

  /**
   * One annotation.
   *
   * @param type qualified name, such as {@code jakarta.validation.constraints.Size}
   * @param members all its members, defaults included. Values are {@code Boolean}, {@code Number},
   *     {@code Character} and {@code String} as they are; an enum constant by its name; a class by
   *     its qualified name (see {@link TypeView#name}); a {@link Mark}; or a {@code List} of these
   */
  record Mark(String type, Map<String, Object> members) {
    /** Copies. */
    public Mark {
      members = Map.copyOf(members);
    }

    /** A member that must be there. */
    public <T> T get(String member, Class<T> type) {
      return requireNonNull(type.cast(members.get(member)), member);
    }
  }

  /** All of them, in the order of the source; what cannot be resolved is left out. */
  List<Mark> all();

  /** The one of the given qualified name. */
  default Optional<Mark> find(String type) {
    return all().stream().filter(mark -> mark.type().equals(type)).findFirst();
  }

  /** Whether one has the given simple name, whatever its package; for {@code Nullable}. */
  default boolean hasSimpleName(String simpleName) {
    return all().stream().anyMatch(mark -> mark.type().endsWith("." + simpleName));
  }
}
