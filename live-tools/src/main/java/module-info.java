/** Tools from annotated methods. */
module io.github.geminilive.tools {
  requires transitive io.github.geminilive.core;
  requires static transitive org.jspecify;
}
