package io.github.geminilive.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.FailureKind;
import io.github.geminilive.protocol.ServerError;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every close code and text the service is known to use, and every HTTP status. */
class FailurePolicyTest {

  @ParameterizedTest
  @CsvSource({
    "1000, CONNECTION_LOST",
    "1001, CONNECTION_LOST",
    "1002, PROTOCOL",
    "1003, PROTOCOL",
    "1005, CONNECTION_LOST",
    "1006, CONNECTION_LOST",
    "1007, INVALID_REQUEST",
    "1008, POLICY",
    "1009, PROTOCOL",
    "1010, PROTOCOL",
    "1011, SERVER",
    "1012, CONNECTION_LOST",
    "1013, CONNECTION_LOST",
    "1014, CONNECTION_LOST",
    "3000, PROTOCOL",
    "4000, PROTOCOL",
    "4999, PROTOCOL",
  })
  void aCodeAloneHasAMeaning(int code, FailureKind kind) {
    assertThat(FailurePolicy.ofClose(code, "")).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource({
    "429, , QUOTA",
    "503, INTERNAL, SERVER",
    ", RESOURCE_EXHAUSTED, QUOTA",
    "8, , QUOTA",
    ", UNAUTHENTICATED, AUTH",
    ", PERMISSION_DENIED, AUTH",
    "16, , AUTH",
    "7, , AUTH",
    ", NOT_FOUND, NOT_FOUND",
    "5, , NOT_FOUND",
    ", INVALID_ARGUMENT, INVALID_REQUEST",
    "3, , INVALID_REQUEST",
    ", UNAVAILABLE, SERVER",
    "14, , SERVER",
  })
  void anErrorMessageHasAMeaningByItsCodeOrStatus(Integer code, String status, FailureKind kind) {
    assertThat(FailurePolicy.ofError(new ServerError(code, null, status, null, Map.of())))
        .isEqualTo(kind);
  }

  @Test
  void someReasonsSayMoreThanTheirKind() {
    assertThat(FailurePolicy.advice(FailureKind.NOT_FOUND, "BidiGenerateContent session not found"))
        .contains("handle");
    assertThat(FailurePolicy.advice(
            FailureKind.INVALID_REQUEST, "User location is not supported for the API use."))
        .contains("region");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
          1000 | OK                                                              | CONNECTION_LOST
          1007 | Request contains an invalid argument.                           | INVALID_REQUEST
          1007 | Precondition check failed.                                      | INVALID_REQUEST
          1007 | User location is not supported for the API use.                 | INVALID_REQUEST
          1007 | Cannot extract voices from a non-audio request.                 | INVALID_REQUEST
          1007 | No matching speaker voice found for name: Foo                   | INVALID_REQUEST
          1007 | Thinking level must be specified                                | INVALID_REQUEST
          1007 | Thinking level is not supported for this model                  | INVALID_REQUEST
          1007 | token-based requests cannot use project-scoped features such as | INVALID_REQUEST
          1007 | Invalid JSON payload received. Unknown name "x"                 | INVALID_REQUEST
          1007 | The input has too many tokens.                                  | INVALID_REQUEST
          1007 | API key not valid. Please pass a valid API key.                 | AUTH
          1007 | Method doesn't allow unregistered callers (callers without      | AUTH
          1007 | Invalid token.                                                  | AUTH
          1007 | auth_tokens/abc has expired                                     | AUTH
          1008 | API key expired. Please renew the API key.                      | AUTH
          1008 | Method doesn't allow unregistered callers (callers without      | AUTH
          1008 | Token auth_tokens/abc is used up                                | AUTH
          1008 | Request had invalid authentication credentials.                 | AUTH
          1008 | models/x is not found for API version v1beta, or is not support | NOT_FOUND
          1008 | Publisher Model `projects/p/locations/l/publishers/google/model | NOT_FOUND
          1008 | BidiGenerateContent session not found                           | NOT_FOUND
          1008 | Operation is not implemented, or supported, or enabled.         | POLICY
          1008 | Request trace id: 0123, Unsupported MIME type                   | POLICY
          1008 | You exceeded your current quota, please check your plan         | QUOTA
          1011 | Internal error encountered.                                     | SERVER
          1011 | Internal error occurred.                                        | SERVER
          1011 | The service is currently unavailable.                           | SERVER
          1011 | Deadline expired before operation could complete.               | SERVER
          1011 | RPC::DEADLINE_EXCEEDED                                          | SERVER
          1011 | You exceeded your current quota, please check your plan and     | QUOTA
          1011 | Please check your plan and billing details                      | QUOTA
          1011 | RESOURCE_EXHAUSTED                                              | QUOTA
          """)
  void aTextTellsMore(int code, String reason, FailureKind kind) {
    assertThat(FailurePolicy.ofClose(code, reason)).isEqualTo(kind);
    assertThat(FailurePolicy.ofClose(code, reason.toUpperCase(Locale.ROOT))).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource({
    "101, PROTOCOL",
    "200, PROTOCOL",
    "204, PROTOCOL",
    "301, PROTOCOL",
    "302, PROTOCOL",
    "307, PROTOCOL",
    "400, INVALID_REQUEST",
    "401, AUTH",
    "403, AUTH",
    "404, NOT_FOUND",
    "405, INVALID_REQUEST",
    "408, INVALID_REQUEST",
    "426, INVALID_REQUEST",
    "429, QUOTA",
    "500, SERVER",
    "502, SERVER",
    "503, SERVER",
    "504, SERVER",
  })
  void everyHttpStatusHasAMeaning(int status, FailureKind kind) {
    assertThat(FailurePolicy.ofStatus(status)).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource({
    "CONFIG, false",
    "AUTH, false",
    "INVALID_REQUEST, false",
    "POLICY, false",
    "NOT_FOUND, false",
    "QUOTA, true",
    "SERVER, true",
    "CONNECTION_LOST, true",
    "UNREACHABLE, true",
    "TIMEOUT, true",
    "TLS, false",
    "PROTOCOL, false",
    "MESSAGE_TOO_LARGE, false",
  })
  void theKindSaysWhetherAnotherTryMakesSense(FailureKind kind, boolean retryable) {
    assertThat(kind.retryable()).isEqualTo(retryable);
  }

  @ParameterizedTest
  @EnumSource(value = FailureKind.class, mode = EnumSource.Mode.EXCLUDE, names = "CONFIG")
  void everyKindButConfigHasAdvice(FailureKind kind) {
    assertThat(FailurePolicy.advice(kind)).isNotBlank();
  }

  @Test
  void aCloseFrameIsTheServersAndItsAbsenceTheNetworks() {
    assertThat(FailurePolicy.serverClose(1011, "Internal error encountered."))
        .isEqualTo(new CloseInfo(
            CloseInfo.By.SERVER, 1011, "Internal error encountered.", FailureKind.SERVER, true));
    assertThat(FailurePolicy.serverClose(1006, ""))
        .isEqualTo(
            new CloseInfo(CloseInfo.By.NETWORK, 1006, "", FailureKind.CONNECTION_LOST, true));
  }
}
