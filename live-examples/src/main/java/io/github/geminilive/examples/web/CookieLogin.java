package io.github.geminilive.examples.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpCookie.SameSite;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/**
 * Takes every browser for a user: it gets a random name in a signed cookie that no script can read.
 * Nothing is kept, so any process that has the same secret knows it. Programs that are no browser show
 * a pass, signed the same way, where they would show an API key.
 */
public final class CookieLogin implements Login {

  static final String COOKIE = "live-user";

  private static final Duration COOKIE_LIFE = Duration.ofDays(30);
  private static final Duration PASS_LIFE = Duration.ofHours(1);
  private static final int LONGEST = 200;

  private final SecretKeySpec secret;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /**
   * A login.
   *
   * @param secret at least 32 bytes nobody can guess, the same in all processes
   * @param clock tells when a cookie or pass is too old
   */
  public CookieLogin(byte[] secret, Clock clock) {
    if (secret.length < 32) {
      throw new IllegalArgumentException(
          "a login secret needs at least 32 bytes, not " + secret.length);
    }
    this.secret = new SecretKeySpec(secret, "HmacSHA256");
    this.clock = clock;
  }

  /** A login whose cookies end with this process. */
  public static CookieLogin ofThisProcess() {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    return new CookieLogin(secret, Clock.systemUTC());
  }

  @Override
  public @Nullable Guest recognise(Request request) {
    String pass = request.getHeaders().get("x-goog-api-key");
    if (pass == null) {
      pass = Request.extractQueryParameters(request, UTF_8).getValue("key");
    }
    if (pass != null) {
      String user = verified("pass", pass);
      return user == null ? null : new Guest(user, false);
    }
    for (HttpCookie cookie : Request.getCookies(request)) {
      if (cookie.getName().equals(COOKIE)) {
        String user = verified("cookie", cookie.getValue());
        if (user != null) {
          return new Guest(user, true);
        }
      }
    }
    return null;
  }

  @Override
  public void welcome(Request request, Response response) {
    if (recognise(request) != null) {
      return;
    }
    byte[] name = new byte[12];
    random.nextBytes(name);
    String user = "u" + Base64.getUrlEncoder().withoutPadding().encodeToString(name);
    Response.addCookie(
        response,
        HttpCookie.build(COOKIE, signed("cookie", user, COOKIE_LIFE))
            .path("/")
            .httpOnly(true)
            .secure(request.isSecure())
            .sameSite(SameSite.STRICT)
            .maxAge(COOKIE_LIFE.toSeconds())
            .build());
  }

  @Override
  public String pass(Guest guest) {
    return signed("pass", guest.user(), PASS_LIFE);
  }

  private String signed(String purpose, String user, Duration life) {
    String claim = user + "." + clock.instant().plus(life).getEpochSecond();
    return claim + "." + signature(purpose, claim);
  }

  private @Nullable String verified(String purpose, String value) {
    int mark = value.lastIndexOf('.');
    if (mark < 0 || value.length() > LONGEST) {
      return null;
    }
    String claim = value.substring(0, mark);
    byte[] expected = signature(purpose, claim).getBytes(UTF_8);
    if (!MessageDigest.isEqual(expected, value.substring(mark + 1).getBytes(UTF_8))) {
      return null;
    }
    int dot = claim.lastIndexOf('.');
    long end = Long.parseLong(claim.substring(dot + 1));
    return clock.instant().getEpochSecond() < end ? claim.substring(0, dot) : null;
  }

  private String signature(String purpose, String claim) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(secret);
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(mac.doFinal((purpose + ":" + claim).getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
    }
  }
}
