package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.protocol.Content;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to go on with a conversation in another session, perhaps in another process: {@link
 * LiveClient#resume}. Audio, open tool calls and the configuration are not in it. The service keeps a
 * conversation for about two hours after its last connection; after that, and when the handle is
 * refused for any other reason, the new session is told the history instead.
 *
 * @param model the model's id; the conversation can be resumed with this one only
 * @param handle the newest handle that resumes it; a secret; null when the service gave none
 * @param history what was said, oldest first, as far as it was remembered and heard
 * @param remembered what {@link LiveSession#remember} added
 */
public record SessionSnapshot(
    String model, @Nullable String handle, List<Content> history, List<String> remembered) {

  /** Checks and copies. */
  public SessionSnapshot {
    requireNonNull(model, "model");
    history = List.copyOf(history);
    remembered = List.copyOf(remembered);
  }

  /** Keeps back the handle and what people said. */
  @Override
  public String toString() {
    return "SessionSnapshot[model="
        + model
        + ", handle="
        + (handle == null ? "null" : "***")
        + ", "
        + history.size()
        + " turns, "
        + remembered.size()
        + " remembered]";
  }
}
