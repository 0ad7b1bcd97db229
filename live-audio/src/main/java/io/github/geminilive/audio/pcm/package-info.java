/** Samples: formats, conversion, resampling, G.711, WAV. Knows no device and no session. */
@NullMarked
package io.github.geminilive.audio.pcm;

import org.jspecify.annotations.NullMarked;
