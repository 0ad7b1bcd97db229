package io.github.geminilive.tools.processor;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.tools.ToolRegistrationException;
import io.github.geminilive.tools.internal.mapping.Backing.ReadSource;
import io.github.geminilive.tools.internal.mapping.TypeMapper;
import io.github.geminilive.tools.internal.mapping.TypeView;
import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ObjectWriter;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.lang.model.element.TypeElement;

/**
 * How what tools return is written: the records, beans and enums that can be told from their
 * signatures. Objects of other classes are left to reflection.
 */
final class Results {

  private final Sources sources;
  private final CompileBacking backing;
  private final TypeMapper mapper;
  private final Set<ElementType> seen = new HashSet<>();
  private final Set<TypeElement> classes = new HashSet<>();
  private final Map<ElementType, ObjectWriter> writers = new LinkedHashMap<>();
  private final Map<String, EnumType> enums = new TreeMap<>();

  Results(CompileBacking backing) {
    this.sources = backing.sources();
    this.backing = backing;
    this.mapper = new TypeMapper(backing);
  }

  /** By their classes, in the order in which they were found. */
  Map<ElementType, ObjectWriter> writers() {
    return writers;
  }

  /** By the names of their classes, ordered. */
  Map<String, EnumType> enums() {
    return enums;
  }

  /** Takes up what a tool returns, and all that is in it. */
  void add(ElementType type) {
    if (!seen.add(type)) {
      return;
    }
    type.arguments().forEach(argument -> add((ElementType) argument));
    if (type.kind() == TypeView.Kind.ARRAY) {
      add(type.component());
      return;
    }
    ElementType bound = type.bound();
    if (bound != null && bound.isPublic() && !bound.isFromLibrary()) {
      addClass(bound);
    }
  }

  private void addClass(ElementType type) {
    switch (type.kind()) {
      case ENUM -> addEnum(type);
      case RECORD, CLASS -> {
        if (!type.isAbstract() && classes.add(type.element())) {
          mapper.writer(type).ifPresent(writer -> addWriter(type, writer));
        }
      }
      default -> {
        // No object is of an interface alone.
      }
    }
    type.subtypes().forEach(this::add);
  }

  private void addEnum(ElementType type) {
    if (type.hasJsonValue()) {
      return;
    }
    try {
      if (mapper.type(type) instanceof EnumType model) {
        enums.put(type.name(), model);
      }
    } catch (ToolRegistrationException e) {
      // The model could not give it; as a result it may do, which reflection finds out.
    }
  }

  private void addWriter(ElementType type, ObjectWriter writer) {
    boolean accessible = writer.properties().stream()
        .allMatch(property -> isAccessible(backing.reading(property).source()));
    if (!accessible) {
      return;
    }
    writers.put(ElementType.of(sources, type.element()), writer);
    for (ObjectWriter.Property property : writer.properties()) {
      ReadSource source = backing.reading(property).source();
      add((ElementType)
          (source.method() == null
              ? requireNonNull(source.field()).type()
              : source.method().returns()));
    }
  }

  private static boolean isAccessible(ReadSource source) {
    return source.method() == null
        ? requireNonNull(source.field()).isPublic()
        : source.method().isPublic();
  }
}
