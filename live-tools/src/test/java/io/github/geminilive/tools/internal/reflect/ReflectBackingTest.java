package io.github.geminilive.tools.internal.reflect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonValue;
import io.github.geminilive.tools.internal.mapping.Backing.CreationPlan;
import io.github.geminilive.tools.internal.mapping.Backing.JsonValueSource;
import io.github.geminilive.tools.internal.mapping.Backing.ReadSource;
import io.github.geminilive.tools.internal.mapping.Backing.Setter;
import io.github.geminilive.tools.internal.mapping.InaccessibleException;
import io.github.geminilive.tools.internal.mapping.MemberView;
import io.github.geminilive.tools.internal.mapping.MethodView;
import io.github.geminilive.tools.internal.mapping.TypeView;
import io.github.geminilive.tools.internal.reflect.elsewhere.Visible;
import io.github.geminilive.tools.model.CreationException;
import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ObjectType;
import io.github.geminilive.tools.model.ToolModel;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReflectBackingTest {

  private final ReflectBacking backing = new ReflectBacking();

  private static MethodView method(TypeView type, String name) {
    return type.methods().stream()
        .filter(method -> method.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static MemberView field(TypeView type, String name) {
    return type.fields().stream()
        .filter(field -> name.equals(field.name()))
        .findFirst()
        .orElseThrow();
  }

  private Function<Object[], Object> creator(
      Class<?> type, List<Integer> arguments, Setter... setters) {
    TypeView view = ReflectViews.of(type);
    MethodView constructor = view.constructors().get(0);
    return backing.creator(
        view,
        ObjectType.declare("test"),
        new CreationPlan(constructor, arguments, List.of(setters)));
  }

  public record Range(int low, int high) {
    public Range {
      if (low > high) {
        throw new IllegalArgumentException("low > high");
      }
      if (high > 100) {
        throw new AssertionError("too high");
      }
    }
  }

  @Test
  void aRecordIsMadeOfItsComponents() {
    assertThat(creator(Range.class, List.of(0, 1)).apply(new Object[] {1, 2}))
        .isEqualTo(new Range(1, 2));
    assertThat(creator(Range.class, List.of(1, 0)).apply(new Object[] {2, 1}))
        .isEqualTo(new Range(1, 2));
  }

  @Test
  void whatARecordRefusesIsToldWithItsReason() {
    Function<Object[], Object> creator = creator(Range.class, List.of(0, 1));

    assertThatThrownBy(() -> creator.apply(new Object[] {3, 2}))
        .isInstanceOfSatisfying(
            CreationException.class,
            e -> assertThat(e.refusal())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("low > high"));
  }

  @Test
  void anErrorOfARecordIsNoRefusal() {
    Function<Object[], Object> creator = creator(Range.class, List.of(0, 1));

    assertThatThrownBy(() -> creator.apply(new Object[] {1, 101}))
        .isInstanceOf(AssertionError.class)
        .hasMessage("too high");
  }

  public static class Bean {
    private final String name;
    private int size = 7;
    public @Nullable String note = "untouched";

    public Bean(String name) {
      this.name = name;
    }

    public Bean setSize(int size) throws IOException {
      if (size < 0) {
        throw new IOException("negative");
      }
      this.size = size;
      return this;
    }
  }

  private Function<Object[], Object> beans() {
    TypeView view = ReflectViews.of(Bean.class);
    return creator(
        Bean.class,
        List.of(1),
        new Setter(0, method(view, "setSize"), null),
        new Setter(2, null, field(view, "note")));
  }

  @Test
  void aBeanIsMadeByConstructorSettersAndFields() {
    Bean bean = (Bean) beans().apply(new Object[] {3, "b", "new"});

    assertThat(bean.name).isEqualTo("b");
    assertThat(bean.size).isEqualTo(3);
    assertThat(bean.note).isEqualTo("new");
  }

  @Test
  void aBeanKeepsWhatIsNotGiven() {
    Bean bean = (Bean) beans().apply(new Object[] {ObjectType.ABSENT, "b", ObjectType.ABSENT});

    assertThat(bean.size).isEqualTo(7);
    assertThat(bean.note).isEqualTo("untouched");
  }

  @Test
  void aBeansPropertyMayBeSetToNull() {
    @Nullable Object[] values = {ObjectType.ABSENT, "b", null};

    Bean bean = (Bean) beans().apply(values);

    assertThat(bean.note).isNull();
  }

  @Test
  void whatASetterRefusesIsToldWithItsReason() {
    assertThatThrownBy(() -> beans().apply(new Object[] {-1, "b", "n"}))
        .isInstanceOf(CreationException.class)
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void arraysAreOfTheirElements() {
    List<Object> numbers = List.of(1, 2);
    List<Object> rows = List.of(new int[] {1}, new int[] {2, 3});

    assertThat(backing.array(ReflectViews.of(int.class)).apply(numbers))
        .isEqualTo(new int[] {1, 2});
    assertThat(backing.array(ReflectViews.of(Integer.class)).apply(numbers))
        .isEqualTo(new Integer[] {1, 2});
    assertThat(backing.array(ReflectViews.of(int[].class)).apply(rows))
        .isEqualTo(new int[][] {{1}, {2, 3}});
    assertThat(backing.array(ReflectViews.of(boolean.class)).apply(List.of()))
        .isEqualTo(new boolean[0]);
  }

  public enum Level {
    LOW(1) {
      @Override
      Object text() {
        return "low";
      }
    },
    HIGH(2) {
      @Override
      Object text() {
        return "high";
      }
    };

    @JsonValue
    private final int number;

    Level(int number) {
      this.number = number;
    }

    abstract Object text();

    public @Nullable Object none() {
      return null;
    }

    public Object failing() {
      throw new IllegalStateException("no value for " + name());
    }
  }

  private EnumType levels(String member, boolean isMethod) {
    return backing.enumeration(
        ReflectViews.of(Level.class), null, new JsonValueSource(member, isMethod));
  }

  @Test
  void anEnumIsWrittenByTheNamesGiven() {
    EnumType type = backing.enumeration(ReflectViews.of(Level.class), List.of("a", "b"), null);

    assertThat(type.constants()).containsExactly(Level.LOW, Level.HIGH);
    assertThat(type.wireNames()).containsExactly("a", "b");
    assertThat(type.names()).containsExactly("LOW", "HIGH");
  }

  @Test
  void anEnumIsWrittenByItsFieldOrMethod() {
    assertThat(levels("number", false).wireNames()).containsExactly("1", "2");
    assertThat(levels("text", true).wireNames()).containsExactly("low", "high");
  }

  @Test
  void anEnumWhoseValuesCannotBeReadIsRefused() {
    assertThatThrownBy(() -> levels("none", true))
        .isInstanceOf(InaccessibleException.class)
        .hasMessageContaining("Level.LOW is null");
    assertThatThrownBy(() -> levels("failing", true))
        .isInstanceOf(InaccessibleException.class)
        .hasMessageContaining("no value for LOW");
  }

  private Function<Object, @Nullable Object> reader(
      Class<?> type, @Nullable String method, @Nullable String field) {
    TypeView view = ReflectViews.of(type);
    return backing.reader(
        view,
        new ReadSource(
            method == null ? null : method(view, method),
            field == null ? null : field(view, field)));
  }

  @Test
  void propertiesAreReadByMethodAndField() {
    assertThat(reader(Range.class, "high", null).apply(new Range(1, 2))).isEqualTo(2);
    assertThat(reader(Bean.class, null, "note").apply(new Bean("b"))).isEqualTo("untouched");
  }

  @Test
  void whatAnAccessorThrowsLeavesAsItStands() {
    Function<Object, @Nullable Object> failing = reader(Level.class, "failing", null);

    assertThatThrownBy(() -> failing.apply(Level.LOW))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no value for LOW");
  }

  public static class Tools {
    public static int twice(int number) {
      return 2 * number;
    }

    public void fail(String text) throws IOException {
      throw new IOException(text);
    }

    public String join(String first, String... more) {
      return first + String.join("", more);
    }

    public void endless() {
      endless();
    }
  }

  private ToolModel.Invoker invoker(Class<?> type, String method) {
    TypeView view = ReflectViews.of(type);
    return backing.invoker(view, method(view, method));
  }

  @Test
  void aToolIsCalledWithItsArguments() throws Throwable {
    assertThat(invoker(Tools.class, "twice").invoke(null, new Object[] {4})).isEqualTo(8);
    assertThat(invoker(Tools.class, "join").invoke(new Tools(), new Object[] {
          "a", new String[] {"b", "c"}
        }))
        .isEqualTo("abc");
  }

  @Test
  void whatAToolThrowsLeavesAsItStands() {
    assertThatThrownBy(
            () -> invoker(Tools.class, "fail").invoke(new Tools(), new Object[] {"broken"}))
        .isInstanceOf(IOException.class)
        .hasMessage("broken");
    assertThatThrownBy(() -> invoker(Tools.class, "endless").invoke(new Tools(), new Object[0]))
        .isInstanceOf(StackOverflowError.class);
  }

  @Test
  void aToolInheritedFromAClassThatIsNotPublicIsCalled() throws Throwable {
    assertThat(Visible.class.getSuperclass()).isPackagePrivate();

    assertThat(invoker(Visible.class, "hello").invoke(new Visible(), new Object[0]))
        .isEqualTo("hello");
  }
}
