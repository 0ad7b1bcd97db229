package io.github.geminilive.audio.device;

import io.github.geminilive.audio.device.AudioDevice.Direction;
import io.github.geminilive.audio.device.AudioDeviceException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.DataLine;
import javax.sound.sampled.Line;
import javax.sound.sampled.LineUnavailableException;
import javax.sound.sampled.Mixer;
import javax.sound.sampled.SourceDataLine;
import javax.sound.sampled.TargetDataLine;
import org.jspecify.annotations.Nullable;

/** Opens a device in the best format it really has, and says in plain words why it cannot. */
final class LineOpener {

  // Devices run at 48 kHz more often than not; what a sound server converts, it often converts
  // badly.
  private static final int[] RATES_HZ = {
    48_000, 44_100, 96_000, 88_200, 32_000, 24_000, 22_050, 16_000, 192_000, 176_400, 11_025, 8_000
  };

  private static final int TRIES = 2;

  private LineOpener() {}

  /** An open line that has not been started. */
  record Opened<L extends DataLine>(AudioDevice device, LineFormat format, L line) {}

  static Opened<TargetDataLine> input(
      AudioDevices devices, @Nullable String wanted, Duration buffer) {
    return open(devices, Direction.INPUT, TargetDataLine.class, wanted, (line, format) -> {
      line.open(format.format(), bufferBytes(format, buffer));
    });
  }

  static Opened<SourceDataLine> output(
      AudioDevices devices, @Nullable String wanted, Duration buffer) {
    return open(devices, Direction.OUTPUT, SourceDataLine.class, wanted, (line, format) -> {
      line.open(format.format(), bufferBytes(format, buffer));
    });
  }

  private static int bufferBytes(LineFormat format, Duration buffer) {
    return format.frameBytes() * (int) (format.rateHz() * buffer.toMillis() / 1000);
  }

  /** Opens one line. */
  private interface Opening<L> {
    void open(L line, LineFormat format) throws LineUnavailableException;
  }

  private static <L extends DataLine> Opened<L> open(
      AudioDevices devices,
      Direction direction,
      Class<L> type,
      @Nullable String wanted,
      Opening<L> opening) {
    AudioDevices.Entry entry = devices.find(direction, wanted);
    AudioDevice device = entry.device();
    try {
      Mixer mixer = devices.mixer(entry);
      List<LineFormat> formats = formats(mixer, direction, type);
      if (formats.isEmpty()) {
        throw failure(
            device, Reason.UNSUPPORTED, "offers no PCM format; choose another device", null);
      }
      Exception last = null;
      for (LineFormat format : formats) {
        try {
          L line = type.cast(mixer.getLine(new DataLine.Info(type, format.format())));
          opening.open(line, format);
          return new Opened<>(device, format, line);
        } catch (LineUnavailableException e) {
          Reason reason = reason(e);
          if (reason != null) {
            throw failure(device, reason, advice(reason), e);
          }
          last = e;
        } catch (IllegalArgumentException e) {
          // Listed as possible, and yet not.
          last = e;
        }
      }
      if (last instanceof IllegalArgumentException) {
        throw failure(device, Reason.UNSUPPORTED, "takes no format it lists", last);
      }
      // The JDK says "format not supported" of whatever keeps a device from opening.
      throw failure(device, Reason.BUSY, advice(Reason.BUSY), last);
    } catch (SecurityException e) {
      throw failure(device, Reason.REFUSED, advice(Reason.REFUSED), e);
    } catch (IllegalArgumentException e) {
      throw failure(device, Reason.ABSENT, "has just gone. " + AudioDevices.hint(), e);
    }
  }

  private static AudioDeviceException failure(
      AudioDevice device, Reason reason, String text, @Nullable Throwable cause) {
    String kind = device.direction() == Direction.INPUT ? "microphone" : "loudspeaker";
    return new AudioDeviceException(reason, kind + " \"" + device.name() + "\" " + text, cause);
  }

  private static String advice(Reason reason) {
    return reason == Reason.REFUSED
        ? "is not allowed to be used: give this program, or the terminal it runs in, the permission"
            + " in the system's privacy settings (on Linux: membership in the group audio)"
        : "cannot be opened: another program may hold it, or the sound server is down; close that"
            + " program, or choose another device";
  }

  private static @Nullable Reason reason(LineUnavailableException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("permission")
        || message.contains("denied")
        || message.contains("allowed")) {
      return Reason.REFUSED;
    }
    return message.contains("busy") || message.contains("in use") || message.contains("already")
        ? Reason.BUSY
        : null;
  }

  /** The formats worth trying, best first: by rate, then by channels, then by sample. */
  private static List<LineFormat> formats(
      Mixer mixer, Direction direction, Class<? extends DataLine> type) {
    List<LineFormat> found = new ArrayList<>();
    Line.Info[] infos =
        direction == Direction.INPUT ? mixer.getTargetLineInfo() : mixer.getSourceLineInfo();
    for (Line.Info info : infos) {
      if (info instanceof DataLine.Info lines && type.isAssignableFrom(info.getLineClass())) {
        for (AudioFormat format : lines.getFormats()) {
          add(found, format);
        }
      }
    }
    found.sort(Comparator.comparingInt((LineFormat format) -> rateRank(format.rateHz()))
        .thenComparingInt(LineFormat::rank));
    return worthTrying(found);
  }

  /**
   * Leaves a few of each rate: a driver may list thousands, and one that is busy refuses each of
   * them, which takes its time. More than two channels only where a device has nothing less, as it
   * then has them in fact.
   */
  private static List<LineFormat> worthTrying(List<LineFormat> sorted) {
    boolean narrow = sorted.stream().anyMatch(format -> format.channels() <= 2);
    Map<List<Integer>, Integer> tries = new HashMap<>();
    List<LineFormat> chosen = new ArrayList<>();
    for (LineFormat format : sorted) {
      boolean wide = format.channels() > 2;
      List<Integer> group = List.of(format.rateHz(), wide ? 3 : format.channels());
      if (!(wide && narrow) && tries.merge(group, 1, Integer::sum) <= TRIES) {
        chosen.add(format);
      }
    }
    return chosen;
  }

  private static void add(List<LineFormat> found, AudioFormat format) {
    if (format.getSampleRate() > 0) {
      addAt(found, format, format.getSampleRate());
      return;
    }
    for (int rate : RATES_HZ) {
      addAt(found, format, rate);
    }
  }

  private static void addAt(List<LineFormat> found, AudioFormat format, float rate) {
    LineFormat usable =
        format.getChannels() == AudioSystem.NOT_SPECIFIED || rate < 8_000 || rate > 192_000
            ? null
            : LineFormat.of(new AudioFormat(
                format.getEncoding(),
                rate,
                format.getSampleSizeInBits(),
                format.getChannels(),
                format.getFrameSize(),
                rate,
                format.isBigEndian()));
    if (usable != null) {
      found.add(usable);
    }
  }

  private static int rateRank(int rateHz) {
    for (int i = 0; i < RATES_HZ.length; i++) {
      if (RATES_HZ[i] == rateHz) {
        return i;
      }
    }
    return RATES_HZ.length;
  }
}
