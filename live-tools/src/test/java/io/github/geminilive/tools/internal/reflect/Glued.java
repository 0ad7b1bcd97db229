package io.github.geminilive.tools.internal.reflect;

import io.github.geminilive.tools.LiveTool;

/** A class with tools that something was generated for. */
public class Glued {

  /** What a tool might return. */
  public record Result(String text) {}

  /** What a tool might return. */
  public enum Size {
    SMALL
  }

  /** A static one. */
  @LiveTool(description = "Annotated.")
  public static String first() {
    return "first";
  }

  /** One of an object. */
  @LiveTool(description = "Annotated.")
  public String second(Size size) {
    return "second" + size;
  }
}
