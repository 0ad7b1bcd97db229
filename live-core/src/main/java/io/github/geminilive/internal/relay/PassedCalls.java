package io.github.geminilive.internal.relay;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls a peer was told of; it is told of the end of no others. For one thread at a time. */
final class PassedCalls {

  private static final int MOST = 1024;

  private final Map<String, Boolean> ids = new LinkedHashMap<>() {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
      return size() > MOST;
    }
  };

  void add(@Nullable String id) {
    if (id != null) {
      ids.put(id, true);
    }
  }

  /** Those of some ids the peer was told of. */
  List<String> of(List<String> some) {
    return some.stream().filter(ids::containsKey).toList();
  }
}
