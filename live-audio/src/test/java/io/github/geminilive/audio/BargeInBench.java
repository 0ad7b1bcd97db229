package io.github.geminilive.audio;

import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveListener;
import io.github.geminilive.LiveModel;
import io.github.geminilive.LiveSession;
import io.github.geminilive.audio.device.AudioServer;
import io.github.geminilive.audio.device.AudioSource;
import io.github.geminilive.audio.device.DeviceEvent;
import io.github.geminilive.audio.device.Loudspeaker;
import io.github.geminilive.audio.device.Microphone;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.Speech;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * Talks over the assistant on a real audio server and measures how long it takes until the
 * loudspeaker is silent: from the caller's first sample in the microphone's sink to the last sound at
 * the loudspeaker's monitor, both heard by programs of the server's own.
 */
final class BargeInBench implements AutoCloseable {

  /**
   * One interruption, milliseconds.
   *
   * @param total caller's first sample to the loudspeaker's silence
   * @param microphone of that until the loop had the sample
   * @param decision from there until the loop was told, or decided, that the answer is cut
   * @param flush until the player's queue was empty
   * @param loudspeaker until the monitor was silent; negative where a pause came first
   * @param told what the loop's own event says of the last part
   * @param heardError how much less the turn says to have been heard than the monitor heard
   */
  record Round(
      double total,
      double microphone,
      double decision,
      double flush,
      double loudspeaker,
      double told,
      double heardError) {}

  private static final int RATE = 48_000;
  private static final int ONSET = 100;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** One word of 20 s: the loudspeaker is silent when it was silenced, and not before. */
  static final String ENDLESS = "a".repeat(300);

  private final AudioServer audio;
  private Ear atLoudspeaker;
  private Ear atMicrophone;
  private final LiveServer server;
  private final LiveSession session;
  private final VoiceLoop voice;
  private final Noting microphone;
  private final int loud;
  private final List<VoiceEvent> events = new CopyOnWriteArrayList<>();
  private volatile long toldOfCut;

  /** An assistant that talks endlessly, and nothing in the microphone but the caller. */
  BargeInBench(AudioServer audio, TurnTaking turns, UnaryOperator<VoiceLoop.Builder> change)
      throws IOException {
    this(audio, turns, ENDLESS, ONSET, change);
  }

  /**
   * A conversation with the devices of a server.
   *
   * @param says what the assistant says
   * @param loud from which sample value on the caller is heard; above any echo
   */
  BargeInBench(
      AudioServer audio,
      TurnTaking turns,
      String says,
      int loud,
      UnaryOperator<VoiceLoop.Builder> change)
      throws IOException {
    this.audio = audio;
    this.loud = loud;
    this.microphone = new Noting(loud);
    this.atLoudspeaker = new Ear("spk.monitor");
    this.atMicrophone = new Ear("micsink.monitor");
    this.server = LiveServer.builder()
        .persona(Persona.builder().otherwise().say(says).build())
        .start();
    LiveConfig.Builder config = LiveConfig.builder(LiveModel.GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW)
        .endpoint(Endpoint.developer().at(server.baseUri()))
        .apiKey(server.apiKey());
    this.session = LiveClient.connect(
        turns == TurnTaking.SERVICE ? config.build() : config.manualActivity().build());
    session.subscribe(new LiveListener() {
      @Override
      public void onInterrupted(LiveEvent.Interrupted interrupted) {
        toldOfCut = System.nanoTime();
      }
    });
    this.voice = change
        .apply(VoiceLoop.builder(session)
            .microphone(microphone)
            .loudspeaker(Loudspeaker.builder().build())
            .turnTaking(turns)
            .levelInterval(Duration.ZERO)
            .listener(events::add))
        .start();
    session.sendText("Hello");
  }

  List<VoiceEvent> events() {
    return events;
  }

  VoiceLoop voice() {
    return voice;
  }

  /** The microphone, and when it first delivered something loud. */
  private static final class Noting implements AudioSource {
    private final Microphone real = Microphone.builder().build();
    private final int loud;
    private volatile boolean armed;
    private volatile long firstLoud;

    Noting(int loud) {
      this.loud = loud;
    }

    void arm() {
      firstLoud = 0;
      armed = true;
    }

    @Override
    public int sampleRateHz() {
      return real.sampleRateHz();
    }

    @Override
    public void start(Listener listener) {
      real.start(new Listener() {
        @Override
        public void captured(short[] samples, int offset, int count, long nanos) {
          if (armed) {
            for (int i = offset; i < offset + count; i++) {
              if (Math.abs(samples[i]) > loud) {
                armed = false;
                firstLoud = System.nanoTime();
                break;
              }
            }
          }
          listener.captured(samples, offset, count, nanos);
        }

        @Override
        public void event(DeviceEvent event) {
          listener.event(event);
        }
      });
    }

    @Override
    public void close() {
      real.close();
    }
  }

  /** Records a monitor and knows when each sample passed. */
  private final class Ear implements AutoCloseable {
    private final Process parec;
    private short[] samples = new short[60 * RATE]; // guarded by this
    private int count; // guarded by this
    private long start = Long.MAX_VALUE; // when sample 0 passed; guarded by this

    Ear(String monitor) throws IOException {
      parec = audio
          .program(
              "parec",
              "-d",
              monitor,
              "--raw",
              "--rate=" + RATE,
              "--channels=1",
              "--format=s16le",
              "--latency-msec=20")
          .start();
      Thread thread = new Thread(this::listen, "test-ear-" + monitor);
      thread.setDaemon(true);
      thread.start();
    }

    private void listen() {
      byte[] bytes = new byte[4096];
      int left = 0;
      try (InputStream in = parec.getInputStream()) {
        for (int n = in.read(bytes); n > 0; n = in.read(bytes, left, bytes.length - left)) {
          long now = System.nanoTime();
          left = add(bytes, left + n, now);
        }
      } catch (IOException e) {
        // The program was ended.
        parec.destroy();
      }
    }

    private synchronized int add(byte[] bytes, int length, long now) {
      if (count + length / 2 > samples.length) {
        samples = Arrays.copyOf(samples, 2 * samples.length);
      }
      for (int i = 0; i + 1 < length; i += 2) {
        samples[count++] = (short) ((bytes[i] & 0xFF) | bytes[i + 1] << 8);
      }
      // What comes late says nothing about the clock; the earliest arrival does.
      start = Math.min(start, now - count * 1_000_000_000L / RATE);
      if (length % 2 == 1) {
        bytes[0] = bytes[length - 1];
      }
      return length % 2;
    }

    private int place(long nanos) {
      return (int) Math.max(0, Math.min(count, (nanos - start) * RATE / 1_000_000_000L));
    }

    private long nanos(int place) {
      return start + place * 1_000_000_000L / RATE;
    }

    /** When the first loud sample after a time passed; 0 for never. */
    synchronized long firstAfter(long nanos, int loud) {
      for (int i = place(nanos); i < count; i++) {
        if (Math.abs(samples[i]) > loud) {
          return nanos(i);
        }
      }
      return 0;
    }

    /** When the last sample between two times passed that was not silent; 0 for none. */
    synchronized long lastWithin(long from, long to) {
      for (int i = place(to) - 1; i >= place(from); i--) {
        if (Math.abs(samples[i]) > 2) {
          return nanos(i + 1);
        }
      }
      return 0;
    }

    @Override
    public void close() {
      parec.destroy();
    }
  }

  /** Lets the microphone hear the loudspeaker from now on, about 60 ms later and 11 dB weaker. */
  static void couple(AudioServer audio) {
    audio.pactl(
        "load-module", "module-loopback", "source=spk.monitor", "sink=micsink", "latency_msec=60");
    String inputs = audio.pactl("list", "short", "sink-inputs");
    audio.pactl("set-sink-input-volume", inputs.split("\\s")[0], "65%");
  }

  /** Speech for half a minute. */
  static String speech() {
    return (VoiceRig.ANSWER + " ").repeat(6).strip();
  }

  /** Waits until the echo canceller takes out enough for the user to interrupt. */
  void awaitCanceller() {
    await(() -> voice.metrics().echoMode() == EchoMode.CANCEL, "the canceller to learn");
  }

  void awaitSpeaking() {
    await(this::speaking, "the assistant to speak");
  }

  /** Waits until both devices were told to be in a state. */
  void awaitDevices(Class<? extends DeviceEvent> state) {
    for (VoiceEvent.DeviceChanged.Device device : VoiceEvent.DeviceChanged.Device.values()) {
      await(
          () -> events.stream()
              .anyMatch(event -> event instanceof VoiceEvent.DeviceChanged changed
                  && changed.device() == device
                  && state.isInstance(changed.event())),
          device + " to be " + state.getSimpleName());
    }
  }

  /** The server is another one: what listened to its monitors has ended with the first. */
  void listenAnew() throws IOException {
    atLoudspeaker.close();
    atMicrophone.close();
    atLoudspeaker = new Ear("spk.monitor");
    atMicrophone = new Ear("micsink.monitor");
  }

  /** Waits until the assistant has spoken for a second, talks over it, and measures. */
  Round round() throws IOException {
    int before = count(VoiceEvent.Interrupted.class);
    awaitSpeaking();
    long audible = last(VoiceEvent.AssistantSpeaking.class).nanos();
    pause(Duration.ofMillis(1000));
    microphone.arm();
    toldOfCut = 0;
    long asked = System.nanoTime();
    Process pacat = say(Speech.interruption(), 0.9);
    await(() -> count(VoiceEvent.Interrupted.class) > before, "the interruption");
    VoiceEvent.Interrupted cut = last(VoiceEvent.Interrupted.class);
    pause(Duration.ofMillis(450));
    pacat.destroy();
    long spoken = atMicrophone.firstAfter(asked, loud);
    long captured = microphone.firstLoud;
    long silent = atLoudspeaker.lastWithin(spoken, spoken + 1_100_000_000L);
    long began = atLoudspeaker.firstAfter(audible - 200_000_000L, ONSET);
    boolean byService = cut.by() == VoiceEvent.Interrupted.By.SERVICE;
    // The loop's decision is told by how long before it the user began.
    long decided = byService ? toldOfCut : captured;
    if (!byService && cut.detection() != null) {
      decided = onset() + cut.detection().toNanos();
    }
    long flushed = decided + cut.flush().toNanos();
    double heard = cut.turn() == null || cut.turn().heard() == null
        ? Double.NaN
        : millis(cut.turn().heard().toNanos());
    return new Round(
        millis(silent - spoken),
        millis(captured - spoken),
        millis(decided - captured),
        millis(flushed - decided),
        millis(silent - flushed),
        millis(cut.silence().toNanos()),
        millis(silent - began) - heard);
  }

  private long onset() {
    long nanos = 0;
    for (VoiceEvent event : events) {
      if (event instanceof VoiceEvent.UserSpeaking user && user.speaking()) {
        nanos = user.nanos();
      }
    }
    return nanos;
  }

  private boolean speaking() {
    return count(VoiceEvent.AssistantSpeaking.class) > 0
        && last(VoiceEvent.AssistantSpeaking.class).speaking();
  }

  private int count(Class<? extends VoiceEvent> kind) {
    return (int) events.stream().filter(kind::isInstance).count();
  }

  private <E extends VoiceEvent> E last(Class<E> kind) {
    List<VoiceEvent> all = new ArrayList<>(events);
    for (int i = all.size() - 1; i >= 0; i--) {
      if (kind.isInstance(all.get(i))) {
        return kind.cast(all.get(i));
      }
    }
    throw new AssertionError("no " + kind.getSimpleName());
  }

  private static double millis(long nanos) {
    return nanos / 1e6;
  }

  /** Speaks into the microphone's sink, without the silence before the first sound. */
  private Process say(byte[] pcm, double seconds) throws IOException {
    Process pacat = audio
        .program(
            "pacat",
            "--playback",
            "-d",
            "micsink",
            "--raw",
            "--rate=16000",
            "--channels=1",
            "--format=s16le",
            "--latency-msec=20")
        .start();
    int from = 0;
    while (Math.abs((short) ((pcm[from] & 0xFF) | pcm[from + 1] << 8)) <= loud) {
      from += 2;
    }
    try (OutputStream out = pacat.getOutputStream()) {
      out.write(pcm, from, (int) (seconds * 16_000) * 2);
    }
    return pacat;
  }

  static void pause(Duration length) {
    long end = System.nanoTime() + length.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  static void await(BooleanSupplier condition, String what) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain for " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Override
  public void close() {
    voice.close();
    session.close();
    server.close();
    atLoudspeaker.close();
    atMicrophone.close();
  }
}
