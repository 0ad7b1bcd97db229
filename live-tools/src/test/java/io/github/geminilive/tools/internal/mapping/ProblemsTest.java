package io.github.geminilive.tools.internal.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.ToolProblem;
import io.github.geminilive.tools.internal.reflect.ReflectBacking;
import io.github.geminilive.tools.internal.reflect.ReflectViews;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProblemsTest {

  private static final Map<Class<?>, List<Finding>> FINDINGS = Stream.of(
          Wrong.Types.class, Wrong.Demands.class, Wrong.Tools.class)
      .collect(Collectors.toMap(type -> type, ProblemsTest::findings));

  static Stream<Arguments> types() {
    return table("""
        file          | x           | java.io.File             | Take a String
        path          | x           | java.nio.file.Path       | Take a String
        type          | x           | java.lang.Class          | Take an enum
        date          | x           | java.util.Date           | Take an Instant
        zoneOffset    | x           | java.time.ZoneOffset     | Take a ZoneId
        stream        | x           | java.util.stream.Stream  | Take a List
        inputStream   | x           | java.io.InputStream      | Take byte[]
        arrayList     | x           | java.util.ArrayList      | Take a List
        hashMap       | x           | java.util.HashMap        | Take a Map
        number        | x           | java.lang.Number         | Take a BigDecimal
        builder       | x           | java.lang.StringBuilder  | Take a String
        textNode      | x           | TextNode                 | Take a JsonNode
        raw           | x           | List is used without     | List<String>
        wildcard      | x[]         | ?                        | Name a type
        bounded       | x[]         | ? extends Empty          | Name a type
        variable      | x           | What U stands for        | Name a type
        generic       | -           | type parameters          | Name the types
        keys          | x{key}      | Double                   | Take String
        nested        | x           | Optional of an Optional  | Take one
        empty         | x           | Empty has no property    | Give it one
        hidden        | x           | Hidden is not public     | Make it public
        self          | x.self.self.self| holds itself         | Optional
        tree          | x           | holds itself             | something else
        growing       | x           | goes on for ever         | larger versions
        named         | x.c         | the names a and b        | one name
        twice         | x.b         | Two properties           | Rename
        badName       | x.first name| "first name"             | Set name
        ignored       | x.b         | hidden from the model    | Remove
        readOnly      | x.b         | hidden from the model    | Remove
        ignoredByName | x.b         | hidden from the model    | Remove
        snake         | x           | @JsonNaming              | @JsonProperty
        unwrapped     | x.named     | @JsonUnwrapped           | inner properties
        formatted     | x.date      | @JsonFormat              | Remove
        deserialized  | x           | @JsonDeserialize         | Remove
        deep          | x.files[]   | java.io.File             | Take a String
        value         | x           | @JsonValue               | that value's type
        noConstructor | x           | no public constructor    | a record
        staticCreator | x           | static method of         | Mark a constructor
        delegating    | x           | delegating               | PROPERTIES
        twoCreators   | x           | several constructors     | Mark one
        noSetter      | x.b         | no public setter         | Add one
        hiddenSetter  | x.b         | no public setter         | @JsonIgnore
        twoSetters    | x.a         | several setters          | @JsonProperty
        any           | x           | @JsonAnySetter           | Map
        detected      | x           | @JsonAutoDetect          | @JsonProperty
        inner         | x           | inner class              | static
        abstracted    | x           | Abstract is abstract     | @JsonSubTypes
        interfaced    | x           | Interface is an interface| seal it
        session       | x           | SpecialSession           | seal it
        annotation    | x           | LiveTool is an interface | record
        noConstants   | x           | no constants             | Give it one
        repeated      | x           | "b"                      | another name
        created       | x           | @JsonCreator             | @JsonValue
        oddValue      | x           | gives List<String>       | String or a number
        emptyValue    | x           | empty name               | another one
        differing     | x           | "size"                   | same type
        clash         | x.kind      | discriminator            | Rename
        byClass       | x           | use = CLASS              | NAME
        wrapped       | x           | include = WRAPPER_OBJECT | PROPERTY
        open          | x           | NonSealed is an interface| Seal it
        sameName      | x           | "side"                   | @JsonTypeName
        circular      | x           | "b" of different types   | Rename
        hiddenArgument| x           | A parameter of the constructor | Remove
        throwing      | x           | no value                 | Return a text
        strict        | x           | does not fit: never      | Correct it
        picky         | x           | a is at most 3           | Correct it
        anonymous     | x.@type     | "@type"                  | letter
        """);
  }

  static Stream<Arguments> demands() {
    return table("""
        bounds         | x | at least 10 and at most 5    | Correct the bounds
        both           | x | at least 6 and at most 5     | Correct the bounds
        nothingBetween | x | more than 1 and at most 1    | Correct the bounds
        wholeBetween   | x | at least 2 and at most 1     | Correct the bounds
        infinite       | x | min is not finite            | Leave it out
        noNumber       | x | "one"                        | 0.5
        huge           | x | "1e999999999"                | Leave it out
        beyond         | x | Maximum 3000000000           | larger type
        beyondByte     | x | Minimum -129                 | larger type
        beyondDouble   | x | Maximum 1E+309               | larger type
        lengths        | x | at least 3 and at most 2 characters | Correct the bounds
        blank          | x | at least 1 and at most 0 characters | Correct the bounds
        items          | x | at least 3 and at most 2 elements   | Correct the bounds
        negative       | x | maxLength is negative: -2    | 0 or more
        negativeSize   | x | min of @Size is negative: -1 | 0 or more
        minOfText      | x | @Min does not apply to String     | number
        positiveTruth  | x | @Positive does not apply to boolean| number
        sizeOfNumber   | x | @Size does not apply to int       | list
        emptyEnum      | x | @NotEmpty does not apply to       | list
        patternOfDate  | x | pattern does not apply to Duration| String
        blankList      | x | @NotBlank does not apply to List  | String
        patternOfNumber| x | @Pattern does not apply to int    | String
        allowedNumber  | x | allowed does not apply to int     | enum
        itemsOfText    | x | minItems does not apply to String | list
        lengthOfBytes  | x | maxLength does not apply to byte[]| String
        noPattern      | x | "[a" is no regular expression     | Correct it
        twoPatterns    | x | several patterns: a  and  b       | one of them
        flags          | x | CANON_EQ                          | Remove it
        allowedTwice   | x | "a" is there twice                | Remove one
        allowedEmpty   | x | allowed value is empty            | Remove it
        allowedRefused | x | "bb" is refused                   | Correct it
        allowedLong    | x | "bb" is refused                   | Correct it
        primitive      | x | int has no value for that         | defaultValue
        element        | x[] | at least 2 and at most 1 characters | Correct the bounds
        mapValue       | x{} | at least 2 and at most 1          | Correct the bounds
        defaultOfType  | x | must be a whole number, not "five"| Correct it
        defaultOutOfRange| x | fit: must be at least 1, not 0 | Correct it
        defaultInList  | x | not fit at /1: must be a whole | Correct it
        blankDescription | x | description is blank            | Write one
        badName        | a-b | "a-b"                           | letter
        longName       | * | a2345678901                       | 64
        sameNames      | y | Two arguments                     | Rename
        attachedPrimitive| x | found by its class              | class of your own
        attachedList   | x | List<String>                      | class of your own
        attachedOptional| x | OptionalInt                      | class of your own
        attachedHidden | x | Hidden is not public              | public
        attachedContext| x | by its type                       | Remove @Attached
        describedContext| x | fills it in                      | Remove @ToolParam
        """);
  }

  static Stream<Arguments> tools() {
    return table("""
        noDescription   | - | no description                 | Javadoc
        blankDescription| - | blank                          | Set description
        badName         | - | "1st"                          | letter
        longName        | - | a2345678901                    | 64
        notPublic       | - | not public                     | public
        silentBlocking  | - | silent                         | Remove silent
        silentInterrupt | - | silent                         | Remove silent
        timeout         | - | timeoutMillis is not possible: -1 | 0 for no limit
        parallel        | - | parallelLimit is negative: -1  | 0 for no limit
        same2           | - | "same": same1(int) and same2() | another name
        """);
  }

  private static Stream<Arguments> table(String rows) {
    return rows.lines().map(line -> {
      String[] cells = line.split("\\|");
      return arguments(cells[0].strip(), cells[1].strip(), cells[2].strip(), cells[3].strip());
    });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("types")
  void whatIsWrongWithATypeIsTold(String tool, String path, String reason, String fix) {
    assertFound(Wrong.Types.class, tool, path, reason, fix);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("demands")
  void whatIsWrongWithADemandIsTold(String tool, String path, String reason, String fix) {
    assertFound(Wrong.Demands.class, tool, path, reason, fix);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tools")
  void whatIsWrongWithAToolIsTold(String tool, String path, String reason, String fix) {
    assertFound(Wrong.Tools.class, tool, path, reason, fix);
  }

  private static void assertFound(
      Class<?> type, String tool, String path, String reason, String fix) {
    List<Finding> findings = FINDINGS.get(type).stream()
        .filter(finding -> tool.equals(finding.problem().method()))
        .toList();

    assertThat(findings).hasSize(1);
    ToolProblem problem = findings.get(0).problem();
    assertThat(problem.type()).isEqualTo(type.getCanonicalName());
    if (path.equals("-")) {
      assertThat(problem.parameter()).isNull();
      assertThat(findings.get(0).at()).isInstanceOf(MethodView.class);
    } else if (!path.equals("*")) {
      assertThat(problem.parameter()).isEqualTo(path);
    }
    assertThat(problem.reason()).contains(reason).endsWith(".").doesNotContain("..");
    assertThat(problem.fix()).contains(fix).endsWith(".");
  }

  @Test
  void tablesHaveEveryTool() {
    assertThat(names(types())).isEqualTo(declaredNames(Wrong.Types.class));
    assertThat(names(demands())).isEqualTo(declaredNames(Wrong.Demands.class));
    Set<String> tools = declaredNames(Wrong.Tools.class);
    tools.remove("same1");
    assertThat(names(tools())).isEqualTo(tools);
  }

  private static Set<String> names(Stream<Arguments> table) {
    return table.map(row -> (String) row.get()[0]).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> declaredNames(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(LiveTool.class))
        .map(java.lang.reflect.Method::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Finding> findings(Class<?> type) {
    return new ToolMapper(new ReflectBacking()).map(ReflectViews.of(type)).findings();
  }
}
