package io.github.geminilive.tools.internal.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.internal.reflect.ReflectBacking;
import io.github.geminilive.tools.internal.reflect.ReflectViews;
import io.github.geminilive.tools.model.ObjectWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriterMapperTest {

  @Test
  void aRecordIsWrittenInTheOrderOfItsComponents() {
    assertThat(written(new Written.Plain(1, "A", "C", "D", "E")))
        .isEqualTo("{b=1, first=A, second=C}");
  }

  @Test
  void aTypeThatIsNotPublicIsWrittenToo() {
    assertThat(written(new Written.Hidden(1))).isEqualTo("{a=1}");
  }

  @Test
  void aSubtypeOfASealedTypeHasItsDiscriminatorFirst() {
    assertThat(written(new Written.Circle(2))).isEqualTo("{type=Circle, radius=2}");
  }

  @Test
  void theDiscriminatorStandsForAPropertyOfItsName() {
    assertThat(written(new Written.Corner(1, 90))).isEqualTo("{type=corner, angle=90}");
  }

  @Test
  void jacksonsNamesOfSubtypesAreTaken() {
    assertThat(written(new Written.Dog())).isEqualTo("{kind=dog, barks=1, legs=4}");
    assertThat(written(new Written.Cat())).isEqualTo("{kind=cat, legs=4}");
    assertThat(written(new Written.Unknown())).isEqualTo("{kind=Unknown, legs=4}");
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Written.Sparse.class,
        Written.Formatted.class,
        Written.Unwrapped.class,
        Written.Valued.class
      })
  void whatHasAnotherFormIsLeftToJackson(Class<?> type) {
    assertThat(writer(type)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        String.class,
        int.class,
        int[].class,
        Object.class,
        Written.Shape.class,
        Written.Animal.class,
        Written.Nothing.class,
        Written.Many.class,
        Written.Failure.class,
        LiveTool.Behavior.class,
        java.time.Instant.class
      })
  void whatIsNoObjectHasNoWriter(Class<?> type) {
    assertThat(writer(type)).isEmpty();
  }

  private static Optional<ObjectWriter> writer(Class<?> type) {
    return new TypeMapper(new ReflectBacking()).writer(ReflectViews.of(type));
  }

  private static String written(Object value) {
    ObjectWriter writer = writer(value.getClass()).orElseThrow();
    Map<String, @Nullable Object> written = new LinkedHashMap<>();
    if (writer.discriminator() != null) {
      written.put(writer.discriminator(), writer.subtype());
    }
    writer
        .properties()
        .forEach(property -> written.put(property.name(), property.reader().apply(value)));
    return written.toString();
  }
}
