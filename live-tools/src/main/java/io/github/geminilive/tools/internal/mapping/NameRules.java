package io.github.geminilive.tools.internal.mapping;

import java.util.regex.Pattern;

/** What names the service takes. None is ever rewritten: what the code says is what is sent. */
final class NameRules {

  private static final Pattern TOOL = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,63}");
  private static final Pattern PROPERTY = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");

  private NameRules() {}

  static void checkTool(String name, Site site) {
    if (!TOOL.matcher(name).matches()) {
      site.problem(
          "The service takes no tool named \"" + name + "\".",
          "Give it a name of a letter or _, then letters, digits, _ . or -, at most 64"
              + " characters.");
    }
  }

  static void checkProperty(String name, Site site) {
    if (!PROPERTY.matcher(name).matches()) {
      site.problem(
          "The service takes no argument or property named \"" + name + "\".",
          "Set name in @ToolParam: a letter or _, then letters, digits or _, at most 64"
              + " characters.");
    }
  }
}
