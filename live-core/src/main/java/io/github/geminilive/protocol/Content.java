package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one side said: parts in their order (§2.8).
 *
 * @param role {@code user} or {@code model}; the Developer API leaves it out of answers
 * @param parts the parts; from the server possibly none
 * @param extra members this version does not know, sent as they stand
 */
public record Content(@Nullable String role, @Nullable List<Part> parts, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("role", "parts");

  /** Copies collections. */
  public Content {
    parts = Checks.list(parts);
    extra = Checks.extra(extra);
  }

  /**
   * What the user says in text.
   *
   * @param text one part
   * @return a turn of the user
   */
  public static Content user(String text) {
    return builder().role("user").parts(Part.text(text)).build();
  }

  /**
   * What the user says.
   *
   * @param parts text, pictures, audio
   * @return a turn of the user
   */
  public static Content user(Part... parts) {
    return builder().role("user").parts(parts).build();
  }

  /**
   * What the model said in text.
   *
   * @param text one part
   * @return a turn of the model, for a seeded history
   */
  public static Content model(String text) {
    return builder().role("model").parts(Part.text(text)).build();
  }

  /**
   * What the model said.
   *
   * @param parts its parts
   * @return a turn of the model, for a seeded history
   */
  public static Content model(Part... parts) {
    return builder().role("model").parts(parts).build();
  }

  /**
   * Text that nobody said, such as a system instruction.
   *
   * @param paragraphs one part for each
   * @return a content without role
   */
  public static Content text(String... paragraphs) {
    return builder().parts(Arrays.stream(paragraphs).map(Part::text).toList()).build();
  }

  /**
   * Begins a new {@code Content}.
   *
   * @return a builder with nothing else set
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Begins a changed copy.
   *
   * @return a builder with everything of this record set
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.role = role;
    copy.parts = parts;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String role;
    private @Nullable List<Part> parts;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Sets {@code role}: {@code user} or {@code model}; the Developer API leaves it out of answers.
     */
    public Builder role(@Nullable String role) {
      this.role = role;
      return this;
    }

    /** Sets {@code parts}: the parts; from the server possibly none. */
    public Builder parts(@Nullable List<Part> parts) {
      this.parts = Checks.list(parts);
      return this;
    }

    /** Sets {@code parts}. */
    public Builder parts(Part... parts) {
      return parts(List.of(parts));
    }

    /**
     * Adds a member this version has no property for.
     *
     * @param name its name on the wire
     * @param value its value, sent as it stands
     * @return this builder
     */
    public Builder extra(String name, Json value) {
      Checks.newMember(MEMBERS, name);
      extra.put(name, requireNonNull(value, name));
      return this;
    }

    /**
     * Makes the record.
     *
     * @return an immutable record
     */
    public Content build() {
      return new Content(role, parts, extra);
    }
  }
}
