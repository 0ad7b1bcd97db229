package com.acme;

import io.github.geminilive.ToolPolicy;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.tools.model.Constraints;
import io.github.geminilive.tools.model.CreationException;
import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ListType;
import io.github.geminilive.tools.model.MapType;
import io.github.geminilive.tools.model.ObjectType;
import io.github.geminilive.tools.model.ObjectWriter;
import io.github.geminilive.tools.model.OptionalType;
import io.github.geminilive.tools.model.Parameter;
import io.github.geminilive.tools.model.Scalar;
import io.github.geminilive.tools.model.Slot;
import io.github.geminilive.tools.model.ToolGlue;
import io.github.geminilive.tools.model.ToolModel;
import io.github.geminilive.tools.model.UnionType;
import io.github.geminilive.tools.model.ValueType;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Offers the tools of {@link com.acme.Home} without reflection. */
@javax.annotation.processing.Generated("io.github.geminilive.tools.processor.ToolProcessor")
@org.jspecify.annotations.NullUnmarked
@java.lang.SuppressWarnings({"cast", "deprecation", "exports", "rawtypes", "removal", "unchecked"})
public final class Home_LiveTools implements ToolGlue {

  /** For the library. */
  public Home_LiveTools() {}

  @java.lang.Override
  public List<ToolGlue.Entry> tools(ToolGlue.Types theTypes) {
    Parts theParts = new Parts(theTypes);
    return List.of(theParts.copyTool(), theParts.lightTool(), theParts.pageTool());
  }

  @java.lang.Override
  public Map<java.lang.Class<?>, EnumType> enums() {
    Map<java.lang.Class<?>, EnumType> theMap = new HashMap<>();
    theMap.put(com.acme.Home.Color.class, colorEnum());
    return theMap;
  }

  @java.lang.Override
  public Map<java.lang.Class<?>, ObjectWriter> writers() {
    Map<java.lang.Class<?>, ObjectWriter> theMap = new HashMap<>();
    theMap.put(com.acme.Home.Settings.class, settingsWriter());
    theMap.put(com.acme.Home.Page.class, pageWriter());
    theMap.put(com.acme.Home.Light.class, lightWriter());
    return theMap;
  }

  private static EnumType colorEnum() {
    return EnumType.of(com.acme.Home.Color.values(), theConstant -> switch (theConstant.name()) {
      case "GREEN" -> "gr\u00fcn";
      default -> theConstant.name();
    });
  }

  private static ObjectWriter settingsWriter() {
    return new ObjectWriter(
        null,
        null,
        List.of(
            new ObjectWriter.Property(
                "room",
                theObject -> {
                  try {
                    return ((com.acme.Home.Settings) theObject).getRoom();
                  } catch (java.lang.Throwable e) {
                    throw rethrown(e);
                  }
                }),
            new ObjectWriter.Property(
                "size",
                theObject -> ((com.acme.Home.Settings) theObject).size)));
  }

  private static ObjectWriter pageWriter() {
    return new ObjectWriter(
        null,
        null,
        List.of(
            new ObjectWriter.Property(
                "items",
                theObject -> ((com.acme.Home.Page) theObject).items()),
            new ObjectWriter.Property(
                "more",
                theObject -> ((com.acme.Home.Page) theObject).more())));
  }

  private static ObjectWriter lightWriter() {
    return new ObjectWriter(
        null,
        null,
        List.of(
            new ObjectWriter.Property(
                "name",
                theObject -> ((com.acme.Home.Light) theObject).name()),
            new ObjectWriter.Property(
                "color",
                theObject -> ((com.acme.Home.Light) theObject).color()),
            new ObjectWriter.Property(
                "inner",
                theObject -> ((com.acme.Home.Light) theObject).inner()),
            new ObjectWriter.Property(
                "levels",
                theObject -> ((com.acme.Home.Light) theObject).levels()),
            new ObjectWriter.Property(
                "more",
                theObject -> ((com.acme.Home.Light) theObject).more())));
  }

  private static <E extends java.lang.Throwable> java.lang.RuntimeException rethrown(java.lang.Throwable thrown) throws E {
    throw (E) thrown;
  }

  private static final class Parts {

    private final ValueType levelType;
    private final ObjectType lightType;
    private final ObjectType circleType;
    private final ObjectType squareType;
    private final ObjectType pageType;
    private final ObjectType settingsType;
    private final UnionType shapeUnion;

    Parts(ToolGlue.Types theTypes) {
      levelType = theTypes.type(com.acme.Home.Level.class);
      lightType = ObjectType.declare("Light");
      circleType = ObjectType.declare("Circle");
      squareType = ObjectType.declare("Square");
      pageType = ObjectType.declare("Page");
      settingsType = ObjectType.declare("Settings");
      shapeUnion = new UnionType(
          "Shape",
          "type",
          List.of(
              new UnionType.Variant("Circle", circleType),
              new UnionType.Variant("Square", squareType)));
      defineLightType();
      defineCircleType();
      defineSquareType();
      definePageType();
      defineSettingsType();
    }

    private void defineLightType() {
      lightType.define(
          List.of(
              Slot.of("name", Scalar.STRING).withDescription("its name, such as \"spot\""),
              Slot.of("color", colorEnum()).asNullable(),
              Slot.of(
                  "inner",
                  new ListType(
                      ListType.Container.LIST,
                      Slot.of("", lightType),
                      theList -> theList)).withDescription("lights inside of it"),
              Slot.of(
                  "levels",
                  new ListType(
                      ListType.Container.ARRAY,
                      Slot.of("", Scalar.INT),
                      theList -> {
                        int[] made = new int[theList.size()];
                        for (int i = 0; i < made.length; i++) {
                          made[i] = (int) theList.get(i);
                        }
                        return made;
                      })),
              Slot.of("more", new MapType(Scalar.STRING, Slot.of("", Scalar.DOUBLE)))),
          theValues -> {
            try {
              return new com.acme.Home.Light(
                  (java.lang.String) theValues[0],
                  (com.acme.Home.Color) theValues[1],
                  (java.util.List) theValues[2],
                  (int[]) theValues[3],
                  (java.util.Map) theValues[4]);
            } catch (java.lang.Exception e) {
              throw new CreationException(e);
            }
          });
    }

    private void defineCircleType() {
      circleType.define(
          List.of(Slot.of("radius", Scalar.DOUBLE).withDescription("in metres")),
          theValues -> {
            try {
              return new com.acme.Home.Circle((double) theValues[0]);
            } catch (java.lang.Exception e) {
              throw new CreationException(e);
            }
          });
    }

    private void defineSquareType() {
      squareType.define(
          List.of(
              Slot.of("side", Scalar.DOUBLE).withConstraints(new Constraints(
                  new BigDecimal("1"),
                  false,
                  null,
                  false,
                  null,
                  null,
                  false,
                  null,
                  List.of())),
              Slot.of(
                  "inner",
                  new OptionalType(OptionalType.Kind.OPTIONAL, shapeUnion)).asNullable()),
          theValues -> {
            try {
              return new com.acme.Home.Square(
                  (double) theValues[0],
                  (java.util.Optional) theValues[1]);
            } catch (java.lang.Exception e) {
              throw new CreationException(e);
            }
          });
    }

    private void definePageType() {
      pageType.define(
          List.of(
              Slot.of(
                  "items",
                  new ListType(
                      ListType.Container.LIST,
                      Slot.of("", Scalar.STRING),
                      theList -> theList)),
              Slot.of(
                  "more",
                  new ListType(
                      ListType.Container.ARRAY,
                      Slot.of("", Scalar.STRING),
                      theList -> theList.toArray(new java.lang.String[0])))),
          theValues -> {
            try {
              return new com.acme.Home.Page(
                  (java.util.List) theValues[0],
                  (java.lang.String[]) theValues[1]);
            } catch (java.lang.Exception e) {
              throw new CreationException(e);
            }
          });
    }

    private void defineSettingsType() {
      settingsType.define(
          List.of(
              Slot.of("room", Scalar.STRING).withDescription("Which room."),
              Slot.of("size", Scalar.LONG)),
          Set.of(0, 1),
          theValues -> {
            try {
              com.acme.Home.Settings made = new com.acme.Home.Settings();
              if (theValues[0] != ObjectType.ABSENT) {
                made.setRoom((java.lang.String) theValues[0]);
              }
              if (theValues[1] != ObjectType.ABSENT) {
                made.size = (long) theValues[1];
              }
              return made;
            } catch (java.lang.Exception e) {
              throw new CreationException(e);
            }
          });
    }

    private ToolGlue.Entry copyTool() {
      return new ToolGlue.Entry(
          new ToolModel(
              "copy",
              "Copies.",
              null,
              null,
              ToolPolicy.DEFAULT,
              List.of(
                  new Parameter.Argument(
                      Slot.of(
                          "bytes",
                          new ListType(
                              ListType.Container.ARRAY,
                              Slot.of("", Scalar.BYTES),
                              theList -> theList.toArray(new byte[0][])))),
                  new Parameter.Argument(
                      Slot.of(
                          "lists",
                          new ListType(
                              ListType.Container.ARRAY,
                              Slot.of(
                                  "",
                                  new ListType(
                                      ListType.Container.LIST,
                                      Slot.of("", Scalar.STRING),
                                      theList -> theList)),
                              theList -> theList.toArray(new java.util.List[0]))))),
              false,
              "com.acme.Home.copy",
              (theTarget, theValues) -> ((com.acme.Home) theTarget).copy(
                  (byte[][]) theValues[0],
                  (java.util.List[]) theValues[1])),
          false);
    }

    private ToolGlue.Entry lightTool() {
      return new ToolGlue.Entry(
          new ToolModel(
              "light",
              "Switches a light, e.g. red ones.",
              null,
              null,
              ToolPolicy.DEFAULT.timeout(Duration.ofMillis(500L)).parallelLimit(2),
              List.of(
                  new Parameter.Argument(
                      Slot.of("light", lightType).withDescription("which one")),
                  new Parameter.Argument(
                      Slot.of("shape", shapeUnion).withDescription("what it shines at")),
                  new Parameter.Injected(Parameter.Injection.CONTEXT),
                  new Parameter.AttachedState(
                      java.lang.Thread.class,
                      Parameter.Absence.OPTIONAL)),
              false,
              "com.acme.Home.light",
              (theTarget, theValues) -> ((com.acme.Home) theTarget).light(
                  (com.acme.Home.Light) theValues[0],
                  (com.acme.Home.Shape) theValues[1],
                  (io.github.geminilive.ToolContext) theValues[2],
                  (java.util.Optional) theValues[3])),
          false);
    }

    private ToolGlue.Entry pageTool() {
      return new ToolGlue.Entry(
          new ToolModel(
              "page.it",
              "Pages \"x\" \\ \u00fc.",
              FunctionBehavior.NON_BLOCKING,
              FunctionScheduling.SILENT,
              ToolPolicy.DEFAULT,
              List.of(
                  new Parameter.Argument(Slot.of("page", pageType)),
                  new Parameter.Argument(Slot.of("set_up", settingsType).asNullable()),
                  new Parameter.Argument(
                      Slot.of("number", Scalar.LONG).withDefault("2").withConstraints(new Constraints(
                          null,
                          false,
                          new BigDecimal("10"),
                          false,
                          null,
                          null,
                          false,
                          null,
                          List.of()))),
                  new Parameter.Argument(
                      Slot.of(
                          "levels",
                          new ListType(
                              ListType.Container.SET,
                              Slot.of("", levelType),
                              LinkedHashSet::new))),
                  new Parameter.Argument(
                      Slot.of(
                          "rest",
                          new ListType(
                              ListType.Container.ARRAY,
                              Slot.of("", Scalar.STRING),
                              theList -> theList.toArray(new java.lang.String[0]))))),
              true,
              "com.acme.Home.page",
              (theTarget, theValues) -> {
                com.acme.Home.page(
                    (com.acme.Home.Page) theValues[0],
                    (com.acme.Home.Settings) theValues[1],
                    (long) theValues[2],
                    (java.util.Set) theValues[3],
                    (java.lang.String[]) theValues[4]);
                return null;
              }),
          true);
    }
  }
}
