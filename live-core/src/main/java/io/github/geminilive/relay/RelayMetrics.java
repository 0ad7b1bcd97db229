package io.github.geminilive.relay;

/**
 * Counters of a relay up to now.
 *
 * @param sessions how many conversations there are, parked ones included
 * @param parked how many of them wait for their peer
 * @param starting how many of them are not open yet
 * @param started how many have been opened since the start
 * @param refused how many peers left or were sent away before their conversation was open, for
 *     whatever reason
 * @param returned how often a peer came back to its conversation
 * @param fromElsewhere how many of those conversations came from another process
 * @param messagesUp messages that came from peers
 * @param messagesDown messages handed to peers
 * @param bytesUp bytes that came from peers
 * @param bytesDown bytes handed to peers
 * @param moderated messages that moderators did not let pass
 * @param peersTooSlow how often a peer did not take what was sent
 */
public record RelayMetrics(
    int sessions,
    int parked,
    int starting,
    long started,
    long refused,
    long returned,
    long fromElsewhere,
    long messagesUp,
    long messagesDown,
    long bytesUp,
    long bytesDown,
    long moderated,
    long peersTooSlow) {}
