package io.github.geminilive.tools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.tools.LiveTools;
import org.junit.jupiter.api.Test;

/** What is seldom seen works as the rest does. */
class OdditiesTest {

  private static final LiveTools TOOLS = LiveTools.of(new Oddities());

  private static JsonNode properties(String tool) {
    return Wire.declaration(TOOLS, tool).at("/parameters/properties");
  }

  @Test
  void textsArriveAsTheyWereWritten() {
    JsonNode texts = Wire.declaration(TOOLS, "texts");

    assertThat(texts.path("description").asText())
        .isEqualTo("Says \"hi\" \\ 'ho'\n\tto\u2028all: grün 緑 🟢 %s ${x} {@code y} </a> */");
    assertThat(properties("texts").at("/sign/description").asText())
        .isEqualTo("A \"sign\" \\ of\nits own. Default: \"quoted\".");
    assertThat(Wire.texts(properties("texts").at("/sign/enum")))
        .containsExactly("\"quoted\"", "back\\slash", "grün 緑 🟢", "%s ${x} {@code y}");
    assertThat(properties("texts").at("/price/pattern").asText()).isEqualTo("\\d+\\.\\d{2} \"€\"");
    assertThat(Wire.texts(properties("texts").at("/choice/enum")))
        .containsExactly("a\"b", "c\\d", "é\n");
    assertThat(Wire.output(TOOLS, "texts", "{}").asText()).isEqualTo("\"quoted\"");
    assertThat(Wire.output(TOOLS, "texts", "{'sign':'grün 緑 🟢'}").asText()).isEqualTo("grün 緑 🟢");
    assertThat(Wire.violations(TOOLS, "texts", "{'price':'150 €'}"))
        .containsExactly("/price bad_format");
  }

  @Test
  void thePatternsFlagsAreKept() {
    assertThat(properties("flags").at("/answer/pattern").asText()).isEqualTo("(?i)yes|no");
    assertThat(Wire.output(TOOLS, "flags", "{'answer':'YES'}").asText()).isEqualTo("YES");
    assertThat(Wire.violations(TOOLS, "flags", "{'answer':'YESS'}"))
        .containsExactly("/answer bad_format");
  }

  @Test
  void namesThatAreTakenElsewhereDoNotMatter() {
    assertThat(Wire.output(
                TOOLS,
                "names",
                "{'string':{'text':'t'},'list':{'numbers':[1]},'object':'Override',"
                    + "'type':{'value':'','values':'','v':1,'arguments':2}}")
            .asText())
        .isEqualTo("t[1]Override2");
    assertThat(Wire.output(
                TOOLS, "locals", "{'target':1,'arguments':2,'value':3,'values':4,'types':5,'i':6}")
            .asInt())
        .isEqualTo(21);
  }

  @Test
  void arraysOfAllKindsAreMade() {
    assertThat(Wire.output(
                TOOLS,
                "arrays",
                "{'longs':[1],'doubles':[1],'floats':[0.5],'shorts':[2],'flags':[true],"
                    + "'blobs':['aGk='],'signs':['GREEN'],'lists':[['a'],[]],"
                    + "'map':{'k':[1,2]}}")
            .asText())
        .isEqualTo("[1][1.0][0.5][2][true][[104, 105]][GREEN][[a], []]1");
    assertThat(Wire.violations(
            TOOLS,
            "arrays",
            "{'longs':['x'],'doubles':[{}],'floats':[1e99],'shorts':[40000],'flags':[1],"
                + "'blobs':['?'],'signs':['?'],'lists':[5],'map':{'k':['x']}}"))
        .containsExactly(
            "/longs/0 wrong_type",
            "/doubles/0 wrong_type",
            "/floats/0 out_of_range",
            "/shorts/0 out_of_range",
            "/flags/0 wrong_type",
            "/blobs/0 bad_format",
            "/signs/0 not_allowed",
            "/lists/0 wrong_type",
            "/map/k/0 wrong_type");
  }

  @Test
  void beansAreMadeByTheirConstructors() {
    String size = "'size':{'type':'INTEGER','format':'int32','description':'How large.',"
        + "'nullable':true,'maximum':9}";

    assertThat(Wire.canonical(properties("beans").get("made")))
        .isEqualTo(Wire.json("{'type':'OBJECT','properties':{" + size
                + ",'the_name':{'type':'STRING'}},'required':['the_name'],"
                + "'propertyOrdering':['size','the_name']}")
            .toString());
    assertThat(Wire.canonical(properties("beans").get("derived")))
        .isEqualTo(Wire.json("{'type':'OBJECT','nullable':true,'properties':{"
                + "'numbers':{'type':'ARRAY','description':'Default: [1,2].',"
                + "'items':{'type':'INTEGER','format':'int32'}},"
                + size + ",'the_name':{'type':'STRING'}},'required':['the_name'],"
                + "'propertyOrdering':['numbers','size','the_name']}")
            .toString());
    assertThat(Wire.output(
                TOOLS,
                "beans",
                "{'made':{'the_name':'a','secret':'x'}," + "'derived':{'the_name':'b','size':9}}")
            .asText())
        .isEqualTo("a 7, b 9 [1, 2]");
    assertThat(Wire.violations(TOOLS, "beans", "{'made':{'size':10},'derived':{}}"))
        .containsExactly(
            "/made/size out_of_range", "/made/the_name missing", "/derived/the_name missing");
  }

  @Test
  void whatIsSaidAtPrivateFieldsCounts() {
    assertThat(Wire.canonical(properties("fields").get("account")))
        .isEqualTo(Wire.json("{'type':'OBJECT','properties':{"
                + "'level':{'type':'INTEGER','format':'int32','minimum':2,'maximum':9},"
                + "'owner':{'type':'STRING','nullable':true},"
                + "'purpose':{'type':'STRING','description':'What for.','minLength':'1'}},"
                + "'required':['level','purpose'],"
                + "'propertyOrdering':['level','owner','purpose']}")
            .toString());
    assertThat(Wire.output(TOOLS, "fields", "{'account':{'level':2,'purpose':'p'}}")
            .toString())
        .isEqualTo(Wire.json("{'level':2,'owner':'nobody','purpose':'p'}").toString());
    assertThat(Wire.violations(TOOLS, "fields", "{'account':{'level':10,'purpose':' '}}"))
        .containsExactly("/account/level out_of_range", "/account/purpose bad_format");
  }

  @Test
  void sealedClassesAreToldApartByTheirOwnDiscriminator() {
    String fruit = "{'kind_of':'Fruit','color':'red','hot':false}";

    assertThat(Wire.texts(properties("food").at("/food/propertyOrdering")))
        .containsExactly("kind_of", "color", "hot", "in");
    assertThat(Wire.texts(properties("food").at("/food/required")))
        .containsExactly("kind_of", "hot");
    assertThat(
            Wire.output(TOOLS, "food", "{'food':{'kind_of':'Soup','hot':true,'in':" + fruit + "}}")
                .toString())
        .isEqualTo(Wire.json("{'kind_of':'Soup','hot':true,'in':" + fruit + "}").toString());
  }

  @Test
  void keysOfMapsAreCheckedAsTheirValuesAre() {
    assertThat(properties("keys").at("/texts/items/properties/key").toString())
        .isEqualTo(
            Wire.json("{'type':'STRING','minLength':'2','pattern':'[a-z]*'}").toString());
    assertThat(properties("keys").at("/numbers/items/properties/key/maximum").asInt())
        .isEqualTo(9);
    assertThat(
            Wire.output(TOOLS, "keys", "{'texts':{'ab':1},'numbers':[{'key':9,'value':'GREEN'}]}")
                .asText())
        .isEqualTo("{ab=1} {9=GREEN}");
    assertThat(Wire.violations(
            TOOLS, "keys", "{'texts':{'a':1,'AB':0},'numbers':[{'key':10,'value':'GREEN'}]}"))
        .containsExactly(
            "/texts/a too_short",
            "/texts/AB bad_format",
            "/texts/AB out_of_range",
            "/numbers/0/key out_of_range");
  }

  @Test
  void whatIsNotPublicCanBeAResult() {
    assertThat(Wire.output(TOOLS, "hidden", "{}").toString())
        .isEqualTo(Wire.json("[{'name':'h','sign':'\\'quoted\\''}]").toString());
    assertThat(Wire.output(TOOLS, "wildcard", "{}").toString()).isEqualTo("[1,2.5]");
  }

  @Test
  void methodsMayBeDeprecatedFinalAndThrowAnything() {
    assertThat(Wire.output(TOOLS, "old", "{'old':{'age':3}}").toString()).isEqualTo("{\"age\":3}");
    assertThat(Wire.output(TOOLS, "modifiers", "{'number':3}").asInt()).isEqualTo(3);
    assertThat(Wire.output(TOOLS, "anything", "{'fails':false}").asText()).isEqualTo("fine");
    for (String failing : new String[] {"anything", "everything"}) {
      assertThat(Wire.error(TOOLS, failing, "{'fails':true}").path("message").asText())
          .isEqualTo("The tool failed.");
    }
  }
}
