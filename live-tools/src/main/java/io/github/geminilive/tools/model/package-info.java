/**
 * What a tool is made of, as one model that the declaration is written from and calls are bound by.
 * Public for the code the annotation processor generates; not for code written by hand.
 */
@NullMarked
package io.github.geminilive.tools.model;

import org.jspecify.annotations.NullMarked;
