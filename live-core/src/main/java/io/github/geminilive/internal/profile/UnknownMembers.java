package io.github.geminilive.internal.profile;

import io.github.geminilive.Endpoint;
import io.github.geminilive.protocol.GenerationConfig;
import io.github.geminilive.protocol.Schema;
import io.github.geminilive.protocol.Setup;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the members callers added by hand, anywhere in a setup. They are a deliberate way around
 * this version's types, so they are warned of; those known to close the connection are refused.
 */
final class UnknownMembers {

  /** Members people expect in a setup; the service has them elsewhere, or nowhere (§2.1, §6). */
  private static final Set<String> NOT_IN_SETUP = Set.of(
      "toolConfig",
      "cachedContent",
      "automaticFunctionCalling",
      "ttl",
      "ttlSeconds",
      "httpOptions",
      "abortSignal",
      "liveConnectConstraints",
      "lockAdditionalFields");

  /** Flat members of the SDKs' configuration, which belong under generationConfig (§11). */
  private static final Set<String> IN_GENERATION = Set.of(
      "responseModalities",
      "temperature",
      "topP",
      "topK",
      "maxOutputTokens",
      "mediaResolution",
      "seed",
      "speechConfig",
      "thinkingConfig",
      "enableAffectiveDialog",
      "translationConfig");

  /** Members of generationConfig that exist elsewhere in the API but not in Live (§2.2). */
  private static final Set<String> NOT_IN_GENERATION = Set.of(
      "responseLogprobs",
      "logprobs",
      "responseMimeType",
      "responseSchema",
      "responseJsonSchema",
      "stopSequences",
      "routingConfig",
      "audioTimestamp");

  /** Keywords of JSON Schema that the service's own schema lacks (§4.2). */
  private static final Set<String> NOT_IN_SCHEMA = Set.of(
      "$schema",
      "$id",
      "$ref",
      "$defs",
      "oneOf",
      "allOf",
      "not",
      "const",
      "additionalProperties",
      "exclusiveMinimum",
      "exclusiveMaximum",
      "multipleOf",
      "uniqueItems",
      "patternProperties");

  private final boolean developer;
  private final Findings findings;

  UnknownMembers(Endpoint endpoint, Findings findings) {
    this(endpoint.backend(), findings);
  }

  UnknownMembers(Endpoint.Backend backend, Findings findings) {
    this.developer = backend == Endpoint.Backend.DEVELOPER;
    this.findings = findings;
  }

  void check(Setup setup) {
    walk("", setup);
  }

  /**
   * Goes through a record and all it holds.
   *
   * <p>By reflection: the records are many and grow with the protocol, and one forgotten here would
   * go unnoticed.
   */
  void walk(String path, @Nullable Object value) {
    if (value instanceof Record record) {
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        Object member = read(record, component);
        if (component.getName().equals("extra") && member instanceof Map<?, ?> extra) {
          extra.keySet().forEach(name -> found(path, record, (String) name));
        } else {
          walk(join(path, wireName(component)), member);
        }
      }
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        walk(path + "[" + i + "]", list.get(i));
      }
    } else if (value instanceof Map<?, ?> map) {
      map.forEach((name, member) -> walk(join(path, (String) name), member));
    }
  }

  private static @Nullable Object read(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  private static String wireName(RecordComponent component) {
    return switch (component.getName()) {
      case "enumValues" -> "enum";
      case "defaultValue" -> "default";
      default -> component.getName();
    };
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private void found(String path, Record record, String name) {
    String field = join(path, name);
    String camel = Names.camel(name);
    if (record instanceof Setup && NOT_IN_SETUP.contains(camel)) {
      findings.refuse(
          field, "A setup has no such member; the service closes with 1007.", "Remove it.");
    } else if (record instanceof Setup && IN_GENERATION.contains(camel)) {
      findings.refuse(
          field,
          "A setup has no such member; the service closes with 1007.",
          "Put it under generationConfig.");
    } else if (record instanceof GenerationConfig && NOT_IN_GENERATION.contains(camel)) {
      findings.refuse(field, "It exists elsewhere in the API, but not in Live.", "Remove it.");
    } else if (record instanceof Schema
        && NOT_IN_SCHEMA.contains(name)
        && (developer || !name.equals("additionalProperties"))) {
      findings.refuse(
          field,
          "It is JSON Schema, which the service's own schema does not have.",
          "Use parametersJsonSchema or responseJsonSchema of the function.");
    } else if (typed(record, camel)) {
      findings.warn(
          field,
          "It is another spelling of " + camel + "; what happens to both is undefined.",
          "Use the typed property.");
    } else {
      findings.warn(
          field,
          "This version does not know it, and the service closes with 1007 on what it does not"
              + " know either.",
          "Check its spelling; if it is right, ignore this.");
    }
  }

  private static boolean typed(Record record, String camel) {
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      if (wireName(component).equals(camel)) {
        return true;
      }
    }
    return false;
  }
}
