package io.github.geminilive.internal.codec;

/**
 * Something in a frame that could not be used.
 *
 * @param path JSON pointer to it, spelled as received; empty for the frame as a whole
 * @param reason what is wrong, without quoting the content
 */
public record DecodeProblem(String path, String reason) {}
