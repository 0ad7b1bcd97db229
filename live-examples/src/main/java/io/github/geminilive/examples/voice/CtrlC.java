package io.github.geminilive.examples.voice;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets Ctrl-C end a program politely the first time and at once the second time. The JDK has no
 * supported way to hear it and live on; what most programs use is reached by name here, so that a
 * JDK without it merely ends at once.
 */
public final class CtrlC {

  private static final int INTERRUPTED = 130;

  private CtrlC() {}

  /**
   * Runs something at the first Ctrl-C; the second ends the JVM with exit code 130.
   *
   * @param politely must return soon
   */
  public static void once(Runnable politely) {
    AtomicBoolean pressed = new AtomicBoolean();
    Runnable onPress = () -> {
      if (pressed.compareAndSet(false, true)) {
        politely.run();
      } else {
        Runtime.getRuntime().halt(INTERRUPTED);
      }
    };
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy = Proxy.newProxyInstance(
          CtrlC.class.getClassLoader(), new Class<?>[] {handler}, (self, method, args) -> {
            switch (method.getName()) {
              case "handle" -> onPress.run();
              case "hashCode" -> {
                return System.identityHashCode(self);
              }
              case "equals" -> {
                return args != null && args[0] == self;
              }
              default -> {
                return "Ctrl-C";
              }
            }
            return null;
          });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("INT"), proxy);
    } catch (ReflectiveOperationException e) {
      // Then Ctrl-C does what it always does; the recording is valid at any time.
    }
  }
}
