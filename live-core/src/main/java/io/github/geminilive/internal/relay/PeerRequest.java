package io.github.geminilive.internal.relay;

import io.github.geminilive.protocol.ClientContent;
import io.github.geminilive.protocol.ContextUpdate;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.RealtimeInput;
import io.github.geminilive.protocol.ToolResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message of a peer that speaks the Live protocol, as the codec reads it: not checked, and its
 * setup not read. Public for the codec only.
 *
 * @param setup what the peer asks for
 * @param clientContent turns
 * @param realtimeInput sound, pictures, text, signals
 * @param toolResponse answers
 * @param contextUpdate what is to change
 * @param extra members the protocol does not have
 */
public record PeerRequest(
    @Nullable Json setup,
    @Nullable ClientContent clientContent,
    @Nullable RealtimeInput realtimeInput,
    @Nullable ToolResponse toolResponse,
    @Nullable ContextUpdate contextUpdate,
    Map<String, Json> extra) {}
