package io.github.geminilive.tools.internal.binding;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.protocol.Json;
import io.github.geminilive.tools.internal.binding.Shapes.Account;
import io.github.geminilive.tools.internal.binding.Shapes.All;
import io.github.geminilive.tools.internal.binding.Shapes.Circle;
import io.github.geminilive.tools.internal.binding.Shapes.Group;
import io.github.geminilive.tools.internal.binding.Shapes.Mood;
import io.github.geminilive.tools.internal.binding.Shapes.Shape;
import io.github.geminilive.tools.internal.binding.Shapes.Square;
import io.github.geminilive.tools.internal.mapping.TypeMapper;
import io.github.geminilive.tools.internal.reflect.ReflectBacking;
import io.github.geminilive.tools.internal.reflect.ReflectViews;
import io.github.geminilive.tools.internal.reflect.ReflectWriters;
import io.github.geminilive.tools.internal.result.ResultWriter;
import io.github.geminilive.tools.model.Slot;
import java.lang.reflect.Array;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** What holds for any value of classes that are found by reflection. */
class RecordPropertiesTest {

  private final Slot slot =
      Slot.of("all", new TypeMapper(new ReflectBacking()).type(ReflectViews.of(All.class)));
  private final ResultWriter writer = new ResultWriter(new ReflectWriters());

  @Property(tries = 300)
  void whatIsWrittenBindsToTheSameValue(@ForAll Random random) {
    Object value = value(All.class, random, 0);
    Json json = arguments(writer.write(value));

    Bound bound = Binder.bind(List.of(slot), json);

    assertThat(bound.violations()).isEmpty();
    assertThat(Typed.same(bound.values()[0], value))
        .as("%s is %s", bound.values()[0], value)
        .isTrue();
  }

  @Property(tries = 500)
  void whateverTheModelGivesIsBoundOrRefused(@ForAll Random random) {
    Json good = arguments(writer.write(value(All.class, random, 0)));
    Object spoilt = Spoilt.spoil(good.value(), random);
    Json json = spoilt instanceof Map ? Json.of(spoilt) : good;

    Bound bound = Binder.bind(List.of(slot), json);

    assertThat(bound.violations()).hasSizeLessThanOrEqualTo(Binder.MOST).allSatisfy(violation -> {
      assertThat(violation.message())
          .doesNotContain(
              "java", "Exception", "$", "geminilive", "Page", "Arrays2", "Account", "Shapes");
      assertThat(Spoilt.resolves(json.value(), violation)).as(violation.path()).isTrue();
    });
  }

  private static Json arguments(Object written) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("all", written);
    return Json.parse(Json.of(arguments).text());
  }

  private static Object value(Type type, Random random, int depth) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      Class<?> raw = (Class<?>) generic.getRawType();
      if (raw == Optional.class) {
        return random.nextBoolean() || depth > 5
            ? Optional.empty()
            : Optional.of(value(arguments[0], random, depth + 1));
      }
      int size = depth > 5 ? 0 : random.nextInt(3);
      if (raw == Map.class) {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
          map.put(value(arguments[0], random, depth), value(arguments[1], random, depth + 1));
        }
        return map;
      }
      if (raw.isRecord()) {
        return record(raw, arguments, random, depth);
      }
      List<Object> list = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        list.add(value(arguments[0], random, depth + 1));
      }
      return raw == Set.class ? new LinkedHashSet<>(list) : list;
    }
    Class<?> raw = (Class<?>) type;
    if (raw.isArray() && raw != byte[].class) {
      Object array = Array.newInstance(raw.getComponentType(), random.nextInt(3));
      for (int i = 0; i < Array.getLength(array); i++) {
        Array.set(array, i, value(raw.getComponentType(), random, depth + 1));
      }
      return array;
    }
    if (raw == Shape.class) {
      List<Class<?>> shapes = List.of(Circle.class, Square.class, Group.class);
      return value(shapes.get(random.nextInt(depth > 5 ? 2 : 3)), random, depth + 1);
    }
    return raw.isRecord() ? record(raw, new Type[0], random, depth) : simple(raw, random);
  }

  private static Object record(Class<?> type, Type[] arguments, Random random, int depth) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      boolean nullable = components[i].getAnnotatedType().isAnnotationPresent(Nullable.class);
      values[i] = nullable && random.nextBoolean()
          ? null
          : value(resolve(components[i].getGenericType(), arguments), random, depth + 1);
    }
    try {
      return type.getConstructors()[0].newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The type with the page's one variable replaced. */
  private static Type resolve(Type type, Type[] arguments) {
    if (arguments.length == 0) {
      return type;
    }
    if (!(type instanceof ParameterizedType generic)) {
      return type instanceof Class ? type : arguments[0];
    }
    Type[] resolved = Arrays.stream(generic.getActualTypeArguments())
        .map(argument -> resolve(argument, arguments))
        .toArray(Type[]::new);
    return new ParameterizedType() {
      @Override
      public Type[] getActualTypeArguments() {
        return resolved;
      }

      @Override
      public Type getRawType() {
        return generic.getRawType();
      }

      @Override
      public @Nullable Type getOwnerType() {
        return generic.getOwnerType();
      }
    };
  }

  private static Object simple(Class<?> type, Random random) {
    if (type == String.class) {
      return List.of("", "a/b~", "null", "[1]", "5", "😀", " é\n").get(random.nextInt(7));
    }
    if (type == Mood.class) {
      return Mood.values()[random.nextInt(2)];
    }
    if (type == boolean.class) {
      return random.nextBoolean();
    }
    if (type == char.class) {
      return (char) random.nextInt(Character.MAX_VALUE);
    }
    if (type == byte.class) {
      return (byte) random.nextInt();
    }
    if (type == short.class) {
      return (short) random.nextInt();
    }
    if (type == int.class || type == Integer.class) {
      return random.nextInt();
    }
    if (type == long.class || type == Long.class) {
      return random.nextLong();
    }
    if (type == float.class) {
      return random.nextFloat() * 1e30f;
    }
    if (type == double.class) {
      return random.nextGaussian() * 1e200;
    }
    if (type == BigInteger.class) {
      return new BigInteger(200, random);
    }
    if (type == BigDecimal.class) {
      return new BigDecimal(new BigInteger(100, random), random.nextInt(60) - 30);
    }
    if (type == OptionalInt.class) {
      return random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt());
    }
    if (type == Instant.class) {
      return Instant.ofEpochSecond(random.nextLong() >> 16, random.nextInt(1_000_000_000));
    }
    if (type == LocalDate.class) {
      return LocalDate.ofEpochDay(random.nextInt());
    }
    if (type == Duration.class) {
      return Duration.ofNanos(random.nextLong());
    }
    if (type == UUID.class) {
      return new UUID(random.nextLong(), random.nextLong());
    }
    if (type == byte[].class) {
      byte[] bytes = new byte[random.nextInt(5)];
      random.nextBytes(bytes);
      return bytes;
    }
    Account account = new Account();
    account.setOwner("o" + random.nextInt(3));
    account.setMood(random.nextBoolean() ? null : Mood.BAD);
    account.amount = random.nextLong();
    return account;
  }
}
