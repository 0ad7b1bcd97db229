package io.github.geminilive.examples.web;

import io.github.geminilive.EphemeralTokens;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.TokenRequest;
import java.net.URI;
import java.util.concurrent.CompletionStage;

/**
 * Tokens for one conversation each, in which nothing is left for the page to decide: model,
 * instructions, functions and voice are locked.
 */
public final class TokenAccess implements DirectAccess {

  private final EphemeralTokens tokens;
  private final TokenRequest request;
  private final URI address;

  /**
   * Makes tokens with the key of a configuration.
   *
   * @param config what a token opens
   * @throws IllegalArgumentException when its service has no tokens, as Vertex AI
   */
  public TokenAccess(LiveConfig config) {
    tokens = EphemeralTokens.of(config);
    // One use, to be begun within a minute, over after half an hour.
    request = TokenRequest.builder().lock(config).build();
    address = config.endpoint().uri(true);
  }

  @Override
  public URI address() {
    return address;
  }

  @Override
  public CompletionStage<Token> token(String user) {
    return tokens.createAsync(request).thenApply(made -> new Token(made.name(), made.expires()));
  }
}
