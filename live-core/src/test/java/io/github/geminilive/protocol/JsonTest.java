package io.github.geminilive.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  @Test
  void theTextIsKeptWithoutWhiteSpace() {
    Json json = Json.parse(" {\n \"a b\" : [ 1.50 , -0.0, \"\\u00e9 \\/\" ] } ");

    assertThat(json.text()).isEqualTo("{\"a b\":[1.50,-0.0,\"\\u00e9 \\/\"]}");
    assertThat(json).hasToString(json.text());
  }

  @Test
  void noNumberLosesADigit() {
    Json json = Json.parse(
        "[9007199254740993,123456789012345678901234567890,0.1,1e2,-9223372036854775808]");

    assertThat(json.value())
        .isEqualTo(List.of(
            9007199254740993L,
            new BigInteger("123456789012345678901234567890"),
            new BigDecimal("0.1"),
            new BigDecimal("1e2"),
            Long.MIN_VALUE));
  }

  @Test
  void membersKeepTheirOrderAndMayBeNull() {
    Map<String, Object> object =
        Json.parse("{\"z\":null,\"a\":true,\"m\":\"x\"}").asObject();

    assertThat(object)
        .containsExactly(new SimpleEntry<>("z", null), Map.entry("a", true), Map.entry("m", "x"));
    assertThatThrownBy(() -> object.put("b", 1)).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void plainJavaBecomesJson() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("null", null);
    map.put("list", Arrays.asList(1, 2.5, "x", null, 0.1f, 1e20));
    map.put("array", new int[] {1, 2});
    map.put("json", Json.parse("{}"));
    map.put("enum", Modality.AUDIO);
    map.put("empty", List.of());
    map.put("big", new BigInteger("123456789012345678901234567890"));

    assertThat(Json.of(map).text())
        .isEqualTo("{\"null\":null,\"list\":[1,2.5,\"x\",null,0.1,1.0E20],\"array\":[1,2],"
            + "\"json\":{},\"enum\":\"AUDIO\",\"empty\":[],"
            + "\"big\":123456789012345678901234567890}");
  }

  @Test
  void textIsEscapedSoThatAnyFrameCanCarryIt() {
    Json json = Json.of("\"\\/\n\t\u0001 \ud83c\udfb7 \ud83c \udfb7");

    assertThat(json.text()).isEqualTo("\"\\\"\\\\/\\n\\t\\u0001 \ud83c\udfb7 \\ud83c \\udfb7\"");
    assertThat(json.value()).isEqualTo("\"\\/\n\t\u0001 \ud83c\udfb7 \ud83c \udfb7");
    assertThat(Json.parse("\"\ud83c\"").text()).isEqualTo("\"\\ud83c\"");
  }

  @Test
  void aNameWithHalfASurrogatePairIsRefusedBeforeItCannotBeRead() {
    assertThatThrownBy(() -> Json.parse("{\"\ud83c,\":1}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not JSON: a name holds half a surrogate pair");
    assertThatThrownBy(() -> Json.parse("[{\"\\udfb7\":1}]"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Json.of(Map.of("\udfb7\ud83c", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no JSON form for an object: a name holds half a surrogate pair");
    assertThat(Json.parse("{\"\ud83c\udfb7\":1}").asObject()).containsEntry("\ud83c\udfb7", 1L);
    assertThat(Json.of(Map.of("\ud83c\udfb7", 1)).asObject()).containsOnlyKeys("\ud83c\udfb7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1|1.0",
        "1e2|100",
        "0|-0.0",
        "[1,2]|[ 1.0 , 2 ]",
        "{\"a\":1,\"b\":2}|{\"b\":2.0,\"a\":1}",
        "\"\\u0041\"|\"A\""
      })
  void equalMeaningIsEqual(String left, String right) {
    assertThat(Json.parse(left)).isEqualTo(Json.parse(right)).hasSameHashCodeAs(Json.parse(right));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1|2",
        "1|\"1\"",
        "null|false",
        "[1,2]|[2,1]",
        "{}|[]",
        "{\"a\":null}|{}",
        "[1]|[1,1]"
      })
  void anotherMeaningIsNotEqual(String left, String right) {
    assertThat(Json.parse(left)).isNotEqualTo(Json.parse(right));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1,]",
        "{}{}",
        "{} x",
        "NaN",
        "'x'",
        "\"a\nb\"",
        "01",
        "{a:1}",
        "\"\\x\"",
        "tru",
        "\""
      })
  void whatIsNotOneJsonValueIsRefused(String text) {
    assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {999, 1_000, 1_001})
  void nestingHasALimit(int depth) {
    String text = "[".repeat(depth) + "]".repeat(depth);

    if (depth <= 1_000) {
      assertThat(Json.parse(text).value()).isInstanceOf(List.class);
      assertThat(Json.parse(text)).isEqualTo(Json.parse(" " + text));
    } else {
      assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1e2147483650", "1e99999999999", "-1e-99999999999", "[1.5E+9999999999999999999]"})
  void anExponentThatNoNumberHasIsRefused(String text) {
    assertThatThrownBy(() -> Json.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("exponent");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e2147483647", "1e-2147483647", "1.5E+00000000000000003"})
  void anExponentMayBeAsLargeAsNumbersHaveThem(String text) {
    assertThat(Json.parse(text).value()).isEqualTo(new BigDecimal(text));
  }

  @ParameterizedTest
  @ValueSource(ints = {999, 1_000, 1_001})
  void numbersHaveALimit(int digits) {
    String text = "1".repeat(digits);

    if (digits <= 1_000) {
      assertThat(Json.parse(text).value()).isEqualTo(new BigInteger(text));
    } else {
      assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void whatHasNoJsonFormIsNamed() {
    assertThatThrownBy(() -> Json.of(new Object())).hasMessage("no JSON form for java.lang.Object");
    assertThatThrownBy(() -> Json.of(Double.NaN)).hasMessage("JSON has no number NaN");
    assertThatThrownBy(() -> Json.of(Map.of(1, 2))).hasMessage("keys of a JSON object are text: 1");
    List<Object> endless = new ArrayList<>();
    endless.add(endless);
    assertThatThrownBy(() -> Json.of(endless)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theKindOfAValueIsTold() {
    assertThat(Json.parse("{}").isObject()).isTrue();
    assertThat(Json.parse("[]").isArray()).isTrue();
    assertThat(Json.parse("null").isNull()).isTrue();
    assertThat(Json.parse("null").value()).isNull();
    assertThatThrownBy(() -> Json.parse("[1]").asObject())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("not a JSON object: [1]");
  }
}
