/** A simulated Live service. */
module io.github.geminilive.testkit {
  requires transitive com.fasterxml.jackson.databind;
  requires static transitive org.jspecify;
  requires static transitive org.junit.jupiter.api;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.transport;

  exports io.github.geminilive.testkit;
}
