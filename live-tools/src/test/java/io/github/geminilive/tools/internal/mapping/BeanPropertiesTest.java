package io.github.geminilive.tools.internal.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.geminilive.tools.internal.reflect.ReflectBacking;
import io.github.geminilive.tools.internal.reflect.ReflectViews;
import io.github.geminilive.tools.model.ObjectType;
import io.github.geminilive.tools.model.ObjectWriter;
import io.github.geminilive.tools.model.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BeanPropertiesTest {

  // As Jackson 3 does by default.
  private static final ObjectMapper JACKSON = JsonMapper.builder()
      .disable(
          MapperFeature.ALLOW_FINAL_FIELDS_AS_MUTATORS,
          MapperFeature.INFER_PROPERTY_MUTATORS,
          MapperFeature.USE_GETTERS_AS_SETTERS)
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .build();

  static Stream<Class<?>> beans() {
    return Arrays.stream(Beans.class.getDeclaredClasses())
        .filter(type -> !type.isInterface()
            && type != Beans.Internal.class
            && type.getTypeParameters().length == 0)
        .sorted((one, other) -> one.getName().compareTo(other.getName()));
  }

  @ParameterizedTest
  @MethodSource("beans")
  void propertiesThatCanBeGivenAreJacksons(Class<?> type) {
    var config = JACKSON.getDeserializationConfig();
    var description = config.introspect(JACKSON.constructType(type));
    TreeSet<String> expected = new TreeSet<>();
    for (BeanPropertyDefinition property : description.findProperties()) {
      boolean isHidden = description.getIgnoredPropertyNames().contains(property.getName())
          || config
              .getDefaultPropertyIgnorals(type, description.getClassInfo())
              .findIgnoredForDeserialization()
              .contains(property.getName())
          || Beans.Internal.class == property.getRawPrimaryType();
      if (property.couldDeserialize() && !isHidden) {
        expected.add(property.getName());
      }
    }

    assertThat(new TreeSet<>(names(object(type)))).isEqualTo(expected).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("beans")
  void whatIsWrittenIsWhatJacksonWrites(Class<?> type) throws Exception {
    Object bean = type == Beans.Creator.class
        ? new Beans.Creator(1, "b")
        : type.getConstructor().newInstance();
    Map<String, Object> expected = new TreeMap<>();
    JACKSON
        .valueToTree(bean)
        .properties()
        .forEach(property -> expected.put(property.getKey(), property.getValue().asText()));

    ObjectWriter writer =
        new TypeMapper(new ReflectBacking()).writer(ReflectViews.of(type)).orElseThrow();

    Map<String, Object> written = new TreeMap<>();
    for (ObjectWriter.Property property : writer.properties()) {
      written.put(
          property.name(), JACKSON.valueToTree(property.reader().apply(bean)).asText());
    }
    assertThat(written).isEqualTo(expected).hasSameSizeAs(writer.properties());
  }

  @Test
  void propertiesAreOrderedAsTheClassSaysThenByName() {
    assertThat(names(object(Beans.Ordered.class))).containsExactly("z", "b", "a", "c");
    assertThat(names(object(Beans.Creator.class))).containsExactly("a", "b", "c");
  }

  @Test
  void whatIsOnlyReadIsWrittenLast() {
    ObjectWriter writer = new TypeMapper(new ReflectBacking())
        .writer(ReflectViews.of(Beans.Accessors.class))
        .orElseThrow();

    assertThat(writer.properties())
        .extracting(ObjectWriter.Property::name)
        .containsExactly("a", "open", "computed");
  }

  @Test
  void aBeanLeavesAloneWhatItsSettersSet() {
    ObjectType creator = object(Beans.Creator.class);

    assertThat(List.of(creator.leavesAlone(0), creator.leavesAlone(1), creator.leavesAlone(2)))
        .containsExactly(false, false, true);
    assertThat(creator.properties().get(1).nullable()).isTrue();
  }

  @Test
  void aBeanIsMadeOfWhatIsGiven() {
    ObjectType creator = object(Beans.Creator.class);

    Beans.Creator made =
        (Beans.Creator) creator.create(new Object[] {4, "text", ObjectType.ABSENT});

    assertThat(made.getA()).isEqualTo(4);
    assertThat(made.getB()).isEqualTo("text");
    assertThat(made.c).isEqualTo(3);
  }

  private static List<String> names(ObjectType type) {
    return type.properties().stream().map(Slot::name).toList();
  }

  private static ObjectType object(Class<?> type) {
    List<Finding> findings = new ArrayList<>();
    Site site = new Site(findings, type.getName(), null, null, type);
    ObjectType object = new TypeMapper(new ReflectBacking()).object(ReflectViews.of(type), site);
    assertThat(findings).isEmpty();
    return object;
  }
}
