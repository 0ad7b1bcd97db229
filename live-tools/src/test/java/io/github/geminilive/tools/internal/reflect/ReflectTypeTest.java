package io.github.geminilive.tools.internal.reflect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.tools.ToolParam;
import io.github.geminilive.tools.internal.mapping.Marks.Mark;
import io.github.geminilive.tools.internal.mapping.MemberView;
import io.github.geminilive.tools.internal.mapping.MethodView;
import io.github.geminilive.tools.internal.mapping.TypeView;
import io.github.geminilive.tools.internal.mapping.TypeView.Kind;
import io.github.geminilive.tools.model.TypeRef;
import java.io.Serializable;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReflectTypeTest {

  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE_USE, ElementType.TYPE_PARAMETER})
  @interface Use {
    String value() default "";
  }

  @Retention(RetentionPolicy.RUNTIME)
  @interface Own {
    String value();
  }

  public enum Color {
    @Own("r")
    RED,
    BLUE {
      @Override
      public String toString() {
        return "blau";
      }
    }
  }

  public record Box<T>(T content, List<T> more, T[] array) {}

  public static class Outer<A> {
    public class Inner<B> {
      public A first(B second) {
        throw new UnsupportedOperationException(String.valueOf(second));
      }
    }
  }

  private static TypeView of(TypeRef<?> type) {
    return ReflectViews.of(type.annotatedType());
  }

  private static TypeView returned(TypeView type, String method) {
    return type.methods().stream()
        .filter(candidate -> candidate.name().equals(method))
        .findFirst()
        .orElseThrow()
        .returns();
  }

  @Test
  void aTypeIsOfItsKind() {
    assertThat(ReflectViews.of(void.class).kind()).isEqualTo(Kind.VOID);
    assertThat(ReflectViews.of(int.class).kind()).isEqualTo(Kind.PRIMITIVE);
    assertThat(ReflectViews.of(int[].class).kind()).isEqualTo(Kind.ARRAY);
    assertThat(ReflectViews.of(Box.class).kind()).isEqualTo(Kind.RECORD);
    assertThat(ReflectViews.of(Color.class).kind()).isEqualTo(Kind.ENUM);
    assertThat(ReflectViews.of(List.class).kind()).isEqualTo(Kind.INTERFACE);
    assertThat(ReflectViews.of(Own.class).kind()).isEqualTo(Kind.ANNOTATION);
    assertThat(ReflectViews.of(String.class).kind()).isEqualTo(Kind.CLASS);
  }

  @Test
  void namesAreCanonicalAndDisplayedAsWritten() {
    TypeView type = of(new TypeRef<Map<String, List<Map.Entry<Integer, byte[]>>[]>>() {});

    assertThat(type.name()).isEqualTo("java.util.Map");
    assertThat(type.simpleName()).isEqualTo("Map");
    assertThat(type.display()).isEqualTo("Map<String, List<Entry<Integer, byte[]>>[]>");
    assertThat(type.arguments().get(1).name()).isEqualTo("java.util.List[]");
    assertThat(type.arguments().get(1).simpleName()).isEqualTo("List[]");
    assertThat(type.arguments().get(1).component().arguments().get(0).name())
        .isEqualTo("java.util.Map.Entry");
  }

  @Test
  void aWildcardStaysAWildcard() {
    TypeView list = of(new TypeRef<List<? extends Collection<?>>>() {});

    TypeView wildcard = list.arguments().get(0);

    assertThat(wildcard.kind()).isEqualTo(Kind.WILDCARD);
    assertThat(list.display()).isEqualTo("List<? extends Collection<?>>");
    assertThat(of(new TypeRef<List<? super Integer>>() {}).display())
        .isEqualTo("List<? super Integer>");
  }

  @Test
  void aClassWithoutItsArgumentsIsRaw() {
    assertThat(ReflectViews.of(List.class).isRaw()).isTrue();
    assertThat(of(new TypeRef<List<String>>() {}).isRaw()).isFalse();
    assertThat(ReflectViews.of(String.class).isRaw()).isFalse();
    assertThat(ReflectViews.of(List[].class).component().isRaw()).isTrue();
  }

  @Test
  void variablesOfARecordAreReplacedEverywhere() {
    List<MemberView> components = of(new TypeRef<Box<Map<String, Color>>>() {}).components();

    assertThat(components)
        .extracting(component -> component.type().display())
        .containsExactly("Map<String, Color>", "List<Map<String, Color>>", "Map<String, Color>[]");
  }

  @Test
  void variablesOfARawRecordStay() {
    List<MemberView> components = ReflectViews.of(Box.class).components();

    assertThat(components.get(0).type().kind()).isEqualTo(Kind.VARIABLE);
    assertThat(components.get(1).type().arguments().get(0).kind()).isEqualTo(Kind.VARIABLE);
    assertThat(components.get(2).type().component().kind()).isEqualTo(Kind.VARIABLE);
  }

  @Test
  void variablesOfTheTypeAroundAreReplaced() {
    TypeView inner = of(new TypeRef<Outer<String>.Inner<Color>>() {});

    MethodView first = inner.methods().get(0);

    assertThat(inner.isInner()).isTrue();
    assertThat(first.returns().name()).isEqualTo("java.lang.String");
    assertThat(first.parameters().get(0).type()).isEqualTo(ReflectViews.of(Color.class));
  }

  interface Source<T> {
    Map<String, T[]> read();
  }

  static class Base<X extends Serializable, Y> implements Source<Y> {
    public X base() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Y[]> read() {
      return Map.of();
    }
  }

  static class Middle<Z> extends Base<String, List<Z>> {}

  static class Leaf extends Middle<Color> {}

  @Test
  void variablesAreReplacedThroughSuperclassesAndInterfaces() {
    TypeView leaf = ReflectViews.of(Leaf.class);

    assertThat(returned(leaf, "base").display()).isEqualTo("String");
    assertThat(returned(leaf, "read").display()).isEqualTo("Map<String, List<Color>[]>");
    assertThat(leaf.methods()).hasSize(2);
    assertThat(leaf.supertypes()).extracting(TypeView::display).containsExactly("Middle<Color>");
    assertThat(leaf.supertypes().get(0).supertypes().get(0).supertypes())
        .extracting(TypeView::display)
        .containsExactly("Source<List<Color>>");
  }

  public record Annotations(@Use Map<@Use String, @Use List<Color>> map) {}

  @Test
  void viewsOfTheSameTypeAreEqualWhateverTheAnnotations() {
    TypeView plain = of(new TypeRef<Map<String, List<Color>>>() {});
    TypeView annotated = ReflectViews.of(Annotations.class).components().get(0).type();

    assertThat(annotated.marks().all()).hasSize(1);
    assertThat(annotated).isEqualTo(plain).hasSameHashCodeAs(plain);
    assertThat(plain).isNotEqualTo(of(new TypeRef<Map<String, List<String>>>() {}));
    assertThat(plain).isNotEqualTo(ReflectViews.of(Map.class));
    assertThat(ReflectViews.of(int.class)).isNotEqualTo(ReflectViews.of(Integer.class));
  }

  public record Uses(
      @Use("list") List<@Use("element") String> list,
      @Use("content") int @Use("outer") [] @Use("inner") [] array,
      byte @Nullable [] bytes,
      @Nullable Byte[] boxes,
      Map.@Use("nested") Entry<String, ? extends @Use("bound") Number> entry) {}

  private static String use(TypeView type) {
    return type.marks()
        .find(Use.class.getCanonicalName())
        .map(mark -> mark.get("value", String.class))
        .orElse("");
  }

  @Test
  void annotationsOfATypesUseAreSeenAtEveryDepth() {
    List<MemberView> components = ReflectViews.of(Uses.class).components();
    TypeView list = components.get(0).type();
    TypeView array = components.get(1).type();
    TypeView bytes = components.get(2).type();
    TypeView boxes = components.get(3).type();

    assertThat(use(list)).isEqualTo("list");
    assertThat(use(list.arguments().get(0))).isEqualTo("element");
    assertThat(use(array)).isEqualTo("outer");
    assertThat(use(array.component())).isEqualTo("inner");
    assertThat(use(array.component().component())).isEqualTo("content");
    assertThat(bytes.marks().hasSimpleName("Nullable")).isTrue();
    assertThat(bytes.component().marks().hasSimpleName("Nullable")).isFalse();
    assertThat(boxes.marks().hasSimpleName("Nullable")).isFalse();
    assertThat(boxes.component().marks().hasSimpleName("Nullable")).isTrue();
    assertThat(use(components.get(4).type())).isEqualTo("nested");
  }

  public record Holder<T>(@Use("variable") T value, List<T> values) {}

  public record Held(Holder<@Nullable String> holder) {}

  @Test
  void aReplacedVariableHasTheAnnotationsOfBothUses() {
    TypeView holder = ReflectViews.of(Held.class).components().get(0).type();

    TypeView value = holder.components().get(0).type();
    TypeView element = holder.components().get(1).type().arguments().get(0);

    assertThat(use(value)).isEqualTo("variable");
    assertThat(value.marks().hasSimpleName("Nullable")).isTrue();
    assertThat(element.marks().hasSimpleName("Nullable")).isTrue();
    assertThat(use(element)).isEmpty();
  }

  public record Merged(
      @Own("component") @ToolParam(description = "one") String a, String b) {
    public Merged(String a, @Own("parameter") String b) {
      this.a = a;
      this.b = b;
    }

    @Override
    @Own("accessor")
    public String b() {
      return b;
    }
  }

  @Test
  void aComponentHasAllItsAnnotationsOnce() {
    List<MemberView> components = ReflectViews.of(Merged.class).components();

    assertThat(components).extracting(MemberView::name).containsExactly("a", "b");
    assertThat(components.get(0).marks().all())
        .extracting(Mark::type)
        .containsExactly(Own.class.getCanonicalName(), ToolParam.class.getName());
    assertThat(components.get(1).marks().all())
        .extracting(mark -> mark.members().get("value"))
        .containsExactly("accessor", "parameter");
  }

  @Test
  void aRecordsConstructorIsTheCanonicalOne() {
    record Many(int a, String b) {
      @SuppressWarnings("unused")
      Many(String b) {
        this(1, b);
      }
    }
    TypeView many = ReflectViews.of(Many.class);

    assertThat(many.constructors()).hasSize(1);
    assertThat(many.constructors().get(0).parameters())
        .extracting(MemberView::name)
        .containsExactly("a", "b");
    assertThat(many.isPublic()).isFalse();
    assertThat(many.isInner()).isFalse();
  }

  @Test
  void constantsComeInTheirOrderWithTheirAnnotations() {
    List<MemberView> constants = ReflectViews.of(Color.class).constants();

    assertThat(constants).extracting(MemberView::name).containsExactly("RED", "BLUE");
    assertThat(constants.get(0).marks().find(Own.class.getCanonicalName())).isPresent();
    assertThat(constants.get(1).marks().all()).isEmpty();
  }

  public sealed interface Shape<T> permits Circle, Square, Text {}

  public record Circle<U>(U radius) implements Shape<U> {}

  public record Square<K, V>(K key, V value) implements Shape<V> {}

  public record Text(String text) implements Shape<String> {}

  @Test
  void permittedSubtypesTakeTheArgumentsThatFollow() {
    List<TypeView> permitted = of(new TypeRef<Shape<Color>>() {}).permitted();

    assertThat(permitted)
        .extracting(TypeView::display)
        .containsExactly("Circle<Color>", "Square<K, Color>", "Text");
    assertThat(permitted.get(0).components().get(0).type().name())
        .isEqualTo(Color.class.getCanonicalName());
    assertThat(permitted.get(1).components().get(0).type().kind()).isEqualTo(Kind.VARIABLE);
    assertThat(ReflectViews.of(String.class).permitted()).isEmpty();
  }

  @Test
  void aClassIsFoundByTheNameAnAnnotationGives() {
    TypeView type = ReflectViews.of(Box.class);

    assertThat(type.named(Color.class.getCanonicalName())).isEqualTo(ReflectViews.of(Color.class));
    assertThat(type.named("int")).isEqualTo(ReflectViews.of(int.class));
    assertThat(type.named("java.util.Map.Entry[]")).isEqualTo(ReflectViews.of(Map.Entry[].class));
    assertThatThrownBy(() -> type.named("com.acme.Gone"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("com.acme.Gone");
  }

  static class Hidden {
    public static class Nested {}
  }

  @Test
  void aTypeInsideOneThatIsNotPublicIsNotPublic() {
    assertThat(ReflectViews.of(Hidden.Nested.class).isPublic()).isFalse();
    assertThat(ReflectViews.of(String[][].class).isPublic()).isTrue();
    assertThat(ReflectViews.of(int.class).isPublic()).isTrue();
    assertThat(ReflectViews.of(new Object() {}.getClass()).isPublic()).isFalse();
  }

  @Test
  void onlyClassesAndInterfacesAreAbstract() {
    assertThat(ReflectViews.of(Number.class).isAbstract()).isTrue();
    assertThat(ReflectViews.of(List.class).isAbstract()).isTrue();
    assertThat(ReflectViews.of(int.class).isAbstract()).isFalse();
    assertThat(ReflectViews.of(int[].class).isAbstract()).isFalse();
  }

  @Test
  void subtypesAreToldByName() {
    TypeView leaf = ReflectViews.of(Leaf.class);

    assertThat(leaf.isSubtypeOf(Source.class.getCanonicalName())).isTrue();
    assertThat(leaf.isSubtypeOf(Leaf.class.getCanonicalName())).isTrue();
    assertThat(leaf.isSubtypeOf("java.lang.Object")).isTrue();
    assertThat(leaf.isSubtypeOf("java.io.Serializable")).isFalse();
    assertThat(ReflectViews.of(int[].class).isSubtypeOf("java.lang.Cloneable")).isTrue();
    assertThat(ReflectViews.of(int.class).isSubtypeOf("java.lang.Object")).isFalse();
  }

  @SuppressWarnings("unused")
  static class Fields extends FieldsBase {
    private String plain = "";

    @Own("marked")
    private String marked = "";

    public transient String passing = "";
    public static String shared = "";
    public final List<String> hiding = List.of();
  }

  static class FieldsBase {
    public int first;
    public int hiding;
  }

  @Test
  void inheritedFieldsComeFirstAndHiddenOnesAreThere() {
    List<MemberView> fields = ReflectViews.of(Fields.class).fields();

    assertThat(fields)
        .extracting(MemberView::name)
        .containsExactly("first", "plain", "marked", "hiding");
    assertThat(fields).extracting(MemberView::isPublic).containsExactly(true, false, false, true);
    assertThat(fields).extracting(MemberView::isFinal).containsExactly(false, false, false, true);
    assertThat(fields.get(3).type().display()).isEqualTo("List<String>");
  }

  @Retention(RetentionPolicy.RUNTIME)
  @interface Everything {
    boolean truth() default true;

    char letter() default 'x';

    long number() default 5;

    double[] numbers() default {1, 2.5};

    TimeUnit unit() default TimeUnit.DAYS;

    Class<?> type() default Map.Entry[].class;

    Own nested() default @Own("inside");

    Own[] several() default {@Own("1"), @Own("2")};
  }

  @Everything(number = 6)
  static class Annotated {}

  @Test
  void membersOfAnAnnotationAreReadWithTheirDefaults() {
    Mark mark = ReflectViews.of(Annotated.class).declaredMarks().all().get(0);

    String own = Own.class.getCanonicalName();
    assertThat(mark.type()).isEqualTo(Everything.class.getCanonicalName());
    assertThat(mark.members())
        .containsEntry("truth", true)
        .containsEntry("letter", 'x')
        .containsEntry("number", 6L)
        .containsEntry("numbers", List.of(1.0, 2.5))
        .containsEntry("unit", "DAYS")
        .containsEntry("type", "java.util.Map.Entry[]")
        .containsEntry("nested", new Mark(own, Map.of("value", "inside")))
        .containsEntry(
            "several",
            List.of(new Mark(own, Map.of("value", "1")), new Mark(own, Map.of("value", "2"))))
        .hasSize(8);
  }

  @Retention(RetentionPolicy.RUNTIME)
  @Repeatable(Tags.class)
  @interface Tag {
    int value();
  }

  @Retention(RetentionPolicy.RUNTIME)
  @interface Tags {
    Tag[] value();
  }

  @Tag(1)
  @Tag(2)
  @Own("last")
  static class Tagged {}

  @Test
  void repeatedAnnotationsAreUnfolded() {
    assertThat(ReflectViews.of(Tagged.class).declaredMarks().all())
        .extracting(mark -> mark.members().get("value"))
        .containsExactly(1, 2, "last");
  }

  @Test
  void annotationsOfASuperclassAreNotThoseOfTheClass() {
    class Sub extends Annotated {}

    assertThat(ReflectViews.of(Sub.class).declaredMarks().all()).isEmpty();
    assertThat(ReflectViews.of(int[].class).declaredMarks().all()).isEmpty();
  }
}
