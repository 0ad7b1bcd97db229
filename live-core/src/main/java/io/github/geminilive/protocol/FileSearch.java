package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Search in stored files; Developer API (§2.4).
 *
 * @param fileSearchStoreNames stores, such as {@code fileSearchStores/manuals}
 * @param topK number of chunks found
 * @param metadataFilter expression over the files' metadata
 * @param extra members this version does not know, sent as they stand
 */
public record FileSearch(
    @Nullable List<String> fileSearchStoreNames,
    @Nullable Integer topK,
    @Nullable String metadataFilter,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS =
      Set.of("fileSearchStoreNames", "topK", "metadataFilter");

  /** Copies collections. */
  public FileSearch {
    fileSearchStoreNames = Checks.list(fileSearchStoreNames);
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code FileSearch}.
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
    copy.fileSearchStoreNames = fileSearchStoreNames;
    copy.topK = topK;
    copy.metadataFilter = metadataFilter;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable List<String> fileSearchStoreNames;
    private @Nullable Integer topK;
    private @Nullable String metadataFilter;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code fileSearchStoreNames}: stores, such as {@code fileSearchStores/manuals}. */
    public Builder fileSearchStoreNames(@Nullable List<String> fileSearchStoreNames) {
      this.fileSearchStoreNames = Checks.list(fileSearchStoreNames);
      return this;
    }

    /** Sets {@code fileSearchStoreNames}. */
    public Builder fileSearchStoreNames(String... fileSearchStoreNames) {
      return fileSearchStoreNames(List.of(fileSearchStoreNames));
    }

    /** Sets {@code topK}: number of chunks found. */
    public Builder topK(@Nullable Integer topK) {
      this.topK = Checks.atLeast("topK", 1, topK);
      return this;
    }

    /** Sets {@code metadataFilter}: expression over the files' metadata. */
    public Builder metadataFilter(@Nullable String metadataFilter) {
      this.metadataFilter = metadataFilter;
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
    public FileSearch build() {
      return new FileSearch(fileSearchStoreNames, topK, metadataFilter, extra);
    }
  }
}
