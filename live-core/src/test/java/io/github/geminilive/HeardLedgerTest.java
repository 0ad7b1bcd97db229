package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the user has heard of a turn, by the positions that playback reports. */
class HeardLedgerTest {

  private static final long ONE = 100_000_000;

  /** Transcripts in the message of the audio they belong to, as on the Developer API. */
  private static LiveTurn withTranscriptsBesideAudio(Talk talk) {
    talk.content(Talk.audioPart(100) + ",'outputTranscription':{'text':'One'}");
    talk.content(Talk.audioPart(100) + ",'outputTranscription':{'text':' two'}");
    talk.content(Talk.audioPart(100) + ",'outputTranscription':{'text':' three'}");
    return interrupted(talk);
  }

  /** Transcripts in messages of their own, ahead of the audio, as on Vertex AI. */
  private static LiveTurn withTranscriptsAheadOfAudio(Talk talk) {
    talk.content("'outputTranscription':{'text':'One'}").audio(100, 1);
    talk.content("'outputTranscription':{'text':' two'}").audio(100, 1);
    talk.content("'outputTranscription':{'text':' three'}");
    talk.content("'outputTranscription':{'finished':true}").audio(100, 1);
    return interrupted(talk);
  }

  private static LiveTurn interrupted(Talk talk) {
    talk.content("'interrupted':true").turnComplete();
    return talk.await(LiveEvent.TurnEnded.class).turn();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0           | ''            | One two three",
        "1           | One           | ' two three'",
        "99999999    | One           | ' two three'",
        "100000000   | One           | ' two three'",
        "100000001   | One two       | ' three'",
        "199999999   | One two       | ' three'",
        "200000000   | One two       | ' three'",
        "200000001   | One two three | ''",
        "99900000000 | One two three | ''"
      })
  void aPieceIsHeardOncePlaybackWentBeyondItsPosition(long nanos, String heard, String unheard) {
    try (Talk talk = Talk.open();
        Talk vertex = Talk.with().vertex().open()) {
      LiveTurn beside = withTranscriptsBesideAudio(talk);
      LiveTurn ahead = withTranscriptsAheadOfAudio(vertex);

      beside.reportHeard(Duration.ofNanos(nanos));
      ahead.reportHeard(Duration.ofNanos(nanos));

      assertThat(beside.heardText()).isEqualTo(heard);
      assertThat(beside.unheardText()).isEqualTo(unheard);
      assertThat(ahead.heardText()).isEqualTo(heard);
      assertThat(ahead.unheardText()).isEqualTo(unheard);
      assertThat(beside.heard()).isEqualTo(Duration.ofNanos(nanos));
    }
  }

  @Test
  void transcriptsTellThePositionTheyAreTiedTo() {
    try (Talk talk = Talk.open()) {
      talk.content(Talk.audioPart(100) + ",'outputTranscription':{'text':'a'}");
      talk.content(Talk.audioPart(100) + ",'outputTranscription':{'text':'b'}");
      talk.content("'outputTranscription':{'text':'c'}");

      assertThat(talk.await(LiveEvent.OutputTranscript.class).offset()).isZero();
      assertThat(talk.await(LiveEvent.OutputTranscript.class).offset()).hasMillis(100);
      assertThat(talk.await(LiveEvent.OutputTranscript.class).offset()).hasMillis(200);
    }
  }

  @Test
  void allCountsAsHeardWhenNobodyReports() {
    try (Talk talk = Talk.open()) {
      LiveTurn turn = withTranscriptsBesideAudio(talk);

      assertThat(turn.heard()).isNull();
      assertThat(turn.heardText()).isEqualTo("One two three");
      assertThat(turn.unheardText()).isEmpty();
    }
  }

  @Test
  void onlyTheFarthestReportCounts() {
    try (Talk talk = Talk.open()) {
      LiveTurn turn = withTranscriptsBesideAudio(talk);

      turn.reportHeard(Duration.ofNanos(ONE + 1));
      turn.reportHeard(Duration.ofNanos(1));
      turn.reportHeard(Duration.ZERO);

      assertThat(turn.heard()).isEqualTo(Duration.ofNanos(ONE + 1));
      assertThat(turn.heardText()).isEqualTo("One two");
    }
  }

  @Test
  void reportsCountAfterTheTurnAndTheSessionEnded() {
    LiveTurn turn;
    try (Talk talk = Talk.open()) {
      turn = withTranscriptsBesideAudio(talk);
      turn.reportHeard(Duration.ofNanos(1));
      assertThat(turn.unheardText()).isEqualTo(" two three");
    }

    turn.reportHeard(Duration.ofNanos(2 * ONE + 1));

    assertThat(turn.unheardText()).isEmpty();
  }

  @Test
  void wordsThatArriveAfterTheCutAreNotHeardUnlessTheirAudioWas() {
    try (Talk talk = Talk.open()) {
      talk.content(Talk.audioPart(100) + ",'outputTranscription':{'text':'One'}");
      talk.content("'interrupted':true");
      talk.content("'outputTranscription':{'text':' never'}").turnComplete();
      LiveTurn turn = talk.await(LiveEvent.TurnEnded.class).turn();

      turn.reportHeard(Duration.ofNanos(ONE));

      assertThat(turn.heardText()).isEqualTo("One");
      assertThat(turn.unheardText()).isEqualTo(" never");
    }
  }

  @Test
  void aPositionBeforeTheStartIsRefused() {
    try (Talk talk = Talk.open()) {
      LiveTurn turn = withTranscriptsBesideAudio(talk);

      assertThatThrownBy(() -> turn.reportHeard(Duration.ofNanos(-1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must not be negative");
      assertThat(turn.heard()).isNull();
    }
  }
}
