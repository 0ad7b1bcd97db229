package io.github.geminilive.tools.internal.mapping;

import io.github.geminilive.tools.internal.mapping.Backing.ReadSource;
import io.github.geminilive.tools.internal.mapping.TypeView.Kind;
import io.github.geminilive.tools.model.ObjectWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds how objects are written as results; see {@link TypeMapper#writer}. */
final class WriterMapper {

  private final Backing backing;

  WriterMapper(Backing backing) {
    this.backing = backing;
  }

  Optional<ObjectWriter> writer(TypeView type) {
    if (type.kind() != Kind.RECORD && type.kind() != Kind.CLASS
        || type.isAbstract()
        || Unsupported.isForeign(type)
        || Stream.of(
                "java.lang.Iterable",
                "java.util.Map",
                "java.util.Iterator",
                "java.lang.CharSequence",
                "java.lang.Number",
                "java.lang.Throwable",
                "java.util.concurrent.CompletionStage",
                "java.util.concurrent.Flow.Publisher")
            .anyMatch(type::isSubtypeOf)
        || isWrittenOtherwise(type)) {
      return Optional.empty();
    }
    Unions.@Nullable Tag tag = Unions.tag(type);
    List<Finding> findings = new ArrayList<>();
    Site site = new Site(findings, type.name(), null, null, type);
    List<ObjectWriter.Property> properties;
    try {
      properties = type.kind() == Kind.RECORD ? ofRecord(type, site) : ofBean(type, site);
    } catch (InaccessibleException e) {
      return Optional.empty();
    }
    if (tag != null) {
      properties.removeIf(property -> property.name().equals(tag.name()));
    }
    if (!findings.isEmpty() || type.kind() == Kind.CLASS && properties.isEmpty() && tag == null) {
      return Optional.empty();
    }
    return Optional.of(new ObjectWriter(
        tag == null ? null : tag.name(), tag == null ? null : tag.value(), properties));
  }

  private static boolean isWrittenOtherwise(TypeView type) {
    return JacksonRules.writesOtherwise(Annotations.ofType(type))
        || type.components().stream()
            .anyMatch(component -> JacksonRules.writesOtherwise(component.marks()))
        || type.fields().stream().anyMatch(field -> JacksonRules.writesOtherwise(field.marks()))
        || type.methods().stream()
            .anyMatch(method -> JacksonRules.writesOtherwise(Annotations.ofMethod(method)));
  }

  private List<ObjectWriter.Property> ofRecord(TypeView type, Site site) {
    List<ObjectWriter.Property> properties = new ArrayList<>();
    for (MemberView component : type.components()) {
      Marks marks = component.marks();
      String name = WireNames.of(List.of(marks), String.valueOf(component.name()), site);
      if (Annotations.isOn(marks, "JsonIgnore")
          || WireNames.access(List.of(marks)).equals("WRITE_ONLY")
          || WireNames.isIgnored(type, name, "allowGetters")) {
        continue;
      }
      type.methods().stream()
          .filter(method ->
              method.name().equals(component.name()) && method.parameters().isEmpty())
          .findFirst()
          .ifPresent(method -> properties.add(property(type, name, new ReadSource(method, null))));
    }
    return properties;
  }

  private List<ObjectWriter.Property> ofBean(TypeView type, Site site) {
    MethodView constructor = Properties.constructorOf(type);
    // What is wrong with writing a bean's properties is no matter here: it is only read.
    Site ignored = new Site(new ArrayList<>(), type.name(), null, null, type);
    List<String> writable = Properties.writable(type, constructor, ignored).stream()
        .map(BeanProperty::name)
        .toList();
    List<BeanProperty> readable = new ArrayList<>(BeanProperty.of(type, constructor, site));
    readable.sort(Comparator.<BeanProperty>comparingInt(property -> {
          int index = writable.indexOf(property.name());
          return index < 0 ? Integer.MAX_VALUE : index;
        })
        .thenComparing(BeanProperty::name));
    List<ObjectWriter.Property> properties = new ArrayList<>();
    for (BeanProperty property : readable) {
      ReadSource source = property.source();
      if (source != null
          && !property.access().equals("WRITE_ONLY")
          && !WireNames.isIgnored(type, property.name(), "allowGetters")) {
        properties.add(property(type, property.name(), source));
      }
    }
    return properties;
  }

  private ObjectWriter.Property property(TypeView type, String name, ReadSource source) {
    return new ObjectWriter.Property(name, backing.reader(type, source));
  }
}
