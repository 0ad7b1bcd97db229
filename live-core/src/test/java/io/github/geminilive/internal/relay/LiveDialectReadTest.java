package io.github.geminilive.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.github.geminilive.internal.codec.ClientMessageEncoder;
import io.github.geminilive.internal.relay.PeerMessage.AudioFrame;
import io.github.geminilive.internal.relay.PeerMessage.Samples;
import io.github.geminilive.internal.relay.PeerMessage.Start;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer says that speaks the Live protocol. */
class LiveDialectReadTest {

  private static final String SETUP = "{\"setup\":{\"model\":\"models/m\"}}";

  static List<WireMessages.Line> validMessages() {
    return WireMessages.of("client", true);
  }

  static List<WireMessages.Line> invalidMessages() {
    return WireMessages.of("client", false);
  }

  private static LiveDialect started() {
    LiveDialect dialect = new LiveDialect();
    try {
      dialect.read(SETUP);
    } catch (BadMessage e) {
      throw new AssertionError(e);
    }
    return dialect;
  }

  private static LiveDialect readyFor(WireMessages.Line line) {
    return line.message().has("setup") ? new LiveDialect() : started();
  }

  private static List<PeerMessage> read(String message) throws BadMessage {
    return started().read(message);
  }

  @ParameterizedTest
  @MethodSource("validMessages")
  void everyValidMessageIsReadAsTextAndAsBytes(WireMessages.Line line) throws BadMessage {
    List<PeerMessage> asText = readyFor(line).read(line.text());
    List<PeerMessage> asBytes = readyFor(line).read(ByteBuffer.wrap(line.payload()));

    assertThat(asBytes).hasToString(asText.toString());
    assertThat(asText).isNotEmpty();
    if (asText.get(0) instanceof PeerMessage.Turns turns) {
      assertThat(WireMessages.json(turns.json().text()))
          .isEqualTo(line.message().get("clientContent"));
    } else if (asText.get(0) instanceof Start start) {
      assertThat(WireMessages.json(start.setup().text()))
          .isEqualTo(line.message().get("setup"));
    } else if (asText.get(0) instanceof PeerMessage.Context context) {
      assertThat(WireMessages.json(ClientMessageEncoder.encodeRecord(context.update())))
          .isEqualTo(line.message().get("contextUpdate"));
    }
  }

  @ParameterizedTest
  @MethodSource("invalidMessages")
  void everyInvalidMessageIsSurvived(WireMessages.Line line) throws BadMessage {
    LiveDialect dialect = readyFor(line);
    if (line.name().equals("client_second_setup")) {
      dialect = started();
    }
    try {
      dialect.read(line.text());
    } catch (BadMessage told) {
      assertThat(told.getMessage()).isNotBlank().hasSizeLessThan(200);
    }
    assertThat(started().read("{\"realtimeInput\":{\"text\":\"on\"}}")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "content_turns_not_array",
        "rt_audio_wrong_mime",
        "rt_video_wrong_mime",
        "rt_bad_base64",
        "rt_activity_as_bool",
        "tool_response_scalar",
        "tool_response_empty_list",
        "context_update_bare_list",
        "client_second_setup"
      })
  void whatHasTheWrongFormIsRefused(String name) {
    WireMessages.Line line = invalidMessages().stream()
        .filter(message -> message.name().equals(name))
        .findFirst()
        .orElseThrow();

    assertThatThrownBy(() -> read(line.text())).isInstanceOf(BadMessage.class);
  }

  @Test
  void soundInTheServicesFormPassesAsItIs() throws BadMessage {
    String message = "{\"realtimeInput\":{\"audio\":{\"data\":\"AAECAw==\","
        + "\"mimeType\":\"audio/pcm;rate=16000\"}}}";

    assertThat(read(message)).containsExactly(new AudioFrame(message, 4, 16_000, 35));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"realtime_input\":{\"audio\":{\"data\":\"-_8A_w\",\"mime_type\":\"audio/pcm;rate=8000\"}}}|8000",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"+/8A/w==\",\"mimeType\":\"audio/pcm\"}}}|16000",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"+/8A/w==\",\"mimeType\":\"Audio/PCM; Rate=48000\"}}}|48000",
        "{\"realtimeInput\":{\"mediaChunks\":[{\"data\":\"+/8A/w\",\"mimeType\":\"audio/pcm;rate=24000\"},"
            + "{\"data\":\"AAAA\",\"mimeType\":\"image/png\"}]}}|24000"
      })
  void soundInOddFormsIsDecoded(String message, int rate) throws BadMessage {
    List<PeerMessage> read = read(message);

    assertThat(read).hasSize(1);
    Samples samples = (Samples) read.get(0);
    assertThat(samples.rate()).isEqualTo(rate);
    assertThat(Bytes.copyOf(samples.pcm()))
        .isEqualTo(Bytes.wrap(new byte[] {(byte) 0xfb, (byte) 0xff, 0, (byte) 0xff}));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"realtimeInput\":{\"audio\":{\"data\":\"AAAA\",\"mimeType\":\"audio/pcm;rate=16000\"}}}|3 bytes",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"AAA=\",\"mimeType\":\"audio/pcm;rate=0\"}}}|[1, 192000]",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"AAA=\",\"mimeType\":\"audio/pcm;rate=x\"}}}|[1, 192000]",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"AAA=\",\"mimeType\":\"audio/wav\"}}}|audio/pcm",
        "{\"realtimeInput\":{\"audio\":{\"data\":\"AAA=\"}}}|audio/pcm",
        "{\"realtimeInput\":{\"video\":{\"data\":\"AAA=\",\"mimeType\":\"image/a b\"}}}|image/jpeg",
        "{\"realtimeInput\":{\"sound\":1}}|Unknown name \"sound\" at 'realtime_input': Cannot find field.",
        "{\"speech\":{}}|Unknown name \"speech\": Cannot find field.",
        "{\"realtimeInput\":{\"audio\":{\"data\":7}}}|'realtimeInput.audio.data': expected base64",
        "{\"realtimeInput\":{\"text\":7}}|'realtimeInput.text': expected text",
        "{\"realtimeInput\":[]}|'realtimeInput': expected an object",
        "{\"realtimeInput\":{\"text\":\"a\"}}x|one JSON object",
        "{\"realtimeInput\":{\"text\":\"a\"}|one JSON object",
        "{}|exactly one",
        "{\"realtimeInput\":{},\"clientContent\":{}}|exactly one",
        "{\"toolResponse\":{}}|functionResponses",
        "{\"toolResponse\":{\"functionResponses\":[{\"id\":\"1\",\"response\":{}}]}}|name",
        "{\"toolResponse\":{\"functionResponses\":[{\"id\":\"1\",\"name\":\"a\"}]}}|response"
      })
  void whatIsWrongIsTold(String message, String told) {
    assertThatThrownBy(() -> read(message))
        .isInstanceOf(BadMessage.class)
        .hasMessageContaining(told);
  }

  @Test
  void whatIsWrongIsToldWithoutQuotingIt() {
    String secret = "my secret is expected base64";
    for (String message : List.of(
        "{\"" + secret + "\":1}",
        "{\"realtimeInput\":{\"" + secret + "\":1}}",
        "{\"realtimeInput\":{\"text\":[\"" + secret + "\"]}}",
        "{\"contextUpdate\":{\"tools\":{\"tools\":[{\"functionDeclarations\":[{\"parameters\":"
            + "{\"properties\":{\"" + secret + "\":7}}}]}]}}}",
        "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"" + secret + "\",\"data\":\"AAA=\"}}}",
        "{\"toolResponse\":{\"functionResponses\":[{\"name\":\"a\",\"response\":{\"" + secret
            + "\":1e999999999999}}]}}",
        "{\"toolResponse\":{\"functionResponses\":[{\"name\":\"a\",\"all expected secret\":"
            + "1e99999999999}]}}",
        "\"" + secret + "\"",
        secret)) {
      assertThatThrownBy(() -> read(message))
          .isInstanceOf(BadMessage.class)
          .message()
          .doesNotContain("secret")
          .hasSizeLessThan(200);
    }
  }

  @Test
  void setupIsTheFirstMessageAndNoOther() throws BadMessage {
    LiveDialect dialect = new LiveDialect();

    assertThatThrownBy(() -> dialect.read("{\"realtimeInput\":{\"text\":\"hi\"}}"))
        .isInstanceOf(BadMessage.class)
        .hasMessageContaining("first message must be setup");
    assertThatThrownBy(() -> dialect.read("{\"realtimeInput\":{\"audio\":{\"data\":\"AAA=\","
            + "\"mimeType\":\"audio/pcm;rate=16000\"}}}"))
        .isInstanceOf(BadMessage.class);
    assertThat(dialect.read(SETUP)).hasSize(1);
    assertThatThrownBy(() -> dialect.read(SETUP))
        .isInstanceOf(BadMessage.class)
        .hasMessageContaining("sent already");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "{\"setup\":{}}|-|false",
        "{\"setup\":{\"sessionResumption\":{}}}|-|true",
        "{\"setup\":{\"sessionResumption\":null}}|-|false",
        "{\"setup\":{\"sessionResumption\":{\"handle\":\"\"}}}|-|true",
        "{\"setup\":{\"sessionResumption\":{\"handle\":\"t-1\"}}}|t-1|true",
        "{\"setup\":{\"session_resumption\":{\"handle\":\"t-2\"}}}|t-2|true"
      })
  void theTicketIsTheHandle(String message, String ticket, boolean wantsTickets) throws BadMessage {
    Start start = (Start) new LiveDialect().read(message).get(0);

    assertThat(start.ticket()).isEqualTo(ticket);
    assertThat(start.wantsTickets()).isEqualTo(wantsTickets);
  }

  @Test
  void severalMembersAreReadInAnOrderThatKeepsThemTogether() throws BadMessage {
    List<PeerMessage> read = read("{\"realtimeInput\":{\"activityEnd\":{},\"text\":\"t\","
        + "\"video\":{\"mimeType\":\"image/png\",\"data\":\"AAAA\"},"
        + "\"audio\":{\"mimeType\":\"audio/pcm\",\"data\":\"AAA=\"},\"activityStart\":{}}}");

    assertThat(read)
        .extracting(message -> message.getClass().getSimpleName())
        .containsExactly("Activity", "Samples", "Picture", "Text", "Activity");
    assertThat(read(("{\"realtimeInput\":{\"audioStreamEnd\":false,\"text\":\"\"}}")))
        .isEmpty();
  }

  @Test
  void unpairedSurrogatesAndEscapesReachTheService() throws BadMessage {
    List<PeerMessage> read =
        read("{\"realtimeInput\":{\"text\":\"a\\ud83c \\ud83c\\udfb7 \\u0000\"}}");

    assertThat(read).containsExactly(new PeerMessage.Text("a\ud83c \ud83c\udfb7 \u0000"));
  }

  @Test
  void answersComeOneByOneToBeJudgedOneByOne() throws BadMessage {
    String answer = "{\"id\":\"1\",\"name\":\"f\",\"response\":{}}";

    List<PeerMessage> read = read("{\"toolResponse\":{\"functionResponses\":[" + answer + ","
        + answer.replace("1", "2") + "]}}");

    assertThat(read)
        .extracting(message -> ((PeerMessage.Answers) message).responses().size())
        .containsExactly(1, 1);
    assertThat(((PeerMessage.Answers) read.get(1)).responses().get(0).id()).isEqualTo("2");
    assertThatThrownBy(() -> read("{\"toolResponse\":{\"functionResponses\":["
            + (answer + ",").repeat(64) + answer + "]}}"))
        .isInstanceOf(BadMessage.class)
        .hasMessageContaining("1 to 64");
  }

  @Test
  void halfASurrogatePairInANameIsRefusedWhereverItIs() {
    for (String half : List.of("\\ud83c", "\\udfb7", "\ud83c", "a\ud83c,")) {
      String object = "{\"" + half + "\":1}";
      for (String message : List.of(
          "{\"clientContent\":{\"turns\":[{\"parts\":[{\"partMetadata\":" + object + "}]}]}}",
          "{\"clientContent\":{\"turns\":[{\"parts\":[" + object + "]}]}}",
          "{\"toolResponse\":{\"functionResponses\":[{\"name\":\"f\",\"response\":" + object
              + "}]}}",
          "{\"contextUpdate\":{\"systemInstruction\":" + object + "}}",
          "{\"realtimeInput\":" + object + "}")) {
        try {
          started().read(message).forEach(LiveDialectReadTest::readAll);
          readAll(new LiveDialect().read("{\"setup\":" + object + "}").get(0));
        } catch (BadMessage refused) {
          assertThat(refused.getMessage()).doesNotContain("\ud83c");
        }
      }
    }
  }

  /** As hooks do. */
  private static void readAll(PeerMessage message) {
    if (message instanceof PeerMessage.Turns turns) {
      turns.json().value();
    } else if (message instanceof PeerMessage.Answers answers) {
      answers.responses().forEach(answer -> {
        if (answer.response() != null) {
          answer.response().value();
        }
      });
    } else if (message instanceof Start start) {
      start.setup().asObject();
    } else if (message instanceof PeerMessage.Context context) {
      Json.parse(ClientMessageEncoder.encodeRecord(context.update())).value();
    }
  }

  @Test
  void deepNestingIsRefusedBeforeItIsRead() {
    for (String opening : List.of("{\"a\":", "[")) {
      for (int depth : new int[] {PeerJson.MAX_DEPTH + 1, 5_000, 200_000}) {
        assertThatThrownBy(() -> read(opening.repeat(depth)))
            .isInstanceOf(BadMessage.class)
            .hasMessageContaining("nested");
      }
    }
    String schema = "{\"contextUpdate\":{\"tools\":{\"tools\":[{\"functionDeclarations\":"
        + "[{\"name\":\"f\",\"description\":\"d\",\"parameters\":"
        + "{\"items\":".repeat(40_000);
    assertThatThrownBy(() -> read(schema)).isInstanceOf(BadMessage.class);
    assertThatThrownBy(() -> read("{\"realtimeInput\":{\"text\":\"" + "[".repeat(100_000)))
        .isInstanceOf(BadMessage.class)
        .hasMessageContaining("one JSON object");
  }

  @Test
  void manyTinyObjectsAreRefusedBeforeTheyAreRead() throws BadMessage {
    // Three structures are around them.
    String most = "{},".repeat(PeerJson.MAX_STRUCTURES - 4);

    assertThat(read("{\"clientContent\":{\"turns\":[" + most + "{}]}}")).hasSize(1);
    assertThatThrownBy(() -> read("{\"clientContent\":{\"turns\":[{}," + most + "{}]}}"))
        .isInstanceOf(BadMessage.class)
        .hasMessageContaining("10000 objects and arrays");
  }

  @Test
  void hugeNumbersAndBrokenBytesAreRefused() {
    String digits = "9".repeat(100_000);
    for (String number : List.of(digits, "-" + digits, "0." + digits, "1e9999999999", "NaN")) {
      assertThatThrownBy(() -> read("{\"toolResponse\":{\"functionResponses\":[{\"id\":\"1\","
              + "\"name\":\"f\",\"response\":{\"n\":" + number + "}}]}}"))
          .isInstanceOf(BadMessage.class);
    }
    byte[] broken = "{\"realtimeInput\":{\"text\":\"aXb\"}}".getBytes(StandardCharsets.US_ASCII);
    broken[26] = (byte) 0xc3;
    assertThatThrownBy(() -> started().read(ByteBuffer.wrap(broken)))
        .isInstanceOf(BadMessage.class)
        .hasMessageContaining("UTF-8");
    assertThatThrownBy(() -> started().read(ByteBuffer.allocate(0))).isInstanceOf(BadMessage.class);
    assertThatThrownBy(() -> read("  ")).isInstanceOf(BadMessage.class);
  }

  @Test
  void nothingMakesTheReaderThrowAnythingElse() {
    Random random = new Random(11);
    List<byte[]> seeds = new ArrayList<>();
    validMessages().forEach(line -> seeds.add(line.payload()));
    invalidMessages().forEach(line -> seeds.add(line.payload()));
    byte[] noise = "{}[]\":,\\eE-+.0019ntrufals\u0000 ".getBytes(StandardCharsets.ISO_8859_1);
    for (int round = 0; round < 20_000; round++) {
      byte[] message = seeds.get(random.nextInt(seeds.size())).clone();
      for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
        message[random.nextInt(message.length)] = random.nextInt(8) == 0
            ? (byte) random.nextInt(256)
            : noise[random.nextInt(noise.length)];
      }
      LiveDialect dialect = random.nextBoolean() ? new LiveDialect() : started();
      try {
        dialect.read(ByteBuffer.wrap(message)).forEach(LiveDialectReadTest::readAll);
      } catch (BadMessage refused) {
        assertThat(refused.getMessage()).hasSizeLessThan(200);
      } catch (RuntimeException e) {
        fail("round " + round + ": " + new String(message, StandardCharsets.UTF_8), e);
      }
    }
  }

  @Test
  void theSetupIsKeptAsItCame() throws BadMessage {
    Start start = (Start) new LiveDialect()
        .read("{\"setup\":{\"model\":\"m\",\"fromNextYear\":{\"a\":[1]}}}")
        .get(0);

    assertThat(start.setup())
        .isEqualTo(Json.parse("{\"model\":\"m\",\"fromNextYear\":{\"a\":[1]}}"));
    assertThatThrownBy(() -> new LiveDialect().read("{\"setup\":7}"))
        .isInstanceOf(BadMessage.class);
    assertThatThrownBy(
            () -> new LiveDialect().read("{\"setup\":{\"sessionResumption\":{\"handle\":7}}}"))
        .isInstanceOf(BadMessage.class);
  }
}
