package io.github.geminilive.internal.relay;

import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.ContextUpdate;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.Json;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a peer says, whatever it speaks. */
sealed interface PeerMessage {

  /**
   * The first message.
   *
   * @param setup the members of the protocol's setup the peer asks for; an object, may be empty
   * @param ticket of the conversation it wants to go on with; null for a new one
   * @param wantsTickets whether it is to be told tickets
   */
  record Start(Json setup, @Nullable String ticket, boolean wantsTickets) implements PeerMessage {}

  /**
   * Sound as raw samples.
   *
   * @param pcm 16-bit little-endian mono, whole samples; valid until the reader's caller returns
   * @param rate samples per second
   */
  record Samples(ByteBuffer pcm, int rate) implements PeerMessage {}

  /**
   * Sound in the service's own form, to be passed on as it is.
   *
   * @param frame the whole message; ASCII
   * @param bytes how many bytes of PCM are in it
   * @param rate samples per second
   * @param data where in the message their base64 begins
   */
  record AudioFrame(String frame, int bytes, int rate, int data) implements PeerMessage {

    /** The sound, decoded. */
    Bytes samples() {
      return Bytes.fromBase64(frame.substring(data, data + (bytes + 2) / 3 * 4));
    }
  }

  /** A picture. */
  record Picture(Bytes image, String mimeType) implements PeerMessage {}

  /** What the user wrote, to be answered. */
  record Text(String text) implements PeerMessage {}

  /** Turns of content. */
  record Turns(List<Content> turns, boolean complete, Json json) implements PeerMessage {}

  /** The user begins or stops to speak. */
  record Activity(boolean speaking) implements PeerMessage {}

  /** The microphone pauses. */
  record AudioEnd() implements PeerMessage {}

  /** The answer is to stop. */
  record Interrupt() implements PeerMessage {}

  /**
   * How far an answer was heard.
   *
   * @param turn its number
   * @param position in its audio
   */
  record Heard(int turn, Duration position) implements PeerMessage {}

  /** Answers to calls that were passed to the peer. */
  record Answers(List<FunctionResponse> responses) implements PeerMessage {}

  /** Instructions or tools are to change. */
  record Context(ContextUpdate update) implements PeerMessage {}

  /** The conversation is to end. */
  record End() implements PeerMessage {}
}
