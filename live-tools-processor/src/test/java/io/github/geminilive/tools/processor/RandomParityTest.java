package io.github.geminilive.tools.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.tools.LiveTools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random tools, compiled with the processor and without it, behave the same when called at random. */
class RandomParityTest {

  private static final int TOOLS = 60;
  private static final int CALLS = 15;

  /**
   * A type.
   *
   * @param source how it is written
   * @param boxed how it is written as a type argument
   * @param marks annotations that fit it, each with a blank behind
   * @param json makes a value, mostly a good one
   */
  private record Type(String source, String boxed, List<String> marks, Supplier<String> json) {

    static Type scalar(String source, String boxed, Supplier<String> json, String... marks) {
      return new Type(source, boxed, List.of(marks), json);
    }
  }

  private final Random random = new Random();
  private final List<Type> scalars = List.of(
      Type.scalar(
          "int",
          "Integer",
          this::number,
          "@ToolParam(min = -5, max = 40) ",
          "@Positive ",
          "@ToolParam(defaultValue = \"7\") "),
      Type.scalar("long", "Long", this::number, "@Max(30) ", "@NegativeOrZero "),
      Type.scalar("byte", "Byte", this::number),
      Type.scalar(
          "double",
          "Double",
          this::number,
          "@DecimalMin(value = \"0.5\") ",
          "@ToolParam(max = 12.5) "),
      Type.scalar("boolean", "Boolean", () -> pick("true", "false", "\"TRUE\"", "1")),
      Type.scalar("char", "Character", () -> pick("\"x\"", "\"xy\"", "5")),
      Type.scalar(
          "String",
          "String",
          this::text,
          "@Size(min = 1, max = 3) ",
          "@NotBlank ",
          "@ToolParam(allowed = {\"a\", \"b\"}) ",
          "@Pattern(regexp = \"[a-c]+\") ",
          "@ToolParam(description = \"What \\\"it\\\" is.\") ",
          "@ToolParam(defaultValue = \"a\") ",
          "@ToolParam(required = false) "),
      Type.scalar("java.math.BigDecimal", "java.math.BigDecimal", this::number),
      Type.scalar(
          "java.time.LocalDate",
          "java.time.LocalDate",
          () -> pick("\"2026-03-31\"", "\"2026-02-30\"", "5")),
      Type.scalar("java.time.Duration", "java.time.Duration", () -> pick("\"PT1H\"", "\"x\"")),
      Type.scalar(
          "java.util.UUID",
          "java.util.UUID",
          () -> pick("\"123e4567-e89b-12d3-a456-426614174000\"", "\"x\"")),
      Type.scalar("byte[]", "byte[]", () -> pick("\"AQI=\"", "\"?\"")),
      Type.scalar("Object", "Object", () -> pick("\"[1]\"", "{}", "\"text\"")));
  private final List<Type> named = new ArrayList<>();

  @SafeVarargs
  private <T> T pick(T... all) {
    return all[random.nextInt(all.length)];
  }

  private <T> T pick(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private String number() {
    return pick("0", "1", "-1", "5.0", "1e1", "\"12\"", "2.5", "41", "300", "\"x\"", "99999999999");
  }

  private String text() {
    return pick("\"a\"", "\"abc\"", "\"abcd\"", "\"\"", "\" \"", "5", "true", "[]");
  }

  private Type type(int depth) {
    if (depth == 0 || random.nextInt(3) == 0) {
      return random.nextInt(3) == 0 && !named.isEmpty() ? pick(named) : pick(scalars);
    }
    Type inner = type(depth - 1);
    String use = inner.boxed().startsWith("Optional")
            || inner.boxed().contains(".")
            || inner.boxed().endsWith("]")
            || random.nextBoolean()
        ? ""
        : random.nextBoolean() ? "@Nullable " : "";
    switch (random.nextInt(5)) {
      case 0:
        return list("Set<" + use + inner.boxed() + ">", inner);
      case 1:
        // An array of bytes is text.
        return list((inner.source().equals("byte") ? "Byte" : inner.source()) + "[]", inner);
      case 2:
        String map = "Map<" + pick("String", "Color", "Integer") + ", " + use + inner.boxed() + ">";
        return new Type(map, map, List.of(), () -> "{" + entry(inner) + ", " + entry(inner) + "}");
      default:
        return list("List<" + use + inner.boxed() + ">", inner);
    }
  }

  private String entry(Type value) {
    return pick("\"1\"", "\"2\"", "\"RED\"") + ":" + value(value);
  }

  private Type list(String source, Type inner) {
    return new Type(
        source,
        source,
        List.of("@NotEmpty ", "@ToolParam(maxItems = 2) "),
        () -> IntStream.range(0, random.nextInt(4))
            .mapToObj(i -> value(inner))
            .collect(Collectors.joining(",", "[", "]")));
  }

  private String value(Type type) {
    return random.nextInt(12) == 0
        ? pick("null", "\"\"", "{}", "[]")
        : type.json().get();
  }

  /** A parameter or component: its type and maybe annotations. */
  private Type member() {
    Type type = type(2);
    if (!type.marks().isEmpty() && random.nextBoolean()) {
      return new Type(pick(type.marks()) + type.source(), "", List.of(), type.json());
    }
    if (random.nextInt(4) == 0) {
      String optional = "Optional<" + type.boxed() + ">";
      return new Type(optional, "", List.of(), type.json());
    }
    return type;
  }

  private Type object(String name, String constant, List<Type> members) {
    return new Type(name, name, List.of(), () -> {
      String properties = IntStream.range(0, members.size())
          .filter(i -> random.nextInt(10) > 0)
          .mapToObj(i -> "\"p" + i + "\":" + value(members.get(i)))
          .collect(Collectors.joining(","));
      return "{" + constant + (properties.isEmpty() || constant.isEmpty() ? "" : ",") + properties
          + "}";
    });
  }

  private String parameters(List<Type> members) {
    return IntStream.range(0, members.size())
        .mapToObj(i -> members.get(i).source() + " p" + i)
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private List<Type> members() {
    return IntStream.range(0, 1 + random.nextInt(4)).mapToObj(i -> member()).toList();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomToolsAnswerTheSame(long seed, @TempDir Path folder) throws Exception {
    random.setSeed(seed);
    StringBuilder body = new StringBuilder();
    body.append("public enum Color { RED, @JsonProperty(\"1\") ONE }\n");
    named.add(Type.scalar("Color", "Color", () -> pick("\"RED\"", "\"1\"", "\"red\"", "\"x\"")));
    for (int i = 0; i < 12; i++) {
      List<Type> members = members();
      body.append("public record R" + i + parameters(members) + " {}\n");
      named.add(object("R" + i, "", members));
    }
    List<Type> round = members();
    body.append("public sealed interface Shape {}\n");
    body.append("public record Round" + parameters(round) + " implements Shape {}\n");
    body.append("public record Flat(@Nullable Shape shape) implements Shape {}\n");
    named.add(object("Shape", "\"type\":\"Round\"", round));
    List<Type> calls = new ArrayList<>();
    for (int i = 0; i < TOOLS; i++) {
      List<Type> members = members();
      String all = IntStream.range(0, members.size())
          .mapToObj(p -> "p" + p)
          .collect(Collectors.joining(", "));
      body.append("@LiveTool(description = \"Echoes.\")\npublic List<Object> tool" + i
          + parameters(members) + " { return Arrays.asList(new Object[] {" + all + "}); }\n");
      calls.add(object("tool" + i, "", members));
    }
    String text = """
        package com.acme;

        import com.fasterxml.jackson.annotation.*;
        import io.github.geminilive.tools.*;
        import jakarta.validation.constraints.*;
        import java.util.*;
        import org.jspecify.annotations.Nullable;

        public class Home {
        """ + body + "}\n";
    Path with = Files.createDirectory(folder.resolve("with"));
    Path without = Files.createDirectory(folder.resolve("without"));

    Class<?> compiled = Compiled.Setup.into(with).compile(text).succeeded().load("com.acme.Home");
    Class<?> plain = Compiled.Setup.into(without)
        .withoutProcessor()
        .compile(text)
        .succeeded()
        .load("com.acme.Home");

    assertThat(Reflected.find(compiled).generated()).isTrue();
    LiveTools generated = LiveTools.of(Reflected.target(compiled));
    LiveTools reflected = LiveTools.of(Reflected.target(plain));
    assertThat(generated.declarationsJson()).isEqualTo(reflected.declarationsJson());
    int answered = 0;
    for (Type call : calls) {
      for (int i = 0; i < CALLS; i++) {
        String json = call.json().get();
        String answer = generated.invoke(call.source(), json).toString();
        assertThat(answer)
            .as("%s %s", call.source(), json)
            .isEqualTo(reflected.invoke(call.source(), json).toString());
        answered += answer.startsWith("{\"output\"") ? 1 : 0;
      }
    }
    assertThat(answered).as("some calls are good").isGreaterThan(TOOLS);
  }
}
