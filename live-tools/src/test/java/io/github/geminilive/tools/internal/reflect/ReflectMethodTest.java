package io.github.geminilive.tools.internal.reflect;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.internal.mapping.MemberView;
import io.github.geminilive.tools.internal.mapping.MethodView;
import io.github.geminilive.tools.internal.mapping.TypeView;
import io.github.geminilive.tools.internal.reflect.elsewhere.Distant;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReflectMethodTest {

  private static List<String> methods(Class<?> type) {
    return ReflectViews.of(type).methods().stream().map(Object::toString).toList();
  }

  private static MethodView method(TypeView type, String name) {
    List<MethodView> found =
        type.methods().stream().filter(method -> method.name().equals(name)).toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static boolean isTool(MethodView method) {
    return method.marks().find(LiveTool.class.getName()).isPresent();
  }

  @SuppressWarnings("unused")
  static class Many {
    public void b(String text) {}

    public void b(int number) {}

    public void b() {}

    void a() {}

    private void c() {}

    protected static void d() {}
  }

  @Test
  void methodsComeByNameThenParameters() {
    assertThat(methods(Many.class))
        .containsExactly(
            "Many.a()", "Many.b()", "Many.b(String)", "Many.b(int)", "Many.c()", "Many.d()");
  }

  @Test
  void methodsOfObjectAreLeftOut() {
    assertThat(methods(Object.class)).isEmpty();
    assertThat(methods(Runnable.class)).containsExactly("Runnable.run()");
  }

  interface Api<T> {
    @LiveTool(description = "a")
    String run(T value, List<T> values);

    @LiveTool(description = "b")
    default String greet() {
      return "hello";
    }

    static void helper() {}
  }

  static class Base<T> implements Api<T> {
    @Override
    public String run(T value, List<T> values) {
      return "base";
    }
  }

  static class Sub extends Base<Integer> {
    @Override
    public String run(Integer value, List<Integer> values) {
      return "sub";
    }
  }

  @Test
  void anOverrideIsFoundThroughTypeArguments() {
    TypeView type = ReflectViews.of(Sub.class);

    MethodView run = method(type, "run");

    assertThat(methods(Sub.class))
        .containsExactly("Api<Integer>.greet()", "Sub.run(Integer, List<Integer>)");
    assertThat(isTool(run)).isFalse();
    assertThat(run.overridden())
        .extracting(Object::toString)
        .containsExactly(
            "Base<Integer>.run(Integer, List<Integer>)",
            "Api<Integer>.run(Integer, List<Integer>)");
    assertThat(isTool(run.overridden().get(1))).isTrue();
  }

  @Test
  void staticMethodsOfAnInterfaceAreItsOwn() {
    assertThat(methods(Sub.class)).noneMatch(name -> name.contains("helper"));
    assertThat(methods(Api.class)).contains("Api.helper()");
  }

  interface Left {
    default String both() {
      return "left";
    }
  }

  interface Right extends Left {
    @Override
    default String both() {
      return "right";
    }
  }

  static class LeftFirst implements Left, Right {}

  static class Own extends LeftFirst {
    @Override
    public String both() {
      return "own";
    }
  }

  @Test
  void theNearerInterfaceOverridesWhateverTheOrder() {
    assertThat(methods(LeftFirst.class)).containsExactly("Right.both()");
    assertThat(method(ReflectViews.of(LeftFirst.class), "both").overridden())
        .extracting(Object::toString)
        .containsExactly("Left.both()");
  }

  @Test
  void aClassBeatsItsInterfaces() {
    assertThat(methods(Own.class)).containsExactly("Own.both()");
    assertThat(method(ReflectViews.of(Own.class), "both").overridden())
        .extracting(Object::toString)
        .containsExactly("Right.both()", "Left.both()");
  }

  @Test
  void nothingIsOverriddenByAMethodFarther() {
    List<MethodView> overridden = method(ReflectViews.of(Own.class), "both").overridden();

    assertThat(overridden.get(0).overridden()).hasSize(1);
    assertThat(overridden.get(1).overridden()).isEmpty();
  }

  @SuppressWarnings("unused")
  static class Parent {
    private void mine() {}

    static void shared() {}
  }

  @SuppressWarnings("unused")
  static class Child extends Parent {
    private void mine() {}

    static void shared() {}
  }

  @Test
  void aPrivateMethodIsNotOverriddenAndAStaticOneHidden() {
    assertThat(methods(Child.class))
        .containsExactly("Child.mine()", "Parent.mine()", "Child.shared()");
    assertThat(method(ReflectViews.of(Child.class), "shared").overridden()).isEmpty();
  }

  static class Near extends Distant {
    void packagePrivate() {}

    @Override
    protected void inherited() {}
  }

  @Test
  void aPackagePrivateMethodIsNotOverriddenFromElsewhere() {
    assertThat(methods(Near.class))
        .containsExactly("Near.inherited()", "Near.packagePrivate()", "Distant.packagePrivate()");
    assertThat(method(ReflectViews.of(Near.class), "inherited").overridden()).hasSize(1);
  }

  abstract static class Narrow {
    @LiveTool(description = "a")
    public Object make() {
      return "";
    }
  }

  static class Narrower extends Narrow {
    @Override
    @LiveTool(description = "b")
    public String make() {
      return "";
    }
  }

  @Test
  void aBridgeIsNoMethod() {
    assertThat(Narrower.class.getDeclaredMethods()).hasSize(2);

    MethodView make = method(ReflectViews.of(Narrower.class), "make");

    assertThat(make.returns().name()).isEqualTo("java.lang.String");
    assertThat(make.marks().all()).hasSize(1);
    assertThat(make.overridden()).hasSize(1);
  }

  static class Unusual {
    @SafeVarargs
    public final <X extends Comparable<X>> List<X> sorted(X first, X... more) {
      throw new UnsupportedOperationException(first + " and " + more.length);
    }
  }

  @Test
  void aMethodWithItsOwnTypeParametersIsGeneric() {
    MethodView sorted = method(ReflectViews.of(Unusual.class), "sorted");

    assertThat(sorted.isGeneric()).isTrue();
    assertThat(sorted.parameters().get(0).type().kind()).isEqualTo(TypeView.Kind.VARIABLE);
    assertThat(sorted.parameters().get(1).type().display()).isEqualTo("X[]");
    assertThat(method(ReflectViews.of(Own.class), "both").isGeneric()).isFalse();
  }

  interface Generic {
    <X extends Number> void take(X value);
  }

  static class TakesAny implements Generic {
    @Override
    public <Y extends Number> void take(Y value) {}
  }

  @Test
  void aGenericMethodIsOverriddenWhateverItsVariablesAreCalled() {
    assertThat(methods(TakesAny.class)).containsExactly("TakesAny.take(Y)");
    assertThat(method(ReflectViews.of(TakesAny.class), "take").overridden()).hasSize(1);
  }

  public interface Weather {
    @LiveTool(description = "w")
    String at(List<String> places);
  }

  @Test
  void aProxyShowsTheMethodsOfItsInterfaces() {
    Object proxy = Proxy.newProxyInstance(
        Weather.class.getClassLoader(), new Class<?>[] {Weather.class}, (self, method, args) -> "");

    TypeView type = ReflectViews.of(proxy.getClass());
    MethodView at = method(type, "at");

    assertThat(at.parameters().get(0).type().display()).isEqualTo("List<String>");
    assertThat(at.parameters().get(0).name()).isEqualTo("places");
    assertThat(isTool(at)).isTrue();
    assertThat(type.methods()).hasSize(1);
  }

  @Test
  void constructorsArePublicAndInOrderOfTheirParameters() {
    class Made {
      @SuppressWarnings("unused")
      public Made(String text) {}

      @SuppressWarnings("unused")
      public Made(int number) {}

      @SuppressWarnings("unused")
      Made() {}
    }

    List<MethodView> constructors = ReflectViews.of(Made.class).constructors();

    assertThat(constructors).hasSize(2).allMatch(MethodView::isPublic);
    assertThat(constructors.get(0).name()).isEqualTo("Made");
    assertThat(constructors.get(0).returns()).isEqualTo(ReflectViews.of(Made.class));
    assertThat(constructors.get(0).overridden()).isEmpty();
  }

  @Test
  void aLocalClassThatCapturesVariablesIsRead() {
    List<String> captured = List.of("x");
    class Local {
      final List<String> own;

      @SuppressWarnings("unused")
      public Local(List<String> first) {
        own = first.isEmpty() ? captured : first;
      }
    }

    List<MemberView> parameters =
        ReflectViews.of(Local.class).constructors().get(0).parameters();

    assertThat(parameters)
        .extracting(parameter -> parameter.type().name())
        .contains("java.util.List");
  }

  @Test
  void aLambdaIsRead() {
    Weather lambda = places -> "fine";

    TypeView type = ReflectViews.of(lambda.getClass());

    assertThat(type.isPublic()).isFalse();
    assertThat(method(type, "at").overridden()).hasSize(1);
  }
}
