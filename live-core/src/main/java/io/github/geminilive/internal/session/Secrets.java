package io.github.geminilive.internal.session;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes what the other side says fit to be shown. */
public final class Secrets {

  private static final int MAX_LENGTH = 300;
  // Shorter beginnings of a secret at the end of a text may be chance.
  private static final int MIN_CUT_SECRET = 6;
  private static final String TOKEN_PREFIX = "auth_tokens/";
  private static final Pattern QUERY = Pattern.compile("(?i)(key|access_token|token)=[^&\\s\"']+");
  private static final Pattern TOKEN = Pattern.compile(TOKEN_PREFIX + "[^\\s\"'&]+");
  // A digit tells a token from the word that follows in a sentence.
  private static final Pattern BEARER =
      Pattern.compile("(?i)\\b(bearer|token)\\s+(?=\\S*[0-9])[A-Za-z0-9._~+/=-]{8,}");
  private static final Pattern API_KEY = Pattern.compile("\\b(AIza|AQ\\.)[A-Za-z0-9_-]{10,}");

  private static final Pattern HANDLE =
      Pattern.compile("(?i)(\"(?:new_?)?handle\"\\s*:\\s*\")[^\"]*");

  private Secrets() {}

  /**
   * Masks credentials and shortens.
   *
   * @param text what was said; null reads as empty
   * @param secrets known secrets of this session; null ones are skipped
   */
  public static String mask(@Nullable String text, @Nullable String... secrets) {
    String masked = hide(text, secrets);
    return masked.length() <= MAX_LENGTH ? masked : masked.substring(0, MAX_LENGTH) + "…";
  }

  /**
   * Masks credentials; the text keeps its length otherwise.
   *
   * @param text what was said; null reads as empty
   * @param secrets known secrets of this session; null ones are skipped
   */
  public static String hide(@Nullable String text, @Nullable String... secrets) {
    if (text == null) {
      return "";
    }
    String masked = text;
    for (String secret : secrets) {
      if (secret != null && !secret.isBlank()) {
        masked = maskCut(masked.replace(secret, "***"), secret);
        if (secret.startsWith(TOKEN_PREFIX) && secret.length() > TOKEN_PREFIX.length()) {
          // What follows is the secret; it may be quoted by itself.
          String bare = secret.substring(TOKEN_PREFIX.length());
          masked = maskCut(masked.replace(bare, "***"), bare);
        }
      }
    }
    masked = QUERY.matcher(masked).replaceAll("$1=***");
    masked = BEARER.matcher(masked).replaceAll("$1 ***");
    masked = TOKEN.matcher(masked).replaceAll("auth_tokens/***");
    masked = API_KEY.matcher(masked).replaceAll("***");
    return HANDLE.matcher(masked).replaceAll("$1***");
  }

  /** Close reasons are cut at 123 bytes, perhaps inside a secret. */
  private static String maskCut(String text, String secret) {
    for (int length = secret.length() - 1; length >= MIN_CUT_SECRET; length--) {
      if (text.endsWith(secret.substring(0, length))) {
        return text.substring(0, text.length() - length) + "***";
      }
    }
    return text;
  }
}
