package io.github.geminilive.tools.internal.mapping;

import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.ToolParam;

/** For proxies. */
public interface Plain {

  @LiveTool(description = "Says it.")
  void say(@ToolParam(name = "words") String text);
}
