package io.github.geminilive.internal.relay;

import io.github.geminilive.LiveEvent;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said to a peer and by it: a codec, one for each peer's connection. Readers are called one
 * at a time, writers one at a time, both at the same time.
 */
interface PeerDialect {

  /**
   * Reads a text message. The first one is a {@link PeerMessage.Start}, and no other one is.
   *
   * @return what it says, in order; empty when it says nothing
   */
  List<PeerMessage> read(String message) throws BadMessage;

  /** Reads a binary message, from position to limit; as {@link #read(String)}. */
  List<PeerMessage> read(ByteBuffer message) throws BadMessage;

  /**
   * The conversation is open, or goes on.
   *
   * @param ticket with which the peer can come back; null when it cannot
   * @param lost what is known to be lost of a conversation that goes on; null for a new one
   */
  List<PeerFrame> ready(String id, @Nullable String ticket, @Nullable Lost lost);

  /**
   * Something happened.
   *
   * @param event what; of transcripts and text, the words are those of {@code words}
   * @param turn the number of the event's turn; 0 when it has none
   * @param words what is shown of a transcript or text; null for other events
   * @param frame the service's own message that holds this {@link LiveEvent.Audio} and nothing else;
   *     null when there is none
   * @return the messages that tell of it; none when the peer is not to know
   */
  List<PeerFrame> event(LiveEvent event, int turn, @Nullable String words, byte @Nullable [] frame);

  /** Something went wrong that the conversation survives; in words, for the peer's eyes. */
  List<PeerFrame> warning(String message);

  /** The peer is to connect anew before this time is over. */
  List<PeerFrame> goAway(Duration timeLeft);

  /** The conversation is over; the connection is closed next. */
  List<PeerFrame> end(String reason, boolean mayReturn);

  /**
   * What a conversation lost on its way to another connection of its peer.
   *
   * @param elsewhere whether it came from another process
   * @param stateRestored whether the service knows what was said
   * @param answerCut whether the model was answering, and that answer is over
   * @param uncertain how much of the last time the service may not know of; zero when it knows all
   */
  record Lost(boolean elsewhere, boolean stateRestored, boolean answerCut, Duration uncertain) {}
}
