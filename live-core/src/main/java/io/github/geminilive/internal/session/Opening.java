package io.github.geminilive.internal.session;

import io.github.geminilive.LiveConfig;
import io.github.geminilive.protocol.Setup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a connection is opened with.
 *
 * @param config the configuration it carries out
 * @param setup the setup message
 * @param handle the handle in it; null for a fresh session of the service
 * @param frames what goes out first
 * @param seededTurns turns of the conversation in those
 * @param summarized whether a summary stands for them
 */
record Opening(
    LiveConfig config,
    Setup setup,
    @Nullable String handle,
    List<String> frames,
    int seededTurns,
    boolean summarized) {}
