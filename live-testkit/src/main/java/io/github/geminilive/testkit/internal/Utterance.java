package io.github.geminilive.testkit.internal;

import java.util.List;

/**
 * Speech with its words.
 *
 * @param pcm 16-bit little-endian mono at 24 kHz
 * @param words pieces of the transcript in order; joined they are the whole text
 */
record Utterance(byte[] pcm, List<Word> words) {

  static final int RATE = 24_000;

  /** A piece of the transcript, with its leading space, and when it begins. */
  record Word(String text, int startMs) {}
}
