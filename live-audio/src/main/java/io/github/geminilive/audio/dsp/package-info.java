/** What listens to samples: echo cancellation, voice detection, levels. Knows no device and no session. */
@NullMarked
package io.github.geminilive.audio.dsp;

import org.jspecify.annotations.NullMarked;
