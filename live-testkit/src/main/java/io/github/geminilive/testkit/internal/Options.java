package io.github.geminilive.testkit.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.FrameHandler;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The settings of a server. */
public record Options(
    @Nullable String requiredKey,
    Predicate<String> accessTokens,
    boolean rules,
    boolean recording,
    @Nullable FrameHandler frameHandler,
    @Nullable BiConsumer<Connection, JsonNode> tap,
    @Nullable IntFunction<Script> scripts,
    PersonaScript persona,
    double speed,
    double playback,
    Duration thinking,
    Duration setupDelay,
    Duration connectionLife,
    Duration goAwayNotice,
    Duration handleLife,
    boolean overlap,
    int receiveBufferBytes,
    int ioThreads,
    Map<String, Family> extraModels) {

  public Options {
    extraModels = Map.copyOf(extraModels);
  }
}
