package io.github.geminilive.examples;

import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveModel;
import io.github.geminilive.LiveSession;
import io.github.geminilive.audio.EchoMode;
import io.github.geminilive.audio.VoiceEvent;
import io.github.geminilive.audio.VoiceLoop;
import io.github.geminilive.audio.VoiceMetrics;
import io.github.geminilive.audio.device.Loudspeaker;
import io.github.geminilive.audio.device.Microphone;
import io.github.geminilive.audio.dsp.EchoCanceller;
import io.github.geminilive.audio.dsp.EchoReport;
import io.github.geminilive.audio.dsp.Level;
import io.github.geminilive.audio.dsp.LevelMeter;
import io.github.geminilive.audio.pcm.PcmFormat;
import io.github.geminilive.audio.pcm.WavWriter;
import io.github.geminilive.examples.voice.Failures;
import io.github.geminilive.examples.voice.View;
import io.github.geminilive.protocol.ActivityHandling;
import io.github.geminilive.protocol.RealtimeInputConfig;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Says whether one can interrupt the model on these devices: lets a simulated model speak for some
 * twenty seconds in a conversation like any other, and measures by how much its echo is weakened.
 */
@Command(
    name = "echo-test",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Measures how well the loudspeaker's echo is taken out of the microphone.",
    footer = {"", Failures.CODES})
public final class EchoTest implements Callable<Integer> {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String SPEECH = "In Lisbon it is 22 degrees and sunny today."
      + " The wind is light and comes from the north west."
      + " Later in the afternoon a few clouds may pass over the river,"
      + " but it will stay dry until late in the evening."
      + " Tomorrow will be much the same, so you will not need an umbrella.";

  @Option(names = "--microphone", paramLabel = "NAME", description = "A part of its name.")
  private @Nullable String microphone;

  @Option(names = "--loudspeaker", paramLabel = "NAME", description = "A part of its name.")
  private @Nullable String loudspeaker;

  @Option(
      names = "--record",
      paramLabel = "WAV",
      description = "Where to write what the microphone heard: on the left as it was, on the right"
          + " without the echo.")
  private @Nullable Path recording;

  private final Listening listening = new Listening();

  /** Runs the program and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new EchoTest()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      VoiceMetrics result = listen();
      say("");
      say("%s", verdict(result.echo(), result.echoMode() == EchoMode.CANCEL));
      if (recording != null) {
        listening.write(recording);
        say("Recorded: %s", recording.toAbsolutePath());
      }
      return 0;
    } catch (IOException | RuntimeException e) {
      return Failures.report("echo-test", e);
    }
  }

  private VoiceMetrics listen() throws InterruptedException {
    Persona speaker = Persona.builder().otherwise().say(SPEECH + " " + SPEECH).build();
    try (LiveServer server = LiveServer.builder().persona(speaker).start();
        LiveSession session = LiveClient.connect(config(server));
        VoiceLoop voice = VoiceLoop.builder(session)
            .microphone(
                microphone == null
                    ? Microphone.builder().build()
                    : Microphone.builder().device(microphone).build())
            .loudspeaker(
                loudspeaker == null
                    ? Loudspeaker.builder().build()
                    : Loudspeaker.builder().device(loudspeaker).build())
            .echoCanceller(listening::around)
            .listener(EchoTest::show)
            .start()) {
      say("Please be quiet: the model speaks for 20 seconds.");
      session.sendText("Speak.");
      for (int second = 1; second <= 20 && !voice.awaitEnd(SECOND); second++) {
        say("%2d s: %s", second, listening.line(voice.metrics().echo()));
      }
      return voice.metrics();
    }
  }

  private static LiveConfig config(LiveServer server) {
    return LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
        .endpoint(Endpoint.custom(server.baseUri()))
        .apiKey(server.apiKey())
        .setup(setup -> setup.realtimeInputConfig(RealtimeInputConfig.builder()
            .activityHandling(ActivityHandling.NO_INTERRUPTION) // echo must not end the test
            .build()))
        .build();
  }

  private static void show(VoiceEvent event) {
    if (event instanceof VoiceEvent.DeviceChanged changed) {
      say(
          "      %s: %s",
          changed.device().name().toLowerCase(Locale.ROOT), View.words(changed.event()));
    }
  }

  private String verdict(EchoReport report, boolean interruptible) {
    if (report.state() == EchoReport.State.IDLE) {
      return "Nothing was played, so there is nothing to say.";
    } else if (report.state() == EchoReport.State.NO_ECHO) {
      return listening.heardNothing()
          ? "The microphone delivers exact silence: muted, or not allowed?"
          : "No echo: a headset? You can interrupt the model, and EchoMode.HEADSET saves the work.";
    } else if (interruptible) {
      return String.format(
          Locale.ROOT,
          "Echo is taken out by %.0f dB (it comes after %.0f ms): you can interrupt the model.",
          report.erleDb(),
          report.delayMillis());
    } else {
      return String.format(
          Locale.ROOT,
          "Echo is taken out by only %.0f dB: the model will not listen while it speaks. Turn the"
              + " loudspeaker down, move the microphone away from it, or use a headset.",
          report.erleDb());
    }
  }

  private static void say(String format, Object... args) {
    System.out.printf(Locale.ROOT, format + "%n", args);
  }

  /** A canceller around the library's own, which keeps what comes in and what goes out. */
  private static final class Listening {

    private static final int RATE = 16_000;

    private final LevelMeter before = new LevelMeter(); // guarded by this
    private final LevelMeter after = new LevelMeter(); // guarded by this
    private final short[] kept = new short[2 * 30 * RATE]; // guarded by this
    private int count; // guarded by this

    EchoCanceller around(int sampleRateHz) {
      EchoCanceller inner = EchoCanceller.create(sampleRateHz);
      return new EchoCanceller() {
        @Override
        public int sampleRateHz() {
          return inner.sampleRateHz();
        }

        @Override
        public int latencySamples() {
          return inner.latencySamples();
        }

        @Override
        public void process(
            short[] far, int farAt, short[] mic, int micAt, short[] out, int outAt, int count) {
          synchronized (Listening.this) {
            before.add(mic, micAt, count);
            int first = keep(mic, micAt, count, 0);
            inner.process(far, farAt, mic, micAt, out, outAt, count);
            after.add(out, outAt, count);
            keep(out, outAt, count, 1);
            Listening.this.count = first;
          }
        }

        @Override
        public EchoReport report() {
          return inner.report();
        }

        @Override
        public void reset() {
          inner.reset();
        }

        @Override
        public void close() {
          inner.close();
        }
      };
    }

    private int keep(short[] samples, int offset, int length, int channel) {
      int fits = Math.min(length, kept.length / 2 - count);
      for (int i = 0; i < fits; i++) {
        kept[2 * (count + i) + channel] = samples[offset + i];
      }
      return count + fits;
    }

    synchronized String line(EchoReport report) {
      Level in = before.take();
      Level out = after.take();
      return String.format(
          Locale.ROOT,
          "microphone %4.0f dBFS, without echo %4.0f dBFS; %s, %.0f dB, delay %.0f ms, drift %.0f ppm",
          in.rmsDbfs(),
          out.rmsDbfs(),
          report.state().name().toLowerCase(Locale.ROOT).replace('_', ' '),
          report.erleDb(),
          report.delayMillis(),
          report.driftPpm());
    }

    synchronized boolean heardNothing() {
      for (int i = 0; i < 2 * count; i += 2) {
        if (kept[i] != 0) {
          return false;
        }
      }
      return true;
    }

    synchronized void write(Path file) throws IOException {
      try (WavWriter writer = WavWriter.create(file, PcmFormat.s16le(RATE, 2))) {
        writer.write(Arrays.copyOf(kept, 2 * count), 0, 2 * count);
      }
    }
  }
}
