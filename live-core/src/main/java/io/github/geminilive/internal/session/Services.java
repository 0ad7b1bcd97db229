package io.github.geminilive.internal.session;

import io.github.geminilive.internal.concurrent.Timers;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * What all sessions of a client share.
 *
 * @param executor runs the application's code: listeners, tools, what depends on futures
 * @param timers runs short tasks at their time
 * @param nanoTime the monotonic clock that goes with the timers
 * @param random gives numbers in [0, 1) for the random part of waits
 * @param budget keeps many sessions from dialling at once
 */
public record Services(
    Executor executor,
    Timers timers,
    LongSupplier nanoTime,
    DoubleSupplier random,
    RetryBudget budget) {}
