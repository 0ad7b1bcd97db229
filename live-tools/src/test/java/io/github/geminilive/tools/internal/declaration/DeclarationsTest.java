package io.github.geminilive.tools.internal.declaration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.geminilive.ToolSet;
import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.internal.mapping.Mapped;
import io.github.geminilive.tools.internal.mapping.ToolMapper;
import io.github.geminilive.tools.internal.reflect.ReflectBacking;
import io.github.geminilive.tools.internal.reflect.ReflectViews;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DeclarationsTest {

  private static final Set<String> KEYS = Set.of(
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

  static Stream<Arguments> rows() {
    return table("""
        string      | {'type':'STRING'}
        charSequence| {'type':'STRING'}
        character   | {'type':'STRING','minLength':'1','maxLength':'1'}
        truth       | {'type':'BOOLEAN'}
        oneByte     | {'type':'INTEGER','format':'int32','minimum':-128,'maximum':127}
        twoBytes    | {'type':'INTEGER','format':'int32','minimum':-32768,'maximum':32767}
        fourBytes   | {'type':'INTEGER','format':'int32'}
        year        | {'type':'INTEGER','format':'int32'}
        eightBytes  | {'type':'INTEGER','format':'int64'}
        anyWhole    | {'type':'INTEGER'}
        single      | {'type':'NUMBER','format':'float'}
        twice       | {'type':'NUMBER','format':'double'}
        anyDecimal  | {'type':'NUMBER'}
        colour      | {'type':'STRING','format':'enum','enum':['RED','deep blue']}
        level       | {'type':'STRING','format':'enum','enum':['1','2']}
        weekday     | {'type':'STRING','format':'enum','enum':['MONDAY','TUESDAY','WEDNESDAY',\
        'THURSDAY','FRIDAY','SATURDAY','SUNDAY']}
        instant       | {'type':'STRING','format':'date-time'}
        offsetDateTime| {'type':'STRING','format':'date-time'}
        zonedDateTime | {'type':'STRING','format':'date-time'}
        localDate | {'type':'STRING','description':'ISO-8601 date, such as 2026-03-31'}
        localTime | {'type':'STRING','description':'ISO-8601 time, such as 14:30:00'}
        localDateTime| {'type':'STRING','description':'ISO-8601 date and time without offset, such \
        as 2026-03-31T14:30:00'}
        duration  | {'type':'STRING','description':'ISO-8601 duration, such as PT1H30M'}
        period    | {'type':'STRING','description':'ISO-8601 period, such as P1Y2M10D'}
        yearMonth | {'type':'STRING','description':'ISO-8601 month, such as 2026-03'}
        zoneId    | {'type':'STRING','description':'time zone, such as Europe/Paris'}
        uuid      | {'type':'STRING','description':'UUID, such as \
        123e4567-e89b-12d3-a456-426614174000'}
        uri       | {'type':'STRING','description':'URI, such as https://example.com/a'}
        currency  | {'type':'STRING','description':'ISO-4217 currency code, such as EUR'}
        locale    | {'type':'STRING','description':'BCP-47 language tag, such as en-GB'}
        bytes     | {'type':'STRING','description':'base64'}
        object    | {'type':'STRING','description':'JSON text'}
        json      | {'type':'STRING','description':'JSON text'}
        jsonNode  | {'type':'STRING','description':'JSON text'}
        objectNode| {'type':'STRING','description':'JSON text of an object'}
        arrayNode | {'type':'STRING','description':'JSON text of an array'}
        jsonMap   | {'type':'STRING','description':'JSON text of an object'}
        optional? | {'type':'STRING','nullable':true}
        optionalInt?   | {'type':'INTEGER','format':'int32','nullable':true}
        optionalLong?  | {'type':'INTEGER','format':'int64','nullable':true}
        optionalDouble?| {'type':'NUMBER','format':'double','nullable':true}
        nullable?    | {'type':'INTEGER','format':'int32','nullable':true}
        notRequired? | {'type':'STRING','nullable':true}
        withDefault? | {'type':'INTEGER','format':'int32','description':'How far. Default: 5.'}
        optionalWithDefault?| {'type':'STRING','description':'When. ISO-8601 date, such as \
        2026-03-31. Default: 2026-01-01.'}
        collection| {'type':'ARRAY','items':{'type':'STRING'}}
        list      | {'type':'ARRAY','items':{'type':'STRING','nullable':true,'maxLength':'3'}}
        set       | {'type':'ARRAY','items':{'type':'STRING','description':'ISO-8601 date, such as \
        2026-03-31','nullable':true}}
        iterable  | {'type':'ARRAY','items':{'type':'ARRAY','items':{'type':'INTEGER',\
        'format':'int32'}}}
        array     | {'type':'ARRAY','items':{'type':'INTEGER','format':'int64'},'minItems':'1'}
        varargs?  | {'type':'ARRAY','nullable':true,'items':{'type':'STRING'}}
        nullableElements| {'type':'ARRAY','items':{'type':'STRING','nullable':true}}
        map       | {'type':'ARRAY','items':{'type':'OBJECT','properties':{'key':{'type':'STRING',\
        'description':'UUID, such as 123e4567-e89b-12d3-a456-426614174000'},'value':{\
        'type':'INTEGER','format':'int32','minimum':1}},'required':['key','value'],\
        'propertyOrdering':['key','value']},'minItems':'1','maxItems':'2'}
        enumMap   | {'type':'ARRAY','items':{'type':'OBJECT','properties':{'key':{'type':'STRING',\
        'format':'enum','enum':['RED','deep blue']},'value':{'type':'STRING','nullable':true}},\
        'required':['key','value'],'propertyOrdering':['key','value']}}
        point     | {'type':'OBJECT','properties':{'y':{'type':'INTEGER','format':'int32'},\
        'across':{'type':'INTEGER','format':'int32'},'up':{'type':'STRING','nullable':true}},\
        'required':['y','across'],'propertyOrdering':['y','across','up']}
        address   | {'type':'OBJECT','properties':{'zip':{'type':'INTEGER','format':'int32'},\
        'street':{'type':'STRING','description':'Street and number'},'apartment':{'type':'STRING',\
        'nullable':true},'box':{'type':'INTEGER','format':'int32','nullable':true}},\
        'required':['zip','street'],'propertyOrdering':['zip','street','apartment','box']}
        page      | {'type':'OBJECT','properties':{'items':{'type':'ARRAY','items':{'type':'STRING',\
        'format':'enum','enum':['RED','deep blue']}},'number':{'type':'INTEGER','format':'int32',\
        'description':'Default: 1.'}},'required':['items'],'propertyOrdering':['items','number']}
        shape     | {'type':'OBJECT','description':'What to draw','properties':{'type':{\
        'type':'STRING','format':'enum','enum':['Circle','square','Path','Nothing']},\
        'size':{'type':'NUMBER','format':'double','description':'Circle: Radius in cm. square: Side \
        in cm. Only for type Circle, square.'},'label':{'type':'STRING','nullable':true},\
        'points':{'type':'ARRAY','description':'Only for type Path.','items':{'type':'OBJECT',\
        'properties':{'y':{'type':'INTEGER','format':'int32'},'across':{'type':'INTEGER',\
        'format':'int32'},'up':{'type':'STRING','nullable':true}},'required':['y','across'],\
        'propertyOrdering':['y','across','up']}}},'required':['type'],\
        'propertyOrdering':['type','size','label','points']}
        payment   | {'type':'OBJECT','properties':{'kind':{'type':'STRING','format':'enum',\
        'enum':['cash','Card']},'number':{'type':'STRING','description':'Only for kind Card.'}},\
        'required':['kind'],'propertyOrdering':['kind','number']}
        """);
  }

  static Stream<Arguments> recursions() {
    return table("""
        tree  | {'type':'OBJECT','properties':{'name':{'type':'STRING'},'children':{'type':'ARRAY',\
        'items':{'type':'OBJECT','properties':{'name':{'type':'STRING'},'children':{'type':'ARRAY',\
        'items':{'type':'OBJECT','properties':{'name':{'type':'STRING'}},'required':['name'],\
        'propertyOrdering':['name']}}},'required':['name','children'],\
        'propertyOrdering':['name','children']}}},'required':['name','children'],\
        'propertyOrdering':['name','children']}
        chain | {'type':'OBJECT','properties':{'name':{'type':'STRING'},'next':{'type':'OBJECT',\
        'nullable':true,'properties':{'name':{'type':'STRING'},'next':{'type':'OBJECT',\
        'nullable':true,'properties':{'name':{'type':'STRING'}},'required':['name'],\
        'propertyOrdering':['name']}},'required':['name'],'propertyOrdering':['name','next']}},\
        'required':['name'],'propertyOrdering':['name','next']}
        """);
  }

  static Stream<Arguments> bounds() {
    return table("""
        ints      | {'type':'INTEGER','format':'int32','minimum':1,'maximum':10}
        fractionsOfInts| {'type':'INTEGER','format':'int32','minimum':1,'maximum':9}
        bytes     | {'type':'INTEGER','format':'int32','minimum':1,'maximum':127}
        longs     | {'type':'INTEGER','format':'int64','maximum':9007199254740994}
        longest   | {'type':'INTEGER','format':'int64','maximum':9.223372036854776E18}
        positive  | {'type':'INTEGER','format':'int32','minimum':1}
        positiveFraction| {'type':'NUMBER','format':'double','minimum':0}
        exclusive | {'type':'INTEGER','minimum':3,'maximum':6}
        decimals  | {'type':'NUMBER','minimum':0.1,'maximum':99.95}
        stricter  | {'type':'INTEGER','format':'int32','minimum':3,'maximum':10}
        lengths   | {'type':'STRING','minLength':'2','maxLength':'5','pattern':'[a-z]+'}
        notBlank  | {'type':'STRING','minLength':'1','pattern':'(?is)A.*'}
        notEmpty? | {'type':'ARRAY','nullable':true,'items':{'type':'STRING'},'minItems':'1'}
        inside?   | {'type':'STRING','nullable':true,'maxLength':'4'}
        allowed   | {'type':'STRING','format':'enum','enum':['on','off']}
        ofGroup   | {'type':'INTEGER','format':'int32'}
        """);
  }

  private static Stream<Arguments> table(String rows) {
    return rows.lines().map(line -> {
      int bar = line.indexOf('|');
      String tool = line.substring(0, bar).strip();
      return arguments(
          tool.replace("?", ""),
          !tool.endsWith("?"),
          line.substring(bar + 1).strip().replace('\'', '"'));
    });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void eachTypeHasItsSchema(String tool, boolean required, String schema) throws Exception {
    assertDeclared(Declared.Rows.class, tool, required, schema);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("recursions")
  void aTypeThatHoldsItselfIsWrittenThreeTimes(String tool, boolean required, String schema)
      throws Exception {
    assertDeclared(Declared.Recursive.class, tool, required, schema);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bounds")
  void demandsAreDeclared(String tool, boolean required, String schema) throws Exception {
    assertDeclared(Declared.Bounds.class, tool, required, schema);
  }

  private static void assertDeclared(Class<?> tools, String tool, boolean required, String schema)
      throws Exception {
    JsonNode parameters = declarations(tools).get(tool).get("parameters");

    ObjectMapper mapper = new ObjectMapper();
    assertThat(mapper.writeValueAsString(sorted(parameters.at("/properties/x"))))
        .isEqualTo(mapper.writeValueAsString(sorted(mapper.readTree(schema))));
    assertThat(parameters.get("type").asText()).isEqualTo("OBJECT");
    assertThat(parameters.get("propertyOrdering").toString()).isEqualTo("[\"x\"]");
    assertThat(parameters.has("required")).isEqualTo(required);
  }

  /** Keys of a schema by name, those of properties as they stand; 5.0 as 5. */
  private static JsonNode sorted(JsonNode node) {
    ObjectMapper mapper = new ObjectMapper();
    if (node.isNumber()) {
      return mapper.getNodeFactory().numberNode(node.decimalValue().stripTrailingZeros());
    }
    if (node.isArray()) {
      var array = mapper.createArrayNode();
      node.forEach(element -> array.add(sorted(element)));
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    var object = mapper.createObjectNode();
    Iterable<String> names = node::fieldNames;
    Set<String> ordered = new TreeSet<>();
    names.forEach(ordered::add);
    for (String name : node.has("type") && node.get("type").isTextual() ? ordered : names) {
      object.set(name, sorted(node.get(name)));
    }
    return object;
  }

  @Test
  void tablesHaveEveryTool() {
    assertThat(names(rows())).isEqualTo(declaredNames(Declared.Rows.class));
    assertThat(names(bounds())).isEqualTo(declaredNames(Declared.Bounds.class));
  }

  private static Set<String> names(Stream<Arguments> table) {
    Set<String> names = new TreeSet<>();
    table.forEach(row -> names.add((String) row.get()[0]));
    return names;
  }

  private static Set<String> declaredNames(Class<?> tools) {
    Set<String> names = new TreeSet<>();
    Arrays.stream(tools.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(LiveTool.class))
        .forEach(method -> names.add(method.getName()));
    return names;
  }

  @Test
  void aUnionThatHoldsItselfEndsWithWhatIsPartial() throws Exception {
    JsonNode sum = declarations(Declared.Recursive.class).get("sum").at("/parameters/properties/x");

    assertThat(sum.at("/properties/left/properties/left/propertyOrdering").toString())
        .isEqualTo("[\"type\",\"value\"]");
    assertThat(sum.at("/properties/left/properties/left/required").toString())
        .isEqualTo("[\"type\"]");
    assertThat(sum.at("/properties/left/description").asText()).isEqualTo("Only for type Plus.");
  }

  @Test
  void aTypeMayHoldItselfTwice() throws Exception {
    JsonNode pair =
        declarations(Declared.Recursive.class).get("pair").at("/parameters/properties/x");

    String inner = "/properties/right/items/properties/value/properties/left";
    assertThat(pair.at(inner + "/propertyOrdering").toString()).isEqualTo("[\"leaf\"]");
    assertThat(pair.at("/required").toString()).isEqualTo("[\"right\",\"leaf\"]");
  }

  @Test
  void schemasHaveOnlyKnownKeysAndObjectsHaveProperties() throws Exception {
    for (Class<?> tools :
        List.of(Declared.Rows.class, Declared.Recursive.class, Declared.Bounds.class)) {
      for (JsonNode declaration : declarations(tools).values()) {
        List<String> keys = new ArrayList<>();
        declaration.fieldNames().forEachRemaining(keys::add);
        assertThat(keys).containsExactly("name", "description", "parameters");
        assertKnown(declaration.get("parameters"));
      }
    }
  }

  private static void assertKnown(JsonNode schema) {
    schema.fieldNames().forEachRemaining(key -> assertThat(KEYS).contains(key));
    assertThat(schema.get("type").asText())
        .isIn("STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT");
    if (schema.get("type").asText().equals("OBJECT")) {
      List<String> names = new ArrayList<>();
      schema.get("properties").fieldNames().forEachRemaining(names::add);
      List<String> ordering = new ArrayList<>();
      schema.get("propertyOrdering").forEach(name -> ordering.add(name.asText()));
      assertThat(ordering).isNotEmpty().isEqualTo(names);
      schema.get("properties").forEach(DeclarationsTest::assertKnown);
    }
    if (schema.get("type").asText().equals("ARRAY")) {
      assertKnown(schema.get("items"));
    }
  }

  @Test
  void theSameClassIsDeclaredTheSameEachTime() {
    assertThat(json(Declared.Rows.class)).isEqualTo(json(Declared.Rows.class));
  }

  @Test
  void aToolWithoutArgumentsHasNoParameters() throws Exception {
    JsonNode declaration = declarations(Plain.class).get("ping");

    assertThat(declaration.toString())
        .isEqualTo("{\"name\":\"ping\",\"description\":\"Says pong\",\"behavior\":\"BLOCKING\"}");
  }

  private static Map<String, JsonNode> declarations(Class<?> tools) throws Exception {
    Map<String, JsonNode> byName = new LinkedHashMap<>();
    new ObjectMapper()
        .readTree(json(tools))
        .get("functionDeclarations")
        .forEach(declaration -> byName.put(declaration.get("name").asText(), declaration));
    return byName;
  }

  private static String json(Class<?> tools) {
    Mapped mapped = new ToolMapper(new ReflectBacking()).map(ReflectViews.of(tools));
    assertThat(mapped.findings()).isEmpty();
    ToolSet.Builder set = ToolSet.builder();
    mapped.tools().forEach(tool -> set.add(Declarations.of(tool.model()), (args, context) -> null));
    return set.build().declarationsJson();
  }
}
