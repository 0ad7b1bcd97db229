package io.github.geminilive.tools.internal.mapping;

import static java.math.RoundingMode.CEILING;
import static java.math.RoundingMode.FLOOR;

import io.github.geminilive.protocol.SchemaType;
import io.github.geminilive.tools.internal.mapping.Marks.Mark;
import io.github.geminilive.tools.model.Constraints;
import io.github.geminilive.tools.model.ListType;
import io.github.geminilive.tools.model.MapType;
import io.github.geminilive.tools.model.Scalar;
import io.github.geminilive.tools.model.ValueType;
import java.math.BigDecimal;
import java.time.Year;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Makes one demand of all that annotations say about a value: {@code @ToolParam}, and by name those
 * constraints of {@code jakarta.validation} that a declaration can express. Where several say
 * something, the strictest holds. Constraints of validation groups are left to whoever validates
 * those groups.
 */
final class ConstraintReader {

  private static final String JAKARTA = "jakarta.validation.constraints.";

  private static final Map<String, String> INLINE_FLAGS = Map.of(
      "UNIX_LINES", "d",
      "CASE_INSENSITIVE", "i",
      "COMMENTS", "x",
      "MULTILINE", "m",
      "DOTALL", "s",
      "UNICODE_CASE", "u");

  /** Digits after the point, or zeros before it, that a bound may have: more than any double has. */
  private static final int MAX_SCALE = 1_100;

  private enum Domain {
    WHOLE,
    DECIMAL,
    TEXT,
    LIST,
    MAP,
    OTHER
  }

  private final TypeView type;
  private final @Nullable ValueType valueType;
  private final Domain domain;
  private final Site site;
  private @Nullable BigDecimal min;
  private boolean minExclusive;
  private @Nullable BigDecimal max;
  private boolean maxExclusive;
  private @Nullable Integer minSize;
  private @Nullable Integer maxSize;
  private boolean notBlank;
  private final List<String> patterns = new ArrayList<>();
  private List<String> allowed = List.of();

  private ConstraintReader(TypeView type, @Nullable ValueType valueType, Site site) {
    this.type = type;
    this.valueType = valueType;
    this.domain = domain(valueType);
    this.site = site;
  }

  /**
   * Reads them.
   *
   * @param marks of the member and of the type's use
   * @param type what it is in the code, without an {@code Optional} around it
   * @param valueType its model; null when the type has a problem of its own
   */
  static Constraints read(
      List<Mark> marks, TypeView type, @Nullable ValueType valueType, Site site) {
    ConstraintReader reader = new ConstraintReader(type, valueType, site);
    for (Mark mark : marks) {
      if (mark.type().equals(Annotations.TOOL_PARAM)) {
        reader.toolParam(mark);
      } else if (mark.type().startsWith(JAKARTA)
          && !(mark.members().get("groups") instanceof List<?> groups && !groups.isEmpty())) {
        reader.jakarta(mark.type().substring(JAKARTA.length()), mark);
      }
    }
    return valueType == null ? Constraints.NONE : reader.checked();
  }

  private static Domain domain(@Nullable ValueType type) {
    if (type instanceof ListType) {
      return Domain.LIST;
    }
    if (type instanceof MapType) {
      return Domain.MAP;
    }
    if (type == Scalar.STRING) {
      return Domain.TEXT;
    }
    if (type instanceof Scalar scalar) {
      return scalar.schemaType().equals(SchemaType.INTEGER)
          ? Domain.WHOLE
          : scalar.schemaType().equals(SchemaType.NUMBER) ? Domain.DECIMAL : Domain.OTHER;
    }
    return Domain.OTHER;
  }

  private void toolParam(Mark mark) {
    bound("min", mark.get("min", Double.class), true);
    bound("max", mark.get("max", Double.class), false);
    size("minLength", mark.get("minLength", Integer.class), true, Domain.TEXT);
    size("maxLength", mark.get("maxLength", Integer.class), false, Domain.TEXT);
    size("minItems", mark.get("minItems", Integer.class), true, Domain.LIST);
    size("maxItems", mark.get("maxItems", Integer.class), false, Domain.LIST);
    String pattern = mark.get("pattern", String.class);
    if (!pattern.isEmpty() && applies("pattern", domain == Domain.TEXT, "a String")) {
      pattern(pattern);
    }
    List<String> choice = Annotations.texts(Optional.of(mark), "allowed");
    if (!choice.isEmpty()
        && applies("allowed", domain == Domain.TEXT, "a String; for others, take an enum")) {
      allowed = choice;
    }
  }

  private void bound(String name, double value, boolean isMin) {
    if (Double.isNaN(value) || !applies(name, isNumber(), "a number")) {
      return;
    }
    if (Double.isInfinite(value)) {
      site.problem(name + " is not finite: " + value + ".", "Leave it out, or give a number.");
      return;
    }
    // The double nearest to Long.MAX_VALUE is one more than it.
    BigDecimal exact = valueType == Scalar.LONG && value == 0x1p63
        ? BigDecimal.valueOf(Long.MAX_VALUE)
        : plain(BigDecimal.valueOf(value));
    if (isMin) {
      atLeast(exact, false);
    } else {
      atMost(exact, false);
    }
  }

  private void size(String name, int value, boolean isMin, Domain meant) {
    boolean fits =
        meant == Domain.LIST ? domain == Domain.LIST || domain == Domain.MAP : domain == meant;
    if (value == -1
        || !applies(name, fits, meant == Domain.LIST ? "a list, set, array or map" : "a String")) {
      return;
    }
    size(name, value, isMin);
  }

  private void size(String name, int value, boolean isMin) {
    if (value < 0) {
      site.problem(name + " is negative: " + value + ".", "Leave it out, or give 0 or more.");
    } else if (isMin) {
      minSize = minSize == null ? value : Math.max(minSize, value);
    } else {
      maxSize = maxSize == null ? value : Math.min(maxSize, value);
    }
  }

  private void jakarta(String name, Mark mark) {
    switch (name) {
      case "Min":
        number(name, BigDecimal.valueOf(mark.get("value", Number.class).longValue()), true, false);
        break;
      case "Max":
        number(name, BigDecimal.valueOf(mark.get("value", Number.class).longValue()), false, false);
        break;
      case "DecimalMin":
        decimal(name, mark, true);
        break;
      case "DecimalMax":
        decimal(name, mark, false);
        break;
      case "Positive":
        number(name, BigDecimal.ZERO, true, true);
        break;
      case "PositiveOrZero":
        number(name, BigDecimal.ZERO, true, false);
        break;
      case "Negative":
        number(name, BigDecimal.ZERO, false, true);
        break;
      case "NegativeOrZero":
        number(name, BigDecimal.ZERO, false, false);
        break;
      case "Size":
        if (applies("@Size", hasSize(), "a String, list, set, array or map")) {
          int least = mark.get("min", Integer.class);
          int most = mark.get("max", Integer.class);
          if (least != 0) {
            size("min of @Size", least, true);
          }
          if (most != Integer.MAX_VALUE) {
            size("max of @Size", most, false);
          }
        }
        break;
      case "NotEmpty":
        if (applies("@NotEmpty", hasSize(), "a String, list, set, array or map")) {
          size("@NotEmpty", 1, true);
        }
        break;
      case "NotBlank":
        if (applies("@NotBlank", domain == Domain.TEXT, "a String")) {
          notBlank = true;
          size("@NotBlank", 1, true);
        }
        break;
      case "Pattern":
        if (applies("@Pattern", domain == Domain.TEXT, "a String")) {
          jakartaPattern(mark);
        }
        break;
      default:
        // Others cannot be told to the model; they are for whoever validates.
        break;
    }
  }

  private void decimal(String name, Mark mark, boolean isMin) {
    String text = mark.get("value", String.class);
    BigDecimal value;
    try {
      value = new BigDecimal(text);
    } catch (NumberFormatException e) {
      site.problem("@" + name + " is no number: \"" + text + "\".", "Write one, such as \"0.5\".");
      return;
    }
    if (Math.abs((long) value.scale()) > MAX_SCALE) {
      site.problem("@" + name + " is out of all proportion: \"" + text + "\".", "Leave it out.");
      return;
    }
    number(name, value, isMin, Boolean.FALSE.equals(mark.members().get("inclusive")));
  }

  private void number(String name, BigDecimal value, boolean isMin, boolean exclusive) {
    if (!applies("@" + name, isNumber(), "a number")) {
      return;
    }
    if (isMin) {
      atLeast(value, exclusive);
    } else {
      atMost(value, exclusive);
    }
  }

  private void jakartaPattern(Mark mark) {
    StringBuilder flags = new StringBuilder();
    for (String flag : Annotations.texts(Optional.of(mark), "flags")) {
      String letter = INLINE_FLAGS.get(flag);
      if (letter == null) {
        site.problem(
            "The flag " + flag + " of @Pattern cannot be written into the expression.",
            "Remove it.");
      } else {
        flags.append(letter);
      }
    }
    String expression = mark.get("regexp", String.class);
    pattern(flags.isEmpty() ? expression : "(?" + flags + ")" + expression);
  }

  private void pattern(String expression) {
    if (!patterns.contains(expression)) {
      patterns.add(expression);
    }
  }

  private void atLeast(BigDecimal value, boolean exclusive) {
    BigDecimal bound = value;
    boolean open = exclusive;
    if (domain == Domain.WHOLE) {
      bound = exclusive ? value.setScale(0, FLOOR).add(BigDecimal.ONE) : value.setScale(0, CEILING);
      open = false;
    }
    int order = min == null ? 1 : bound.compareTo(min);
    if (order > 0) {
      min = bound;
      minExclusive = open;
    } else if (order == 0) {
      minExclusive |= open;
    }
  }

  private void atMost(BigDecimal value, boolean exclusive) {
    BigDecimal bound = value;
    boolean open = exclusive;
    if (domain == Domain.WHOLE) {
      bound = exclusive
          ? value.setScale(0, CEILING).subtract(BigDecimal.ONE)
          : value.setScale(0, FLOOR);
      open = false;
    }
    int order = max == null ? -1 : bound.compareTo(max);
    if (order < 0) {
      max = bound;
      maxExclusive = open;
    } else if (order == 0) {
      maxExclusive |= open;
    }
  }

  private boolean isNumber() {
    return domain == Domain.WHOLE || domain == Domain.DECIMAL;
  }

  private boolean hasSize() {
    return domain == Domain.TEXT || domain == Domain.LIST || domain == Domain.MAP;
  }

  private boolean applies(String name, boolean fits, String meant) {
    // Of a type that is wrong itself nothing can be said.
    if (!fits && valueType != null) {
      site.problem(
          name + " does not apply to " + type.display() + ".",
          "Remove it, or change the type: it is for " + meant + ".");
    }
    return fits;
  }

  private Constraints checked() {
    checkRange();
    if (min != null && max != null) {
      int order = min.compareTo(max);
      if (order > 0 || order == 0 && (minExclusive || maxExclusive)) {
        site.problem(
            "No value fits: it must be "
                + (minExclusive ? "more than " : "at least ")
                + min.toPlainString()
                + " and "
                + (maxExclusive ? "less than " : "at most ")
                + max.toPlainString()
                + ".",
            "Correct the bounds.");
      }
    }
    if (minSize != null && maxSize != null && minSize > maxSize) {
      site.problem(
          "No value fits: it must have at least " + minSize + " and at most " + maxSize
              + (domain == Domain.TEXT ? " characters." : " elements."),
          "Correct the bounds.");
    }
    @Nullable Pattern pattern = checkPattern();
    checkAllowed(pattern);
    return new Constraints(
        min,
        minExclusive,
        max,
        maxExclusive,
        minSize,
        maxSize,
        notBlank,
        patterns.isEmpty() ? null : patterns.get(0),
        allowed);
  }

  private void checkRange() {
    BigDecimal limit = limit();
    if (limit == null) {
      return;
    }
    // One more is negative where the type is a two's complement.
    BigDecimal least = domain == Domain.WHOLE && valueType != Scalar.YEAR
        ? limit.add(BigDecimal.ONE).negate()
        : limit.negate();
    checkRange("Minimum", min, least, limit);
    checkRange("Maximum", max, least, limit);
  }

  private void checkRange(
      String name, @Nullable BigDecimal bound, BigDecimal least, BigDecimal most) {
    if (bound != null && (bound.compareTo(least) < 0 || bound.compareTo(most) > 0)) {
      site.problem(
          name + " " + bound + " is beyond what " + type.display() + " can hold.",
          "Correct the bound, or take a larger type.");
    }
  }

  private @Nullable BigDecimal limit() {
    if (!(valueType instanceof Scalar scalar)) {
      return null;
    }
    switch (scalar) {
      case BYTE:
        return BigDecimal.valueOf(Byte.MAX_VALUE);
      case SHORT:
        return BigDecimal.valueOf(Short.MAX_VALUE);
      case INT:
        return BigDecimal.valueOf(Integer.MAX_VALUE);
      case YEAR:
        return BigDecimal.valueOf(Year.MAX_VALUE);
      case LONG:
        return BigDecimal.valueOf(Long.MAX_VALUE);
      case FLOAT:
        return new BigDecimal(Float.MAX_VALUE);
      case DOUBLE:
        return new BigDecimal(Double.MAX_VALUE);
      default:
        return null;
    }
  }

  private @Nullable Pattern checkPattern() {
    if (patterns.size() > 1) {
      site.problem(
          "It must match several patterns: " + String.join("  and  ", patterns) + "  .",
          "Make one of them.");
      return null;
    }
    if (patterns.isEmpty()) {
      return null;
    }
    try {
      return Pattern.compile(patterns.get(0));
    } catch (PatternSyntaxException e) {
      site.problem(
          "The pattern \"" + patterns.get(0) + "\" is no regular expression: " + e.getDescription()
              + ".",
          "Correct it.");
      return null;
    }
  }

  private void checkAllowed(@Nullable Pattern pattern) {
    Set<String> seen = new HashSet<>();
    for (String text : allowed) {
      int length = text.codePointCount(0, text.length());
      if (text.isEmpty()) {
        site.problem("An allowed value is empty; the service takes none.", "Remove it.");
      } else if (!seen.add(text)) {
        site.problem("The allowed value \"" + text + "\" is there twice.", "Remove one.");
      } else if (pattern != null && !pattern.matcher(text).matches()
          || minSize != null && length < minSize
          || maxSize != null && length > maxSize
          || notBlank && text.isBlank()) {
        site.problem(
            "The allowed value \"" + text + "\" is refused by the other constraints.",
            "Correct it, or leave out the other constraints.");
      }
    }
  }

  /** As a developer would write it: {@code 5}, not {@code 5.0}. */
  private static BigDecimal plain(BigDecimal value) {
    BigDecimal stripped = value.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }
}
