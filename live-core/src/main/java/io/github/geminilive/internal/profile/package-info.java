/** What each model family wants, knows and refuses, and the checks that follow from it. */
@NullMarked
package io.github.geminilive.internal.profile;

import org.jspecify.annotations.NullMarked;
