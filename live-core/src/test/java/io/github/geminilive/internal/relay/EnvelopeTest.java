package io.github.geminilive.internal.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.geminilive.SessionSnapshot;
import io.github.geminilive.protocol.Content;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvelopeTest {

  private static final Envelope ENVELOPE = new Envelope(
      "änn@example.com",
      new SessionSnapshot(
          "gemini-3.8-live",
          "handle-secret",
          List.of(Content.user("A \"secret\" \uD83D\uDE00")),
          List.of("f"),
          "ab".repeat(32)),
      7,
      123_456_789_012L,
      Instant.parse("2026-11-23T10:00:00.123456789Z"),
      Instant.parse("2026-11-23T10:05:00Z"),
      true,
      true);

  @Test
  void itsBytesBringItBack() {
    assertThat(Envelope.parse(ENVELOPE.toBytes())).isEqualTo(ENVELOPE);
  }

  @Test
  void itsBytesHaveAFormThatStays() {
    Envelope small = new Envelope(
        "ann",
        new SessionSnapshot("m", null, List.of(), List.of()),
        0,
        0,
        Instant.EPOCH,
        Instant.EPOCH,
        false,
        false);

    assertThat(new String(small.toBytes(), UTF_8))
        .isEqualTo("{\"geminiLiveRelay\":1,\"user\":\"ann\",\"turns\":0,\"tokens\":0,"
            + "\"started\":\"1970-01-01T00:00:00Z\",\"written\":\"1970-01-01T00:00:00Z\","
            + "\"answering\":false,\"whole\":false,\"snapshot\":{\"geminiLiveSnapshot\":1,"
            + "\"model\":\"m\",\"history\":[],\"remembered\":[]}}");
  }

  @Test
  void noSecretAndNothingSaidIsShown() {
    assertThat(ENVELOPE.toString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "\"geminiLiveRelay\":1 # \"geminiLiveRelay\":2 # its form 2 is of a later version",
        "\"geminiLiveRelay\":1 # \"other\":1 # geminiLiveRelay is no number",
        "\"user\":\"änn@example.com\" # \"user\":3 # user is no text",
        "\"turns\":7 # \"turns\":2147483648 # turns is no number from 0 to 2147483647",
        "\"turns\":7 # \"turns\":-1 # turns is no number",
        "\"tokens\":123456789012 # \"tokens\":\"secret\" # tokens is no number",
        "\"started\":\"2026 # \"started\":\"secret # started is no time",
        "\"answering\":true # \"answering\":\"secret\" # answering is neither true nor false",
        "\"whole\":true # \"secret\":true # whole is neither true nor false",
        "\"snapshot\":{ # \"snapshot\":[],\"secret\":{ # snapshot is no object",
        "\"snapshot\":{ # { # it is no JSON object"
      })
  void foreignBytesAreRefusedAndNotQuoted(String part, String instead, String why) {
    String text = new String(ENVELOPE.toBytes(), UTF_8);
    assertThat(text).contains(part);
    byte[] foreign = text.replace(part, instead).getBytes(UTF_8);

    IllegalArgumentException refusal =
        catchThrowableOfType(IllegalArgumentException.class, () -> Envelope.parse(foreign));

    assertThat(refusal)
        .hasMessageStartingWith("not a conversation of a relay: " + why)
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }

  @Test
  void aSnapshotThatCannotBeReadIsNotQuotedEither() {
    byte[] foreign = new String(ENVELOPE.toBytes(), UTF_8)
        .replace("\"history\":[", "\"history\":[\"secret\",")
        .getBytes(UTF_8);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envelope.parse(foreign))
        .withMessageContaining("history[0] is no turn")
        .withMessageNotContaining("secret");
  }

  @Test
  void halfAnEnvelopeIsRefused() {
    byte[] half = new String(ENVELOPE.toBytes(), UTF_8).substring(0, 200).getBytes(UTF_8);

    assertThatIllegalArgumentException().isThrownBy(() -> Envelope.parse(half));
  }
}
