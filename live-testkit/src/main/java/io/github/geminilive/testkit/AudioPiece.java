package io.github.geminilive.testkit;

/**
 * One audio message the client sent.
 *
 * @param mimeType as declared by the client
 * @param sampleRateHz the declared rate; 16000 when the type has none
 * @param bytes length of the PCM in bytes
 */
public record AudioPiece(String mimeType, int sampleRateHz, int bytes) {}
