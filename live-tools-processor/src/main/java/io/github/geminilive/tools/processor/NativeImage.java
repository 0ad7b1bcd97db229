package io.github.geminilive.tools.processor;

import io.github.geminilive.tools.internal.mapping.MemberView;
import io.github.geminilive.tools.internal.mapping.MethodView;
import io.github.geminilive.tools.internal.mapping.TypeView;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What GraalVM's native image must know of one class's tools: the generated class is made by
 * reflection, and so is what was left to reflection.
 */
final class NativeImage {

  private static final List<String> ALL = List.of(
      "allDeclaredConstructors",
      "allDeclaredFields",
      "allDeclaredMethods",
      "allPermittedSubclasses",
      "allRecordComponents");

  private final String glue;
  private final Map<String, ElementType> reflected = new TreeMap<>();

  /**
   * For one class.
   *
   * @param glue name of the generated class
   */
  NativeImage(String glue) {
    this.glue = glue;
  }

  /** Where the file goes: a folder of its own, as several classes of a project have one. */
  String path() {
    return "META-INF/native-image/" + glue + "/reflect-config.json";
  }

  /** Takes up a type that is looked into at run time, and all types in it. */
  void add(ElementType type) {
    type.arguments().forEach(argument -> add((ElementType) argument));
    if (type.kind() == TypeView.Kind.ARRAY) {
      add(type.component());
      return;
    }
    ElementType bound = type.bound();
    if (bound == null
        || bound.isFromLibrary()
        || reflected.putIfAbsent(bound.binaryName(), bound) != null) {
      return;
    }
    bound.subtypes().forEach(this::add);
    bound.supertypes().forEach(above -> add((ElementType) above));
    bound.components().forEach(this::add);
    bound.fields().forEach(this::add);
    bound.constructors().forEach(constructor -> constructor.parameters().forEach(this::add));
    bound.methods().stream()
        .filter(method -> method.isPublic() && method.parameters().size() <= 1)
        .forEach(this::add);
  }

  private void add(MemberView member) {
    add((ElementType) member.type());
  }

  private void add(MethodView accessor) {
    add((ElementType) accessor.returns());
    accessor.parameters().forEach(this::add);
  }

  /** The file. */
  String json() {
    StringBuilder json = new StringBuilder("[\n");
    json.append("  {\"name\": \"")
        .append(glue)
        .append("\", \"methods\": [")
        .append("{\"name\": \"<init>\", \"parameterTypes\": []}]}");
    for (String name : reflected.keySet()) {
      json.append(",\n  {\"name\": \"").append(name).append('"');
      ALL.forEach(what -> json.append(", \"").append(what).append("\": true"));
      json.append('}');
    }
    return json.append("\n]\n").toString();
  }
}
