package io.github.geminilive.testkit.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes speech of any text: bundled phrases where the text has them, speech-like sound of plausible
 * length for the rest.
 */
public final class Voice {

  private static final String FOLDER = "/io/github/geminilive/testkit/speech/";
  private static final int WAV_HEADER = 44;
  private static final int MS_PER_CHAR = 65;
  private static final int SENTENCE_GAP_MS = 260;
  private static final int COMMA_GAP_MS = 130;
  private static final int WORD_GAP_MS = 40;
  private static final String[] TENS = {
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"
  };
  private static final String[] ONES = {
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen"
  };

  /** A bundled recording: its words as they are matched, and when each begins. */
  private record Phrase(List<String> words, List<Integer> starts, String file) {}

  private static final List<Phrase> PHRASES = load();
  private static final Map<String, byte[]> PCM = new HashMap<>(); // guarded by itself

  private Voice() {}

  /** Renders a text; its transcript, joined, is the text itself. */
  static Utterance render(String text) {
    if (text.isBlank()) {
      return new Utterance(new byte[0], List.of());
    }
    String[] written = text.strip().split("(?=\\s)");
    List<Utterance.Word> words = new ArrayList<>();
    ByteArrayOutputStream pcm = new ByteArrayOutputStream();
    int at = 0;
    while (at < written.length) {
      Phrase phrase = longest(written, at);
      int length = 1;
      if (phrase == null) {
        speakWord(written[at], words, pcm);
      } else {
        length = phrase.words().size();
        int startMs = millis(pcm);
        for (int i = 0; i < length; i++) {
          words.add(
              new Utterance.Word(written[at + i], startMs + phrase.starts().get(i)));
        }
        pcm.writeBytes(recording(phrase.file()));
      }
      at += length;
      pcm.writeBytes(silence(gapAfter(written[at - 1])));
    }
    return new Utterance(pcm.toByteArray(), words);
  }

  private static int millis(ByteArrayOutputStream pcm) {
    return pcm.size() * 1000 / (Utterance.RATE * 2);
  }

  private static int gapAfter(String word) {
    char last = word.charAt(word.length() - 1);
    return ".!?:".indexOf(last) >= 0 ? SENTENCE_GAP_MS : last == ',' ? COMMA_GAP_MS : WORD_GAP_MS;
  }

  private static @Nullable Phrase longest(String[] written, int at) {
    Phrase best = null;
    for (Phrase phrase : PHRASES) {
      int length = phrase.words().size();
      if (at + length <= written.length
          && (best == null || length > best.words().size())) {
        boolean same = true;
        for (int i = 0; i < length && same; i++) {
          same = plain(written[at + i]).equals(phrase.words().get(i));
        }
        best = same ? phrase : best;
      }
    }
    return best;
  }

  /** Speaks one word that is not part of a phrase: a number by its names, or a sound. */
  private static void speakWord(
      String written, List<Utterance.Word> words, ByteArrayOutputStream pcm) {
    words.add(new Utterance.Word(written, millis(pcm)));
    String plain = plain(written);
    if (plain.matches("\\d{1,2}")) {
      int number = Integer.parseInt(plain);
      List<String> names = number < 20
          ? List.of(ONES[number])
          : number % 10 == 0
              ? List.of(TENS[number / 10])
              : List.of(TENS[number / 10], ONES[number % 10]);
      for (String name : names) {
        Phrase phrase = longest(new String[] {name}, 0);
        pcm.writeBytes(phrase == null ? babble(name.length()) : recording(phrase.file()));
      }
      return;
    }
    pcm.writeBytes(babble(Math.max(1, plain.length())));
  }

  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}']", "");
  }

  /** Voiced, syllable-like sound: harmonics of a falling pitch under a 5 Hz envelope. */
  private static byte[] babble(int chars) {
    int samples = Utterance.RATE / 1000 * chars * MS_PER_CHAR;
    byte[] out = new byte[samples * 2];
    double phase = 0;
    for (int i = 0; i < samples; i++) {
      double t = i / (double) Utterance.RATE;
      phase += 2 * Math.PI * Math.max(120, 190 - 40 * t) / Utterance.RATE;
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

  private static byte[] silence(int ms) {
    return new byte[Utterance.RATE / 1000 * ms * 2];
  }

  private static byte[] recording(String file) {
    synchronized (PCM) {
      return PCM.computeIfAbsent(file, name -> {
        byte[] wav = wav(name);
        return Arrays.copyOfRange(wav, WAV_HEADER, wav.length);
      });
    }
  }

  /** Returns the PCM of any text, at 24 kHz. */
  public static byte[] speak(String text) {
    return render(text).pcm();
  }

  /** Returns a bundled WAV file. */
  public static byte[] wav(String file) {
    try (InputStream in = Voice.class.getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new IllegalStateException("the testkit lacks its own " + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Phrase> load() {
    List<Phrase> phrases = new ArrayList<>();
    JsonNode index = Json.tryParse(wav("index.json"));
    if (index == null) {
      throw new IllegalStateException("the testkit's index of speech is not JSON");
    }
    for (JsonNode entry : index.path("model")) {
      List<String> words = new ArrayList<>();
      List<Integer> starts = new ArrayList<>();
      for (JsonNode word : entry.path("words")) {
        words.add(plain(word.path("text").asText()));
        starts.add(word.path("startMs").asInt());
      }
      phrases.add(new Phrase(words, starts, entry.path("file").asText()));
    }
    return List.copyOf(phrases);
  }
}
