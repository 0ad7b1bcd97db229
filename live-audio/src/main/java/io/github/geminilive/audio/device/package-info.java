/** Where sound comes from and where it goes: microphones, loudspeakers, files, streams. */
@NullMarked
package io.github.geminilive.audio.device;

import org.jspecify.annotations.NullMarked;
