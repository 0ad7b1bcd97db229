package io.github.geminilive.internal.session;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.Endpoint.Backend;
import io.github.geminilive.InForce;
import io.github.geminilive.LiveModel;
import io.github.geminilive.internal.codec.ClientMessageEncoder;
import io.github.geminilive.internal.profile.ModelProfile;
import io.github.geminilive.internal.session.Notes.Note;
import io.github.geminilive.internal.session.Notes.Outgoing;
import io.github.geminilive.internal.session.Notes.Taken;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class NotesTest {

  private static final ModelProfile LIVE_3_8 =
      ModelProfile.of(LiveModel.GEMINI_3_8_LIVE, Backend.DEVELOPER);
  private static final ModelProfile LIVE_3_1 =
      ModelProfile.of(LiveModel.GEMINI_3_1_FLASH_LIVE_PREVIEW, Backend.DEVELOPER);

  private final Notes waiting = new Notes(LIVE_3_8);
  private final Notes instructing = new Notes(LIVE_3_1);

  @Test
  void whatHasGatheredGoesOutInOneMessage() {
    CompletableFuture<InForce> first = new CompletableFuture<>();
    CompletableFuture<InForce> second = new CompletableFuture<>();

    assertThat(waiting.add("It rains.", false, first)).isEqualTo(Taken.WAITS);
    assertThat(waiting.add("The user is Ann.", true, second)).isEqualTo(Taken.WAITS);
    Outgoing outgoing = requireNonNull(waiting.take());

    assertThat(ClientMessageEncoder.encode(outgoing.message()))
        .isEqualTo("{\"clientContent\":{\"turns\":[{\"role\":\"user\",\"parts\":["
            + "{\"text\":\"It rains.\"},{\"text\":\"The user is Ann.\"}]}],"
            + "\"turnComplete\":false}}");
    assertThat(outgoing.notes())
        .containsExactly(
            new Note("It rains.", false, first), new Note("The user is Ann.", true, second));
    assertThat(waiting.take()).isNull();
    assertThat(first).isNotDone();
  }

  @Test
  void whatDidNotLeaveWaitsAgainBeforeWhatCameSince() {
    tell(waiting, "one", "two");
    Outgoing outgoing = requireNonNull(waiting.take());
    tell(waiting, "three");

    waiting.putBack(outgoing);

    assertThat(waiting.waitingChars()).isEqualTo(11);
    assertThat(texts(requireNonNull(waiting.take()))).containsExactly("one", "two", "three");
  }

  @Test
  void onlySoMuchMayWait() {
    String most = "x".repeat(Notes.MAX_CHARS - 1);

    assertThat(tell(waiting, most)).isEqualTo(Taken.WAITS);
    assertThat(tell(waiting, "ab")).isEqualTo(Taken.FULL);
    assertThat(tell(waiting, "a")).isEqualTo(Taken.WAITS);
    assertThat(tell(waiting, "a")).isEqualTo(Taken.FULL);
    assertThat(texts(requireNonNull(waiting.take()))).containsExactly(most, "a");
    assertThat(tell(waiting, "ab")).isEqualTo(Taken.WAITS);
  }

  @Test
  void aFactThatFindsNoRoomIsNotRemembered() {
    tell(waiting, "x".repeat(Notes.MAX_CHARS));

    assertThat(remember(waiting, "fact")).isEqualTo(Taken.FULL);
    assertThat(waiting.remembered()).isEmpty();
  }

  @Test
  void factsAreForTheInstructionsOfEveryNextConnection() {
    tell(waiting, "told");
    remember(waiting, "one");
    remember(waiting, "two");
    waiting.take();

    assertThat(waiting.remembered()).containsExactly("one", "two");
    assertThat(waiting.instructions()).containsExactly("one", "two");
    waiting.onConnected();
    assertThat(waiting.instructions()).containsExactly("one", "two");
  }

  @Test
  void aFactToldAgainCountsAsTheNewest() {
    remember(waiting, "one");
    remember(waiting, "two");
    remember(waiting, "one");

    assertThat(waiting.remembered()).containsExactly("two", "one");
  }

  @Test
  void aFactToldAgainTakesNoMoreRoom() {
    String half = "x".repeat(Notes.MAX_CHARS / 2);
    remember(waiting, "one");
    for (int i = 0; i < 3; i++) {
      remember(waiting, half);
      waiting.take();
    }

    assertThat(waiting.remembered()).containsExactly("one", half);
  }

  @Test
  void theOldestFactsAreForgottenFirst() {
    String half = "x".repeat(Notes.MAX_CHARS / 2);
    remember(waiting, "a" + half.substring(1));
    waiting.take();
    remember(waiting, "b" + half.substring(1));
    waiting.take();
    assertThat(waiting.remembered()).hasSize(2);

    remember(waiting, "c");

    assertThat(waiting.remembered()).containsExactly("b" + half.substring(1), "c");
  }

  @Test
  void factsOfAnotherSessionComeFirst() {
    waiting.restore(List.of("one", "two"));
    remember(waiting, "three");

    assertThat(waiting.remembered()).containsExactly("one", "two", "three");
    // The service knows what was told in the other session.
    assertThat(texts(requireNonNull(waiting.take()))).containsExactly("three");
  }

  @Test
  void whereTheModelTakesNothingSilentlyTheInstructionsHoldIt() {
    assertThat(tell(instructing, "told")).isEqualTo(Taken.NEXT_CONNECTION);
    assertThat(remember(instructing, "fact")).isEqualTo(Taken.NEXT_CONNECTION);

    assertThat(instructing.take()).isNull();
    assertThat(instructing.instructions()).containsExactly("fact", "told");
    assertThat(instructing.remembered()).containsExactly("fact");
    // Instructions belong to a connection: the one after the next needs them again.
    instructing.onConnected();
    assertThat(instructing.instructions()).containsExactly("fact", "told");
  }

  @Test
  void whatIsNotInForceYetIsRefusedRatherThanForgotten() {
    String most = "x".repeat(Notes.MAX_CHARS - 4);

    assertThat(tell(instructing, most)).isEqualTo(Taken.NEXT_CONNECTION);
    assertThat(remember(instructing, "fact")).isEqualTo(Taken.NEXT_CONNECTION);
    assertThat(tell(instructing, "a")).isEqualTo(Taken.FULL);
    assertThat(instructing.instructions()).containsExactly("fact", most);
  }

  @Test
  void whatWasInForceIsForgottenForWhatIsNew() {
    String most = "x".repeat(Notes.MAX_CHARS);
    tell(instructing, most);
    instructing.onConnected();

    assertThat(tell(instructing, "new")).isEqualTo(Taken.NEXT_CONNECTION);
    assertThat(instructing.instructions()).containsExactly("new");
  }

  @Test
  void whatWaitsAtTheEndIsHandedBack() {
    CompletableFuture<InForce> future = new CompletableFuture<>();
    waiting.add("told", false, future);

    assertThat(waiting.drain()).containsExactly(future);
    assertThat(waiting.take()).isNull();
    assertThat(waiting.drain()).isEmpty();
  }

  private static Taken tell(Notes notes, String... texts) {
    Taken taken = Taken.FULL;
    for (String text : texts) {
      taken = notes.add(text, false, new CompletableFuture<>());
    }
    return taken;
  }

  private static Taken remember(Notes notes, String fact) {
    return notes.add(fact, true, new CompletableFuture<>());
  }

  private static List<String> texts(Outgoing outgoing) {
    return outgoing.notes().stream().map(Note::text).toList();
  }
}
