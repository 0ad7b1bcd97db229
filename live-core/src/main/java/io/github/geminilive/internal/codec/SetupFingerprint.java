package io.github.geminilive.internal.codec;

import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Setup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tells whether two setups ask the service for the same, without showing for what. */
public final class SetupFingerprint {

  private SetupFingerprint() {}

  /**
   * The fingerprint of a setup. Members of objects count in any order, and so do the functions a tool
   * declares; how sessions are resumed does not count.
   *
   * @return 64 hexadecimal digits, in lower case
   */
  public static String of(Setup setup) {
    Setup same = setup.toBuilder().sessionResumption(null).build();
    Object ordered = ordered(Json.parse(ClientMessageEncoder.encodeRecord(same)).value());
    return Sha256.hex(Json.of(ordered).text().getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable Object ordered(@Nullable Object value) {
    if (value instanceof Map<?, ?> members) {
      Map<String, Object> sorted = new TreeMap<>();
      members.forEach((name, member) -> sorted.put(String.valueOf(name), text(member, name)));
      return sorted;
    }
    if (value instanceof List<?> list) {
      List<Json> items = new ArrayList<>();
      list.forEach(item -> items.add(Json.of(ordered(item))));
      return items;
    }
    return value;
  }

  private static Json text(@Nullable Object member, Object name) {
    Object ordered = ordered(member);
    if (name.equals("functionDeclarations") && ordered instanceof List<?> functions) {
      // Java tells the methods of a class in no order.
      return Json.of(
          functions.stream().map(String::valueOf).sorted().map(Json::parse).toList());
    }
    return Json.of(ordered);
  }
}
