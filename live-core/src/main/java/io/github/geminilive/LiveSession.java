package io.github.geminilive;

import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.ContextUpdate;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.Json;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One conversation, over any number of connections. States: see {@link SessionState}; CLOSED is
 * final. Unless {@link LiveConfig.Builder#resumption} is off, a connection that is lost or about to
 * end is followed by another one: {@link LiveEvent.Reconnecting}, {@link LiveEvent.Resumed}. What
 * is sent between two connections waits within the queue's limits, microphone audio within {@link
 * RecoveryPolicy#heldAudio()}.
 *
 * <p><b>Threads.</b> Any thread may call any method; none but {@link #close()} waits for the
 * network. Messages leave in the order of the calls, except that answers to tool calls overtake all
 * others and video comes last. What depends on their futures runs on the client's executor.
 *
 * <p><b>Sending.</b> A future completes when the socket took the message. Whether the service took
 * it in before a connection broke is told by {@link RecoveryReport}. It fails with {@link
 * LiveClosedException} when the session is over first, with {@link LiveBackpressureException} when
 * the queue was full or the audio was dropped. What the service would refuse is thrown at once, as
 * {@link IllegalArgumentException} or {@link IllegalStateException}, and nothing else is lost.
 *
 * <p><b>Receiving.</b> Three views on one log of events: {@link #subscribe listener}, {@link
 * #publisher Flow} and {@link #events blocking iteration}. Each subscriber has a buffer of its own.
 * The first one gets everything from the beginning; a later one everything from now on. A session
 * that nobody subscribes to stops reading, tool calls included, once 8 MiB of events wait.
 */
public interface LiveSession extends AutoCloseable {

  /** Sample rate the service likes best for what it hears. */
  int INPUT_SAMPLE_RATE_HZ = 16_000;

  /** Sample rate of what the service speaks. */
  int OUTPUT_SAMPLE_RATE_HZ = 24_000;

  /** This library's name for the session, unique in this process; stands in its log lines. */
  String id();

  /** The service's name for the session; null where it gives none (Developer API). */
  @Nullable
  String serverSessionId();

  /**
   * The configuration the next connection is to be opened with: the one this session was opened
   * with, and what {@link #updateTools}, {@link #reconfigure} and the instructions of {@link
   * #updateContext} have changed.
   */
  LiveConfig config();

  /** Where it is in its life. */
  SessionState state();

  /** The number of the connection that is, or was last, in use; the first is 1. */
  int connection();

  /** Counters up to now. */
  SessionMetrics metrics();

  /** Tokens counted up to now, both backends' names unified. */
  UsageTotals usage();

  /**
   * Streams microphone audio at 16 kHz.
   *
   * @param pcm 16-bit little-endian mono, whole samples; 20 to 100 ms at a time are best. May be
   *     reused when this returns
   */
  default CompletableFuture<Void> sendAudio(byte[] pcm) {
    return sendAudio(pcm, INPUT_SAMPLE_RATE_HZ);
  }

  /**
   * Streams microphone audio.
   *
   * @param pcm 16-bit little-endian mono, whole samples; may be reused when this returns
   * @param sampleRateHz 1 to 192,000; the service resamples what is not 16,000
   */
  CompletableFuture<Void> sendAudio(byte[] pcm, int sampleRateHz);

  /**
   * Streams microphone audio.
   *
   * @param pcm 16-bit little-endian mono, whole samples, from position to limit; the buffer is read
   *     up to its limit and may be reused when this returns
   * @param sampleRateHz 1 to 192,000; the service resamples what is not 16,000
   */
  CompletableFuture<Void> sendAudio(ByteBuffer pcm, int sampleRateHz);

  /**
   * Streams microphone audio without a future for each chunk, the cheapest way. What becomes of it
   * is told in {@link #metrics()} and with {@link LiveEvent.Warning.Kind#INPUT_DROPPED}; after the
   * end of the session nothing happens.
   *
   * @param pcm 16-bit little-endian mono, whole samples; may be reused when this returns
   * @param offset where the samples begin
   * @param length how many bytes, an even number
   * @param sampleRateHz 1 to 192,000; the service resamples what is not 16,000
   */
  void streamAudio(byte[] pcm, int offset, int length, int sampleRateHz);

  /**
   * Shows the model a picture. At most one a second is of use.
   *
   * @param image an encoded image; copied before return
   * @param mimeType {@code image/jpeg} or {@code image/png}
   */
  CompletableFuture<Void> sendVideoFrame(byte[] image, String mimeType);

  /**
   * Says something to the model in writing, as a whole user turn that it answers. The wire form is
   * the model's: a turn, or real-time input.
   *
   * @param text not blank
   */
  CompletableFuture<Void> sendText(String text);

  /**
   * Has the model speak now, about something the user did not ask for: a greeting, a message that
   * has come in. What it is saying is interrupted. The wire form is the model's.
   *
   * @param instruction what it is to say or do, not blank
   */
  CompletableFuture<Void> say(String instruction);

  /**
   * Adds to what the model knows, without making it speak. What is told waits for a safe point, at
   * which it interrupts nothing and no change of connections is due, and what has gathered until
   * then goes out together.
   *
   * <p>Where the model takes nothing silently in mid-session (3.1 family) it goes into the
   * instructions that the next connection and all later ones are opened with; of what is in force
   * there, the oldest is forgotten beyond 32,768 characters.
   *
   * @param context not blank; at most 32,768 characters may wait, all calls together
   * @return completes when the socket took it, or at once where it goes out with the next
   *     connection, with the answer from when on the model knows; fails when the session ends
   *     first, and with {@link LiveBackpressureException} when too much waits
   */
  CompletableFuture<InForce> tell(String context);

  /**
   * As {@link #tell}, and for the whole session: told again to every fresh session of the service
   * that has to be opened, and part of every {@link #snapshot()}.
   *
   * @param fact not blank; at most 32,768 characters are remembered, the oldest facts are forgotten
   *     first
   */
  CompletableFuture<InForce> remember(String fact);

  /**
   * Stops what the model is saying. {@link LiveEvent.Interrupted} with {@link
   * LiveEvent.Interrupted.By#APPLICATION} comes at once, and nothing more of the turn after it but
   * that it ends. The service is told in the model's form; where there is none (3.1 family) the
   * rest of the answer is thrown away here, with {@link
   * LiveEvent.Warning.Kind#INTERRUPTED_HERE_ONLY}; with manual activity, {@link #startActivity()}
   * stops such a model. Nothing happens when no answer is running and none is owed.
   *
   * @return completes when the socket took the message, or there was none to send
   */
  CompletableFuture<Void> interrupt();

  /**
   * What a voice detector on this side hears. Not needed, but the watchdog then knows when an
   * answer is due, and connections are not changed in mid-word. live-audio's VoiceLoop calls it.
   *
   * @param speaking whether the user speaks; repeated calls with the same value do nothing
   */
  void reportUserSpeech(boolean speaking);

  /**
   * Adds turns to the conversation. Interrupts what the model says. Models of the 3.1 family refuse
   * this after the start.
   *
   * @param turns in order; may be empty
   * @param turnComplete whether the model should answer now
   */
  CompletableFuture<Void> sendTurns(List<Content> turns, boolean turnComplete);

  /** The user begins to speak; with {@link LiveConfig.Builder#manualActivity()} only. */
  CompletableFuture<Void> startActivity();

  /** The user stopped speaking; with {@link LiveConfig.Builder#manualActivity()} only. */
  CompletableFuture<Void> endActivity();

  /**
   * The microphone pauses; the service need not wait for silence. The next audio reopens the
   * stream. Not with {@link LiveConfig.Builder#manualActivity()}.
   */
  CompletableFuture<Void> endAudioStream();

  /**
   * Answers calls of functions that no {@link ToolSet} handles.
   *
   * @param responses one for each call; their ids and names are those of the calls
   * @throws IllegalStateException when a call is unknown, cancelled or already answered
   */
  CompletableFuture<Void> sendToolResponse(FunctionResponse... responses);

  /**
   * Changes instructions or tools in mid-session; models of the 3.8 family. Later connections begin
   * with the change. {@link #reconfigure} does the same for every model.
   *
   * @param update absent members stay as they are
   */
  CompletableFuture<Void> updateContext(ContextUpdate update);

  /**
   * Replaces all tool sets. Calls under way go on with the old code; from the moment this returns,
   * new ones go to the new sets, and one of a function that is gone is answered as {@code
   * unavailable}. Tools of {@link LiveConfig.Builder#declare} and {@link LiveConfig.Builder#setup}
   * stay as configured; what an {@link #updateContext} of the application's own declared is
   * replaced.
   *
   * <p>Models of the 3.8 family are told at once, in order with other messages. With all others
   * nothing is sent: the model knows of the change when a session is opened with {@link #config()}.
   *
   * @param toolSets the new ones; none removes all
   * @return completes once the socket took the message, or there was none to send, with the answer
   *     from when on the model knows; fails as every send does. When it has failed already as this
   *     returns, nothing has changed
   * @throws IllegalArgumentException when functions share a name; nothing has changed
   * @throws LiveConfigException when the service is known to refuse a declaration; nothing has
   *     changed
   */
  CompletableFuture<InForce> updateTools(ToolSet... toolSets);

  /**
   * Changes the configuration: instructions, tools, voice, anything but model, endpoint and
   * credentials. Models of the 3.8 family are told of new instructions and tools at once. For all
   * else the connection is changed at the next quiet point, at the latest after {@link
   * RecoveryPolicy#patience()}: the conversation goes on, and the microphone is held meanwhile.
   *
   * @param change is given the present configuration's builder; what it returns is built. Called
   *     anew when another change has come between. Timeouts, limits and listeners are for the life
   *     of a session, changes of them are not heeded
   * @return completes when the change is in force; fails when the session ends first, or with what
   *     the service refuses the new setup with, which ends the session. When it has failed already
   *     as this returns, nothing has changed
   * @throws IllegalArgumentException when model, endpoint or credentials differ; nothing has
   *     changed
   * @throws LiveConfigException when the service is known to refuse the new configuration; nothing
   *     has changed
   */
  CompletableFuture<Void> reconfigure(UnaryOperator<LiveConfig.Builder> change);

  /**
   * Changes the connection at the next quiet point, at the latest after {@link
   * RecoveryPolicy#patience()}. A change that is due already is the same one.
   *
   * @return completes with the report once the session is usable again; fails when it ends instead,
   *     and with IllegalStateException when {@link LiveConfig.Builder#resumption} is off
   */
  CompletableFuture<RecoveryReport> rotate();

  /**
   * What it takes to go on with this conversation in another session: {@link LiveClient#resume}.
   * The service refuses that as long as this session is connected; close it first. Valid at any
   * time, even after the end.
   */
  SessionSnapshot snapshot();

  /** What the flight recorder holds now. */
  FlightRecording recording();

  /**
   * Keeps something for the application, for its tools above all: a user, a basket, a connection.
   * Takes the place of what was attached before of the same class. Shown in no log and no {@code
   * toString}.
   *
   * @param state anything; kept as long as the session is
   */
  void attach(Object state);

  /**
   * What was attached, here or with {@link LiveConfig.Builder#attach}.
   *
   * @param type a class or interface
   * @return the object attached last that is an instance of it; empty when there is none
   */
  <T> Optional<T> attachment(Class<T> type);

  /**
   * Sends a message this version has no method for, as it stands.
   *
   * @param message an object with exactly one member
   */
  CompletableFuture<Void> sendRaw(Json message);

  /**
   * Adds a listener that loses nothing.
   *
   * @param listener called on the client's executor
   */
  default Subscription subscribe(LiveListener listener) {
    return subscribe(listener, Delivery.lossless());
  }

  /**
   * Adds a listener.
   *
   * @param listener called on the client's executor
   * @param delivery how its buffer behaves
   */
  Subscription subscribe(LiveListener listener, Delivery delivery);

  /** The events as Reactive Streams; each subscriber is one more subscriber of the session. */
  default Flow.Publisher<LiveEvent> publisher() {
    return publisher(Delivery.lossless());
  }

  /**
   * The events as Reactive Streams. Completes after {@link LiveEvent.Closed}.
   *
   * @param delivery how each subscriber's buffer behaves
   */
  Flow.Publisher<LiveEvent> publisher(Delivery delivery);

  /** The events to loop over; subscribes at once. The loop ends after {@link LiveEvent.Closed}. */
  default LiveStream<LiveEvent> events() {
    return events(Delivery.lossless());
  }

  /**
   * The events to loop over; subscribes at once.
   *
   * @param delivery how the buffer behaves
   */
  LiveStream<LiveEvent> events(Delivery delivery);

  /** The finished turns to loop over; subscribes at once. */
  LiveStream<LiveTurn> turns();

  /**
   * Completes, never exceptionally, when the session is over: after the listeners' last event was
   * queued and the connection has ended.
   */
  CompletableFuture<CloseInfo> closed();

  /**
   * Ends the session in order: what waits is written, the connection closed with code 1000. Returns
   * when that is done, at the latest half a second after {@link LiveConfig#closeTimeout()}.
   * Idempotent, never throws, and may be called from any thread, listener or tool.
   */
  @Override
  void close();

  /** As {@link #close()}, without waiting. */
  CompletableFuture<CloseInfo> closeAsync();
}
