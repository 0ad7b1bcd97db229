package io.github.geminilive.tools.internal.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.tools.ToolRegistrationException;
import io.github.geminilive.tools.internal.declaration.Declared;
import io.github.geminilive.tools.internal.reflect.ReflectBacking;
import io.github.geminilive.tools.internal.reflect.ReflectViews;
import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ListType;
import io.github.geminilive.tools.model.ObjectType;
import io.github.geminilive.tools.model.OptionalType;
import io.github.geminilive.tools.model.Scalar;
import io.github.geminilive.tools.model.TypeRef;
import io.github.geminilive.tools.model.UnionType;
import io.github.geminilive.tools.model.ValueType;
import java.io.File;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TypeMapperTest {

  private final TypeMapper mapper = new TypeMapper(new ReflectBacking());

  @Test
  void aTypeThatHoldsItselfIsOneModel() {
    ObjectType tree = (ObjectType) type(new TypeRef<Declared.Tree>() {});

    ListType children = (ListType) tree.properties().get(1).type();
    assertThat(children.element().type()).isSameAs(tree);
  }

  @Test
  void aSealedTypeThatHoldsItselfIsOneModel() {
    UnionType sum = (UnionType) type(new TypeRef<Declared.Sum>() {});

    assertThat(sum.variants())
        .extracting(UnionType.Variant::value)
        .containsExactly("Number", "Plus");
    assertThat(sum.variants().get(1).type().properties().get(0).type()).isSameAs(sum);
  }

  @Test
  void aSealedTypesArgumentsAreThoseOfItsSubtypes() {
    UnionType outcome = (UnionType) type(new TypeRef<Found.Outcome<Integer>>() {});

    assertThat(outcome.variants().get(0).type().properties().get(0).type()).isEqualTo(Scalar.INT);
  }

  @Test
  void theSameTypeIsMappedOnce() {
    ValueType colour = type(new TypeRef<Declared.Colour>() {});

    assertThat(
            ((ListType) type(new TypeRef<List<Declared.Colour>>() {})).element().type())
        .isSameAs(colour);
    assertThat(((EnumType) colour).wireNames()).containsExactly("RED", "deep blue");
  }

  @Test
  void typesThatDifferInAnnotationsAreMappedTwice() {
    ObjectType pages = (ObjectType) type(new TypeRef<Found.Pages>() {});

    ObjectType plain = (ObjectType) pages.properties().get(0).type();
    ObjectType nullable = (ObjectType) pages.properties().get(1).type();
    assertThat(((ListType) plain.properties().get(0).type()).element().nullable())
        .isFalse();
    assertThat(((ListType) nullable.properties().get(0).type()).element().nullable())
        .isTrue();
  }

  @Test
  void containersKeepWhatTheyAre() {
    ListType set = (ListType) type(new TypeRef<Set<Optional<String>>>() {});

    assertThat(set.container()).isEqualTo(ListType.Container.SET);
    assertThat(set.element().nullable()).isTrue();
    assertThat(set.element().type()).isInstanceOf(OptionalType.class);
    assertThat(set.collector().apply(List.of("a"))).isEqualTo(Set.of("a"));
  }

  @Test
  void whatCannotBeMappedIsToldEachTime() {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> type(new TypeRef<List<File>>() {}))
          .isInstanceOf(ToolRegistrationException.class)
          .hasMessageContaining("java.io.File");
      assertThatThrownBy(() -> type(new TypeRef<Wrong.Deep>() {}))
          .isInstanceOf(ToolRegistrationException.class)
          .hasMessageContaining("files[]");
    }
  }

  @Test
  void aTypeThatGrowsInManyWaysIsFoundOutAtOnce() {
    assertThatThrownBy(() -> type(new TypeRef<Wrong.Exploding<String>>() {}))
        .isInstanceOf(ToolRegistrationException.class)
        .hasMessageContaining("goes on for ever");
  }

  private ValueType type(TypeRef<?> type) {
    return mapper.type(ReflectViews.of(type.annotatedType()));
  }
}
