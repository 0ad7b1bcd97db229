package io.github.geminilive.testkit.internal;

import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.Upgrade;
import io.github.geminilive.testkit.Violation;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The server: listens, keeps what outlives a connection, collects complaints. */
public final class ServerCore implements AutoCloseable {

  private static final int MAX_HTTP_BODY = 1 << 20;

  private static final Script PERSONA =
      new Script(new Opening.Accept(), true, List.of(() -> run -> {
        if (run.take() == null) {
          return false;
        }
        run.session().completeSetup();
        run.session().handOver();
        return true;
      }));

  /** A session that can be resumed. */
  record Saved(
      Memory memory, String model, Instant expires, WeakReference<@Nullable WireConnection> owner) {

    /** Whether the connection that got the handle is in the way; one that is gone is not. */
    boolean held() {
      WireConnection connection = owner.get();
      return connection != null && connection.holdsSession();
    }
  }

  private final Options options;
  private final Time time;
  private final Tokens tokens;
  private final EventLoopGroup loops;
  private final Channel listener;
  private final AtomicInteger numbers = new AtomicInteger();
  private final AtomicInteger dials = new AtomicInteger();
  private final Deque<Script> scripts = new ArrayDeque<>(); // guarded by itself
  private final List<Upgrade> upgrades = new CopyOnWriteArrayList<>();
  private final List<WireConnection> connections = new CopyOnWriteArrayList<>();
  private final BlockingQueue<WireConnection> fresh = new LinkedBlockingQueue<>();
  private final List<Violation> violations = new CopyOnWriteArrayList<>();
  private final Map<String, Saved> handles = new ConcurrentHashMap<>();
  private final Hush.Spent silences = new Hush.Spent();
  private volatile Hush.Line silentLine = new Hush.Line();
  private final AtomicLong nonces = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Set<Channel> channels = ConcurrentHashMap.newKeySet();

  public ServerCore(Options options, Time time) {
    this.options = options;
    this.time = time;
    this.tokens = new Tokens(this);
    this.loops = new MultiThreadIoEventLoopGroup(
        options.ioThreads(),
        new DefaultThreadFactory("live-testkit-io", true),
        NioIoHandler.newFactory());
    ServerBootstrap bootstrap = new ServerBootstrap()
        .group(loops)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, 1024)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(new ChannelInitializer<SocketChannel>() {
          @Override
          protected void initChannel(SocketChannel ch) {
            channels.add(ch);
            ch.closeFuture().addListener(done -> channels.remove(ch));
            ch.pipeline()
                .addLast(new RawGate())
                .addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(MAX_HTTP_BODY))
                .addLast(new HttpRouter(ServerCore.this));
          }
        });
    if (options.receiveBufferBytes() > 0) {
      // Must be set before the listen for the TCP window to follow it.
      bootstrap.option(ChannelOption.SO_RCVBUF, options.receiveBufferBytes());
    }
    listener = bootstrap
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .syncUninterruptibly()
        .channel();
  }

  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  Options options() {
    return options;
  }

  Time time() {
    return time;
  }

  Tokens tokens() {
    return tokens;
  }

  public void script(Script script) {
    synchronized (scripts) {
      scripts.add(script);
    }
  }

  Script nextScript(Upgrade upgrade) {
    if (options.recording()) {
      upgrades.add(upgrade);
    }
    int dial = dials.incrementAndGet();
    Script next;
    synchronized (scripts) {
      next = scripts.poll();
    }
    if (next == null) {
      next = options.scripts() != null ? options.scripts().apply(dial) : PERSONA;
    }
    return options.rules() ? next : new Script(next.opening(), false, next.steps());
  }

  WireConnection connect(Upgrade upgrade, Endpoint endpoint, Channel channel) {
    WireConnection connection =
        new WireConnection(this, numbers.incrementAndGet(), upgrade, endpoint, channel);
    connections.add(connection);
    return connection;
  }

  void opened(WireConnection connection) {
    fresh.add(connection);
  }

  /** Forgets a connection that nobody will ask about, so that benchmarks do not pile them up. */
  void ended(WireConnection connection) {
    if (!options.recording()) {
      connections.remove(connection);
      fresh.remove(connection);
    }
  }

  public Connection nextConnection(Duration patience) {
    try {
      WireConnection next = fresh.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw new AssertionError(
            "no new connection within " + patience + "; upgrades seen: " + upgrades.size());
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while awaiting a connection", e);
    }
  }

  /** Awaits that nothing is under way on any connection that can tell. */
  public boolean settle(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    long before = -1;
    while (true) {
      Map<WireConnection, Long> asked = new LinkedHashMap<>();
      for (WireConnection connection : connections) {
        long nonce = nonces.incrementAndGet();
        if (connection.probe(nonce)) {
          asked.put(connection, nonce);
        }
      }
      boolean answered = true;
      for (Map.Entry<WireConnection, Long> probe : asked.entrySet()) {
        answered &= probe.getKey().awaitPong(probe.getValue(), deadline);
      }
      long now = connections.size();
      for (WireConnection connection : connections) {
        now += connection.traffic();
      }
      if (answered && now == before) {
        return true;
      }
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      before = now;
    }
  }

  public List<Connection> connections() {
    return List.copyOf(connections);
  }

  public int dials() {
    return dials.get();
  }

  public List<Upgrade> upgrades() {
    return List.copyOf(upgrades);
  }

  Access access(Endpoint endpoint, Upgrade upgrade) {
    String key = upgrade.header("x-goog-api-key");
    if (key == null) {
      key = upgrade.query().get("key");
    }
    String authorization = upgrade.header("authorization");
    String accessToken = upgrade.query().get("access_token");
    if (endpoint.vertex()) {
      boolean bearer = authorization != null
          && authorization.startsWith("Bearer ")
          && options.accessTokens().test(authorization.substring(7));
      if (bearer || (key != null && keyAccepted(key))) {
        return Access.granted();
      }
      return new Access(
          401,
          0,
          "Request had invalid authentication credentials. Expected OAuth 2 access token, login"
              + " cookie or other valid authentication credential.",
          null);
    }
    if (endpoint.constrained()) {
      String token = accessToken;
      if (token == null && authorization != null && authorization.startsWith("Token ")) {
        token = authorization.substring(6).trim();
      }
      return token == null ? UNREGISTERED : tokens.use(token);
    }
    if (key == null || key.isEmpty()) {
      return UNREGISTERED;
    }
    return keyAccepted(key) ? Access.granted() : BAD_KEY;
  }

  static final Access UNREGISTERED = Access.refused(
      1008,
      "Method doesn't allow unregistered callers (callers without established identity). Please"
          + " use API Key or other form of API consumer identity to call this API.");
  static final Access BAD_KEY =
      Access.refused(1007, "API key not valid. Please pass a valid API key.");

  boolean keyAccepted(String key) {
    if (key.isBlank() || key.startsWith("auth_tokens/")) {
      return false;
    }
    return options.requiredKey() == null || options.requiredKey().equals(key);
  }

  Hush.Spent silences() {
    return silences;
  }

  /** Notes the conversation that fell silent last. */
  void silent(Hush.Line line) {
    silentLine = line;
  }

  /** The silence that a session without handle follows on; null when there is none. */
  Hush.@Nullable Lasting takeSilence() {
    Hush.Line line = silentLine;
    Hush.Lasting lasting = line.silence();
    line.set(null);
    return lasting;
  }

  void save(String handle, Saved saved) {
    Instant now = time.now();
    handles.values().removeIf(old -> old.expires().isBefore(now));
    handles.put(handle, saved);
  }

  @Nullable
  Saved saved(String handle) {
    Saved saved = handles.get(handle);
    return saved == null || saved.expires().isBefore(time.now()) ? null : saved;
  }

  public void rememberHandle(String handle) {
    handles.put(
        handle,
        new Saved(
            new Memory(), "", time.now().plus(options.handleLife()), new WeakReference<>(null)));
  }

  public void forgetHandles() {
    handles.clear();
  }

  void complain(WireConnection connection, Complaint complaint) {
    Violation violation =
        new Violation(connection.number(), complaint.code(), complaint.explained());
    violations.add(violation);
    connection.recordViolation(violation);
  }

  public List<Violation> violations() {
    return new ArrayList<>(violations);
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    for (WireConnection connection : connections) {
      connection.session().onClosing();
    }
    listener.close().syncUninterruptibly();
    channels.forEach(Channel::close);
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3_000);
    time.close();
  }
}
