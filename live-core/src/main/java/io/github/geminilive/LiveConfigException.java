package io.github.geminilive;

import java.util.List;

/** The configuration cannot work; nothing was sent. */
public final class LiveConfigException extends LiveException {

  private static final long serialVersionUID = 1L;

  private final transient List<ConfigFinding> findings;

  /**
   * For configurations the service is known to refuse.
   *
   * @param message what is wrong and what to do
   * @param findings the findings that stopped the dial; empty when it was not the preflight
   */
  public LiveConfigException(String message, List<ConfigFinding> findings) {
    super(FailureKind.CONFIG, message, null);
    this.findings = List.copyOf(findings);
  }

  /** The findings that stopped the dial; empty when credentials are missing or malformed. */
  public List<ConfigFinding> findings() {
    return findings;
  }
}
