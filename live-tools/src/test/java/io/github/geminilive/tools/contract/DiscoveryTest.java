package io.github.geminilive.tools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.tools.LiveTools;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

/** Which methods are tools, what they are called, and in what order they are declared. */
class DiscoveryTest {

  @Test
  void aClassDeclaresItsToolsByName() {
    LiveTools tools = LiveTools.of(new Discovery.Ordered());

    assertThat(Wire.names(tools)).containsExactly("Beta", "alpha", "zeta");
    assertThat(tools.names()).containsExactly("Beta", "alpha", "zeta");
    assertThat(Wire.output(tools, "Beta", "{}").asText()).isEqualTo("Beta");
  }

  @Test
  void classesAreDeclaredAsRegistered() {
    LiveTools one = LiveTools.of(new Discovery.Ordered(), new Discovery.Lamp());
    LiveTools other = LiveTools.of(new Discovery.Lamp(), new Discovery.Ordered());

    assertThat(Wire.names(one)).containsExactly("Beta", "alpha", "zeta", "color", "toggle");
    assertThat(Wire.names(other)).containsExactly("color", "toggle", "Beta", "alpha", "zeta");
  }

  @Test
  void namesAreTakenAsTheyStand() {
    LiveTools tools = LiveTools.of(new Discovery.Names());
    String longest = "n234567890123456789012345678901234567890123456789012345678901234";

    assertThat(Wire.names(tools))
        .containsExactly("_", "camelCase_and_more", "home.lights-on_2", longest);
    assertThat(Wire.output(tools, "home.lights-on_2", "{'_Room_1':'hall'}").asText())
        .isEqualTo("hall");
    assertThat(Wire.output(tools, "camelCase_and_more", "{'someValue':'x'}").asText())
        .isEqualTo("x");
    assertThat(Wire.output(tools, longest, "{'" + longest.replace('n', 'p') + "':'x'}")
            .asText())
        .isEqualTo("x");
  }

  @Test
  void aDescriptionIsThatOfTheAnnotation() {
    JsonNode declaration = Wire.declaration(LiveTools.of(new Discovery.Lamp()), "toggle");

    assertThat(declaration.toString())
        .isEqualTo(Wire.json("{'name':'toggle','description':'Switches the lamp.',"
                + "'parameters':{'type':'OBJECT','properties':{'on':{'type':'BOOLEAN',"
                + "'description':'Whether it shall burn.'}},'required':['on'],"
                + "'propertyOrdering':['on']}}")
            .toString());
  }

  @Test
  void behaviorIsDeclaredOnlyWhereItIsSet() {
    LiveTools tools = LiveTools.of(new Discovery.Behaviors());

    assertThat(Wire.declaration(tools, "blocking").toString())
        .isEqualTo("{\"name\":\"blocking\",\"description\":\"a\",\"behavior\":\"BLOCKING\"}");
    assertThat(Wire.declaration(tools, "byModel").toString())
        .isEqualTo("{\"name\":\"byModel\",\"description\":\"b\"}");
    assertThat(Wire.declaration(tools, "nonBlocking").toString())
        .isEqualTo(
            "{\"name\":\"nonBlocking\",\"description\":\"c\",\"behavior\":\"NON_BLOCKING\"}");
    assertThat(Wire.declaration(tools, "silent").toString())
        .isEqualTo("{\"name\":\"silent\",\"description\":\"d\",\"behavior\":\"NON_BLOCKING\"}");
  }

  @Test
  void anOverridingMethodIsTheToolOfTheOverridden() {
    LiveTools tools = LiveTools.of(new Discovery.HallLamp());

    assertThat(Wire.declaration(tools, "toggle"))
        .isEqualTo(Wire.declaration(LiveTools.of(new Discovery.Lamp()), "toggle"));
    assertThat(Wire.output(tools, "toggle", "{'on':true}").asText()).isEqualTo("hall lamp true");
    assertThat(Wire.output(tools, "color", "{}").asText()).isEqualTo("white");
  }

  @Test
  void theNearestAnnotationCounts() {
    LiveTools tools = LiveTools.of(new Discovery.DeskLamp());

    assertThat(Wire.names(tools)).containsExactly("color", "toggle_desk");
    assertThat(Wire.output(tools, "toggle_desk", "{'on':false}").asText())
        .isEqualTo("desk lamp false");
  }

  @Test
  void toolsOfInterfacesAreFound() {
    LiveTools tools = LiveTools.of(new Discovery.Host());

    assertThat(Wire.names(tools)).containsExactly("greet", "leave");
    assertThat(Wire.declaration(tools, "greet")
            .at("/parameters/properties/who/description")
            .asText())
        .isEqualTo("Whom.");
    assertThat(Wire.output(tools, "greet", "{'who':'you'}").asText()).isEqualTo("Hello you");
    assertThat(Wire.output(tools, "leave", "{'who':'you'}").asText()).isEqualTo("Goodbye you");
  }

  @Test
  void aProxyIsCalledItself() {
    Object proxy = Proxy.newProxyInstance(
        Discovery.Greeter.class.getClassLoader(),
        new Class<?>[] {Discovery.Greeter.class},
        (self, method, arguments) -> method.getName() + " by proxy of " + arguments[0]);
    LiveTools tools = LiveTools.of(proxy);

    assertThat(Wire.names(tools)).containsExactly("greet", "leave");
    assertThat(Wire.output(tools, "greet", "{'who':'you'}").asText())
        .isEqualTo("greet by proxy of you");
    assertThat(Wire.output(tools, "leave", "{'who':'me'}").asText())
        .isEqualTo("leave by proxy of me");
  }

  @Test
  void aSubclassAsProxyKeepsTheDeclarations() {
    LiveTools lamp = LiveTools.of(new Discovery.Lamp());
    LiveTools proxy = LiveTools.of(new Discovery.LampProxy(new Discovery.HallLamp()));

    assertThat(Wire.declarations(proxy)).isEqualTo(Wire.declarations(lamp));
    assertThat(Wire.output(proxy, "color", "{}").asText()).isEqualTo("proxied white");
    assertThat(Wire.output(proxy, "toggle", "{'on':true}").asText())
        .isEqualTo("proxied hall lamp true");
  }

  @Test
  void aBridgeIsNoSecondTool() {
    LiveTools store = LiveTools.of(new Discovery.Store());
    LiveTools maker = LiveTools.of(new Discovery.TextMaker());

    assertThat(Wire.names(store)).containsExactly("fetch");
    assertThat(Wire.output(store, "fetch", "{'key':'2026-03-31'}").asInt()).isEqualTo(2026);
    assertThat(Wire.declaration(store, "fetch")
            .at("/parameters/properties/key/type")
            .asText())
        .isEqualTo("STRING");
    assertThat(Wire.names(maker)).containsExactly("make");
    assertThat(Wire.output(maker, "make", "{}").asText()).isEqualTo("text");
  }

  @Test
  void typeVariablesOfASuperclassAreResolved() {
    LiveTools tools = LiveTools.of(new Discovery.NumberKeeper());

    assertThat(Wire.declaration(tools, "keep").at("/parameters/properties").toString())
        .isEqualTo(Wire.json("{'value':{'type':'INTEGER','format':'int64'},"
                + "'others':{'type':'ARRAY','items':{'type':'INTEGER','format':'int64'}}}")
            .toString());
    assertThat(Wire.output(tools, "keep", "{'value':5,'others':[1,2]}").asText())
        .isEqualTo("5 and 2");
  }

  @Test
  void aClassOffersItsStaticTools() {
    LiveTools ofClass = LiveTools.of(Discovery.Clock.class);
    LiveTools ofObject = LiveTools.of(new Discovery.Clock());

    assertThat(Wire.names(ofClass)).containsExactly("zone");
    assertThat(Wire.output(ofClass, "zone", "{}").asText()).isEqualTo("UTC");
    assertThat(Wire.names(ofObject)).containsExactly("hour", "zone");
    assertThat(Wire.output(ofObject, "zone", "{}").asText()).isEqualTo("UTC");
    assertThat(Wire.output(ofObject, "hour", "{}").asInt()).isEqualTo(12);
  }

  @Test
  void aNestedClassOffersTools() {
    assertThat(
            Wire.output(LiveTools.of(new Discovery.Outer.Inner()), "deep", "{}").asText())
        .isEqualTo("deep");
  }

  @Test
  void setsAreCombinedInTheirOrder() {
    LiveTools lamp = LiveTools.of(new Discovery.Lamp());
    LiveTools both = LiveTools.combine(LiveTools.of(new Discovery.Ordered()), lamp);

    assertThat(Wire.names(both)).containsExactly("Beta", "alpha", "zeta", "color", "toggle");
    assertThat(Wire.names(both.without("alpha", "color")))
        .containsExactly("Beta", "zeta", "toggle");
    assertThat(Wire.names(lamp.with(new Discovery.Host())))
        .containsExactly("color", "toggle", "greet", "leave");
    assertThat(Wire.output(both, "toggle", "{'on':true}").asText()).isEqualTo("lamp true");
  }
}
