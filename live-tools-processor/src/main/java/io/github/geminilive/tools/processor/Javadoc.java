package io.github.geminilive.tools.processor;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads documentation comments as plain text. */
final class Javadoc {

  private static final Map<String, String> ENTITIES = Map.ofEntries(
      Map.entry("lt", "<"),
      Map.entry("gt", ">"),
      Map.entry("amp", "&"),
      Map.entry("quot", "\""),
      Map.entry("apos", "'"),
      Map.entry("nbsp", " "),
      Map.entry("ndash", "–"),
      Map.entry("mdash", "—"),
      Map.entry("hellip", "…"),
      Map.entry("deg", "°"),
      Map.entry("plusmn", "±"),
      Map.entry("times", "×"),
      Map.entry("minus", "−"),
      Map.entry("le", "≤"),
      Map.entry("ge", "≥"),
      Map.entry("ne", "≠"),
      Map.entry("micro", "µ"),
      Map.entry("euro", "€"),
      Map.entry("pound", "£"),
      Map.entry("copy", "©"),
      Map.entry("reg", "®"),
      Map.entry("rarr", "→"),
      Map.entry("larr", "←"),
      Map.entry("lsquo", "‘"),
      Map.entry("rsquo", "’"),
      Map.entry("ldquo", "“"),
      Map.entry("rdquo", "”"),
      Map.entry("ldquor", "„"));

  private static final Set<String> BLOCKS = Set.of(
      "p",
      "ul",
      "ol",
      "li",
      "pre",
      "table",
      "dl",
      "dt",
      "dd",
      "div",
      "blockquote",
      "hr",
      "h1",
      "h2",
      "h3",
      "h4",
      "h5",
      "h6");

  private static final Pattern MARKDOWN_CODE = Pattern.compile("(`+)([^`]+)\\1");

  private Javadoc() {}

  /**
   * The first sentence.
   *
   * @param comment without its stars
   * @return plain text on one line; null if there is none
   */
  static @Nullable String summary(String comment) {
    String text = comment.substring(0, nextBlockTag(comment, 0)).strip();
    return orNull(flatten(text.substring(0, endOfSentence(text))));
  }

  /**
   * What a {@code @param} says.
   *
   * @param comment without its stars
   * @param name of the parameter
   * @return plain text on one line; null if there is none
   */
  static @Nullable String param(String comment, String name) {
    int start = nextBlockTag(comment, 0);
    while (start < comment.length()) {
      int end = nextBlockTag(comment, start + 1);
      String[] words = comment.substring(start, end).split("\\s+", 3);
      if (words.length == 3 && words[0].equals("@param") && words[1].equals(name)) {
        return orNull(flatten(words[2]));
      }
      start = end;
    }
    return null;
  }

  /** Takes the marks of Markdown away: code, links, emphasis. */
  static String ofMarkdown(String comment) {
    StringBuilder out = new StringBuilder();
    int start = 0;
    while (start < comment.length()) {
      int tag = comment.indexOf("{@", start);
      int end = tag < 0 ? comment.length() : tag;
      out.append(withoutMarks(comment.substring(start, end)));
      start = tag < 0 ? end : endOfInlineTag(comment, tag);
      out.append(comment, end, start);
    }
    return out.toString();
  }

  private static String withoutMarks(String markdown) {
    return MARKDOWN_CODE
        .matcher(markdown)
        .replaceAll(match -> Matcher.quoteReplacement(escaped(match.group(2))))
        .replaceAll("!?\\[([^\\]\\[]+)\\]\\([^)\\s]*\\)", "$1")
        .replaceAll("\\[([^\\]\\[]+)\\]\\[[^\\]\\s]+\\]", "$1")
        .replaceAll("\\[([\\w.#]+(?:\\([^)]*\\))?)\\](?![\\[(])", "{@link $1}")
        .replaceAll("(?<![\\w*])(\\*{1,2})(?=\\S)([^*\\n]+?)(?<=\\S)\\1(?![\\w*])", "$2")
        .replaceAll("(?<!\\w)(_{1,2})(?=\\S)([^_\\n]+?)(?<=\\S)\\1(?!\\w)", "$2");
  }

  /** What has a meaning in a comment, or in Markdown, as entities. */
  private static String escaped(String code) {
    StringBuilder out = new StringBuilder();
    code.chars().forEach(c -> {
      if ("&<>{}@.!?[]*_".indexOf(c) >= 0) {
        out.append("&#").append(c).append(';');
      } else {
        out.append((char) c);
      }
    });
    return out.toString();
  }

  /** Where the next block tag begins: an {@code @} that is the first of its line. */
  private static int nextBlockTag(String comment, int from) {
    int i = from;
    while (i < comment.length()) {
      char c = comment.charAt(i);
      if (comment.startsWith("{@", i)) {
        i = endOfInlineTag(comment, i);
      } else if (c == '@' && startsLine(comment, i) && i + 1 < comment.length()) {
        if (Character.isLetter(comment.charAt(i + 1))) {
          return i;
        }
        i++;
      } else {
        i++;
      }
    }
    return comment.length();
  }

  private static boolean startsLine(String comment, int at) {
    int i = at - 1;
    while (i >= 0 && (comment.charAt(i) == ' ' || comment.charAt(i) == '\t')) {
      i--;
    }
    return i < 0 || comment.charAt(i) == '\n' || comment.charAt(i) == '\r';
  }

  /** The index after an inline tag's closing brace. */
  private static int endOfInlineTag(String text, int start) {
    int depth = 0;
    for (int i = start; i < text.length(); i++) {
      if (text.charAt(i) == '{') {
        depth++;
      } else if (text.charAt(i) == '}' && --depth == 0) {
        return i + 1;
      }
    }
    return text.length();
  }

  private static int endOfSentence(String text) {
    int i = 0;
    boolean begun = false;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (text.startsWith("{@", i)) {
        boolean whole =
            !begun && (text.startsWith("{@return", i) || text.startsWith("{@summary", i));
        i = endOfInlineTag(text, i);
        if (whole) {
          return i;
        }
        begun = true;
      } else if (c == '<' && tagEnd(text, i) > 0) {
        if (begun && BLOCKS.contains(tagName(text, i))) {
          return i;
        }
        i = tagEnd(text, i);
      } else if (c == '。'
          || (c == '!' || c == '?' || c == '.' && !endsAbbreviation(text, i))
              && endsSentence(text, i + 1)) {
        return i + 1;
      } else {
        begun |= !Character.isWhitespace(c);
        i++;
      }
    }
    return text.length();
  }

  private static boolean endsAbbreviation(String text, int dot) {
    return text.regionMatches(dot - 3, "e.g", 0, 3) || text.regionMatches(dot - 3, "i.e", 0, 3);
  }

  /** White space follows, and not a lower-case letter after it, as in "approx. this". */
  private static boolean endsSentence(String text, int after) {
    if (after == text.length()) {
      return true;
    }
    if (!Character.isWhitespace(text.charAt(after)) && text.charAt(after) != '<') {
      return false;
    }
    int i = after;
    while (i < text.length() && Character.isWhitespace(text.charAt(i))) {
      i++;
    }
    return i == text.length() || !Character.isLowerCase(text.charAt(i));
  }

  /** The index after an HTML tag or comment; -1 if there is none at that place. */
  private static int tagEnd(String text, int start) {
    if (text.startsWith("<!--", start)) {
      int end = text.indexOf("-->", start);
      return end < 0 ? text.length() : end + 3;
    }
    int i = start + 1;
    if (i < text.length() && text.charAt(i) == '/') {
      i++;
    }
    if (i >= text.length() || !Character.isLetter(text.charAt(i))) {
      return -1;
    }
    int end = text.indexOf('>', i);
    return end < 0 ? -1 : end + 1;
  }

  private static String tagName(String text, int start) {
    int from = start + 1;
    if (from < text.length() && text.charAt(from) == '/') {
      from++;
    }
    int to = from;
    while (to < text.length() && Character.isLetterOrDigit(text.charAt(to))) {
      to++;
    }
    return text.substring(from, to).toLowerCase(Locale.ROOT);
  }

  private static String flatten(String text) {
    StringBuilder out = new StringBuilder();
    flatten(text, out);
    return out.toString().strip().replaceAll("[\\s\u00a0]+", " ");
  }

  private static void flatten(String text, StringBuilder out) {
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (text.startsWith("{@", i)) {
        int end = endOfInlineTag(text, i);
        inlineTag(text.substring(i + 2, text.charAt(end - 1) == '}' ? end - 1 : end), out);
        i = end;
      } else if (c == '<' && tagEnd(text, i) > 0) {
        if (BLOCKS.contains(tagName(text, i)) || tagName(text, i).equals("br")) {
          out.append(' ');
        }
        i = tagEnd(text, i);
      } else if (c == '&') {
        i = entity(text, i, out);
      } else {
        out.append(c);
        i++;
      }
    }
  }

  private static void inlineTag(String content, StringBuilder out) {
    String[] parts = content.strip().split("\\s+", 2);
    String body = parts.length == 2 ? parts[1].strip() : "";
    switch (parts[0]) {
      case "code", "literal" -> out.append(body);
      case "link", "linkplain" -> link(body, out);
      case "return" -> {
        out.append("Returns ");
        flatten(body, out);
        if (!body.endsWith(".")) {
          out.append('.');
        }
      }
      case "inheritDoc", "docRoot" -> {
        // Nothing to say here.
      }
      default -> flatten(body, out);
    }
  }

  /** The label if there is one, else the reference as one would say it. */
  private static void link(String body, StringBuilder out) {
    int depth = 0;
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      if (c == '(' || c == '<') {
        depth++;
      } else if (c == ')' || c == '>') {
        depth--;
      } else if (depth == 0 && Character.isWhitespace(c)) {
        flatten(body.substring(i), out);
        return;
      }
    }
    String reference = body.startsWith("#") ? body.substring(1) : body.replace('#', '.');
    out.append(reference);
  }

  private static int entity(String text, int start, StringBuilder out) {
    int end = text.indexOf(';', start);
    if (end < 0 || end - start > 10) {
      out.append('&');
      return start + 1;
    }
    String name = text.substring(start + 1, end);
    String known = ENTITIES.get(name);
    if (known != null) {
      out.append(known);
      return end + 1;
    }
    if (name.matches("#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}")) {
      int code = Character.toLowerCase(name.charAt(1)) == 'x'
          ? Integer.parseInt(name.substring(2), 16)
          : Integer.parseInt(name.substring(1));
      if (Character.isValidCodePoint(code)) {
        out.appendCodePoint(code);
        return end + 1;
      }
    }
    out.append('&');
    return start + 1;
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
