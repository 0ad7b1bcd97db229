package io.github.geminilive.internal.relay;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.AudioChunk;
import io.github.geminilive.SessionMetrics;
import io.github.geminilive.internal.codec.ClientMessageEncoder;
import io.github.geminilive.internal.session.DefaultLiveSession;
import io.github.geminilive.protocol.AutomaticActivityDetection;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.ContextUpdate;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.FunctionResponsePart;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.protocol.RealtimeInputConfig;
import io.github.geminilive.relay.RelayEnd;
import io.github.geminilive.relay.RelayMessage;
import io.github.geminilive.relay.RelayVerdict;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes from the peer to the service. All but {@link #offer} is on the conversation's tasks. */
final class Upstream {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.relay");
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);
  private static final int SHOWN_REASON = 100;
  // A small part of what a session holds by default, so that it need not refuse anything.
  private static final long CONGESTED_BYTES = 256 * 1024;
  private static final int CONGESTED_MESSAGES = 64;

  private record Waiting(PeerMessage message, int bytes, CompletableFuture<Void> taken) {}

  private final Join join;
  private final RelayCore core;
  private final Hooks hooks;
  private final AtomicInteger waitingMessages = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();

  // Touched on the tasks only.
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private boolean judging;
  private boolean stopped;

  Upstream(Join join, RelayCore core) {
    this.join = join;
    this.core = core;
    this.hooks = core.hooks();
  }

  /**
   * A message came from the peer; one at a time, on any thread. Sound that nobody looks at and nothing
   * waits before goes to the session on this thread.
   *
   * @return completes when the next one can be taken
   */
  CompletableFuture<Void> offer(PeerLink from, PeerMessage message, int bytes) {
    boolean sound = isSound(message);
    if (sound && !hooks.audio() && waitingMessages.get() == 0 && !join.ending()) {
      DefaultLiveSession session = join.session();
      if (session != null) {
        stream(session, message);
        return DONE;
      }
    }
    if (waitingBytes.get() + bytes > core.limits().peerBacklogBytes()) {
      join.end(
          RelayEnd.Kind.LIMIT,
          1008,
          "more than " + core.limits().peerBacklogBytes() + " bytes that were not taken yet");
      return DONE;
    }
    Waiting entry = new Waiting(PeerLink.kept(message), bytes, new CompletableFuture<>());
    waitingMessages.incrementAndGet();
    waitingBytes.addAndGet(bytes);
    join.tasks().execute(() -> {
      if (stopped || from != join.link()) {
        release(entry);
        return;
      }
      waiting.add(entry);
      next();
    });
    // Held up, sound would only come later; how much of it may wait is limited above.
    return sound ? DONE : entry.taken();
  }

  private static boolean isSound(PeerMessage message) {
    return message instanceof PeerMessage.AudioFrame || message instanceof PeerMessage.Samples;
  }

  private void release(Waiting entry) {
    waitingMessages.decrementAndGet();
    waitingBytes.addAndGet(-entry.bytes());
    entry.taken().complete(null);
  }

  void stop() {
    stopped = true;
    waiting.forEach(this::release);
    waiting.clear();
  }

  private void next() {
    while (!judging && !waiting.isEmpty()) {
      Waiting entry = waiting.element();
      RelayMessage shown;
      try {
        shown = hooks.none() || join.ending() ? null : shown(entry.message());
      } catch (RuntimeException e) {
        // What cannot be judged does not pass.
        LOG.warn("{}: a message of the peer cannot be shown and is left out", join.id(), e);
        waiting.remove();
        release(entry);
        continue;
      }
      if (shown == null) {
        handle(entry, RelayVerdict.pass(), null);
        continue;
      }
      hooks.observe(join, shown);
      CompletableFuture<RelayVerdict> verdict = hooks.judge(join, shown);
      if (verdict.isDone()) {
        handle(entry, verdict.join(), shown);
      } else {
        judging = true;
        verdict.thenAccept(told -> join.tasks().execute(() -> {
          judging = false;
          if (waiting.peek() == entry) {
            handle(entry, told, shown);
            next();
          }
        }));
      }
    }
  }

  private void handle(Waiting entry, RelayVerdict verdict, @Nullable RelayMessage shown) {
    waiting.remove();
    CompletableFuture<?> sent = DONE;
    if (verdict == RelayVerdict.Pass.PASS) {
      sent = pass(entry.message());
    } else if (shown != null) {
      core.countModerated();
      hooks.tell(observer -> observer.onModerated(join, shown, verdict));
      sent = refuse(entry.message(), verdict);
    }
    if (sent.isDone() || !congested()) {
      release(entry);
    } else {
      sent.whenComplete((ignored, error) -> release(entry));
    }
  }

  /** Whether so much waits for the service that the peer should wait, too. */
  private boolean congested() {
    DefaultLiveSession session = join.session();
    if (session == null) {
      return false;
    }
    SessionMetrics metrics = session.metrics();
    return metrics.queuedBytes() > CONGESTED_BYTES || metrics.queuedMessages() > CONGESTED_MESSAGES;
  }

  private CompletableFuture<?> refuse(PeerMessage message, RelayVerdict verdict) {
    CompletableFuture<?> sent = DONE;
    if (message instanceof PeerMessage.Answers answers) {
      // The model waits for an answer, whatever it is.
      sent = pass(new PeerMessage.Answers(
          answers.responses().stream().map(Upstream::refused).toList()));
    }
    if (verdict instanceof RelayVerdict.Replace replace && message instanceof PeerMessage.Text) {
      return pass(new PeerMessage.Text(replace.text()));
    } else if (verdict instanceof RelayVerdict.Replace replace
        && message instanceof PeerMessage.Turns turns
        && words(turns) != null) {
      return pass(new PeerMessage.Turns(
          List.of(Content.user(replace.text())), turns.complete(), turns.json()));
    } else if (verdict instanceof RelayVerdict.SayInstead instead) {
      return requireNonNull(join.session()).say(instead.instruction());
    } else if (verdict instanceof RelayVerdict.End end) {
      if (end.instruction() == null) {
        join.finish(RelayEnd.Kind.MODERATED, 1008, end.reason(), false);
      } else {
        join.endSaying(end.reason(), end.instruction());
      }
    }
    return sent;
  }

  /** An answer in place of one that must not pass. */
  static FunctionResponse refused(FunctionResponse response) {
    return response.toBuilder()
        .response(Json.of(Map.of("error", "not permitted")))
        .parts((List<FunctionResponsePart>) null)
        .build();
  }

  private CompletableFuture<?> pass(PeerMessage message) {
    DefaultLiveSession session = join.session();
    if (session == null || join.ending() && !(message instanceof PeerMessage.Heard)) {
      return DONE;
    }
    try {
      CompletableFuture<?> sent = send(session, message);
      if (sent.isCompletedExceptionally()) {
        join.down().warn("a message was not taken: too much waits for the service");
        return DONE;
      }
      return sent;
    } catch (IllegalStateException e) {
      // What is asked for is not possible at this moment, as an answer to a call that is cancelled.
      join.down().warn("a message was not taken: " + shorten(e));
      return DONE;
    } catch (IllegalArgumentException e) {
      join.finish(RelayEnd.Kind.BAD_MESSAGE, 1007, shorten(e), false);
      return DONE;
    }
  }

  private static String shorten(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    return message.length() <= SHOWN_REASON ? message : message.substring(0, SHOWN_REASON);
  }

  private CompletableFuture<?> send(DefaultLiveSession session, PeerMessage message) {
    if (isSound(message)) {
      stream(session, message);
    } else if (message instanceof PeerMessage.Text text) {
      return session.sendText(text.text());
    } else if (message instanceof PeerMessage.Turns turns) {
      if (turns.turns().stream().allMatch(Upstream::isUsers) || mayTellHistory()) {
        return session.sendTurns(turns.turns(), turns.complete());
      }
      join.down().warn("this server does not let its peers speak for the model");
    } else if (message instanceof PeerMessage.Picture picture) {
      return session.sendVideoFrame(picture.image().toByteArray(), picture.mimeType());
    } else if (message instanceof PeerMessage.Activity activity) {
      return activity(session, activity.speaking());
    } else if (message instanceof PeerMessage.AudioEnd) {
      return session.endAudioStream();
    } else if (message instanceof PeerMessage.Interrupt) {
      return session.interrupt();
    } else if (message instanceof PeerMessage.Answers answers) {
      return answer(session, answers.responses());
    } else if (message instanceof PeerMessage.Context context) {
      return context(session, context.update());
    } else if (message instanceof PeerMessage.Heard heard) {
      join.down().heard(heard.turn(), heard.position());
    } else if (message instanceof PeerMessage.End) {
      join.finish(RelayEnd.Kind.PEER, 1000, "the peer ended it", false);
    }
    return DONE;
  }

  private boolean mayTellHistory() {
    return core.settings().settable().contains("historyConfig");
  }

  private static boolean isUsers(Content turn) {
    return turn.role() == null || turn.role().equals("user");
  }

  /** What the user writes with some turns, one line for each part; null when they hold more. */
  private static @Nullable String words(PeerMessage.Turns turns) {
    List<String> words = new ArrayList<>();
    for (Content turn : turns.turns()) {
      if (!isUsers(turn) || turn.parts() == null || !turn.extra().isEmpty()) {
        return null;
      }
      for (Part part : turn.parts()) {
        String text = part.text();
        if (text == null || !part.equals(Part.builder().text(text).build())) {
          return null;
        }
        words.add(text);
      }
    }
    return words.isEmpty() ? null : String.join("\n", words);
  }

  private static CompletableFuture<Void> activity(DefaultLiveSession session, boolean speaking) {
    RealtimeInputConfig input = session.config().setup().realtimeInputConfig();
    AutomaticActivityDetection detection =
        input == null ? null : input.automaticActivityDetection();
    if (detection != null && Boolean.TRUE.equals(detection.disabled())) {
      return speaking ? session.startActivity() : session.endActivity();
    }
    session.reportUserSpeech(speaking);
    return DONE;
  }

  private CompletableFuture<?> answer(
      DefaultLiveSession session, List<FunctionResponse> responses) {
    FunctionResponse[] own = responses.stream()
        .filter(response -> join.down().answers(response.id()))
        .toArray(FunctionResponse[]::new);
    if (own.length < responses.size()) {
      join.down().warn("an answer was not taken: this peer was not asked");
    }
    return own.length == 0 ? DONE : session.sendToolResponse(own);
  }

  private CompletableFuture<?> context(DefaultLiveSession session, ContextUpdate update) {
    try {
      ContextUpdate allowed =
          PeerSetup.context(join.base(), update, core.settings().settable());
      if (allowed != null) {
        return session.updateContext(allowed);
      }
      join.down().warn("this server does not let its peers change that");
    } catch (BadMessage e) {
      join.finish(RelayEnd.Kind.BAD_MESSAGE, 1007, String.valueOf(e.getMessage()), false);
    }
    return DONE;
  }

  private static void stream(DefaultLiveSession session, PeerMessage message) {
    if (message instanceof PeerMessage.AudioFrame audio) {
      session.streamFrame(audio.frame(), audio.bytes(), audio.rate());
    } else if (message instanceof PeerMessage.Samples samples && samples.pcm().hasRemaining()) {
      ByteBuffer pcm = samples.pcm();
      if (pcm.hasArray()) {
        session.streamAudio(
            pcm.array(), pcm.arrayOffset() + pcm.position(), pcm.remaining(), samples.rate());
      } else {
        byte[] copy = new byte[pcm.remaining()];
        pcm.get(copy);
        session.streamAudio(copy, 0, copy.length, samples.rate());
      }
    }
  }

  /** How hooks see a message; null for what they are not shown. */
  private @Nullable RelayMessage shown(PeerMessage message) {
    RelayMessage.Direction up = RelayMessage.Direction.UP;
    if (isSound(message)) {
      return hooks.audio() ? new RelayMessage.Audio(up, 0, chunk(message)) : null;
    } else if (message instanceof PeerMessage.Text text) {
      return new RelayMessage.Text(up, 0, text.text());
    } else if (message instanceof PeerMessage.Turns turns) {
      String words = words(turns);
      return words == null
          ? new RelayMessage.Other(up, 0, turns.json())
          : new RelayMessage.Text(up, 0, words);
    } else if (message instanceof PeerMessage.Picture picture) {
      Map<String, Object> video =
          Map.of("mimeType", picture.mimeType(), "data", picture.image().toBase64());
      return new RelayMessage.Other(
          up, 0, Json.of(Map.of("realtimeInput", Map.of("video", video))));
    } else if (message instanceof PeerMessage.Context context) {
      return new RelayMessage.Other(
          up, 0, Json.parse(ClientMessageEncoder.encodeRecord(context.update())));
    } else if (message instanceof PeerMessage.Answers answers
        && !answers.responses().isEmpty()) {
      return new RelayMessage.ToolResult(answers.responses().get(0));
    } else {
      return null;
    }
  }

  private static AudioChunk chunk(PeerMessage message) {
    if (message instanceof PeerMessage.AudioFrame audio) {
      return new AudioChunk(audio.samples(), audio.rate());
    }
    PeerMessage.Samples samples = (PeerMessage.Samples) message;
    return new AudioChunk(Bytes.copyOf(samples.pcm().duplicate()), samples.rate());
  }
}
