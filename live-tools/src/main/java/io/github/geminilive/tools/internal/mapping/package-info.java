/**
 * The rules that make tools of classes, once for both front ends: reflection at run time and the
 * compiler's elements in the annotation processor give the views, the mappers do the rest.
 */
@NullMarked
package io.github.geminilive.tools.internal.mapping;

import org.jspecify.annotations.NullMarked;
