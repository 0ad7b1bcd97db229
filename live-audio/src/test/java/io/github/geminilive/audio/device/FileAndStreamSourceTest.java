package io.github.geminilive.audio.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.audio.pcm.PcmAudio;
import io.github.geminilive.audio.pcm.PcmFormat;
import io.github.geminilive.audio.pcm.SampleEncoding;
import io.github.geminilive.audio.pcm.WavWriter;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.testkit.VirtualTime;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class FileAndStreamSourceTest {

  private static final PcmFormat MONO = PcmFormat.LIVE_INPUT;
  private static final long MS = 1_000_000;

  @TempDir
  Path directory;

  private final VirtualTime time = new VirtualTime();
  private final Heard heard = new Heard();

  /** Keeps what a source delivers, and when. */
  private final class Heard implements AudioSource.Listener {

    private final List<Integer> counts = new ArrayList<>();
    private final List<Long> nanos = new ArrayList<>();
    private final List<Long> arrivals = new ArrayList<>();
    private final List<DeviceEvent> events = new ArrayList<>();
    private short[] all = new short[0];
    private int ends;

    @Override
    public void captured(short[] samples, int offset, int count, long at) {
      assertThat(ends).as("chunks after the end").isZero();
      int size = all.length;
      all = Arrays.copyOf(all, size + count);
      System.arraycopy(samples, offset, all, size, count);
      counts.add(count);
      nanos.add(at);
      arrivals.add(time.nanoTime().getAsLong());
    }

    @Override
    public void event(DeviceEvent event) {
      events.add(event);
    }

    @Override
    public void ended() {
      ends++;
    }
  }

  private static short[] ramp(int count) {
    short[] samples = new short[count];
    for (int i = 0; i < count; i++) {
      samples[i] = (short) (i + 1);
    }
    return samples;
  }

  private Path wav(PcmAudio audio) throws IOException {
    Path file = directory.resolve("a.wav");
    WavWriter.write(file, audio);
    return file;
  }

  private WavSource.Builder wavSource(PcmAudio audio) throws IOException {
    return WavSource.builder(wav(audio)).timing(time, time.nanoTime());
  }

  @Test
  void aFileIsDeliveredInChunksEachAtItsTime() throws IOException {
    short[] samples = ramp(1_000);
    try (WavSource source = wavSource(PcmAudio.copyOf(16_000, 1, samples))
        .silenceAfter(Duration.ZERO)
        .build()) {
      source.start(heard);

      time.advance(Duration.ofNanos(20 * MS - 1));
      assertThat(heard.counts).isEmpty();
      time.advance(Duration.ofNanos(1));
      assertThat(heard.counts).containsExactly(320);
      time.advance(Duration.ofSeconds(1));
    }

    assertThat(heard.all).isEqualTo(samples);
    assertThat(heard.counts).containsExactly(320, 320, 320, 40);
    assertThat(heard.nanos).containsExactly(20 * MS, 40 * MS, 60 * MS, 62 * MS + MS / 2);
    assertThat(heard.arrivals).containsExactly(20 * MS, 40 * MS, 60 * MS, 80 * MS);
    assertThat(heard.ends).isEqualTo(1);
    assertThat(time.pending()).isZero();
  }

  @Test
  void silenceFollowsWithoutAGapForTwoSecondsByDefault() throws IOException {
    try (WavSource source = wavSource(PcmAudio.copyOf(16_000, 1, ramp(100))).build()) {
      source.start(heard);
      time.advance(Duration.ofSeconds(3));
    }

    assertThat(heard.all).hasSize(100 + 32_000).startsWith(ramp(100));
    assertThat(Arrays.copyOfRange(heard.all, 100, heard.all.length)).containsOnly(0);
    assertThat(heard.counts.subList(0, 100)).containsOnly(320);
    assertThat(heard.counts).endsWith(100);
    assertThat(heard.ends).isEqualTo(1);
  }

  @Test
  void endlessSilenceEndsWithTheSourceOnly() throws IOException {
    WavSource source =
        wavSource(PcmAudio.copyOf(16_000, 1, ramp(100))).endlessSilence().build();
    source.start(heard);
    time.advance(Duration.ofSeconds(10));

    assertThat(heard.all).hasSize(160_000);
    assertThat(heard.ends).isZero();
    source.close();
    source.close();
    time.advance(Duration.ofSeconds(1));
    assertThat(heard.all).hasSize(160_000);
    assertThat(time.pending()).isZero();
  }

  @Test
  void anyFileBecomesMonoAtTheRateWanted() throws IOException {
    PcmFormat format = PcmFormat.of(SampleEncoding.S24, 44_100, 2);
    PcmAudio audio = PcmAudio.copyOf(44_100, 2, ramp(30_000)).convertTo(format);
    try (WavSource source = wavSource(audio)
        .sampleRateHz(24_000)
        .chunk(Duration.ofMillis(33))
        .silenceAfter(Duration.ZERO)
        .unpaced()
        .build()) {
      assertThat(source.fileFormat()).isEqualTo(format);
      assertThat(source.sampleRateHz()).isEqualTo(24_000);
      source.start(heard);
      time.advance(Duration.ZERO);
    }

    assertThat(heard.all).isEqualTo(audio.convertTo(PcmFormat.LIVE_OUTPUT).toShorts());
    assertThat(heard.counts.get(0)).isEqualTo(792);
    assertThat(heard.ends).isEqualTo(1);
    assertThat(heard.nanos.get(1)).isEqualTo(66 * MS);
  }

  @Test
  void nothingDriftsInThreeHoursAtAnOddRate() throws IOException {
    try (WavSource source = wavSource(PcmAudio.copyOf(16_000, 1, ramp(1)))
        .sampleRateHz(11_025)
        .chunk(Duration.ofMillis(200))
        .endlessSilence()
        .build()) {
      CompletableFuture<Long> last = new CompletableFuture<>();
      long[] samples = new long[1];
      source.start((pcm, offset, count, nanos) -> {
        samples[0] += count;
        if (samples[0] == 10_800L * 11_025) {
          last.complete(nanos);
        }
      });
      time.advance(Duration.ofHours(3));

      assertThat(samples[0]).isEqualTo(10_800L * 11_025);
      assertThat(last).isCompletedWithValue(10_800_000 * MS);
    }
  }

  @Test
  void aShortStallIsMadeUpForAndALongOneShiftsTheRest() throws IOException {
    long[] lost = new long[1];
    // A clock that jumps as it does for a process that was stopped.
    try (WavSource source = WavSource.builder(wav(PcmAudio.copyOf(16_000, 1, ramp(32_000))))
        .timing(time, () -> time.nanoTime().getAsLong() + lost[0])
        .build()) {
      source.start(heard);
      time.advance(Duration.ofMillis(100));
      lost[0] = 500 * MS;
      time.advance(Duration.ofMillis(20));
      assertThat(heard.counts).hasSize(31);
      assertThat(heard.nanos.get(30)).isEqualTo(620 * MS);

      lost[0] += 5_000 * MS;
      time.advance(Duration.ofMillis(20));
      assertThat(heard.counts).hasSize(32);
      assertThat(heard.nanos.get(31)).isEqualTo(5_640 * MS);
      time.advance(Duration.ofMillis(20));
      assertThat(heard.counts).hasSize(33);
    }
    assertThat(heard.all).startsWith(ramp(33 * 320));
  }

  @Test
  void aStreamIsReadWhateverPiecesItComesIn() throws IOException {
    PcmFormat format = PcmFormat.of(SampleEncoding.S24, 16_000, 2);
    PcmAudio audio = PcmAudio.copyOf(16_000, 2, ramp(2_001 * 2)).convertTo(format);
    ByteArrayInputStream bytes = new ByteArrayInputStream(audio.pcm().toByteArray());
    InputStream trickle = new InputStream() {

      @Override
      public int read() {
        return bytes.read();
      }

      @Override
      public int read(byte[] buffer, int offset, int length) {
        return bytes.read(buffer, offset, Math.min(7, length));
      }
    };

    try (StreamSource source = StreamSource.builder(trickle, format)
        .timing(time, time.nanoTime())
        .silenceAfter(Duration.ofMillis(10))
        .build()) {
      assertThat(source.format()).isEqualTo(format);
      source.start(heard);
      time.advance(Duration.ofSeconds(1));
      assertThatThrownBy(() -> source.push(new byte[6], 0, 6))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("this source reads a stream: use pushed() to push");
    }

    assertThat(heard.all).hasSize(2_161).startsWith(audio.convertTo(MONO).toShorts());
    assertThat(heard.ends).isEqualTo(1);
  }

  @Test
  void aStreamThatFailsIsToldAndHasEnded() {
    InputStream failing = new InputStream() {
      private int left = 700;

      @Override
      public int read() throws IOException {
        if (left-- == 0) {
          throw new IOException("line cut");
        }
        return 1;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        buffer[offset] = (byte) read();
        return 1;
      }
    };
    try (StreamSource source =
        StreamSource.builder(failing, MONO).timing(time, time.nanoTime()).build()) {
      source.start(heard);
      time.advance(Duration.ofSeconds(1));
    }

    assertThat(heard.all).hasSize(350).containsOnly(257);
    assertThat(heard.events)
        .singleElement()
        .isInstanceOfSatisfying(DeviceEvent.Lost.class, lost -> {
          assertThat(lost.cause().reason()).isEqualTo(AudioDeviceException.Reason.LOST);
          assertThat(lost.cause()).hasMessage("stream cannot be read any further: line cut");
        });
    assertThat(heard.ends).isEqualTo(1);
  }

  private StreamSource.Builder pushed(PcmFormat format) {
    return StreamSource.pushed(format).timing(time, time.nanoTime());
  }

  @Test
  void aStreamThatThrowsUncheckedIsToldAndHasEnded() {
    InputStream failing = new InputStream() {
      @Override
      public int read() {
        throw new IllegalStateException("no longer connected");
      }
    };
    try (StreamSource source =
        StreamSource.builder(failing, MONO).timing(time, time.nanoTime()).build()) {
      source.start(heard);
      time.advance(Duration.ofSeconds(1));
    }

    assertThat(heard.events)
        .singleElement()
        .isInstanceOfSatisfying(
            DeviceEvent.Lost.class,
            lost -> assertThat(lost.cause()).hasMessageContaining("no longer connected"));
    assertThat(heard.ends).isEqualTo(1);
  }

  @Test
  void aFileThatClaimsAsManyChannelsAsThereCanBeIsRead() throws IOException {
    PcmFormat wide = PcmFormat.of(SampleEncoding.U8, 192_000, PcmFormat.MAX_CHANNELS);
    byte[] frames = new byte[24 * PcmFormat.MAX_CHANNELS];
    Arrays.fill(frames, (byte) 192);
    try (WavSource source = wavSource(new PcmAudio(wide, Bytes.wrap(frames)))
        .chunk(Duration.ofMillis(200))
        .silenceAfter(Duration.ZERO)
        .unpaced()
        .build()) {
      source.start(heard);
      time.advance(Duration.ofSeconds(1));
    }

    assertThat(heard.ends).isEqualTo(1);
    assertThat(heard.all).hasSize(2);
  }

  @Test
  void whatIsPushedIsDeliveredAtOnceInWholeChunks() {
    try (StreamSource source = pushed(MONO).silenceAfter(Duration.ZERO).build()) {
      source.start(heard);
      time.advance(Duration.ofMillis(5));
      short[] samples = ramp(1_000);

      assertThat(source.push(samples, 0, 319)).isTrue();
      time.advance(Duration.ofMillis(1));
      assertThat(heard.counts).isEmpty();
      source.push(samples, 319, 322);
      time.advance(Duration.ZERO);
      assertThat(heard.counts).containsExactly(320, 320);
      assertThat(heard.nanos).containsExactly(6 * MS, 6 * MS);
      source.push(samples, 641, 359);
      source.end();
      source.end();
      time.advance(Duration.ZERO);

      assertThat(heard.all).isEqualTo(samples);
      assertThat(heard.ends).isEqualTo(1);
      assertThatThrownBy(() -> source.push(samples, 0, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("end() was called: nothing more can be pushed");
    }
  }

  @Test
  void telephoneAudioIsPushedAsItIs() {
    PcmAudio call = PcmAudio.copyOf(8_000, 1, ramp(8_000)).convertTo(PcmFormat.muLawTelephone());
    byte[] pcm = call.pcm().toByteArray();
    try (StreamSource source = pushed(call.format()).silenceAfter(Duration.ZERO).build()) {
      source.start(heard);
      for (int done = 0; done < pcm.length; done += 160) {
        assertThat(source.push(pcm, done, 160)).isTrue();
        time.advance(Duration.ofMillis(20));
      }
      source.end();
      time.advance(Duration.ZERO);
    }

    assertThat(heard.all).isEqualTo(call.convertTo(MONO).toShorts()).hasSize(16_000);
  }

  @Test
  void whatIsPushedInABurstIsPacedWithSilenceWhereThereIsNothing() {
    try (StreamSource source = pushed(MONO).paced().build()) {
      source.start(heard);
      source.push(ramp(500), 0, 500);
      time.advance(Duration.ofMillis(100));
      source.push(ramp(320), 0, 320);
      time.advance(Duration.ofMillis(40));
    }

    assertThat(heard.counts).hasSize(7).containsOnly(320);
    assertThat(heard.all).startsWith(ramp(500));
    assertThat(Arrays.copyOfRange(heard.all, 500, 1_600)).containsOnly(0);
    assertThat(Arrays.copyOfRange(heard.all, 1_600, 1_920)).isEqualTo(ramp(320));
  }

  @ParameterizedTest
  @ValueSource(ints = {999, 1_000, 1_001, 5_000})
  void whatExceedsTheCapacityIsDroppedAndTold(int count) {
    Duration capacity = MONO.durationOfFrames(1_000);
    try (StreamSource source =
        pushed(MONO).capacity(capacity).silenceAfter(Duration.ZERO).build()) {
      boolean all = source.push(ramp(count), 0, count);
      source.start(heard);
      source.end();
      time.advance(Duration.ZERO);

      int lost = Math.max(0, count - 1_000);
      assertThat(all).isEqualTo(lost == 0);
      assertThat(heard.all).isEqualTo(ramp(count - lost));
      if (lost == 0) {
        assertThat(heard.events).isEmpty();
      } else {
        assertThat(heard.events)
            .containsExactly(new DeviceEvent.Overflow(MONO.durationOfFrames(lost)));
      }
    }
  }

  @Test
  void bytesAndShortsWrapAroundTheQueueAlike() {
    PcmFormat bigEndian = MONO.withByteOrder(ByteOrder.BIG_ENDIAN);
    try (StreamSource source = pushed(bigEndian)
        .capacity(MONO.durationOfFrames(700))
        .silenceAfter(Duration.ZERO)
        .build()) {
      source.start(heard);
      short[] samples = ramp(20_000);
      byte[] pcm =
          PcmAudio.copyOf(16_000, 1, samples).convertTo(bigEndian).pcm().toByteArray();
      for (int done = 0; done < 20_000; done += 400) {
        source.push(samples, done, 200);
        source.push(pcm, 2 * done + 400, 400);
        time.advance(Duration.ofMillis(25));
      }
      source.end();
      time.advance(Duration.ofMillis(25));
      assertThat(heard.all).isEqualTo(samples);
      assertThat(heard.events).isEmpty();
    }
  }

  @Test
  void halfAFrameCannotBePushed() {
    try (StreamSource source = pushed(PcmFormat.s16le(16_000, 2)).build();
        StreamSource bytesOnly = pushed(PcmFormat.muLawTelephone()).build()) {
      assertThatThrownBy(() -> source.push(new byte[6], 0, 6))
          .hasMessage("6 bytes are not whole frames of 4 bytes (s16le 16000 Hz stereo)");
      assertThatThrownBy(() -> source.push(new short[3], 0, 3))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> bytesOnly.push(new short[3], 0, 3))
          .hasMessage("the source takes mu-law 8000 Hz mono: push bytes");
    }
  }

  @Test
  void aSourceIsStartedOnce() throws IOException {
    WavSource source = wavSource(PcmAudio.copyOf(16_000, 1, ramp(10))).build();
    source.start(heard);
    assertThatThrownBy(() -> source.start(heard))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("was started before: make another one");
    source.close();

    WavSource closed = wavSource(PcmAudio.copyOf(16_000, 1, ramp(10))).build();
    closed.close();
    assertThatThrownBy(() -> closed.start(heard))
        .hasMessageEndingWith("was closed: make another one");
  }

  @Test
  void impossibleOptionsAreRefused() throws IOException {
    WavSource.Builder builder = wavSource(PcmAudio.copyOf(16_000, 1, ramp(10)));

    assertThatThrownBy(() -> builder.sampleRateHz(7_999)).hasMessageContaining("7999");
    assertThatThrownBy(() -> builder.chunk(Duration.ofMillis(4)))
        .hasMessage("chunk must be in [PT0.005S, PT0.2S]: PT0.004S");
    assertThatThrownBy(() -> builder.chunk(Duration.ofMillis(201))).hasMessageContaining("0.201");
    assertThatThrownBy(() -> builder.silenceAfter(Duration.ofNanos(-1)))
        .hasMessageContaining("must not be negative");
    assertThatThrownBy(() -> builder.unpaced().endlessSilence().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("endless silence needs a pace");
    assertThatThrownBy(() -> StreamSource.pushed(MONO).capacity(Duration.ZERO))
        .hasMessage("capacity must be at least a frame: PT0S");
  }

  @Test
  void aListenerThatThrowsIsCalledAgain() throws IOException {
    int[] calls = new int[1];
    try (WavSource source = wavSource(PcmAudio.copyOf(16_000, 1, ramp(10)))
        .silenceAfter(Duration.ofMillis(100))
        .build()) {
      source.start((samples, offset, count, nanos) -> {
        calls[0]++;
        throw new IllegalStateException("on purpose");
      });
      time.advance(Duration.ofSeconds(1));
    }

    assertThat(calls[0]).isEqualTo(6);
  }

  @Test
  void withoutASchedulerItRunsOnADaemonOfItsOwnAtRealTimesPace() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    AtomicReference<Thread> thread = new AtomicReference<>();
    long start = System.nanoTime();
    List<Long> early = new ArrayList<>();
    try (WavSource source = WavSource.builder(wav(PcmAudio.copyOf(16_000, 1, ramp(3_200))))
        .silenceAfter(Duration.ofMillis(100))
        .build()) {
      source.start(new AudioSource.Listener() {

        @Override
        public void captured(short[] samples, int offset, int count, long nanos) {
          thread.set(Thread.currentThread());
          if (nanos - System.nanoTime() > 0) {
            early.add(nanos);
          }
        }

        @Override
        public void ended() {
          ended.countDown();
        }
      });
      assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(300 * MS);
    assertThat(early).as("chunks before their time").isEmpty();
    assertThat(thread.get().isDaemon()).isTrue();
    assertThat(thread.get().getName()).startsWith("audio-").endsWith("a.wav");
    thread.get().join(20_000);
    assertThat(thread.get().isAlive()).isFalse();
  }

  @Test
  void pushingWakesTheSourcesOwnThread() throws Exception {
    CountDownLatch two = new CountDownLatch(2);
    try (StreamSource source = StreamSource.pushed(MONO).build()) {
      source.start((samples, offset, count, nanos) -> two.countDown());
      source.push(ramp(320), 0, 320);
      source.push(ramp(320), 0, 320);
      assertThat(two.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void closingDoesNotWaitForAReadThatBlocks() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicReference<Thread> reader = new AtomicReference<>();
    InputStream slow = new InputStream() {

      @Override
      public int read() {
        return 0;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        reader.set(Thread.currentThread());
        reading.countDown();
        try {
          assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
        return length;
      }
    };
    List<Integer> chunks = new ArrayList<>();
    StreamSource source = StreamSource.builder(slow, MONO).build();
    source.start((samples, offset, count, nanos) -> chunks.add(count));
    assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();

    source.close();
    release.countDown();

    reader.get().join(20_000);
    assertThat(reader.get().isAlive()).isFalse();
    assertThat(chunks).isEmpty();
  }

  @Test
  void closingWaitsForTheListenerButNotInsideIt() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicBoolean left = new AtomicBoolean();
    CompletableFuture<Void> closedInside = new CompletableFuture<>();
    AtomicReference<StreamSource> self = new AtomicReference<>();
    StreamSource source = StreamSource.pushed(MONO).build();
    self.set(source);
    source.start((samples, offset, count, nanos) -> {
      inside.countDown();
      try {
        assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      self.get().close();
      closedInside.complete(null);
      left.set(true);
    });
    source.push(ramp(320), 0, 320);
    assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();

    CompletableFuture<Boolean> closed = CompletableFuture.supplyAsync(() -> {
      source.close();
      return left.get();
    });
    release.countDown();

    assertThat(closed.get(20, TimeUnit.SECONDS)).as("the listener had returned").isTrue();
    assertThat(closedInside).isCompleted();
  }
}
