package io.github.geminilive.tools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.tools.LiveTools;
import org.junit.jupiter.api.Test;

/** Types declared apart from the tools: another compilation may have made them. */
class ForeignTest {

  private static final LiveTools TOOLS = LiveTools.of(new Foreign());

  private static final String MEAL =
      "{'type':'STRING','format':'enum','enum':['breakfast','dinner']}";

  private static final String GUEST_PROPERTIES = "'properties':{'name':{'type':'STRING'},"
      + "'title':{'type':'STRING','nullable':true},"
      + "'tags':{'type':'ARRAY','items':{'type':'STRING','maxLength':'5'}},"
      + "'meals':{'type':'ARRAY','items':{'type':'OBJECT','properties':{'key':" + MEAL + ","
      + "'value':{'type':'INTEGER','format':'int32','nullable':true}},"
      + "'required':['key','value'],'propertyOrdering':['key','value']}},"
      + "'arrives':{'type':'STRING','description':'Day. Default: monday.'}},"
      + "'required':['name','tags','meals'],"
      + "'propertyOrdering':['name','title','tags','meals','arrives']}";

  private static String declared(String tool, String property) {
    return Wire.declaration(TOOLS, tool)
        .at("/parameters/properties/" + property)
        .toString();
  }

  @Test
  void aRecordDeclaredElsewhereKeepsWhatItsUsesSay() {
    assertThat(declared("guest", "guest"))
        .isEqualTo(Wire.json("{'type':'OBJECT','description':'Who comes.'," + GUEST_PROPERTIES)
            .toString());
    assertThat(declared("pairs", "guest"))
        .isEqualTo(
            Wire.json("{'type':'OBJECT','nullable':true," + GUEST_PROPERTIES).toString());
  }

  @Test
  void aGenericRecordDeclaredElsewhereIsResolved() {
    assertThat(declared("pair", "pair"))
        .isEqualTo(Wire.json("{'type':'OBJECT','properties':{"
                + "'left':{'type':'INTEGER','format':'int32'},"
                + "'right':{'type':'STRING','format':'enum','nullable':true,"
                + "'enum':['breakfast','dinner']}},"
                + "'required':['left'],'propertyOrdering':['left','right']}")
            .toString());
  }

  @Test
  void whatIsDeclaredElsewhereIsBound() {
    assertThat(
            Wire.output(TOOLS, "guest", "{'guest':{'name':'n','tags':['a'],'meals':{'dinner':2}}}")
                .asText())
        .isEqualTo("Guest[name=n, title=null, tags=[a], meals={DINNER=Optional[2]}, day=monday]");
    assertThat(Wire.violations(
            TOOLS, "guest", "{'guest':{'name':'n','tags':['abcdef'],'meals':{'lunch':2}}}"))
        .containsExactly("/guest/tags/0 too_long", "/guest/meals/lunch not_allowed");
  }

  @Test
  void whatIsDeclaredElsewhereIsWritten() {
    assertThat(Wire.output(TOOLS, "meal", "{'meal':'DINNER'}").toString()).isEqualTo("\"dinner\"");
    assertThat(Wire.output(TOOLS, "pair", "{'pair':{'left':1,'right':'breakfast'}}")
            .toString())
        .isEqualTo(Wire.json("{'left':1,'right':'breakfast'}").toString());
    assertThat(Wire.output(
                TOOLS,
                "pairs",
                "{'pairs':[{'left':'a','right':{'left':'b','right':3}},{'left':'c'}]}")
            .toString())
        .isEqualTo(
            Wire.json("[{'left':'a','right':{'left':'b','right':3}},{'left':'c','right':null}]")
                .toString());
    assertThat(Wire.output(
                TOOLS,
                "event",
                "{'event':{'type':'Departure','reason':'r','previous':{'type':'Departure',"
                    + "'reason':'s'}}}")
            .toString())
        .isEqualTo(Wire.json("{'type':'Departure','reason':'r','previous':{'type':'Departure',"
                + "'reason':'s','previous':null}}")
            .toString());
  }
}
