/** Audio for conversations: samples, devices, echo cancellation, voice detection, the voice loop. */
module io.github.geminilive.audio {
  requires transitive io.github.geminilive.core;
  requires static transitive org.jspecify;
  requires java.desktop;
  requires org.slf4j;

  exports io.github.geminilive.audio;
  exports io.github.geminilive.audio.device;
  exports io.github.geminilive.audio.dsp;
  exports io.github.geminilive.audio.pcm;
}
