package io.github.geminilive.examples.voice;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScreenTest {

  /** Stands for the console before JDK 22, which a program without a terminal does not get. */
  public static final class Old {}

  /** Stands for the console since JDK 22, which says itself what it is connected to. */
  public static final class New {
    private final boolean terminal;

    New(boolean terminal) {
      this.terminal = terminal;
    }

    /** As the real one's. */
    public boolean isTerminal() {
      return terminal;
    }
  }

  @Test
  void withoutAConsoleThereIsNoTerminal() {
    assertThat(Screen.isTerminal(Old.class, null)).isFalse();
    assertThat(Screen.isTerminal(New.class, null)).isFalse();
  }

  @Test
  void aConsoleThatCannotTellIsATerminal() {
    assertThat(Screen.isTerminal(Old.class, new Old())).isTrue();
  }

  @Test
  void aConsoleThatCanTellIsAsked() {
    assertThat(Screen.isTerminal(New.class, new New(true))).isTrue();
    assertThat(Screen.isTerminal(New.class, new New(false))).isFalse();
  }
}
