package io.github.geminilive.audio.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.Control;
import javax.sound.sampled.DataLine;
import javax.sound.sampled.Line;
import javax.sound.sampled.LineListener;
import javax.sound.sampled.LineUnavailableException;
import javax.sound.sampled.Mixer;
import javax.sound.sampled.SourceDataLine;
import javax.sound.sampled.TargetDataLine;
import javax.sound.sampled.spi.MixerProvider;
import org.jspecify.annotations.Nullable;

/**
 * Sound devices that exist in a test's time only, with the habits and the faults of real ones as the
 * JDK shows them. A call that would block on a real line is an {@link AssertionError} here.
 *
 * <p>Given to what is tested by hand, as a service provider cannot be declared for tests of a named
 * module. Not safe for concurrent use.
 */
final class VirtualMixer extends MixerProvider implements Mixers {

  static final AudioFormat MONO_48K = new AudioFormat(48_000, 16, 1, true, false);

  /** What a microphone hears: the n-th frame since it exists. */
  interface Signal {
    int at(long frame);
  }

  private final LongSupplier nanoTime;
  private final List<Device> devices = new ArrayList<>();

  VirtualMixer(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  Device addInput(String name, AudioFormat... formats) {
    return add(name, true, formats);
  }

  Device addOutput(String name, AudioFormat... formats) {
    return add(name, false, formats);
  }

  private Device add(String name, boolean input, AudioFormat... formats) {
    Device device =
        new Device(name, input, formats.length == 0 ? new AudioFormat[] {MONO_48K} : formats);
    devices.add(device);
    return device;
  }

  void remove(Device device) {
    device.gone = true;
    devices.remove(device);
  }

  void plugIn(Device device) {
    device.gone = false;
    devices.add(device);
  }

  @Override
  public Mixer.Info[] getMixerInfo() {
    return devices.stream().map(device -> device.info).toArray(Mixer.Info[]::new);
  }

  @Override
  public Mixer getMixer(Mixer.@Nullable Info info) {
    return devices.stream()
        .filter(device -> device.info.equals(info))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such mixer: " + info));
  }

  @Override
  public List<Mixer.Info> infos() {
    return List.of(getMixerInfo());
  }

  @Override
  public Mixer mixer(Mixer.Info info) {
    return getMixer(info);
  }

  private static final class Identity extends Mixer.Info {
    Identity(String name) {
      super(name, "nobody", "virtual " + name.replaceAll(" \\[.*", ""), "1");
    }
  }

  /** One device; its fields are the faults. */
  final class Device extends VirtualLine implements Mixer {
    private final Identity info;
    private final boolean input;
    private final AudioFormat[] formats;

    /** How many frames it moves at a time, as sound servers do. */
    int blockFrames = 960;

    /** How much faster its clock runs. */
    double driftPpm;

    /** Nothing can be read or written any more, at once; lines stay open. */
    boolean gone;

    /** Nothing moves. */
    boolean suspended;

    /** A microphone that forgets what was not read in time, as hardware does. */
    boolean dropsOverrun;

    /** Most frames a call moves. */
    int mostPerCall = Integer.MAX_VALUE;

    /** Thrown by open. */
    @Nullable
    String unavailable;

    boolean forbidden;
    boolean failing;

    Signal signal = frame -> (int) (frame % 20_000) + 1;

    /** What came out of the loudspeaker since it was first opened, first channel. */
    final List<Short> played = new ArrayList<>();

    /** Whether to fill {@link #played}, which makes garbage. */
    boolean keepsPlayed = true;

    /** How many frames of that were silence because nothing was written. */
    long dryFrames;

    int opens;

    /** How often a line was started, stopped, or closed. */
    int starts;

    int stops;

    /** Run when a line is closed. */
    Runnable onClose = () -> {};

    int closes;

    @Nullable
    VirtualDataLine line;

    Device(String name, boolean input, AudioFormat... formats) {
      this.info = new Identity(name);
      this.input = input;
      this.formats = formats;
    }

    private Line.Info[] lines(boolean input) {
      return input != this.input
          ? new Line.Info[0]
          : new Line.Info[] {
            new DataLine.Info(
                input ? TargetDataLine.class : SourceDataLine.class, formats, 32, 1 << 20)
          };
    }

    @Override
    public Line.Info[] getSourceLineInfo() {
      return lines(false);
    }

    @Override
    public Line.Info[] getTargetLineInfo() {
      return lines(true);
    }

    @Override
    public Line getLine(Line.Info info) {
      return input ? new Capture(this) : new Playback(this);
    }

    @Override
    public Mixer.Info getMixerInfo() {
      return info;
    }

    @Override
    public Line.Info[] getSourceLineInfo(Line.Info info) {
      return getSourceLineInfo();
    }

    @Override
    public Line.Info[] getTargetLineInfo(Line.Info info) {
      return getTargetLineInfo();
    }

    @Override
    public boolean isLineSupported(Line.Info info) {
      return true;
    }

    @Override
    public int getMaxLines(Line.Info info) {
      return 1;
    }

    @Override
    public Line[] getSourceLines() {
      return new Line[0];
    }

    @Override
    public Line[] getTargetLines() {
      return new Line[0];
    }

    @Override
    public void synchronize(Line[] lines, boolean maintainSync) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void unsynchronize(Line[] lines) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isSynchronizationSupported(Line[] lines, boolean maintainSync) {
      return false;
    }
  }

  /** What all lines need and none of these has. */
  private abstract static class VirtualLine implements Line {
    @Override
    public Line.Info getLineInfo() {
      return new Line.Info(getClass());
    }

    @Override
    public void open() throws LineUnavailableException {
      throw new LineUnavailableException("needs a format");
    }

    @Override
    public void close() {}

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public Control[] getControls() {
      return new Control[0];
    }

    @Override
    public boolean isControlSupported(Control.Type control) {
      return false;
    }

    @Override
    public Control getControl(Control.Type control) {
      throw new IllegalArgumentException("no controls");
    }

    @Override
    public void addLineListener(LineListener listener) {}

    @Override
    public void removeLineListener(LineListener listener) {}
  }

  /** An open line: time, as frames that have passed since it was started. */
  abstract class VirtualDataLine extends VirtualLine implements DataLine {
    final Device device;
    AudioFormat format = MONO_48K;
    LineFormat coding = Objects.requireNonNull(LineFormat.of(MONO_48K));
    int bufferFrames;
    boolean running;
    private long since;
    private double passed;
    private long moved;

    VirtualDataLine(Device device) {
      this.device = device;
    }

    void openLine(AudioFormat format, int bufferSize) throws LineUnavailableException {
      device.opens++;
      if (device.forbidden) {
        throw new SecurityException("microphone access denied by policy");
      }
      if (device.unavailable != null) {
        throw new LineUnavailableException(device.unavailable);
      }
      if (device.gone) {
        throw new LineUnavailableException("line with format " + format + " not supported.");
      }
      this.format = format;
      coding = Objects.requireNonNull(LineFormat.of(format));
      bufferFrames = bufferSize / format.getFrameSize();
      device.line = this;
    }

    /** How many frames have passed since the last call, in whole blocks. */
    long elapse() {
      long now = nanoTime.getAsLong();
      if (running && !device.suspended && !device.gone) {
        passed += (now - since) * (1 + device.driftPpm * 1e-6) * format.getSampleRate() / 1e9;
      }
      since = now;
      // A hair more, against rounding.
      long whole = (long) (passed + 1e-6) / device.blockFrames * device.blockFrames;
      long step = whole - moved;
      moved = whole;
      return step;
    }

    void checkAlive() {
      if (device.failing) {
        throw new IllegalStateException("driver failed");
      }
    }

    @Override
    public void start() {
      checkAlive();
      elapse();
      running = true;
      device.starts++;
    }

    @Override
    public void close() {
      device.closes++;
      device.onClose.run();
    }

    @Override
    public void stop() {
      elapse();
      running = false;
      device.stops++;
    }

    @Override
    public void drain() {
      throw new AssertionError("drain may hang");
    }

    @Override
    public boolean isRunning() {
      return running;
    }

    @Override
    public boolean isActive() {
      return running;
    }

    @Override
    public AudioFormat getFormat() {
      return format;
    }

    @Override
    public int getBufferSize() {
      return bufferFrames * format.getFrameSize();
    }

    @Override
    public int getFramePosition() {
      return (int) getLongFramePosition();
    }

    @Override
    public long getMicrosecondPosition() {
      return (long) (getLongFramePosition() * 1e6 / format.getSampleRate());
    }

    @Override
    public float getLevel() {
      return 0;
    }
  }

  /** A microphone's line. */
  final class Capture extends VirtualDataLine implements TargetDataLine {
    private long produced;
    private long next;
    private long read;
    private final short[] sample = new short[1];

    Capture(Device device) {
      super(device);
    }

    @Override
    public void open(AudioFormat format, int bufferSize) throws LineUnavailableException {
      openLine(format, bufferSize);
    }

    @Override
    public void open(AudioFormat format) throws LineUnavailableException {
      openLine(format, (int) format.getFrameRate() / 2 * format.getFrameSize());
    }

    @Override
    public int available() {
      checkAlive();
      if (device.gone) {
        return getBufferSize();
      }
      produced += elapse();
      if (device.dropsOverrun && produced - next > bufferFrames) {
        next = produced - bufferFrames;
      }
      return (int) Math.min(bufferFrames, produced - next) * format.getFrameSize();
    }

    @Override
    public int read(byte[] b, int off, int len) {
      int available = available();
      if (device.gone) {
        return 0;
      }
      if (len > available || len % format.getFrameSize() != 0) {
        throw new AssertionError("would block: " + len + " of " + available);
      }
      int frames = Math.min(len / format.getFrameSize(), device.mostPerCall);
      for (int i = 0; i < frames; i++) {
        sample[0] = (short) device.signal.at(next + i);
        coding.encode(sample, 0, 1, b, off + i * format.getFrameSize());
      }
      next += frames;
      read += frames;
      return frames * format.getFrameSize();
    }

    @Override
    public void flush() {
      next = produced;
    }

    @Override
    public long getLongFramePosition() {
      return read;
    }
  }

  /** A loudspeaker's line. */
  final class Playback extends VirtualDataLine implements SourceDataLine {
    private final short[] queue = new short[1 << 16];
    private int queued;
    private long written;
    private final short[] decoded = new short[1 << 16];

    Playback(Device device) {
      super(device);
    }

    @Override
    public void open(AudioFormat format, int bufferSize) throws LineUnavailableException {
      openLine(format, bufferSize);
    }

    @Override
    public void open(AudioFormat format) throws LineUnavailableException {
      openLine(format, (int) format.getFrameRate() / 2 * format.getFrameSize());
    }

    private void play() {
      long step = elapse();
      int taken = (int) Math.min(step, queued);
      for (int i = 0; i < step && device.keepsPlayed; i++) {
        device.played.add(i < taken ? queue[i] : 0);
      }
      device.dryFrames += step - taken;
      queued -= taken;
      System.arraycopy(queue, taken, queue, 0, queued);
    }

    @Override
    public void start() {
      play();
      super.start();
    }

    @Override
    public void stop() {
      play();
      super.stop();
    }

    @Override
    public int available() {
      checkAlive();
      if (device.gone) {
        return getBufferSize();
      }
      play();
      return (bufferFrames - queued) * format.getFrameSize();
    }

    @Override
    public int write(byte[] b, int off, int len) {
      int available = available();
      if (device.gone) {
        return 0;
      }
      if (len > available || len % format.getFrameSize() != 0) {
        throw new AssertionError("would block: " + len + " of " + available);
      }
      int frames = Math.min(len / format.getFrameSize(), device.mostPerCall);
      coding.decode(b, off, frames, decoded, 0);
      System.arraycopy(decoded, 0, queue, queued, frames);
      queued += frames;
      written += frames;
      return frames * format.getFrameSize();
    }

    /** Throws away what is queued, which counts as played from now on. */
    @Override
    public void flush() {
      play();
      queued = 0;
    }

    @Override
    public long getLongFramePosition() {
      checkAlive();
      if (device.gone) {
        // So says the JDK of a line that is gone.
        return written;
      }
      play();
      return written - queued;
    }
  }
}
