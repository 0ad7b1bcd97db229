package io.github.geminilive.tools.internal.reflect.elsewhere;

import io.github.geminilive.tools.LiveTool;

class Covert {

  @LiveTool(description = "Greets.")
  public String hello() {
    return "hello";
  }
}
