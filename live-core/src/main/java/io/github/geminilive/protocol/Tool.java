package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the model may use; normally one capability for each Tool (§2.4).
 *
 * @param functionDeclarations functions of the client, at most 512; all voice models
 * @param googleSearch web search; all voice models, fragile beside functions on older ones
 * @param googleSearchRetrieval predecessor of {@code googleSearch}; 1.5 and 2.0
 * @param codeExecution Python run by the service; 2.0 only
 * @param urlContext reading of web pages; half-cascade models only
 * @param googleMaps places; not supported by current Live models
 * @param computerUse a browser; not supported in Live
 * @param fileSearch search in stored files; Developer API, not on 3.8 Live
 * @param mcpServers MCP servers called by the service; Developer API, unverified in Live
 * @param retrieval search in own documents; Vertex
 * @param enterpriseWebSearch web search for enterprises; Vertex, unverified in Live
 * @param parallelAiSearch search by Parallel; Vertex, unverified in Live
 * @param exaAiSearch search by Exa; Vertex, unverified in Live
 * @param extra members this version does not know, sent as they stand
 */
public record Tool(
    @Nullable List<FunctionDeclaration> functionDeclarations,
    @Nullable GoogleSearch googleSearch,
    @Nullable GoogleSearchRetrieval googleSearchRetrieval,
    @Nullable CodeExecution codeExecution,
    @Nullable UrlContext urlContext,
    @Nullable GoogleMaps googleMaps,
    @Nullable ComputerUse computerUse,
    @Nullable FileSearch fileSearch,
    @Nullable List<McpServer> mcpServers,
    @Nullable Retrieval retrieval,
    @Nullable EnterpriseWebSearch enterpriseWebSearch,
    @Nullable ParallelAiSearch parallelAiSearch,
    @Nullable ExaAiSearch exaAiSearch,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of(
      "functionDeclarations",
      "googleSearch",
      "googleSearchRetrieval",
      "codeExecution",
      "urlContext",
      "googleMaps",
      "computerUse",
      "fileSearch",
      "mcpServers",
      "retrieval",
      "enterpriseWebSearch",
      "parallelAiSearch",
      "exaAiSearch");

  /** Copies collections. */
  public Tool {
    functionDeclarations = Checks.list(functionDeclarations);
    mcpServers = Checks.list(mcpServers);
    extra = Checks.extra(extra);
  }

  /**
   * Functions of the client.
   *
   * @param declarations what the model may call
   * @return a tool with these functions
   */
  public static Tool functions(List<FunctionDeclaration> declarations) {
    return builder().functionDeclarations(declarations).build();
  }

  /**
   * Functions of the client.
   *
   * @param declarations what the model may call
   * @return a tool with these functions
   */
  public static Tool functions(FunctionDeclaration... declarations) {
    return functions(List.of(declarations));
  }

  /**
   * Web search with the service's defaults.
   *
   * @return a tool that searches
   */
  public static Tool ofGoogleSearch() {
    return builder().googleSearch(GoogleSearch.builder().build()).build();
  }

  /**
   * Begins a new {@code Tool}.
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
    copy.functionDeclarations = functionDeclarations;
    copy.googleSearch = googleSearch;
    copy.googleSearchRetrieval = googleSearchRetrieval;
    copy.codeExecution = codeExecution;
    copy.urlContext = urlContext;
    copy.googleMaps = googleMaps;
    copy.computerUse = computerUse;
    copy.fileSearch = fileSearch;
    copy.mcpServers = mcpServers;
    copy.retrieval = retrieval;
    copy.enterpriseWebSearch = enterpriseWebSearch;
    copy.parallelAiSearch = parallelAiSearch;
    copy.exaAiSearch = exaAiSearch;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable List<FunctionDeclaration> functionDeclarations;
    private @Nullable GoogleSearch googleSearch;
    private @Nullable GoogleSearchRetrieval googleSearchRetrieval;
    private @Nullable CodeExecution codeExecution;
    private @Nullable UrlContext urlContext;
    private @Nullable GoogleMaps googleMaps;
    private @Nullable ComputerUse computerUse;
    private @Nullable FileSearch fileSearch;
    private @Nullable List<McpServer> mcpServers;
    private @Nullable Retrieval retrieval;
    private @Nullable EnterpriseWebSearch enterpriseWebSearch;
    private @Nullable ParallelAiSearch parallelAiSearch;
    private @Nullable ExaAiSearch exaAiSearch;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Sets {@code functionDeclarations}: functions of the client, at most 512; all voice models.
     */
    public Builder functionDeclarations(@Nullable List<FunctionDeclaration> functionDeclarations) {
      this.functionDeclarations = Checks.list(functionDeclarations);
      return this;
    }

    /** Sets {@code functionDeclarations}. */
    public Builder functionDeclarations(FunctionDeclaration... functionDeclarations) {
      return functionDeclarations(List.of(functionDeclarations));
    }

    /**
     * Sets {@code googleSearch}: web search; all voice models, fragile beside functions on older
     * ones.
     */
    public Builder googleSearch(@Nullable GoogleSearch googleSearch) {
      this.googleSearch = googleSearch;
      return this;
    }

    /** Sets {@code googleSearchRetrieval}: predecessor of {@code googleSearch}; 1.5 and 2.0. */
    public Builder googleSearchRetrieval(@Nullable GoogleSearchRetrieval googleSearchRetrieval) {
      this.googleSearchRetrieval = googleSearchRetrieval;
      return this;
    }

    /** Sets {@code codeExecution}: Python run by the service; 2.0 only. */
    public Builder codeExecution(@Nullable CodeExecution codeExecution) {
      this.codeExecution = codeExecution;
      return this;
    }

    /** Sets {@code urlContext}: reading of web pages; half-cascade models only. */
    public Builder urlContext(@Nullable UrlContext urlContext) {
      this.urlContext = urlContext;
      return this;
    }

    /** Sets {@code googleMaps}: places; not supported by current Live models. */
    public Builder googleMaps(@Nullable GoogleMaps googleMaps) {
      this.googleMaps = googleMaps;
      return this;
    }

    /** Sets {@code computerUse}: a browser; not supported in Live. */
    public Builder computerUse(@Nullable ComputerUse computerUse) {
      this.computerUse = computerUse;
      return this;
    }

    /** Sets {@code fileSearch}: search in stored files; Developer API, not on 3.8 Live. */
    public Builder fileSearch(@Nullable FileSearch fileSearch) {
      this.fileSearch = fileSearch;
      return this;
    }

    /**
     * Sets {@code mcpServers}: MCP servers called by the service; Developer API, unverified in
     * Live.
     */
    public Builder mcpServers(@Nullable List<McpServer> mcpServers) {
      this.mcpServers = Checks.list(mcpServers);
      return this;
    }

    /** Sets {@code mcpServers}. */
    public Builder mcpServers(McpServer... mcpServers) {
      return mcpServers(List.of(mcpServers));
    }

    /** Sets {@code retrieval}: search in own documents; Vertex. */
    public Builder retrieval(@Nullable Retrieval retrieval) {
      this.retrieval = retrieval;
      return this;
    }

    /** Sets {@code enterpriseWebSearch}: web search for enterprises; Vertex, unverified in Live. */
    public Builder enterpriseWebSearch(@Nullable EnterpriseWebSearch enterpriseWebSearch) {
      this.enterpriseWebSearch = enterpriseWebSearch;
      return this;
    }

    /** Sets {@code parallelAiSearch}: search by Parallel; Vertex, unverified in Live. */
    public Builder parallelAiSearch(@Nullable ParallelAiSearch parallelAiSearch) {
      this.parallelAiSearch = parallelAiSearch;
      return this;
    }

    /** Sets {@code exaAiSearch}: search by Exa; Vertex, unverified in Live. */
    public Builder exaAiSearch(@Nullable ExaAiSearch exaAiSearch) {
      this.exaAiSearch = exaAiSearch;
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
    public Tool build() {
      return new Tool(
          functionDeclarations,
          googleSearch,
          googleSearchRetrieval,
          codeExecution,
          urlContext,
          googleMaps,
          computerUse,
          fileSearch,
          mcpServers,
          retrieval,
          enterpriseWebSearch,
          parallelAiSearch,
          exaAiSearch,
          extra);
    }
  }
}
