package io.github.geminilive.tools.internal.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.ToolPolicy;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.tools.ToolProblem;
import io.github.geminilive.tools.internal.reflect.ReflectBacking;
import io.github.geminilive.tools.internal.reflect.ReflectViews;
import io.github.geminilive.tools.model.ObjectType;
import io.github.geminilive.tools.model.Parameter;
import io.github.geminilive.tools.model.Parameter.Absence;
import io.github.geminilive.tools.model.Parameter.AttachedState;
import io.github.geminilive.tools.model.Parameter.Injected;
import io.github.geminilive.tools.model.Parameter.Injection;
import io.github.geminilive.tools.model.Slot;
import io.github.geminilive.tools.model.ToolModel;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ToolMapperTest {

  private final ToolMapper mapper = new ToolMapper(new ReflectBacking());

  @Test
  void toolsAreOrderedByName() {
    Mapped mapped = mapper.map(ReflectViews.of(Found.Attributes.class));

    assertThat(mapped.findings()).isEmpty();
    assertThat(mapped.tools())
        .extracting(tool -> tool.model().name())
        .containsExactly("a", "b.c-d_1", "isStatic", "later", "silentAgain");
    assertThat(mapped.tools())
        .extracting(tool -> tool.method().isStatic())
        .containsExactly(false, false, true, false, false);
  }

  @Test
  void attributesAreTaken() {
    ToolModel all = tools(Found.Attributes.class).get("b.c-d_1");

    assertThat(all.description()).isEqualTo("Does it.");
    assertThat(all.behavior()).isEqualTo(FunctionBehavior.NON_BLOCKING);
    assertThat(all.scheduling()).isEqualTo(FunctionScheduling.WHEN_IDLE);
    assertThat(all.policy())
        .isEqualTo(ToolPolicy.DEFAULT
            .timeout(Duration.ofMillis(1_500))
            .parallelLimit(2)
            .cancellation(ToolPolicy.Cancellation.RUN_ON)
            .afterSpeech(true));
    assertThat(all.returnsNothing()).isFalse();
    assertThat(all.origin()).isEqualTo(Found.Attributes.class.getCanonicalName() + ".all");
  }

  @Test
  void whatIsNotSetIsLeftToOthers() {
    ToolModel plain = tools(Found.Attributes.class).get("a");

    assertThat(plain.behavior()).isNull();
    assertThat(plain.scheduling()).isNull();
    assertThat(plain.policy()).isEqualTo(ToolPolicy.DEFAULT);
    assertThat(plain.returnsNothing()).isTrue();
  }

  @Test
  void silentIsNonBlockingAndSilent() {
    Map<String, ToolModel> tools = tools(Found.Attributes.class);

    for (String name : List.of("later", "silentAgain")) {
      assertThat(tools.get(name).behavior()).isEqualTo(FunctionBehavior.NON_BLOCKING);
      assertThat(tools.get(name).scheduling()).isEqualTo(FunctionScheduling.SILENT);
    }
    assertThat(tools.get("later").returnsNothing()).isTrue();
    assertThat(tools.get("silentAgain").returnsNothing()).isFalse();
  }

  @Test
  void whatTheLibraryFillsInIsFoundByItsType() {
    ToolModel injected = tools(Found.Given.class).get("injected");

    assertThat(injected.parameters().get(1)).isInstanceOf(Parameter.Argument.class);
    assertThat(injected.parameters().stream()
            .filter(Injected.class::isInstance)
            .map(parameter -> ((Injected) parameter).what()))
        .containsExactly(
            Injection.CONTEXT,
            Injection.CANCELLATION_TOKEN,
            Injection.SESSION,
            Injection.TURN,
            Injection.CALL,
            Injection.CALL_ID);
    assertThat(injected.arguments().map(Slot::name)).containsExactly("text");
  }

  @Test
  void whatIsAttachedSaysWhatItsAbsenceMeans() {
    assertThat(tools(Found.Given.class).get("attached").parameters())
        .containsExactly(
            new AttachedState(Found.Basket.class, Absence.FAILS),
            new AttachedState(Found.Basket.class, Absence.NULL),
            new AttachedState(Found.Basket.class, Absence.OPTIONAL));
  }

  @Test
  void anOverriddenMethodsAnnotationCounts() {
    Map<String, ToolModel> tools = tools(Found.BookStore.class);

    assertThat(tools.keySet()).containsExactlyInAnyOrder("put", "list");
    List<Slot> arguments = tools.get("put").arguments().toList();
    assertThat(arguments).extracting(Slot::name).containsExactly("thing", "shelf");
    assertThat(arguments.get(0).description()).isEqualTo("What");
    assertThat(arguments.get(0).nullable()).isTrue();
    assertThat(((ObjectType) arguments.get(0).type()).properties())
        .extracting(Slot::name)
        .containsExactly("title");
    assertThat(arguments.get(1).nullable()).isTrue();
    assertThat(arguments.get(1).constraints().min()).isEqualByComparingTo(BigDecimal.ONE);
  }

  @Test
  void theNearestAnnotationCounts() {
    Map<String, ToolModel> tools = tools(Found.OddStore.class);

    assertThat(tools.keySet()).containsExactlyInAnyOrder("keep", "list");
    assertThat(tools.get("keep").description()).isEqualTo("Keeps it.");
    assertThat(tools.get("keep").arguments().map(Slot::name)).containsExactly("thing", "number");
  }

  @Test
  void aProxysClassIsReadThroughWhatItOverrides() {
    List<Slot> arguments = tools(Found.RawStore.class).get("put").arguments().toList();

    assertThat(arguments).extracting(Slot::name).containsExactly("thing", "shelf");
  }

  @Test
  void aProxyOfAnInterfaceHasItsTools() throws Throwable {
    Object[] got = new Object[1];
    Plain proxy = (Plain) Proxy.newProxyInstance(
        Plain.class.getClassLoader(), new Class<?>[] {Plain.class}, (self, method, args) -> {
          got[0] = args[0];
          return null;
        });

    ToolModel tool = tools(proxy.getClass()).get("say");

    tool.invoker().invoke(proxy, new Object[] {"hello"});
    assertThat(got[0]).isEqualTo("hello");
    assertThat(tool.arguments().map(Slot::name)).containsExactly("words");
  }

  @Test
  void aClassThatIsNotPublicHasTheToolsOfPublicInterfaces() {
    Mapped mapped = mapper.map(ReflectViews.of(Found.SecretStore.class));

    assertThat(mapped.tools())
        .extracting(tool -> tool.model().name())
        .containsExactly("list", "put");
    assertThat(mapped.findings()).hasSize(1);
    ToolProblem problem = mapped.findings().get(0).problem();
    assertThat(problem.method()).isEqualTo("burn");
    assertThat(problem.reason()).contains("class is not public");
  }

  @Test
  void aToolWithAProblemIsNoTool() {
    Mapped mapped = mapper.map(ReflectViews.of(Wrong.Tools.class));

    assertThat(mapped.tools()).extracting(tool -> tool.model().name()).containsExactly("same");
  }

  @Test
  void aClassWithoutToolsHasNeitherToolsNorFindings() {
    Mapped mapped = mapper.map(ReflectViews.of(Found.Basket.class));

    assertThat(mapped.tools()).isEmpty();
    assertThat(mapped.findings()).isEmpty();
  }

  @Test
  void problemsAreFoundEachTime() {
    int first = mapper.map(ReflectViews.of(Wrong.Types.class)).findings().size();

    assertThat(mapper.map(ReflectViews.of(Wrong.Types.class)).findings()).hasSize(first);
  }

  @Test
  void argumentsAreARecordsProperties() {
    MappedArguments mapped = mapper.arguments("count", ReflectViews.of(Found.Arguments.class));

    assertThat(mapped.findings()).isEmpty();
    assertThat(mapped.type().properties()).extracting(Slot::name).containsExactly("count", "note");
    assertThat(mapped.type().properties().get(0).constraints().min())
        .isEqualByComparingTo(BigDecimal.ONE);
  }

  @Test
  void argumentsMayBeNone() {
    MappedArguments mapped = mapper.arguments("count", ReflectViews.of(Found.NoArguments.class));

    assertThat(mapped.findings()).isEmpty();
    assertThat(mapped.type().isDefined()).isTrue();
    assertThat(mapped.type().properties()).isEmpty();
  }

  @Test
  void argumentsThatAreNoObjectAreRefused() {
    for (Class<?> type : List.of(
        String.class,
        int.class,
        List.class,
        Found.Store.class,
        Wrong.Hidden.class,
        Wrong.Differing.class,
        Found.Book[].class)) {
      MappedArguments mapped = mapper.arguments("count", ReflectViews.of(type));

      assertThat(mapped.findings()).hasSize(1);
      assertThat(mapped.findings().get(0).problem().toString()).contains("tool \"count\"");
      assertThat(mapped.type().isDefined()).isFalse();
    }
  }

  @Test
  void allThatIsWrongWithArgumentsIsTold() {
    assertThat(mapper.arguments("1", ReflectViews.of(Wrong.Self.class)).findings())
        .extracting(finding -> finding.problem().reason())
        .containsExactly("The service takes no tool named \"1\".");
    assertThat(mapper.arguments("one", ReflectViews.of(Wrong.Self.class)).findings())
        .extracting(finding -> finding.problem().parameter())
        .containsExactly("self.self.self.self");
  }

  private Map<String, ToolModel> tools(Class<?> type) {
    Mapped mapped = mapper.map(ReflectViews.of(type));
    assertThat(mapped.findings()).isEmpty();
    return mapped.tools().stream()
        .map(MappedTool::model)
        .collect(Collectors.toMap(ToolModel::name, tool -> tool));
  }
}
