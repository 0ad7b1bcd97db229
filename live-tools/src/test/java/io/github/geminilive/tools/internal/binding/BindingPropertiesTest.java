package io.github.geminilive.tools.internal.binding;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.ToolResult;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.tools.internal.binding.Typed.Sample;
import io.github.geminilive.tools.internal.result.ResultWriter;
import io.github.geminilive.tools.model.Slot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
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

  @Property(tries = 250, edgeCases = EdgeCasesMode.NONE)
  void whatIsWrittenBindsToTheSameValue(@ForAll("samples") Sample sample) {
    Bound bound = bind(sample.slot(), writer.write(sample.value()));

    assertSame(bound, sample);
  }

  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
  void whatAToolAnswersBindsToTheSameValue(@ForAll("samples") Sample sample) {
    Object written = writer.write(sample.value());
    // Half of a surrogate pair cannot be sent; it is answered as the character for what is lost.
    Assume.that(!Json.of(written).text().contains("\\ud"));
    // What has no result is answered with a status of its own.
    List<Object> wrapped = new ArrayList<>();
    wrapped.add(written);
    List<?> output = (List<?>) ToolResult.of(wrapped).response().asObject().get("output");

    assertSame(bind(sample.slot(), output.get(0)), sample);
  }

  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
  void itsTextBindsToTheSameValue(@ForAll("samples") Sample sample) {
    Object written = writer.write(sample.value());
    Object text = written == null ? null : textOf(written);

    assertSame(bind(sample.slot(), text), sample);
  }

  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
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
    Object spoilt = Spoilt.spoil(arguments, random);
    Json json = Json.of(spoilt instanceof Map ? spoilt : arguments);

    Bound bound = Binder.bind(samples.stream().map(Sample::slot).toList(), json);

    assertThat(bound.violations()).hasSizeLessThanOrEqualTo(Binder.MOST).allSatisfy(violation -> {
      assertThat(violation.message())
          .hasSizeLessThan(200)
          .doesNotContain("java", "Exception", "$", "geminilive", "Object[");
      assertThat(Spoilt.resolves(json.value(), violation)).as(violation.path()).isTrue();
      assertThat(Json.of(violation.toMap()).isObject()).isTrue();
    });
  }

  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
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
}
