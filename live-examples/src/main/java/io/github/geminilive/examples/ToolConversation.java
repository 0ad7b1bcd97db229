package io.github.geminilive.examples;

import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveListener;
import io.github.geminilive.LiveModel;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveStream;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.examples.voice.Failures;
import io.github.geminilive.examples.voice.Screen;
import io.github.geminilive.examples.voice.Service;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.tools.Approval;
import io.github.geminilive.tools.LiveTools;
import io.github.geminilive.tools.ToolInterceptor;
import io.github.geminilive.tools.ToolInvocation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A conversation in which the model works at a {@link TravelDesk}: it looks up trains, has prices
 * compared while it goes on talking, books when a person allows it, and follows a train. {@code
 * ToolConversation --deny} lets that person refuse, {@code --declarations} prints what the model is
 * told about the tools.
 *
 * <p>Google answers where {@code GOOGLE_API_KEY} is set; otherwise a simulated service plays its
 * part by a script. Exit codes: as {@link VoiceConversation}.
 */
public final class ToolConversation {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String USAGE = "ToolConversation [--deny | --declarations]";

  private final Screen screen = new Screen();
  private final boolean allow;

  private ToolConversation(boolean allow) {
    this.allow = allow;
  }

  /**
   * Runs the program.
   *
   * @param args nothing or one option
   */
  public static void main(String[] args) throws InterruptedException {
    List<String> options = List.of(args);
    if (options.size() > 1 || !Set.of("--deny", "--declarations").containsAll(options)) {
      System.exit(Failures.report("usage", USAGE, Failures.USAGE));
    }
    ToolConversation program = new ToolConversation(options.isEmpty());
    if (options.contains("--declarations")) {
      System.out.println(program.tools().declarationsJson());
      return;
    }
    try {
      program.converse();
    } catch (TimeoutException | RuntimeException e) {
      System.exit(Failures.report("ToolConversation", e));
    }
  }

  private LiveTools tools() {
    return LiveTools.builder()
        .add(new TravelDesk())
        .intercept(ToolInterceptor.forTools(
            Set.of("book_seats"), ToolInterceptor.approval(this::askPerson)))
        .build();
  }

  /** A real program shows a dialogue; the call waits for the answer, as long as it takes. */
  private CompletionStage<Approval> askPerson(ToolInvocation call) {
    screen.line("   (may it? %s %s)", call.name(), call.arguments());
    Approval decision = allow ? Approval.granted() : Approval.denied("The traveller said no.");
    return CompletableFuture.supplyAsync(
        () -> decision, CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS));
  }

  private void converse() throws InterruptedException, TimeoutException {
    try (Service service = Service.fromEnvironment(clerk());
        LiveSession session = LiveClient.connect(
            service.config(LiveModel.GEMINI_3_8_LIVE.id()).tools(tools()).build());
        LiveStream<LiveTurn> turns = session.turns()) {
      screen.line("Talking to %s", service.name());
      session.subscribe(new Calls());
      for (String words : List.of(
          "Which trains go from Lisbon to Porto on 3 April 2027? We are Ana and Rui.",
          "What does the first one cost?",
          "Book two seats, please.",
          "Tell me where the train is.")) {
        screen.line("%6s: %s", "you", words);
        session.sendText(words);
        LiveTurn turn = turns
            .poll(PATIENCE)
            .orElseThrow(
                () -> new TimeoutException("no answer within " + PATIENCE.toSeconds() + " s"));
        screen.line("%6s: %s", "model", turn.outputTranscript().strip());
      }
    }
  }

  /** Shows what the tools do. */
  private final class Calls implements LiveListener {

    @Override
    public void onEvent(LiveEvent event) {
      if (event instanceof LiveEvent.ToolCalled called) {
        FunctionCall call = called.call();
        screen.line("%s", "   (calls " + call.name() + " " + call.args() + ")");
      } else if (event instanceof LiveEvent.ToolAnswered answered) {
        screen.line("   (%s: %s)", answered.name(), answered.status());
      }
    }
  }

  /** What the simulated service says. */
  private static Persona clerk() {
    Map<String, Object> trip = Map.of(
        "from", "Lisbon", "to", "Porto", "day", "2027-04-03", "travellers", List.of("Ana", "Rui"));
    return Persona.builder()
        .onText("which trains")
        .call("find_trains", Map.of("trip", trip))
        .thenSay(result -> "The first one is "
            + result.at("/output/0/number").asText()
            + " at "
            + result.at("/output/0/departure").asText()
            + ".")
        .onText("cost")
        .call("compare_prices", Map.of("train", "IC 521"))
        .say("I am asking around.")
        .thenSay(result -> " It costs " + result.at("/output").asText() + " euros.")
        .onText("book")
        .call("book_seats", Map.of("train", "IC 521", "seats", 2))
        .thenSay(result -> result.has("error")
            ? "Then I will not book it."
            : result.path("output").asText())
        .onText("where")
        .call("follow_train", Map.of("train", "IC 521"))
        .thenSay(result -> "It has arrived.")
        .otherwise()
        .say("I can help you to travel by train.")
        .build();
  }
}
