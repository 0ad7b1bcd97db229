package io.github.geminilive.internal.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What the log is told of a tool that threw. */
class OutcomesTest {

  @Test
  void aTraceHasTypesAndPlacesButNoMessages() {
    Throwable thrown = new IllegalStateException("said", new IOException("heard"));

    assertThat(Outcomes.trace(thrown))
        .startsWith("java.lang.IllegalStateException\n\tat ")
        .contains("OutcomesTest.java", "\nCaused by: java.io.IOException\n\tat ")
        .doesNotContain("said", "heard");
  }

  @Test
  void aCircleOfCausesComesToAnEnd() {
    Exception first = new Exception("a");
    first.initCause(new Exception("b", first));

    assertThat(Outcomes.trace(first).split("Caused by")).hasSize(22);
  }
}
