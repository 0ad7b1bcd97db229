package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Proof that a speaker agreed to the copying of a voice (§2.3).
 *
 * @param signature opaque; given by the server, sent back to it
 * @param extra members this version does not know, sent as they stand
 */
public record VoiceConsentSignature(@Nullable String signature, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("signature");

  /** Copies collections. */
  public VoiceConsentSignature {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code VoiceConsentSignature}.
   *
   * @param signature opaque; given by the server, sent back to it
   * @return a builder with nothing else set
   */
  public static Builder builder(String signature) {
    return new Builder().signature(signature);
  }

  /**
   * Begins a changed copy.
   *
   * @return a builder with everything of this record set
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.signature = signature;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Returns all members but what is secret. */
  @Override
  public String toString() {
    return "VoiceConsentSignature[signature=" + Checks.masked(signature) + ", extra=" + extra + "]";
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String signature;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code signature}: opaque; given by the server, sent back to it. */
    public Builder signature(String signature) {
      this.signature = Checks.text("signature", signature);
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
    public VoiceConsentSignature build() {
      return new VoiceConsentSignature(signature, extra);
    }
  }
}
