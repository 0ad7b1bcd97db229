package io.github.geminilive.testkit;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/** Runs {@link LiveTest}; not to be used by itself. */
public final class LiveTestExtension
    implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(LiveTestExtension.class);
  private static final String CONFIG = "io.github.geminilive.LiveConfig";
  private static final String ENDPOINT = "io.github.geminilive.Endpoint";
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final long POLL_NANOS = 5_000_000;

  /** Made by JUnit. */
  public LiveTestExtension() {}

  private record Running(LiveServer server, @Nullable VirtualTime time) {}

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    LiveTest test = annotation(context);
    LiveServer.Builder builder = LiveServer.builder();
    VirtualTime time = wantsTime(context) ? new VirtualTime() : null;
    if (time != null) {
      builder.time(time);
    }
    if (test.instant()) {
      builder.speed(0).playback(0).thinking(Duration.ZERO);
    }
    Constructor<? extends LiveTest.Settings> settings = test.settings().getDeclaredConstructor();
    settings.setAccessible(true);
    settings.newInstance().accept(builder);
    context.getStore(NAMESPACE).put(Running.class, new Running(builder.start(), time));
  }

  private static LiveTest annotation(ExtensionContext context) {
    Optional<LiveTest> onMethod =
        AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), LiveTest.class);
    for (ExtensionContext at = context; onMethod.isEmpty(); ) {
      onMethod =
          at.getTestClass().flatMap(c -> AnnotationSupport.findAnnotation(c, LiveTest.class));
      at = at.getParent().orElse(context.getRoot());
      if (at == context.getRoot()) {
        break;
      }
    }
    return onMethod.orElseGet(() -> Defaults.class.getAnnotation(LiveTest.class));
  }

  @LiveTest
  private static final class Defaults {}

  /** Whether a method of this test asks for virtual time, before or in the test. */
  private static boolean wantsTime(ExtensionContext context) {
    List<Method> methods = new ArrayList<>();
    methods.add(context.getRequiredTestMethod());
    methods.addAll(AnnotationSupport.findAnnotatedMethods(
        context.getRequiredTestClass(), BeforeEach.class, HierarchyTraversalMode.TOP_DOWN));
    return methods.stream()
        .anyMatch(method -> Arrays.asList(method.getParameterTypes()).contains(VirtualTime.class));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Running running = context.getStore(NAMESPACE).remove(Running.class, Running.class);
    if (running == null) {
      return;
    }
    try (LiveServer server = running.server()) {
      if (context.getExecutionException().isPresent()) {
        // What went wrong first says more than what was left behind by it.
        return;
      }
      List<Integer> open = leaked(server);
      if (!open.isEmpty()) {
        throw new AssertionError(
            "the test left connections open: " + open + "; close the session before it ends");
      }
      List<Violation> violations = server.unexpectedViolations();
      if (!violations.isEmpty()) {
        throw new AssertionError("the client broke the protocol: "
            + violations
            + "; declare it by server.expectViolation() if the test means to");
      }
    }
  }

  private static List<Integer> leaked(LiveServer server) {
    long deadline = System.nanoTime() + GRACE.toNanos();
    while (true) {
      // Before it looks: what ended while the machine stood still is no leak.
      boolean last = System.nanoTime() - deadline > 0;
      List<Integer> open = server.connections().stream()
          .filter(Connection::isOpen)
          .map(Connection::number)
          .toList();
      if (open.isEmpty() || last) {
        return open;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return parameter.getDeclaringExecutable() instanceof Method
        && (type == LiveServer.class
            || type == VirtualTime.class
            || type.getName().equals(CONFIG + "$Builder"));
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Running running = context.getStore(NAMESPACE).get(Running.class, Running.class);
    if (running == null) {
      throw new ParameterResolutionException(
          "a LiveServer exists only while a test runs: not in @BeforeAll or @AfterAll");
    }
    Class<?> type = parameter.getParameter().getType();
    if (type == LiveServer.class) {
      return running.server();
    }
    if (type == VirtualTime.class) {
      if (running.time() == null) {
        throw new ParameterResolutionException(
            "the server of this test runs on real time: take VirtualTime in the test method or in"
                + " @BeforeEach");
      }
      return running.time();
    }
    return config(type.getClassLoader(), running.server(), annotation(context).model());
  }

  /** Reached by name, since neither module depends on the other. */
  private static Object config(ClassLoader loader, LiveServer server, String model) {
    try {
      Class<?> endpoint = Class.forName(ENDPOINT, true, loader);
      Object custom = endpoint.getMethod("custom", URI.class).invoke(null, server.baseUri());
      Object builder = Class.forName(CONFIG, true, loader)
          .getMethod("builder", String.class)
          .invoke(null, model);
      Class<?> type = builder.getClass();
      type.getMethod("endpoint", endpoint).invoke(builder, custom);
      type.getMethod("apiKey", String.class).invoke(builder, server.apiKey());
      return builder;
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new ParameterResolutionException(
          CONFIG + " refused the server's address or key: " + cause, cause);
    } catch (ReflectiveOperationException e) {
      throw new ParameterResolutionException(
          "cannot make a "
              + CONFIG
              + ".Builder: the library (live-core) is missing or of another version than the"
              + " testkit: "
              + e,
          e);
    }
  }
}
