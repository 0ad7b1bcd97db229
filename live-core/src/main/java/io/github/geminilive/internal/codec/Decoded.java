package io.github.geminilive.internal.codec;

import io.github.geminilive.protocol.ServerMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a frame held.
 *
 * @param message everything usable; null when the frame is empty or is not one JSON object
 * @param problems what could not be used; empty for a sound message, and for an empty frame
 */
public record Decoded(@Nullable ServerMessage message, List<DecodeProblem> problems) {}
