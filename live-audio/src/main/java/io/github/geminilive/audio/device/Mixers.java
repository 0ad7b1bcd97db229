package io.github.geminilive.audio.device;

import java.util.List;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.Mixer;

/** Where devices come from: the system, or a test's own. */
interface Mixers {

  /** Those of the system. */
  Mixers SYSTEM = new Mixers() {
    @Override
    public List<Mixer.Info> infos() {
      return List.of(AudioSystem.getMixerInfo());
    }

    @Override
    public Mixer mixer(Mixer.Info info) {
      return AudioSystem.getMixer(info);
    }
  };

  /** All there are at this moment. */
  List<Mixer.Info> infos();

  /**
   * The device behind a description.
   *
   * @throws IllegalArgumentException when it is gone
   */
  Mixer mixer(Mixer.Info info);
}
