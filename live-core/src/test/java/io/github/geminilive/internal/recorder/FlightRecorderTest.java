package io.github.geminilive.internal.recorder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.geminilive.RecordingPolicy;
import io.github.geminilive.internal.codec.AudioEncoder;
import io.github.geminilive.internal.codec.ServerMessageDecoder;
import io.github.geminilive.protocol.ServerMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightRecorderTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final AudioEncoder encoder = new AudioEncoder();
  private long nanos = 5_000_000_000L;
  private boolean hints;
  private FlightRecorder recorder = with(RecordingPolicy.DEFAULT);

  private FlightRecorder with(RecordingPolicy policy) {
    return new FlightRecorder("live-7", "models/gemini-3.8-live", policy, () -> nanos);
  }

  private void after(long millis) {
    nanos += millis * 1_000_000;
  }

  private void up(String json) {
    recorder.sent(1, json.replace('\'', '"'), 0);
  }

  private void down(String json) {
    byte[] bytes = json.replace('\'', '"').getBytes(UTF_8);
    byte[] larger = new byte[bytes.length + 100];
    Arrays.fill(larger, (byte) 'x');
    System.arraycopy(bytes, 0, larger, 0, bytes.length);
    ServerMessage message =
        hints ? new ServerMessageDecoder().decode(larger, 0, bytes.length).message() : null;
    recorder.received(1, larger, bytes.length, message);
  }

  private byte[] speak(int millis, int seed) {
    byte[] pcm = new byte[32 * millis];
    new Random(seed).nextBytes(pcm);
    String frame = encoder.encode("audio/pcm;rate=16000", pcm, 0, pcm.length);
    recorder.sent(1, frame, millis * 1_000_000L);
    return pcm;
  }

  private String text() {
    return String.join("\n", recorder.recording().lines());
  }

  /** The lines behind the header, read. */
  private List<JsonNode> lines() {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : recorder.recording().lines()) {
      lines.add(read(line));
    }
    return lines.subList(1, lines.size());
  }

  private JsonNode only() {
    assertThat(lines()).hasSize(1);
    return lines().get(0);
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }

  private static String crc(String base64) {
    CRC32 crc = new CRC32();
    crc.update(base64.getBytes(UTF_8));
    return hex(crc);
  }

  private static String hex(CRC32 crc) {
    return String.format("%08x", crc.getValue());
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Test
  void beginsWithWhatItIs() {
    JsonNode header = read(recorder.recording().lines().get(0));

    assertThat(header.get("flightRecording").asInt()).isEqualTo(1);
    assertThat(header.get("session").asText()).isEqualTo("live-7");
    assertThat(header.get("model").asText()).isEqualTo("models/gemini-3.8-live");
    assertThat(header.get("showText").asBoolean()).isFalse();
    assertThat(header.get("forgotten").asInt()).isZero();
    assertThat(header.get("start").asText()).contains("T").endsWith("Z");
  }

  @Test
  void aModelThatNamesACredentialDoesNotShowIt() {
    recorder = new FlightRecorder("live-7", "m-k123", RecordingPolicy.DEFAULT, () -> nanos);
    recorder.secret("k123");

    assertThat(read(recorder.recording().lines().get(0)).get("model").asText()).isEqualTo("m-***");
  }

  @Test
  void tellsBothDirectionsAndStatesInOrderWithTheirTimes() {
    after(250);
    up("{'setup':{'model':'models/gemini-3.8-live'}}");
    after(1);
    down("{\n  'setupComplete': {}\n}\n");
    recorder.state(
        2,
        "end",
        Map.of(
            "code",
            1006,
            "by",
            Thread.State.NEW,
            "after",
            Duration.ofMillis(1500),
            "clean",
            false));

    assertThat(lines())
        .containsExactly(
            read("{'t':0.250000,'c':1,'dir':'up','bytes':44,"
                + "'message':{'setup':{'model':'models/gemini-3.8-live'}}}"),
            read("{'t':0.251000,'c':1,'dir':'down','bytes':26,'message':{'setupComplete':{}}}"),
            read("{'t':0.251000,'c':2,'dir':'state','what':'end',"
                + "'facts':{'after':1.5,'by':'NEW','clean':false,'code':1006}}"));
  }

  @Test
  void audioInBothDirectionsStaysAsLengthAndChecksum() {
    byte[] said = speak(20, 1);
    after(1);
    byte[] answered = new byte[4801];
    new Random(2).nextBytes(answered);
    down("{'serverContent':{'modelTurn':{'parts':[{'inlineData':{'mimeType':'audio/pcm;rate=24000',"
        + "'data':'" + base64(answered) + "'}}]},'outputTranscription':{'text':'good'}}}");

    assertThat(lines().get(0).at("/message/realtimeInput/audio"))
        .isEqualTo(read("{'mimeType':'audio/pcm;rate=16000','data':{'bytes':640,'crc32':'"
            + crc(base64(said)) + "'}}"));
    assertThat(lines().get(1).at("/message/serverContent"))
        .isEqualTo(read("{'modelTurn':{'parts':[{'inlineData':{'mimeType':'audio/pcm;rate=24000',"
            + "'data':{'bytes':4801,'crc32':'" + crc(base64(answered)) + "'}}}]},"
            + "'outputTranscription':{'text':'4 characters'}}"));
  }

  @Test
  void aPieceOfAudioTooShortToBeCutIsNotShownEither() {
    speak(1, 1);
    down("{'serverContent':{'modelTurn':{'parts':[{'inlineData':{'mimeType':'audio/pcm',"
        + "'data':'AAAB'"
        + "}}]}}}");

    assertThat(text()).doesNotContain("AAAB");
    assertThat(lines().get(0).at("/message/realtimeInput/audio/data/bytes").asInt())
        .isEqualTo(32);
    assertThat(lines().get(1).at("/message/serverContent/modelTurn/parts/0/inlineData/data"))
        .isEqualTo(read("{'bytes':3,'crc32':'" + crc("AAAB") + "'}"));
  }

  @Test
  void audioIsCutAtItsEndWhetherItsLengthIsKnownOrNot() {
    String one = base64(new byte[1000]);
    String two = base64(new byte[4801]);
    String text = "so it is ".repeat(30);
    for (String members : List.of(
        "'data':'" + one + "','mimeType':'audio/pcm'}},{'inlineData':{'data':'" + two + "'",
        "'data':'" + two + "'}},{'inlineData':{'data':'" + two + "'",
        "'data':'" + two.replace("=", "") + "'}},{'text':'" + text + "'},{'inlineData':{",
        "'data':'" + two.replace("=", "\\u003d") + "'},'thought':true},{'inlineData':{",
        "'data':'" + "A-B_".repeat(400) + "'}},{'text':'\\\"'},{'inlineData':{")) {
      String message =
          "{'serverContent':{'modelTurn':{'parts':[{'inlineData':{" + members + "}}]}}}";
      hints = true;
      recorder = with(RecordingPolicy.DEFAULT);
      down(message);
      JsonNode hinted = only().get("message");
      hints = false;
      recorder = with(RecordingPolicy.DEFAULT);
      down(message);

      assertThat(only().get("message")).isEqualTo(hinted);
      assertThat(hinted.findValue("bytes").asInt()).isIn(1000, 4801, 1200);
    }
  }

  @Test
  void paddingMayBeEscaped() {
    String base64 = base64(new byte[1000]);
    assertThat(base64).endsWith("==");
    down("{'inlineData':{'data':'" + base64.replace("=", "\\u003d") + "'}}");
    down("{'inlineData':{'data':'AA\\u003d\\u003D'}}");

    assertThat(lines().get(0).findValue("bytes").asInt()).isPositive();
    assertThat(lines().get(0).at("/message/inlineData/data/bytes").asInt()).isEqualTo(1000);
    assertThat(lines().get(1).at("/message/inlineData/data/bytes").asInt()).isEqualTo(1);
  }

  @Test
  void audioThatNothingComesInBetweenOfMakesOneEntryForASecond() {
    CRC32 crc = new CRC32();
    CRC32 rest = new CRC32();
    for (int i = 0; i < 60; i++) {
      byte[] pcm = speak(20, i);
      (i < 50 ? crc : rest).update(base64(pcm).getBytes(UTF_8));
      after(20);
    }

    assertThat(lines()).hasSize(2);
    JsonNode first = lines().get(0);
    assertThat(first.get("messages").asInt()).isEqualTo(50);
    assertThat(first.get("t").asDouble()).isZero();
    assertThat(first.get("until").asDouble()).isEqualTo(0.98);
    assertThat(first.at("/message/realtimeInput/audio/data"))
        .isEqualTo(read("{'bytes':32000,'crc32':'" + hex(crc) + "'}"));
    JsonNode second = lines().get(1);
    assertThat(second.get("messages").asInt()).isEqualTo(10);
    assertThat(second.at("/message/realtimeInput/audio/data/bytes").asInt()).isEqualTo(6_400);
    assertThat(second.findValue("crc32").asText()).isEqualTo(hex(rest));
  }

  @Test
  void audioIsNotJoinedAcrossMessagesRatesOrConnections() {
    speak(20, 1);
    down("{'serverContent':{}}");
    speak(20, 2);
    recorder.sent(1, encoder.encode("audio/pcm;rate=8000", new byte[320], 0, 320), 20_000_000);
    recorder.sent(2, encoder.encode("audio/pcm;rate=8000", new byte[320], 0, 320), 20_000_000);
    recorder.sent(2, encoder.encode("audio/pcm;rate=8000", new byte[320], 0, 320), 20_000_000);

    assertThat(lines())
        .extracting(line -> line.path("messages").asInt())
        .containsExactly(1, 0, 1, 1, 2);
    assertThat(lines().get(3).at("/message/realtimeInput/audio/mimeType").asText())
        .isEqualTo("audio/pcm;rate=8000");
  }

  @Test
  void whatPeopleAndToolsSayIsTheirLengthOrType() {
    up("{'clientContent':{'turns':[{'role':'user','parts':[{'text':'my salary is 12'}]}],"
        + "'turnComplete':true}}");
    up("{'setup':{'systemInstruction':{'parts':[{'text':'be kind'}]},'labels':{'team':'blue'},"
        + "'tools':[{'functionDeclarations':[{'name':'book','description':'books it',"
        + "'parameters':{'type':'OBJECT','properties':{'city':{'type':'STRING','enum':['Rome'],"
        + "'default':'Oslo'}},'required':['city']}}]}]}}");
    down("{'toolCall':{'functionCalls':[{'id':'fc_1','name':'book','args':{'city':'Rome','n':42,"
        + "'far':true,'none':null,'id':'x','list':[{'name':'Bob'}]}}]}}");
    up("{'toolResponse':{'functionResponses':[{'id':'fc_1','name':'book','scheduling':'SILENT',"
        + "'response':{'status':'paid'}}]}}");

    assertThat(lines())
        .extracting(line -> line.get("message").toString())
        .containsExactly(
            read("{'clientContent':{'turns':[{'role':'user','parts':[{'text':'15 characters'}]}],"
                    + "'turnComplete':true}}")
                .toString(),
            read("{'setup':{'systemInstruction':{'parts':[{'text':'7 characters'}]},"
                    + "'labels':{'team':'4 characters'},'tools':[{"
                    + "'functionDeclarations':[{'name':'book',"
                    + "'description':'8 characters','parameters':"
                    + "{'type':'OBJECT','properties':{'city':"
                    + "{'type':'STRING','enum':['4 characters'],'default':'4 characters'}},"
                    + "'required':['city']}}]}]}}")
                .toString(),
            read("{'toolCall':{'functionCalls':[{'id':'fc_1','name':'book','args':{"
                    + "'city':'4 characters','n':'number','far':'boolean','none':null,"
                    + "'id':'1 characters',"
                    + "'list':[{'name':'3 characters'}]}}]}}")
                .toString(),
            read("{'toolResponse':{'functionResponses':[{'id':'fc_1','name':'book',"
                    + "'scheduling':'SILENT','response':{'status':'4 characters'}}]}}")
                .toString());
  }

  @Test
  void whatStandsInPlaceOfAWordOfTheProtocolIsNotShown() {
    down("{'my salary is 12':1,'role':'zażółć','n':" + "1".repeat(41) + ",'m':" + "1".repeat(40)
        + ",'x':NaN,'id':'" + "i".repeat(201) + "'}");

    assertThat(only().get("message"))
        .isEqualTo(read("{'15 characters':1,'role':'6 characters','n':'number','m':"
            + "1".repeat(40) + ",'x':'number','id':'201 characters'}"));
  }

  @Test
  void whiteSpaceBetweenMembersIsNotKept() {
    recorder = with(RecordingPolicy.builder().bytes(1024).build());
    down("{" + "\n  ".repeat(500) + "'n' : 1 }");

    assertThat(only().get("message")).isEqualTo(read("{'n':1}"));
    assertThat(only().get("bytes").asInt()).isEqualTo(1510);
  }

  @Test
  void handlesMayLookLikeMedia() {
    for (int length : new int[] {300, 600}) {
      recorder = with(RecordingPolicy.DEFAULT);
      hints = true;
      String audio = base64(new byte[219]);
      down("{'sessionResumptionUpdate':{'newHandle':'" + "a".repeat(length) + "','resumable':true},"
          + "'serverContent':{'modelTurn':{'parts':[{'inlineData':{'data':'" + audio + "'}}]}}}");
      down("{'sessionResumptionUpdate':{'newHandle':'" + "b".repeat(length)
          + "','resumable':true}}");
      up("{'setup':{'sessionResumption':{'handle':'" + "a".repeat(length) + "'}}}");

      assertThat(lines().get(0).findValue("newHandle").asText()).isEqualTo("handle-1");
      assertThat(lines().get(0).findValue("bytes")).isNotNull();
      assertThat(lines().get(1).findValue("newHandle").asText()).isEqualTo("handle-2");
      assertThat(lines().get(2).findValue("handle").asText()).isEqualTo("handle-1");
    }
  }

  @Test
  void whatAToolCallsAHandleIsNone() {
    recorder = with(RecordingPolicy.builder().showText(true).build());
    down("{'toolCall':{'functionCalls':[{'args':{'handle':'@ada'}}]}}");

    assertThat(only().findValue("handle").asText()).isEqualTo("@ada");
  }

  @Test
  void textIsShownWhereTheApplicationAllowsIt() {
    recorder = with(RecordingPolicy.builder().showText(true).build());
    String long600 = "so ".repeat(200);
    up("{'realtimeInput':{'text':'" + long600 + "'}}");
    down("{'toolCall':{'functionCalls':[{'args':{'n':42,'far':true,'city':'Rome','password':'p1'}}]"
        + "}}");

    assertThat(lines().get(0).at("/message/realtimeInput/text").asText()).isEqualTo(long600);
    assertThat(lines().get(1).at("/message/toolCall/functionCalls/0/args"))
        .isEqualTo(read("{'n':42,'far':true,'city':'Rome','password':'***'}"));
  }

  @Test
  void handlesGetOtherNamesThatStayTheSame() {
    down("{'sessionResumptionUpdate':{'newHandle':'7c2b-secret-one','resumable':true}}");
    down("{'sessionResumptionUpdate':{'new_handle':'7c2b-secret-two','resumable':true}}");
    down("{'sessionResumptionUpdate':{'newHandle':'','resumable':false}}");
    up("{'setup':{'sessionResumption':{'handle':'7c2b-secret-one'}}}");
    down("{'error':{'code':404,'message':'7c2b-secret-two is not found','status':'NOT_FOUND'}}");
    recorder.state(1, "end", Map.of("reason", "no session 7c2b-secret-one"));
    recorder.state(1, "end", Map.of("reason", "7c2b-secret-two"));

    assertThat(text()).doesNotContain("7c2b");
    assertThat(lines().get(0).findValue("newHandle").asText()).isEqualTo("handle-1");
    assertThat(lines().get(1).findValue("new_handle").asText()).isEqualTo("handle-2");
    assertThat(lines().get(2).findValue("newHandle").asText()).isEmpty();
    assertThat(lines().get(3).findValue("handle").asText()).isEqualTo("handle-1");
    assertThat(lines().get(4).findValue("message").findValue("message").asText())
        .isEqualTo("handle-2 is not found");
    assertThat(lines().get(5).findValue("reason").asText()).isEqualTo("no session handle-1");
    assertThat(lines().get(6).findValue("reason").asText()).isEqualTo("handle-2");
  }

  @Test
  void credentialsAreNowhere() {
    recorder = with(RecordingPolicy.builder().showText(true).build());
    recorder.secret("k-1-2-3");
    up("{'realtimeInput':{'text':'my key is k-1-2-3, yes','k-1-2-3':1}}");
    down("{'toolCall':{'functionCalls':[{'name':'k-1-2-3','args':{'k-1-2-3':'k-1-2-3'}}]}}");
    up("{'setup':{'tools':[{'mcpServers':[{'name':'m','streamableHttpTransport':{'headers':"
        + "{'X-Auth':'t0ps3cret'}}}]}],'model':'m?key=AIzaSyA1234567890'}}");
    down("{'setupComplete':{'voiceConsentSignature':{'signature':'bWluZQ=='}}}");
    recorder.state(1, "refused", Map.of("reason", "k-1-2-3 is not valid"));

    assertThat(text())
        .doesNotContain("k-1-2-3")
        .doesNotContain("t0ps3cret")
        .doesNotContain("AIza")
        .doesNotContain("bWluZQ")
        .contains("my key is ***, yes");
  }

  @Test
  void theOldestOfTooManyCredentialsIsForgottenFirst() {
    recorder = with(RecordingPolicy.builder().showText(true).build());
    for (int i = 10; i < 42; i++) {
      recorder.secret("cred-" + i);
    }
    recorder.secret("cred-10");
    recorder.secret("cred-42");
    up("{'a':{'text':'cred-10 cred-11 cred-12 cred-13 cred-42'}}");

    assertThat(lines().get(0).findValue("text").asText()).isEqualTo("*** cred-11 *** *** ***");
  }

  @Test
  void whatIsNoJsonIsItsSize() {
    down("upstream connect error: said 'nothing'");
    down("{'a':1} {'b':'secret'}");
    down("{'a':");
    recorder.received(1, new byte[] {'"', (byte) 0xFF, '"'}, 3, null);
    down("{'a':".repeat(300) + "1" + "}".repeat(300));
    down("{'text':'never ends");

    assertThat(lines())
        .extracting(line -> line.path("unreadable").asInt())
        .containsExactly(38, 22, 5, 3, 1801, 19);
    assertThat(text()).doesNotContain("secret", "never", "message");
  }

  @Test
  void anEmptyMessageIsNothing() {
    recorder.received(1, new byte[0], 0, null);

    assertThat(lines()).isEmpty();
  }

  @Test
  void textsWithEscapesAndForeignLettersStayWhole() {
    recorder = with(RecordingPolicy.builder().showText(true).build());
    String said =
        "one \\\" two  \\\"quoted\\\\\\\" \\u00e9 zażółć 漢字 😀 \\ud83d " + "ż".repeat(200);
    down("{'text':'" + said + "'}");
    up("{'text':'" + said + "'}");

    JsonNode expected = read("{'text':'" + said + "'}");
    assertThat(lines().get(0).get("message")).isEqualTo(expected);
    assertThat(lines().get(1).get("message")).isEqualTo(expected);
  }

  @Test
  void aMessageThatWouldPushOutAllOthersIsItsSize() {
    recorder = with(RecordingPolicy.builder().bytes(4096).build());
    int fixed = "{\"text\":\"\"}".length();
    int most = 4096 / 4 - 4 - 17 - fixed;

    up("{'text':'" + "a ".repeat(most).substring(0, most) + "'}");
    up("{'text':'" + "a ".repeat(most).substring(0, most + 1) + "'}");
    down("{'text':'" + "a ".repeat(most) + "'}");

    assertThat(lines())
        .extracting(line -> line.path("tooLarge").asInt())
        .containsExactly(0, most + 1 + fixed, 2 * most + fixed);
  }

  @Test
  void oneEntryMoreThanAllowedPushesOutTheOldest() {
    recorder = with(RecordingPolicy.builder().entries(3).build());

    down("{'n':1}");
    down("{'n':2}");
    assertThat(lines()).hasSize(2);
    down("{'n':3}");
    assertThat(lines()).extracting(line -> line.findValue("n").asInt()).containsExactly(1, 2, 3);
    down("{'n':4}");
    assertThat(lines()).extracting(line -> line.findValue("n").asInt()).containsExactly(2, 3, 4);
    assertThat(read(recorder.recording().lines().get(0)).get("forgotten").asInt())
        .isEqualTo(1);
  }

  @Test
  void oneByteMoreThanAllowedPushesOutTheOldest() {
    int entry = 4 + 17 + 147;
    for (int spare = -1; spare <= 1; spare++) {
      recorder = with(RecordingPolicy.builder().bytes(8 * entry + spare).build());
      for (int i = 100; i < 108; i++) {
        down("{'n':" + i + ",'s':'" + " ".repeat(131) + "'}");
      }

      assertThat(lines()).hasSize(spare < 0 ? 7 : 8);
      assertThat(lines().get(0).findValue("n").asInt()).isEqualTo(spare < 0 ? 101 : 100);
    }
  }

  @Test
  void neverTakesMoreThanAllowedAndLittleForLittle() {
    RecordingPolicy policy =
        RecordingPolicy.builder().bytes(10_000).entries(5_000).build();
    recorder = with(policy);
    Random random = new Random(5);

    assertThat(recorder.size()).isZero();
    down("{'n':1}");
    assertThat(recorder.size()).isLessThan(5_000);
    for (int i = 0; i < 5_000; i++) {
      switch (random.nextInt(4)) {
        case 0 -> speak(20, i);
        case 1 -> down("{'s':'" + "s ".repeat(random.nextInt(2_000)) + "'}");
        case 2 -> recorder.state(1, "open", Map.of("n", i));
        default -> up("{'n':" + i + "}");
      }
      assertThat(recorder.size()).isLessThanOrEqualTo(10_000);
    }
    assertThat(lines()).isNotEmpty();
  }

  @Test
  void aRecordingIsOfItsMoment() {
    down("{'n':1}");
    speak(20, 1);
    var before = recorder.recording();

    speak(20, 1);
    down("{'n':2}");

    assertThat(before.lines()).hasSize(3);
    assertThat(read(before.lines().get(2)).get("messages").asInt()).isEqualTo(1);
    assertThat(lines()).hasSize(3);
  }

  @Test
  void switchedOffItKeepsNothing(@TempDir Path directory) throws IOException {
    recorder = with(RecordingPolicy.OFF.toBuilder().directory(directory).build());

    speak(20, 1);
    down("{'n':1}");
    recorder.state(1, "open", Map.of());
    recorder.trouble("lost", Runnable::run, e -> {
      throw new AssertionError(e);
    });

    assertThat(recorder.recording().lines()).isEmpty();
    assertThat(recorder.size()).isZero();
    assertThat(filesIn(directory)).isEmpty();
  }

  private static List<Path> filesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted(Comparator.comparing(Path::toString)).toList();
    }
  }

  @Test
  void troubleWritesAFileOfItsOwnUpToTen(@TempDir Path parent) throws IOException {
    Path directory = parent.resolve("made").resolve("here");
    recorder = with(RecordingPolicy.builder().directory(directory).build());
    List<Runnable> tasks = new ArrayList<>();

    for (int i = 0; i < 12; i++) {
      down("{'n':" + i + "}");
      recorder.trouble("no answer", tasks::add, e -> {
        throw new AssertionError(e);
      });
    }
    assertThat(directory).doesNotExist();
    tasks.forEach(Runnable::run);

    List<Path> files = filesIn(directory);
    assertThat(files).hasSize(10);
    assertThat(files)
        .allMatch(file -> file.getFileName().toString().startsWith("live-7-")
            && file.toString().endsWith(".jsonl"));
    Path first =
        files.stream().filter(f -> f.toString().endsWith("-1.jsonl")).findAny().orElseThrow();
    List<String> lines = Files.readAllLines(first);
    assertThat(lines).hasSize(3);
    assertThat(read(lines.get(2)).findValue("why").asText()).isEqualTo("no answer");
  }

  @Test
  void aFileThatCannotBeWrittenIsTold(@TempDir Path parent) throws IOException {
    Path notADirectory = Files.writeString(parent.resolve("file"), "taken");
    recorder = with(RecordingPolicy.builder().directory(notADirectory).build());
    List<Throwable> failures = new ArrayList<>();

    recorder.trouble("no answer", Runnable::run, failures::add);
    recorder.trouble(
        "no answer",
        task -> {
          throw new RejectedExecutionException();
        },
        failures::add);

    assertThat(failures).hasSize(2);
    assertThat(failures.get(0)).isInstanceOf(IOException.class);
    assertThat(failures.get(1)).isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void withoutADirectoryTroubleIsOnlyNoted() {
    recorder.trouble(
        "no answer",
        task -> {
          throw new AssertionError("nothing is to be written");
        },
        e -> {
          throw new AssertionError(e);
        });

    assertThat(only().at("/facts/why").asText()).isEqualTo("no answer");
  }

  @Test
  void anyNumberOfThreadsMayUseItAtOnce() throws InterruptedException {
    recorder = with(RecordingPolicy.builder().bytes(20_000).entries(200).build());
    AtomicBoolean failed = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int kind = t;
      threads.add(new Thread(() -> {
        AudioEncoder own = new AudioEncoder();
        for (int i = 0; i < 2_000; i++) {
          switch (kind) {
            case 0 ->
              recorder.sent(1, own.encode("audio/pcm;rate=16000", new byte[640], 0, 640), 1);
            case 1 -> down("{'n':" + i + "}");
            case 2 -> recorder.state(1, "n", Map.of("n", i));
            default -> {
              if (i % 100 == 0) {
                lines();
              }
            }
          }
        }
      }));
    }
    threads.forEach(thread -> thread.setUncaughtExceptionHandler((t, e) -> failed.set(true)));
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(failed).isFalse();
    assertThat(lines()).hasSize(200);
  }
}
