package io.github.geminilive.examples.web;

import java.net.URI;
import java.time.Instant;
import java.util.concurrent.CompletionStage;

/** Lets a page talk to the service without this server in between. */
public interface DirectAccess {

  /** Where the page connects to; the token goes into its query. */
  URI address();

  /**
   * Makes a token that opens one session, as this server would open it.
   *
   * @param user who is to have it
   */
  CompletionStage<Token> token(String user);

  /**
   * A token that soon ends.
   *
   * @param name the token itself: a secret of its user's
   * @param expires when what it opened ends
   */
  record Token(String name, Instant expires) {
    /** Keeps back the token. */
    @Override
    public String toString() {
      return "Token[expires=" + expires + "]";
    }
  }
}
