package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a change of connections has cost. Told after every one, with {@link LiveEvent.Resumed}. What
 * is not in it was kept.
 *
 * @param connection the new connection's number in the session; the first connection is 1
 * @param cause why the connection was changed
 * @param end how the old connection ended; null when this side ended it in order
 * @param gap from the moment the old connection was not usable any more until the new one was; zero
 *     when they overlapped
 * @param attempts dials it took, at least 1
 * @param stateRestored whether the service went on with the conversation as it knew it. False means
 *     a fresh session of the service, told of what was said before as far as {@code seededTurns}
 *     and {@code summarized} say
 * @param sentAgain messages written on the old connection and written again on the new one: those
 *     the service had not taken in (Vertex AI, transparent resumption), and answers to tool calls
 * @param sentLate messages that waited for the new connection, audio not included
 * @param audioSentLate microphone audio that waited for the new connection
 * @param audioDropped microphone audio that did not fit the buffer meanwhile and is lost
 * @param videoDropped video frames that became stale meanwhile and are lost
 * @param unconfirmed texts and turns that were written on the old connection and after which nothing
 *     came from the service; it may or may not know them. They are not repeated
 * @param notRestored texts, turns and answers to tool calls that were written after the state the
 *     service has gone on from; it does not know them, unless seeded. They are not repeated, save for
 *     what {@code sentAgain} counts. {@code unconfirmed} ones included. A text that asks for an
 *     answer counts as known to a handle that came after its answer. The service may join texts: one
 *     without an answer of its own is known to a handle that came after another answer, and 3 s
 *     after the text
 * @param audioNotRestored microphone audio that was written after that state
 * @param lostCalls ids of tool calls the service does not know any more; they are not answered. One
 *     that came without id stands as an empty string
 * @param seededTurns turns of the conversation that a fresh session of the service was told
 * @param summarized whether it was told a summary of the application's
 */
public record RecoveryReport(
    int connection,
    RecoveryCause cause,
    @Nullable CloseInfo end,
    Duration gap,
    int attempts,
    boolean stateRestored,
    int sentAgain,
    int sentLate,
    Duration audioSentLate,
    Duration audioDropped,
    int videoDropped,
    int unconfirmed,
    int notRestored,
    Duration audioNotRestored,
    List<String> lostCalls,
    int seededTurns,
    boolean summarized) {

  /** Checks that nothing is missing; copies. */
  public RecoveryReport {
    requireNonNull(cause, "cause");
    requireNonNull(gap, "gap");
    requireNonNull(audioSentLate, "audioSentLate");
    requireNonNull(audioDropped, "audioDropped");
    requireNonNull(audioNotRestored, "audioNotRestored");
    lostCalls = List.copyOf(lostCalls);
  }
}
