package io.github.geminilive.internal.relay;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.protocol.Setup;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Paths of members of a setup, one or two levels deep. */
public final class SetupPaths {

  /** What only the server decides. */
  private static final Set<String> SERVERS =
      Set.of("model", "sessionResumption", "contextWindowCompression");

  private static final Set<String> POSSIBLE = Stream.of(Setup.class.getRecordComponents())
      .filter(component -> isMember(component) && !SERVERS.contains(component.getName()))
      .flatMap(component -> Stream.concat(
          Stream.of(component.getName()),
          members(component.getType()).map(name -> component.getName() + "." + name)))
      .collect(Collectors.toCollection(TreeSet::new));

  private SetupPaths() {}

  /** Whether a setup of the protocol has such a member. */
  static boolean isMember(String name) {
    return SERVERS.contains(name) || POSSIBLE.contains(name);
  }

  private static Stream<String> members(Class<?> type) {
    return !type.isRecord()
        ? Stream.of()
        : Arrays.stream(type.getRecordComponents())
            .filter(SetupPaths::isMember)
            .map(RecordComponent::getName);
  }

  private static boolean isMember(RecordComponent component) {
    return !component.getName().equals("extra");
  }

  /**
   * Checks a path a peer may set.
   *
   * @return the path
   * @throws IllegalArgumentException when the protocol has no such member, or only the server sets it
   */
  public static String check(String path) {
    if (!POSSIBLE.contains(requireNonNull(path, "path"))) {
      boolean servers = SERVERS.contains(path.split("\\.", 2)[0]);
      throw new IllegalArgumentException("peers may not set \""
          + path
          + "\": "
          + (servers ? "it is the server's" : "the protocol's setup has no such member")
          + "; possible are "
          + String.join(", ", POSSIBLE));
    }
    return path;
  }
}
