package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of failures, through the public API: each signal on an open connection, in answer to a
 * setup with a handle, and in answer to the dial of a resume. What the service sees next, and what
 * the application is told.
 */
class RecoveryTableTest {

  /** What the service sees next. */
  private enum Next {
    /** A setup with the handle. */
    RESUME,
    /** A setup without a handle. */
    FRESH,
    /** Nothing. */
    END
  }

  /** A way in which a connection fails, done by the service. */
  private record Signal(String name, Consumer<Trouble> happens, FailureKind kind) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** A signal and what follows it. */
  private record Row(Signal signal, Next open, Next setup) {
    @Override
    public String toString() {
      return signal.name + " → " + open + ", in a setup with handle " + setup;
    }
  }

  private static Row row(Signal signal, Next open, Next setup) {
    return new Row(signal, open, setup);
  }

  private static Signal close(int code, String reason, FailureKind kind) {
    return on(code + " " + reason, connection -> connection.close(code, reason), kind);
  }

  private static Signal error(int code, String status, String message, FailureKind kind) {
    String json = "{\"error\":{\"code\":"
        + code
        + ",\"status\":\""
        + status
        + "\",\"message\":\""
        + message
        + "\"}}";
    return on("error " + code + " " + message, connection -> connection.send(json), kind);
  }

  private static Signal on(String name, Consumer<Connection> happens, FailureKind kind) {
    return new Signal(
        name,
        trouble -> {
          List<Connection> all = trouble.server.connections();
          happens.accept(all.get(all.size() - 1));
        },
        kind);
  }

  private static Signal endOfStream() {
    Signal drop = on("end of the stream", Connection::drop, FailureKind.CONNECTION_LOST);
    return new Signal(
        drop.name,
        trouble -> {
          drop.happens.accept(trouble);
          trouble.noticeEnd();
        },
        drop.kind);
  }

  private static Stream<Row> rows() {
    FailureKind lost = FailureKind.CONNECTION_LOST;
    List<Row> rows = new ArrayList<>(List.of(
        row(close(1000, "", lost), Next.RESUME, Next.RESUME),
        row(close(1000, "OK", lost), Next.RESUME, Next.RESUME),
        row(close(1001, "", lost), Next.RESUME, Next.RESUME),
        row(on("1005", Connection::closeWithoutCode, lost), Next.RESUME, Next.RESUME),
        row(endOfStream(), Next.RESUME, Next.RESUME),
        row(on("reset", Connection::reset, lost), Next.RESUME, Next.RESUME),
        row(close(1012, "", lost), Next.RESUME, Next.RESUME),
        row(close(1013, "Try again later.", lost), Next.RESUME, Next.RESUME),
        row(close(1014, "", lost), Next.RESUME, Next.RESUME),
        row(close(1011, "", FailureKind.SERVER), Next.RESUME, Next.RESUME),
        row(close(1011, "Internal error", FailureKind.SERVER), Next.RESUME, Next.RESUME),
        row(close(1011, "RESOURCE_EXHAUSTED", FailureKind.QUOTA), Next.END, Next.END),
        row(close(1011, "check your billing", FailureKind.QUOTA), Next.END, Next.END),
        row(close(1007, "invalid argument", FailureKind.INVALID_REQUEST), Next.END, Next.FRESH),
        row(close(1007, "API key not valid.", FailureKind.AUTH), Next.END, Next.FRESH),
        row(close(1007, "Invalid token", FailureKind.AUTH), Next.END, Next.FRESH),
        row(close(1007, "unregistered callers", FailureKind.AUTH), Next.END, Next.FRESH),
        row(close(1008, "", FailureKind.POLICY), Next.RESUME, Next.FRESH),
        row(close(1008, "not implemented", FailureKind.POLICY), Next.RESUME, Next.FRESH),
        row(close(1008, "API key expired.", FailureKind.AUTH), Next.END, Next.FRESH),
        row(close(1008, "session not found", FailureKind.NOT_FOUND), Next.END, Next.FRESH),
        row(close(1008, "Publisher Model `x`", FailureKind.NOT_FOUND), Next.END, Next.FRESH),
        row(close(1008, "your current quota", FailureKind.QUOTA), Next.END, Next.FRESH)));
    for (int code : new int[] {1002, 1003, 1009, 1010, 3000, 4000, 4999}) {
      rows.add(row(close(code, "", FailureKind.PROTOCOL), Next.END, Next.END));
    }
    rows.addAll(List.of(
        row(
            // Opcode 3 is reserved.
            on("bad frame", c -> c.sendRaw(new byte[] {(byte) 0x83, 0}), FailureKind.PROTOCOL),
            Next.END,
            Next.END),
        row(error(400, "INVALID_ARGUMENT", "bad", FailureKind.INVALID_REQUEST), Next.END, Next.END),
        row(error(401, "UNAUTHENTICATED", "bad", FailureKind.AUTH), Next.END, Next.END),
        row(error(403, "PERMISSION_DENIED", "bad", FailureKind.AUTH), Next.END, Next.END),
        row(error(404, "NOT_FOUND", "bad", FailureKind.NOT_FOUND), Next.END, Next.END),
        row(
            error(404, "NOT_FOUND", "session not found", FailureKind.NOT_FOUND),
            Next.END,
            Next.FRESH),
        row(error(429, "RESOURCE_EXHAUSTED", "bad", FailureKind.QUOTA), Next.RESUME, Next.RESUME),
        row(error(500, "INTERNAL", "bad", FailureKind.SERVER), Next.RESUME, Next.RESUME),
        row(error(503, "UNAVAILABLE", "bad", FailureKind.SERVER), Next.RESUME, Next.RESUME)));
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void onAnOpenConnection(Row row) {
    try (Trouble trouble = Trouble.open()) {
      row.signal.happens.accept(trouble);

      expect(trouble, row.open, row.signal.kind, 1);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void inAnswerToASetupWithHandle(Row row) {
    try (Trouble trouble = Trouble.open()) {
      trouble.server.script(Scenario.create().awaitMessages(1));
      trouble.first.reset();
      Connection second = trouble.nextConnection();
      assertThat(handleOf(second.setup())).isEqualTo(trouble.handle);

      row.signal.happens.accept(trouble);

      expect(trouble, row.setup, row.signal.kind, 2);
    }
  }

  /** A setup without handle is what the table's other rows are for: as on an open connection. */
  @ParameterizedTest
  @MethodSource("rows")
  void inAnswerToTheSetupOfAFreshSession(Row row) {
    try (Trouble trouble = Trouble.open()) {
      trouble.server.script(
          Scenario.closeBeforeSetupComplete(1008, "session not found"),
          Scenario.create().awaitMessages(1));
      trouble.first.reset();
      trouble.nextConnection();
      Connection third = trouble.nextConnection();
      assertThat(handleOf(third.setup())).isNull();

      row.signal.happens.accept(trouble);

      // No setup is repeated that was refused by policy; and there is no handle to resume with.
      boolean over = row.open == Next.END || row.signal.kind == FailureKind.POLICY;
      expect(trouble, over ? Next.END : Next.FRESH, row.signal.kind, 3);
    }
  }

  private record Refusal(Scenario upgrade, Next next, FailureKind kind, String name) {
    @Override
    public String toString() {
      return name + " → " + next;
    }
  }

  private static Refusal http(int status, Next next, FailureKind kind) {
    return new Refusal(
        Scenario.refuseUpgrade(status, Map.of("Location", "/elsewhere"), "no"),
        next,
        kind,
        "HTTP " + status);
  }

  private static Stream<Refusal> refusals() {
    return Stream.of(
        http(401, Next.END, FailureKind.AUTH),
        http(403, Next.END, FailureKind.AUTH),
        http(404, Next.END, FailureKind.NOT_FOUND),
        http(400, Next.END, FailureKind.INVALID_REQUEST),
        http(418, Next.END, FailureKind.INVALID_REQUEST),
        http(429, Next.RESUME, FailureKind.QUOTA),
        http(500, Next.RESUME, FailureKind.SERVER),
        http(502, Next.RESUME, FailureKind.SERVER),
        http(503, Next.RESUME, FailureKind.SERVER),
        http(200, Next.END, FailureKind.PROTOCOL),
        http(204, Next.END, FailureKind.PROTOCOL),
        http(301, Next.END, FailureKind.PROTOCOL),
        http(302, Next.END, FailureKind.PROTOCOL),
        http(307, Next.END, FailureKind.PROTOCOL),
        new Refusal(
            Scenario.answerUpgradeWith("SSH-2.0-x\r\n\r\n"),
            Next.END,
            FailureKind.PROTOCOL,
            "no HTTP"),
        new Refusal(
            Scenario.answerUpgradeWith("HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n"),
            Next.END,
            FailureKind.PROTOCOL,
            "no WebSocket"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void inAnswerToTheDialOfAResume(Refusal refusal) {
    try (Trouble trouble = Trouble.open()) {
      trouble.server.script(refusal.upgrade);
      trouble.first.reset();
      trouble.redial();

      expect(trouble, refusal.next, refusal.kind, 2);
    }
  }

  /**
   * Checks what follows a failure.
   *
   * @param attempt which dial follows, if one does
   */
  private static void expect(Trouble trouble, Next next, FailureKind kind, int attempt) {
    if (next == Next.END) {
      CloseInfo end = trouble.end();
      int dials = trouble.server.upgrades().size();
      assertThat(end.kind()).isEqualTo(kind);
      assertThat(end.by()).isNotEqualTo(CloseInfo.By.APPLICATION);
      assertThat(trouble.session.state()).isEqualTo(SessionState.CLOSED);
      assertThat(Talk.kinds(trouble.rest())).doesNotContain("Reconnecting", "Resumed");
      trouble.time.advance(Duration.ofMinutes(2));
      assertThat(trouble.server.upgrades()).hasSize(dials);
      return;
    }
    LiveEvent.Reconnecting told = trouble.redial();
    assertThat(told.attempt()).isEqualTo(attempt);
    assertThat(told.cause()).isEqualTo(RecoveryCause.LOST);
    CloseInfo failure = told.failure();
    assertThat(failure).isNotNull();
    assertThat(failure.kind()).isEqualTo(kind);
    if (next == Next.FRESH && kind != FailureKind.CONNECTION_LOST && attempt == 2) {
      assertThat(told.delay()).isEqualTo(Duration.ZERO);
    }

    Connection connection = trouble.server.nextConnection();
    assertThat(handleOf(connection.setup())).isEqualTo(next == Next.RESUME ? trouble.handle : null);

    RecoveryReport report = trouble.await(LiveEvent.Resumed.class).report();
    assertThat(report.stateRestored()).isEqualTo(next == Next.RESUME);
    assertThat(report.attempts()).isEqualTo(attempt);
    assertThat(report.cause()).isEqualTo(RecoveryCause.LOST);
    assertThat(trouble.session.state()).isEqualTo(SessionState.OPEN);
  }

  /** The handle of a setup; null when it asks for resumption without one. */
  private static @Nullable String handleOf(JsonNode setup) {
    JsonNode resumption = setup.path("sessionResumption");
    assertThat(resumption.isObject()).isTrue();
    return resumption.has("handle") ? resumption.get("handle").asText() : null;
  }
}
