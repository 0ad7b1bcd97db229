/** The machinery of the simulated service: transport, rules, turns, speech. */
@NullMarked
package io.github.geminilive.testkit.internal;

import org.jspecify.annotations.NullMarked;
