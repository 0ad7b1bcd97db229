package io.github.geminilive.internal.session;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/**
 * What all sessions of a client share.
 *
 * @param executor runs the application's code: listeners, tools, what depends on futures
 * @param scheduler runs short tasks at their time
 * @param nanoTime the monotonic clock that goes with the scheduler
 */
public record Services(
    Executor executor, ScheduledExecutorService scheduler, LongSupplier nanoTime) {}
