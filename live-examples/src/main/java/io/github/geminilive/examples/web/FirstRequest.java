package io.github.geminilive.examples.web;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Hangs up on connections whose first request does not come in time: one that sends a byte now and
 * then is never idle, and would stay for a day.
 */
final class FirstRequest implements Connection.Listener {

  private final Scheduler scheduler;
  private final Duration limit;

  FirstRequest(Scheduler scheduler, Duration limit) {
    this.scheduler = scheduler;
    this.limit = limit;
  }

  @Override
  public void onOpened(Connection connection) {
    if (!(connection instanceof Connection.UpgradeFrom)) {
      // A WebSocket, which has had its request and may be silent.
      return;
    }
    scheduler.schedule(
        () -> {
          if (connection.getEndPoint().getConnection() == connection
              && connection.getMessagesIn() == 0) {
            connection.close();
          }
        },
        limit.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  @Override
  public void onClosed(Connection connection) {
    // Nothing is kept of it.
  }
}
