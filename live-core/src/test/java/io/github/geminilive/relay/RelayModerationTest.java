package io.github.geminilive.relay;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Tool;
import io.github.geminilive.testkit.Persona;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What observers see, and what moderators let pass. */
class RelayModerationTest {

  private static final CompletionStage<RelayVerdict> PASS = completedFuture(RelayVerdict.pass());

  private final RelayRig rig = new RelayRig(
      Persona.builder()
          .onText("secret")
          .say("Forbidden is what I would have to say about that, and then some more words.")
          .onText("light")
          .call("set_light", Map.of("level", 40))
          .thenSay(answer -> "It is " + answer.path("state").asText("unknown") + ".")
          .onText("apologise")
          .say("I am sorry.")
          .onText("goodbye")
          .say("This call ends now.")
          .otherwise()
          .say("I heard you.")
          .build(),
      server -> server,
      config -> config.declare(Tool.functions(
          FunctionDeclaration.builder("set_light", "sets the light").build())));
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final List<RelayVerdict> verdicts = new CopyOnWriteArrayList<>();
  private final List<RelayEnd> ends = new CopyOnWriteArrayList<>();
  private final RelayObserver observer = new RelayObserver() {
    @Override
    public void onMessage(RelaySession session, RelayMessage message) {
      log.add("sees " + show(message));
    }

    @Override
    public void onModerated(RelaySession session, RelayMessage message, RelayVerdict verdict) {
      verdicts.add(verdict);
      log.add("told of " + show(message));
    }

    @Override
    public void onEnded(RelaySession session, RelayEnd end) {
      ends.add(end);
    }
  };

  @AfterEach
  void end() {
    rig.close();
  }

  private static String show(RelayMessage message) {
    if (message instanceof RelayMessage.Text text) {
      return text.direction() + " " + text.text();
    } else if (message instanceof RelayMessage.Transcript said) {
      return said.speaker() + " " + said.text();
    }
    return message.toString();
  }

  private LiveRelay relay(UnaryOperator<LiveRelay.Builder> change) {
    return rig.relay(builder -> change.apply(builder.observe(observer)));
  }

  private LiveRelay moderated(Function<RelayMessage, CompletionStage<RelayVerdict>> judge) {
    return relay(builder -> builder.moderate((session, message) -> judge.apply(message)));
  }

  /** Judges what users write. */
  private LiveRelay texts(Function<String, RelayVerdict> judge) {
    return moderated(message -> message instanceof RelayMessage.Text text
        ? completedFuture(judge.apply(text.text()))
        : PASS);
  }

  /** Judges what the model says, as soon as the sentence holds a word. */
  private static RelayModerator words(String word, RelayVerdict verdict) {
    return (session, message) -> message instanceof RelayMessage.Transcript said
            && said.speaker() == RelayMessage.Speaker.MODEL
            && said.sentence().contains(word)
        ? completedFuture(verdict)
        : PASS;
  }

  private boolean asked(String text) {
    return rig.server.receivedTexts().stream().anyMatch(received -> received.contains(text));
  }

  // What users write.

  @Test
  void aTextThatMayNotPassIsDroppedAndTheConversationGoesOn() {
    LiveRelay relay =
        texts(text -> text.contains("bad") ? RelayVerdict.drop() : RelayVerdict.pass());
    TestPeer peer = rig.started(relay, "ann");

    peer.text("something bad");
    rig.talk(peer, "something good");

    assertThat(asked("something good")).isTrue();
    assertThat(asked("bad")).isFalse();
    assertThat(verdicts).containsExactly(RelayVerdict.drop());
    assertThat(relay.metrics().moderated()).isEqualTo(1);
  }

  @Test
  void otherWordsTakeThePlaceOfAText() {
    TestPeer peer =
        rig.started(texts(text -> RelayVerdict.replace(text.replace("4711", "****"))), "ann");

    rig.talk(peer, "my number is 4711");

    assertThat(asked("my number is ****")).isTrue();
    assertThat(asked("4711")).isFalse();
  }

  @Test
  void theModelSaysSomethingElseInPlaceOfAnAnswer() {
    TestPeer peer = rig.started(texts(text -> RelayVerdict.sayInstead("Please apologise.")), "ann");

    rig.talk(peer, "something bad");

    assertThat(peer.said("model").strip()).isEqualTo("I am sorry.");
    assertThat(asked("something bad")).isFalse();
  }

  @Test
  void aModeratorEndsAConversationInWriting() {
    TestPeer peer = rig.started(texts(text -> RelayVerdict.end("insults end the call")), "ann");

    peer.text("something bad");
    rig.until(() -> peer.closeCode() != 0 && !ends.isEmpty());

    assertThat(peer.closeCode()).isEqualTo(1008);
    assertThat(peer.closeReason()).isEqualTo("insults end the call");
    assertThat(peer.messages("end").get(0)).containsEntry("mayReturn", false);
    assertThat(ends)
        .containsExactly(new RelayEnd(RelayEnd.Kind.MODERATED, 1008, "insults end the call"));
    assertThat(asked("something bad")).isFalse();
  }

  @Test
  void aModeratorEndsAConversationOnceTheModelHasSaidWhy() {
    TestPeer peer = rig.started(
        texts(text -> RelayVerdict.endSaying("insults end the call", "Say goodbye.")), "ann");

    peer.text("something bad");
    peer.text("and something worse");
    rig.until(() -> peer.closeCode() != 0);

    assertThat(peer.said("model").strip()).isEqualTo("This call ends now.");
    assertThat(peer.heard()).isNotEmpty();
    assertThat(peer.closeCode()).isEqualTo(1008);
    assertThat(peer.closeReason()).isEqualTo("insults end the call");
    assertThat(asked("worse")).isFalse();
  }

  @Test
  void turnsOfAnOfficialClientAreTextsToo() {
    LiveRelay relay =
        texts(text -> text.contains("bad") ? RelayVerdict.drop() : RelayVerdict.pass());
    TestPeer peer = TestPeer.live(relay, "ann");
    peer.say("{\"setup\":{}}");
    rig.until(() -> !peer.messages().isEmpty());

    for (String text : List.of("bad", "good")) {
      peer.say("{\"clientContent\":{\"turns\":[{\"role\":\"user\",\"parts\":[{\"text\":\"" + text
          + "\"}]}],\"turnComplete\":true}}");
    }
    rig.until(
        () -> peer.messages().stream().anyMatch(sent -> sent.text().contains("turnComplete")));

    assertThat(rig.server.receivedMessages().toString()).contains("good").doesNotContain("bad");
  }

  // What the model says.

  @Test
  void whatIsRefusedIsNeverHeardIfSpeechIsHeldBackLongEnough() {
    LiveRelay relay = relay(builder ->
        builder.moderate(words("Forbidden", RelayVerdict.drop())).holdBack(Duration.ofSeconds(1)));
    TestPeer peer = rig.started(relay, "ann");

    peer.text("tell me the secret");
    rig.until(() -> !verdicts.isEmpty() && !peer.messages("turnEnd").isEmpty());
    rig.time.advance(Duration.ofSeconds(10));
    peer.passThrough();

    assertThat(peer.heard()).isEmpty();
    assertThat(peer.said("model")).isEmpty();
    rig.talk(peer, "hello");
    assertThat(peer.said("model").strip()).isEqualTo("I heard you.");
    assertThat(peer.heard()).isNotEmpty();
  }

  @Test
  void withoutHoldingBackSomeIsHeardBeforeItsWordsAreKnown() {
    CompletableFuture<RelayVerdict> verdict = new CompletableFuture<>();
    LiveRelay relay = moderated(message -> message instanceof RelayMessage.Transcript said
            && said.speaker() == RelayMessage.Speaker.MODEL
            && said.sentence().contains("would have")
        ? verdict
        : PASS);
    TestPeer peer = rig.started(relay, "ann");

    peer.text("tell me the secret");
    rig.until(() -> peer.heard().length > 0 && verdict.getNumberOfDependents() > 0);
    verdict.complete(RelayVerdict.drop());
    rig.until(() -> !peer.messages("interrupted").isEmpty());
    byte[] heard = peer.heard();
    assertThat(heard).isNotEmpty();
    rig.time.advance(Duration.ofSeconds(10));

    assertThat(peer.heard()).as("nothing more of the turn").isEqualTo(heard);
    assertThat(peer.messages("interrupted").get(0)).containsEntry("by", "application");
    assertThat(peer.said("model")).doesNotContain("would have").doesNotContain("more words");
  }

  @Test
  void otherWordsAreShownThanWereSaid() {
    LiveRelay relay = moderated(message -> message instanceof RelayMessage.Transcript said
            && said.speaker() == RelayMessage.Speaker.MODEL
        ? completedFuture(RelayVerdict.replace(said.text().replace("heard", "h***d")))
        : PASS);
    TestPeer peer = rig.started(relay, "ann");

    rig.talk(peer, "hello");

    assertThat(peer.said("model").strip()).isEqualTo("I h***d you.");
    assertThat(peer.heard()).isNotEmpty();
  }

  @Test
  void theModelSaysSomethingElseInPlaceOfWhatIsRefused() {
    LiveRelay relay = relay(builder -> builder
        .moderate(words("Forbidden", RelayVerdict.sayInstead("Please apologise.")))
        .holdBack(Duration.ofSeconds(1)));
    TestPeer peer = rig.started(relay, "ann");

    peer.text("tell me the secret");
    rig.until(() -> peer.said("model").contains("sorry"));

    assertThat(peer.said("model")).doesNotContain("Forbidden");
  }

  @Test
  void whatTheModelSaysEndsTheConversation() {
    LiveRelay relay = relay(builder -> builder
        .moderate(words("Forbidden", RelayVerdict.end("that was not for you")))
        .holdBack(Duration.ofSeconds(1)));
    TestPeer peer = rig.started(relay, "ann");

    peer.text("tell me the secret");
    rig.until(() -> peer.closeCode() != 0);

    assertThat(peer.closeReason()).isEqualTo("that was not for you");
    assertThat(peer.heard()).isEmpty();
    assertThat(peer.said("model")).isEmpty();
  }

  @Test
  void holdingBackDelaysAllThatTheModelSaysByThatTime() {
    LiveRelay relay = relay(builder -> builder.holdBack(Duration.ofSeconds(2)));
    TestPeer peer = rig.started(relay, "ann");
    Duration before = rig.time.elapsed();
    peer.text("hello");

    rig.until(() -> !peer.said("model").isEmpty() || peer.heard().length > 0);
    assertThat(rig.time.elapsed().minus(before)).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    rig.until(() -> !peer.messages("turnEnd").isEmpty());

    assertThat(peer.said("model").strip()).isEqualTo("I heard you.");
    assertThat(peer.heard()).isNotEmpty();
  }

  // Sound.

  @Test
  void soundIsShownToThoseWhoWantItOnlyAndMayBeDropped() {
    List<RelayMessage.Audio> heard = new CopyOnWriteArrayList<>();
    LiveRelay relay = relay(builder -> builder.moderate(new RelayModerator() {
      @Override
      public CompletionStage<RelayVerdict> judge(RelaySession session, RelayMessage message) {
        if (message instanceof RelayMessage.Audio audio) {
          heard.add(audio);
          return completedFuture(RelayVerdict.drop());
        }
        return PASS;
      }

      @Override
      public boolean wantsAudio() {
        return true;
      }
    }));
    TestPeer peer = rig.started(relay, "ann");

    peer.say(new byte[640]);
    rig.talk(peer, "hello");

    assertThat(heard.get(0).direction()).isEqualTo(RelayMessage.Direction.UP);
    assertThat(heard.get(0).chunk().samples()).isEqualTo(320);
    assertThat(heard).anyMatch(audio -> audio.direction() == RelayMessage.Direction.DOWN);
    assertThat(rig.server.receivedAudio()).isEmpty();
    assertThat(peer.heard()).isEmpty();
    assertThat(log).noneMatch(line -> line.startsWith("sees Audio"));
  }

  // Tools.

  @Test
  void aCallThatThePeerMayNotSeeIsAnsweredInItsPlace() {
    LiveRelay relay = moderated(message ->
        message instanceof RelayMessage.ToolCall ? completedFuture(RelayVerdict.drop()) : PASS);
    TestPeer peer = rig.started(relay, "ann");

    rig.talk(peer, "light, please");

    assertThat(peer.messages("toolCall")).isEmpty();
    assertThat(rig.server.receivedToolResponses().toString()).contains("not permitted");
  }

  @Test
  void anAnswerThatMayNotPassIsReplacedByARefusal() {
    LiveRelay relay = moderated(message ->
        message instanceof RelayMessage.ToolResult ? completedFuture(RelayVerdict.drop()) : PASS);
    TestPeer peer = rig.started(relay, "ann");
    peer.text("light, please");
    rig.until(() -> !peer.messages("toolCall").isEmpty());

    smuggle(peer);
    rig.until(() -> !rig.server.receivedToolResponses().isEmpty());

    assertThat(rig.server.receivedToolResponses().toString())
        .contains("not permitted")
        .doesNotContain("smuggled");
  }

  private static void smuggle(TestPeer peer) {
    peer.say(Json.of(Map.of(
            "type",
            "toolResult",
            "id",
            String.valueOf(peer.messages("toolCall").get(0).get("id")),
            "name",
            "set_light",
            "result",
            Map.of("state", "smuggled")))
        .text());
  }

  @Test
  void whereTheModelIsToSaySomethingElseItsCallIsAnsweredAllTheSame() {
    LiveRelay relay = moderated(message -> message instanceof RelayMessage.ToolResult
        ? completedFuture(RelayVerdict.sayInstead("Please apologise."))
        : PASS);
    TestPeer peer = rig.started(relay, "ann");
    peer.text("light, please");
    rig.until(() -> !peer.messages("toolCall").isEmpty());

    smuggle(peer);
    rig.until(() -> peer.said("model").contains("I am sorry."));

    assertThat(rig.server.receivedToolResponses().toString())
        .contains("not permitted")
        .doesNotContain("smuggled");
  }

  // Order, and what goes wrong.

  @Test
  void allObserversSeeAMessageBeforeTheModeratorsAreAskedInTheOrderOfBeingAdded() {
    LiveRelay relay = relay(builder -> builder
        .moderate((session, message) -> {
          log.add("first judges " + show(message));
          return PASS;
        })
        .observe(new RelayObserver() {
          @Override
          public void onMessage(RelaySession session, RelayMessage message) {
            log.add("second sees " + show(message));
          }
        })
        .moderate((session, message) -> {
          log.add("second judges " + show(message));
          return completedFuture(RelayVerdict.drop());
        })
        .moderate((session, message) -> {
          log.add("third judges " + show(message));
          return PASS;
        }));
    TestPeer peer = rig.started(relay, "ann");

    peer.text("one");
    peer.text("two");
    rig.until(() -> log.contains("told of UP two"));

    assertThat(log)
        .containsExactly(
            "sees UP one",
            "second sees UP one",
            "first judges UP one",
            "second judges UP one",
            "told of UP one",
            "sees UP two",
            "second sees UP two",
            "first judges UP two",
            "second judges UP two",
            "told of UP two");
  }

  /** How a moderator fails. */
  enum Failure {
    THROWS,
    FAILS,
    COMPLETES_WITH_NULL
  }

  @ParameterizedTest
  @EnumSource(Failure.class)
  void whatWasNotJudgedDoesNotPass(Failure failure) {
    LiveRelay relay = moderated(message -> {
      if (!(message instanceof RelayMessage.Text text) || !text.text().contains("bad")) {
        return PASS;
      }
      switch (failure) {
        case THROWS:
          throw new IllegalStateException("broken");
        case FAILS:
          return CompletableFuture.failedFuture(new IllegalStateException("broken"));
        default:
          return new CompletableFuture<RelayVerdict>()
              .completeOnTimeout(null, 1, TimeUnit.MILLISECONDS);
      }
    });
    TestPeer peer = rig.started(relay, "ann");

    peer.text("something bad");
    rig.talk(peer, "something good");

    assertThat(asked("bad")).isFalse();
    assertThat(asked("something good")).isTrue();
    assertThat(verdicts).containsExactly(RelayVerdict.drop());
  }

  @Test
  void aModeratorThatHangsHoldsUpItsMessagesForTenSeconds() {
    CompletableFuture<RelayVerdict> never = new CompletableFuture<>();
    LiveRelay relay = moderated(message ->
        message instanceof RelayMessage.Text text && text.text().contains("bad") ? never : PASS);
    TestPeer peer = rig.started(relay, "ann");
    TestPeer other = rig.started(relay, "bob");

    CompletionStage<?> bad = peer.text("something bad");
    CompletionStage<?> good = peer.text("something good");
    rig.until(() -> log.contains("sees UP something bad"));
    rig.time.advance(Duration.ofMillis(9_900));
    rig.talk(other, "hello");
    rig.until(good.toCompletableFuture()::isDone);

    rig.until(() -> !peer.messages("turnEnd").isEmpty());
    assertThat(bad.toCompletableFuture()).isDone();
    assertThat(asked("bad")).isFalse();
    assertThat(verdicts).containsExactly(RelayVerdict.drop());
    never.complete(RelayVerdict.pass());
    rig.talk(peer, "once more");
    assertThat(asked("bad")).isFalse();
  }

  @Test
  void anObserverThatThrowsChangesNothing() {
    LiveRelay relay = rig.relay(builder -> builder
        .observe(new RelayObserver() {
          @Override
          public void onStarted(RelaySession session) {
            throw new IllegalStateException("broken");
          }

          @Override
          public void onMessage(RelaySession session, RelayMessage message) {
            throw new AssertionError("broken");
          }
        })
        .observe(observer));
    TestPeer peer = rig.started(relay, "ann");

    rig.talk(peer, "hello");

    assertThat(peer.said("model").strip()).isEqualTo("I heard you.");
    assertThat(log).contains("sees UP hello");
  }

  @Test
  void aVerdictThatComesAfterTheEndChangesNothing() {
    CompletableFuture<RelayVerdict> late = new CompletableFuture<>();
    LiveRelay relay = moderated(message -> late);
    TestPeer peer = rig.started(relay, "ann");
    peer.text("hello");
    rig.until(() -> log.contains("sees UP hello"));
    peer.leave(1000);
    rig.until(() -> !ends.isEmpty());

    late.complete(RelayVerdict.end("too late"));

    rig.talk(rig.started(rig.relay(builder -> builder), "bob"), "still there");
    assertThat(ends).hasSize(1);
    assertThat(verdicts).isEmpty();
  }
}
