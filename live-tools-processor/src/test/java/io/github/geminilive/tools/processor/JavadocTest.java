package io.github.geminilive.tools.processor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavadocTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
          Switches a light.                       | Switches a light.
          Switches a light. And more.             | Switches a light.
          Switches a light                        | Switches a light
          Knows rooms, e.g. the kitchen. More.    | Knows rooms, e.g. the kitchen.
          Costs 1.50 at most. More.               | Costs 1.50 at most.
          Really? Yes.                            | Really?
          Takes {@code a. B} of it. More.         | Takes a. B of it.
          Takes {@code List<T>} &amp; co.         | Takes List<T> & co.
          Shows {@link Foo#bar(int, int) bars}.   | Shows bars.
          Shows {@link Foo#bar(int, int)}.        | Shows Foo.bar(int, int).
          Shows {@link #bar}.                     | Shows bar.
          Shows {@link java.util.Map<K, V>}.      | Shows java.util.Map<K, V>.
          {@return the weather}                   | Returns the weather.
          {@return the weather.} More.            | Returns the weather.
          {@summary All that. Counts.} More.      | All that. Counts.
          One <b>bold</b> word.<p>Next            | One bold word.
          One word<p>Next                         | One word
          <p>One word. Next                       | One word.
          First<br>second. Third                  | First second.
          Less than 5 < 6 & more. Next            | Less than 5 < 6 & more.
          &lt;5 &deg;C &#8364; &#x20ac; &foo;     | <5 °C € € &foo;
          Hidden <!-- not. This --> words. Next   | Hidden words.
          {@inheritDoc}                           |
          Open {@code brace                       | Open brace
          今日の天気。明日も。                       | 今日の天気。
          Mail me@example.com. Next               | Mail me@example.com.
          """)
  void theFirstSentenceIsPlainText(String comment, String expected) {
    assertThat(Javadoc.summary(comment)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
          Switches `a < b` lights. More.       | Switches a < b lights.
          Switches [the light](https://x.y).   | Switches the light.
          Switches [the light][Light#on()].    | Switches the light.
          Switches [Light#on(int)] and [Bar].  | Switches Light.on(int) and Bar.
          Switches **every** *single* light.   | Switches every single light.
          Switches _every_ snake_case_light.   | Switches every snake_case_light.
          Costs 2 * 3 * 4 euros. [x, y]        | Costs 2 * 3 * 4 euros.
          Takes {@code *a* _b_} *now*.         | Takes *a* _b_ now.
          Takes `*a*. {B} @c &lt; [d]`.        | Takes *a*. {B} @c &lt; [d].
          """)
  void markdownIsPlainText(String comment, String expected) {
    assertThat(Javadoc.summary(Javadoc.ofMarkdown(comment))).isEqualTo(expected);
  }

  @Test
  void whiteSpaceIsOneBlank() {
    assertThat(Javadoc.summary(" Switches\n   a\t light\n for a while.\n Next."))
        .isEqualTo("Switches a light for a while.");
  }

  @Test
  void aBlockTagEndsTheSentence() {
    assertThat(Javadoc.summary(" Switches a light\n @param room where. It is"))
        .isEqualTo("Switches a light");
    assertThat(Javadoc.summary(" @param room where")).isNull();
    assertThat(Javadoc.summary("")).isNull();
  }

  @Test
  void aBlockTagInsideAnInlineTagIsText() {
    String comment = " Write {@code\n @param it} so. More\n @param room where";

    assertThat(Javadoc.summary(comment)).isEqualTo("Write @param it so.");
    assertThat(Javadoc.param(comment, "room")).isEqualTo("where");
    assertThat(Javadoc.param(comment, "it")).isNull();
  }

  @Test
  void aParameterHasAllOfItsText() {
    String comment = """
         Switches.
         @param room   the {@code room},
           e.g. kitchen. Never <i>empty</i>.
         @param <T> no
         @param   level 0 to 100
         @param bare
         @return nothing
        """;

    assertThat(Javadoc.param(comment, "room")).isEqualTo("the room, e.g. kitchen. Never empty.");
    assertThat(Javadoc.param(comment, "level")).isEqualTo("0 to 100");
    assertThat(Javadoc.param(comment, "bare")).isNull();
    assertThat(Javadoc.param(comment, "T")).isNull();
    assertThat(Javadoc.param(comment, "roo")).isNull();
  }
}
