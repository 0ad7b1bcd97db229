package io.github.geminilive.internal.profile;

import static io.github.geminilive.internal.profile.Findings.quote;

import io.github.geminilive.Endpoint;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.GoogleMaps;
import io.github.geminilive.protocol.GoogleSearch;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.protocol.Schema;
import io.github.geminilive.protocol.SchemaType;
import io.github.geminilive.protocol.TimeRange;
import io.github.geminilive.protocol.Tool;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what a setup and a context update have in common: instructions and tools, functions and
 * their schemas (§2.4, §4).
 */
final class ToolPreflight {

  private static final int MAX_FUNCTIONS = 512;
  private static final int PORTABLE_NAME = 64;
  private static final Pattern FUNCTION_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.:-]{0,127}");
  private static final Pattern PARAMETER_NAME = Pattern.compile("[A-Za-z0-9_]{1,64}");

  /** All that v1alpha once took; later versions ignore others. */
  private static final Set<String> FORMATS =
      Set.of("float", "double", "int32", "int64", "enum", "date-time");

  private final ModelProfile profile;
  private final Endpoint.Backend backend;
  private final String version;
  private final Findings findings;

  ToolPreflight(ModelProfile profile, Endpoint endpoint, Findings findings) {
    this(profile, endpoint.backend(), endpoint.version(), findings);
  }

  ToolPreflight(ModelProfile profile, Endpoint.Backend backend, String version, Findings findings) {
    this.profile = profile;
    this.backend = backend;
    this.version = version;
    this.findings = findings;
  }

  private boolean developer() {
    return backend == Endpoint.Backend.DEVELOPER;
  }

  private String family() {
    return "The " + profile.family() + " family";
  }

  void instruction(String field, Content instruction) {
    if (instruction.role() != null && !instruction.role().equals("user")) {
      findings.warn(
          field + ".role",
          quote(instruction.role()) + " is not a role of instructions.",
          "Leave it out.");
    }
    List<Part> parts = instruction.parts();
    if (parts == null || parts.isEmpty()) {
      findings.warn(field + ".parts", "There is no text.", "Add a text part, or remove it.");
      return;
    }
    for (int i = 0; i < parts.size(); i++) {
      if (!PartCheck.isPlainText(PartCheck.members(parts.get(i)))) {
        findings.warn(
            field + ".parts[" + i + "]",
            "Instructions consist of text parts only.",
            "Send media as part of the conversation.");
      }
    }
  }

  void tools(String field, @Nullable List<Tool> tools) {
    if (tools == null || tools.isEmpty()) {
      return;
    }
    if (!profile.functions().supported()) {
      findings.warn(field, family() + " is not known to use tools.", "Remove them.");
    }
    int functions = 0;
    boolean searches = false;
    Set<String> names = new HashSet<>();
    for (int i = 0; i < tools.size(); i++) {
      Tool tool = tools.get(i);
      String at = field + "[" + i + "]";
      searches |= tool.googleSearch() != null;
      if (tool.functionDeclarations() != null) {
        functions += tool.functionDeclarations().size();
        for (int j = 0; j < tool.functionDeclarations().size(); j++) {
          FunctionDeclaration function = tool.functionDeclarations().get(j);
          String functionAt = at + ".functionDeclarations[" + j + "]";
          if (!names.add(function.name())) {
            findings.warn(
                functionAt + ".name",
                "There is another function named " + quote(function.name()) + ".",
                "Rename one of them.");
          }
          function(functionAt, function);
        }
      }
      serviceTools(at, tool);
    }
    if (functions > MAX_FUNCTIONS) {
      findings.warn(
          field,
          functions + " functions; at most " + MAX_FUNCTIONS + " are allowed.",
          "Declare those that this conversation needs.");
    }
    if (searches && functions > 0 && !profile.features().searchWithFunctions()) {
      findings.warn(
          field,
          family() + " often closes with 1007, 1008 or 1011 when googleSearch stands beside"
              + " functions.",
          "Use one of the two, or gemini-3.8-live.");
    }
  }

  // Tools the service runs

  private void serviceTools(String field, Tool tool) {
    boolean serviceTools = profile.features().serviceTools();
    if (tool.googleSearch() != null) {
      search(field + ".googleSearch", tool.googleSearch());
    }
    unsupported(field + ".googleSearchRetrieval", tool.googleSearchRetrieval(), serviceTools);
    unsupported(field + ".codeExecution", tool.codeExecution(), serviceTools);
    unsupported(field + ".urlContext", tool.urlContext(), serviceTools);
    unsupported(field + ".googleMaps", tool.googleMaps(), false);
    unsupported(field + ".computerUse", tool.computerUse(), false);
    unsupported(field + ".fileSearch", tool.fileSearch(), false);
    developerOnly(field + ".fileSearch", tool.fileSearch());
    developerOnly(field + ".mcpServers", tool.mcpServers());
    vertexOnly(field + ".retrieval", tool.retrieval());
    vertexOnly(field + ".enterpriseWebSearch", tool.enterpriseWebSearch());
    vertexOnly(field + ".parallelAiSearch", tool.parallelAiSearch());
    vertexOnly(field + ".exaAiSearch", tool.exaAiSearch());
    if (tool.googleMaps() != null) {
      GoogleMaps maps = tool.googleMaps();
      vertexOnly(field + ".googleMaps.authConfig", maps.authConfig());
      vertexOnly(field + ".googleMaps.groundingTypes", maps.groundingTypes());
    }
    if (tool.computerUse() != null) {
      developerOnly(
          field + ".computerUse.disabledSafetyPolicies",
          tool.computerUse().disabledSafetyPolicies());
    }
    if (tool.equals(Tool.builder().build())) {
      findings.warn(field, "This tool is empty.", "Remove it.");
    }
  }

  private void search(String field, GoogleSearch search) {
    developerOnly(field + ".timeRangeFilter", search.timeRangeFilter());
    vertexOnly(field + ".excludeDomains", search.excludeDomains());
    vertexOnly(field + ".blockingConfidence", search.blockingConfidence());
    TimeRange range = search.timeRangeFilter();
    if (range != null
        && range.startTime() != null
        && range.endTime() != null
        && !range.startTime().isBefore(range.endTime())) {
      findings.warn(
          field + ".timeRangeFilter",
          range.startTime() + " is not before " + range.endTime() + ".",
          "Let the range end after it starts.");
    }
  }

  private void unsupported(String field, @Nullable Object tool, boolean supported) {
    if (tool != null && !supported) {
      findings.warn(
          field,
          family() + " is documented not to run this tool in Live sessions.",
          "Remove it, or offer it as a function of your own.");
    }
  }

  private void developerOnly(String field, @Nullable Object value) {
    if (value != null && !developer()) {
      findings.warn(
          field, "Vertex AI does not have this member.", "Remove it, or use the Developer API.");
    }
  }

  private void vertexOnly(String field, @Nullable Object value) {
    if (value != null && developer()) {
      findings.warn(
          field, "The Developer API does not have this member.", "Remove it, or use Vertex AI.");
    }
  }

  // Functions

  private void function(String field, FunctionDeclaration function) {
    functionName(field + ".name", function.name());
    if (function.description().isBlank()) {
      findings.warn(
          field + ".description",
          "It is blank; the model learns from it when to call the function.",
          "Say what the function does and returns.");
    }
    behavior(field + ".behavior", function.behavior());
    bothForms(field, "parameters", function.parameters(), function.parametersJsonSchema());
    bothForms(field, "response", function.response(), function.responseJsonSchema());
    if (function.parameters() != null) {
      parameters(field + ".parameters", function.parameters());
    }
    if (function.response() != null) {
      schema(field + ".response", function.response());
    }
  }

  private void functionName(String field, String name) {
    if (!FUNCTION_NAME.matcher(name).matches()) {
      findings.refuse(
          field,
          quote(name) + " is no function name.",
          "Begin with a letter or _, and use only letters, digits and _ - after it, 64 at most.");
    } else if (name.length() > PORTABLE_NAME) {
      findings.warn(
          field,
          quote(name) + " has " + name.length() + " characters; only 64 are portable.",
          "Shorten it.");
    } else if (name.contains(".") || name.contains(":")) {
      findings.warn(
          field,
          quote(name) + " holds \".\" or \":\", which calls may not bring back.",
          "Use letters, digits, _ and - only.");
    }
  }

  private void behavior(String field, @Nullable FunctionBehavior behavior) {
    if (behavior == null || behavior.equals(FunctionBehavior.UNSPECIFIED)) {
      return;
    }
    if (behavior.equals(FunctionBehavior.BLOCKING)) {
      if (!profile.blockingAllowed()) {
        findings.refuseByFamily(
            field, family() + " never waits for a function.", "Remove it, or use NON_BLOCKING.");
      }
    } else if (behavior.equals(FunctionBehavior.NON_BLOCKING)) {
      if (!profile.nonBlockingAllowed() && profile.functions().supported()) {
        findings.warn(
            field,
            family()
                + (developer() ? "" : " on Vertex AI")
                + " always waits for a function; it refuses or ignores NON_BLOCKING.",
            "Remove it, or use BLOCKING.");
      }
    } else {
      findings.warn(
          field,
          quote(behavior.value()) + " is not known to this version.",
          "Use BLOCKING or NON_BLOCKING.");
    }
  }

  private void bothForms(
      String field, String name, @Nullable Schema schema, @Nullable Json jsonSchema) {
    if (schema != null && jsonSchema != null) {
      findings.refuse(
          field + "." + name + "JsonSchema",
          name + " is set too, and the two exclude each other.",
          "Keep one of them.");
    }
    if (jsonSchema != null && !jsonSchema.isObject()) {
      findings.warn(
          field + "." + name + "JsonSchema",
          "A JSON Schema is an object here: " + quote(jsonSchema.text()) + ".",
          "Wrap it in an object schema.");
    }
  }

  private void parameters(String field, Schema schema) {
    if (schema.type() != null && !is(schema, SchemaType.OBJECT)) {
      findings.warn(
          field + ".type", "Parameters are an OBJECT, not " + schema.type() + ".", "Use OBJECT.");
    } else if (schema.properties() == null || schema.properties().isEmpty()) {
      findings.warn(
          field,
          "It has no properties, which some models refuse.",
          "Leave " + field.substring(field.lastIndexOf('.') + 1) + " out.");
    }
    schema(field, schema);
  }

  private void schema(String field, Schema schema) {
    type(field, schema);
    if (schema.format() != null
        && version.equals("v1alpha")
        && !FORMATS.contains(schema.format())) {
      findings.warn(
          field + ".format",
          quote(schema.format()) + " may be unknown to v1alpha.",
          "Say it in the description.");
    }
    if (schema.enumValues() != null && schema.type() != null && !is(schema, SchemaType.STRING)) {
      findings.warn(
          field + ".enum", "Only a STRING has an enum, not " + schema.type() + ".", "Use STRING.");
    }
    order(field, "minItems", schema.minItems(), "maxItems", schema.maxItems());
    order(field, "minLength", schema.minLength(), "maxLength", schema.maxLength());
    order(field, "minProperties", schema.minProperties(), "maxProperties", schema.maxProperties());
    order(field, "minimum", schema.minimum(), "maximum", schema.maximum());
    if (schema.items() != null) {
      schema(field + ".items", schema.items());
    } else if (is(schema, SchemaType.ARRAY)) {
      findings.warn(
          field + ".items", "An ARRAY does not say of what.", "Give a schema of its items.");
    }
    if (schema.anyOf() != null) {
      for (int i = 0; i < schema.anyOf().size(); i++) {
        schema(field + ".anyOf[" + i + "]", schema.anyOf().get(i));
      }
    }
    Map<String, Schema> properties = schema.properties() == null ? Map.of() : schema.properties();
    properties.forEach((name, property) -> {
      if (!PARAMETER_NAME.matcher(name).matches()) {
        findings.warn(
            field + ".properties." + name,
            quote(name) + " is not made of at most 64 letters, digits and _.",
            "Rename it.");
      }
      schema(field + ".properties." + name, property);
    });
    undeclared(field + ".required", schema.required(), properties);
    undeclared(field + ".propertyOrdering", schema.propertyOrdering(), properties);
  }

  private void type(String field, Schema schema) {
    SchemaType type = schema.type();
    if (type == null) {
      if (schema.anyOf() == null) {
        findings.warn(field + ".type", "It is missing.", "Set it.");
      }
    } else if (type.equals(SchemaType.UNSPECIFIED)) {
      findings.refuse(field + ".type", type + " is no type.", "Use a real one, such as STRING.");
    } else if (!SchemaType.known().contains(type)) {
      findings.warn(
          field + ".type",
          quote(type.value()) + " is not a type of the service.",
          "Use one of " + SchemaType.known().subList(1, SchemaType.known().size()) + ".");
    }
  }

  private void undeclared(
      String field, @Nullable List<String> names, Map<String, Schema> properties) {
    if (names == null) {
      return;
    }
    for (String name : names) {
      // Some schemas list members without describing any: then there is nothing to compare.
      if (!properties.isEmpty() && !properties.containsKey(name)) {
        findings.warn(field, quote(name) + " is not among the properties.", "Declare it.");
      }
    }
  }

  private <N extends Number & Comparable<N>> void order(
      String field, String lowName, @Nullable N low, String highName, @Nullable N high) {
    if (low != null && high != null && low.compareTo(high) > 0) {
      findings.warn(
          field + "." + lowName,
          low + " is above " + highName + ", " + high + ".",
          "Let " + lowName + " be at most " + highName + ".");
    }
  }

  private static boolean is(Schema schema, SchemaType type) {
    return schema.type() != null
        && schema.type().value().toUpperCase(Locale.ROOT).equals(type.value());
  }
}
