package io.github.geminilive.tools.processor;

import static io.github.geminilive.tools.processor.Code.call;
import static io.github.geminilive.tools.processor.Code.literal;
import static java.util.Objects.requireNonNull;

import io.github.geminilive.ToolPolicy;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.tools.internal.mapping.Backing.CreationPlan;
import io.github.geminilive.tools.internal.mapping.Backing.ReadSource;
import io.github.geminilive.tools.internal.mapping.Backing.Setter;
import io.github.geminilive.tools.internal.mapping.MappedTool;
import io.github.geminilive.tools.internal.mapping.MemberView;
import io.github.geminilive.tools.internal.mapping.MethodView;
import io.github.geminilive.tools.internal.mapping.TypeView;
import io.github.geminilive.tools.model.Constraints;
import io.github.geminilive.tools.model.CreationException;
import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ListType;
import io.github.geminilive.tools.model.MapType;
import io.github.geminilive.tools.model.ObjectType;
import io.github.geminilive.tools.model.ObjectWriter;
import io.github.geminilive.tools.model.OptionalType;
import io.github.geminilive.tools.model.Parameter;
import io.github.geminilive.tools.model.Scalar;
import io.github.geminilive.tools.model.Slot;
import io.github.geminilive.tools.model.ToolGlue;
import io.github.geminilive.tools.model.ToolModel;
import io.github.geminilive.tools.model.TypeRef;
import io.github.geminilive.tools.model.UnionType;
import io.github.geminilive.tools.model.ValueType;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.ModuleElement;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/**
 * Writes the class that offers the tools of another one without reflection. The same tools give the
 * same text, byte for byte.
 *
 * <p>Casts and calls are written with erased types: that is right for every use of a generic class,
 * and their types were checked when the model was bound. Local names are such as no package begins
 * with, since a local name would hide it.
 */
final class Generator {

  private static final String SUPPRESSED =
      "{\"cast\", \"deprecation\", \"exports\", \"rawtypes\"," + " \"removal\", \"unchecked\"}";

  private final CompileBacking backing;
  private final TypeElement tools;
  private final ElementType toolsType;
  private final Identifiers identifiers = new Identifiers();
  private final Models models;
  private final Results results;
  private final Code code;
  private boolean throwsChecked;

  /**
   * For one class.
   *
   * @param toolsType the class with tools
   * @param backing that the tools were mapped with
   * @param results what they return
   */
  Generator(ElementType toolsType, CompileBacking backing, Results results) {
    this.backing = backing;
    this.toolsType = toolsType;
    this.tools = toolsType.element();
    this.models = new Models(backing, identifiers);
    this.results = results;
    this.code = new Code(!packageName().isEmpty());
  }

  private String packageName() {
    return backing.sources().elements().getPackageOf(tools).getQualifiedName().toString();
  }

  private String use(Class<?> type) {
    return code.use(type);
  }

  private String use(Class<?> outer, String member) {
    return code.use(outer) + "." + member;
  }

  /** The types the tools take, after {@link #source}. */
  Models models() {
    return models;
  }

  /**
   * Writes it.
   *
   * @param mapped the tools
   * @return the whole source file
   */
  String source(List<MappedTool> mapped) {
    mapped.forEach(
        tool -> tool.model().arguments().forEach(argument -> models.add(argument.type())));
    results.enums().values().forEach(models::add);

    String name = ToolGlue.nameFor(toolsType.binaryName());
    String simpleName = name.substring(name.lastIndexOf('.') + 1);
    code.line("/** Offers the tools of {@link " + toolsType.name() + "} without reflection. */");
    annotate("javax.annotation.processing.Generated", literal(ToolProcessor.class.getName()));
    // Null checkers cannot follow values that were checked when they were bound.
    annotate("org.jspecify.annotations.NullUnmarked", null);
    code.line("@java.lang.SuppressWarnings(" + SUPPRESSED + ")");
    code.open("public final class " + simpleName + " implements " + use(ToolGlue.class) + " {");
    code.line("");
    code.line("/** For the library. */");
    code.line("public " + simpleName + "() {}");
    List<String> toolNames = mapped.stream()
        .map(tool -> identifiers.take(tool.method().name() + "Tool"))
        .toList();
    toolsMethod(toolNames);
    mapMethod(
        "enums",
        EnumType.class,
        results.enums().entrySet().stream()
            .map(entry -> Map.entry(entry.getKey(), models.name(entry.getValue())))
            .toList());
    List<String> writerNames = results.writers().keySet().stream()
        .map(type -> identifiers.take(Models.decapitalized(type.simpleName()) + "Writer"))
        .toList();
    List<ElementType> written = List.copyOf(results.writers().keySet());
    mapMethod(
        "writers",
        ObjectWriter.class,
        IntStream.range(0, written.size())
            .mapToObj(i -> Map.entry(written.get(i).name(), writerNames.get(i) + "()"))
            .toList());
    models.enums().forEach(this::enumMethod);
    for (int i = 0; i < written.size(); i++) {
      writerMethod(writerNames.get(i), requireNonNull(results.writers().get(written.get(i))));
    }
    if (throwsChecked) {
      rethrowMethod();
    }
    modelsClass(mapped, toolNames);
    code.close("}");
    return code.toSource(packageName());
  }

  /** Only if the annotation can be seen: its module or library may not be there. */
  private void annotate(String annotation, @Nullable String value) {
    ModuleElement module = backing.sources().elements().getModuleOf(tools);
    TypeElement found = module == null
        ? backing.sources().elements().getTypeElement(annotation)
        : backing.sources().elements().getTypeElement(module, annotation);
    if (found != null) {
      code.line("@" + annotation + (value == null ? "" : "(" + value + ")"));
    }
  }

  private void toolsMethod(List<String> names) {
    code.line("");
    code.line("@java.lang.Override");
    code.open("public " + use(List.class) + "<" + use(ToolGlue.class, "Entry") + "> tools("
        + use(ToolGlue.class, "Types") + " theTypes) {");
    code.line("Parts theParts = new Parts(theTypes);");
    List<String> calls = names.stream().map(name -> "theParts." + name + "()").toList();
    code.lines("return ", call(use(List.class) + ".of", calls), ";");
    code.close("}");
  }

  private void mapMethod(String name, Class<?> valueType, List<Map.Entry<String, String>> entries) {
    String map = use(Map.class) + "<java.lang.Class<?>, " + use(valueType) + ">";
    code.line("");
    code.line("@java.lang.Override");
    code.open("public " + map + " " + name + "() {");
    if (entries.isEmpty()) {
      code.line("return " + use(Map.class) + ".of();");
    } else {
      code.line(map + " theMap = new " + use(HashMap.class) + "<>();");
      entries.forEach(entry ->
          code.line("theMap.put(" + entry.getKey() + ".class, " + entry.getValue() + ");"));
      code.line("return theMap;");
    }
    code.close("}");
  }

  private void enumMethod(String name, EnumType model) {
    String type = backing.enumType(model).name();
    code.line("");
    code.open("private static " + use(EnumType.class) + " " + name + "() {");
    String start = "return " + use(EnumType.class) + ".of(" + type + ".values(), ";
    if (model.names().equals(model.wireNames())) {
      code.line(start + "java.lang.Enum::name);");
    } else {
      code.open(start + "theConstant -> switch (theConstant.name()) {");
      for (int i = 0; i < model.names().size(); i++) {
        if (!model.names().get(i).equals(model.wireNames().get(i))) {
          code.line("case " + literal(model.names().get(i)) + " -> "
              + literal(model.wireNames().get(i)) + ";");
        }
      }
      code.line("default -> theConstant.name();");
      code.close("});");
    }
    code.close("}");
  }

  private void writerMethod(String name, ObjectWriter writer) {
    List<String> properties = new ArrayList<>();
    for (ObjectWriter.Property property : writer.properties()) {
      properties.add(call(
          "new " + use(ObjectWriter.class, "Property"),
          literal(property.name()),
          reader(backing.reading(property))));
    }
    code.line("");
    code.open("private static " + use(ObjectWriter.class) + " " + name + "() {");
    code.lines(
        "return ",
        call(
            "new " + use(ObjectWriter.class),
            literal(writer.discriminator()),
            literal(writer.subtype()),
            call(use(List.class) + ".of", properties)),
        ";");
    code.close("}");
  }

  private String reader(CompileBacking.Reading reading) {
    ReadSource source = reading.source();
    String object = "((" + reading.type().name() + ") theObject).";
    if (source.method() == null) {
      return "theObject -> " + object + requireNonNull(source.field()).name();
    }
    String read = object + source.method().name() + "()";
    if (!declaresExceptions(source.method())) {
      return "theObject -> " + read;
    }
    throwsChecked = true;
    return "theObject -> {\n  try {\n    return " + read
        + ";\n  } catch (java.lang.Throwable e) {\n" + "    throw rethrown(e);\n  }\n}";
  }

  private static boolean declaresExceptions(MethodView method) {
    ExecutableElement element = ((ElementMethod) method).element();
    return !element.getThrownTypes().isEmpty();
  }

  /** A {@code Function} may not declare what an accessor throws. */
  private void rethrowMethod() {
    code.line("");
    code.open("private static <E extends java.lang.Throwable> java.lang.RuntimeException rethrown("
        + "java.lang.Throwable thrown) throws E {");
    code.line("throw (E) thrown;");
    code.close("}");
  }

  private void modelsClass(List<MappedTool> mapped, List<String> toolNames) {
    code.line("");
    code.open("private static final class Parts {");
    if (!models.opaque().isEmpty()
        || !models.objects().isEmpty()
        || !models.unions().isEmpty()) {
      code.line("");
    }
    models.opaque().forEach(type -> field(ValueType.class, models.name(type)));
    models.objects().forEach(type -> field(ObjectType.class, models.name(type)));
    models.unions().forEach(type -> field(UnionType.class, models.name(type)));
    List<String> definers = models.objects().stream()
        .map(type -> identifiers.take("define" + capitalized(models.name(type))))
        .toList();
    modelsConstructor(definers);
    for (int i = 0; i < definers.size(); i++) {
      definer(definers.get(i), models.objects().get(i));
    }
    for (int i = 0; i < mapped.size(); i++) {
      toolMethod(toolNames.get(i), mapped.get(i));
    }
    code.close("}");
  }

  private static String capitalized(String name) {
    int first = name.codePointAt(0);
    return Character.toString(Character.toUpperCase(first))
        + name.substring(Character.charCount(first));
  }

  private void field(Class<?> type, String name) {
    code.line("private final " + use(type) + " " + name + ";");
  }

  private void modelsConstructor(List<String> definers) {
    code.line("");
    code.open("Parts(" + use(ToolGlue.class, "Types") + " theTypes) {");
    for (ValueType type : models.opaque()) {
      ElementType opaque = backing.opaqueType(type);
      String reflected = opaque.arguments().isEmpty()
          ? opaque.name() + ".class"
          : "new " + use(TypeRef.class) + "<" + opaque.sourceName() + ">() {}";
      code.line(models.name(type) + " = theTypes.type(" + reflected + ");");
    }
    for (ObjectType type : models.objects()) {
      code.line(models.name(type) + " = " + use(ObjectType.class) + ".declare("
          + literal(type.name()) + ");");
    }
    for (UnionType union : models.unions()) {
      List<String> variants = union.variants().stream()
          .map(variant -> call(
              "new " + use(UnionType.class, "Variant"),
              literal(variant.value()),
              (backing.isOpaque(variant.type()) ? "(" + use(ObjectType.class) + ") " : "")
                  + models.name(variant.type())))
          .toList();
      code.lines(
          models.name(union) + " = ",
          call(
              "new " + use(UnionType.class),
              literal(union.name()),
              literal(union.discriminator()),
              call(use(List.class) + ".of", variants)),
          ";");
    }
    definers.forEach(definer -> code.line(definer + "();"));
    code.close("}");
  }

  private void definer(String name, ObjectType object) {
    CompileBacking.Creation creation = backing.creation(object);
    code.line("");
    code.open("private void " + name + "() {");
    List<String> arguments = new ArrayList<>();
    arguments.add(call(
        use(List.class) + ".of", object.properties().stream().map(this::slot).toList()));
    List<String> settable = IntStream.range(0, object.properties().size())
        .filter(object::leavesAlone)
        .mapToObj(Integer::toString)
        .toList();
    if (!settable.isEmpty()) {
      arguments.add(call(use(Set.class) + ".of", settable));
    }
    arguments.add(creator(creation.type(), creation.plan()));
    code.lines("", call(models.name(object) + ".define", arguments), ";");
    code.close("}");
  }

  private String creator(ElementType type, CreationPlan plan) {
    List<String> arguments = new ArrayList<>();
    List<MemberView> parameters = plan.constructor().parameters();
    for (int i = 0; i < parameters.size(); i++) {
      arguments.add(value(parameters.get(i), plan.constructorArguments().get(i)));
    }
    String made = call("new " + type.name(), arguments).replace("\n", "\n    ");
    StringBuilder lambda = new StringBuilder("theValues -> {\n  try {\n");
    if (plan.setters().isEmpty()) {
      lambda.append("    return ").append(made).append(";\n");
    } else {
      lambda.append("    ").append(type.name()).append(" made = ").append(made).append(";\n");
      for (Setter setter : plan.setters()) {
        lambda
            .append("    if (theValues[")
            .append(setter.property())
            .append("] != ")
            .append(use(ObjectType.class))
            .append(".ABSENT) {\n      made.")
            .append(assignment(setter))
            .append(";\n    }\n");
      }
      lambda.append("    return made;\n");
    }
    return lambda
        .append("  } catch (java.lang.Exception e) {\n    throw new ")
        .append(use(CreationException.class))
        .append("(e);\n  }\n}")
        .toString();
  }

  private String assignment(Setter setter) {
    return setter.method() == null
        ? requireNonNull(setter.field()).name() + " = " + value(setter.field(), setter.property())
        : setter.method().name()
            + "("
            + value(setter.method().parameters().get(0), setter.property())
            + ")";
  }

  private static String value(MemberView taker, int index) {
    return "(" + ((ElementMember) taker).type().erasedName() + ") theValues[" + index + "]";
  }

  private void toolMethod(String name, MappedTool mapped) {
    ToolModel tool = mapped.model();
    code.line("");
    code.open("private " + use(ToolGlue.class, "Entry") + " " + name + "() {");
    List<MemberView> declared = mapped.method().parameters();
    List<String> parameters = new ArrayList<>();
    for (int i = 0; i < tool.parameters().size(); i++) {
      parameters.add(parameter(tool.parameters().get(i), (ElementMember) declared.get(i)));
    }
    String model = call(
        "new " + use(ToolModel.class),
        literal(tool.name()),
        literal(tool.description()),
        tool.behavior() == null
            ? "null"
            : use(FunctionBehavior.class) + "." + tool.behavior().value(),
        tool.scheduling() == null
            ? "null"
            : use(FunctionScheduling.class) + "." + tool.scheduling().value(),
        policy(tool.policy()),
        call(use(List.class) + ".of", parameters),
        String.valueOf(tool.returnsNothing()),
        literal(tool.origin()),
        invoker(mapped));
    code.lines(
        "return ",
        call(
            "new " + use(ToolGlue.class, "Entry"),
            model,
            String.valueOf(mapped.method().isStatic())),
        ";");
    code.close("}");
  }

  private String policy(ToolPolicy policy) {
    ToolPolicy plain = ToolPolicy.DEFAULT;
    StringBuilder expression = new StringBuilder(use(ToolPolicy.class)).append(".DEFAULT");
    if (!policy.timeout().equals(plain.timeout())) {
      expression
          .append(".timeout(")
          .append(use(Duration.class))
          .append(".ofMillis(")
          .append(policy.timeout().toMillis())
          .append("L))");
    }
    if (policy.parallelLimit() != plain.parallelLimit()) {
      expression.append(".parallelLimit(").append(policy.parallelLimit()).append(')');
    }
    if (policy.cancellation() != plain.cancellation()) {
      expression
          .append(".cancellation(")
          .append(use(ToolPolicy.class, "Cancellation."))
          .append(policy.cancellation().name())
          .append(')');
    }
    if (policy.afterSpeech()) {
      expression.append(".afterSpeech(true)");
    }
    return expression.toString();
  }

  private String parameter(Parameter parameter, ElementMember declared) {
    if (parameter instanceof Parameter.Argument argument) {
      return call("new " + use(Parameter.class, "Argument"), slot(argument.slot()));
    }
    if (parameter instanceof Parameter.Injected injected) {
      return "new " + use(Parameter.class, "Injected") + "(" + use(Parameter.class, "Injection.")
          + injected.what().name() + ")";
    }
    Parameter.Absence absence = ((Parameter.AttachedState) parameter).absence();
    ElementType type = absence == Parameter.Absence.OPTIONAL
        ? (ElementType) declared.type().arguments().get(0)
        : declared.type();
    return call(
        "new " + use(Parameter.class, "AttachedState"),
        type.erasedName() + ".class",
        use(Parameter.class, "Absence.") + absence.name());
  }

  private String invoker(MappedTool mapped) {
    ElementMethod method = (ElementMethod) backing.invoked(mapped.model());
    List<String> arguments = new ArrayList<>();
    for (MemberView parameter : method.parameters()) {
      arguments.add(value(parameter, arguments.size()));
    }
    String type = toolsType.isPublic() ? toolsType.name() : method.declaredIn();
    String on = method.isStatic() ? type : "((" + type + ") theTarget)";
    String called = call(on + "." + method.name(), arguments);
    return method.returns().kind() == TypeView.Kind.VOID
        ? "(theTarget, theValues) -> {\n  " + called.replace("\n", "\n  ") + ";\n  return null;\n}"
        : "(theTarget, theValues) -> " + called;
  }

  private String slot(Slot slot) {
    Slot built = Slot.of(slot.name(), slot.type());
    StringBuilder chain = new StringBuilder();
    if (slot.description() != null) {
      built = built.withDescription(slot.description());
      chain.append(".withDescription(").append(literal(slot.description())).append(')');
    }
    if (slot.nullable()) {
      built = built.asNullable();
      chain.append(".asNullable()");
    }
    if (slot.defaultValue() != null) {
      built = built.withDefault(slot.defaultValue());
      chain.append(".withDefault(").append(literal(slot.defaultValue())).append(')');
    }
    if (!slot.constraints().equals(Constraints.NONE)) {
      built = built.withConstraints(slot.constraints());
      chain.append(".withConstraints(").append(constraints(slot.constraints())).append(')');
    }
    if (built.equals(slot)) {
      return call(use(Slot.class) + ".of", literal(slot.name()), type(slot.type())) + chain;
    }
    return call(
        "new " + use(Slot.class),
        literal(slot.name()),
        type(slot.type()),
        literal(slot.description()),
        String.valueOf(slot.nullable()),
        String.valueOf(slot.required()),
        literal(slot.defaultValue()),
        constraints(slot.constraints()));
  }

  private String constraints(Constraints demands) {
    if (demands.equals(Constraints.NONE)) {
      return use(Constraints.class) + ".NONE";
    }
    return call(
        "new " + use(Constraints.class),
        decimal(demands.min()),
        String.valueOf(demands.minExclusive()),
        decimal(demands.max()),
        String.valueOf(demands.maxExclusive()),
        String.valueOf(demands.minSize()),
        String.valueOf(demands.maxSize()),
        String.valueOf(demands.notBlank()),
        literal(demands.pattern()),
        call(
            use(List.class) + ".of",
            demands.allowed().stream().map(Code::literal).toList()));
  }

  private String decimal(@Nullable BigDecimal value) {
    return value == null
        ? "null"
        : "new " + use(BigDecimal.class) + "(" + literal(value.toString()) + ")";
  }

  private String type(ValueType type) {
    if (models.isNamed(type)) {
      return models.name(type);
    }
    if (type instanceof Scalar scalar) {
      return use(Scalar.class, scalar.name());
    }
    if (type instanceof OptionalType optional) {
      return call(
          "new " + use(OptionalType.class),
          use(OptionalType.class, "Kind.") + optional.kind().name(),
          type(optional.inner()));
    }
    if (type instanceof MapType map) {
      return map.keyConstraints().equals(Constraints.NONE)
          ? call("new " + use(MapType.class), type(map.key()), slot(map.value()))
          : call(
              "new " + use(MapType.class),
              type(map.key()),
              constraints(map.keyConstraints()),
              slot(map.value()));
    }
    ListType list = (ListType) type;
    String collector = switch (list.container()) {
      case LIST -> "theList -> theList";
      case SET -> use(LinkedHashSet.class) + "::new";
      case ARRAY -> arrayMaker(list);
    };
    return call(
        "new " + use(ListType.class),
        use(ListType.class, "Container.") + list.container().name(),
        slot(list.element()),
        collector);
  }

  private String arrayMaker(ListType list) {
    ElementType component = backing.arrayComponent(list);
    String name = component.erasedName();
    // new String[][0] is written new String[0][].
    String dimensions = name.substring(name.replace("[]", "").length());
    String innermost = name.replace("[]", "");
    if (component.kind() != TypeView.Kind.PRIMITIVE) {
      return "theList -> theList.toArray(new " + innermost + "[0]" + dimensions + ")";
    }
    return "theList -> {\n  " + name + "[] made = new " + name + "[theList.size()];\n"
        + "  for (int i = 0; i < made.length; i++) {\n"
        + "    made[i] = (" + name + ") theList.get(i);\n  }\n  return made;\n}";
  }
}
