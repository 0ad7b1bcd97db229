package io.github.geminilive.tools.internal.reflect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ObjectWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReflectWritersTest {

  private final ReflectWriters writers = new ReflectWriters();

  public record Point(int x, int y) {}

  public enum Direction {
    NORTH,
    SOUTH
  }

  @Test
  void aRecordIsWrittenByItsComponents() {
    ObjectWriter writer = writers.writer(Point.class);

    assertThat(writer).isNotNull();
    assertThat(writer.properties())
        .extracting(property -> property.name() + "=" + property.reader().apply(new Point(1, 2)))
        .containsExactly("x=1", "y=2");
  }

  @Test
  void aClassIsReadOnce() {
    assertThat(writers.writer(Point.class)).isNotNull().isSameAs(writers.writer(Point.class));
    assertThat(writers.enumeration(Direction.class))
        .isNotNull()
        .isSameAs(writers.enumeration(Direction.class));
  }

  @Test
  void anEnumIsWrittenByItsNames() {
    EnumType type = writers.enumeration(Direction.class);

    assertThat(type).isNotNull();
    assertThat(type.wireNames()).containsExactly("NORTH", "SOUTH");
    assertThat(type.constants()).isEqualTo(List.of(Direction.NORTH, Direction.SOUTH));
  }

  enum Hidden {
    @JsonProperty("one")
    ONE,
    TWO
  }

  enum Numbered {
    FIVE;

    @JsonValue
    int number() {
      return 5;
    }
  }

  @Test
  void anEnumThatIsNotPublicIsWrittenAllTheSame() {
    EnumType hidden = writers.enumeration(Hidden.class);
    EnumType numbered = writers.enumeration(Numbered.class);

    assertThat(hidden).isNotNull();
    assertThat(hidden.wireNames()).containsExactly("one", "TWO");
    assertThat(numbered).isNotNull();
    assertThat(numbered.wireNames()).containsExactly("5");
  }

  enum Alike {
    ONE,
    TWO;

    @JsonValue
    private final String text = "any";
  }

  @Test
  void anEnumWhoseConstantsAreWrittenAlikeIsWritten() {
    EnumType type = writers.enumeration(Alike.class);

    assertThat(type).isNotNull();
    assertThat(type.wireNames()).containsExactly("any", "any");
  }

  @Test
  void whatIsNoObjectOrEnumIsNotKnown() {
    assertThat(writers.writer(String.class)).isNull();
    assertThat(writers.enumeration(Point.class)).isNull();
  }
}
