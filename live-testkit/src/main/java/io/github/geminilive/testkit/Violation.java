package io.github.geminilive.testkit;

/**
 * A client's breach of the protocol, for which the service closes the connection.
 *
 * @param connection number of the connection, counted from 1
 * @param closeCode code the service closes with, such as 1007
 * @param reason reason text the service gives, before it is cut to fit a close frame; in brackets
 *     behind it what the service does not say, such as the id of an unknown call
 */
public record Violation(int connection, int closeCode, String reason) {}
