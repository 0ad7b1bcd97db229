package io.github.geminilive.examples.web;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who asks. Where an application has users already, this is the one class to replace: it
 * looks at the application's own session and returns its user. Called on the web server's threads,
 * for every request but those for files; must not block.
 */
public interface Login {

  /**
   * Who asks.
   *
   * @return null to refuse
   */
  @Nullable
  Guest recognise(Request request);

  /** Lets the page's own answer carry what makes its browser known, such as a cookie. */
  default void welcome(Request request, Response response) {}

  /**
   * What a program that is no browser can show in place of a cookie.
   *
   * @return null when there is no such thing
   */
  default @Nullable String pass(Guest guest) {
    return null;
  }

  /**
   * Somebody who is let in.
   *
   * @param user whose conversations these are, the same in all processes; not blank, no secret, as
   *     it stands in logs
   * @param byCookie whether the browser told it by itself, whatever page asked: such a request counts
   *     only with an allowed origin
   */
  record Guest(String user, boolean byCookie) {}
}
