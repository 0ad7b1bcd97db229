package io.github.geminilive.tools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.tools.LiveTools;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each Java type is declared as, byte for byte. */
class MappingTest {

  private static final LiveTools TOOLS = LiveTools.of(new Echo());

  private static final String COLOR =
      "{'type':'STRING','format':'enum','enum':['RED','GREEN','DARK_BLUE']}";
  private static final String ADDRESS = "{'type':'OBJECT','properties':{"
      + "'street':{'type':'STRING','description':'Street.'},"
      + "'number':{'type':'INTEGER','format':'int32'},"
      + "'floor':{'type':'STRING','nullable':true}},"
      + "'required':['street','number'],'propertyOrdering':['street','number','floor']}";
  private static final String INT = "{'type':'INTEGER','format':'int32'}";
  private static final String DATE =
      "{'type':'STRING','description':'ISO-8601 date, such as 2026-03-31'}";

  private static String text(String hint) {
    return "{'type':'STRING','description':'" + hint + "'}";
  }

  private static String array(String items) {
    return "{'type':'ARRAY','items':" + items + "}";
  }

  private static String map(String key, String value) {
    return array("{'type':'OBJECT','properties':{'key':" + key + ",'value':" + value + "},"
        + "'required':['key','value'],'propertyOrdering':['key','value']}");
  }

  private static String page(String item) {
    return "{'type':'OBJECT','properties':{'items':" + array(item) + ",'first':" + item + "},"
        + "'required':['items','first'],'propertyOrdering':['items','first']}";
  }

  static Stream<Arguments> scalars() {
    return Stream.of(
        Arguments.of("text", "{'type':'STRING'}"),
        Arguments.of("chars", "{'type':'STRING'}"),
        Arguments.of("letter", "{'type':'STRING','minLength':'1','maxLength':'1'}"),
        Arguments.of("boxedLetter", "{'type':'STRING','minLength':'1','maxLength':'1'}"),
        Arguments.of("flag", "{'type':'BOOLEAN'}"),
        Arguments.of("boxedFlag", "{'type':'BOOLEAN'}"),
        Arguments.of("tiny", "{'type':'INTEGER','format':'int32','minimum':-128,'maximum':127}"),
        Arguments.of(
            "small", "{'type':'INTEGER','format':'int32','minimum':-32768,'maximum':32767}"),
        Arguments.of("whole", INT),
        Arguments.of("boxedWhole", INT),
        Arguments.of("year", INT),
        Arguments.of("big", "{'type':'INTEGER','format':'int64'}"),
        Arguments.of("huge", "{'type':'INTEGER'}"),
        Arguments.of("single", "{'type':'NUMBER','format':'float'}"),
        Arguments.of("real", "{'type':'NUMBER','format':'double'}"),
        Arguments.of("exact", "{'type':'NUMBER'}"),
        Arguments.of("moment", "{'type':'STRING','format':'date-time'}"),
        Arguments.of("offset", "{'type':'STRING','format':'date-time'}"),
        Arguments.of("zoned", "{'type':'STRING','format':'date-time'}"),
        Arguments.of("date", DATE),
        Arguments.of("time", text("ISO-8601 time, such as 14:30:00")),
        Arguments.of(
            "dateTime", text("ISO-8601 date and time without offset, such as 2026-03-31T14:30:00")),
        Arguments.of("duration", text("ISO-8601 duration, such as PT1H30M")),
        Arguments.of("period", text("ISO-8601 period, such as P1Y2M10D")),
        Arguments.of("month", text("ISO-8601 month, such as 2026-03")),
        Arguments.of("zone", text("time zone, such as Europe/Paris")),
        Arguments.of("uuid", text("UUID, such as 123e4567-e89b-12d3-a456-426614174000")),
        Arguments.of("uri", text("URI, such as https://example.com/a")),
        Arguments.of("currency", text("ISO-4217 currency code, such as EUR")),
        Arguments.of("locale", text("BCP-47 language tag, such as en-GB")),
        Arguments.of("bytes", text("base64")));
  }

  static Stream<Arguments> enums() {
    return Stream.of(
        Arguments.of("color", COLOR),
        Arguments.of(
            "speed", "{'type':'STRING','format':'enum','enum':['slow','top-speed','WARP']}"),
        Arguments.of("level", "{'type':'STRING','format':'enum','enum':['1','20']}"),
        Arguments.of("tone", "{'type':'STRING','format':'enum','enum':['warm tone','cold tone']}"),
        Arguments.of("toggle", "{'type':'STRING','format':'enum','enum':['On','ON','Off']}"));
  }

  static Stream<Arguments> lists() {
    return Stream.of(
        Arguments.of("list", array("{'type':'STRING'}")),
        Arguments.of("collection", array(INT)),
        Arguments.of("iterable", array("{'type':'BOOLEAN'}")),
        Arguments.of("set", array(INT)),
        Arguments.of("texts", array("{'type':'STRING'}")),
        Arguments.of("rest", array(INT)),
        Arguments.of("ints", array(INT)),
        Arguments.of("letters", array("{'type':'STRING','minLength':'1','maxLength':'1'}")),
        Arguments.of("grid", array(array(INT))),
        Arguments.of("nested", array(array(DATE))),
        Arguments.of("gaps", array("{'type':'STRING','nullable':true}")));
  }

  static Stream<Arguments> maps() {
    return Stream.of(
        Arguments.of("map", map("{'type':'STRING'}", INT)),
        Arguments.of("byColor", map(COLOR, "{'type':'STRING'}")),
        Arguments.of(
            "byId",
            map(text("UUID, such as 123e4567-e89b-12d3-a456-426614174000"), "{'type':'BOOLEAN'}")),
        Arguments.of("byInt", map(INT, "{'type':'STRING'}")),
        Arguments.of(
            "byLong", map("{'type':'INTEGER','format':'int64'}", array("{'type':'STRING'}"))));
  }

  static Stream<Arguments> objects() {
    return Stream.of(
        Arguments.of("address", ADDRESS),
        Arguments.of(
            "person",
            "{'type':'OBJECT','properties':{'name':{'type':'STRING'},"
                + "'home_address':" + ADDRESS + ",'others':" + array(ADDRESS) + ","
                + "'age':{'type':'INTEGER','format':'int32','nullable':true},"
                + "'favourite':{'type':'STRING','format':'enum','description':'Default: RED.',"
                + "'enum':['RED','GREEN','DARK_BLUE']}},"
                + "'required':['name','home_address','others'],"
                + "'propertyOrdering':['name','home_address','others','age','favourite']}"),
        Arguments.of(
            "bean",
            "{'type':'OBJECT','properties':{'apple':" + INT + ","
                + "'middle':{'type':'STRING','format':'enum','nullable':true,"
                + "'enum':['RED','GREEN','DARK_BLUE']},"
                + "'new_name':{'type':'STRING'},'zebra':{'type':'STRING'}},"
                + "'required':['apple','new_name','zebra'],"
                + "'propertyOrdering':['apple','middle','new_name','zebra']}"),
        Arguments.of(
            "orderedBean",
            "{'type':'OBJECT','properties':{'last':" + INT + ",'first':{'type':'STRING'},"
                + "'extra':{'type':'INTEGER','format':'int32','nullable':true}},"
                + "'required':['last','first'],"
                + "'propertyOrdering':['last','first','extra']}"));
  }

  static Stream<Arguments> jsonTexts() {
    return Stream.of(
        Arguments.of("anything", text("JSON text")),
        Arguments.of("node", text("JSON text")),
        Arguments.of("objectNode", text("JSON text of an object")),
        Arguments.of("arrayNode", text("JSON text of an array")),
        Arguments.of("jsonMap", text("JSON text of an object")),
        Arguments.of("json", text("JSON text")));
  }

  static Stream<Arguments> generics() {
    return Stream.of(Arguments.of("page", page(DATE)), Arguments.of("pages", page(page(INT))));
  }

  static Stream<Arguments> recursive() {
    String leaf = "{'type':'OBJECT','properties':{'name':{'type':'STRING'}},"
        + "'required':['name'],'propertyOrdering':['name']}";
    String end = "{'type':'OBJECT','properties':{'number':" + INT + "},"
        + "'required':['number'],'propertyOrdering':['number']}";
    return Stream.of(
        Arguments.of("tree", branch(branch(leaf))),
        Arguments.of(
            "chain",
            link(
                "",
                link("'nullable':true,", end.replace("'OBJECT',", "'OBJECT','nullable':true,")))));
  }

  private static String branch(String child) {
    return "{'type':'OBJECT','properties':{'name':{'type':'STRING'},'children':" + array(child)
        + "},'required':['name','children'],'propertyOrdering':['name','children']}";
  }

  private static String link(String nullable, String next) {
    return "{'type':'OBJECT'," + nullable + "'properties':{'number':" + INT + ",'next':" + next
        + "},'required':['number'],'propertyOrdering':['number','next']}";
  }

  private static void assertDeclared(String tool, String value, boolean required) {
    String parameters = "{'type':'OBJECT','properties':{'value':" + value + "},"
        + (required ? "'required':['value']," : "")
        + "'propertyOrdering':['value']}";
    JsonNode declared = Wire.declaration(TOOLS, tool).get("parameters");

    assertThat(String.valueOf(declared)).isEqualTo(Wire.json(parameters).toString());
  }

  @ParameterizedTest
  @MethodSource("scalars")
  void aScalarIsDeclaredByItsRow(String tool, String schema) {
    assertDeclared(tool, schema, true);
  }

  @ParameterizedTest
  @MethodSource("enums")
  void anEnumIsDeclaredByItsWireNames(String tool, String schema) {
    assertDeclared(tool, schema, true);
  }

  @ParameterizedTest
  @MethodSource("lists")
  void aListIsDeclaredWithItsItems(String tool, String schema) {
    assertDeclared(tool, schema, true);
  }

  @ParameterizedTest
  @MethodSource("maps")
  void aMapIsDeclaredAsListOfEntries(String tool, String schema) {
    assertDeclared(tool, schema, true);
  }

  @ParameterizedTest
  @MethodSource("objects")
  void anObjectIsDeclaredByItsProperties(String tool, String schema) {
    assertDeclared(tool, schema, true);
  }

  @ParameterizedTest
  @MethodSource("jsonTexts")
  void aValueOfNoFixedTypeIsDeclaredAsText(String tool, String schema) {
    assertDeclared(tool, schema, true);
  }

  @ParameterizedTest
  @MethodSource("generics")
  void typeVariablesAreDeclaredByWhatTheyStandFor(String tool, String schema) {
    assertDeclared(tool, schema, true);
  }

  @ParameterizedTest
  @MethodSource("recursive")
  void aTypeStandsThreeTimesOnAPath(String tool, String schema) {
    assertDeclared(tool, schema, true);
  }

  static Stream<Arguments> optionals() {
    return Stream.of(
        Arguments.of("optional", "{'type':'STRING','nullable':true}"),
        Arguments.of("optionalInt", "{'type':'INTEGER','format':'int32','nullable':true}"),
        Arguments.of("optionalLong", "{'type':'INTEGER','format':'int64','nullable':true}"),
        Arguments.of("optionalDouble", "{'type':'NUMBER','format':'double','nullable':true}"),
        Arguments.of("optionalList", "{'type':'ARRAY','nullable':true,'items':" + INT + "}"),
        Arguments.of("nullable", "{'type':'STRING','nullable':true}"),
        Arguments.of("unneeded", "{'type':'INTEGER','format':'int32','nullable':true}"));
  }

  @ParameterizedTest
  @MethodSource("optionals")
  void whatNeedNotBeGivenIsNullableAndNotRequired(String tool, String schema) {
    assertDeclared(tool, schema, false);
  }

  @Test
  void aSealedTypeIsOneFlatObject() {
    assertDeclared(
        "shape",
        "{'type':'OBJECT','properties':{"
            + "'type':{'type':'STRING','format':'enum','enum':['Circle','Square','star']},"
            + "'radius':{'type':'NUMBER','format':'double','description':'Only for type Circle.'},"
            + "'label':{'type':'STRING','nullable':true},"
            + "'side':{'type':'NUMBER','format':'double',"
            + "'description':'Length of a side. Only for type Square.'},"
            + "'points':{'type':'INTEGER','format':'int32','description':'Only for type star.'}},"
            + "'required':['type'],"
            + "'propertyOrdering':['type','radius','label','side','points']}",
        true);
  }

  @Test
  void listedSubtypesAreOneFlatObject() {
    assertDeclared(
        "pet",
        "{'type':'OBJECT','properties':{"
            + "'kind':{'type':'STRING','format':'enum','enum':['cat','hound']},"
            + "'lives':{'type':'INTEGER','format':'int32','description':'Only for kind cat.'},"
            + "'name':{'type':'STRING'}},"
            + "'required':['kind','name'],'propertyOrdering':['kind','lives','name']}",
        true);
  }

  @Test
  void aToolWithoutArgumentsHasNoParameters() {
    assertThat(Wire.declaration(TOOLS, "none").toString())
        .isEqualTo("{\"name\":\"none\",\"description\":\"none\"}");
  }

  @Test
  void argumentsKeepTheOrderOfTheMethod() {
    assertThat(Wire.declaration(TOOLS, "two").toString())
        .isEqualTo(Wire.json("{'name':'two','description':'two','parameters':{'type':'OBJECT',"
                + "'properties':{'number':" + INT + ",'text':{'type':'STRING'}},"
                + "'required':['number','text'],'propertyOrdering':['number','text']}}")
            .toString());
  }

  private static final Set<String> SCHEMA_KEYS = Set.of(
      "type",
      "format",
      "description",
      "nullable",
      "enum",
      "items",
      "properties",
      "required",
      "propertyOrdering",
      "minimum",
      "maximum",
      "minLength",
      "maxLength",
      "pattern",
      "minItems",
      "maxItems");

  private static void assertSchema(String at, JsonNode schema) {
    Set<String> keys = new TreeSet<>();
    schema.fieldNames().forEachRemaining(keys::add);
    assertThat(SCHEMA_KEYS).as(at).containsAll(keys);
    String type = schema.path("type").asText();
    assertThat(type).as(at).isIn("STRING", "INTEGER", "NUMBER", "BOOLEAN", "ARRAY", "OBJECT");
    if (schema.has("format")) {
      assertThat(schema.get("format").asText())
          .as(at)
          .isIn("int32", "int64", "float", "double", "enum", "date-time");
    }
    assertThat(schema.has("items")).as(at).isEqualTo(type.equals("ARRAY"));
    assertThat(schema.has("properties")).as(at).isEqualTo(type.equals("OBJECT"));
    if (type.equals("ARRAY")) {
      assertSchema(at + "[]", schema.get("items"));
    }
    if (type.equals("OBJECT")) {
      List<String> names = Wire.texts(schema.get("propertyOrdering"));
      assertThat(names).as(at).isNotEmpty();
      schema.get("properties").properties().forEach(property -> {
        assertThat(property.getKey()).as(at).isIn(names);
        assertSchema(at + "." + property.getKey(), property.getValue());
      });
      assertThat(schema.get("properties")).as(at).hasSize(names.size());
      if (schema.has("required")) {
        List<String> required = Wire.texts(schema.get("required"));
        assertThat(required).as(at).isNotEmpty();
        assertThat(names.stream().filter(required::contains).toList()).as(at).isEqualTo(required);
      }
    }
  }

  @Test
  void everySchemaHasTheServicesKeysOnly() {
    JsonNode declarations = Wire.declarations(LiveTools.of(new Echo(), new Limits()));

    for (JsonNode declaration : declarations) {
      Set<String> keys = new TreeSet<>();
      declaration.fieldNames().forEachRemaining(keys::add);
      assertThat(Set.of("name", "description", "parameters", "behavior")).containsAll(keys);
      if (declaration.has("parameters")) {
        assertThat(declaration.at("/parameters/type").asText()).isEqualTo("OBJECT");
        assertSchema(declaration.get("name").asText(), declaration.get("parameters"));
      }
    }
    assertThat(declarations.size()).isGreaterThan(80);
  }

  @Test
  void theSameClassGivesTheSameBytes() {
    String first = LiveTools.of(new Echo(), new Limits()).declarationsJson();

    assertThat(LiveTools.of(new Echo(), new Limits()).declarationsJson()).isEqualTo(first);
  }
}
