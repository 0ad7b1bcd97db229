package io.github.geminilive.internal.tool;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the application keeps with its session: one object of a class, the latest last. */
public final class Attachments {

  // Replaced as a whole, by one thread at a time; read without a lock.
  private volatile List<Object> attached;

  /** What is there from the start, the latest last. */
  public Attachments(List<Object> fromTheStart) {
    this.attached = List.copyOf(fromTheStart);
  }

  /** Takes the place of what was attached before of the same class. */
  public synchronized void attach(Object state) {
    requireNonNull(state, "state");
    List<Object> changed = new ArrayList<>(attached);
    changed.removeIf(earlier -> earlier.getClass() == state.getClass());
    changed.add(state);
    attached = List.copyOf(changed);
  }

  /** The object attached last that is an instance of a type. */
  public <T> Optional<T> latest(Class<T> type) {
    requireNonNull(type, "type");
    List<Object> now = attached;
    for (int i = now.size() - 1; i >= 0; i--) {
      if (type.isInstance(now.get(i))) {
        return Optional.of(type.cast(now.get(i)));
      }
    }
    return Optional.empty();
  }
}
