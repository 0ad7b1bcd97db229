package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What must hold whatever happens to connections, for some of the seeds of {@link ChaosRun}: among
 * them are all kinds of session, with and without overlapping connections.
 */
class ChaosTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 7, 8, 9, 24, 39, 65, 276, 493, 816})
  void nothingIsLostUnreported(long seed) {
    Chaos.Outcome outcome = Chaos.run(seed);

    assertThat(outcome.failures())
        .as("seed %d, %s; ChaosRun %d shows all", seed, outcome.setting(), seed)
        .isEmpty();
  }
}
