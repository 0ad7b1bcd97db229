package io.github.geminilive.tools.internal.binding;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.ToolResult;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.tools.internal.binding.Typed.Sample;
import io.github.geminilive.tools.internal.result.ResultWriter;
import io.github.geminilive.tools.model.Slot;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for any type and any value. A failure's report names the seed that repeats it. */
class BindingPropertiesTest {

  private final ResultWriter writer = new ResultWriter(Typed.WRITERS);

  @Provide
  Arbitrary<Sample> samples() {
    return Typed.samples();
  }

  @Provide
  Arbitrary<List<Sample>> argumentLists() {
    return Typed.argumentLists();
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void whatIsWrittenBindsToTheSameValue(@ForAll("samples") Sample sample) {
    Bound bound = bind(sample.slot(), writer.write(sample.value()));

    assertSame(bound, sample);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void whatAToolAnswersBindsToTheSameValue(@ForAll("samples") Sample sample) {
    Object written = writer.write(sample.value());
    // What has no result is answered with a status of its own.
    List<Object> wrapped = new ArrayList<>();
    wrapped.add(written);
    List<?> output = (List<?>) ToolResult.of(wrapped).response().asObject().get("output");

    assertSame(bind(sample.slot(), output.get(0)), sample);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void itsTextBindsToTheSameValue(@ForAll("samples") Sample sample) {
    Object written = writer.write(sample.value());
    Object text = written == null ? null : textOf(written);

    assertSame(bind(sample.slot(), text), sample);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void itsTextIsADefault(@ForAll("samples") Sample sample) {
    Object written = writer.write(sample.value());
    if (written == null) {
      return;
    }
    Slot slot = sample.slot().withDefault(textOf(written));

    assertThat(Binder.checkDefault(slot)).isEmpty();
    assertSame(Binder.bind(List.of(slot), Json.EMPTY_OBJECT), sample);
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void whateverTheModelGivesIsBoundOrRefused(
      @ForAll("argumentLists") List<Sample> samples, @ForAll Random random) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    samples.forEach(
        sample -> arguments.put(sample.slot().name(), plain(writer.write(sample.value()))));
    Object spoilt = spoil(arguments, random);
    Json json = Json.of(spoilt instanceof Map ? spoilt : arguments);

    Bound bound = Binder.bind(samples.stream().map(Sample::slot).toList(), json);

    assertThat(bound.violations()).hasSizeLessThanOrEqualTo(Binder.MOST).allSatisfy(violation -> {
      assertThat(violation.message())
          .hasSizeLessThan(200)
          .doesNotContain("java", "Exception", "$", "geminilive", "Object[");
      assertThat(resolves(json.value(), violation)).as(violation.path()).isTrue();
      assertThat(Json.of(violation.toMap()).isObject()).isTrue();
    });
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void whateverADefaultIsItIsTakenOrRefused(@ForAll("samples") Sample sample, @ForAll String text) {
    Slot slot = sample.slot().withDefault(text);

    assertThat(Binder.checkDefault(slot))
        .isEqualTo(Binder.bind(List.of(slot), Json.EMPTY_OBJECT).violations().stream()
            .map(violation -> new Violation(
                violation.path().substring("/a".length()),
                violation.reason(),
                violation.message(),
                violation.validOptions()))
            .toList());
  }

  private static Bound bind(Slot slot, Object given) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put(slot.name(), given);
    return Binder.bind(List.of(slot), Json.parse(Json.of(arguments).text()));
  }

  private static void assertSame(Bound bound, Sample sample) {
    assertThat(bound.violations()).isEmpty();
    assertThat(Typed.same(bound.values()[0], sample.value()))
        .as("%s is %s", bound.values()[0], sample.value())
        .isTrue();
  }

  /** A text as it is, anything else as JSON text. */
  private static String textOf(Object written) {
    Object plain = plain(written);
    return plain instanceof String text ? text : Json.of(plain).text();
  }

  private static Object plain(Object written) {
    return Json.parse(Json.of(written).text()).value();
  }

  /** The same JSON with something else in some places. */
  private static Object spoil(Object tree, Random random) {
    int choice = random.nextInt(12);
    if (choice == 0) {
      return junk(random);
    }
    if (choice == 1) {
      return Json.of(tree).text();
    }
    if (tree instanceof Map<?, ?> map) {
      Map<String, Object> spoilt = new LinkedHashMap<>();
      map.forEach((key, value) -> {
        int what = random.nextInt(20);
        if (what > 0) {
          spoilt.put(what == 1 ? key + "/~" : (String) key, spoil(value, random));
        }
      });
      return spoilt;
    }
    if (tree instanceof List<?> list) {
      List<Object> spoilt = new ArrayList<>();
      for (Object element : list) {
        int copies = random.nextInt(30) == 0 ? 30 : 1;
        for (int i = 0; i < copies; i++) {
          spoilt.add(spoil(element, random));
        }
      }
      return spoilt;
    }
    if (tree instanceof String text && choice == 2 && !text.isEmpty()) {
      return text.substring(random.nextInt(text.length()));
    }
    return tree;
  }

  private static Object junk(Random random) {
    List<Object> junk = new ArrayList<>(List.of(
        "",
        " ",
        "x".repeat(500),
        "[1,",
        "{\"a\"}",
        "[[[]]]",
        "null",
        "-",
        "1e999999999",
        "-1e-99999999999",
        "\u0000\ud800",
        Json.parse("1e999999999"),
        Json.parse("-0.0"),
        Json.parse("[".repeat(300) + "]".repeat(300)),
        Long.MAX_VALUE,
        new BigInteger("9".repeat(300)),
        2.5,
        true,
        List.of(),
        Map.of(),
        Map.of("key", 1),
        List.of(Map.of("key", "a", "value", 1), Map.of("key", "a", "value", 1))));
    junk.add(null);
    return junk.get(random.nextInt(junk.size()));
  }

  /** Whether a violation's path leads to something, or, of what is missing, to where it belongs. */
  private static boolean resolves(Object arguments, Violation violation) {
    String path = violation.path();
    if (violation.reason() == Reason.MISSING) {
      path = path.substring(0, path.lastIndexOf('/'));
    }
    Object at = arguments;
    String[] steps = path.isEmpty() ? new String[0] : path.substring(1).split("/", -1);
    for (String step : steps) {
      if (at instanceof String text) {
        at = Json.parse(text).value();
      }
      String key = step.replace("~1", "/").replace("~0", "~");
      if (at instanceof Map<?, ?> map && map.containsKey(key)) {
        at = map.get(key);
      } else if (at instanceof List<?> list && Integer.parseInt(key) < list.size()) {
        at = list.get(Integer.parseInt(key));
      } else {
        return false;
      }
    }
    return true;
  }
}
