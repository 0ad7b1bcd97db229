/**
 * The wire: one record for every message and every part of one.
 *
 * <p>Components bear the names of the JSON members. Null means absent, which is not the same as
 * false, 0 or empty. Words of enums are open: an unknown one is kept. Members this version does not
 * know are in {@code extra}, last in every record, and are sent again as they stand. Records that a
 * caller composes have a {@code builder(…)} whose arguments are what is required, and a {@code
 * toBuilder()}. All types are immutable and safe for any thread, builders are not.
 *
 * <p>Numbers such as §2.4 are sections of {@code docs/protocol.md}, the reference of the wire that
 * comes with the sources.
 */
@NullMarked
package io.github.geminilive.protocol;

import org.jspecify.annotations.NullMarked;
