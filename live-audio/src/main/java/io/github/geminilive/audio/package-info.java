/** What the user hears: the player, and the loop that joins a session and devices. */
@NullMarked
package io.github.geminilive.audio;

import org.jspecify.annotations.NullMarked;
