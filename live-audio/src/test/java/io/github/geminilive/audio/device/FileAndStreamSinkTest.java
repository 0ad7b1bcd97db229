package io.github.geminilive.audio.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.audio.pcm.PcmAudio;
import io.github.geminilive.audio.pcm.PcmFormat;
import io.github.geminilive.audio.pcm.SampleEncoding;
import io.github.geminilive.audio.pcm.WavReader;
import io.github.geminilive.testkit.VirtualTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FileAndStreamSinkTest {

  private static final long MS = 1_000_000;

  @TempDir
  Path directory;

  private final VirtualTime time = new VirtualTime();
  private final Ramp ramp = new Ramp();

  /** Says samples whose values tell their frames; notes what it is asked and told. */
  private static class Ramp implements AudioSink.Feed {

    final List<Long> asked = new ArrayList<>();
    final List<Long> heard = new ArrayList<>();
    final List<Long> heardAt = new ArrayList<>();
    final List<DeviceEvent> events = new ArrayList<>();

    @Override
    public void render(long frame, short[] samples, int offset, int count) {
      asked.add(frame);
      for (int i = 0; i < count; i++) {
        samples[offset + i] = (short) (frame + i);
      }
    }

    @Override
    public void heard(long frames, long nanos) {
      heard.add(frames);
      heardAt.add(nanos);
    }

    @Override
    public void event(DeviceEvent event) {
      events.add(event);
    }
  }

  private static short[] ramp(int from, int to) {
    short[] samples = new short[to - from];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) (from + i);
    }
    return samples;
  }

  private Path file() {
    return directory.resolve("a.wav");
  }

  private WavSink.Builder wavSink() {
    return WavSink.builder(file()).timing(time, time.nanoTime());
  }

  @Test
  void closedByItsFeedItTellsItNothingMore() throws IOException {
    WavSink sink = wavSink().build();
    Ramp closing = new Ramp() {
      @Override
      public void render(long frame, short[] samples, int offset, int count) {
        super.render(frame, samples, offset, count);
        sink.close();
      }
    };
    sink.start(closing);

    time.advance(Duration.ofSeconds(1));

    assertThat(closing.asked).hasSize(1);
    assertThat(closing.heard).isEmpty();
    assertThat(closing.events).isEmpty();
  }

  @Test
  void aFileIsFilledAtRealTimesPaceAndWhatIsWrittenIsHeard() throws IOException {
    try (WavSink sink = wavSink().build()) {
      assertThat(sink.sampleRateHz()).isEqualTo(24_000);
      sink.start(ramp);

      time.advance(Duration.ofNanos(20 * MS - 1));
      assertThat(ramp.asked).isEmpty();
      assertThat(sink.heardFrames()).isZero();
      time.advance(Duration.ofNanos(1));
      assertThat(sink.heardFrames()).isEqualTo(480);
      time.advance(Duration.ofMillis(55));
      assertThat(sink.heardFrames()).isEqualTo(1_440);
      assertThat(sink.flush()).isEqualTo(1_440);
      time.advance(Duration.ofMillis(25));
    }

    assertThat(ramp.asked).containsExactly(0L, 480L, 960L, 1_440L, 1_920L);
    assertThat(ramp.heard).containsExactly(480L, 960L, 1_440L, 1_920L, 2_400L);
    assertThat(ramp.heardAt).containsExactly(20 * MS, 40 * MS, 60 * MS, 80 * MS, 100 * MS);
    assertThat(WavReader.read(file())).isEqualTo(PcmAudio.copyOf(24_000, 1, ramp(0, 2_400)));
    time.advance(Duration.ofSeconds(1));
    assertThat(ramp.asked).hasSize(5);
    assertThat(time.pending()).isZero();
  }

  @Test
  void aFileMayHaveAnyFormat() throws IOException {
    PcmFormat format = PcmFormat.of(SampleEncoding.F32, 48_000, 2);
    try (WavSink sink = wavSink().format(format).block(Duration.ofMillis(200)).build()) {
      sink.start(ramp);
      time.advance(Duration.ofSeconds(2));
    }

    assertThat(WavReader.read(file()))
        .isEqualTo(PcmAudio.copyOf(48_000, 1, ramp(0, 96_000)).convertTo(format));
  }

  @Test
  void nothingDriftsInThreeHoursAtAnOddRate() {
    long[] bytes = new long[1];
    PcmFormat format = PcmFormat.s16le(11_025, 1);
    try (StreamSink sink = StreamSink.builder(format, (pcm, offset, length) -> bytes[0] += length)
        .sampleRateHz(11_025)
        .block(Duration.ofMillis(200))
        .timing(time, time.nanoTime())
        .build()) {
      sink.start((frame, samples, offset, count) -> {});
      time.advance(Duration.ofHours(3));

      assertThat(sink.heardFrames()).isEqualTo(10_800L * 11_025);
      assertThat(bytes[0]).isEqualTo(2 * 10_800L * 11_025);
    }
  }

  @Test
  void aFlushDuringRenderingThrowsThatBlockAway() throws IOException {
    List<Long> flushed = new ArrayList<>();
    WavSink[] self = new WavSink[1];
    try (WavSink sink = wavSink().build()) {
      self[0] = sink;
      sink.start((frame, samples, offset, count) -> {
        boolean interrupt = frame == 960 && flushed.isEmpty();
        Arrays.fill(samples, offset, offset + count, (short) (interrupt ? -1 : 1));
        if (interrupt) {
          flushed.add(self[0].flush());
        }
      });
      time.advance(Duration.ofMillis(100));
    }

    assertThat(flushed).containsExactly(960L);
    assertThat(WavReader.read(file()).toShorts()).hasSize(2_400).containsOnly(1);
  }

  @Test
  void aLongStallIsToldAndMissing() throws IOException {
    long[] lost = new long[1];
    try (WavSink sink = WavSink.builder(file())
        .timing(time, () -> time.nanoTime().getAsLong() + lost[0])
        .build()) {
      sink.start(ramp);
      time.advance(Duration.ofMillis(100));
      lost[0] = 900 * MS;
      time.advance(Duration.ofMillis(20));
      assertThat(sink.heardFrames()).isEqualTo(24_480);
      assertThat(ramp.events).isEmpty();

      lost[0] += 3_000 * MS;
      time.advance(Duration.ofMillis(20));
      assertThat(ramp.events).containsExactly(new DeviceEvent.Underrun(Duration.ofSeconds(3)));
      assertThat(sink.heardFrames()).isEqualTo(24_960);
      time.advance(Duration.ofMillis(20));
      assertThat(sink.heardFrames()).isEqualTo(25_440);
    }
    assertThat(WavReader.read(file()).frames()).isEqualTo(25_440);
  }

  @Test
  void aStreamGetsItsFormatInSteadyBlocks() {
    ByteArrayOutputStream far = new ByteArrayOutputStream();
    List<Integer> lengths = new ArrayList<>();
    try (StreamSink sink = StreamSink.builder(PcmFormat.muLawTelephone(), (pcm, offset, length) -> {
          lengths.add(length);
          far.write(pcm, offset, length);
        })
        .timing(time, time.nanoTime())
        .build()) {
      assertThat(sink.format()).isEqualTo(PcmFormat.muLawTelephone());
      sink.start(ramp);
      time.advance(Duration.ofSeconds(1));
      assertThat(sink.heardFrames()).isEqualTo(24_000);
    }

    byte[] expected = PcmAudio.copyOf(24_000, 1, ramp(0, 24_000))
        .convertTo(PcmFormat.muLawTelephone())
        .pcm()
        .toByteArray();
    assertThat(far.toByteArray()).isEqualTo(Arrays.copyOf(expected, far.size()));
    assertThat(far.size()).isBetween(8_000 - 80, 8_000);
    assertThat(lengths.subList(1, 50)).containsOnly(160);
  }

  /** A far end that keeps what it gets until its time. */
  private static final class Far implements StreamSink.Output {

    private final boolean clears;
    private int bytes;
    private int clearings;

    Far(boolean clears) {
      this.clears = clears;
    }

    @Override
    public void write(byte[] pcm, int offset, int length) {
      bytes += length;
    }

    @Override
    public boolean clear() {
      clearings++;
      return clears;
    }
  }

  private StreamSink leading(Far far) {
    StreamSink sink = StreamSink.builder(PcmFormat.LIVE_OUTPUT, far)
        .lead(Duration.ofMillis(200))
        .timing(time, time.nanoTime())
        .build();
    sink.start(ramp);
    return sink;
  }

  @Test
  void withALeadAudioIsHandedOutEarlierAndHeardInTime() {
    Far far = new Far(true);
    try (StreamSink sink = leading(far)) {
      time.advance(Duration.ZERO);
      assertThat(far.bytes).isEqualTo(9_600);
      assertThat(sink.heardFrames()).isZero();

      time.advance(Duration.ofMillis(110));
      assertThat(far.bytes).isEqualTo(9_600 + 5 * 960);
      assertThat(sink.heardFrames()).isEqualTo(2_640);
    }
  }

  @Test
  void flushTakesBackWhatTheFarEndCanClear() {
    Far far = new Far(true);
    try (StreamSink sink = leading(far)) {
      time.advance(Duration.ofMillis(110));
      ramp.asked.clear();

      assertThat(sink.flush()).isEqualTo(2_640);
      assertThat(far.clearings).isEqualTo(1);
      time.advance(Duration.ofMillis(10));
      assertThat(ramp.asked).startsWith(2_640L, 3_120L).hasSize(10);
      // Until now the far end had nothing to play.
      assertThat(sink.heardFrames()).isEqualTo(2_640);
      time.advance(Duration.ofMillis(10));
      assertThat(sink.heardFrames()).isEqualTo(2_880);
    }
  }

  @Test
  void flushTakesNothingBackFromAFarEndThatCannotClear() {
    try (StreamSink sink = leading(new Far(false))) {
      time.advance(Duration.ofMillis(110));

      assertThat(sink.flush()).isEqualTo(7_200);
      time.advance(Duration.ofMillis(210));
      assertThat(sink.heardFrames()).isEqualTo(320 * 24);
    }
  }

  @Test
  void anOutputThatThrowsIsToldAndAskedNoMore() {
    int[] calls = new int[1];
    try (StreamSink sink = StreamSink.builder(PcmFormat.LIVE_OUTPUT, (pcm, offset, length) -> {
          if (++calls[0] == 3) {
            throw new IOException("hung up");
          }
        })
        .timing(time, time.nanoTime())
        .build()) {
      sink.start(ramp);
      time.advance(Duration.ofSeconds(1));

      assertThat(calls[0]).isEqualTo(3);
      assertThat(sink.heardFrames()).isEqualTo(960);
      assertThat(ramp.events)
          .singleElement()
          .isInstanceOfSatisfying(
              DeviceEvent.Lost.class,
              lost -> assertThat(lost.cause())
                  .hasMessage("stream sink takes no more sound: hung up; make another one"));
    }
  }

  @Test
  void aFeedThatThrowsGivesSilence() throws IOException {
    try (WavSink sink = wavSink().build()) {
      sink.start((frame, samples, offset, count) -> {
        Arrays.fill(samples, offset, offset + count, (short) 5);
        if (frame == 480) {
          throw new IllegalStateException("on purpose");
        }
      });
      time.advance(Duration.ofMillis(60));
    }

    short[] samples = WavReader.read(file()).toShorts();
    assertThat(Arrays.copyOfRange(samples, 0, 480)).containsOnly(5);
    assertThat(Arrays.copyOfRange(samples, 480, 960)).containsOnly(0);
    assertThat(Arrays.copyOfRange(samples, 960, 1_440)).containsOnly(5);
  }

  @Test
  void aSinkIsStartedOnceAndClosedForGood() throws IOException {
    WavSink sink = wavSink().build();
    sink.start(ramp);
    assertThatThrownBy(() -> sink.start(ramp))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("was started before: make another one");
    time.advance(Duration.ofMillis(20));
    sink.close();
    sink.close();
    assertThat(sink.flush()).isEqualTo(480);
    assertThat(sink.heardFrames()).isEqualTo(480);

    WavSink never = wavSink().build();
    never.close();
    assertThatThrownBy(() -> never.start(ramp)).hasMessageEndingWith("closed: make another one");
  }

  @Test
  void impossibleOptionsAreRefused() {
    StreamSink.Builder builder = StreamSink.builder(PcmFormat.LIVE_OUTPUT, new Far(true));

    assertThatThrownBy(() -> builder.block(Duration.ofMillis(4))).hasMessageContaining("0.004");
    assertThatThrownBy(() -> builder.sampleRateHz(200_000)).hasMessageContaining("200000");
    assertThatThrownBy(() -> builder.lead(Duration.ofNanos(-1)))
        .hasMessageStartingWith("lead must be in [PT0S, PT10S]");
    assertThatThrownBy(() -> builder.lead(Duration.ofMillis(10_001)))
        .hasMessageStartingWith("lead must be in");
  }

  @Test
  void withoutASchedulerItRunsOnADaemonOfItsOwn() throws Exception {
    CountDownLatch five = new CountDownLatch(5);
    List<Thread> threads = new ArrayList<>();
    long start = System.nanoTime();
    try (WavSink sink = WavSink.create(file())) {
      sink.start((frame, samples, offset, count) -> {
        threads.add(Thread.currentThread());
        five.countDown();
      });
      assertThat(five.await(20, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(100 * MS);
    assertThat(threads).allMatch(Thread::isDaemon).containsOnly(threads.get(0));
    threads.get(0).join(20_000);
    assertThat(threads.get(0).isAlive()).isFalse();
    assertThat(WavReader.read(file()).frames()).isGreaterThanOrEqualTo(4 * 480);
  }
}
