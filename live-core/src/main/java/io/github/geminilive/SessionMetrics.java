package io.github.geminilive;

import java.time.Duration;

/**
 * Counters of a session at one moment, from its start.
 *
 * @param messagesSent messages the socket took, setup included
 * @param bytesSent payload bytes of those
 * @param messagesReceived messages that arrived
 * @param bytesReceived payload bytes of those
 * @param audioSent length of the audio the socket took
 * @param audioReceived length of the audio that arrived
 * @param audioDiscarded length of the audio that was not delivered because its turn was cut:
 *     waiting in a buffer (counted once for each subscriber) or arriving late
 * @param inputDropped outgoing audio and video messages dropped because the queue was full or they
 *     waited too long
 * @param sendsRefused messages refused because the queue was full
 * @param audioEventsDropped audio events that slow real-time subscribers lost
 * @param readingPauses times reading paused for a slow lossless subscriber
 * @param malformedMessages messages that were not readable
 * @param malformedFields members left out because they had the wrong form
 * @param turns turns begun
 * @param toolCalls tool calls received
 * @param queuedMessages messages that wait to be sent
 * @param queuedBytes bytes that wait to be sent
 * @param connections connections that were opened
 */
public record SessionMetrics(
    long messagesSent,
    long bytesSent,
    long messagesReceived,
    long bytesReceived,
    Duration audioSent,
    Duration audioReceived,
    Duration audioDiscarded,
    long inputDropped,
    long sendsRefused,
    long audioEventsDropped,
    long readingPauses,
    long malformedMessages,
    long malformedFields,
    long turns,
    long toolCalls,
    int queuedMessages,
    long queuedBytes,
    int connections) {}
