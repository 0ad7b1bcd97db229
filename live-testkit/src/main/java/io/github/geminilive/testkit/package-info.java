/** A simulated Live service to test against, in one process with the test. */
@NullMarked
package io.github.geminilive.testkit;

import org.jspecify.annotations.NullMarked;
