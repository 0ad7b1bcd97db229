package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.geminilive.internal.codec.SetupFingerprint;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.protocol.Tool;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionSnapshotTest {

  private static final SessionSnapshot SNAPSHOT = new SessionSnapshot(
      "gemini-3.8-live",
      "handle-secret",
      List.of(Content.user("Grüße \"quoted\"\n\uD83D\uDE00"), Content.model("Good morning!")),
      List.of("The user is Ann."));

  @Test
  void itsTextBringsItBack() {
    assertThat(SessionSnapshot.parse(SNAPSHOT.toJson())).isEqualTo(SNAPSHOT);
  }

  @Test
  void itsBytesBringItBack() {
    assertThat(SessionSnapshot.parse(SNAPSHOT.toBytes())).isEqualTo(SNAPSHOT);
    assertThat(new String(SNAPSHOT.toBytes(), StandardCharsets.UTF_8)).isEqualTo(SNAPSHOT.toJson());
  }

  @Test
  void aFingerprintComesBackToo() {
    SessionSnapshot snapshot =
        new SessionSnapshot("m", "h", List.of(), List.of(), "0123456789abcdef".repeat(4));

    assertThat(SessionSnapshot.parse(snapshot.toJson())).isEqualTo(snapshot);
    assertThat(snapshot.toJson()).endsWith(",\"setup\":\"" + snapshot.setupFingerprint() + "\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0123", "Z", "ABCDEF0123456789ABCDEF0123456789"})
  void whatIsNoFingerprintIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SessionSnapshot("m", null, List.of(), List.of(), text))
        .withMessage("setupFingerprint must be 64 hexadecimal digits in lower case: " + text);
  }

  @Test
  void itTellsWhetherASessionWouldBeSetUpAsTheLastOneWas() {
    LiveConfig config = config("Be brief.").build();
    SessionSnapshot snapshot = new SessionSnapshot(
        config.model().id(), "h", List.of(), List.of(), SetupFingerprint.of(config.setup()));

    assertThat(snapshot.matches(config)).isTrue();
    assertThat(snapshot.matches(config.toBuilder().resumeFrom(snapshot).build()))
        .isTrue();
    assertThat(snapshot.matches(config.toBuilder().resumption(false).build())).isTrue();
    assertThat(snapshot.matches(
            config.toBuilder().history(List.of(Content.user("Hi."))).build()))
        .isTrue();
    assertThat(snapshot.matches(config("Be long.").build())).isFalse();
    assertThat(snapshot.matches(config("Be brief.").voice("Puck").build())).isFalse();
    assertThat(snapshot.matches(config("Be brief.").declare(functions("f")).build()))
        .isFalse();
  }

  @Test
  void itMatchesEverySetupOfItsModelWhenItDoesNotKnowItsOwn() {
    LiveConfig config = config("Be brief.").build();

    assertThat(new SessionSnapshot(config.model().id(), "h", List.of(), List.of()).matches(config))
        .isTrue();
    assertThat(new SessionSnapshot("other", "h", List.of(), List.of()).matches(config))
        .isFalse();
  }

  @Test
  void theOrderOfFunctionsAndMembersMakesNoDifference() {
    LiveConfig one = config("Be brief.").declare(functions("f", "g")).build();
    LiveConfig other = config("Be brief.").declare(functions("g", "f")).build();

    assertThat(SetupFingerprint.of(one.setup()))
        .isEqualTo(SetupFingerprint.of(other.setup()))
        .isNotEqualTo(SetupFingerprint.of(
            config("Be brief.").declare(functions("f")).build().setup()));
  }

  private static LiveConfig.Builder config(String instruction) {
    return LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
        .credentials(Credentials.apiKey("key"))
        .systemInstruction(instruction);
  }

  private static Tool functions(String... names) {
    return Tool.functions(Arrays.stream(names)
        .map(name -> FunctionDeclaration.builder(name, "does " + name).build())
        .toArray(FunctionDeclaration[]::new));
  }

  @Test
  void anEmptyOneComesBackToo() {
    SessionSnapshot empty = new SessionSnapshot("m", null, List.of(), List.of());

    assertThat(SessionSnapshot.parse(empty.toJson())).isEqualTo(empty);
  }

  @Test
  void turnsKeepAllThatTheyHold() {
    Content turn = Content.builder()
        .role("user")
        .parts(
            Part.inlineData("image/png", Bytes.copyOf(new byte[] {1, 2, 3})),
            Part.builder().extra("brandNew", Json.parse("{\"a\":[1,null]}")).build())
        .extra("later", Json.of(true))
        .build();
    SessionSnapshot snapshot = new SessionSnapshot("m", null, List.of(turn), List.of());

    assertThat(SessionSnapshot.parse(snapshot.toJson())).isEqualTo(snapshot);
  }

  @Test
  void itsTextHasAFormThatStays() {
    assertThat(new SessionSnapshot("m", "h", List.of(Content.user("Hi.")), List.of("f")).toJson())
        .isEqualTo("{\"geminiLiveSnapshot\":1,\"model\":\"m\",\"handle\":\"h\","
            + "\"history\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi.\"}]}],"
            + "\"remembered\":[\"f\"]}");
  }

  @Test
  void whatALaterVersionAddsWithoutChangingTheFormIsPassedOver() {
    String json = "{\"geminiLiveSnapshot\":1,\"model\":\"m\",\"new\":{},\"history\":[],"
        + "\"remembered\":[]}";

    assertThat(SessionSnapshot.parse(json))
        .isEqualTo(new SessionSnapshot("m", null, List.of(), List.of()));
  }

  @Test
  void aLaterFormIsRefusedWithTheWayOut() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SessionSnapshot.parse("{\"geminiLiveSnapshot\":2}"))
        .withMessage("the snapshot has the form 2 of a later version of this library, and this one"
            + " knows forms up to 1; read it with the version that wrote it, or a later one");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "`` # it is no JSON object",
        "null # it is no JSON object",
        "[] # it is no JSON object",
        "{\"geminiLiveSnapshot\":1,\"handle\":\"handle-secret # it is no JSON object",
        "{} # the member geminiLiveSnapshot is missing",
        "{\"geminiLiveSnapshot\":\"1\"} # the member geminiLiveSnapshot is no version",
        "{\"geminiLiveSnapshot\":0} # the member geminiLiveSnapshot is no version",
        "{\"geminiLiveSnapshot\":1} # model is no text",
        "{\"geminiLiveSnapshot\":1,\"model\":\"\"} # model is no text",
        "{\"geminiLiveSnapshot\":1,\"model\":\"m\",\"handle\":7} # handle is no text",
        "{\"geminiLiveSnapshot\":1,\"model\":\"m\"} # history is no list",
        "{\"geminiLiveSnapshot\":1,\"model\":\"m\",\"history\":{}} # history is no list",
        "{\"geminiLiveSnapshot\":1,\"model\":\"m\",\"history\":[{},7]}"
            + " # history[1] is no turn: not a JSON object",
        "{\"geminiLiveSnapshot\":1,\"model\":\"m\",\"history\":[null]}"
            + " # history[0] is no turn: not a JSON object",
        "{\"geminiLiveSnapshot\":1,\"model\":\"m\",\"history\":[{\"parts\":\"secret\"}]}"
            + " # history[0] is no turn: /parts",
        "{\"geminiLiveSnapshot\":1,\"model\":\"m\",\"history\":[]} # remembered is no list",
        "{\"geminiLiveSnapshot\":1,\"model\":\"m\",\"history\":[],\"remembered\":[1]}"
            + " # remembered[0] is no text",
        "{\"geminiLiveSnapshot\":1,\"model\":\"m\",\"history\":[],\"remembered\":[],\"setup\":1}"
            + " # setup is no fingerprint",
        "{\"geminiLiveSnapshot\":1,\"model\":\"m\",\"history\":[],\"remembered\":[],"
            + "\"setup\":\"secret\"} # setup is no fingerprint"
      })
  void foreignTextIsRefusedAndNotQuoted(String json, String why) {
    IllegalArgumentException refusal =
        catchThrowableOfType(IllegalArgumentException.class, () -> SessionSnapshot.parse(json));

    assertThat(refusal)
        .hasMessageStartingWith("not a SessionSnapshot: " + why)
        .hasMessageEndingWith("; pass on what SessionSnapshot.toJson() returned")
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }

  @Test
  void noSecretAndNothingSaidIsShown() {
    assertThat(SNAPSHOT)
        .hasToString("SessionSnapshot[model=gemini-3.8-live, handle=***, 2 turns, 1 remembered]");
  }
}
