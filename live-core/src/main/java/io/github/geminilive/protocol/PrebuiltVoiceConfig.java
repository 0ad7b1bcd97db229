package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A voice of the catalogue (§2.3).
 *
 * @param voiceName such as {@code Kore}; 3.8 also takes ids such as {@code en-us-tavi}
 * @param extra members this version does not know, sent as they stand
 */
public record PrebuiltVoiceConfig(String voiceName, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("voiceName");

  /** Checks what is required and copies collections. */
  public PrebuiltVoiceConfig {
    requireNonNull(voiceName, "voiceName");
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code PrebuiltVoiceConfig}.
   *
   * @param voiceName such as {@code Kore}; 3.8 also takes ids such as {@code en-us-tavi}
   * @return a builder with nothing else set
   */
  public static Builder builder(String voiceName) {
    return new Builder().voiceName(voiceName);
  }

  /**
   * Begins a changed copy.
   *
   * @return a builder with everything of this record set
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.voiceName = voiceName;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String voiceName;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Sets {@code voiceName}: such as {@code Kore}; 3.8 also takes ids such as {@code en-us-tavi}.
     */
    public Builder voiceName(String voiceName) {
      this.voiceName = Checks.text("voiceName", voiceName);
      return this;
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
    public PrebuiltVoiceConfig build() {
      return new PrebuiltVoiceConfig(requireNonNull(voiceName, "voiceName"), extra);
    }
  }
}
