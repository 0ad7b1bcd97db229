package io.github.geminilive.audio.device;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.audio.device.AudioDevice.Direction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import javax.sound.sampled.DataLine;
import javax.sound.sampled.Line;
import javax.sound.sampled.Mixer;
import javax.sound.sampled.SourceDataLine;
import javax.sound.sampled.TargetDataLine;
import org.jspecify.annotations.Nullable;

/**
 * The sound devices of this machine.
 *
 * <p>What the JDK can see differs by system. On Linux it sees ALSA's default, behind which PulseAudio
 * or PipeWire stands, and the sound cards themselves, not the devices of the sound server: choose
 * among those in the system's settings, or start the program with {@code PULSE_SINK} and {@code
 * PULSE_SOURCE} set. On Windows it cuts names at 31 characters. A device that takes the place of
 * another in the same second may be shown under the old name, as the JDK looks anew only when their
 * number has changed.
 *
 * <p>Any thread may call any method. Listing asks the system each time, which takes some
 * milliseconds.
 */
public final class AudioDevices {

  private static final int WINDOWS_NAME_LIMIT = 31;
  private static final Pattern DEFAULT =
      Pattern.compile("(default\\b|primary sound ).*", Pattern.CASE_INSENSITIVE);
  // ALSA's number of a card depends on which was plugged in first, so it is no part of an identity.
  private static final Pattern ALSA_ADDRESS = Pattern.compile("\\s*\\[(plug)?hw:[^]]*]\\s*$");

  private final Mixers mixers;

  AudioDevices(Mixers mixers) {
    this.mixers = mixers;
  }

  private static final AudioDevices SYSTEM = new AudioDevices(Mixers.SYSTEM);

  /** A device and how to get at it. */
  record Entry(AudioDevice device, Mixer.Info info, String systemName) {}

  /** The microphones, the default first; empty when there are none. */
  public static List<AudioDevice> inputs() {
    return SYSTEM.list(Direction.INPUT);
  }

  /** The loudspeakers, the default first; empty when there are none. */
  public static List<AudioDevice> outputs() {
    return SYSTEM.list(Direction.OUTPUT);
  }

  /** The microphone chosen in the system's settings, as far as the JDK knows; empty without any. */
  public static Optional<AudioDevice> defaultInput() {
    return inputs().stream().findFirst();
  }

  /** The loudspeaker chosen in the system's settings, as far as the JDK knows; empty without any. */
  public static Optional<AudioDevice> defaultOutput() {
    return outputs().stream().findFirst();
  }

  /**
   * Finds a microphone.
   *
   * @param idOrName its id, or a part of its name in upper or lower case
   * @throws AudioDeviceException {@code ABSENT} when none fits, or several do; lists what there is
   */
  public static AudioDevice findInput(String idOrName) {
    return SYSTEM.find(Direction.INPUT, requireNonNull(idOrName, "idOrName")).device();
  }

  /**
   * Finds a loudspeaker.
   *
   * @param idOrName its id, or a part of its name in upper or lower case
   * @throws AudioDeviceException {@code ABSENT} when none fits, or several do; lists what there is
   */
  public static AudioDevice findOutput(String idOrName) {
    return SYSTEM.find(Direction.OUTPUT, requireNonNull(idOrName, "idOrName")).device();
  }

  /** What to try where a list is empty: a sentence or two for people, fitting this system. */
  public static String hint() {
    return hint(System.getProperty("os.name", ""));
  }

  static String hint(String system) {
    String name = system.toLowerCase(Locale.ROOT);
    if (name.contains("linux")) {
      return "Java finds sound devices through ALSA: install libasound2 (with PulseAudio or PipeWire"
          + " also libasound2-plugins or pipewire-alsa), see that the sound server runs for this"
          + " user. In a container, pass the device or the"
          + " server's socket through.";
    }
    if (name.contains("mac")) {
      return "Plug in or switch on a device, and allow this program, or the terminal it runs in, to"
          + " use the microphone: System Settings, Privacy & Security, Microphone.";
    }
    return "Plug in or switch on a device, and allow desktop programs to use it in the system's"
        + " privacy settings.";
  }

  private List<AudioDevice> list(Direction direction) {
    return entries(direction).stream().map(Entry::device).toList();
  }

  List<Entry> entries(Direction direction) {
    List<Entry> found = new ArrayList<>();
    Map<String, Integer> ids = new HashMap<>();
    Map<String, Integer> names = new HashMap<>();
    for (Mixer.Info info : infos()) {
      if (!has(info, direction)) {
        continue;
      }
      String plain = ALSA_ADDRESS.matcher(info.getName()).replaceFirst("").trim();
      boolean isDefault = DEFAULT.matcher(plain).matches();
      String name = isDefault && plain.startsWith("default") ? "default" : plain;
      // The version is left out: on Linux it is the kernel's.
      String key = plain + '\n' + info.getVendor() + '\n' + info.getDescription();
      String id = slug(name) + '-' + hash(key);
      int twin = ids.merge(id, 1, Integer::sum);
      int namesake = names.merge(name, 1, Integer::sum);
      AudioDevice device = new AudioDevice(
          twin == 1 ? id : id + '-' + twin,
          namesake == 1 ? name : name + " (" + namesake + ')',
          info.getDescription(),
          direction,
          isDefault);
      found.add(isDefault ? firstFree(found) : found.size(), new Entry(device, info, plain));
    }
    return found;
  }

  private static int firstFree(List<Entry> found) {
    int at = 0;
    while (at < found.size() && found.get(at).device().isDefault()) {
      at++;
    }
    return at;
  }

  private List<Mixer.Info> infos() {
    try {
      return mixers.infos();
    } catch (LinkageError | RuntimeException e) {
      // A JDK without its sound library, or with one that does not load: as good as no device.
      return List.of();
    }
  }

  private boolean has(Mixer.Info info, Direction direction) {
    try {
      Mixer mixer = mixers.mixer(info);
      Line.Info[] lines =
          direction == Direction.INPUT ? mixer.getTargetLineInfo() : mixer.getSourceLineInfo();
      for (Line.Info line : lines) {
        if (line instanceof DataLine.Info
            && lineClass(direction).isAssignableFrom(line.getLineClass())) {
          return true;
        }
      }
      return false;
    } catch (IllegalArgumentException e) {
      // It went away between the two calls.
      return false;
    }
  }

  static Class<? extends DataLine> lineClass(Direction direction) {
    return direction == Direction.INPUT ? TargetDataLine.class : SourceDataLine.class;
  }

  /**
   * Finds a device.
   *
   * @param wanted id or part of a name; null for the default
   */
  Entry find(Direction direction, @Nullable String wanted) {
    List<Entry> entries = entries(direction);
    String kind = direction == Direction.INPUT ? "microphone" : "loudspeaker";
    if (entries.isEmpty()) {
      String name = wanted == null ? "" : " \"" + wanted + "\", nor any other";
      throw absent("there is no " + kind + name + ". " + hint());
    }
    if (wanted == null) {
      return entries.get(0);
    }
    for (Entry entry : entries) {
      if (entry.device().id().equals(wanted)) {
        return entry;
      }
    }
    String part = wanted.toLowerCase(Locale.ROOT).trim();
    List<Entry> fitting = entries.stream().filter(entry -> fits(entry, part)).toList();
    if (fitting.size() > 1) {
      List<Entry> exact = fitting.stream()
          .filter(entry -> entry.device().name().equalsIgnoreCase(part))
          .toList();
      if (exact.size() == 1) {
        return exact.get(0);
      }
      throw absent("several " + kind + "s fit \"" + wanted + "\"; choose one by its id: "
          + describe(fitting));
    }
    if (fitting.isEmpty()) {
      throw absent("no " + kind + " fits \"" + wanted + "\"; there are: " + describe(entries));
    }
    return fitting.get(0);
  }

  private static boolean fits(Entry entry, String part) {
    String name = entry.device().name().toLowerCase(Locale.ROOT);
    String systemName = entry.systemName().toLowerCase(Locale.ROOT);
    return name.contains(part)
        || (systemName.length() >= WINDOWS_NAME_LIMIT
            && part.length() > systemName.length()
            && part.startsWith(systemName));
  }

  private static AudioDeviceException absent(String message) {
    return new AudioDeviceException(AudioDeviceException.Reason.ABSENT, message, null);
  }

  private static String describe(List<Entry> entries) {
    List<String> lines = new ArrayList<>();
    for (Entry entry : entries) {
      lines.add('"' + entry.device().name() + "\" (id " + entry.device().id() + ')');
    }
    return String.join(", ", lines);
  }

  private static String slug(String name) {
    String slug =
        name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "-").replaceAll("^-|-$", "");
    return slug.isEmpty() ? "device" : slug;
  }

  private static String hash(String key) {
    CRC32 crc = new CRC32();
    crc.update(key.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((short) crc.getValue());
  }

  Mixer mixer(Entry entry) {
    return mixers.mixer(entry.info());
  }
}
