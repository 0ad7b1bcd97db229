package io.github.geminilive.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test of a class, or one test, a {@link LiveServer} of its own.
 *
 * <p>Methods may take as parameters, in any number and order:
 *
 * <ul>
 *   <li>{@link LiveServer}: the server of this test;
 *   <li>{@link VirtualTime}: the time it runs on; without this parameter it runs on real time;
 *   <li>{@code io.github.geminilive.LiveConfig.Builder}: a configuration that leads to the server,
 *       when the library is on the class path.
 * </ul>
 *
 * <p>After the test the server is closed. The test fails if it left a connection open, after 2
 * seconds of grace, or if the service had to complain about the client and the test did not say so
 * by {@link LiveServer#expectViolation}.
 *
 * <p>Requires JUnit Jupiter, which the testkit does not bring along.
 */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@ExtendWith(LiveTestExtension.class)
public @interface LiveTest {

  /** Model of the injected configuration. */
  String model() default "gemini-3.8-live";

  /** Whether the persona speaks at once and without assumed playback, to save the test's time. */
  boolean instant() default false;

  /** Further settings of the server; a class with a constructor without parameters. */
  Class<? extends Settings> settings() default Settings.class;

  /** Settings of a server for tests. */
  class Settings implements Consumer<LiveServer.Builder> {

    /** Makes settings that change nothing. */
    public Settings() {}

    /**
     * Changes the server before it starts.
     *
     * @param server what the annotation and the parameters of the test have set so far
     */
    @Override
    public void accept(LiveServer.Builder server) {}
  }
}
