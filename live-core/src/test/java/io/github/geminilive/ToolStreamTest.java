package io.github.geminilive;

import static io.github.geminilive.Calls.assertNothingSent;
import static io.github.geminilive.Calls.calls;
import static io.github.geminilive.Calls.cancellation;
import static io.github.geminilive.Calls.declaration;
import static io.github.geminilive.Calls.look;
import static io.github.geminilive.Calls.lookOn;
import static io.github.geminilive.Calls.response;
import static io.github.geminilive.Calls.with;
import static io.github.geminilive.Calls.withNonBlocking;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.LiveEvent.Warning;
import io.github.geminilive.protocol.Blob;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionResponsePart;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.testkit.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Results that come in several items. */
class ToolStreamTest {

  private static final String END =
      "{'id':'c1','name':'look','response':{},'willContinue':false,'scheduling':'SILENT'}";

  /** A publisher in the hands of a test; it keeps to its contract as far as the test does. */
  private static final class Source implements Flow.Publisher<Object>, Flow.Subscription {
    final AtomicLong demand = new AtomicLong();
    final AtomicLong mostDemand = new AtomicLong();
    final AtomicInteger requests = new AtomicInteger();
    final CountDownLatch cancelled = new CountDownLatch(1);
    final CompletableFuture<Flow.Subscriber<? super Object>> subscriber = new CompletableFuture<>();

    @Override
    public void subscribe(Flow.Subscriber<? super Object> to) {
      subscriber.complete(to);
      to.onSubscribe(this);
    }

    @Override
    public void request(long n) {
      mostDemand.accumulateAndGet(demand.addAndGet(n), Math::max);
      requests.incrementAndGet();
    }

    @Override
    public void cancel() {
      cancelled.countDown();
    }

    /** Gives an item once it is asked for. */
    void give(Object item) {
      Talk.awaitTrue(() -> demand.get() > 0, "an item is asked for");
      demand.decrementAndGet();
      Talk.get(subscriber).onNext(item);
    }

    void end() {
      Talk.get(subscriber).onComplete();
    }

    void fail(Throwable why) {
      Talk.get(subscriber).onError(why);
    }
  }

  private static String item(String output) {
    return "{'id':'c1','name':'look','response':{'output':" + output + "},'willContinue':true}";
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
  }

  // Item by item.

  @Test
  void theItemsOfAStreamAreSentOneByOneAndThenAnEnd() {
    AtomicBoolean closed = new AtomicBoolean();
    try (Talk talk =
        withNonBlocking((args, context) -> Stream.of("a", 2).onClose(() -> closed.set(true)))) {
      talk.hear(calls("c1"));

      assertThat(response(talk)).isEqualTo(Talk.json(item("'a'")));
      assertThat(response(talk)).isEqualTo(Talk.json(item("2")));
      assertThat(response(talk)).isEqualTo(Talk.json(END));
      assertThat(closed).isTrue();
      List<LiveEvent> events = talk.until(LiveEvent.ToolAnswered.class);
      assertThat(((LiveEvent.ToolAnswered) events.get(events.size() - 1)).status())
          .isEqualTo("ok");
      assertThat(Talk.kinds(talk.settled())).doesNotContain("ToolAnswered");
      assertNothingSent(talk);
    }
  }

  @Test
  void theItemsOfAPublisherAreAskedForOneByOne() throws Exception {
    Source source = new Source();
    try (Talk talk = withNonBlocking((args, context) -> source)) {
      talk.hear(calls("c1"));
      for (int i = 0; i < 5; i++) {
        source.give(i);
        assertThat(response(talk)).isEqualTo(Talk.json(item(String.valueOf(i))));
      }
      source.end();

      assertThat(response(talk)).isEqualTo(Talk.json(END));
      assertThat(source.mostDemand).hasValue(1);
    }
  }

  @Test
  void theNextItemIsAskedForWhenTheSocketTookTheOneBefore() {
    String large = "x".repeat(250_000);
    Source source = new Source();
    int many = 200;
    Thread giver = new Thread(() -> {
      for (int i = 0; i < many; i++) {
        while (source.demand.get() == 0) {
          Thread.onSpinWait();
        }
        source.demand.decrementAndGet();
        Talk.get(source.subscriber).onNext(large);
      }
      source.end();
    });
    giver.setDaemon(true);
    try (Talk talk = withNonBlocking((args, context) -> source)) {
      talk.hear(calls("c1"));
      talk.await(LiveEvent.ToolCalled.class);
      talk.service.stall();
      giver.start();
      Talk.awaitTrue(() -> talk.session.metrics().queuedBytes() == 0, "nothing waits");
      AtomicInteger seen = new AtomicInteger(-1);
      AtomicInteger same = new AtomicInteger();
      Talk.awaitTrue(
          () -> {
            int now = source.requests.get();
            return now > 1 && now == seen.getAndSet(now)
                ? same.incrementAndGet() > 400
                : same.getAndSet(0) < 0;
          },
          "the socket takes no more");

      assertThat(source.requests.get()).isLessThan(many);
      assertThat(source.mostDemand).hasValue(1);

      talk.service.resume();
      for (int i = 0; i < many; i++) {
        assertThat(response(talk).path("willContinue").asBoolean()).isTrue();
      }
      assertThat(response(talk)).isEqualTo(Talk.json(END));
    }
  }

  @Test
  void itemsCarryTheResultsSchedulingOrTheirOwn() {
    try (Talk talk = withNonBlocking((args, context) -> ToolResult.of(
            Stream.of("a", ToolResult.of("b").scheduling(FunctionScheduling.INTERRUPT)))
        .scheduling(FunctionScheduling.SILENT))) {
      talk.hear(calls("c1"));

      assertThat(response(talk).path("scheduling").asText()).isEqualTo("SILENT");
      assertThat(response(talk).path("scheduling").asText()).isEqualTo("INTERRUPT");
      assertThat(response(talk)).isEqualTo(Talk.json(END));
    }
  }

  @Test
  void aStreamWithoutItemsIsAnsweredAsNoResult() {
    try (Talk talk = withNonBlocking((args, context) -> Stream.empty())) {
      talk.hear(calls("c1"));

      assertThat(response(talk))
          .isEqualTo(
              Talk.json("{'id':'c1','name':'look','response':{'output':{'status':'no_result'}}}"));
      assertNothingSent(talk);
    }
  }

  @Test
  void anErrorMidwayIsTheEnd() {
    Source source = new Source();
    try (Talk talk = withNonBlocking((args, context) -> source)) {
      talk.hear(calls("c1"));
      source.give("a");
      source.fail(new ToolException("No more paper.", true, null));

      assertThat(response(talk)).isEqualTo(Talk.json(item("'a'")));
      assertThat(response(talk))
          .isEqualTo(Talk.json("{'id':'c1','name':'look','willContinue':false,'response':{'error':"
              + "{'status':'tool_error','message':'No more paper.','retryable':true}}}"));
      assertThat(talk.await(LiveEvent.ToolAnswered.class).status()).isEqualTo("tool_error");
      assertNothingSent(talk);
    }
  }

  @Test
  void whatAStreamThrowsIsNotToldTheModel() {
    AtomicBoolean closed = new AtomicBoolean();
    try (Talk talk = withNonBlocking((args, context) -> Stream.of(1, 2)
        .peek(item -> {
          if (item == 2) {
            throw new IllegalStateException("password is 1234");
          }
        })
        .onClose(() -> closed.set(true)))) {
      talk.hear(calls("c1"));

      assertThat(response(talk)).isEqualTo(Talk.json(item("1")));
      JsonNode end = response(talk);
      assertThat(end.path("willContinue").asText()).isEqualTo("false");
      assertThat(end.at("/response/error/message").asText()).isEqualTo("The tool failed.");
      assertThat(closed).isTrue();
    }
  }

  @Test
  void anItemThatIsNoJsonIsTheEnd() {
    Source source = new Source();
    try (Talk talk = withNonBlocking((args, context) -> source)) {
      talk.hear(calls("c1"));
      source.give("a");
      source.give(new Object());

      assertThat(response(talk)).isEqualTo(Talk.json(item("'a'")));
      JsonNode end = response(talk);
      assertThat(end.path("willContinue").asText()).isEqualTo("false");
      assertThat(end.at("/response/error/status").asText()).isEqualTo("bad_result");
      Talk.awaitTrue(() -> source.cancelled.getCount() == 0, "the publisher is cancelled");
    }
  }

  @Test
  void aStreamOfStreamsIsABadResult() {
    try (Talk talk = withNonBlocking((args, context) -> Stream.of(Stream.of(1)))) {
      talk.hear(calls("c1"));

      assertThat(response(talk).at("/response/error/status").asText()).isEqualTo("bad_result");
    }
  }

  @Test
  void eachItemIsChangedAsTheResultIs() {
    try (Talk talk = withNonBlocking((args, context) -> ToolResult.of(Stream.of("a", "b"))
        .map(json -> Json.parse(json.text().replace("a", "*")))
        .map(json -> Json.parse(json.text().replace("*", "**"))))) {
      talk.hear(calls("c1"));

      assertThat(response(talk)).isEqualTo(Talk.json(item("'**'")));
      assertThat(response(talk)).isEqualTo(Talk.json(item("'b'")));
    }
  }

  static Stream<Arguments> laterStreams() {
    return Stream.of(
        Arguments.of(
            "stream", (ToolFunction) (args, context) -> context.supply(() -> Stream.of("a"))),
        Arguments.of("publisher", (ToolFunction) (args, context) -> {
          Source source = new Source();
          source.subscriber.thenRunAsync(() -> {
            source.give("a");
            source.end();
          });
          return CompletableFuture.completedFuture(source);
        }),
        Arguments.of("result", (ToolFunction)
            (args, context) -> CompletableFuture.completedFuture(ToolResult.of(Stream.of("a")))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("laterStreams")
  void aStreamMayComeLater(String kind, ToolFunction function) {
    try (Talk talk = withNonBlocking(function)) {
      talk.hear(calls("c1"));

      assertThat(response(talk)).isEqualTo(Talk.json(item("'a'")));
      assertThat(response(talk)).isEqualTo(Talk.json(END));
    }
  }

  // Collected.

  static Stream<Arguments> collected() {
    return Stream.of(
        Arguments.of((Supplier<Object>) () -> Stream.of("a", 2), "['a',2]"),
        Arguments.of((Supplier<Object>) () -> IntStream.of(1, 2), "[1,2]"),
        Arguments.of(
            (Supplier<Object>) () -> LongStream.of(Long.MAX_VALUE), "['9223372036854775807']"),
        Arguments.of((Supplier<Object>) Stream::empty, "[]"),
        Arguments.of(
            (Supplier<Object>) () -> Stream.of(Optional.of(1), Optional.empty()),
            "[1,{'status':'no_result'}]"),
        Arguments.of(
            (Supplier<Object>) () -> Stream.of(1, ToolResult.error("gone", "Gone.", false)),
            "[1,{'error':{'status':'gone','message':'Gone.','retryable':false}}]"),
        Arguments.of(
            (Supplier<Object>)
                () -> ToolResult.of(Stream.of("a")).map(json -> Json.parse("{\"output\":\"b\"}")),
            "['b']"));
  }

  @ParameterizedTest
  @MethodSource("collected")
  void forAFunctionTheModelWaitsForTheItemsAreOneList(Supplier<Object> result, String output) {
    try (Talk talk = with((args, context) -> result.get())) {
      talk.hear(calls("c1"));

      assertThat(response(talk))
          .isEqualTo(Talk.json("{'id':'c1','name':'look','response':{'output':" + output + "}}"));
    }
  }

  @Test
  void thePartsOfCollectedItemsGoOutTogether() {
    FunctionResponsePart part = FunctionResponsePart.builder()
        .inlineData(Blob.of("image/png", Bytes.wrap(new byte[] {1})))
        .build();
    try (Talk talk = with((args, context) ->
        Stream.of(ToolResult.of(1).parts(List.of(part)), ToolResult.of(2).parts(List.of(part))))) {
      talk.hear(calls("c1"));

      assertThat(response(talk).path("parts")).hasSize(2);
    }
  }

  @Test
  void aPublisherIsCollectedWithADemandOfOne() {
    Source source = new Source();
    try (Talk talk = with((args, context) -> source)) {
      talk.hear(calls("c1"));
      source.give(1);
      source.give(2);
      assertNothingSent(talk);
      source.end();

      assertThat(response(talk).at("/response/output")).isEqualTo(Talk.json("[1,2]"));
      assertThat(source.mostDemand).hasValue(1);
    }
  }

  @Test
  void whereACallHasOneAnswerOnlyTheItemsAreOneList() {
    ToolSet tools = ToolSet.of(lookOn(), (args, context) -> Stream.of(1, 2));
    try (Talk talk = Talk.with().vertex().config(config -> config.tools(tools)).open()) {
      talk.hear(calls("c1"));

      assertThat(response(talk).at("/response/output")).isEqualTo(Talk.json("[1,2]"));
      assertNothingSent(talk);
    }
  }

  @Test
  void aCollectedStreamThatFailsMidwayIsAnErrorOnly() {
    Source source = new Source();
    try (Talk talk = with((args, context) -> source)) {
      talk.hear(calls("c1"));
      source.give(1);
      source.fail(new IOException("1234"));

      assertThat(response(talk).path("response"))
          .isEqualTo(Talk.json("{'error':{'status':'tool_error','message':'The tool failed.',"
              + "'retryable':false}}"));
    }
  }

  // {"output":["xxx…"]} has 15 bytes without the text, a second item adds its own and a comma.
  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1})
  void aCollectedResultMayBeAsLargeAsTheLimit(int beyond) throws Exception {
    int limit = 100;
    String filler = "x".repeat(limit - 15 - 2 + beyond);
    Source source = new Source();
    ToolSet tools = ToolSet.of(look(), (args, context) -> source);
    try (Talk talk = Talk.open(config -> config.tools(tools).toolResultLimit(limit))) {
      talk.hear(calls("c1"));
      source.give(filler);
      source.give(1);

      if (beyond <= 0) {
        source.end();
        assertThat(response(talk).at("/response/output")).hasSize(2);
      } else {
        JsonNode error = response(talk).at("/response/error");
        assertThat(error.path("status").asText()).isEqualTo("result_too_large");
        assertThat(error.path("message").asText()).contains("101", "100");
        assertThat(error.path("retryable").asBoolean()).isTrue();
        await(source.cancelled);
      }
    }
  }

  @Test
  void anEndlessStreamIsReadUpToTheLimitAndClosed() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (Talk talk = with(
        (args, context) -> Stream.generate(() -> "again and again").onClose(closed::countDown))) {
      talk.hear(calls("c1"));

      assertThat(response(talk).at("/response/error/status").asText())
          .isEqualTo("result_too_large");
      await(closed);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1})
  void eachItemMayBeAsLargeAsTheLimit(int beyond) throws Exception {
    int limit = 100;
    Source source = new Source();
    ToolSet tools = ToolSet.of(lookOn(), (args, context) -> source);
    try (Talk talk = Talk.open(config -> config.tools(tools).toolResultLimit(limit))) {
      talk.hear(calls("c1"));
      for (int i = 0; i < 3; i++) {
        source.give("small".repeat(10));
        assertThat(response(talk).has("scheduling")).isFalse();
      }
      source.give("x".repeat(limit - 13 + beyond));

      JsonNode last = response(talk);
      assertThat(last.path("willContinue").asBoolean()).isEqualTo(beyond <= 0);
      assertThat(last.path("response").has("error")).isEqualTo(beyond > 0);
      if (beyond > 0) {
        await(source.cancelled);
      }
    }
  }

  // Cancelled, too late, over.

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCancelledCallsPublisherIsCancelledAndNothingMoreIsSent(boolean apart) throws Exception {
    Source source = new Source();
    try (Talk talk =
        apart ? withNonBlocking((args, context) -> source) : with((args, context) -> source)) {
      talk.hear(calls("c1"));
      source.give("a");
      if (apart) {
        response(talk);
      }
      talk.hear(cancellation("c1"));
      await(source.cancelled);
      Flow.Subscriber<? super Object> subscriber = Talk.get(source.subscriber);
      subscriber.onNext("b");
      subscriber.onComplete();

      assertNothingSent(talk);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCancelledCallsStreamIsInterruptedAndClosed(boolean apart) throws Exception {
    CountDownLatch waits = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    ToolFunction function = (args, context) -> Stream.of(1, 2)
        .peek(item -> {
          try {
            if (item == 2) {
              waits.countDown();
              new CountDownLatch(1).await();
            }
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
        })
        .onClose(closed::countDown);
    try (Talk talk = apart ? withNonBlocking(function) : with(function)) {
      talk.hear(calls("c1"));
      await(waits);
      if (apart) {
        response(talk);
      }
      talk.hear(cancellation("c1"));

      await(interrupted);
      await(closed);
      assertNothingSent(talk);
    }
  }

  @Test
  void aStreamThatComesAfterTheCancellationIsClosedUnread() throws Exception {
    CompletableFuture<Object> later = new CompletableFuture<>();
    CountDownLatch closed = new CountDownLatch(1);
    AtomicInteger read = new AtomicInteger();
    CountDownLatch started = new CountDownLatch(1);
    try (Talk talk = with((args, context) -> {
      started.countDown();
      return later.minimalCompletionStage();
    })) {
      talk.hear(calls("c1"));
      await(started);
      talk.hear(cancellation("c1"));
      talk.await(LiveEvent.ToolCancelled.class);

      later.complete(Stream.of(1).peek(item -> read.incrementAndGet()).onClose(closed::countDown));

      await(closed);
      assertThat(read).hasValue(0);
      assertNothingSent(talk);
    }
  }

  @Test
  void theTimeLimitRunsFromItemToItemWhereTheyAreSentOneByOne() throws Exception {
    VirtualTime time = new VirtualTime();
    Source source = new Source();
    ToolSet tools = ToolSet.of(lookOn(), (args, context) -> source);
    // Time jumps further than a connection may be silent.
    Talk.Setting setting =
        Talk.with().time(time).config(config -> config.tools(tools).keepAlive(Duration.ZERO));
    try (Talk talk = setting.open()) {
      talk.hear(calls("c1"));
      for (int i = 0; i < 3; i++) {
        Talk.awaitTrue(() -> source.demand.get() > 0, "an item is asked for");
        time.advance(Duration.ofSeconds(30).minusNanos(1));
        source.give(i);
        assertThat(response(talk)).isEqualTo(Talk.json(item(String.valueOf(i))));
      }
      Talk.awaitTrue(() -> source.demand.get() > 0, "an item is asked for");
      time.advance(Duration.ofSeconds(30));

      JsonNode end = response(talk);
      assertThat(end.path("willContinue").asText()).isEqualTo("false");
      assertThat(end.at("/response/error/status").asText()).isEqualTo("timeout");
      await(source.cancelled);
      Talk.get(source.subscriber).onNext("too late");
      assertNothingSent(talk);
    }
  }

  @Test
  void theTimeLimitOfACollectedStreamIsForAllOfIt() throws Exception {
    VirtualTime time = new VirtualTime();
    Source source = new Source();
    ToolSet tools = ToolSet.of(look(), (args, context) -> source);
    try (Talk talk =
        Talk.with().time(time).config(config -> config.tools(tools)).open()) {
      talk.hear(calls("c1"));
      for (int i = 0; i < 2; i++) {
        Talk.awaitTrue(() -> source.demand.get() > 0, "an item is asked for");
        time.advance(Duration.ofSeconds(14));
        source.give(i);
      }
      time.advance(Duration.ofSeconds(2).minusNanos(1));
      assertNothingSent(talk);
      time.advance(Duration.ofNanos(1));

      assertThat(response(talk).at("/response/error/status").asText()).isEqualTo("timeout");
      await(source.cancelled);
    }
  }

  @Test
  void theEndOfTheSessionCancelsThePublisher() throws Exception {
    Source source = new Source();
    try (Talk talk = withNonBlocking((args, context) -> source)) {
      talk.hear(calls("c1"));
      source.give("a");
      talk.service.close(4000, "gone");

      await(source.cancelled);
    }
  }

  // Publishers that do not keep to their contract.

  /** Does with its subscriber what a test says. */
  private interface Rogue extends Flow.Publisher<Object> {}

  private static Flow.Subscription subscription(Runnable onRequest) {
    return new Flow.Subscription() {
      private final AtomicBoolean first = new AtomicBoolean(true);

      @Override
      public void request(long n) {
        if (first.getAndSet(false)) {
          onRequest.run();
        }
      }

      @Override
      public void cancel() {
        throw new IllegalStateException("cancel throws as well");
      }
    };
  }

  @SuppressWarnings("NullAway") // What a publisher must not do is what it does here.
  static Stream<Arguments> rogues() {
    Runnable nothing = () -> {};
    return Stream.of(
        rogue("throws in subscribe", to -> {
          throw new IllegalStateException("no");
        }),
        rogue("throws an Error in subscribe", to -> {
          throw new StackOverflowError("no");
        }),
        rogue(
            "throws in request",
            to -> to.onSubscribe(subscription(() -> {
              throw new IllegalStateException("no");
            }))),
        rogue("gives null", to -> to.onSubscribe(subscription(() -> to.onNext(nothingAtAll())))),
        rogue("gives what was not asked for", to -> {
          to.onSubscribe(subscription(nothing));
          to.onSubscribe(subscription(nothing));
          for (int i = 0; i < 100; i++) {
            to.onNext(i);
          }
          to.onComplete();
        }),
        rogue("gives no subscription", to -> to.onSubscribe(nothingAtAll())),
        rogue("ends with null", to -> {
          to.onSubscribe(subscription(nothing));
          to.onError(nothingAtAll());
        }),
        rogue("ends without a subscription", Flow.Subscriber::onComplete),
        rogue("fails without a subscription", to -> to.onError(new IOException("no"))),
        rogue(
            "ends again and again",
            to -> to.onSubscribe(subscription(() -> {
              to.onComplete();
              to.onError(new IOException("no"));
              to.onNext("x");
              to.onComplete();
            }))));
  }

  @SuppressWarnings({"TypeParameterUnusedInFormals", "NullAway"})
  private static <T> T nothingAtAll() {
    return (T) null;
  }

  private static Arguments rogue(String what, Rogue publisher) {
    return Arguments.of(what, publisher);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rogues")
  void whateverAPublisherDoesThereIsOneFinalAnswer(String what, Rogue rogue) {
    for (FunctionBehavior behavior :
        Arrays.asList(FunctionBehavior.BLOCKING, FunctionBehavior.NON_BLOCKING)) {
      ToolSet tools = ToolSet.of(declaration("look", behavior), (args, context) -> rogue);
      try (Talk talk = Talk.open(config -> config.tools(tools))) {
        talk.hear(calls("c1"));

        JsonNode answer = response(talk);
        while (answer.path("willContinue").asBoolean()) {
          answer = response(talk);
        }
        assertNothingSent(talk);
      }
    }
  }

  @Test
  void aPublisherThatNeverSubscribesTimesOut() {
    VirtualTime time = new VirtualTime();
    CountDownLatch called = new CountDownLatch(1);
    Rogue silent = to -> called.countDown();
    ToolSet tools = ToolSet.of(lookOn(), (args, context) -> silent);
    try (Talk talk =
        Talk.with().time(time).config(config -> config.tools(tools)).open()) {
      talk.hear(calls("c1"));
      Talk.awaitTrue(() -> called.getCount() == 0, "the publisher is asked");
      time.advance(Duration.ofSeconds(30));

      assertThat(response(talk).at("/response/error/status").asText()).isEqualTo("timeout");
      assertThat(talk.await(Warning.class).kind()).isEqualTo(Warning.Kind.TOOL_TIMEOUT);
    }
  }

  @Test
  void aPublisherMayGiveAllAtOnceOnItsOwnThread() {
    // Synchronous, but it keeps to the demand: many items must not pile up on the stack.
    Iterator<Integer> numbers = IntStream.range(0, 3_000).iterator();
    Flow.Publisher<Object> publisher = to -> to.onSubscribe(new Flow.Subscription() {
      @Override
      public void request(long n) {
        if (numbers.hasNext()) {
          to.onNext(numbers.next());
        } else {
          to.onComplete();
        }
      }

      @Override
      public void cancel() {}
    });
    try (Talk talk = with((args, context) -> publisher)) {
      talk.hear(calls("c1"));

      assertThat(response(talk).at("/response/output")).hasSize(3_000);
    }
  }

  @Test
  void aCloseThatThrowsChangesNothing() {
    try (Talk talk = withNonBlocking((args, context) -> Stream.of("a").onClose(() -> {
      throw new IllegalStateException("no");
    }))) {
      talk.hear(calls("c1"));

      assertThat(response(talk)).isEqualTo(Talk.json(item("'a'")));
      assertThat(response(talk)).isEqualTo(Talk.json(END));
    }
  }
}
