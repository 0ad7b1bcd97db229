package io.github.geminilive.tools.internal.declaration;

import io.github.geminilive.ToolContext;
import io.github.geminilive.tools.LiveTool;

/** A tool that takes nothing from the model. */
public interface Plain {

  @LiveTool(description = "Says pong", behavior = LiveTool.Behavior.BLOCKING)
  static String ping(ToolContext context) {
    return "pong";
  }
}
