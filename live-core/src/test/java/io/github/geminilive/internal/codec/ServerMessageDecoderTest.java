package io.github.geminilive.internal.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.protocol.Blob;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.ServerMessage;
import io.github.geminilive.protocol.TurnCompleteReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerMessageDecoderTest {

  private final ServerMessageDecoder decoder = new ServerMessageDecoder();

  private Decoded decode(String json) {
    byte[] frame = json.replace('\'', '"').getBytes(UTF_8);
    return decoder.decode(frame, 0, frame.length);
  }

  private ServerMessage sound(String json) {
    Decoded decoded = decode(json);
    assertThat(decoded.problems()).isEmpty();
    assertThat(decoded.message()).isNotNull();
    return decoded.message();
  }

  private static Blob media(ServerMessage message) {
    return message.serverContent().modelTurn().parts().get(0).inlineData();
  }

  private static String audio(String data) {
    return "{'serverContent':{'modelTurn':{'parts':[{'inlineData':{'mimeType':'audio/pcm',"
        + "'data':'"
        + data
        + "'}}]}}}";
  }

  @ParameterizedTest
  @CsvSource({
    "0s, 0",
    "9.5s, 9500000000",
    "9.531250s, 9531250000",
    "0.000000001s, 1",
    "-3s, -3000000000",
    "-0.5s, -500000000",
    "1.500000000s, 1500000000"
  })
  void aDurationMayHaveAFraction(String text, long nanos) {
    ServerMessage message = sound("{'goAway':{'timeLeft':'" + text + "'}}");

    assertThat(message.goAway().timeLeft()).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s",
        "-s",
        "1",
        ".5s",
        "1.s",
        "1.0000000000s",
        "1,5s",
        "+1s",
        " 1s",
        "1s ",
        "--1s",
        "9999999999999999999s",
        "0x1s",
        "1e3s",
        "١s"
      })
  void anythingElseIsNoDuration(String text) {
    Decoded decoded = decode("{'goAway':{'timeLeft':'" + text + "'}}");

    assertThat(decoded.message().goAway()).isNotNull();
    assertThat(decoded.message().goAway().timeLeft()).isNull();
    assertThat(decoded.problems())
        .containsExactly(
            new DecodeProblem("/goAway/timeLeft", "expected a duration such as \"1.5s\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"'9007199254740993'", "9007199254740993"})
  void int64MayBeTextOrNumber(String index) {
    ServerMessage message =
        sound("{'sessionResumptionUpdate':{'lastConsumedClientMessageIndex':" + index + "}}");

    assertThat(message.sessionResumptionUpdate().lastConsumedClientMessageIndex())
        .isEqualTo(9007199254740993L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2147483647 | 2147483647",
        "'-2147483648' | -2147483648",
        "12.0 | 12",
        "1e3 | 1000",
        "'12' | 12"
      },
      quoteCharacter = '`')
  void aCountMayBeWrittenInSeveralWays(String wire, int count) {
    ServerMessage message = sound("{'usageMetadata':{'totalTokenCount':" + wire + "}}");

    assertThat(message.usageMetadata().totalTokenCount()).isEqualTo(count);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2147483648", "-2147483649", "12.5", "1e400", "1e-400", "1e999999999", "NaN", "Infinity",
        "-Infinity", "''", "'x'", "'1e999999999'", "true", "[]", "{}", "99999999999999999999999"
      })
  void anUnusableCountCostsOnlyItself(String wire) {
    Decoded decoded =
        decode("{'usageMetadata':{'totalTokenCount':" + wire + ",'promptTokenCount':7}}");

    assertThat(decoded.message().usageMetadata().totalTokenCount()).isNull();
    assertThat(decoded.message().usageMetadata().promptTokenCount()).isEqualTo(7);
    assertThat(decoded.problems())
        .extracting(DecodeProblem::path)
        .containsExactly("/usageMetadata/totalTokenCount");
  }

  @Test
  void bothBackendsNamesOfACountAreRead() {
    ServerMessage vertex =
        sound("{'usageMetadata':{'candidatesTokenCount':4,'candidatesTokensDetails':"
            + "[{'modality':'AUDIO','tokenCount':4}]}}");
    ServerMessage gemini = sound("{'usageMetadata':{'responseTokenCount':4,'responseTokensDetails':"
        + "[{'modality':'AUDIO','tokenCount':4}]}}");

    assertThat(vertex).isEqualTo(gemini);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-_8A_w==",
        "-_8A_w",
        "+/8A/w==",
        "+/8A/w",
        "+\\/8A\\/w==",
        "+/8\\nA/w\\r\\n==",
        "+/8\nA/w",
        "\\u002b/8A/w"
      })
  void audioMayBeInEitherAlphabetUnpaddedAndBroken(String data) {
    ServerMessage message = sound(audio(data));

    assertThat(media(message).data())
        .isEqualTo(Bytes.wrap(new byte[] {(byte) 0xfb, (byte) 0xff, 0, (byte) 0xff}));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%%%", "A", "AAAAA", "AA=A", "ä", "AAA\u0001*", "=A"})
  void undecodableAudioCostsOnlyItsData(String data) {
    Decoded decoded = decode(audio(data));

    assertThat(media(decoded.message()).mimeType()).isEqualTo("audio/pcm");
    assertThat(media(decoded.message()).data()).isNull();
    assertThat(decoded.problems())
        .containsExactly(new DecodeProblem(
            "/serverContent/modelTurn/parts/0/inlineData/data", "expected base64"));
  }

  @Test
  void anUnknownWordOfAnEnumIsKept() {
    ServerMessage message = sound("{'serverContent':{'turnCompleteReason':'REASON_FROM_2027'}}");

    assertThat(message.serverContent().turnCompleteReason())
        .isEqualTo(TurnCompleteReason.of("REASON_FROM_2027"))
        .hasToString("REASON_FROM_2027");
  }

  @Test
  void unknownMembersStayReachableAndInOrder() {
    ServerMessage message =
        sound("{'b_c':null,'serverContent':{'x':[1, {'y' : 'a b'}]},'a':1.50,'B':true}");

    assertThat(message.extra())
        .containsExactly(
            Map.entry("b_c", Json.NULL),
            Map.entry("a", Json.parse("1.5")),
            Map.entry("B", Json.of(true)));
    assertThat(message.extra().get("a").text()).isEqualTo("1.50");
    assertThat(message.serverContent().extra().get("x").text()).isEqualTo("[1,{\"y\":\"a b\"}]");
  }

  @Test
  void absentIsNotFalseNotZeroAndNotEmpty() {
    ServerMessage said = sound("{'serverContent':{'turnComplete':false,'modelTurn':{'parts':[]}},"
        + "'usageMetadata':{'totalTokenCount':0},'sessionResumptionUpdate':"
        + "{'newHandle':''}}");
    ServerMessage unsaid =
        sound("{'serverContent':{'modelTurn':{}},'usageMetadata':{},'sessionResumptionUpdate':{}}");

    assertThat(said.serverContent().turnComplete()).isFalse();
    assertThat(said.serverContent().modelTurn().parts()).isEmpty();
    assertThat(said.usageMetadata().totalTokenCount()).isZero();
    assertThat(said.sessionResumptionUpdate().newHandle()).isEmpty();
    assertThat(unsaid.serverContent().turnComplete()).isNull();
    assertThat(unsaid.serverContent().modelTurn().parts()).isNull();
    assertThat(unsaid.usageMetadata().totalTokenCount()).isNull();
    assertThat(unsaid.sessionResumptionUpdate().newHandle()).isNull();
    assertThat(unsaid.toolCall()).isNull();
  }

  @Test
  void argumentsKeepEveryDigitAndEscape() {
    ServerMessage message =
        sound("{'toolCall':{'functionCalls':[{'name':'f','args':{'big':12345678901234567890.123,"
            + " 'neg':-0.0,'s':'\\ud83c \\u00e9 \\/'}}]}}");

    assertThat(message.toolCall().functionCalls().get(0).args().text())
        .isEqualTo(
            "{\"big\":12345678901234567890.123,\"neg\":-0.0," + "\"s\":\"\\ud83c \\u00e9 \\/\"}");
  }

  @ParameterizedTest
  @ValueSource(ints = {255, 256})
  void argumentsMayBeNestedTo256Levels(int depth) {
    // The object that holds the arrays is a level of its own.
    String args = "{'a':" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";

    ServerMessage message = sound("{'toolCall':{'functionCalls':[{'args':" + args + "}]}}");

    assertThat(message.toolCall().functionCalls().get(0).args()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e99999999999", "-0.5E-2147483648"})
  void anExponentThatNoNumberHasIsLeftOut(String number) {
    Decoded decoded = decode(
        "{'toolCall':{'functionCalls':[{'id':'c1','name':'f','args':{'a':" + number + "}}]}}");

    assertThat(decoded.message().toolCall().functionCalls().get(0).args()).isNull();
    assertThat(decoded.problems()).hasSize(1);
    assertThat(decoded.problems().get(0).reason()).contains("exponent").doesNotContain(number);
  }

  @ParameterizedTest
  @ValueSource(ints = {257, 1_000, 50_000})
  void deeperArgumentsCostOnlyThemselves(int depth) {
    String args = "{'a':" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";

    Decoded decoded =
        decode("{'toolCall':{'functionCalls':[{'args':" + args + ",'name':'f'}]},'goAway':{}}");

    assertThat(decoded.message().toolCall().functionCalls().get(0).args()).isNull();
    assertThat(decoded.message().toolCall().functionCalls().get(0).name()).isEqualTo("f");
    assertThat(decoded.message().goAway()).isNotNull();
    assertThat(decoded.problems())
        .containsExactly(
            new DecodeProblem("/toolCall/functionCalls/0/args", "nested more than 256 levels"));
  }

  @Test
  void deepNestingInPlaceOfATypedMemberIsSurvived() {
    String deep = "[".repeat(90_000) + "]".repeat(90_000);

    Decoded decoded = decode("{'serverContent':" + deep + ",'goAway':{}}");

    assertThat(decoded.message().goAway()).isNotNull();
    assertThat(decoded.problems()).hasSize(1);
  }

  @Test
  void endlessNestingEndsWhereItBegins() {
    Decoded decoded = decode("{'goAway':{},'serverContent':" + "[".repeat(1 << 20));

    assertThat(decoded.message().goAway()).isNotNull();
    assertThat(decoded.problems())
        .hasSize(2)
        .allMatch(problem -> problem.path().startsWith("/serverContent"))
        .allMatch(problem -> problem.path().length() <= 201);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16})
  void aMessageMayHaveManyMebibytes(int mebibytes) {
    byte[] content = new byte[mebibytes << 20];
    new Random(1).nextBytes(content);
    String data = Base64.getEncoder().encodeToString(content);
    String text = "x".repeat(mebibytes << 20);

    ServerMessage plain = sound(audio(data));
    ServerMessage general = sound("{'serverContent':{'outputTranscription':{'text':'"
        + text
        + "'},'modelTurn':{'parts':[{'inlineData':{'data':'"
        + data
        + "'}}]}}}");

    assertThat(media(plain).data()).isEqualTo(Bytes.wrap(content));
    assertThat(media(general).data()).isEqualTo(Bytes.wrap(content));
    assertThat(general.serverContent().outputTranscription().text()).isEqualTo(text);
  }

  @Test
  void malformedUtf8IsReplacedAndReported() {
    byte[] frame = "{\"serverContent\":{\"outputTranscription\":{\"text\":\"a\u00ff\u00feb\"}}}"
        .getBytes(ISO_8859_1);

    Decoded decoded = decoder.decode(frame, 0, frame.length);

    assertThat(decoded.message().serverContent().outputTranscription().text())
        .isEqualTo("a\ufffd\ufffdb");
    assertThat(decoded.problems())
        .containsExactly(new DecodeProblem("", "malformed UTF-8 was replaced"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "upstream connect error",
        "[]",
        "[{}]",
        "null",
        "42",
        "\"x\"",
        "true",
        "{",
        "{\"",
        "{x}",
        "{\"a\"}",
        "}",
        "\u0000",
        "{\u0000",
        "\u0000{",
        "\ufeff\ufeff{}",
        "<html>"
      })
  void whatIsNotAnObjectLeavesNoMessageAndOneProblem(String text) {
    byte[] frame = text.getBytes(UTF_8);

    Decoded decoded = decoder.decode(frame, 0, frame.length);

    assertThat(decoded.message()).isNull();
    assertThat(decoded.problems()).extracting(DecodeProblem::path).containsExactly("");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n", "\r\n\t ", "\ufeff", "\ufeff\n"})
  void anEmptyFrameIsNoProblem(String text) {
    byte[] frame = text.getBytes(UTF_8);

    assertThat(decoder.decode(frame, 0, frame.length)).isEqualTo(new Decoded(null, List.of()));
  }

  @Test
  void aTruncatedMessageKeepsWhatWasComplete() {
    Decoded decoded =
        decode("{'serverContent':{'turnComplete':true,'outputTranscription':{'text':'done'}},"
            + "'toolCall':{'functionCalls':[{'id':'a','name':'f','args':{}},"
            + "{'id':'b','name':'delete','args':{'x");

    assertThat(decoded.message().serverContent().turnComplete()).isTrue();
    assertThat(decoded.message().serverContent().outputTranscription().text()).isEqualTo("done");
    assertThat(decoded.message().toolCall().functionCalls())
        .as("half a call is no call")
        .singleElement()
        .matches(call -> "a".equals(call.id()));
    assertThat(decoded.problems()).hasSize(1);
  }

  @Test
  void aMessageCutAnywhereIsSurvived() {
    byte[] frame = Corpus.named("content_everything").payload();

    for (int length = 0; length <= frame.length; length++) {
      Decoded decoded = decoder.decode(frame, 0, length);

      assertThat(decoded.problems()).hasSize(length == 0 || length == frame.length ? 0 : 1);
    }
  }

  @Test
  void onlyTheRangeGivenIsRead() {
    byte[] frame = "{}{\"goAway\":{}}{}".getBytes(UTF_8);

    Decoded decoded = decoder.decode(frame, 2, frame.length - 4);

    assertThat(decoded.problems()).isEmpty();
    assertThat(decoded.message().goAway()).isNotNull();
    assertThatThrownBy(() -> decoder.decode(frame, 2, frame.length))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void mediaAtAnOffsetInTheBufferAreReadFromTheRightPlace() {
    String json = "\ufeff{'serverContent':{'interrupted':false,'modelTurn':{'parts':"
        + "[{'inlineData':{'data':'AAEC'}}]}},'x':{'é':1}}";
    byte[] frame = ("ü".repeat(9) + json.replace('\'', '"')).getBytes(UTF_8);

    Decoded decoded = decoder.decode(frame, 18, frame.length - 18);

    assertThat(decoded.problems()).isEmpty();
    assertThat(media(decoded.message()).data()).isEqualTo(Bytes.wrap(new byte[] {0, 1, 2}));
    assertThat(decoded.message().extra().get("x")).isEqualTo(Json.parse("{\"é\":1}"));
  }

  @Test
  void anUnusableSourceKeepsTheIndicesOfTheOthers() {
    Decoded decoded = decode("{'serverContent':{'groundingMetadata':{'groundingChunks':"
        + "[7,null,{'web':{'title':'third'}}]}}}");

    assertThat(decoded.message().serverContent().groundingMetadata().groundingChunks())
        .hasSize(3)
        .last()
        .matches(chunk -> "third".equals(chunk.web().title()));
    assertThat(decoded.problems()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {99, 100, 101, 1_000_000})
  void atMostAHundredProblemsAreTold(int wrong) {
    Decoded decoded = decode("{'toolCallCancellation':{'ids':[" + "{},".repeat(wrong) + "'a']}}");

    assertThat(decoded.message().toolCallCancellation().ids()).containsExactly("a");
    assertThat(decoded.problems()).hasSize(Math.min(wrong, 101));
  }

  @Test
  void thePlainPathAndTheGeneralPathGiveEqualMessages() {
    Random random = new Random(20261122);
    for (int round = 0; round < 5_000; round++) {
      byte[] pcm = new byte[random.nextInt(200)];
      random.nextBytes(pcm);
      byte[] frame = randomAudioMessage(random, pcm).getBytes(UTF_8);

      Decoded fast = decoder.decode(frame, 0, frame.length);
      Decoded general = decoder.decodeAny(frame, 0, frame.length);

      assertThat(fast).isEqualTo(general);
      assertThat(fast.problems()).isEmpty();
      assertThat(new AudioScanner().scan(frame, 0, frame.length)).isEqualTo(fast.message());
      assertThat(media(fast.message()).data()).isEqualTo(Bytes.copyOf(pcm));
    }
  }

  @Test
  void mediaCutOutForTheParserChangeNothing() throws Exception {
    Random random = new Random(22);
    List<String> companions = List.of(
        "'outputTranscription':{'text':' high tide'}",
        "'inputTranscription':{'text':'" + "x".repeat(90) + "'}",
        "'x':{'data':'" + "A".repeat(64) + "'}",
        "'x':'\\\"data\\\":\\\"AAAA'",
        "'x':['data','AAAA']",
        "'turnComplete':7",
        "'interrupted':tru");
    for (int round = 0; round < 5_000; round++) {
      byte[] pcm = new byte[300 + random.nextInt(600)];
      random.nextBytes(pcm);
      List<String> members = new ArrayList<>();
      String data = Base64.getEncoder().encodeToString(pcm);
      members.add("'modelTurn':{'parts':[{'inlineData':{'data':'" + data + "'}}]}");
      members.add(companions.get(random.nextInt(companions.size())));
      members.add(companions.get(random.nextInt(companions.size() - 1)));
      Collections.shuffle(members, random);
      byte[] frame = object(
              random, List.of("'serverContent':" + object(random, members), "'usageMetadata':{}"))
          .replace('\'', '"')
          .getBytes(UTF_8);

      Decoded decoded = decoder.decode(frame, 0, frame.length);

      assertThat(decoded).isEqualTo(ServerMessageDecoder.decodeWhole(frame, 0, frame.length));
    }
  }

  private static String randomAudioMessage(Random random, byte[] pcm) {
    String blob = object(
        random,
        List.of(
            member(random, "mimeType", "\"audio/pcm;rate=" + random.nextInt(48_000) + '"'),
            member(random, "data", '"' + Base64.getEncoder().encodeToString(pcm) + '"')));
    List<String> turn = new ArrayList<>();
    turn.add(member(
        random,
        "parts",
        "["
            + space(random)
            + object(random, List.of(member(random, "inlineData", blob)))
            + space(random)
            + "]"));
    if (random.nextBoolean()) {
      turn.add(member(random, "role", "\"model\""));
    }
    String content = object(random, List.of(member(random, "modelTurn", object(random, turn))));
    return space(random)
        + object(random, List.of(member(random, "serverContent", content)))
        + space(random);
  }

  private static String object(Random random, List<String> members) {
    List<String> shuffled = new ArrayList<>(members);
    Collections.shuffle(shuffled, random);
    return "{"
        + space(random)
        + String.join(space(random) + "," + space(random), shuffled)
        + space(random)
        + "}";
  }

  private static String member(Random random, String name, String value) {
    return '"' + name + '"' + space(random) + ":" + space(random) + value;
  }

  private static String space(Random random) {
    StringBuilder space = new StringBuilder();
    while (random.nextInt(3) == 0) {
      space.append(" \n\r\t".charAt(random.nextInt(4)));
    }
    return space.toString();
  }

  @Test
  void nothingAFrameHoldsMakesTheDecoderThrow() {
    Random random = new Random(7);
    List<Corpus> seeds = new ArrayList<>(Corpus.of("server", true));
    seeds.addAll(Corpus.of("server", false));
    byte[] alphabet = "{}[]\",:\\/ \n0123456789.eE+-truefalsn=\u0000".getBytes(UTF_8);
    for (int round = 0; round < 100_000; round++) {
      byte[] frame = seeds.get(random.nextInt(seeds.size())).payload();
      for (int change = random.nextInt(4); change >= 0 && frame.length > 0; change--) {
        frame[random.nextInt(frame.length)] = random.nextInt(4) == 0
            ? (byte) random.nextInt(256)
            : alphabet[random.nextInt(alphabet.length)];
      }

      Decoded decoded = decoder.decode(frame, 0, frame.length);

      if (decoded.message() != null) {
        WireJson.parse(ClientMessageEncoder.encodeRecord(decoded.message()));
      }
      assertThat(decoded.problems())
          .noneMatch(problem -> problem.reason().startsWith("could not be read"));
    }
  }

  @Test
  void bytesOfNoMeaningAreSurvived() {
    Random random = new Random(11);
    for (int round = 0; round < 20_000; round++) {
      byte[] frame = new byte[random.nextInt(64)];
      random.nextBytes(frame);
      if (frame.length > 0) {
        frame[0] = '{';
      }

      assertThat(decoder.decode(frame, 0, frame.length)).isNotNull();
    }
  }
}
