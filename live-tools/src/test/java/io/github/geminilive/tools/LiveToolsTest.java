package io.github.geminilive.tools;

import static io.github.geminilive.tools.Service.answer;
import static io.github.geminilive.tools.Service.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.LiveModel;
import io.github.geminilive.ToolPolicy;
import io.github.geminilive.ToolSet;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.tools.Fixtures.Asking;
import io.github.geminilive.tools.Fixtures.Clock;
import io.github.geminilive.tools.Fixtures.Home;
import io.github.geminilive.tools.Fixtures.None;
import io.github.geminilive.tools.Fixtures.Order;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How sets of tools are put together. */
class LiveToolsTest {

  private static final LiveModel NEW = LiveModel.GEMINI_3_8_LIVE;

  private static FunctionDeclaration declaration(String name) {
    return FunctionDeclaration.builder(name, "does " + name).build();
  }

  private static ToolRegistrationException problems(Runnable registration) {
    ToolRegistrationException thrown =
        catchThrowableOfType(ToolRegistrationException.class, registration::run);
    assertThat(thrown).isNotNull();
    return thrown;
  }

  // Order and names.

  @Test
  void toolsStandInTheOrderOfRegistrationThoseOfAClassByName() {
    LiveTools tools = LiveTools.of(new Home("attic"), Clock.class);

    assertThat(tools.names()).containsExactly("heat", "lamp", "clock");
    assertThat(tools.declarations())
        .extracting(FunctionDeclaration::name)
        .containsExactly("heat", "lamp", "clock");
    assertThat(LiveTools.of(Clock.class, new Home("attic")).names())
        .containsExactly("clock", "heat", "lamp");
    assertThat(tools).hasToString("LiveTools[heat, lamp, clock]");
  }

  @Test
  void declarationsAreTheSameEachTime() {
    String first = LiveTools.of(new Home("attic"), Clock.class).declarationsJson();
    String second = LiveTools.of(new Home("cellar"), Clock.class).declarationsJson();

    assertThat(first).isEqualTo(second).contains("\"name\": \"lamp\"");
  }

  @Test
  void aMethodIsCalledOnTheObjectThatWasGiven() {
    assertThat(answer(LiveTools.of(new Home("attic")), "lamp", "{'on':true}"))
        .isEqualTo(json("{'output':'attic is lit'}"));
    assertThat(answer(LiveTools.of(Clock.class), "clock", "{}"))
        .isEqualTo(json("{'output':'noon'}"));
  }

  @Test
  void namesCannotBeChanged() {
    LiveTools tools = LiveTools.of(Clock.class);

    assertThatThrownBy(() -> tools.names().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> tools.declarations().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void anUnknownNameIsToldWithTheKnownOnes() {
    LiveTools tools = LiveTools.of(Clock.class);

    assertThatThrownBy(() -> tools.policy("clok"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"clok\"")
        .hasMessageContaining("[clock]");
    assertThatThrownBy(() -> tools.without("clok"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"clok\"");
    assertThat(answer(tools, "clok", "{}").at("/error/status").asText()).isEqualTo("unknown_tool");
  }

  // Violations.

  @Test
  void allThatIsWrongWithTheArgumentsIsToldAtOnce() {
    JsonNode error =
        answer(LiveTools.of(new Home("attic")), "heat", "{'celsius':31,'from':'tomorrow'}");

    assertThat(error.at("/error/status").asText()).isEqualTo("invalid_argument");
    assertThat(error.at("/error/retryable").asBoolean()).isTrue();
    assertThat(error.at("/error/message").asText()).startsWith("Nothing was done");
    assertThat(error.at("/error/violations").findValuesAsText("path"))
        .containsExactly("/celsius", "/from");
    assertThat(error.at("/error/violations").findValuesAsText("reason"))
        .containsExactly("out_of_range", "bad_format");
  }

  // By name.

  @Test
  void aHandlerGetsItsArgumentsAsOneObject() {
    LiveTools tools = LiveTools.builder()
        .tool("order", "Orders a dish.", Order.class, (order, context) -> order)
        .tool("ping", "Answers.", None.class, (none, context) -> context.call().name())
        .build();

    assertThat(answer(tools, "order", "{'dish':'soup'}"))
        .isEqualTo(json("{'output':{'dish':'soup','count':1}}"));
    assertThat(answer(tools, "order", "{'count':10}").findValuesAsText("path"))
        .containsExactly("/dish", "/count");
    assertThat(answer(tools, "ping", "{}")).isEqualTo(json("{'output':'ping'}"));
    assertThat(json(tools.declarationsJson()).at("/functionDeclarations/0"))
        .isEqualTo(json("{'name':'order','description':'Orders a dish.','parameters':"
            + "{'type':'OBJECT','properties':{"
            + "'dish':{'type':'STRING','description':'What to bring.'},"
            + "'count':{'type':'INTEGER','format':'int32','description':'Default: 1.',"
            + "'minimum':1,'maximum':9}},"
            + "'required':['dish'],'propertyOrdering':['dish','count']}}"));
    assertThat(json(tools.declarationsJson()).at("/functionDeclarations/1"))
        .isEqualTo(json("{'name':'ping','description':'Answers.'}"));
  }

  @Test
  void whatARecordRefusesIsAViolation() {
    LiveTools tools = LiveTools.builder()
        .tool("order", "Orders a dish.", Order.class, (order, context) -> order)
        .build();

    JsonNode error = answer(tools, "order", "{'dish':'nothing'}");

    assertThat(error.at("/error/status").asText()).isEqualTo("invalid_argument");
    assertThat(error.at("/error/violations/0/message").asText())
        .isNotEmpty()
        .doesNotContain("There is no dish named nothing.");
  }

  @Test
  void optionsOfAHandlerAreThoseOfItsTool() {
    ToolPolicy policy = ToolPolicy.DEFAULT.timeout(Duration.ofMinutes(2));
    LiveTools tools = LiveTools.builder()
        .tool(
            "order",
            "Orders a dish.",
            Order.class,
            ToolOptions.DEFAULT.silent().policy(policy),
            (order, context) -> order)
        .build();

    assertThat(tools.policy("order")).isEqualTo(policy);
    assertThat(tools.declarations().get(0).behavior()).isEqualTo(FunctionBehavior.NON_BLOCKING);
    assertThat(tools.scheduling("order")).isEqualTo(FunctionScheduling.SILENT);
    assertThat(LiveTools.combine(tools).scheduling("order")).isEqualTo(FunctionScheduling.SILENT);
    assertThat(LiveTools.of(Clock.class).scheduling("clock")).isNull();
  }

  @Test
  void optionsAreValues() {
    ToolOptions silent = ToolOptions.DEFAULT.silent();

    assertThat(silent.behavior()).isEqualTo(FunctionBehavior.NON_BLOCKING);
    assertThat(silent.scheduling()).isEqualTo(FunctionScheduling.SILENT);
    assertThat(silent)
        .isEqualTo(ToolOptions.DEFAULT
            .behavior(FunctionBehavior.NON_BLOCKING)
            .scheduling(FunctionScheduling.SILENT))
        .hasSameHashCodeAs(ToolOptions.DEFAULT.silent())
        .isNotEqualTo(ToolOptions.DEFAULT)
        .isNotEqualTo(silent.policy(ToolPolicy.DEFAULT.parallelLimit(1)));
    assertThat(ToolOptions.DEFAULT.toString()).contains("behavior=null", "scheduling=null");
  }

  @Test
  void aFunctionReadsItsArgumentsAsTheyAre() {
    LiveTools tools =
        LiveTools.builder().tool(declaration("look"), (args, context) -> args).build();

    assertThat(answer(tools, "look", "{'any':[1,'x']}"))
        .isEqualTo(json("{'output':{'any':[1,'x']}}"));
  }

  // Problems.

  @Test
  void allProblemsAreToldInOneException() {
    LiveTools.Builder builder = LiveTools.builder()
        .add(new Home("attic"), "a string")
        .tool("not a name", " ", Order.class, (order, context) -> order)
        .tool("thread", "Runs.", Thread.class, (thread, context) -> null)
        .tool(declaration("lamp"), (args, context) -> null)
        .add(new Home("cellar"));

    ToolRegistrationException thrown = problems(builder::build);

    assertThat(thrown.problems())
        .extracting(ToolProblem::reason)
        .satisfiesExactlyInAnyOrder(
            reason -> assertThat(reason).contains("no @LiveTool method"),
            reason -> assertThat(reason).contains("\"not a name\""),
            reason -> assertThat(reason).contains("description"),
            reason -> assertThat(reason).contains("Thread"),
            reason -> assertThat(reason).contains("another tool named \"lamp\""),
            reason -> assertThat(reason).contains("another tool named \"heat\""),
            reason -> assertThat(reason).contains("another tool named \"lamp\""));
    assertThat(thrown).hasMessageContaining("There are 7 problems");
    assertThat(thrown.problems()).anySatisfy(problem -> {
      assertThat(problem.type()).isEqualTo("io.github.geminilive.tools.Fixtures.Home");
      assertThat(problem.method()).isEqualTo("heat");
    });
  }

  @Test
  void aSetWithoutToolsIsAProblem() {
    assertThat(problems(LiveTools::of)).hasMessageContaining("There are no tools.");
    assertThat(problems(LiveTools::combine)).hasMessageContaining("There are no tools.");
  }

  @Test
  @SuppressWarnings("NullAway")
  void nullIsToldWithItsPlace() {
    assertThatThrownBy(() -> LiveTools.of(new Home("attic"), null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("objectsOrClasses[1]");
    assertThatThrownBy(() -> LiveTools.combine(LiveTools.of(Clock.class), null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("sets[1]");
    assertThatThrownBy(() -> LiveTools.builder().intercept(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("interceptor");
  }

  @Test
  void aBuilderWithAProblemStaysUsableForASetWithoutIt() {
    LiveTools good = LiveTools.of(Clock.class);
    LiveTools.Builder bad = good.toBuilder().add("a string");

    problems(bad::build);

    assertThat(good.names()).containsExactly("clock");
  }

  // Sets of sets.

  @Test
  void setsAreCombinedInTheirOrder() {
    ToolPolicy policy = ToolPolicy.DEFAULT.parallelLimit(2);
    ToolSet foreign = ToolSet.builder()
        .add(declaration("look"), policy, (args, context) -> args)
        .build();

    LiveTools tools = LiveTools.combine(foreign, LiveTools.of(Clock.class));

    assertThat(tools.names()).containsExactly("look", "clock");
    assertThat(tools.policy("look")).isEqualTo(policy);
    assertThat(answer(tools, "look", "{'a':1}")).isEqualTo(json("{'output':{'a':1}}"));
    assertThat(answer(tools, "clock", "{}")).isEqualTo(json("{'output':'noon'}"));
    assertThat(problems(() -> LiveTools.combine(foreign, foreign)))
        .hasMessageContaining("another tool named \"look\"");
    assertThat(LiveTools.of(foreign).names()).containsExactly("look");
  }

  @Test
  void aSetThatIsChangedStaysWhatItIs() {
    LiveTools home = LiveTools.of(new Home("attic"));

    LiveTools more = home.with(Clock.class);
    LiveTools fewer = more.without("lamp", "heat");
    LiveTools nothing = fewer.without("clock");

    assertThat(home.names()).containsExactly("heat", "lamp");
    assertThat(more.names()).containsExactly("heat", "lamp", "clock");
    assertThat(fewer.names()).containsExactly("clock");
    assertThat(nothing.names()).isEmpty();
    assertThat(nothing.declarations()).isEmpty();
    assertThat(nothing.with(Clock.class).names()).containsExactly("clock");
  }

  // What is filled in.

  @Test
  void aCallWithoutASessionHasAllButSessionAndTurn() {
    LiveTools tools = LiveTools.of(new Asking());

    assertThat(answer(tools, "call", "{'n':3}"))
        .isEqualTo(json("{'output':['call',3,true,'none']}"));
    assertThat(answer(tools, "session", "{}").at("/error/status").asText()).isEqualTo("tool_error");
    assertThat(answer(tools, "turn", "{}").at("/error/status").asText()).isEqualTo("tool_error");
    assertThat(answer(tools, "perhaps", "{}")).isEqualTo(json("{'output':'none null'}"));
  }

  @Test
  void aCallInASessionHasAll() {
    try (Service service = Service.open(
        NEW,
        null,
        config -> config.tools(LiveTools.of(new Asking())).attach(new StringBuilder("attached")))) {
      service.call("c1", "session", "{}");
      assertThat(service.response().at("/response/output").asText()).isEqualTo("gemini-3.8-live");
      service.call("c2", "turn", "{}");
      assertThat(service.response().at("/response/output").isIntegralNumber()).isTrue();
      service.call("c3", "state", "{}");
      assertThat(service.response().at("/response/output").asText()).isEqualTo("attached!");
      service.call("c4", "perhaps", "{}");
      assertThat(service.response().at("/response/output").asText())
          .isEqualTo("attached! attached!");
    }
  }

  @Test
  void aCallWithoutTheStateItNeedsIsNotRun() {
    try (Service service = Service.open(NEW, LiveTools.of(new Asking()))) {
      service.call("c1", "state", "{}");

      assertThat(service.response().at("/response/error"))
          .isEqualTo(json("{'status':'unavailable','message':"
              + "'The tool is not available at the moment.','retryable':false}"));
      service.call("c2", "perhaps", "{}");
      assertThat(service.response().at("/response/output").asText()).isEqualTo("none null");
    }
  }

  // Scheduling.

  @Test
  void schedulingOfAToolHoldsForItsResultsAndItsErrors() {
    LiveTools tools = LiveTools.builder()
        .tool(
            "order",
            "Orders a dish.",
            Order.class,
            ToolOptions.DEFAULT.silent(),
            (order, context) -> order.dish().equals("failing") ? failure() : order.dish())
        .build();
    try (Service service = Service.open(LiveModel.GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW, tools)) {
      for (String arguments : List.of("{'dish':'soup'}", "{}")) {
        service.call("c" + arguments.length(), "order", arguments);

        assertThat(service.response().path("scheduling").asText()).isEqualTo("SILENT");
      }
    }
  }

  private static Json failure() {
    throw new IllegalStateException("secret");
  }

  @Test
  void aNameThatTwoSetsHaveIsToldWithBothSets() {
    LiveTools clock = LiveTools.of(Clock.class);

    assertThatThrownBy(() -> LiveTools.combine(clock, clock))
        .isInstanceOf(ToolRegistrationException.class)
        .hasMessageContaining("set 1 of those added")
        .hasMessageContaining("set 2 of those added");
  }

  @Test
  void withoutASessionNothingIsAttached() {
    assertThat(answer(LiveTools.of(new Fixtures.Needy()), "need", "{}"))
        .isEqualTo(json("{'error':{'status':'unavailable',"
            + "'message':'The tool is not available at the moment.','retryable':false}}"));
  }

  @Test
  void aTestAttachesWhatACallNeeds() {
    Json answer = LiveTools.of(new Fixtures.Needy())
        .invoke("need", "{}", new StringBuilder("it"), "something else");

    assertThat(answer).isEqualTo(Json.parse("{\"output\":\"x\"}"));
  }
}
