package io.github.geminilive.tools.internal.reflect;

import io.github.geminilive.tools.LiveTool;

/** What was generated for it is none of ours. */
public class ForeignGlue {

  /** A tool. */
  @LiveTool(description = "Works.")
  public void works() {}
}
