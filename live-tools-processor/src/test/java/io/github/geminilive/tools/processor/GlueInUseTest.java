package io.github.geminilive.tools.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.tools.internal.reflect.FrontEnds;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract suite is about generated code in this module: it is compiled with the processor. */
class GlueInUseTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Answers",
        "Echo",
        "Foreign",
        "Injected",
        "Limits",
        "Oddities",
        "Discovery$Lamp",
        "Discovery$Names",
        "Discovery$Behaviors"
      })
  void theFixturesOfTheContractHaveGeneratedTools(String name) throws Exception {
    Class<?> fixture = Class.forName("io.github.geminilive.tools.contract." + name);
    Object target = Modifier.isAbstract(fixture.getModifiers()) || !hasConstructor(fixture)
        ? fixture
        : Reflected.target(fixture);

    FrontEnds.Found found = FrontEnds.find(target);

    assertThat(found.problems()).isEmpty();
    assertThat(found.tools()).isNotEmpty();
    assertThat(found.generated()).isTrue();
  }

  private static boolean hasConstructor(Class<?> type) {
    return Arrays.stream(type.getConstructors())
        .anyMatch(constructor -> constructor.getParameterCount() == 0);
  }
}
