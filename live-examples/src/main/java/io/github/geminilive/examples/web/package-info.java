/** Conversations in a browser: a page, and the server between it and the service. */
@NullMarked
package io.github.geminilive.examples.web;

import org.jspecify.annotations.NullMarked;
