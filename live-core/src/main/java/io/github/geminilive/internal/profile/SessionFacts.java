package io.github.geminilive.internal.profile;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.Endpoint;

/**
 * What {@link MessageCheck} has to know about a session.
 *
 * @param profile the model's profile
 * @param backend the dialect spoken
 * @param manualActivity whether automatic activity detection is disabled
 * @param awaitingInitialHistory whether the service still takes the initial history: the setup said
 *     {@code initialHistoryInClientContent} and no {@code clientContent} with {@code turnComplete}
 *     has gone out since
 */
public record SessionFacts(
    ModelProfile profile,
    Endpoint.Backend backend,
    boolean manualActivity,
    boolean awaitingInitialHistory) {

  /** Checks that nothing is missing. */
  public SessionFacts {
    requireNonNull(profile, "profile");
    requireNonNull(backend, "backend");
  }
}
