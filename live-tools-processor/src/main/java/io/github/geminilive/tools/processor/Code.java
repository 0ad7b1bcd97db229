package io.github.geminilive.tools.processor;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A source file that grows line by line. Classes of the JDK and of this library are imported; those
 * of the application are written out, so no two names can clash.
 */
final class Code {

  private final boolean imports;
  private final Map<String, String> imported = new TreeMap<>();
  private final StringBuilder body = new StringBuilder();
  private int depth;

  /**
   * An empty file.
   *
   * @param imports false in the unnamed package: its classes have no other name, so nothing may
   *     hide them
   */
  Code(boolean imports) {
    this.imports = imports;
  }

  /** How to write the name of a class of the JDK or of this library that is not nested. */
  String use(Class<?> type) {
    if (!imports || type.getPackageName().equals("java.lang")) {
      return type.getName();
    }
    imported.put(type.getName(), type.getSimpleName());
    return type.getSimpleName();
  }

  /** Begins an indented block. */
  void open(String line) {
    line(line);
    depth++;
  }

  /** Ends one. */
  void close(String line) {
    depth--;
    line(line);
  }

  void line(String line) {
    if (!line.isEmpty()) {
      body.append("  ".repeat(depth)).append(line);
    }
    body.append('\n');
  }

  /** Lines of an expression that were made by {@link #call}. */
  void lines(String before, String expression, String after) {
    String[] lines = (before + expression + after).split("\n", -1);
    for (String line : lines) {
      line(line);
    }
  }

  /** A call, on one line if it is short, else with each argument on its own. */
  static String call(String callee, List<String> arguments) {
    String flat = callee + "(" + String.join(", ", arguments) + ")";
    if (flat.length() <= 72 && flat.indexOf('\n') < 0 || arguments.isEmpty()) {
      return flat;
    }
    StringBuilder lines = new StringBuilder(callee).append("(\n");
    for (int i = 0; i < arguments.size(); i++) {
      lines.append("    ").append(arguments.get(i).replace("\n", "\n    "));
      lines.append(i < arguments.size() - 1 ? ",\n" : ")");
    }
    return lines.toString();
  }

  static String call(String callee, String... arguments) {
    return call(callee, List.of(arguments));
  }

  /** A string literal; {@code null} for null. */
  static String literal(@Nullable String text) {
    if (text == null) {
      return "null";
    }
    StringBuilder literal = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> literal.append("\\\"");
        case '\\' -> literal.append("\\\\");
        case '\n' -> literal.append("\\n");
        case '\r' -> literal.append("\\r");
        case '\t' -> literal.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7f) {
            // Octal: a Unicode escape would be a line break or the like before the literal is read.
            literal.append('\\').append(String.format("%03o", (int) c));
          } else {
            literal.append(c);
          }
        }
      }
    }
    return literal.append('"').toString();
  }

  /**
   * The file.
   *
   * @param packageName empty for the unnamed package
   * @return with Unicode escapes for all that is not ASCII: the compiler's encoding is not known
   */
  String toSource(String packageName) {
    StringBuilder source = new StringBuilder();
    if (!packageName.isEmpty()) {
      source.append("package ").append(packageName).append(";\n\n");
    }
    if (!imported.isEmpty()) {
      imported.keySet().forEach(name -> source.append("import ").append(name).append(";\n"));
      source.append('\n');
    }
    source.append(body);
    StringBuilder ascii = new StringBuilder();
    for (int i = 0; i < source.length(); i++) {
      char c = source.charAt(i);
      if (c < 0x80) {
        ascii.append(c);
      } else {
        ascii.append(String.format("\\u%04x", (int) c));
      }
    }
    return ascii.toString();
  }
}
