package io.github.geminilive.internal.session;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.FailureKind;
import io.github.geminilive.protocol.ServerError;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a close code, an HTTP status or an error message means. Codes and texts as the service is
 * known to use them; texts are matched in part and without regard to case, because the service cuts
 * them at 123 bytes.
 */
public final class FailurePolicy {

  private FailurePolicy() {}

  /** What a close frame means; 1006 is a connection that broke without one. */
  public static FailureKind ofClose(int code, String reason) {
    String text = reason.toLowerCase(Locale.ROOT);
    return switch (code) {
      case 1000, 1001, 1005, 1006, 1012, 1013, 1014 -> FailureKind.CONNECTION_LOST;
      case 1011 ->
        names(text, "quota", "billing", "resource_exhausted")
            ? FailureKind.QUOTA
            : FailureKind.SERVER;
      case 1007 -> namesCredentials(text) ? FailureKind.AUTH : FailureKind.INVALID_REQUEST;
      case 1008 -> ofPolicyClose(text);
      default -> FailureKind.PROTOCOL;
    };
  }

  private static FailureKind ofPolicyClose(String text) {
    if (names(text, "not found", "publisher model", "is not supported for bidigeneratecontent")) {
      return FailureKind.NOT_FOUND;
    }
    if (names(text, "quota", "billing", "resource_exhausted")) {
      return FailureKind.QUOTA;
    }
    return namesCredentials(text) ? FailureKind.AUTH : FailureKind.POLICY;
  }

  private static boolean namesCredentials(String text) {
    return names(
            text, "api key", "api_key", "auth_tokens/", "credential", "unauthenticated", "callers")
        || (names(text, "token") && !names(text, "token-based requests", "tokens"));
  }

  private static boolean names(String text, String... words) {
    for (String word : words) {
      if (text.contains(word)) {
        return true;
      }
    }
    return false;
  }

  /** What an error message means: by its HTTP or gRPC code, else by its status word. */
  static FailureKind ofError(ServerError error) {
    int code = error.code() == null ? 0 : error.code();
    if (code >= 100) {
      return ofStatus(code);
    }
    String status = error.status() == null ? "" : error.status().toUpperCase(Locale.ROOT);
    if (code == 7 || code == 16 || names(status, "UNAUTHENTICATED", "PERMISSION_DENIED")) {
      return FailureKind.AUTH;
    }
    if (code == 8 || status.equals("RESOURCE_EXHAUSTED")) {
      return FailureKind.QUOTA;
    }
    if (code == 5 || status.equals("NOT_FOUND")) {
      return FailureKind.NOT_FOUND;
    }
    if (code == 3 || code == 9 || names(status, "INVALID_ARGUMENT", "FAILED_PRECONDITION")) {
      return FailureKind.INVALID_REQUEST;
    }
    return FailureKind.SERVER;
  }

  /** What an HTTP status other than 101 means. */
  public static FailureKind ofStatus(int status) {
    if (status == 401 || status == 403) {
      return FailureKind.AUTH;
    }
    if (status == 404) {
      return FailureKind.NOT_FOUND;
    }
    if (status == 429) {
      return FailureKind.QUOTA;
    }
    if (status >= 500) {
      return FailureKind.SERVER;
    }
    return status >= 400 ? FailureKind.INVALID_REQUEST : FailureKind.PROTOCOL;
  }

  /** How a connection ended that the application did not close. */
  static CloseInfo serverClose(int code, String reason) {
    FailureKind kind = ofClose(code, reason);
    CloseInfo.By by = code == 1006 ? CloseInfo.By.NETWORK : CloseInfo.By.SERVER;
    return new CloseInfo(by, code, reason, kind, kind.retryable());
  }

  /** What to check after a refusal whose reason says more than its kind. */
  static String advice(@Nullable FailureKind kind, String reason) {
    String text = reason.toLowerCase(Locale.ROOT);
    if (text.contains("session not found")) {
      return "The resumption handle is unknown or has expired: connect without it.";
    }
    if (text.contains("user location")) {
      return "The service is not offered in the region this connection comes from.";
    }
    return advice(kind);
  }

  /** What to check, for messages; empty when there is nothing to say. */
  public static String advice(@Nullable FailureKind kind) {
    if (kind == null) {
      return "";
    }
    return switch (kind) {
      case AUTH ->
        "Check the key or token: is it complete, valid for this backend, and is the API enabled"
            + " for its project?";
      case INVALID_REQUEST ->
        "The service does not accept this setup for this model: compare with LiveConfig.check().";
      case POLICY -> "The service does not allow this for this project, region or content.";
      case NOT_FOUND ->
        "Check the model id, the API version and the region; not every model is offered"
            + " everywhere.";
      case QUOTA -> "A quota is used up; wait, or ask for a larger one.";
      case SERVER -> "The service has a problem; try again after a moment.";
      case CONNECTION_LOST -> "The connection was lost; try again.";
      case UNREACHABLE -> "Check the address, the network and the proxy.";
      case TIMEOUT -> "Check the network and the proxy, or allow more time.";
      case TLS -> "Check the certificate, the host name and the trust store.";
      case PROTOCOL -> "Is this the address of a Live API endpoint?";
      case MESSAGE_TOO_LARGE ->
        "Send smaller messages, or raise LiveConfig's incomingMessageLimit.";
      case RECONNECT_EXHAUSTED -> "Check the network, or allow more in RecoveryPolicy.";
      case CONFIG -> "";
    };
  }
}
