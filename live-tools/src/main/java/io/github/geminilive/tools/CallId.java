package io.github.geminilive.tools;

import org.jspecify.annotations.Nullable;

/**
 * The id of the call that runs; a {@link LiveTool} with a parameter of this type gets it.
 *
 * @param value as the service sent it; null where it sent none (some Vertex versions)
 */
public record CallId(@Nullable String value) {}
