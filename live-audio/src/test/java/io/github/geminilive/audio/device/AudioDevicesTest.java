package io.github.geminilive.audio.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.audio.device.AudioDevice.Direction;
import io.github.geminilive.audio.device.AudioDeviceException.Reason;
import java.util.List;
import javax.sound.sampled.Mixer;
import org.junit.jupiter.api.Test;

class AudioDevicesTest {

  private final VirtualMixer mixer = new VirtualMixer(() -> 0);
  private final AudioDevices devices = new AudioDevices(mixer);

  private List<AudioDevice> inputs() {
    return devices.entries(Direction.INPUT).stream()
        .map(AudioDevices.Entry::device)
        .toList();
  }

  private AudioDevice find(String wanted) {
    return devices.find(Direction.INPUT, wanted).device();
  }

  @Test
  void microphonesAndLoudspeakersAreListedApartTheDefaultFirst() {
    mixer.addInput("USB Headset");
    mixer.addOutput("Speakers");
    mixer.addInput("default [default]");

    assertThat(inputs()).extracting(AudioDevice::name).containsExactly("default", "USB Headset");
    assertThat(inputs()).extracting(AudioDevice::isDefault).containsExactly(true, false);
    assertThat(devices.entries(Direction.OUTPUT)).hasSize(1);
    assertThat(devices.find(Direction.INPUT, null).device().name()).isEqualTo("default");
  }

  @Test
  void defaultsOfEverySystemAreKnown() {
    for (String name :
        List.of("default [default]", "Default Audio Device", "Primary Sound Capture Driver")) {
      VirtualMixer one = new VirtualMixer(() -> 0);
      one.addInput("Webcam");
      one.addInput(name);
      AudioDevice found = new AudioDevices(one).find(Direction.INPUT, null).device();
      assertThat(found.isDefault()).as(name).isTrue();
    }
  }

  @Test
  void withoutADefaultTheFirstIsTaken() {
    mixer.addInput("Webcam");
    mixer.addInput("Headset");

    assertThat(devices.find(Direction.INPUT, null).device().name()).isEqualTo("Webcam");
  }

  @Test
  void anIdSaysTheNameAndStaysWhenTheCardsNumberChanges() {
    VirtualMixer.Device first = mixer.addInput("Headset [plughw:1,0]");
    String before = inputs().get(0).id();
    mixer.remove(first);
    mixer.addInput("Webcam [plughw:1,0]");
    mixer.addInput("Headset [plughw:2,0]");

    assertThat(before).matches("headset-[0-9a-f]{4}");
    assertThat(find(before).name()).isEqualTo("Headset");
    assertThat(inputs()).extracting(AudioDevice::id).doesNotHaveDuplicates().contains(before);
  }

  @Test
  void idsAreTheSameInEveryRun() {
    mixer.addInput("USB Headset");

    assertThat(inputs().get(0).id()).isEqualTo("usb-headset-0aac");
  }

  @Test
  void twinsHaveNumbers() {
    mixer.addInput("Webcam");
    mixer.addInput("Webcam");

    assertThat(inputs()).extracting(AudioDevice::name).containsExactly("Webcam", "Webcam (2)");
    assertThat(inputs().get(1).id()).isEqualTo(inputs().get(0).id() + "-2");
    assertThat(find(inputs().get(1).id())).isEqualTo(inputs().get(1));
  }

  @Test
  void aPartOfTheNameFindsADeviceInUpperOrLowerCase() {
    mixer.addInput("Built-in Audio");
    mixer.addInput("USB Headset");

    assertThat(find("hEaDs").name()).isEqualTo("USB Headset");
  }

  @Test
  void aWholeNameIsNotAmbiguousThoughItIsAPartOfAnother() {
    mixer.addInput("Webcam Pro");
    mixer.addInput("Webcam");

    assertThat(find("webcam").name()).isEqualTo("Webcam");
  }

  @Test
  void anAmbiguousNameAndAnAbsentOneListWhatThereIs() {
    mixer.addInput("Webcam one");
    mixer.addInput("Webcam two");

    assertThatThrownBy(() -> find("webcam"))
        .isInstanceOfSatisfying(
            AudioDeviceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ABSENT))
        .hasMessageContaining("several")
        .hasMessageContaining(inputs().get(0).id())
        .hasMessageContaining(inputs().get(1).id());
    assertThatThrownBy(() -> find("headset"))
        .isInstanceOfSatisfying(
            AudioDeviceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ABSENT))
        .hasMessageContaining("Webcam one")
        .hasMessageContaining("Webcam two");
  }

  @Test
  void aNameThatWindowsHasCutIsFoundByTheWholeOne() {
    mixer.addInput("Microphone (Realtek High Definit");
    mixer.addInput("Line In");

    assertThat(find("Microphone (Realtek High Definition Audio)").name())
        .isEqualTo("Microphone (Realtek High Definit");
  }

  @Test
  void withoutAnyDeviceListsAreEmptyAndTheHintFitsTheSystem() {
    assertThat(inputs()).isEmpty();
    assertThat(AudioDevices.hint("Linux")).contains("libasound2");
    assertThat(AudioDevices.hint("Mac OS X")).contains("Privacy");
    assertThat(AudioDevices.hint("Windows 11")).contains("privacy");
    assertThatThrownBy(() -> devices.find(Direction.INPUT, null))
        .isInstanceOf(AudioDeviceException.class)
        .hasMessageContaining("no microphone");
    assertThatThrownBy(() -> devices.find(Direction.OUTPUT, "x"))
        .hasMessageContaining("no loudspeaker");
  }

  @Test
  void aSoundLibraryThatDoesNotLoadIsNoDevice() {
    AudioDevices broken = new AudioDevices(new Mixers() {
      @Override
      public List<Mixer.Info> infos() {
        throw new UnsatisfiedLinkError("libjsound");
      }

      @Override
      public Mixer mixer(Mixer.Info info) {
        throw new AssertionError("there is none");
      }
    });

    assertThat(broken.entries(Direction.INPUT)).isEmpty();
  }

  @Test
  void listingTheMachinesOwnDevicesNeverFails() {
    assertThat(AudioDevices.inputs()).doesNotContainNull();
    assertThat(AudioDevices.outputs()).doesNotContainNull();
    assertThat(AudioDevices.defaultInput().isPresent())
        .isEqualTo(!AudioDevices.inputs().isEmpty());
  }
}
