package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The model asks for a function to be run (§3.3).
 *
 * @param id to be repeated in the response; some Vertex versions leave it out
 * @param name the function; possibly one that nobody declared
 * @param args arguments as JSON object; null means none
 * @param partialArgs pieces of arguments; Vertex with argument streaming
 * @param willContinue true: more pieces of the same call follow; Vertex
 * @param extra members this version does not know, sent as they stand
 */
public record FunctionCall(
    @Nullable String id,
    @Nullable String name,
    @Nullable Json args,
    @Nullable List<PartialArg> partialArgs,
    @Nullable Boolean willContinue,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS =
      Set.of("id", "name", "args", "partialArgs", "willContinue");

  /** Copies collections. */
  public FunctionCall {
    partialArgs = Checks.list(partialArgs);
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code FunctionCall}.
   *
   * @param name the function; possibly one that nobody declared
   * @return a builder with nothing else set
   */
  public static Builder builder(String name) {
    return new Builder().name(name);
  }

  /**
   * Begins a changed copy.
   *
   * @return a builder with everything of this record set
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.id = id;
    copy.name = name;
    copy.args = args;
    copy.partialArgs = partialArgs;
    copy.willContinue = willContinue;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Keeps back what people say: records end up in logs. */
  @Override
  public String toString() {
    return Checks.toString(this, "args", "partialArgs");
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String id;
    private @Nullable String name;
    private @Nullable Json args;
    private @Nullable List<PartialArg> partialArgs;
    private @Nullable Boolean willContinue;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code id}: to be repeated in the response; some Vertex versions leave it out. */
    public Builder id(@Nullable String id) {
      this.id = id;
      return this;
    }

    /** Sets {@code name}: the function; possibly one that nobody declared. */
    public Builder name(String name) {
      this.name = Checks.text("name", name);
      return this;
    }

    /** Sets {@code args}: arguments as JSON object; null means none. */
    public Builder args(@Nullable Json args) {
      this.args = Checks.object("args", args);
      return this;
    }

    /** Sets {@code partialArgs}: pieces of arguments; Vertex with argument streaming. */
    public Builder partialArgs(@Nullable List<PartialArg> partialArgs) {
      this.partialArgs = Checks.list(partialArgs);
      return this;
    }

    /** Sets {@code partialArgs}. */
    public Builder partialArgs(PartialArg... partialArgs) {
      return partialArgs(List.of(partialArgs));
    }

    /** Sets {@code willContinue}: true: more pieces of the same call follow; Vertex. */
    public Builder willContinue(@Nullable Boolean willContinue) {
      this.willContinue = willContinue;
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
    public FunctionCall build() {
      return new FunctionCall(id, name, args, partialArgs, willContinue, extra);
    }
  }
}
