package io.github.geminilive.testkit.internal;

import java.util.ArrayList;
import java.util.List;

/** Makes speech of any text. */
final class Voice {

  private static final int MS_PER_CHAR = 65;

  private Voice() {}

  static Utterance render(String text) {
    List<Utterance.Word> words = new ArrayList<>();
    java.io.ByteArrayOutputStream pcm = new java.io.ByteArrayOutputStream();
    for (String word : text.strip().split("(?= )")) {
      words.add(new Utterance.Word(word, pcm.size() * 1000 / (Utterance.RATE * 2)));
      pcm.writeBytes(babble(word.strip().length() * MS_PER_CHAR));
    }
    return new Utterance(pcm.toByteArray(), words);
  }

  /** Voiced, syllable-like sound: harmonics of a gliding pitch under a 5 Hz envelope. */
  static byte[] babble(int ms) {
    int samples = Utterance.RATE / 1000 * ms;
    byte[] out = new byte[samples * 2];
    double phase = 0;
    for (int i = 0; i < samples; i++) {
      double t = i / (double) Utterance.RATE;
      phase += 2 * Math.PI * (190 - 25 * t) / Utterance.RATE;
      double voice = 0;
      for (int h = 1; h <= 8; h++) {
        voice += Math.sin(h * phase) / h;
      }
      double envelope = 0.35 + 0.65 * Math.abs(Math.sin(Math.PI * 5 * t));
      double edge = Math.min(1, Math.min(i, samples - i) / 240.0);
      short sample = (short) (4500 * voice * envelope * edge);
      out[2 * i] = (byte) sample;
      out[2 * i + 1] = (byte) (sample >> 8);
    }
    return out;
  }
}
