package io.github.geminilive.internal.relay;

import io.github.geminilive.ConfigFinding;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.internal.codec.ClientMessageEncoder;
import io.github.geminilive.internal.codec.RecordDecoder;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.ContextUpdate;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.GenerationConfig;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Setup;
import io.github.geminilive.protocol.Tool;
import io.github.geminilive.protocol.ToolsUpdate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What of a peer's setup becomes part of the server's. */
final class PeerSetup {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.relay");

  private static final String GENERATION = "generationConfig";
  private static final String TOOLS = "tools";

  private static final @Nullable List<Tool> NO_TOOLS = null;

  private PeerSetup() {}

  /**
   * Joins both. Of an object that both set, members the peer does not set stay as the server set
   * them; tools are added to the server's. What the peer may not set is left out, its names are
   * logged.
   *
   * @param base the server's
   * @param asked members of the protocol's setup; an object
   * @param allowed paths that {@link SetupPaths#check} has passed
   * @throws BadMessage when what it may set is unreadable, or known to be refused by the service
   */
  static LiveConfig apply(LiveConfig base, Json asked, List<String> allowed) throws BadMessage {
    Map<String, Object> chosen = choose(asked.asObject(), allowed);
    if (chosen.isEmpty()) {
      return base;
    }
    // Read and written again, all names have their one spelling.
    Setup peers = decode(Setup.class, with(chosen, "model", base.setup().model()));
    checkNames(base, peers.tools() == null ? List.of() : peers.tools());
    LiveConfig joined = join(base, peers);
    Set<String> known = new HashSet<>();
    base.check().forEach(finding -> known.add(finding.field() + finding.reason()));
    for (ConfigFinding finding : joined.check()) {
      if (finding.severity() == ConfigFinding.Severity.REFUSED
          && !known.contains(finding.field() + finding.reason())) {
        throw PeerJson.invalid("setup." + finding.field(), finding.reason());
      }
    }
    return joined;
  }

  /**
   * What of an update in mid-session the peer may ask for. The protocol's update takes the place of
   * all tools; the server's stay among them.
   *
   * @param base the server's configuration
   * @param allowed as for {@link #apply}
   * @return null when nothing of it is allowed
   */
  static @Nullable ContextUpdate context(LiveConfig base, ContextUpdate asked, List<String> allowed)
      throws BadMessage {
    Content instruction = allowed.contains("systemInstruction") ? asked.systemInstruction() : null;
    ToolsUpdate tools = allowed.contains(TOOLS) ? asked.tools() : null;
    if (instruction == null && tools == null) {
      return null;
    }
    if (tools != null) {
      List<Tool> own = tools.tools() == null ? List.of() : tools.tools();
      checkNames(base, own);
      List<Tool> all = new ArrayList<>();
      if (base.setup().tools() != null) {
        all.addAll(base.setup().tools());
      }
      all.addAll(own);
      tools = new ToolsUpdate(all, Map.of());
    }
    return new ContextUpdate(instruction, tools, Map.of());
  }

  /** A member in either of its spellings; null when it is absent. */
  static @Nullable Object member(Map<?, ?> object, String name) {
    Object value = object.get(name);
    if (value != null) {
      return value;
    }
    StringBuilder snake = new StringBuilder();
    for (char c : name.toCharArray()) {
      snake.append(Character.isUpperCase(c) ? "_" + Character.toLowerCase(c) : c);
    }
    return object.get(snake.toString());
  }

  private static Map<String, Object> choose(Map<String, Object> asked, List<String> allowed) {
    Map<String, Object> chosen = new LinkedHashMap<>();
    Set<String> leftOut = new TreeSet<>();
    asked.forEach((spelled, value) -> {
      String name = camel(spelled);
      if (value == null) {
        return;
      }
      if (allowed.contains(name)) {
        chosen.put(name, value);
        return;
      }
      Map<String, Object> inner =
          value instanceof Map<?, ?> object ? chooseInner(name, object, allowed) : Map.of();
      if (!inner.isEmpty()) {
        chosen.put(name, inner);
      }
      if (!(value instanceof Map<?, ?> object && object.size() == inner.size())) {
        leftOut.add(SetupPaths.isMember(name) ? name : "unknown members");
      }
    });
    if (!leftOut.isEmpty()) {
      LOG.debug("left out of a peer's setup what it may not set: {}", leftOut);
    }
    return chosen;
  }

  private static Map<String, Object> chooseInner(
      String name, Map<?, ?> object, List<String> allowed) {
    Map<String, Object> inner = new LinkedHashMap<>();
    object.forEach((key, value) -> {
      String innerName = camel((String) key);
      if (value != null && allowed.contains(name + "." + innerName)) {
        inner.put(innerName, value);
      }
    });
    return inner;
  }

  private static String camel(String name) {
    if (name.indexOf('_') < 0) {
      return name;
    }
    StringBuilder camel = new StringBuilder();
    boolean upper = false;
    for (char c : name.toCharArray()) {
      if (c != '_') {
        camel.append(upper ? Character.toUpperCase(c) : c);
      }
      upper = c == '_';
    }
    return camel.toString();
  }

  /** A second function of a name would be called in place of the first, or with it. */
  private static void checkNames(LiveConfig base, List<Tool> own) throws BadMessage {
    Set<String> taken = new HashSet<>();
    List<Tool> servers = base.setup().tools();
    if (servers != null) {
      functions(servers).forEach(function -> taken.add(function.name()));
    }
    for (FunctionDeclaration function : functions(own)) {
      if (!taken.add(function.name())) {
        throw PeerJson.invalid(
            "tools.function_declarations", "another function has the name of one of these.");
      }
    }
  }

  private static List<FunctionDeclaration> functions(List<Tool> tools) {
    List<FunctionDeclaration> functions = new ArrayList<>();
    for (Tool tool : tools) {
      if (tool.functionDeclarations() != null) {
        functions.addAll(tool.functionDeclarations());
      }
    }
    return functions;
  }

  private static LiveConfig join(LiveConfig base, Setup peers) throws BadMessage {
    LiveConfig.Builder joined = base.toBuilder();
    GenerationConfig generation = peers.generationConfig();
    try {
      if (generation != null) {
        joined.generation(set -> join(GenerationConfig.class, set.build(), generation).toBuilder());
      }
      if (peers.tools() != null) {
        joined.declare(peers.tools().toArray(Tool[]::new));
      }
      Setup rest = peers.toBuilder().generationConfig(null).tools(NO_TOOLS).build();
      return joined
          .setup(set -> join(Setup.class, set.build(), rest).toBuilder())
          .build();
    } catch (IllegalArgumentException e) {
      throw new BadMessage("The setup does not go with the server's.");
    }
  }

  private static <T> T join(Class<T> type, T servers, T peers) {
    Map<String, Object> members = new LinkedHashMap<>(members(servers));
    members(peers).forEach((name, value) -> {
      if (!name.equals("model")) {
        members.merge(name, value, PeerSetup::join);
      }
    });
    return RecordDecoder.decode(type, Json.of(members).text());
  }

  private static Object join(Object servers, Object peers) {
    if (servers instanceof Map<?, ?> before && peers instanceof Map<?, ?> after) {
      Map<Object, Object> members = new LinkedHashMap<>(before);
      members.putAll(after);
      return members;
    }
    return peers;
  }

  private static Map<String, Object> members(Object record) {
    return Json.parse(ClientMessageEncoder.encodeRecord(record)).asObject();
  }

  private static <T> T decode(Class<T> type, Map<String, Object> members) throws BadMessage {
    return PeerJson.decode(type, Json.of(members).text());
  }

  private static Map<String, Object> with(Map<String, Object> members, String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(members);
    more.put(name, value);
    return more;
  }
}
