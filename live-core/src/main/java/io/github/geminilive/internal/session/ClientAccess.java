package io.github.geminilive.internal.session;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveSession;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a client lets other packages of this module do, and nobody else. */
public abstract class ClientAccess {

  private static volatile @Nullable ClientAccess instance;

  /** For the client's own subclass. */
  protected ClientAccess() {}

  /** Called once, by the client's class as it is loaded. */
  public static void provide(ClientAccess access) {
    instance = access;
  }

  /** The only one. */
  public static ClientAccess get() {
    return requireNonNull(instance);
  }

  /** What the sessions of this client share. */
  public abstract Services services(LiveClient client);

  /**
   * As {@link LiveClient#openAsync}.
   *
   * @param made is given the session before it dials, to subscribe without missing anything
   */
  public abstract CompletableFuture<LiveSession> open(
      LiveClient client, LiveConfig config, Consumer<DefaultLiveSession> made);
}
