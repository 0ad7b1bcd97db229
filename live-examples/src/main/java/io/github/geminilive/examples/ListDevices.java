package io.github.geminilive.examples;

import io.github.geminilive.audio.device.AudioDevice;
import io.github.geminilive.audio.device.AudioDevices;
import java.io.PrintStream;
import java.util.List;

/**
 * Shows the microphones and loudspeakers of this machine: a line for each with its id, by which it
 * can be chosen, its name, and a star at the default one. Exit code 1 where there is none at all.
 */
public final class ListDevices {

  private ListDevices() {}

  /** Takes no arguments. */
  public static void main(String[] args) {
    if (args.length > 0) {
      System.err.println("usage: ListDevices");
      System.exit(2);
    }
    System.exit(run(AudioDevices.inputs(), AudioDevices.outputs(), System.out));
  }

  static int run(List<AudioDevice> inputs, List<AudioDevice> outputs, PrintStream out) {
    show("Microphones", inputs, out);
    show("Loudspeakers", outputs, out);
    if (inputs.isEmpty() || outputs.isEmpty()) {
      out.println(AudioDevices.hint());
    }
    return inputs.isEmpty() && outputs.isEmpty() ? 1 : 0;
  }

  private static void show(String title, List<AudioDevice> devices, PrintStream out) {
    out.println(title);
    if (devices.isEmpty()) {
      out.println("    none");
    }
    int width = devices.stream().mapToInt(device -> device.id().length()).max().orElse(1);
    for (int i = 0; i < devices.size(); i++) {
      AudioDevice device = devices.get(i);
      // The first is what is used unless another is chosen.
      String mark = i == 0 ? "*" : " ";
      out.printf(
          "  %s %-" + width + "s  %s (%s)%n",
          mark,
          device.id(),
          device.name(),
          device.description());
    }
  }
}
