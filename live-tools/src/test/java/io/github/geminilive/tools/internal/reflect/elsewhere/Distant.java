package io.github.geminilive.tools.internal.reflect.elsewhere;

/** Has a method that only its own package can override. */
public class Distant {

  void packagePrivate() {}

  /** One that any subclass can. */
  protected void inherited() {
    packagePrivate();
  }
}
