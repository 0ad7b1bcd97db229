package io.github.geminilive.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SecretRecordsTest {

  private static final String SECRET = "s3cr3t";

  static Stream<Object> recordsWithASecret() {
    SessionResumptionConfig resumption =
        SessionResumptionConfig.builder().handle(SECRET).build();
    StreamableHttpTransport transport = StreamableHttpTransport.builder("https://mcp.example.com")
        .headers(Map.of("Authorization", SECRET))
        .build();
    return Stream.of(
        resumption,
        ClientMessage.of(Setup.builder("models/m").sessionResumption(resumption).build()),
        new SessionResumptionUpdate(SECRET, true, null, Map.of()),
        VoiceConsentSignature.builder(SECRET).build(),
        McpServer.builder("m").streamableHttpTransport(transport).build(),
        ParallelAiSearch.builder().apiKey(SECRET).build(),
        ExaAiSearch.builder().apiKey(SECRET).build(),
        GoogleMaps.builder().authConfig(Json.of(Map.of("key", SECRET))).build(),
        Retrieval.builder().externalApi(Json.of(Map.of("key", SECRET))).build(),
        Bytes.wrap(SECRET.getBytes()),
        Part.text("x").toBuilder()
            .thoughtSignature(Bytes.wrap(SECRET.getBytes()))
            .build());
  }

  @ParameterizedTest
  @MethodSource("recordsWithASecret")
  void noSecretIsPrinted(Object record) {
    assertThat(record.toString()).doesNotContain(SECRET).doesNotContain("czNjcjN0");
  }
}
