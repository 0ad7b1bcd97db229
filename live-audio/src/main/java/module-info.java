/** Audio for conversations. */
module io.github.geminilive.audio {
  requires transitive io.github.geminilive.core;
  requires static transitive org.jspecify;
}
