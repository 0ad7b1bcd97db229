package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Search in own documents; Vertex (§2.4).
 *
 * @param vertexAiSearch a Vertex AI Search data store, as JSON object
 * @param vertexRagStore a RAG store, as JSON object
 * @param externalApi an API of one's own, as JSON object
 * @param disableAttribution true: answers do not name their sources; default false
 * @param extra members this version does not know, sent as they stand
 */
public record Retrieval(
    @Nullable Json vertexAiSearch,
    @Nullable Json vertexRagStore,
    @Nullable Json externalApi,
    @Nullable Boolean disableAttribution,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS =
      Set.of("vertexAiSearch", "vertexRagStore", "externalApi", "disableAttribution");

  /** Copies collections. */
  public Retrieval {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code Retrieval}.
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
    copy.vertexAiSearch = vertexAiSearch;
    copy.vertexRagStore = vertexRagStore;
    copy.externalApi = externalApi;
    copy.disableAttribution = disableAttribution;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Returns all members but what is secret. */
  @Override
  public String toString() {
    return "Retrieval[vertexAiSearch="
        + vertexAiSearch
        + ", vertexRagStore="
        + vertexRagStore
        + ", externalApi="
        + Checks.masked(externalApi)
        + ", disableAttribution="
        + disableAttribution
        + ", extra="
        + extra
        + "]";
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable Json vertexAiSearch;
    private @Nullable Json vertexRagStore;
    private @Nullable Json externalApi;
    private @Nullable Boolean disableAttribution;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code vertexAiSearch}: a Vertex AI Search data store, as JSON object. */
    public Builder vertexAiSearch(@Nullable Json vertexAiSearch) {
      this.vertexAiSearch = Checks.object("vertexAiSearch", vertexAiSearch);
      return this;
    }

    /** Sets {@code vertexRagStore}: a RAG store, as JSON object. */
    public Builder vertexRagStore(@Nullable Json vertexRagStore) {
      this.vertexRagStore = Checks.object("vertexRagStore", vertexRagStore);
      return this;
    }

    /** Sets {@code externalApi}: an API of one's own, as JSON object. */
    public Builder externalApi(@Nullable Json externalApi) {
      this.externalApi = Checks.object("externalApi", externalApi);
      return this;
    }

    /** Sets {@code disableAttribution}: true: answers do not name their sources; default false. */
    public Builder disableAttribution(@Nullable Boolean disableAttribution) {
      this.disableAttribution = disableAttribution;
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
    public Retrieval build() {
      return new Retrieval(vertexAiSearch, vertexRagStore, externalApi, disableAttribution, extra);
    }
  }
}
