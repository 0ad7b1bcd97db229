package io.github.geminilive.relay;

/** What a peer and the relay say to each other. */
public enum RelayDialect {
  /**
   * The Live API's own protocol: JSON messages, sound in base64. Clients made for the Live API, such
   * as Google's JavaScript client, need only another address.
   */
  LIVE,
  /**
   * Sound as raw binary messages, all else as small JSON messages with a {@code type}; for pages and
   * apps of one's own. docs/relay.md has its messages.
   */
  LEAN
}
