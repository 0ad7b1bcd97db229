package io.github.geminilive.benchmarks;

import java.net.URI;

/** A program that does nothing but open a conversation. */
final class StartProbe {

  private StartProbe() {}

  /**
   * Says {@code ready} once the setup is answered.
   *
   * @param args the peer's name and the server's address
   */
  public static void main(String[] args) {
    Peer peer = args[0].equals("raw") ? new RawClient(true) : new LibraryClient();
    Link link = peer.open(URI.create(args[1]), bytes -> {});
    System.out.println("ready");
    link.close();
  }
}
