package io.github.geminilive.internal.session;

import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.RecoveryCause;
import io.github.geminilive.WatchdogStep;
import io.github.geminilive.internal.profile.ModelProfile;
import io.github.geminilive.protocol.ClientMessage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the watchdog sees of a session, and its hands. Guarded by the engine's lock. */
final class Lookout implements Watchdog.Host {

  /** What only the session itself can do. */
  interface Desk {

    /** Whether the service has said last that it is at work. */
    boolean inProgress();

    /** Whether the configuration lets the model choose not to answer. */
    boolean mayStaySilent();

    /** Whether the session goes on after a connection. */
    boolean resumes();

    /** Whether the application tells where the user's turns begin and end. */
    boolean manualActivity();

    /** Tells the application. */
    void publish(LiveEvent event);

    /** Writes a message that asks for an answer. */
    void ask(ClientMessage message);

    /** Time for {@link Watchdog#onTimer}. */
    void onWatchTimer(long now);

    /** The watchdog is at its wits' end. */
    void onGivenUp();
  }

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.session");

  private final String id;
  private final Desk desk;
  private final ModelProfile profile;
  private final Services services;
  private final Lifecycle life;
  private final Inbound inbound;
  private final UserSpeech speech;
  private final Calls calls;
  private final HeardLedger heard;

  private @Nullable Future<?> timer;
  private long timerNanos;
  private boolean wished;
  private long wishNanos;

  Lookout(
      String id,
      Desk desk,
      ModelProfile profile,
      Services services,
      Lifecycle life,
      Inbound inbound,
      UserSpeech speech,
      Calls calls,
      HeardLedger heard) {
    this.id = id;
    this.desk = desk;
    this.profile = profile;
    this.services = services;
    this.life = life;
    this.inbound = inbound;
    this.speech = speech;
    this.calls = calls;
    this.heard = heard;
  }

  @Override
  public boolean userSpeaks() {
    return speech.running();
  }

  @Override
  public boolean toolOpen() {
    return calls.anyOpen();
  }

  @Override
  public boolean inProgress() {
    return desk.inProgress();
  }

  @Override
  public boolean sounding() {
    return heard.sounding();
  }

  @Override
  public boolean mayStaySilent() {
    return desk.mayStaySilent();
  }

  @Override
  public boolean canEndSpeech() {
    return life.state().connected();
  }

  @Override
  public boolean canResume() {
    return desk.resumes() && inbound.handle() != null;
  }

  @Override
  public boolean canBeginAfresh() {
    return desk.resumes();
  }

  @Override
  public boolean canNudge() {
    return Intentions.nudge(profile) != null;
  }

  @Override
  public @Nullable LiveTurn turn() {
    return inbound.turns().current();
  }

  @Override
  public void tell(LiveEvent event) {
    if (event instanceof LiveEvent.Stalled stalled) {
      LOG.warn(
          "{} hears nothing from the service: {}, {} ms, {}",
          id,
          stalled.phase(),
          stalled.silence().toMillis(),
          stalled.step());
    }
    desk.publish(event);
  }

  @Override
  public void take(WatchdogStep step) {
    switch (step) {
      case NUDGE -> ask(Intentions.nudge(profile));
      case END_OF_SPEECH -> ask(Intentions.endOfSpeech(desk.manualActivity()));
      case RESUME -> life.change(RecoveryCause.WATCHDOG);
      case FRESH -> {
        inbound.dropHandle();
        life.change(RecoveryCause.WATCHDOG);
      }
      case GIVE_UP -> desk.onGivenUp();
    }
  }

  private void ask(@Nullable ClientMessage message) {
    if (message != null && life.state().connected()) {
      desk.ask(message);
    }
  }

  @Override
  public void wakeAt(long nanos) {
    wished = true;
    wishNanos = nanos;
    if (timer != null && nanos - timerNanos < 0) {
      timer.cancel(false);
      timer = null;
    }
    // One that comes too early looks and is set again: wishes change with every message.
    if (timer == null) {
      set(nanos);
    }
  }

  private void set(long nanos) {
    timerNanos = nanos;
    long delay = Math.max(0, nanos - services.nanoTime().getAsLong());
    timer =
        services.timers().schedule(() -> life.locked(this::onTimer), delay, TimeUnit.NANOSECONDS);
  }

  private void onTimer() {
    timer = null;
    long now = services.nanoTime().getAsLong();
    if (wished && now - wishNanos < 0) {
      set(wishNanos);
    } else if (wished) {
      wished = false;
      desk.onWatchTimer(now);
    }
  }

  @Override
  public void noWake() {
    wished = false;
  }

  /** The session is over. */
  void close() {
    wished = false;
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
