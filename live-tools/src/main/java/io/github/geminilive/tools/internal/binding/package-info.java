/** Turns a call's JSON into the values of a tool's slots, or says all that is wrong with it. */
@NullMarked
package io.github.geminilive.tools.internal.binding;

import org.jspecify.annotations.NullMarked;
