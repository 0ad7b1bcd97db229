package io.github.geminilive.tools.internal.reflect;

import io.github.geminilive.tools.LiveTool;

/** What was generated for it fails. */
public class BrokenGlue {

  /** A tool. */
  @LiveTool(description = "Works.")
  public void works() {}
}
