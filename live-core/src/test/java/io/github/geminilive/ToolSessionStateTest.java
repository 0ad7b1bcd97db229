package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.testkit.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What a session keeps for the application, and the limits of its tools. */
class ToolSessionStateTest {

  private static final String CALL =
      "{'toolCall':{'functionCalls':[{'id':'c1','name':'look','args':{}}]}}";

  private interface Account {
    String owner();
  }

  private record User(String owner) implements Account {}

  private record Guest(String owner) implements Account {}

  @Test
  void theLatestInstanceIsFound() {
    try (Talk talk = Talk.open()) {
      LiveSession session = talk.session;
      assertThat(session.attachment(Object.class)).isEmpty();

      session.attach(new User("Ada"));
      session.attach(new Guest("Bob"));

      assertThat(session.attachment(User.class)).contains(new User("Ada"));
      assertThat(session.attachment(Account.class)).contains(new Guest("Bob"));
      assertThat(session.attachment(String.class)).isEmpty();
      assertThat(session.attachment(int.class)).isEmpty();
    }
  }

  @Test
  void anObjectTakesThePlaceOfOneOfItsClassAndIsTheLatestThen() {
    try (Talk talk = Talk.open()) {
      LiveSession session = talk.session;
      session.attach(new User("Ada"));
      session.attach(new Guest("Bob"));

      session.attach(new User("Eve"));

      assertThat(session.attachment(User.class)).contains(new User("Eve"));
      assertThat(session.attachment(Account.class)).contains(new User("Eve"));
      assertThat(session.attachment(Guest.class)).contains(new Guest("Bob"));
    }
  }

  @Test
  void theConfigurationsStateIsThereBeforeTheFirstCall() {
    CompletableFuture<Optional<Account>> seen = new CompletableFuture<>();
    ToolSet tools =
        ToolSet.of(FunctionDeclaration.builder("look", "looks").build(), (args, context) -> {
          seen.complete(context.attachment(Account.class));
          return "ok";
        });
    Talk.Setting setting = Talk.with()
        .config(config -> config.attach(new User("Ada")).tools(tools))
        .scenario(Scenario.create().acceptSetup().send(CALL.replace('\'', '"')));

    try (Talk talk = setting.open()) {
      assertThat(Talk.get(seen)).contains(new User("Ada"));
      assertThat(talk.session.attachment(User.class)).contains(new User("Ada"));
    }
  }

  @Test
  void whatIsAttachedToASessionStaysItsOwn() {
    try (Talk talk = Talk.open(config -> config.attach(new User("Ada")))) {
      talk.session.attach(new User("Eve"));

      assertThat(talk.session.config().attachments()).containsExactly(new User("Ada"));
    }
  }

  @Test
  void aConfigurationKeepsOneOfAClassInOrder() {
    LiveConfig config = LiveConfig.builder("gemini-3.8-live")
        .attach(new User("Ada"))
        .attach(new Guest("Bob"))
        .attach(new User("Eve"))
        .build();

    assertThat(config.attachments()).containsExactly(new Guest("Bob"), new User("Eve"));
    assertThat(config.toBuilder().attach(new Guest("Kim")).build().attachments())
        .containsExactly(new User("Eve"), new Guest("Kim"));
    assertThat(config.attachments()).containsExactly(new Guest("Bob"), new User("Eve"));
  }

  @Test
  void whatIsAttachedIsNotShown() {
    User secret = new User("SECRET");
    try (Talk talk = Talk.open(config -> config.attach(secret))) {
      talk.session.attach(new Guest("SECRET"));

      assertThat(talk.session.toString()).doesNotContain("SECRET");
      assertThat(talk.session.config().toString()).doesNotContain("SECRET");
    }
  }

  @Test
  void nullIsNoState() {
    try (Talk talk = Talk.open()) {
      assertThatThrownBy(() -> talk.session.attach(null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("state");
      assertThatThrownBy(() -> talk.session.attachment(null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("type");
      assertThatThrownBy(() -> LiveConfig.builder("gemini-3.8-live").attach(null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("state");
    }
  }

  @Test
  void nothingIsLostWhenManyThreadsAttach() throws Exception {
    List<Object> states = List.of("text", 1, 2L, 3.0, 'c', true, (short) 4, (byte) 5);
    try (Talk talk = Talk.open()) {
      CountDownLatch start = new CountDownLatch(1);
      List<Thread> threads = new ArrayList<>();
      for (Object state : states) {
        Thread thread = new Thread(() -> {
          try {
            start.await();
          } catch (InterruptedException e) {
            return;
          }
          for (int i = 0; i < 500; i++) {
            talk.session.attach(state);
          }
        });
        thread.start();
        threads.add(thread);
      }
      start.countDown();
      for (Thread thread : threads) {
        thread.join();
      }

      for (Object state : states) {
        assertThat(talk.session.attachment(state.getClass()).isPresent())
            .as("%s", state)
            .isTrue();
      }
    }
  }

  @Test
  void theLimitsOfToolsHaveDefaultsAndAreKept() {
    LiveConfig plain = LiveConfig.builder("gemini-3.8-live").build();
    LiveConfig changed =
        plain.toBuilder().toolCallsPerTurn(0).toolResultLimit(1).build();

    assertThat(plain.toolCallsPerTurn()).isEqualTo(64);
    assertThat(plain.toolResultLimit()).isEqualTo(262_144);
    assertThat(changed.toolCallsPerTurn()).isZero();
    assertThat(changed.toolResultLimit()).isOne();
    assertThat(changed.toBuilder().build().toolCallsPerTurn()).isZero();
    assertThat(changed.toBuilder().build().toolResultLimit()).isOne();
  }

  @Test
  void limitsThatAreNoneAreRefused() {
    LiveConfig.Builder config = LiveConfig.builder("gemini-3.8-live");

    assertThatThrownBy(() -> config.toolCallsPerTurn(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("toolCallsPerTurn must not be negative: -1");
    assertThatThrownBy(() -> config.toolResultLimit(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("toolResultLimit must be at least 1: 0");
  }

  @Test
  void replacedToolSetsLeaveWhatElseIsConfigured() {
    ToolSet one = ToolSet.of(FunctionDeclaration.builder("one", "1").build(), (a, c) -> 1);
    ToolSet two = ToolSet.of(FunctionDeclaration.builder("two", "2").build(), (a, c) -> 2);
    LiveConfig.Builder config = LiveConfig.builder("gemini-3.8-live").tools(one);

    assertThat(config.replaceTools(two).build().toolSets()).containsExactly(two);
    assertThatThrownBy(() -> config.replaceTools(one, one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there are two tools named \"one\"; rename one of them");
    assertThat(config.build().toolSets()).containsExactly(two);
    assertThat(config.tools(one).build().toolSets()).containsExactly(two, one);
    assertThat(config.replaceTools().build().toolSets()).isEmpty();
  }
}
