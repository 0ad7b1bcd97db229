package io.github.geminilive.examples.voice;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveListener;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.UsageTotals;
import io.github.geminilive.audio.EchoMode;
import io.github.geminilive.audio.VoiceEvent;
import io.github.geminilive.audio.VoiceListener;
import io.github.geminilive.audio.device.DeviceEvent;
import io.github.geminilive.audio.dsp.EchoReport;
import io.github.geminilive.protocol.FunctionCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows what session and voice loop tell, keeps what is asked for later, and lets a program wait for
 * it.
 */
public final class View implements LiveListener, VoiceListener {

  private static final long TICK_MILLIS = 20;

  private final Screen screen;
  private final boolean details;
  // Guarded by this.
  private final List<LiveTurn> turns = new ArrayList<>();
  private final List<LiveTurn> ended = new ArrayList<>();
  private final Map<LiveTurn, Duration> latencies = new HashMap<>();
  private VoiceEvent.@Nullable Interrupted cut;
  private @Nullable CloseInfo closed;
  private boolean userSpeaks;
  private boolean assistantSpeaks;
  private long silentSince;

  /**
   * A view on a screen.
   *
   * @param details whether to show latencies and interruptions as they come
   */
  public View(Screen screen, boolean details) {
    this.screen = screen;
    this.details = details;
  }

  /** Waits for something that session or loop tell of. */
  public synchronized <T> T await(Supplier<Optional<T>> something, String what, Duration limit)
      throws InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + limit.toNanos();
    Optional<T> found = something.get();
    while (found.isEmpty()) {
      CloseInfo end = closed;
      if (end != null) {
        throw new TimeoutException(what + " did not come: the session has ended, " + end.reason());
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new TimeoutException("waited " + limit.toSeconds() + " s for " + what + " in vain");
      }
      wait(TICK_MILLIS);
      found = something.get();
    }
    return found.get();
  }

  /** The turn in which the model spoke or called for the n-th time, from 0. */
  public synchronized Optional<LiveTurn> answer(int n) {
    return n < turns.size() ? Optional.of(turns.get(n)) : Optional.empty();
  }

  /** The n-th turn that ended, from 0. */
  public synchronized Optional<LiveTurn> ended(int n) {
    return n < ended.size() ? Optional.of(ended.get(n)) : Optional.empty();
  }

  /** How many turns have ended. */
  public synchronized int endedCount() {
    return ended.size();
  }

  /** The last interruption, once silence was told. */
  public synchronized Optional<VoiceEvent.Interrupted> interruption() {
    return assistantSpeaks ? Optional.empty() : Optional.ofNullable(cut);
  }

  /** When the assistant was last heard, on the clock of {@link System#nanoTime()}. */
  public synchronized long silentSince() {
    return silentSince;
  }

  @Override
  public void onEvent(LiveEvent event) {
    LiveListener.super.onEvent(event);
    synchronized (this) {
      notifyAll();
    }
  }

  @Override
  public void onAudio(LiveEvent.Audio audio) {
    synchronized (this) {
      if (!turns.contains(audio.turn())) {
        turns.add(audio.turn());
      }
    }
  }

  @Override
  public void onInputTranscript(LiveEvent.InputTranscript transcript) {
    screen.words("you", transcript.text());
  }

  @Override
  public void onOutputTranscript(LiveEvent.OutputTranscript transcript) {
    screen.words("model", transcript.text());
  }

  @Override
  public void onText(LiveEvent.Text part) {
    screen.words("model", part.text());
  }

  @Override
  public void onToolCalled(LiveEvent.ToolCalled toolCalled) {
    FunctionCall call = toolCalled.call();
    screen.line("%s", "(the model calls " + call.name() + " " + call.args() + ")");
  }

  @Override
  public void onTurnEnded(LiveEvent.TurnEnded event) {
    screen.endOfWords();
    synchronized (this) {
      ended.add(event.turn());
    }
  }

  @Override
  public void onWarning(LiveEvent.Warning warning) {
    screen.line("(warning: %s)", warning.message());
  }

  @Override
  public synchronized void onClosed(CloseInfo info) {
    closed = info;
  }

  @Override
  public void onEvent(VoiceEvent event) {
    if (event instanceof VoiceEvent.Levels levels) {
      showLevels(levels);
    } else if (event instanceof VoiceEvent.Latency latency) {
      synchronized (this) {
        latencies.put(latency.turn(), latency.total());
      }
      note(
          "(answered after %.2f s: service %.2f s, playback %.2f s)",
          seconds(latency.total()), seconds(latency.service()), seconds(latency.playback()));
    } else if (event instanceof VoiceEvent.Interrupted interrupted) {
      showCut(interrupted);
    } else if (event instanceof VoiceEvent.UserSpeaking user) {
      synchronized (this) {
        userSpeaks = user.speaking();
      }
    } else if (event instanceof VoiceEvent.AssistantSpeaking assistant) {
      synchronized (this) {
        assistantSpeaks = assistant.speaking();
        silentSince = assistant.nanos();
      }
    } else if (event instanceof VoiceEvent.EchoChanged echo) {
      screen.note("(%s)", echo(echo.mode(), echo.report()));
    } else if (event instanceof VoiceEvent.DeviceChanged device) {
      String name = device.device().name().toLowerCase(Locale.ROOT);
      screen.line("(%s: %s)", name, words(device.event()));
    } else if (event instanceof VoiceEvent.RecordingFailed failed) {
      screen.line("(the recording ended early: %s)", failed.cause().toString());
    }
    synchronized (this) {
      notifyAll();
    }
  }

  private void showLevels(VoiceEvent.Levels levels) {
    boolean user;
    boolean assistant;
    synchronized (this) {
      user = userSpeaks;
      assistant = assistantSpeaks;
    }
    screen.levels(user, levels.user().rmsDbfs(), assistant, levels.assistant().rmsDbfs());
  }

  private void showCut(VoiceEvent.Interrupted interrupted) {
    Duration detection = interrupted.detection();
    LiveTurn turn = interrupted.turn();
    synchronized (this) {
      cut = interrupted;
    }
    String reaction = detection == null
        ? ""
        : text(
            ", silent %.2f s after your first sound: %.2f s to hear it, %.2f s to stop",
            seconds(detection.plus(interrupted.flush()).plus(interrupted.silence())),
            seconds(detection),
            seconds(interrupted.flush().plus(interrupted.silence())));
    note(
        "(interrupted: heard %.2f s of %.2f s%s)",
        seconds(interrupted.heard()), turn == null ? 0 : seconds(turn.audioDuration()), reaction);
  }

  private void note(String format, Object... args) {
    if (details) {
      screen.note(format, args);
    }
  }

  private static String echo(EchoMode mode, EchoReport report) {
    String figures = report.state() == EchoReport.State.CANCELLING
        ? text("echo weakened by %.0f dB", report.erleDb())
        : "echo: " + report.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return figures
        + (mode == EchoMode.CANCEL
            ? "; you can interrupt"
            : "; the microphone is not listened to while the model speaks");
  }

  /** What happened to a device, in words. */
  public static String words(DeviceEvent event) {
    if (event instanceof DeviceEvent.Lost lost) {
      return "lost: " + lost.cause().getMessage();
    } else if (event instanceof DeviceEvent.Restored restored) {
      return text("%s is back after %.1f s", restored.device(), seconds(restored.outage()));
    } else if (event instanceof DeviceEvent.Overflow overflow) {
      return text("%.2f s of sound lost", seconds(overflow.lost()));
    } else if (event instanceof DeviceEvent.Underrun underrun) {
      return text("ran dry for %.0f ms", 1e3 * seconds(underrun.gap()));
    } else if (event instanceof DeviceEvent.Silent silent) {
      return silent.advice();
    } else {
      return event.toString();
    }
  }

  /** Shows what the turns took and what was used up. */
  public synchronized void report(UsageTotals usage) {
    screen.line("");
    for (LiveTurn turn : turns) {
      Duration latency = latencies.getOrDefault(turn, turn.responseLatency());
      Duration heard = turn.heard();
      screen.line(
          "turn %d: %s, answered after %s, spoke %.1f s, heard %.1f s",
          turn.number(),
          turn.outcome().name().toLowerCase(Locale.ROOT),
          latency == null ? "-" : text("%.2f s", seconds(latency)),
          seconds(turn.audioDuration()),
          heard == null ? 0 : seconds(heard));
    }
    screen.line(
        "tokens: %d read %s, %d generated %s",
        usage.promptTokens(),
        usage.promptByModality(),
        usage.responseTokens(),
        usage.responseByModality());
  }

  private static String text(String format, Object... args) {
    return String.format(Locale.ROOT, format, args);
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
