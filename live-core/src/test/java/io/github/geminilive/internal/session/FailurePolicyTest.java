package io.github.geminilive.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.FailureKind;
import io.github.geminilive.LiveConfigException;
import io.github.geminilive.LiveHandshakeException;
import io.github.geminilive.LiveTimeoutException;
import io.github.geminilive.LiveUnreachableException;
import io.github.geminilive.internal.session.FailurePolicy.Action;
import io.github.geminilive.internal.session.FailurePolicy.Failure;
import io.github.geminilive.internal.session.FailurePolicy.Phase;
import io.github.geminilive.internal.session.FailurePolicy.Row;
import io.github.geminilive.internal.session.FailurePolicy.Signal;
import io.github.geminilive.internal.session.FailurePolicy.Where;
import io.github.geminilive.protocol.ServerError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every close code and text the service is known to use, every HTTP status and every finding of
 * this side: what it means, and what is done about it in each phase, with and without a handle.
 */
class FailurePolicyTest {

  private record Place(Phase phase, boolean withHandle) {}

  private static final List<Place> PLACES = List.of(
      new Place(Phase.SETUP, false),
      new Place(Phase.SETUP, true),
      new Place(Phase.OPEN, false),
      new Place(Phase.OPEN, true));

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
          # code | reason                              | setup  | setup with handle      | open
          1000 | ""                                  | RESUME | RESUME                 | RESUME
          1000 | OK                                  | RESUME | RESUME                 | RESUME
          1001 | ""                                  | RESUME | RESUME                 | RESUME
          1005 | ""                                  | RESUME | RESUME                 | RESUME
          1006 | ""                                  | RESUME | RESUME                 | RESUME
          1012 | ""                                  | RESUME | RESUME                 | RESUME
          1013 | ""                                  | RESUME | RESUME                 | RESUME
          1014 | ""                                  | RESUME | RESUME                 | RESUME
          1011 | ""                                  | RESUME | SAME_HANDLE_THEN_FRESH | RESUME
          1011 | Internal error encountered.         | RESUME | SAME_HANDLE_THEN_FRESH | RESUME
          1011 | The service is currently unavailabl | RESUME | SAME_HANDLE_THEN_FRESH | RESUME
          1011 | Deadline expired before operation c | RESUME | SAME_HANDLE_THEN_FRESH | RESUME
          1011 | RPC::DEADLINE_EXCEEDED              | RESUME | SAME_HANDLE_THEN_FRESH | RESUME
          1011 | You exceeded your current quota, pl | END    | END                    | END
          1011 | Please check your plan and billing  | END    | END                    | END
          1011 | RESOURCE_EXHAUSTED                  | END    | END                    | END
          1007 | ""                                  | END    | FRESH                  | END
          1007 | Request contains an invalid argumen | END    | FRESH                  | END
          1007 | Precondition check failed.          | END    | FRESH                  | END
          1007 | User location is not supported for  | END    | FRESH                  | END
          1007 | Thinking level must be specified    | END    | FRESH                  | END
          1007 | token-based requests cannot use pro | END    | FRESH                  | END
          1007 | API key not valid. Please pass a va | END    | FRESH                  | END
          1007 | Invalid token.                      | END    | FRESH                  | END
          1008 | ""                                  | END    | FRESH                  | RESUME_ONCE
          1008 | Operation is not implemented, or su | END    | FRESH                  | RESUME_ONCE
          1008 | Request trace id: 0123, Unsupported | END    | FRESH                  | RESUME_ONCE
          1008 | Too many tokens.                    | END    | FRESH                  | RESUME_ONCE
          1008 | GenerateContent session not found   | END    | FRESH                  | END
          1008 | models/x is not found for API versi | END    | FRESH                  | END
          1008 | Publisher Model `projects/p/locatio | END    | FRESH                  | END
          1008 | API key expired. Please renew the A | END    | FRESH                  | END
          1008 | Token auth_tokens/*** is used up    | END    | FRESH                  | END
          1008 | Invalid token.                      | END    | FRESH                  | END
          1008 | You exceeded your current quota, pl | END    | FRESH                  | END
          1002 | ""                                  | END    | END                    | END
          1003 | ""                                  | END    | END                    | END
          1004 | ""                                  | END    | END                    | END
          1009 | ""                                  | END    | END                    | END
          1010 | ""                                  | END    | END                    | END
          1015 | ""                                  | END    | END                    | END
          3000 | ""                                  | END    | END                    | END
          4000 | ""                                  | END    | END                    | END
          4999 | ""                                  | END    | END                    | END
          """)
  void aCloseIsActedOnByCodeReasonAndPlace(
      int code, String reason, Action setup, Action setupWithHandle, Action open) {
    Map<Place, Action> actions = new HashMap<>();
    Map<Place, Action> shouted = new HashMap<>();
    for (Place at : PLACES) {
      actions.put(at, actionAt(at, code, reason));
      shouted.put(at, actionAt(at, code, reason.toUpperCase(Locale.ROOT)));
    }

    assertThat(actions)
        .containsExactlyInAnyOrderEntriesOf(Map.of(
            new Place(Phase.SETUP, false), setup,
            new Place(Phase.SETUP, true), setupWithHandle,
            new Place(Phase.OPEN, false), open,
            new Place(Phase.OPEN, true), open));
    assertThat(shouted).isEqualTo(actions);
  }

  private static Action actionAt(Place place, int code, String reason) {
    Failure failure = Failure.ofClose(place.phase(), place.withHandle(), code, reason);
    assertThat(failure.end()).isEqualTo(FailurePolicy.serverClose(code, reason));
    return FailurePolicy.actionFor(failure);
  }

  @ParameterizedTest
  @CsvSource({
    "101, PROTOCOL, END",
    "200, PROTOCOL, END",
    "204, PROTOCOL, END",
    "301, PROTOCOL, END",
    "302, PROTOCOL, END",
    "307, PROTOCOL, END",
    "399, PROTOCOL, END",
    "400, INVALID_REQUEST, END",
    "401, AUTH, END",
    "402, INVALID_REQUEST, END",
    "403, AUTH, END",
    "404, NOT_FOUND, END",
    "407, INVALID_REQUEST, END",
    "428, INVALID_REQUEST, END",
    "429, QUOTA, RESUME",
    "430, INVALID_REQUEST, END",
    "499, INVALID_REQUEST, END",
    "500, SERVER, RESUME",
    "502, SERVER, RESUME",
    "503, SERVER, RESUME",
    "504, SERVER, RESUME",
    "599, SERVER, RESUME",
  })
  void aRefusedUpgradeIsActedOnByItsStatus(int status, FailureKind kind, Action action) {
    Duration wait = Duration.ofSeconds(7);
    LiveHandshakeException refusal =
        new LiveHandshakeException(kind, status, "session not found", wait, "refused: " + status);

    for (boolean withHandle : List.of(false, true)) {
      Failure failure = Failure.ofDial(withHandle, refusal);

      assertThat(failure.phase()).isEqualTo(Phase.HANDSHAKE);
      assertThat(failure.retryAfter()).isEqualTo(wait);
      assertThat(failure.end())
          .isEqualTo(new CloseInfo(
              CloseInfo.By.SERVER, 1006, "refused: " + status, kind, kind.retryable()));
      assertThat(FailurePolicy.actionFor(failure)).isEqualTo(action);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "UNREACHABLE, RESUME",
    "CONNECTION_LOST, RESUME",
    "TLS, END",
    "PROTOCOL, END",
  })
  void aDialThatReachesNobodyIsActedOnByItsKind(FailureKind kind, Action action) {
    LiveUnreachableException why =
        new LiveUnreachableException(kind, "host", "nobody at host?key=abcdef", null);

    for (boolean withHandle : List.of(false, true)) {
      Failure failure = Failure.ofDial(withHandle, why);

      assertThat(failure.end())
          .isEqualTo(new CloseInfo(
              CloseInfo.By.NETWORK, 1006, "nobody at host?key=***", kind, kind.retryable()));
      assertThat(FailurePolicy.actionFor(failure)).isEqualTo(action);
    }
  }

  @Test
  void aSlowDialIsRepeatedAndAnImpossibleOneIsNot() {
    Failure slow =
        Failure.ofDial(true, new LiveTimeoutException("x", Duration.ofSeconds(10), "too slow"));
    Failure impossible = Failure.ofDial(true, new LiveConfigException("no key", List.of()));

    assertThat(FailurePolicy.actionFor(slow)).isEqualTo(Action.RESUME);
    assertThat(slow.end())
        .isEqualTo(
            new CloseInfo(CloseInfo.By.LIBRARY, 1006, "too slow", FailureKind.TIMEOUT, true));
    assertThat(FailurePolicy.actionFor(impossible)).isEqualTo(Action.END);
    assertThat(impossible.end())
        .isEqualTo(new CloseInfo(CloseInfo.By.LIBRARY, 1006, "no key", FailureKind.CONFIG, false));
  }

  @Test
  void whatThisSideFindsToBeDeadIsResumed() {
    for (Place at : PLACES) {
      Failure silence = Failure.ofSilence(at.phase(), at.withHandle(), Duration.ofSeconds(45));
      Failure stall = Failure.ofWriteStall(at.phase(), at.withHandle(), Duration.ofSeconds(10));

      assertThat(FailurePolicy.actionFor(silence)).isEqualTo(Action.RESUME);
      assertThat(silence.end().kind()).isEqualTo(FailureKind.CONNECTION_LOST);
      assertThat(silence.end().by()).isEqualTo(CloseInfo.By.LIBRARY);
      assertThat(silence.end().reason()).contains("45000 ms");
      assertThat(FailurePolicy.actionFor(stall)).isEqualTo(Action.RESUME);
      assertThat(stall.end().kind()).isEqualTo(FailureKind.CONNECTION_LOST);
      assertThat(stall.end().reason()).contains("10000 ms");
    }
    Failure mute = Failure.ofSetupTimeout(true, Duration.ofSeconds(15));
    assertThat(mute.phase()).isEqualTo(Phase.SETUP);
    assertThat(mute.end().kind()).isEqualTo(FailureKind.TIMEOUT);
    assertThat(mute.end().reason()).contains("15000 ms");
    assertThat(FailurePolicy.actionFor(mute)).isEqualTo(Action.RESUME);
  }

  @ParameterizedTest
  @CsvSource({
    "CONFIG, END",
    "AUTH, END",
    "INVALID_REQUEST, END",
    "POLICY, END",
    "NOT_FOUND, END",
    "QUOTA, RESUME",
    "SERVER, RESUME",
    "CONNECTION_LOST, RESUME",
    "UNREACHABLE, RESUME",
    "TIMEOUT, RESUME",
    "TLS, END",
    "PROTOCOL, END",
    "MESSAGE_TOO_LARGE, END",
    "RECONNECT_EXHAUSTED, END",
  })
  void whatThisSideEndsIsActedOnByItsKind(FailureKind kind, Action action) {
    CloseInfo end = new CloseInfo(CloseInfo.By.LIBRARY, 1002, "", kind, kind.retryable());

    for (Place at : PLACES) {
      Failure failure = Failure.ofOwn(at.phase(), at.withHandle(), end);
      assertThat(FailurePolicy.actionFor(failure)).isEqualTo(action);
    }
  }

  @Test
  void theApplicationsOwnEndIsOne() {
    CloseInfo end = new CloseInfo(CloseInfo.By.APPLICATION, 1000, "", null, false);

    assertThat(FailurePolicy.actionFor(Failure.ofOwn(Phase.OPEN, true, end))).isEqualTo(Action.END);
  }

  @ParameterizedTest
  @CsvSource({
    // code, status, message; in a setup with handle, elsewhere
    "400, INVALID_ARGUMENT, bad, END, END",
    "401, , bad, END, END",
    "403, , bad, END, END",
    "404, , no such model, END, END",
    "404, NOT_FOUND, BidiGenerateContent session not found, FRESH, END",
    "400, , Session not found, FRESH, END",
    "429, , slow down, RESUME, RESUME",
    "500, , bad, SAME_HANDLE_THEN_FRESH, RESUME",
    "503, UNAVAILABLE, bad, SAME_HANDLE_THEN_FRESH, RESUME",
    "200, , bad, END, END",
    "302, , bad, END, END",
    "3, , bad, END, END",
    "5, , bad, END, END",
    "7, , bad, END, END",
    "8, , bad, RESUME, RESUME",
    "9, , bad, END, END",
    "14, , bad, SAME_HANDLE_THEN_FRESH, RESUME",
    "16, , bad, END, END",
    ", RESOURCE_EXHAUSTED, bad, RESUME, RESUME",
    ", UNAUTHENTICATED, bad, END, END",
    ", PERMISSION_DENIED, bad, END, END",
    ", INVALID_ARGUMENT, bad, END, END",
    ", FAILED_PRECONDITION, bad, END, END",
    ", INTERNAL, bad, SAME_HANDLE_THEN_FRESH, RESUME",
  })
  void anErrorMessageIsActedOnAsItsHttpStatus(
      Integer code, String status, String message, Action inSetup, Action elsewhere) {
    ServerError error = new ServerError(code, message, status, null, Map.of());
    FailureKind kind = FailurePolicy.ofError(error);
    CloseInfo end =
        new CloseInfo(CloseInfo.By.SERVER, 1011, "error: " + message, kind, kind.retryable());

    for (Place at : PLACES) {
      Failure failure = Failure.ofError(at.phase(), at.withHandle(), error, end);
      assertThat(FailurePolicy.actionFor(failure))
          .isEqualTo(at.equals(new Place(Phase.SETUP, true)) ? inSetup : elsewhere);
    }
  }

  @Test
  void everyRowDecidesSomething() {
    List<Row> idle = new ArrayList<>(FailurePolicy.ROWS);
    for (Row row : FailurePolicy.ROWS) {
      String word = row.words().any().isEmpty() ? "" : row.words().any().get(0);
      Place at = row.where() == Where.SETUP_WITH_HANDLE
          ? new Place(Phase.SETUP, true)
          : new Place(row.where() == Where.OPEN ? Phase.OPEN : Phase.SETUP, false);
      for (int code : new int[] {row.from(), row.to()}) {
        Row first = FailurePolicy.ROWS.stream()
            .filter(other -> other.action() != null
                && other.matches(row.signal(), code, word, at.phase(), at.withHandle()))
            .findFirst()
            .orElseThrow();
        idle.remove(first);
      }
    }

    assertThat(idle).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void everyKindHasOneRowOfThisSidesFindings(FailureKind kind) {
    assertThat(FailurePolicy.ROWS)
        .filteredOn(row -> row.signal() == Signal.OWN && row.kind() == kind)
        .hasSize(1);
  }

  @Test
  void whatIsRepeatedIsOfARetryableKindAndWhatEndsIsNotSaveForQuotas() {
    for (Row row : FailurePolicy.ROWS) {
      FailureKind kind = row.kind();
      if (kind == null || kind == FailureKind.QUOTA || kind == FailureKind.RECONNECT_EXHAUSTED) {
        continue;
      }
      assertThat(row.action() == Action.RESUME).as("%s", row).isEqualTo(kind.retryable());
    }
  }

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
