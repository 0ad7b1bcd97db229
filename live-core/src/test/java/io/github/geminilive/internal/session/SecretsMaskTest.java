package io.github.geminilive.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the other side says is shown without secrets and not at length. */
class SecretsMaskTest {

  @Test
  void aKnownSecretIsMaskedWhereverItStands() {
    assertThat(Secrets.mask("the key s3cr3t, again:s3cr3t.", "s3cr3t"))
        .isEqualTo("the key ***, again:***.");
  }

  @Test
  void severalSecretsAreMasked() {
    assertThat(Secrets.mask("key-1 and handle-2", "key-1", null, "", "handle-2"))
        .isEqualTo("*** and ***");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
          GET /ws?key=s3cr3t&x=1                | GET /ws?key=***&x=1
          GET /ws?access_token=s3cr3t           | GET /ws?access_token=***
          KEY=s3cr3t is wrong                   | KEY=*** is wrong
          auth_tokens/s3cr3t is used up         | auth_tokens/*** is used up
          Authorization: Bearer ya29.s3cr3t-x_y | Authorization: Bearer ***
          Authorization: Token auth_tokens/s3cr | Authorization: Token ***
          Token validation failed               | Token validation failed
          {"newHandle" : "s3cr3t", "a": "b"}    | {"newHandle" : "***", "a": "b"}
          {"new_handle":"s3cr3t"}               | {"new_handle":"***"}
          {"sessionResumption":{"handle":"s3cr3 | {"sessionResumption":{"handle":"***
          the key AIzaSyA0123456789 is wrong    | the key *** is wrong
          """)
  void unknownSecretsAreKnownByTheirForm(String said, String shown) {
    assertThat(Secrets.mask(said)).isEqualTo(shown);
  }

  @Test
  void ordinaryTextStays() {
    String text = "models/x is not found for API version v1beta, or is not supported";

    assertThat(Secrets.mask(text, "s3cr3t")).isEqualTo(text);
  }

  @Test
  void nothingReadsAsEmpty() {
    assertThat(Secrets.mask(null, "s3cr3t")).isEmpty();
  }

  @Test
  void longTextIsCutAfterThreeHundredCharacters() {
    assertThat(Secrets.mask("x".repeat(300))).hasSize(300);
    assertThat(Secrets.mask("x".repeat(301))).isEqualTo("x".repeat(300) + "…");
  }

  @Test
  void theCutLeavesNoHalfSecretBehind() {
    assertThat(Secrets.mask("x".repeat(295) + "s3cr3t-s3cr3t", "s3cr3t-s3cr3t"))
        .isEqualTo("x".repeat(295) + "***");
  }

  @Test
  void theEndOfASecretThatTheServiceCutIsMasked() {
    // Close reasons end after 123 bytes, wherever that is.
    assertThat(Secrets.mask("the key s3cr3t-0123", "s3cr3t-0123456789")).isEqualTo("the key ***");
  }
}
