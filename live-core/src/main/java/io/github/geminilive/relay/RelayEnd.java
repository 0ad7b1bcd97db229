package io.github.geminilive.relay;

/**
 * How a conversation ended.
 *
 * @param kind why
 * @param closeCode the WebSocket close code the peer was given; of a peer that had left, the kind's
 * @param reason in words, as the peer was told if it was there; holds no secret
 */
public record RelayEnd(Kind kind, int closeCode, String reason) {

  /** Why a conversation ends. */
  public enum Kind {
    /** The peer said so, or left and was not to be waited for. Code 1000. */
    PEER,
    /** The peer left and did not come back in time. Code 1000. */
    ABANDONED,
    /** The application ended it. Code 1000. */
    APPLICATION,
    /** A moderator ended it. Code 1008. */
    MODERATED,
    /** A limit was reached; the reason names it. Code 1008, for sizes 1009. */
    LIMIT,
    /** There was no room for it; another try later may succeed. Code 1013. */
    FULL,
    /** The peer sent what nobody can read, or what it must not. Code 1007. */
    BAD_MESSAGE,
    /** The peer did not take what was sent to it. Code 1008. */
    TOO_SLOW,
    /** The service refused or ended it, or there was no configuration for it. Code 1011. */
    SERVICE,
    /** It goes on, or may begin anew, in another process. Code 1012. */
    MOVED
  }
}
