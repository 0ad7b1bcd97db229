package io.github.geminilive.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.LiveModel;
import io.github.geminilive.ToolFunction;
import io.github.geminilive.protocol.FunctionDeclaration;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the log tells the application, and what it keeps to itself. */
class LogTest {

  /** What tools log while something runs. */
  private static String logOf(Runnable work) {
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.err.flush();
      System.setErr(before);
    }
    // Sessions of other tests may still tell that they are closed.
    return bytes
        .toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.contains("io.github.geminilive.tools"))
        .collect(Collectors.joining("\n"));
  }

  private static String logOf(ToolFunction function, ToolInterceptor... interceptors) {
    LiveTools.Builder builder =
        LiveTools.builder().tool(FunctionDeclaration.builder("look", "looks").build(), function);
    List.of(interceptors).forEach(builder::intercept);
    LiveTools tools = builder.build();
    return logOf(() -> tools.invoke("look", "{\"at\":\"secret\"}"));
  }

  /** Has no JSON form. */
  private static final class Secret extends Thread {
    Secret() {
      super("secret");
    }
  }

  @Test
  void whatSucceedsIsNotLogged() {
    assertThat(logOf((args, context) -> args)).isEmpty();
  }

  @Test
  void aResultThatCannotBeWrittenIsToldByItsClass() {
    assertThat(logOf((args, context) -> new Secret()))
        .contains("look", Secret.class.getName())
        .doesNotContain("secret");
    assertThat(logOf((args, context) -> Map.of("secret", new Secret())))
        .contains("look", "cannot be written")
        .doesNotContain("secret");
    assertThat(logOf((args, context) -> Stream.of("secret", new Secret())))
        .contains("look")
        .doesNotContain("secret");
  }

  @Test
  void aFailureIsToldOnceByItsClass() {
    String log = logOf((args, context) -> {
      throw new UnsupportedOperationException("secret");
    });

    assertThat(log).containsOnlyOnce("UnsupportedOperationException").doesNotContain("secret");
  }

  @Test
  void aFailureInsideOfAnInterceptorIsToldOnce() {
    String log = logOf(
        (args, context) -> {
          throw new UnsupportedOperationException("secret");
        },
        (call, next) -> next.proceed(call).thenApply(result -> result));

    assertThat(log).containsOnlyOnce("UnsupportedOperationException").doesNotContain("secret");
  }

  @Test
  void anApproverThatFailsIsToldByItsClass() {
    String log = logOf(
        (args, context) -> args,
        ToolInterceptor.approval(
            call -> CompletableFuture.failedFuture(new IllegalStateException("secret"))));

    assertThat(log)
        .containsOnlyOnce("java.lang.IllegalStateException")
        .contains("The approver of tool look")
        .doesNotContain("secret");
  }

  @Test
  void whatIsDeniedIsNotLogged() {
    String log = logOf(
        (args, context) -> args,
        ToolInterceptor.approval(
            call -> CompletableFuture.completedFuture(Approval.denied("secret"))));

    assertThat(log).isEmpty();
  }

  @Test
  void whatMustBeAttachedIsToldByItsClassAndPlace() {
    String log = logOf(() -> {
      try (Service service =
          Service.open(LiveModel.GEMINI_3_8_LIVE, LiveTools.of(new Fixtures.Asking()))) {
        service.call("c1", "state", "{}");
        service.response();
      }
    });

    assertThat(log)
        .contains("Tool state", "java.lang.StringBuilder")
        .contains("LiveConfig.Builder.attach", "LiveSession.attach");
  }
}
