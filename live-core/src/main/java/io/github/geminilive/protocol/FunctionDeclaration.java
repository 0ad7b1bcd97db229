package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A function the model may ask the client to run (§4.1).
 *
 * @param name letter or underscore, then letters, digits, {@code _ . : -}, at most 128; 64 without
 *     {@code .} and {@code :} is portable
 * @param description what it does and when to call it; the model goes by this
 * @param behavior whether the model waits; default depends on the model
 * @param parameters arguments; leave out for none; not beside {@code parametersJsonSchema}
 * @param parametersJsonSchema arguments as standard JSON Schema
 * @param response the result; not beside {@code responseJsonSchema}
 * @param responseJsonSchema the result as standard JSON Schema
 * @param extra members this version does not know, sent as they stand
 */
public record FunctionDeclaration(
    String name,
    String description,
    @Nullable FunctionBehavior behavior,
    @Nullable Schema parameters,
    @Nullable Json parametersJsonSchema,
    @Nullable Schema response,
    @Nullable Json responseJsonSchema,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of(
      "name",
      "description",
      "behavior",
      "parameters",
      "parametersJsonSchema",
      "response",
      "responseJsonSchema");

  /** Checks what is required and copies collections. */
  public FunctionDeclaration {
    requireNonNull(name, "name");
    requireNonNull(description, "description");
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code FunctionDeclaration}.
   *
   * @param name letter or underscore, then letters, digits, {@code _ . : -}, at most 128; 64
   *     without {@code .} and {@code :} is portable
   * @param description what it does and when to call it; the model goes by this
   * @return a builder with nothing else set
   */
  public static Builder builder(String name, String description) {
    return new Builder().name(name).description(description);
  }

  /**
   * Begins a changed copy.
   *
   * @return a builder with everything of this record set
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.name = name;
    copy.description = description;
    copy.behavior = behavior;
    copy.parameters = parameters;
    copy.parametersJsonSchema = parametersJsonSchema;
    copy.response = response;
    copy.responseJsonSchema = responseJsonSchema;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String name;
    private @Nullable String description;
    private @Nullable FunctionBehavior behavior;
    private @Nullable Schema parameters;
    private @Nullable Json parametersJsonSchema;
    private @Nullable Schema response;
    private @Nullable Json responseJsonSchema;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Sets {@code name}: letter or underscore, then letters, digits, {@code _ . : -}, at most 128;
     * 64 without {@code .} and {@code :} is portable.
     */
    public Builder name(String name) {
      this.name = Checks.functionName(name);
      return this;
    }

    /** Sets {@code description}: what it does and when to call it; the model goes by this. */
    public Builder description(String description) {
      this.description = Checks.text("description", description);
      return this;
    }

    /** Sets {@code behavior}: whether the model waits; default depends on the model. */
    public Builder behavior(@Nullable FunctionBehavior behavior) {
      this.behavior = behavior;
      return this;
    }

    /**
     * Sets {@code parameters}: arguments; leave out for none; not beside {@code
     * parametersJsonSchema}.
     */
    public Builder parameters(@Nullable Schema parameters) {
      this.parameters = parameters;
      return this;
    }

    /** Sets {@code parametersJsonSchema}: arguments as standard JSON Schema. */
    public Builder parametersJsonSchema(@Nullable Json parametersJsonSchema) {
      this.parametersJsonSchema = Checks.object("parametersJsonSchema", parametersJsonSchema);
      return this;
    }

    /** Sets {@code response}: the result; not beside {@code responseJsonSchema}. */
    public Builder response(@Nullable Schema response) {
      this.response = response;
      return this;
    }

    /** Sets {@code responseJsonSchema}: the result as standard JSON Schema. */
    public Builder responseJsonSchema(@Nullable Json responseJsonSchema) {
      this.responseJsonSchema = Checks.object("responseJsonSchema", responseJsonSchema);
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
     * @throws IllegalArgumentException if both forms of a schema are set
     */
    public FunctionDeclaration build() {
      if (parameters != null && parametersJsonSchema != null) {
        throw new IllegalArgumentException(
            "parameters and parametersJsonSchema exclude each other: " + name);
      }
      if (response != null && responseJsonSchema != null) {
        throw new IllegalArgumentException(
            "response and responseJsonSchema exclude each other: " + name);
      }
      return new FunctionDeclaration(
          requireNonNull(name, "name"),
          requireNonNull(description, "description"),
          behavior,
          parameters,
          parametersJsonSchema,
          response,
          responseJsonSchema,
          extra);
    }
  }
}
