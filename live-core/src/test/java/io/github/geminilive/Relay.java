package io.github.geminilive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Passes bytes on to a local port: as a TLS end point, or as an HTTP proxy. */
final class Relay implements AutoCloseable {

  private static final char[] PASSWORD = "changeit".toCharArray();

  private final ServerSocket listener;
  private final int target;
  private final boolean proxy;
  private final List<String> tunnels = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  private Relay(ServerSocket listener, int target, boolean proxy) {
    this.listener = listener;
    this.target = target;
    this.proxy = proxy;
    daemon(this::accept);
  }

  /** Ends TLS with a certificate for {@code localhost} that only {@link #trusting} trusts. */
  static Relay tls(int target) throws IOException, GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(keyStore(), PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    ServerSocket listener = context
        .getServerSocketFactory()
        .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    return new Relay(listener, target, false);
  }

  /** A proxy that tunnels whatever it is asked for to the target. */
  static Relay proxy(int target) throws IOException {
    return new Relay(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target, true);
  }

  /** Trusts the certificate of {@link #tls}, and no other. */
  static SSLContext trusting() throws IOException, GeneralSecurityException {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore certificates = KeyStore.getInstance(KeyStore.getDefaultType());
    certificates.load(null, null);
    certificates.setCertificateEntry("localhost", keyStore().getCertificate("localhost"));
    trust.init(certificates);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore keyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Relay.class.getResourceAsStream("/dial/localhost.p12")) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  int port() {
    return listener.getLocalPort();
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
  }

  /** First lines of what a proxy was asked. */
  List<String> tunnels() {
    return List.copyOf(tunnels);
  }

  private void accept() {
    try {
      while (true) {
        Socket near = listener.accept();
        sockets.add(near);
        daemon(() -> serve(near));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(Socket near) {
    try {
      if (proxy) {
        tunnels.add(RawPeer.head(near.getInputStream()).lines().findFirst().orElse(""));
        near.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes());
      }
      Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
      sockets.add(far);
      daemon(() -> pump(far, near));
      pump(near, far);
    } catch (IOException gone) {
      close(near);
    }
  }

  private static void pump(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[8192];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        out.write(bytes, 0, count);
        out.flush();
      }
    } catch (IOException gone) {
      // One side is gone; so goes the other.
    } finally {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "relay");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    sockets.forEach(Relay::close);
  }
}
