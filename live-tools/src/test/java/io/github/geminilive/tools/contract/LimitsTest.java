package io.github.geminilive.tools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.tools.LiveTools;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bounds and defaults: declared to the model, enforced when it calls. */
class LimitsTest {

  private static final LiveTools TOOLS = LiveTools.of(new Limits());

  static Stream<Arguments> declared() {
    return Stream.of(
        Arguments.of("age", "{'type':'INTEGER','format':'int32','minimum':18,'maximum':120}"),
        Arguments.of("ratio", "{'type':'NUMBER','format':'double','minimum':-0.5,'maximum':1.5}"),
        Arguments.of("narrow", "{'type':'INTEGER','format':'int32','minimum':0,'maximum':100}"),
        Arguments.of("word", "{'type':'STRING','minLength':'2','maxLength':'4'}"),
        Arguments.of("code", "{'type':'STRING','pattern':'[A-Z]{2}[0-9]+'}"),
        Arguments.of(
            "size", "{'type':'STRING','format':'enum','enum':['small','medium','extra large']}"),
        Arguments.of(
            "few",
            "{'type':'ARRAY','items':{'type':'INTEGER','format':'int32'},"
                + "'minItems':'2','maxItems':'3'}"),
        Arguments.of("minMax", "{'type':'INTEGER','format':'int64','minimum':-3,'maximum':3}"),
        Arguments.of("price", "{'type':'NUMBER','minimum':0.01,'maximum':99.99}"),
        Arguments.of("open", "{'type':'NUMBER','format':'double','minimum':0,'maximum':1}"),
        Arguments.of("openWhole", "{'type':'INTEGER','format':'int32','minimum':1,'maximum':4}"),
        Arguments.of("positive", "{'type':'INTEGER','format':'int32','minimum':1}"),
        Arguments.of("positiveReal", "{'type':'NUMBER','format':'double','minimum':0}"),
        Arguments.of("notNegative", "{'type':'INTEGER','minimum':0}"),
        Arguments.of("negative", "{'type':'INTEGER','format':'int32','maximum':-1}"),
        Arguments.of("notPositive", "{'type':'NUMBER','format':'float','maximum':0}"),
        Arguments.of("sized", "{'type':'STRING','minLength':'1','maxLength':'3'}"),
        Arguments.of(
            "sizedList",
            "{'type':'ARRAY','items':{'type':'STRING'},'minItems':'1','maxItems':'2'}"),
        Arguments.of("notBlank", "{'type':'STRING','minLength':'1'}"),
        Arguments.of("notEmpty", "{'type':'STRING','minLength':'1'}"),
        Arguments.of("notEmptyArray", "{'type':'ARRAY','items':{'type':'STRING'},'minItems':'1'}"),
        Arguments.of("plate", "{'type':'STRING','pattern':'a|ab'}"),
        Arguments.of(
            "elements",
            "{'type':'ARRAY','items':"
                + "{'type':'INTEGER','format':'int32','minimum':1,'maximum':5}}"),
        Arguments.of(
            "order",
            "{'type':'OBJECT','properties':{"
                + "'amount':{'type':'INTEGER','format':'int32','description':'How many.',"
                + "'minimum':1,'maximum':9},"
                + "'item':{'type':'STRING','minLength':'3'}},"
                + "'required':['amount','item'],'propertyOrdering':['amount','item']}"));
  }

  @ParameterizedTest
  @MethodSource("declared")
  void aBoundIsDeclared(String tool, String schema) {
    JsonNode value = Wire.declaration(TOOLS, tool).at("/parameters/properties/value");

    assertThat(Wire.canonical(value)).isEqualTo(Wire.canonical(Wire.json(schema)));
  }

  @Test
  void theBoundsOfMapsAreThoseOfTheirEntries() {
    JsonNode sized = Wire.declaration(TOOLS, "sizedMap").at("/parameters/properties/value");
    JsonNode values = Wire.declaration(TOOLS, "values").at("/parameters/properties/value");

    assertThat(sized.path("minItems").asInt()).isEqualTo(1);
    assertThat(sized.path("maxItems").asInt()).isEqualTo(2);
    assertThat(values.at("/items/properties/value/maxLength").asInt()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "age; 18",
        "age; 19",
        "age; 119",
        "age; 120",
        "ratio; -0.5",
        "ratio; 1.5",
        "ratio; 0",
        "narrow; 0",
        "narrow; 100",
        "word; 'ab'",
        "word; 'abcd'",
        "word; '😀😀😀😀'",
        "code; 'AB1'",
        "code; 'AB123'",
        "size; 'small'",
        "size; 'extra large'",
        "few; [1,2]",
        "few; [1,2,3]",
        "different; [1,2]",
        "minMax; -3",
        "minMax; 3",
        "price; 0.01",
        "price; 99.99",
        "open; 0.000001",
        "open; 0.999999",
        "openWhole; 1",
        "openWhole; 4",
        "positive; 1",
        "positiveReal; 1e-9",
        "notNegative; 0",
        "negative; -1",
        "notPositive; 0",
        "sized; 'a'",
        "sized; 'abc'",
        "sizedList; ['']",
        "sizedList; ['','']",
        "sizedMap; {'a':1}",
        "sizedMap; {'a':1,'b':2}",
        "notBlank; ' a '",
        "notEmpty; ' '",
        "notEmptyArray; ['']",
        "plate; 'a'",
        "plate; 'ab'",
        "elements; []",
        "elements; [1,5]",
        "values; {'k':'abc'}",
        "order; {'amount':1,'item':'tea'}",
        "order; {'amount':9,'item':'coffee'}"
      })
  void whatLiesWithinItsBoundsIsTaken(String tool, String value) {
    assertThat(Wire.output(TOOLS, tool, "{'value':" + value + "}").isTextual()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "age; 17; /value out_of_range",
        "age; 121; /value out_of_range",
        "ratio; -0.500001; /value out_of_range",
        "ratio; 1.500001; /value out_of_range",
        "narrow; -1; /value out_of_range",
        "narrow; 101; /value out_of_range",
        "word; 'a'; /value too_short",
        "word; 'abcde'; /value too_long",
        "word; '😀'; /value too_short",
        "code; 'AB'; /value bad_format",
        "code; 'xAB1'; /value bad_format",
        "code; 'AB1x'; /value bad_format",
        "size; 'large'; /value not_allowed",
        "few; [1]; /value too_few",
        "few; [1,2,3,4]; /value too_many",
        "different; [1,1]; /value too_few",
        "minMax; -4; /value out_of_range",
        "minMax; 4; /value out_of_range",
        "price; 0.009; /value out_of_range",
        "price; 99.991; /value out_of_range",
        "open; 0; /value out_of_range",
        "open; 1; /value out_of_range",
        "openWhole; 0; /value out_of_range",
        "openWhole; 5; /value out_of_range",
        "positive; 0; /value out_of_range",
        "positiveReal; 0; /value out_of_range",
        "notNegative; -1; /value out_of_range",
        "negative; 0; /value out_of_range",
        "notPositive; 0.001; /value out_of_range",
        "sized; ''; /value too_short",
        "sized; 'abcd'; /value too_long",
        "sizedList; []; /value too_few",
        "sizedList; ['','','']; /value too_many",
        "sizedMap; {}; /value too_few",
        "sizedMap; {'a':1,'b':2,'c':3}; /value too_many",
        "notEmpty; ''; /value too_short",
        "notEmptyArray; []; /value too_few",
        "plate; 'abc'; /value bad_format",
        "plate; 'b'; /value bad_format",
        "elements; [1,0,6]; /value/1 out_of_range,/value/2 out_of_range",
        "order; {'amount':0,'item':'te'}; /value/amount out_of_range,/value/item too_short"
      })
  void whatLiesBeyondIsAViolation(String tool, String value, String violations) {
    assertThat(Wire.violations(TOOLS, tool, "{'value':" + value + "}"))
        .containsExactly(violations.split(","));
  }

  @Test
  void aBlankTextIsNoText() {
    assertThat(Wire.violations(TOOLS, "notBlank", "{'value':' '}"))
        .containsExactly("/value bad_format");
    assertThat(Wire.violations(TOOLS, "notBlank", "{'value':''}"))
        .containsExactly("/value too_short");
  }

  @Test
  void aMapsValueIsPointedAt() {
    assertThat(Wire.violations(TOOLS, "values", "{'value':{'k':'abcd'}}"))
        .containsExactly("/value/k too_long");
    assertThat(Wire.violations(TOOLS, "values", "{'value':[{'key':'k','value':'abcd'}]}"))
        .containsExactly("/value/0/value too_long");
  }

  @Test
  void allowedTextsAreTold() {
    JsonNode violation = Wire.error(TOOLS, "size", "{'value':'large'}").at("/violations/0");

    assertThat(Wire.texts(violation.path("valid_options")))
        .isEqualTo(List.of("small", "medium", "extra large"));
  }

  @Test
  void aMessageNamesTheBound() {
    assertThat(
            Wire.error(TOOLS, "age", "{'value':17}").at("/violations/0/message").asText())
        .contains("18");
    assertThat(Wire.error(TOOLS, "word", "{'value':'abcde'}")
            .at("/violations/0/message")
            .asText())
        .contains("4");
  }

  static Stream<Arguments> defaults() {
    return Stream.of(
        Arguments.of("defaultInt", "3", "How many. Default: 3.", "4", "4"),
        Arguments.of("defaultText", "hello", "Default: hello.", "'bye'", "bye"),
        Arguments.of("defaultUnit", "METRES", "Default: METRES.", "'FEET'", "FEET"),
        Arguments.of("defaultFlag", "true", "Default: true.", "false", "false"),
        Arguments.of("defaultDuration", "PT5M", "Default: PT5M.", "'PT1M'", "PT1M"),
        Arguments.of(
            "defaultDate", "2026-01-02", "Default: 2026-01-02.", "'2026-05-05'", "2026-05-05"),
        Arguments.of("defaultList", "[1, 2, 9]", "Default: [1,2].", "[]", "[9]"),
        Arguments.of("defaultBounded", "5", "Default: 5.", "1", "1"));
  }

  @ParameterizedTest
  @MethodSource("defaults")
  void aDefaultIsTakenForWhatIsNotGiven(
      String tool, String absent, String description, String value, String given) {
    for (int i = 0; i < 2; i++) {
      assertThat(Wire.output(TOOLS, tool, "{}").asText()).isEqualTo(absent);
      assertThat(Wire.output(TOOLS, tool, "{'value':null}").asText()).isEqualTo(absent);
    }
    assertThat(Wire.output(TOOLS, tool, "{'value':" + value + "}").asText()).isEqualTo(given);
  }

  @ParameterizedTest
  @MethodSource("defaults")
  void aDefaultIsToldInTheDescriptionOnly(
      String tool, String absent, String description, String value, String given) {
    JsonNode parameters = Wire.declaration(TOOLS, tool).get("parameters");
    JsonNode schema = parameters.at("/properties/value");

    assertThat(schema.path("description").asText()).endsWith(description);
    assertThat(schema.has("nullable")).isFalse();
    assertThat(schema.has("default")).isFalse();
    assertThat(schema.has("example")).isFalse();
    assertThat(parameters.has("required")).isFalse();
  }

  @Test
  void descriptionHintAndDefaultStandInThatOrder() {
    String description = Wire.declaration(TOOLS, "defaultDate")
        .at("/parameters/properties/value/description")
        .asText();

    assertThat(description)
        .startsWith("Day of arrival.")
        .contains("ISO-8601 date")
        .endsWith("Default: 2026-01-02.");
  }

  @Test
  void anEmptyTextCanBeADefault() {
    assertThat(Wire.output(TOOLS, "defaultEmpty", "{}").asText()).isEqualTo("[]");
  }

  @Test
  void aRecordCanBeADefault() {
    assertThat(Wire.output(TOOLS, "defaultOrder", "{}").asText())
        .isEqualTo("Order[amount=2, item=tea]");
  }

  @Test
  void aDefaultDoesNotHelpWhatIsInvalid() {
    assertThat(Wire.violations(TOOLS, "defaultInt", "{'value':'many'}")).hasSize(1);
  }
}
