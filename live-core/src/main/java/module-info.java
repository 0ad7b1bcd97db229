/** Sessions, wire records and errors. */
module io.github.geminilive.core {
  requires transitive java.net.http;
  requires com.fasterxml.jackson.databind;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports io.github.geminilive;
  exports io.github.geminilive.protocol;
  exports io.github.geminilive.relay;
}
