package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.protocol.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What results and tool exceptions say. */
class ToolResultTest {

  private static String text(ToolResult result) {
    return result.response().text();
  }

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of(OptionalInt.of(1), "1"),
        Arguments.of(OptionalLong.of(1L << 53), "\"9007199254740992\""),
        Arguments.of(OptionalDouble.of(1.5), "1.5"),
        Arguments.of(OptionalInt.empty(), "{\"status\":\"no_result\"}"),
        Arguments.of(OptionalLong.empty(), "{\"status\":\"no_result\"}"),
        Arguments.of(OptionalDouble.empty(), "{\"status\":\"no_result\"}"),
        Arguments.of(Optional.of(Optional.empty()), "{\"status\":\"no_result\"}"),
        Arguments.of(Optional.of(Json.parse("[1]")), "[1]"),
        Arguments.of(List.of(OptionalInt.of(1), OptionalInt.empty()), "[1,null]"),
        Arguments.of((1L << 53) - 1, "9007199254740991"),
        Arguments.of(1L << 53, "\"9007199254740992\""),
        Arguments.of(-(1L << 53) + 1, "-9007199254740991"),
        Arguments.of(-(1L << 53), "\"-9007199254740992\""),
        Arguments.of(BigInteger.ONE.shiftLeft(53), "\"9007199254740992\""),
        Arguments.of(BigInteger.ONE.shiftLeft(53).negate(), "\"-9007199254740992\""),
        Arguments.of(BigInteger.ONE.shiftLeft(53).subtract(BigInteger.ONE), "9007199254740991"),
        Arguments.of(new BigDecimal("9007199254740992"), "\"9007199254740992\""),
        Arguments.of(new BigDecimal("0.1"), "0.1"),
        Arguments.of(new BigDecimal("0.1234567890123456789"), "\"0.1234567890123456789\""),
        Arguments.of(new BigDecimal("1E+400"), "\"1E+400\""),
        Arguments.of(new BigDecimal("1E-400"), "\"1E-400\""),
        Arguments.of(new BigDecimal("0E+400"), "0E+400"),
        Arguments.of(new long[] {1, 1L << 53}, "[1,\"9007199254740992\"]"),
        Arguments.of(new double[] {1, Double.NaN}, "[1,\"NaN\"]"),
        Arguments.of(new byte[] {1, 2, 3}, "\"AQID\""),
        Arguments.of(ToolResult.error("x", false), null));
  }

  @ParameterizedTest
  @MethodSource("values")
  void aValueBecomesWhatTheServiceKeepsWithoutLoss(Object value, @Nullable String output) {
    ToolResult result = ToolResult.of(value);

    if (output == null) {
      assertThat(result).isSameAs(value);
    } else {
      assertThat(text(result)).isEqualTo("{\"output\":" + output + "}");
      assertThat(result.status()).isEqualTo("ok");
      assertThat(result.retryable()).isFalse();
      assertThat(result.isStream()).isFalse();
    }
  }

  @Test
  void doneSaysThatItWorked() {
    assertThat(text(ToolResult.done())).isEqualTo("{\"output\":{\"status\":\"ok\"}}");
    assertThat(ToolResult.done().status()).isEqualTo("ok");
  }

  @Test
  void anErrorKeepsItsOwnMembersWhateverTheDetailsSay() {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("message", "other");
    details.put("status", "other");
    details.put("retryable", false);
    details.put("$ref", 1L << 53);
    ToolResult error = ToolResult.error("denied", "Not now.", true, details);

    assertThat(text(error))
        .isEqualTo("{\"error\":{\"status\":\"denied\",\"message\":\"Not now.\","
            + "\"retryable\":true,\"_ref\":\"9007199254740992\"}}");
    assertThat(error.status()).isEqualTo("denied");
    assertThat(error.retryable()).isTrue();
  }

  @Test
  void aMappedResultIsWhatItWasButForItsResponse() {
    ToolResult result = ToolResult.error("denied", "secret", true)
        .scheduling(FunctionScheduling.SILENT)
        .map(json -> Json.parse(json.text().replace("secret", "***")));

    assertThat(text(result)).contains("***").doesNotContain("secret");
    assertThat(result.status()).isEqualTo("denied");
    assertThat(result.retryable()).isTrue();
    assertThat(result.scheduling()).isEqualTo(FunctionScheduling.SILENT);
    assertThatThrownBy(() -> result.map(json -> Json.of("text")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("object");
  }

  /** Has no JSON form. */
  private record Town(String name) {}

  private static Object nameOf(Object town) {
    return ((Town) town).name();
  }

  @Test
  void aValueWithoutJsonFormIsKeptUntilItIsWritten() {
    ToolResult kept = ToolResult.of(new Town("Oslo"))
        .scheduling(FunctionScheduling.SILENT)
        .map(json -> Json.parse(json.text().replace("Oslo", "***")));

    assertThat(kept.status()).isEqualTo("ok");
    assertThat(kept.isStream()).isFalse();
    assertThatThrownBy(kept::response)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Town");
    ToolResult written = kept.write(ToolResultTest::nameOf);
    assertThat(text(written)).isEqualTo("{\"output\":\"***\"}");
    assertThat(written.scheduling()).isEqualTo(FunctionScheduling.SILENT);
    assertThat(text(ToolResult.of(new Town("")).write(town -> null)))
        .isEqualTo("{\"output\":{\"status\":\"no_result\"}}");
    assertThatThrownBy(() -> kept.write(town -> {
          throw new IllegalStateException("no");
        }))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatIsWrittenStaysAsItIs() {
    ToolResult plain = ToolResult.of("x");
    ToolResult error = ToolResult.error("denied", "No.", false);

    assertThat(plain.write(value -> "y")).isSameAs(plain);
    assertThat(error.write(value -> "y")).isSameAs(error);
    ToolResult streamed = ToolResult.of(Stream.of(1)).write(value -> "first");
    assertThat(text(streamed.write(value -> "second").item(1))).isEqualTo("{\"output\":\"first\"}");
  }

  @Test
  void itemsAreWrittenWhenTheyCome() {
    ToolResult streamed = ToolResult.of(Stream.of()).write(ToolResultTest::nameOf);

    assertThat(text(streamed.item(new Town("Oslo")))).isEqualTo("{\"output\":\"Oslo\"}");
    assertThat(text(streamed.item(ToolResult.of(new Town("Oslo")))))
        .isEqualTo("{\"output\":\"Oslo\"}");
    assertThat(text(streamed.item(null))).isEqualTo("{\"output\":{\"status\":\"no_result\"}}");
    assertThatThrownBy(() -> streamed.item("no town")).isInstanceOf(ClassCastException.class);
    assertThatThrownBy(() -> ToolResult.of(Stream.of()).item(new Town("Oslo")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFailureKeepsItsCauseAndSaysNothingOfIt() {
    Exception cause = new IOException("secret");
    ToolResult failed = ToolResult.error("unavailable", "Not now.", true).cause(cause);

    assertThat(failed.cause()).isSameAs(cause);
    assertThat(text(failed)).doesNotContain("secret");
    assertThat(failed.scheduling(FunctionScheduling.SILENT).map(json -> json).cause())
        .isSameAs(cause);
    assertThat(ToolResult.error("x", false).cause()).isNull();
    assertThatThrownBy(() -> ToolResult.of("x").cause(cause))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("error");
  }

  @Test
  void aStreamedResultHasItemsAndNoResponse() {
    Stream<String> items = Stream.of("a");
    ToolResult streamed = ToolResult.of(items).scheduling(FunctionScheduling.SILENT);

    assertThat(streamed.isStream()).isTrue();
    assertThat(streamed.items()).isSameAs(items);
    assertThat(streamed.item("a").scheduling()).isEqualTo(FunctionScheduling.SILENT);
    assertThat(text(streamed.item(null))).isEqualTo("{\"output\":{\"status\":\"no_result\"}}");
    assertThatThrownBy(streamed::response).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> streamed.parts(List.of())).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> streamed.item(Stream.of(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ToolResult.done().items()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aToolExceptionKeepsWhatItWasGiven() {
    IOException cause = new IOException("secret");
    ToolException told = ToolException.builder("No such town.")
        .retryable(true)
        .retryHint("Ask again.")
        .detail("b", 1)
        .detail("a", List.of(true))
        .cause(cause)
        .build();

    assertThat(told).hasMessage("No such town.").hasCause(cause);
    assertThat(told.retryable()).isTrue();
    assertThat(told.retryHint()).isEqualTo("Ask again.");
    assertThat(told.details().keySet()).containsExactly("b", "a");
    assertThat(told.details()).containsEntry("a", Json.parse("[true]"));
    assertThat(new ToolException("x").details()).isEmpty();
    assertThat(new ToolException("x").retryHint()).isNull();
  }

  @Test
  void aDetailMustHaveAFreeNameAndAJsonForm() {
    ToolException.Builder builder = ToolException.builder("x");
    for (String taken : List.of("status", "message", "retryable", "retry_hint")) {
      assertThatThrownBy(() -> builder.detail(taken, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(taken);
    }
    assertThatThrownBy(() -> builder.detail("x", new Object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Object");
  }

  @Test
  void aToolExceptionCanBeSerializedWithoutItsDetails() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(ToolException.builder("x").detail("a", 1).retryHint("y").build());
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      ToolException read = (ToolException) in.readObject();

      assertThat(read).hasMessage("x");
      assertThat(read.retryHint()).isEqualTo("y");
      assertThat(read.details()).isEmpty();
    }
  }
}
