package io.github.geminilive.examples.web;

import io.github.geminilive.RecoveryReport;
import io.github.geminilive.relay.RelayEnd;
import io.github.geminilive.relay.RelayObserver;
import io.github.geminilive.relay.RelaySession;

/** Tells on the terminal where conversations are in their lives, and nothing of what is said. */
final class Diary implements RelayObserver {

  @Override
  public void onStarted(RelaySession session) {
    tell(session, "begins");
  }

  @Override
  public void onRecovered(RelaySession session, RecoveryReport report) {
    tell(session, "has another connection to the service");
  }

  @Override
  public void onParked(RelaySession session) {
    tell(session, "waits for its peer");
  }

  @Override
  public void onReturned(RelaySession session, boolean elsewhere) {
    tell(session, elsewhere ? "is taken over" : "returns");
  }

  @Override
  public void onEnded(RelaySession session, RelayEnd end) {
    tell(session, "ends: " + end.kind());
  }

  private static void tell(RelaySession session, String what) {
    System.out.println("conversation " + session.id() + " " + what);
  }
}
