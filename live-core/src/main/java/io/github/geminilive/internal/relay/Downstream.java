package io.github.geminilive.internal.relay;

import io.github.geminilive.AudioChunk;
import io.github.geminilive.Delivery;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.internal.codec.ClientMessageEncoder;
import io.github.geminilive.internal.session.DefaultLiveSession;
import io.github.geminilive.internal.session.EventFeed;
import io.github.geminilive.internal.session.Services;
import io.github.geminilive.protocol.Blob;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Transcription;
import io.github.geminilive.relay.RelayDialect;
import io.github.geminilive.relay.RelayEnd;
import io.github.geminilive.relay.RelayMessage;
import io.github.geminilive.relay.RelayVerdict;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes from the service to the peer. Events are taken from the session as long as there is room,
 * judged one at a time, held back, and written one at a time; an interruption overtakes them all.
 * Everything but {@link #listen} and {@link #answering} is on the conversation's tasks.
 */
final class Downstream {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.relay");
  private static final int EVENT_BYTES = 256;
  private static final int TURNS_KEPT = 8;
  private static final int CALLS_KEPT = 64;
  private static final int WARNINGS_KEPT = 16;
  // More than the service sends while nothing of it may be heard yet.
  private static final long HELD_BYTES_PER_SECOND = 512 * 1024;
  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** An event, or messages of the relay's own, on the way. */
  private static final class Entry {
    final @Nullable LiveEvent event;
    final @Nullable LiveTurn turn;
    final byte @Nullable [] frame;
    final List<PeerFrame> own;
    final int bytes;

    @Nullable
    String words;

    long releaseNanos;

    Entry(
        LiveEvent event,
        @Nullable LiveTurn turn,
        @Nullable String words,
        byte @Nullable [] frame,
        long releaseNanos) {
      this.event = event;
      this.turn = turn;
      this.words = words;
      this.frame = frame;
      this.own = List.of();
      this.releaseNanos = releaseNanos;
      this.bytes = EVENT_BYTES
          + payload(event)
          + (frame == null ? 0 : frame.length)
          + (words == null ? 0 : words.length());
    }

    private static int payload(LiveEvent event) {
      if (event instanceof LiveEvent.Audio audio) {
        return audio.chunk().samples() * AudioChunk.BYTES_PER_SAMPLE;
      } else if (event instanceof LiveEvent.ModelPart part) {
        Blob data = part.part().inlineData();
        return data == null || data.data() == null ? 0 : data.data().size();
      } else if (event instanceof LiveEvent.Thought thought) {
        return thought.text().length();
      } else if (event instanceof LiveEvent.Unrecognized unknown) {
        return unknown.json().text().length();
      } else {
        return 0;
      }
    }

    Entry(List<PeerFrame> own, long releaseNanos) {
      this.event = null;
      this.turn = null;
      this.frame = null;
      this.own = own;
      this.bytes = EVENT_BYTES;
      this.releaseNanos = releaseNanos;
    }
  }

  /** What somebody said in one turn. */
  private static final class Sentence {
    private @Nullable LiveTurn turn;
    private final StringBuilder words = new StringBuilder();

    String append(LiveTurn of, String text) {
      if (of != turn) {
        turn = of;
        words.setLength(0);
      }
      return words.append(text).toString();
    }
  }

  private final Join join;
  private final RelayCore core;
  private final Hooks hooks;
  private final Services services;
  private final long holdNanos;
  private final long backlogBytes;
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile @Nullable EventFeed feed;
  private volatile boolean answering;

  // All below is touched on the tasks only.
  private long lastEventNanos;
  private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
  private final ArrayDeque<Entry> ready = new ArrayDeque<>();
  // What overtakes all of these.
  private final ArrayDeque<Entry> urgent = new ArrayDeque<>();
  private long bytes;
  private boolean begun;
  private boolean judging;
  private boolean sending;
  private int sends;
  private boolean unproven;
  private boolean timed;
  private long sentNanos;
  private boolean stallTimed;
  private boolean full;
  private long fullSinceNanos;
  private final Sentence userSays = new Sentence();
  private final Sentence modelSays = new Sentence();
  private final Map<Integer, LiveTurn> turns = new LinkedHashMap<>() {
    @Override
    protected boolean removeEldestEntry(Map.Entry<Integer, LiveTurn> eldest) {
      return size() > TURNS_KEPT;
    }
  };
  // Calls the peer is to answer, oldest first.
  private final Map<String, LiveEvent.ToolCalled> passed = new LinkedHashMap<>() {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, LiveEvent.ToolCalled> eldest) {
      return size() > CALLS_KEPT;
    }
  };
  // Of this turn and all before nothing more of the model's is told.
  private long refusedTurn;
  // Of this turn the peer knows already that it was cut.
  private @Nullable LiveTurn toldCut;
  private long lastWordsAfter = Long.MAX_VALUE;

  Downstream(Join join, RelayCore core) {
    this.join = join;
    this.core = core;
    this.hooks = core.hooks();
    this.services = core.services();
    this.holdNanos = core.settings().holdBack().toNanos();
    // What may not be heard yet must not keep out the words by which it is judged.
    long held = holdNanos * HELD_BYTES_PER_SECOND / TimeUnit.SECONDS.toNanos(1);
    this.backlogBytes = core.limits().peerBacklogBytes() + held;
  }

  /** Subscribes to a session that has not dialled yet. */
  void listen(DefaultLiveSession made) {
    boolean frames = join.caller().dialect() == RelayDialect.LIVE;
    feed = made.feed(Delivery.lossless(), frames, this::wake);
  }

  private void wake() {
    if (woken.compareAndSet(false, true)) {
      join.tasks().execute(() -> {
        woken.set(false);
        pump();
      });
    }
  }

  /** The session is open; says whether the service knew the conversation. */
  boolean begin() {
    EventFeed from = feed;
    LiveEvent first = from == null ? null : from.poll();
    lastEventNanos = services.nanoTime().getAsLong();
    return first instanceof LiveEvent.Opened opened && opened.stateRestored();
  }

  /**
   * What comes may be told from now on, to this peer, and this before all.
   *
   * @param prove whether it matters that the peer has got that
   */
  void release(PeerLink peer, List<PeerFrame> welcome, boolean prove) {
    List<PeerFrame> frames = new ArrayList<>(welcome);
    for (LiveEvent.ToolCalled call : passed.values()) {
      // It was told on another connection, from which the answer will not come.
      frames.addAll(peer.dialect().event(call, join.numberOf(call.turn()), null, null));
    }
    begun = true;
    unproven = prove;
    send(peer, frames);
    pump();
  }

  /** Nothing more is taken, judged or written. */
  void stop() {
    begun = false;
    EventFeed from = feed;
    feed = null;
    if (from != null) {
      from.close();
    }
    waiting.clear();
    ready.clear();
    urgent.clear();
    bytes = 0;
    passed.clear();
    answering = false;
  }

  /** Whether the model's answer is not all told yet. */
  boolean answering() {
    return answering;
  }

  /** When something of the conversation came last, on the nano clock. */
  long lastEventNanos() {
    return lastEventNanos;
  }

  /** Whether nothing is on its way. */
  boolean idle() {
    return !answering
        && waiting.isEmpty()
        && ready.isEmpty()
        && urgent.isEmpty()
        && !sending
        && passed.isEmpty();
  }

  /** Whether the peer has been told all; what was not told yet never is. */
  boolean toldAll() {
    boolean all = idle();
    EventFeed from = feed;
    LiveEvent left;
    while (from != null && (left = from.poll()) != null) {
      if (isModels(left)) {
        answering = true;
      }
      all &= turnOf(left) == null;
    }
    return all;
  }

  /** Takes, judges and writes as far as that goes at the moment. */
  void pump() {
    boolean roomAgain = begun;
    while (roomAgain) {
      take();
      judge();
      roomAgain = write() && full && begun;
    }
  }

  private void take() {
    EventFeed from = feed;
    // While nobody is there, what comes waits in the session.
    while (from != null && join.link() != null && hasRoom()) {
      LiveEvent event = from.poll();
      if (event == null) {
        return;
      }
      byte[] frame = event instanceof LiveEvent.Audio audio ? from.frameOf(audio) : null;
      onEvent(event, frame);
      if (feed != from) {
        return;
      }
    }
  }

  private boolean hasRoom() {
    boolean room = bytes < backlogBytes;
    if (!room && !full) {
      full = true;
      fullSinceNanos = services.nanoTime().getAsLong();
    } else if (room && full) {
      full = false;
      long late = services.nanoTime().getAsLong() - fullSinceNanos;
      if (late > SLOW_NANOS + holdNanos) {
        warn("this connection is slow: what is said comes "
            + TimeUnit.NANOSECONDS.toMillis(late)
            + " ms late");
      }
    }
    return room;
  }

  private void onEvent(LiveEvent event, byte @Nullable [] frame) {
    long now = services.nanoTime().getAsLong();
    LiveTurn turn = turnOf(event);
    if (turn != null) {
      lastEventNanos = now;
      join.onSaid();
      turns.putIfAbsent(join.numberOf(turn), turn);
    }
    if (event instanceof LiveEvent.Interrupted interrupted
        && interrupted.by() != LiveEvent.Interrupted.By.CONNECTION) {
      answering = false;
      onInterrupted(interrupted);
    } else if (event instanceof LiveEvent.Closed closed) {
      // After all that waits.
      add(closed, null, null, null, now);
    } else if (event instanceof LiveEvent.Resumed resumed) {
      join.recovered(resumed);
    } else if (event instanceof LiveEvent.Resumption resumption) {
      join.onResumption(resumption.resumable());
    } else if (event instanceof LiveEvent.Warning warning) {
      if (warning.kind() == LiveEvent.Warning.Kind.INPUT_DROPPED) {
        warn("some of what was sent was dropped: the service did not take it in time");
      }
    } else if (!isRefused(event, turn)) {
      add(event, turn, wordsOf(event), frame, now);
      note(event);
    }
  }

  private void note(LiveEvent event) {
    if (event instanceof LiveEvent.Audio || event instanceof LiveEvent.Text) {
      if (!answering) {
        answering = true;
        // Who goes on with it elsewhere is to know that an answer was cut.
        join.keep();
      }
    } else if (event instanceof LiveEvent.TurnEnded) {
      answering = false;
      join.keep();
    } else if (event instanceof LiveEvent.Usage) {
      long most = core.limits().tokensPerSession();
      if (most > 0 && join.tokens() > most) {
        join.finish(RelayEnd.Kind.LIMIT, 1008, "more than " + most + " tokens", false);
      }
    } else if (event instanceof LiveEvent.ToolCancelled cancelled) {
      cancelled.ids().forEach(passed::remove);
    }
  }

  private void add(
      LiveEvent event,
      @Nullable LiveTurn turn,
      @Nullable String words,
      byte @Nullable [] frame,
      long now) {
    Entry entry = new Entry(event, turn, words, frame, now + holdNanos);
    bytes += entry.bytes;
    waiting.add(entry);
  }

  private boolean isRefused(LiveEvent event, @Nullable LiveTurn turn) {
    return turn != null && turn.number() <= refusedTurn && isModels(event);
  }

  private static boolean isModels(@Nullable LiveEvent event) {
    return event instanceof LiveEvent.Audio
        || event instanceof LiveEvent.OutputTranscript
        || event instanceof LiveEvent.Text
        || event instanceof LiveEvent.Thought
        || event instanceof LiveEvent.ModelPart;
  }

  private static @Nullable LiveTurn turnOf(LiveEvent event) {
    if (event instanceof LiveEvent.Audio audio) {
      return audio.turn();
    } else if (event instanceof LiveEvent.OutputTranscript said) {
      return said.turn();
    } else if (event instanceof LiveEvent.InputTranscript said) {
      return said.turn();
    } else if (event instanceof LiveEvent.InterimTranscript said) {
      return said.turn();
    } else if (event instanceof LiveEvent.Text text) {
      return text.turn();
    } else if (event instanceof LiveEvent.Thought thought) {
      return thought.turn();
    } else if (event instanceof LiveEvent.ModelPart part) {
      return part.turn();
    } else if (event instanceof LiveEvent.ToolCalled call) {
      return call.turn();
    } else if (event instanceof LiveEvent.Interrupted interrupted) {
      return interrupted.turn();
    } else if (event instanceof LiveEvent.GenerationComplete complete) {
      return complete.turn();
    } else if (event instanceof LiveEvent.WaitingForInput input) {
      return input.turn();
    } else if (event instanceof LiveEvent.TurnComplete complete) {
      return complete.turn();
    } else if (event instanceof LiveEvent.TurnEnded ended) {
      return ended.turn();
    } else if (event instanceof LiveEvent.Grounding grounding) {
      return grounding.turn();
    } else if (event instanceof LiveEvent.UrlContext context) {
      return context.turn();
    } else if (event instanceof LiveEvent.Usage usage) {
      return usage.turn();
    } else {
      return null;
    }
  }

  private static @Nullable String wordsOf(LiveEvent event) {
    if (event instanceof LiveEvent.OutputTranscript said) {
      return said.text();
    } else if (event instanceof LiveEvent.InputTranscript said) {
      return said.text();
    } else if (event instanceof LiveEvent.InterimTranscript said) {
      return said.text();
    } else if (event instanceof LiveEvent.Text text) {
      return text.text();
    } else {
      return null;
    }
  }

  /** The sound of the turn that waits is thrown away, and the peer told before all else. */
  private void onInterrupted(LiveEvent.Interrupted interrupted) {
    LiveTurn turn = interrupted.turn();
    if (turn != null && turn == toldCut) {
      return;
    }
    throwAway(turn, false);
    long now = services.nanoTime().getAsLong();
    // What was held back belongs to what is over.
    ready.forEach(entry -> entry.releaseNanos = now);
    waiting.forEach(entry -> entry.releaseNanos = now);
    overtake(new Entry(interrupted, turn, null, null, now));
  }

  private void overtake(Entry entry) {
    bytes += entry.bytes;
    urgent.add(entry);
  }

  /** Throws away what waits of a turn of the model: sound, and words too if they are refused. */
  private void throwAway(@Nullable LiveTurn turn, boolean words) {
    removeFrom(waiting, turn, words);
    removeFrom(ready, turn, words);
  }

  private void removeFrom(ArrayDeque<Entry> from, @Nullable LiveTurn turn, boolean words) {
    from.removeIf(entry -> {
      boolean gone = entry.turn == turn
          && (entry.event instanceof LiveEvent.Audio || words && isModels(entry.event));
      if (gone) {
        bytes -= entry.bytes;
      }
      return gone;
    });
  }

  private void judge() {
    while (!judging && !waiting.isEmpty()) {
      Entry entry = waiting.element();
      RelayMessage shown;
      try {
        shown = hooks.none() ? null : shown(entry);
      } catch (RuntimeException e) {
        // What cannot be judged does not pass.
        LOG.warn("{}: a message of the service cannot be shown and is left out", join.id(), e);
        waiting.remove();
        bytes -= entry.bytes;
        continue;
      }
      if (shown == null) {
        waiting.remove();
        ready.add(entry);
        continue;
      }
      hooks.observe(join, shown);
      if (shown instanceof RelayMessage.ToolCall call && !call.passed()) {
        // It runs already; what guards it is an interceptor of its own.
        waiting.remove();
        ready.add(entry);
        continue;
      }
      CompletableFuture<RelayVerdict> verdict = hooks.judge(join, shown);
      if (verdict.isDone()) {
        judged(entry, shown, verdict.join());
      } else {
        judging = true;
        verdict.thenAccept(told -> join.tasks().execute(() -> {
          judging = false;
          judged(entry, shown, told);
          pump();
        }));
      }
    }
  }

  private void judged(Entry entry, RelayMessage shown, RelayVerdict verdict) {
    if (waiting.peek() != entry) {
      // It was cut meanwhile.
      return;
    }
    waiting.remove();
    if (verdict == RelayVerdict.Pass.PASS) {
      ready.add(entry);
      return;
    }
    core.countModerated();
    hooks.tell(observer -> observer.onModerated(join, shown, verdict));
    if (verdict instanceof RelayVerdict.Replace replace && entry.words != null) {
      entry.words = replace.text();
      ready.add(entry);
      return;
    }
    bytes -= entry.bytes;
    if (isModels(entry.event) && entry.turn != null) {
      refuse(entry.turn);
    }
    if (shown instanceof RelayMessage.ToolCall call) {
      answerInstead(call.call());
    }
    DefaultLiveSession session = join.session();
    if (verdict instanceof RelayVerdict.SayInstead instead && session != null) {
      session.say(instead.instruction());
    } else if (verdict instanceof RelayVerdict.End end && end.instruction() == null) {
      join.finish(RelayEnd.Kind.MODERATED, 1008, end.reason(), false);
    } else if (verdict instanceof RelayVerdict.End end && end.instruction() != null) {
      join.endSaying(end.reason(), end.instruction());
    }
  }

  /** The model waits for an answer to a call that the peer is not to see. */
  private void answerInstead(FunctionCall call) {
    DefaultLiveSession session = join.session();
    passed.remove(idOf(call));
    if (session != null && call.name() != null) {
      try {
        session.sendToolResponse(
            FunctionResponse.of(call.id(), call.name(), Json.of(Map.of("error", "not permitted"))));
      } catch (IllegalStateException e) {
        // It was cancelled meanwhile.
        warn("a call was not answered: it was cancelled");
      }
    }
  }

  /** Nothing more of this turn of the model's is told, and it is to stop. */
  private void refuse(LiveTurn turn) {
    refusedTurn = Math.max(refusedTurn, turn.number());
    throwAway(turn, true);
    toldCut = turn;
    answering = false;
    PeerLink peer = join.link();
    if (peer != null) {
      LiveEvent cut =
          new LiveEvent.Interrupted(turn, Duration.ZERO, LiveEvent.Interrupted.By.APPLICATION);
      overtake(new Entry(cut, turn, null, null, services.nanoTime().getAsLong()));
    }
    DefaultLiveSession session = join.session();
    if (session != null) {
      session.interrupt();
    }
  }

  /** The model is about to say why the conversation ends: what it was saying is over. */
  void lastWords() {
    LiveTurn latest = null;
    for (LiveTurn turn : turns.values()) {
      latest = turn;
    }
    lastWordsAfter = latest == null ? 0 : latest.number();
    if (latest != null && answering) {
      refuse(latest);
    }
  }

  /** Says whether anything was written. */
  private boolean write() {
    boolean any = false;
    PeerLink peer = join.link();
    while (!sending && peer != null && peer.open() && peer == join.link()) {
      Entry entry = urgent.poll();
      if (entry == null) {
        entry = ready.peek();
        if (entry == null || isHeld(entry)) {
          return any;
        }
        ready.remove();
      }
      bytes -= entry.bytes;
      any = true;
      send(peer, framesOf(entry, peer.dialect()));
      written(entry);
    }
    return any;
  }

  private boolean isHeld(Entry entry) {
    long left = entry.releaseNanos - services.nanoTime().getAsLong();
    if (left > 0) {
      releaseLater(left);
      return true;
    }
    // What is being judged came while this was held back, and may be its words.
    return judging && holdNanos > 0 && isModels(entry.event);
  }

  private List<PeerFrame> framesOf(Entry entry, PeerDialect dialect) {
    return entry.event == null
        ? entry.own
        : dialect.event(entry.event, number(entry.turn), entry.words, entry.frame);
  }

  private void written(Entry entry) {
    if (entry.event instanceof LiveEvent.ToolCalled called && !called.handled()) {
      passed.put(idOf(called.call()), called);
    } else if (entry.event instanceof LiveEvent.ToolCancelled cancelled) {
      cancelled.ids().forEach(passed::remove);
    } else if (entry.event instanceof LiveEvent.Closed closed) {
      join.onSessionClosed(closed.info());
    } else if (entry.event instanceof LiveEvent.TurnEnded ended) {
      if (ended.turn().number() > lastWordsAfter) {
        join.lastWordsSaid();
      }
      join.handOverIfQuiet();
    }
  }

  private static String idOf(FunctionCall call) {
    return call.id() == null ? "" : call.id();
  }

  private int number(@Nullable LiveTurn turn) {
    return turn == null ? 0 : join.numberOf(turn);
  }

  private void releaseLater(long nanos) {
    if (!timed) {
      timed = true;
      join.later(
          () -> {
            timed = false;
            pump();
          },
          nanos);
    }
  }

  /** Tells the peer something of the relay's own, before all that waits. */
  void tell(List<PeerFrame> frames) {
    if (!frames.isEmpty()) {
      overtake(new Entry(frames, services.nanoTime().getAsLong()));
      pump();
    }
  }

  /** Sends messages; the next ones wait until the network took them. */
  private void send(PeerLink peer, List<PeerFrame> frames) {
    if (frames.isEmpty()) {
      return;
    }
    CompletableFuture<Void> taken = peer.send(frames);
    if (taken.isDone() && !taken.isCompletedExceptionally()) {
      onTaken(peer);
      return;
    }
    sending = true;
    sentNanos = services.nanoTime().getAsLong();
    int mine = ++sends;
    taken.whenComplete((ignored, error) -> join.tasks().execute(() -> {
      if (mine != sends) {
        return;
      }
      if (error != null) {
        // Its end is told by the web server, or noticed by silence; until then nothing is written.
        peer.cutOff();
        return;
      }
      sending = false;
      onTaken(peer);
      pump();
    }));
    if (!stallTimed) {
      watchStall(core.limits().peerStall().toNanos());
    }
  }

  private void onTaken(PeerLink peer) {
    if (unproven) {
      unproven = false;
      peer.prove();
    }
  }

  /** One timer for all messages: most of them are taken at once. */
  private void watchStall(long nanos) {
    stallTimed = true;
    join.later(
        () -> {
          stallTimed = false;
          if (sending) {
            long left =
                core.limits().peerStall().toNanos() - (services.nanoTime().getAsLong() - sentNanos);
            if (left <= 0) {
              join.onSlowPeer();
            } else {
              watchStall(left);
            }
          }
        },
        nanos);
  }

  /** What was on its way went to a connection that is gone. */
  void forgetSend() {
    sends++;
    sending = false;
  }

  /** Whether a peer may answer this call; it may do so once. */
  boolean answers(@Nullable String id) {
    return passed.remove(id == null ? "" : id) != null;
  }

  /** Tells the peer that something went wrong. */
  void warn(String message) {
    PeerLink peer = join.link();
    if (peer != null && begun && urgent.size() < WARNINGS_KEPT) {
      tell(peer.dialect().warning(message));
    }
  }

  /** The peer has played a turn up to there. */
  void heard(int turn, Duration position) {
    LiveTurn of = turns.get(turn);
    if (of != null) {
      of.reportHeard(position);
    }
  }

  /** How hooks see an event; null for what they are not shown. */
  private @Nullable RelayMessage shown(Entry entry) {
    int turn = number(entry.turn);
    LiveEvent event = entry.event;
    RelayMessage.Direction down = RelayMessage.Direction.DOWN;
    if (event instanceof LiveEvent.Audio audio) {
      return hooks.audio() ? new RelayMessage.Audio(down, turn, audio.chunk()) : null;
    } else if (event instanceof LiveEvent.OutputTranscript said) {
      String sentence = modelSays.append(said.turn(), said.text());
      return new RelayMessage.Transcript(RelayMessage.Speaker.MODEL, turn, said.text(), sentence);
    } else if (event instanceof LiveEvent.InputTranscript said) {
      String sentence = userSays.append(said.turn(), said.text());
      return new RelayMessage.Transcript(RelayMessage.Speaker.USER, turn, said.text(), sentence);
    } else if (event instanceof LiveEvent.InterimTranscript said) {
      return new RelayMessage.Transcript(RelayMessage.Speaker.USER, turn, said.text(), said.text());
    } else if (event instanceof LiveEvent.Text text) {
      return new RelayMessage.Text(down, turn, text.text());
    } else if (event instanceof LiveEvent.ToolCalled call) {
      return new RelayMessage.ToolCall(call.call(), !call.handled());
    } else if (event instanceof LiveEvent.Thought thought) {
      return other(turn, thought.part());
    } else if (event instanceof LiveEvent.ModelPart part) {
      Transcription spoken = part.part().audioTranscription();
      return spoken == null || spoken.text() == null
          ? other(turn, part.part())
          : new RelayMessage.Transcript(
              RelayMessage.Speaker.MODEL,
              turn,
              spoken.text(),
              modelSays.append(part.turn(), spoken.text()));
    } else if (event instanceof LiveEvent.Grounding grounding) {
      return other(turn, grounding.metadata());
    } else if (event instanceof LiveEvent.UrlContext context) {
      return other(turn, context.metadata());
    } else if (event instanceof LiveEvent.Unrecognized unknown) {
      return new RelayMessage.Other(down, turn, unknown.json());
    } else {
      return null;
    }
  }

  private static RelayMessage other(int turn, Record record) {
    return new RelayMessage.Other(
        RelayMessage.Direction.DOWN, turn, Json.parse(ClientMessageEncoder.encodeRecord(record)));
  }
}
