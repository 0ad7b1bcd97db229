package io.github.geminilive.tools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.tools.LiveTools;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of the model's arguments. */
class BindingTest {

  private static final LiveTools TOOLS = LiveTools.of(new Echo());
  private static final String ID = "123e4567-e89b-12d3-a456-426614174000";

  private static void assertTaken(String tool, String value, String shown) {
    assertThat(Wire.output(TOOLS, tool, "{'value':" + value + "}").asText())
        .as("%s(%s)", tool, value)
        .isEqualTo(shown);
  }

  private static List<String> violations(String tool, String value) {
    return Wire.violations(TOOLS, tool, "{'value':" + value + "}");
  }

  // Integers.

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "whole; 5; 5",
        "whole; 5.0; 5",
        "whole; 5.000e0; 5",
        "whole; 1e2; 100",
        "whole; -0; 0",
        "whole; '5'; 5",
        "whole; '-5'; -5",
        "whole; '5.0'; 5",
        "whole; 2147483647; 2147483647",
        "whole; -2147483648; -2147483648",
        "boxedWhole; 7; 7",
        "tiny; -128; -128",
        "tiny; 127; 127",
        "small; -32768; -32768",
        "small; 32767; 32767",
        "year; 2026; 2026",
        "year; '2026'; 2026",
        "big; 9223372036854775807; 9223372036854775807",
        "big; -9223372036854775808; -9223372036854775808",
        "big; '9007199254740993'; 9007199254740993",
        "big; 9007199254740993.0; 9007199254740993",
        "huge; 123456789012345678901234567890; 123456789012345678901234567890",
        "huge; '123456789012345678901234567890'; 123456789012345678901234567890",
        "huge; 1e30; 1000000000000000000000000000000"
      })
  void anIntegerIsTakenInEveryFormThatLosesNothing(String tool, String value, String shown) {
    assertTaken(tool, value, shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "whole; 5.7; not_integer",
        "whole; '5.7'; not_integer",
        "whole; 1e-1; not_integer",
        "huge; 0.5; not_integer",
        "whole; 2147483648; out_of_range",
        "whole; -2147483649; out_of_range",
        "whole; '2147483648'; out_of_range",
        "whole; 1e10; out_of_range",
        "whole; 1e999999999; out_of_range",
        "huge; 1e999999999; out_of_range",
        "tiny; 128; out_of_range",
        "tiny; -129; out_of_range",
        "small; 32768; out_of_range",
        "small; -32769; out_of_range",
        "big; 9223372036854775808; out_of_range",
        "big; -9223372036854775809; out_of_range",
        "year; 1000000000; out_of_range",
        "whole; true; wrong_type",
        "whole; {}; wrong_type",
        "whole; [5]; wrong_type",
        "whole; 'five'; wrong_type",
        "whole; ''; wrong_type"
      })
  void whatIsNoSuchIntegerIsAViolation(String tool, String value, String reason) {
    assertThat(violations(tool, value)).containsExactly("/value " + reason);
  }

  // Numbers.

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "real; 1; 1.0",
        "real; 0.1; 0.1",
        "real; '0.1'; 0.1",
        "real; 1e3; 1000.0",
        "real; '-2.5e-3'; -0.0025",
        "real; 1.7976931348623157e308; 1.7976931348623157E308",
        "single; 0.5; 0.5",
        "single; 3.4028235e38; 3.4028235E38",
        "exact; 0.10; 0.10",
        "exact; 3.14159265358979323846264338327950288; 3.14159265358979323846264338327950288",
        "exact; '1.20'; 1.20"
      })
  void aNumberIsTakenAsNumberOrText(String tool, String value, String shown) {
    assertTaken(tool, value, shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "real; 'NaN'; wrong_type",
        "real; 'Infinity'; wrong_type",
        "exact; 'NaN'; wrong_type",
        "real; 'a lot'; wrong_type",
        "real; true; wrong_type",
        "real; []; wrong_type",
        "real; 1e309; out_of_range",
        "real; -1e309; out_of_range",
        "single; 3.5e38; out_of_range"
      })
  void whatIsNoSuchNumberIsAViolation(String tool, String value, String reason) {
    assertThat(violations(tool, value)).containsExactly("/value " + reason);
  }

  // Booleans and texts.

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "flag; true; true",
        "flag; false; false",
        "flag; 'true'; true",
        "flag; 'FALSE'; false",
        "boxedFlag; 'True'; true",
        "text; 'x'; x",
        "text; ''; ``",
        "text; 5; 5",
        "text; 1.50; 1.50",
        "text; true; true",
        "text; ' x '; ` x `",
        "chars; 'x'; x",
        "letter; 'x'; x",
        "letter; 7; 7",
        "boxedLetter; 'x'; x"
      })
  void aTruthOrTextIsTaken(String tool, String value, String shown) {
    assertTaken(tool, value, shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "flag; 0; wrong_type",
        "flag; 1; wrong_type",
        "flag; '1'; wrong_type",
        "flag; 'yes'; wrong_type",
        "flag; []; wrong_type",
        "text; {}; wrong_type",
        "text; ['x']; wrong_type",
        "letter; ''; too_short",
        "letter; 'xy'; too_long",
        "letter; '😀'; bad_format",
        "letter; {}; wrong_type"
      })
  void whatIsNoSuchTruthOrTextIsAViolation(String tool, String value, String reason) {
    assertThat(violations(tool, value)).containsExactly("/value " + reason);
  }

  // Enums.

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "color; 'RED'; RED",
        "color; 'green'; GREEN",
        "color; 'dark_Blue'; DARK_BLUE",
        "speed; 'slow'; SLOW",
        "speed; 'SLOW'; SLOW",
        "speed; 'Slow'; SLOW",
        "speed; 'top-speed'; FAST",
        "speed; 'FAST'; FAST",
        "speed; 'fast'; FAST",
        "speed; 'warp'; WARP",
        "level; '1'; LOW",
        "level; 20; HIGH",
        "level; 'high'; HIGH",
        "tone; 'warm tone'; WARM",
        "tone; 'COLD'; COLD",
        "toggle; 'On'; On",
        "toggle; 'ON'; ON",
        "toggle; 'OFF'; Off"
      })
  void anEnumIsTakenByNameInThreeSteps(String tool, String value, String shown) {
    assertTaken(tool, value, shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {"color; 'purple'", "color; 0", "color; '0'", "level; 0", "toggle; 'on'", "color; ''"
      })
  void anEnumIsNeverTakenByOrdinalOrByAnAmbiguousName(String tool, String value) {
    assertThat(violations(tool, value)).containsExactly("/value not_allowed");
  }

  @Test
  void theNamesOfAnEnumAreTold() {
    JsonNode violation = Wire.error(TOOLS, "speed", "{'value':'SLOWER'}").at("/violations/0");

    assertThat(Wire.texts(violation.path("valid_options")))
        .containsExactly("slow", "top-speed", "WARP");
  }

  @Test
  void anEnumIsNoListOrObject() {
    assertThat(violations("color", "{}")).containsExactly("/value wrong_type");
    assertThat(violations("color", "['RED']")).containsExactly("/value wrong_type");
  }

  // Texts of a form.

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "moment; '2026-03-31T14:30:00Z'; 2026-03-31T14:30:00Z",
        "moment; '2026-03-31T14:30:00+02:00'; 2026-03-31T12:30:00Z",
        "moment; '2026-03-31T14:30:00.123-05:30'; 2026-03-31T20:00:00.123Z",
        "offset; '2026-03-31T14:30:00+02:00'; 2026-03-31T14:30+02:00",
        "zoned; '2026-03-31T14:30:00+02:00[Europe/Paris]'; 2026-03-31T14:30+02:00[Europe/Paris]",
        "zoned; '2026-03-31T14:30:00+02:00'; 2026-03-31T14:30+02:00",
        "date; '2024-02-29'; 2024-02-29",
        "time; '14:30:00'; 14:30",
        "time; '14:30'; 14:30",
        "dateTime; '2026-03-31T14:30:00'; 2026-03-31T14:30",
        "duration; 'PT1H30M'; PT1H30M",
        "period; 'P1Y2M10D'; P1Y2M10D",
        "month; '2026-03'; 2026-03",
        "zone; 'Europe/Paris'; Europe/Paris",
        "uuid; '123e4567-e89b-12d3-a456-426614174000'; 123e4567-e89b-12d3-a456-426614174000",
        "uri; 'https://example.com/a?b=c'; https://example.com/a?b=c",
        "currency; 'EUR'; EUR",
        "locale; 'en-GB'; en-GB",
        "bytes; 'aGk='; [104, 105]",
        "bytes; ''; []"
      })
  void aTextOfAFormIsRead(String tool, String value, String shown) {
    assertTaken(tool, value, shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "moment; '2026-03-31T14:30:00'",
        "moment; '2026-03-31'",
        "moment; 'now'",
        "moment; ''",
        "offset; '2026-03-31T14:30:00'",
        "zoned; '2026-03-31T14:30:00'",
        "date; '2026-02-29'",
        "date; '2026-02-30'",
        "date; '31.03.2026'",
        "date; '2026-3-31'",
        "date; '2026-03-31T00:00:00'",
        "time; '25:00'",
        "time; '2 pm'",
        "dateTime; '2026-03-31T14:30:00Z'",
        "dateTime; '2026-03-31 14:30'",
        "duration; '90 minutes'",
        "period; 'PT5M'",
        "month; '2026-13'",
        "zone; 'Nowhere/City'",
        "uuid; '123e4567'",
        "uuid; '1-1-1-1-1'",
        "uri; 'not a uri'",
        "currency; 'EURO'",
        "currency; 'XQX'",
        "locale; 'english please'",
        "bytes; '***'"
      })
  void aTextOfAnotherFormIsAViolation(String tool, String value) {
    assertThat(violations(tool, value)).containsExactly("/value bad_format");
  }

  @Test
  void aTextOfAFormIsNoListOrObject() {
    assertThat(violations("date", "{}")).containsExactly("/value wrong_type");
    assertThat(violations("uuid", "['" + ID + "']")).containsExactly("/value wrong_type");
    assertThat(violations("bytes", "[104]")).containsExactly("/value wrong_type");
  }

  // Absent and null.

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "optional; Optional.empty; 'x'; Optional[x]",
        "optionalInt; OptionalInt.empty; 5; OptionalInt[5]",
        "optionalLong; OptionalLong.empty; 5; OptionalLong[5]",
        "optionalDouble; OptionalDouble.empty; 5; OptionalDouble[5.0]",
        "optionalList; Optional.empty; [5]; Optional[[5]]",
        "nullable; null; 'x'; x",
        "unneeded; null; 5; 5"
      })
  void absentAndNullAreTheSameWhereNothingIsNeeded(
      String tool, String absent, String value, String shown) {
    assertThat(Wire.output(TOOLS, tool, "{}").asText()).isEqualTo(absent);
    assertThat(Wire.output(TOOLS, tool, "{'value':null}").asText()).isEqualTo(absent);
    assertTaken(tool, value, shown);
  }

  @ParameterizedTest
  @CsvSource({"text", "whole", "flag", "color", "date", "list", "map", "address", "shape", "node"})
  void absentAndNullAreViolationsWhereAValueIsNeeded(String tool) {
    assertThat(Wire.violations(TOOLS, tool, "{}")).containsExactly("/value missing");
    assertThat(violations(tool, "null")).containsExactly("/value null");
  }

  @Test
  void anEmptyObjectHoldsNoArguments() {
    assertThat(Wire.output(TOOLS, "none", "{}").asText()).isEqualTo("none");
    assertThat(Wire.output(TOOLS, "optional", "{}").asText()).isEqualTo("Optional.empty");
    assertThat(Wire.violations(TOOLS, "text", "{}")).containsExactly("/value missing");
  }

  @Test
  void unknownKeysAreIgnored() {
    assertThat(Wire.output(TOOLS, "none", "{'surplus':{}}").asText()).isEqualTo("none");
    assertThat(Wire.output(TOOLS, "two", "{'zoo':1,'text':'a','number':1}").asText())
        .isEqualTo("1a");
    assertTaken(
        "address",
        "{'surplus':[1],'street':'s','number':1}",
        "Address[street=s, number=1, floor=null]");
  }

  // Lists and maps.

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "list; []; []",
        "list; ['a','b','a']; [a, b, a]",
        "list; [1,true]; [1, true]",
        "list; '[]'; []",
        "collection; [1,2.0,'3']; [1, 2, 3]",
        "collection; '[1,2]'; [1, 2]",
        "iterable; [true,'false']; [true, false]",
        "set; [3,1,3,2,1]; [3, 1, 2]",
        "texts; ['a','b']; [a, b]",
        "rest; [1,2]; [1, 2]",
        "rest; []; []",
        "ints; [1,2]; [1, 2]",
        "letters; ['a','b']; [a, b]",
        "grid; [[1,2],[],[3]]; [[1, 2], [], [3]]",
        "nested; [['2026-01-01'],[]]; [[2026-01-01], []]",
        "gaps; ['a',null]; [a, null]"
      })
  void aListIsTakenElementByElement(String tool, String value, String shown) {
    assertTaken(tool, value, shown);
  }

  @Test
  void aListIsTakenAsJsonText() {
    assertThat(Wire.output(TOOLS, "list", "{'value':'[\\'a\\',\\'b\\']'}").asText())
        .isEqualTo("[a, b]");
    assertThat(Wire.output(TOOLS, "grid", "{'value':['[1]','[2,3]']}").asText())
        .isEqualTo("[[1], [2, 3]]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "list; 'a'; /value wrong_type",
        "list; 5; /value wrong_type",
        "list; {}; /value wrong_type",
        "list; '{}'; /value wrong_type",
        "list; ['a',null]; /value/1 null",
        "collection; [1,'x',2.5]; /value/1 wrong_type,/value/2 not_integer",
        "ints; [1,null]; /value/1 null",
        "grid; [[1],[2,'x'],3]; /value/1/1 wrong_type,/value/2 wrong_type",
        "nested; [['2026-02-30']]; /value/0/0 bad_format"
      })
  void whatIsNoSuchListIsAViolation(String tool, String value, String violations) {
    assertThat(violations(tool, value)).containsExactly(violations.split(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "map; []; {}",
        "map; {}; {}",
        "map; [{'key':'b','value':1},{'key':'a','value':2}]; {b=1, a=2}",
        "map; {'b':1,'a':'2'}; {b=1, a=2}",
        "map; '{}'; {}",
        "byColor; {'green':'g'}; g",
        "byColor; [{'key':'GREEN','value':'h'}]; h",
        "byId; {'" + ID + "':true}; {" + ID + "=true}",
        "byInt; {'7':'seven'}; {7=seven}",
        "byInt; [{'key':7,'value':'seven'}]; {7=seven}",
        "byLong; [{'key':'8','value':['x']}]; {8=[x]}"
      })
  void aMapIsTakenAsEntriesOrObject(String tool, String value, String shown) {
    assertTaken(tool, value, shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "map; 5; /value wrong_type",
        "map; 'x'; /value wrong_type",
        "map; [1]; /value/0 wrong_type",
        "map; [{'key':'a'}]; /value/0/value missing",
        "map; [{'value':1}]; /value/0/key missing",
        "map; [{'key':null,'value':null}]; /value/0/key null,/value/0/value null",
        "map; [{'key':'a','value':1},{'key':'a','value':2}]; /value/1/key duplicate_key",
        "byInt; [{'key':1,'value':'a'},{'key':'1','value':'b'}]; /value/1/key duplicate_key",
        "byInt; [{'key':'x','value':'a'}]; /value/0/key wrong_type",
        "byInt; {'x':'a'}; /value/x wrong_type",
        "byColor; {'purple':'a'}; /value/purple not_allowed",
        "map; {'a/b~c':'x'}; /value/a~1b~0c wrong_type",
        "map; {'':'x'}; /value/ wrong_type"
      })
  void whatIsNoSuchMapIsAViolation(String tool, String value, String violations) {
    assertThat(violations(tool, value)).containsExactly(violations.split(","));
  }

  // Objects.

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "address; {'number':'1','street':'s'}; Address[street=s, number=1, floor=null]",
        "address; {'street':'s','number':1,'floor':'2'}; Address[street=s, number=1, floor=2]",
        "bean; {'zebra':'a','apple':1,'middle':'red','new_name':'n'}; a/1/RED/n",
        "bean; {'zebra':'a','apple':1,'middle':null,'new_name':'n'}; a/1/RED/n",
        "bean; {'zebra':'a','apple':1,'new_name':'n','ignored':'x','readOnly':'x'}; a/1/RED/n",
        "orderedBean; {'last':1,'first':'a'}; a/1/7",
        "orderedBean; {'last':1,'first':'a','extra':2}; a/1/2",
        "page; {'items':['2026-01-01'],'first':'2026-01-02'}; "
            + "Page[items=[2026-01-01], first=2026-01-02]",
        "chain; {'number':1}; Link[number=1, next=null]"
      })
  void anObjectIsTakenPropertyByProperty(String tool, String value, String shown) {
    assertTaken(tool, value, shown);
  }

  @Test
  void anObjectIsTakenAsJsonText() {
    assertThat(Wire.output(TOOLS, "address", "{'value':'{\\'street\\':\\'s\\',\\'number\\':2}'}")
            .asText())
        .isEqualTo("Address[street=s, number=2, floor=null]");
  }

  @Test
  void recordsHoldRecordsListsOptionalsAndDefaults() {
    assertTaken(
        "person",
        "{'name':'n','home_address':{'street':'a','number':1},"
            + "'others':[{'street':'b','number':2}]}",
        "Person[name=n, home=Address[street=a, number=1, floor=null], "
            + "others=[Address[street=b, number=2, floor=null]], "
            + "age=Optional.empty, favourite=RED]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "address; 5; /value wrong_type",
        "address; 'x'; /value wrong_type",
        "address; []; /value wrong_type",
        "address; {}; /value/street missing,/value/number missing",
        "address; {'number':null,'street':{}}; /value/street wrong_type,/value/number null",
        "bean; {}; /value/apple missing,/value/new_name missing,/value/zebra missing",
        "person; {'name':'n','others':[{},5],'age':'x'}; /value/home_address missing,"
            + "/value/others/0/street missing,/value/others/0/number missing,"
            + "/value/others/1 wrong_type,/value/age wrong_type"
      })
  void whatIsNoSuchObjectIsAViolation(String tool, String value, String violations) {
    assertThat(violations(tool, value)).containsExactly(violations.split(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "shape; {'type':'Circle','radius':1,'label':'l'}; Circle[radius=1.0, label=l]",
        "shape; {'type':'Circle','radius':1,'label':'l','side':'x'}; Circle[radius=1.0, label=l]",
        "shape; {'radius':1,'label':'l','type':'circle'}; Circle[radius=1.0, label=l]",
        "shape; {'type':'Square','side':2}; Square[side=2.0, label=null]",
        "shape; {'type':'star','points':5,'label':''}; Star[points=5, label=]",
        "pet; {'kind':'cat','name':'Tom','lives':7}; cat Tom 7",
        "pet; {'kind':'hound','name':'Rex','lives':'none'}; dog Rex"
      })
  void oneOfSeveralIsTakenByItsDiscriminator(String tool, String value, String shown) {
    assertTaken(tool, value, shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "shape; {'radius':1,'label':'l'}; /value/type missing",
        "shape; {'type':null}; /value/type null",
        "shape; {'type':'Blob'}; /value/type not_allowed",
        "shape; {'type':'Circle'}; /value/radius missing,/value/label missing",
        "shape; {'type':'star','points':1.5}; /value/points not_integer,/value/label missing",
        "shape; 5; /value wrong_type",
        "pet; {'kind':'dog','name':'Rex'}; /value/kind not_allowed",
        "pet; {'kind':'cat','name':'Tom'}; /value/lives missing"
      })
  void whatIsNoneOfTheSeveralIsAViolation(String tool, String value, String violations) {
    assertThat(violations(tool, value)).containsExactly(violations.split(","));
  }

  @Test
  void theDiscriminatorsValuesAreTold() {
    JsonNode violation =
        Wire.error(TOOLS, "shape", "{'value':{'type':'Blob'}}").at("/violations/0");

    assertThat(Wire.texts(violation.path("valid_options")))
        .containsExactly("Circle", "Square", "star");
  }

  // JSON text.

  static Stream<Arguments> jsonValues() {
    return Stream.of(
        Arguments.of("anything", "{'a':[1,null]}", "{a=[1, null]}"),
        Arguments.of("anything", "'{\\'a\\':[1,null]}'", "{a=[1, null]}"),
        Arguments.of("anything", "5", "5"),
        Arguments.of("anything", "'5'", "5"),
        Arguments.of("anything", "'just words'", "just words"),
        Arguments.of("anything", "'{broken'", "{broken"),
        Arguments.of("node", "{'a':[1,null]}", "{\"a\":[1,null]}"),
        Arguments.of("node", "'{\\'a\\':[1,null]}'", "{\"a\":[1,null]}"),
        Arguments.of("node", "'just words'", "\"just words\""),
        Arguments.of("node", "1.10", "1.10"),
        Arguments.of("objectNode", "{'a':1}", "{\"a\":1}"),
        Arguments.of("objectNode", "'{\\'a\\':1}'", "{\"a\":1}"),
        Arguments.of("arrayNode", "[1]", "[1]"),
        Arguments.of("arrayNode", "'[1]'", "[1]"),
        Arguments.of("jsonMap", "{'a':1,'b':{'c':[]}}", "{a=1, b={c=[]}}"),
        Arguments.of("jsonMap", "'{\\'a\\':1}'", "{a=1}"),
        Arguments.of("json", "{'a':1}", "{\"a\":1}"),
        Arguments.of("json", "'{\\'a\\':1}'", "{\"a\":1}"),
        Arguments.of("json", "'just words'", "\"just words\""));
  }

  @ParameterizedTest
  @MethodSource("jsonValues")
  void aValueOfNoFixedTypeIsTakenAsTextAndAsJson(String tool, String value, String shown) {
    assertTaken(tool, value, shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "jsonMap; 'just words'; bad_format",
        "jsonMap; [1]; wrong_type",
        "jsonMap; '[1]'; wrong_type",
        "objectNode; '{broken'; bad_format",
        "objectNode; [1]; wrong_type",
        "arrayNode; {}; wrong_type",
        "arrayNode; 'x'; bad_format"
      })
  void aTextThatMustHoldAnObjectOrArrayIsChecked(String tool, String value, String reason) {
    assertThat(violations(tool, value)).containsExactly("/value " + reason);
  }

  // Recursion.

  @Test
  void whatTheDeclarationLeavesOutIsStillTaken() {
    assertTaken(
        "chain",
        "{'number':1,'next':{'number':2,'next':{'number':3,'next':{'number':4}}}}",
        "Link[number=1, next=Link[number=2, next=Link[number=3, next=Link[number=4, "
            + "next=null]]]]");
  }

  @Test
  void aCollectionTheDeclarationLeavesOutMayBeMissing() {
    assertTaken(
        "tree",
        "{'name':'a','children':[{'name':'b','children':[{'name':'c'}]}]}",
        "Tree[name=a, children=[Tree[name=b, children=[Tree[name=c, children=[]]]]]]");
  }

  @Test
  void aRecursiveTypeIsCheckedAtEveryDepth() {
    assertThat(violations("chain", "{'number':1,'next':{'number':2,'next':{'number':'x'}}}"))
        .containsExactly("/value/next/next/number wrong_type");
  }

  // All of them.

  @Test
  void allViolationsAreToldInTheOrderOfTheArguments() {
    assertThat(Wire.violations(TOOLS, "two", "{'text':[],'number':'x'}"))
        .containsExactly("/number wrong_type", "/text wrong_type");
  }

  @Test
  void atMostTwentyViolationsAreTold() {
    List<String> nineteen = IntStream.rangeClosed(1, 19)
        .mapToObj(i -> "/value/a%02d missing".formatted(i))
        .toList();
    List<String> twenty =
        Stream.concat(nineteen.stream(), Stream.of("/b20 missing")).toList();

    assertThat(Wire.violations(TOOLS, "many", "{'value':{},'b20':1,'b21':1}")).isEqualTo(nineteen);
    assertThat(Wire.violations(TOOLS, "many", "{'value':{},'b21':1}")).isEqualTo(twenty);
    assertThat(Wire.violations(TOOLS, "many", "{'value':{}}")).isEqualTo(twenty);
  }

  @Test
  void anInvalidCallMayBeTriedAgainAndSaysWhatIsWrong() {
    JsonNode error = Wire.error(TOOLS, "whole", "{'value':5.7}");

    assertThat(error.path("status").asText()).isEqualTo("invalid_argument");
    assertThat(error.path("retryable").asBoolean()).isTrue();
    assertThat(error.path("message").asText()).isNotBlank();
    assertThat(error.at("/violations/0/path").asText()).isEqualTo("/value");
    assertThat(error.at("/violations/0").has("valid_options")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "whole; 'x'",
        "real; []",
        "date; 'x'",
        "uuid; 'x'",
        "color; 'x'",
        "list; 5",
        "map; 5",
        "address; 5",
        "person; {}",
        "shape; {}",
        "bean; 1",
        "page; {'items':1}",
        "objectNode; 5",
        "big; 1e99",
        "locale; '?'",
        "zone; '?'",
        "currency; '?'",
        "bytes; '?'",
        "jsonMap; 5"
      })
  void noViolationNamesAJavaClass(String tool, String value) {
    assertThat(Wire.error(TOOLS, tool, "{'value':" + value + "}").toString())
        .doesNotContain(
            "java",
            "Exception",
            "$",
            "Echo",
            "String",
            "Integer",
            "LocalDate",
            "Address",
            "Person");
  }
}
