package io.github.geminilive.benchmarks;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.ToolContext;
import io.github.geminilive.ToolResult;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.tools.LiveTools;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a call of an annotated method costs: arguments' text parsed and bound, method run, response's
 * text written; with generated code and with reflection. Beside it Jackson, which reads the same
 * text into a record, with nothing checked, and, in the second form, also writes the response.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
@Fork(2)
@State(Scope.Thread)
public class ToolBenchmark {

  private static final String ORDER = "{\"customer\":\"Ana Lopes\",\"day\":\"2027-04-03\","
      + "\"delivery\":\"EXPRESS\",\"lines\":[{\"article\":\"tea\",\"count\":2},"
      + "{\"article\":\"lemon cake\",\"count\":1},{\"article\":\"cups\",\"count\":12}],"
      + "\"note\":\"ring twice\"}";
  private static final String ARGUMENTS = "{\"order\":" + ORDER + "}";

  private final LiveTools generated = LiveTools.of(new OrderTools());
  private final LiveTools reflected = LiveTools.of(withoutGeneratedCode());
  private final ObjectMapper jackson =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** Generated code. */
  @Benchmark
  public String generated() throws Exception {
    return call(generated);
  }

  /** Reflection. */
  @Benchmark
  public String reflected() throws Exception {
    return call(reflected);
  }

  private static String call(LiveTools tools) throws Exception {
    FunctionCall call =
        FunctionCall.builder("place_order").id("c1").args(Json.parse(ARGUMENTS)).build();
    ToolResult result = (ToolResult) tools.invoke(call, new Context(call));
    return result.response().text();
  }

  /** Jackson reads; dates stay text, as it knows none without a module. */
  @Benchmark
  public Arguments jacksonReads() throws IOException {
    return jackson.readValue(ARGUMENTS, Arguments.class);
  }

  /** Jackson reads and writes. */
  @Benchmark
  public String jacksonReadsAndWrites() throws IOException {
    Arguments arguments = jackson.readValue(ARGUMENTS, Arguments.class);
    int pieces = 0;
    for (Line line : arguments.order().lines()) {
      pieces += line.count();
    }
    LocalDate day = LocalDate.parse(arguments.order().day());
    return jackson.writeValueAsString(Map.of("output", new Receipt("A-1", pieces, day.toString())));
  }

  /** All that the model gives. */
  public record Arguments(@JsonProperty("order") Order order) {}

  /** As {@link OrderTools.Order}. */
  public record Order(
      String customer,
      String day,
      OrderTools.Delivery delivery,
      List<Line> lines,
      @Nullable String note) {}

  /** As {@link OrderTools.Line}. */
  public record Line(String article, int count) {
    /** Tells Jackson. */
    @JsonCreator
    public Line {}
  }

  /** As {@link OrderTools.Receipt}. */
  public record Receipt(String number, int pieces, String day) {}

  /** The same tools, of a class whose loader does not find what was generated for it. */
  private static Object withoutGeneratedCode() {
    try {
      return new Reloading()
          .loadClass(OrderTools.class.getName())
          .getConstructor()
          .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Reloading extends ClassLoader {

    Reloading() {
      super(ToolBenchmark.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(OrderTools.class.getName())) {
        return super.loadClass(name, resolve);
      }
      if (name.endsWith("_LiveTools")) {
        throw new ClassNotFoundException(name);
      }
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      String file = "/" + name.replace('.', '/') + ".class";
      try (InputStream in = ToolBenchmark.class.getResourceAsStream(file)) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  /** A call that nobody cancels. */
  private record Context(FunctionCall call) implements ToolContext {

    @Override
    public LiveTurn turn() {
      throw new IllegalStateException("no turn");
    }

    @Override
    public LiveSession session() {
      throw new IllegalStateException("no session");
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public CompletionStage<Void> cancelled() {
      return new CompletableFuture<>();
    }

    @Override
    public <T> CompletionStage<T> supply(Callable<T> work) {
      throw new IllegalStateException("no executor");
    }

    @Override
    public void pauseTimeout(CompletionStage<?> until) {}

    @Override
    public CompletionStage<Void> whenHeard() {
      return CompletableFuture.completedFuture(null);
    }
  }
}
