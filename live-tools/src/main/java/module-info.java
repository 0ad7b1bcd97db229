/** Tools from annotated methods. */
module io.github.geminilive.tools {
  requires transitive io.github.geminilive.core;
  requires com.fasterxml.jackson.databind;
  requires org.slf4j;
  requires transitive org.jspecify; // @Nullable is read at run time

  exports io.github.geminilive.tools;
  exports io.github.geminilive.tools.model;
}
