/** The parts of {@link io.github.geminilive.examples.VoiceConversation}. */
@NullMarked
package io.github.geminilive.examples.voice;

import org.jspecify.annotations.NullMarked;
