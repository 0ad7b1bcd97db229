/** What the user hears: formats, devices, playback. Filled by a later release. */
@NullMarked
package io.github.geminilive.audio;

import org.jspecify.annotations.NullMarked;
