package io.github.geminilive.tools.internal.mapping;

import io.github.geminilive.CancellationToken;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.ToolContext;
import io.github.geminilive.ToolPolicy;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.tools.Attached;
import io.github.geminilive.tools.CallId;
import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.LiveTool.Behavior;
import io.github.geminilive.tools.LiveTool.Scheduling;
import io.github.geminilive.tools.ToolParam;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Classes whose tools are looked for. */
public final class Found {

  private Found() {}

  public record Book(String title) {}

  /** What a session has. */
  public static class Basket {}

  /** All attributes. */
  public static class Attributes {

    @LiveTool(
        name = "b.c-d_1",
        description = "Does it.",
        behavior = Behavior.NON_BLOCKING,
        scheduling = Scheduling.WHEN_IDLE,
        timeoutMillis = 1_500,
        parallelLimit = 2,
        onCancel = ToolPolicy.Cancellation.RUN_ON,
        afterSpeech = true)
    public String all() {
      return "";
    }

    @LiveTool(description = "Does it.")
    public void a() {}

    @LiveTool(description = "Does it.", silent = true)
    public CompletionStage<Void> later() {
      return new CompletableFuture<>();
    }

    @LiveTool(description = "Does it.", silent = true, behavior = Behavior.NON_BLOCKING)
    public CompletableFuture<String> silentAgain() {
      return new CompletableFuture<>();
    }

    @LiveTool(description = "Does it.")
    public static void isStatic() {}

    public void none() {}
  }

  /** All that the library fills in. */
  public static class Given {

    @LiveTool(description = "-")
    public void injected(
        ToolContext context,
        String text,
        CancellationToken token,
        LiveSession session,
        LiveTurn turn,
        FunctionCall call,
        CallId id) {}

    @LiveTool(description = "-")
    public void attached(
        @Attached Basket must, @Attached @Nullable Basket may, @Attached Optional<Basket> can) {}
  }

  /** Generic, annotated. */
  public interface Store<T> {

    @LiveTool(description = "Puts it away.")
    void put(@ToolParam(description = "What", name = "thing") T what, @Nullable Integer shelf);

    @LiveTool(description = "Lists all.")
    default List<T> list() {
      return List.of();
    }
  }

  /** Overrides without saying more. */
  public static class BookStore implements Store<Book> {

    @Override
    public void put(@ToolParam(required = false) Book book, @ToolParam(min = 1) Integer number) {}
  }

  /** Annotates again. */
  public static class OddStore extends BookStore {

    @Override
    @LiveTool(name = "keep", description = "Keeps it.")
    public void put(Book book, Integer number) {}
  }

  /** Not public, but what it implements is. */
  static class SecretStore implements Store<Book> {

    @Override
    public void put(Book book, @Nullable Integer number) {}

    @LiveTool(description = "Nobody can call it.")
    public void burn() {}
  }

  /** As a proxy's class looks: no generics, no names. */
  public static class RawStore extends BookStore {

    @Override
    public void put(Book arg0, Integer arg1) {}
  }

  /** Arguments of functional tools. */
  public record Arguments(@ToolParam(min = 1) int count, Optional<String> note) {}

  public record NoArguments() {}

  public sealed interface Outcome<T> permits Ok, Failed {}

  public record Ok<T>(T value) implements Outcome<T> {}

  public record Failed<T>(String reason) implements Outcome<T> {}

  public record Page<T>(List<T> items) {}

  public record Pages(Page<String> plain, Page<@Nullable String> nullable) {}
}
