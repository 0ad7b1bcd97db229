package io.github.geminilive.tools.internal.reflect;

import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ObjectWriter;
import io.github.geminilive.tools.model.ToolGlue;
import java.util.List;
import java.util.Map;

/** Fails as if it had been generated for another version. */
public final class BrokenGlue_LiveTools implements ToolGlue {

  /** For the library. */
  public BrokenGlue_LiveTools() {}

  @Override
  public List<Entry> tools(Types types) {
    throw new NoSuchMethodError("of another version");
  }

  @Override
  public Map<Class<?>, EnumType> enums() {
    return Map.of();
  }

  @Override
  public Map<Class<?>, ObjectWriter> writers() {
    return Map.of();
  }
}
