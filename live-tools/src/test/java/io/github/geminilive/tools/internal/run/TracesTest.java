package io.github.geminilive.tools.internal.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the log says of an exception. */
class TracesTest {

  @Test
  void aTraceTellsTypesAndPlacesAndNoMessages() {
    Exception thrown =
        new IllegalStateException("secret one", new UnsupportedOperationException("secret two"));

    assertThat(Traces.of(thrown))
        .startsWith("java.lang.IllegalStateException\n\tat ")
        .contains(TracesTest.class.getName())
        .contains("Caused by: java.lang.UnsupportedOperationException")
        .doesNotContain("secret");
  }

  @Test
  void aTraceOfCausesInACircleEnds() {
    Exception first = new IllegalStateException();
    Exception second = new IllegalStateException(first);
    first.initCause(second);

    assertThat(Traces.of(first)).contains("Caused by");
  }
}
