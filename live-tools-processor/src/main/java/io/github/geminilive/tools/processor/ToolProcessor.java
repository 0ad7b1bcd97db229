package io.github.geminilive.tools.processor;

import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.internal.mapping.Finding;
import io.github.geminilive.tools.internal.mapping.Mapped;
import io.github.geminilive.tools.internal.mapping.MappedTool;
import io.github.geminilive.tools.internal.mapping.MethodView;
import io.github.geminilive.tools.internal.mapping.ToolMapper;
import io.github.geminilive.tools.model.ToolGlue;
import java.io.IOException;
import java.io.Writer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.Filer;
import javax.annotation.processing.FilerException;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;
import javax.tools.StandardLocation;

/**
 * Checks classes with {@link LiveTool} methods as registration would, tells what is wrong where it
 * stands, and generates for each sound class one that offers its tools without reflection: named as
 * {@link ToolGlue#nameFor} says, in the same package. Where it did not run, reflection does the
 * same; only descriptions from Javadoc are missing then.
 */
@SupportedAnnotationTypes("io.github.geminilive.tools.LiveTool")
public final class ToolProcessor extends AbstractProcessor {

  private final Set<String> waiting = new TreeSet<>();
  private final Set<List<Object>> told = new HashSet<>();

  /** For the compiler. */
  public ToolProcessor() {}

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latest();
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    Map<String, TypeElement> classes = new LinkedHashMap<>();
    for (String name : waiting) {
      TypeElement type = processingEnv.getElementUtils().getTypeElement(name);
      if (type != null) {
        classes.put(name, type);
      }
    }
    waiting.clear();
    for (Element method : round.getElementsAnnotatedWith(LiveTool.class)) {
      if (method.getEnclosingElement() instanceof TypeElement type) {
        classes.put(type.getQualifiedName().toString(), type);
      }
    }
    if (!round.processingOver()) {
      classes.values().forEach(this::process);
    }
    return false;
  }

  private void process(TypeElement type) {
    Sources sources = sources(type, true);
    ElementType view = ElementType.of(sources, type);
    String inherited = inherited(sources, view);
    if (!inherited.isEmpty()) {
      leaveToReflection(type, "it inherits " + inherited);
      return;
    }
    CompileBacking backing = new CompileBacking(sources);
    Mapped mapped = new ToolMapper(backing).map(view);
    if (sources.isUnresolved()) {
      // Another processor may yet make the missing type; if none does, the compiler complains.
      waiting.add(type.getQualifiedName().toString());
    } else if (mapped.findings().stream().anyMatch(ToolProcessor::dependsOnSubclass)) {
      leaveToReflection(type, "its type parameters are known in subclasses only");
    } else if (mapped.findings().isEmpty()) {
      generate(view, backing, mapped);
    } else {
      tell(sources, mapped);
    }
  }

  private Sources sources(TypeElement type, boolean docs) {
    return new Sources(processingEnv.getElementUtils(), processingEnv.getTypeUtils(), type, docs);
  }

  /** The tools that stand in other files, as far as not all of that can be seen here. */
  private static String inherited(Sources sources, ElementType view) {
    return view.methods().stream()
        .filter(method -> versions(method)
            .anyMatch(one -> one.marks().find(LiveTool.class.getName()).isPresent()))
        .filter(method -> !sources.isOwn(((ElementMethod) method).element())
            || versions(method).anyMatch(ElementMethod::isHalfHidden))
        .map(ToolProcessor::nameOf)
        .collect(Collectors.joining(", "));
  }

  private static Stream<ElementMethod> versions(MethodView method) {
    return Stream.concat(Stream.of(method), method.overridden().stream())
        .map(ElementMethod.class::cast);
  }

  private static String nameOf(MethodView method) {
    return method.declaredIn() + "." + method.name();
  }

  /** Reflection does not see Javadoc, so it is not looked at here either. */
  private void leaveToReflection(TypeElement type, String reason) {
    Sources sources = sources(type, false);
    Mapped mapped = new ToolMapper(new CompileBacking(sources)).map(ElementType.of(sources, type));
    if (sources.isUnresolved()) {
      waiting.add(type.getQualifiedName().toString());
      return;
    }
    tell(sources, mapped);
    processingEnv
        .getMessager()
        .printMessage(
            Diagnostic.Kind.NOTE,
            "The tools of " + type.getQualifiedName() + " are left to reflection at run time: "
                + reason + ". Descriptions from Javadoc are not used for them.",
            type);
  }

  /** No mistake of the class itself. */
  private static boolean dependsOnSubclass(Finding finding) {
    return finding.at() instanceof ElementMember member && member.type().dependsOnSubclass();
  }

  private void tell(Sources sources, Mapped mapped) {
    for (Finding finding : mapped.findings()) {
      if (dependsOnSubclass(finding)) {
        continue;
      }
      Place place = Place.of(sources, finding);
      String message = place.message();
      if (told.add(List.of(place.element(), message))) {
        place.print(processingEnv.getMessager());
      }
    }
  }

  private void generate(ElementType view, CompileBacking backing, Mapped mapped) {
    Results results = new Results(backing);
    for (MappedTool tool : mapped.tools()) {
      results.add((ElementType) tool.method().returns());
    }
    Generator generator = new Generator(view, backing, results);
    String source = generator.source(mapped.tools());
    String glue = ToolGlue.nameFor(view.binaryName());
    NativeImage nativeImage = new NativeImage(glue);
    generator.models().opaque().forEach(model -> nativeImage.add(backing.opaqueType(model)));
    Filer filer = processingEnv.getFiler();
    TypeElement origin = view.element();
    try {
      try (Writer writer = filer.createSourceFile(glue, origin).openWriter()) {
        writer.write(source);
      }
      try (Writer writer = filer
          .createResource(StandardLocation.CLASS_OUTPUT, "", nativeImage.path(), origin)
          .openWriter()) {
        writer.write(nativeImage.json());
      }
    } catch (FilerException e) {
      processingEnv
          .getMessager()
          .printMessage(
              Diagnostic.Kind.ERROR,
              "The tools of " + view.name() + " need the name " + glue
                  + ", which is taken. Rename that class, or this one.",
              origin);
    } catch (IOException e) {
      processingEnv
          .getMessager()
          .printMessage(
              Diagnostic.Kind.ERROR, "What belongs to the tools cannot be written: " + e, origin);
    }
  }
}
