package io.github.geminilive;

import java.net.URI;

/** Stands in for the library's class of this name. */
public record Endpoint(URI base) {

  public static Endpoint custom(URI base) {
    return new Endpoint(base);
  }
}
