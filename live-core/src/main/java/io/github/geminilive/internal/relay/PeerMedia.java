package io.github.geminilive.internal.relay;

import io.github.geminilive.internal.relay.PeerMessage.Picture;
import io.github.geminilive.internal.relay.PeerMessage.Samples;
import io.github.geminilive.protocol.Blob;
import io.github.geminilive.protocol.Bytes;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Pictures of peers, and their sound where it is not in the form of {@link PeerAudioScanner}. */
final class PeerMedia {

  static final int MAX_RATE = 192_000;

  /** What the service takes it for when it is not said. */
  private static final int DEFAULT_RATE = 16_000;

  private static final Pattern IMAGE =
      Pattern.compile("image/[a-z0-9.+-]{1,40}", Pattern.CASE_INSENSITIVE);

  private PeerMedia() {}

  /** Whether this is sound at all, or claims to be. */
  static boolean isAudio(Blob blob) {
    return type(blob).startsWith("audio/");
  }

  /** A picture; null when there is none. */
  static @Nullable Picture picture(@Nullable String mimeType, @Nullable Bytes data, String place)
      throws BadMessage {
    if (mimeType == null || !IMAGE.matcher(mimeType).matches()) {
      throw PeerJson.invalid(place + ".mime_type", "expected image/jpeg or another picture.");
    }
    return data == null || data.size() == 0 ? null : new Picture(data, mimeType);
  }

  private static String type(Blob blob) {
    return blob.mimeType() == null ? "" : blob.mimeType().strip().toLowerCase(Locale.ROOT);
  }

  /** The samples; null when there are none. */
  static @Nullable Samples samples(Blob blob, String place) throws BadMessage {
    String[] parameters = type(blob).split(";");
    if (!parameters[0].strip().equals("audio/pcm")) {
      throw PeerJson.invalid(
          place + ".mime_type", "expected audio/pcm, such as audio/pcm;rate=16000.");
    }
    int rate = DEFAULT_RATE;
    for (int i = 1; i < parameters.length; i++) {
      String[] pair = parameters[i].split("=", 2);
      if (pair.length == 2 && pair[0].strip().equals("rate")) {
        rate = rate(pair[1].strip(), place);
      }
    }
    Bytes pcm = blob.data();
    if (pcm == null || pcm.size() == 0) {
      return null;
    }
    if (pcm.size() % 2 != 0) {
      throw PeerJson.invalid(
          place + ".data", "audio is of whole 16-bit samples, not " + pcm.size() + " bytes.");
    }
    return new Samples(pcm.asByteBuffer(), rate);
  }

  private static int rate(String text, String place) throws BadMessage {
    try {
      int rate = Integer.parseInt(text);
      if (rate >= 1 && rate <= MAX_RATE) {
        return rate;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw PeerJson.invalid(place + ".mime_type", "expected a rate in [1, " + MAX_RATE + "].");
  }
}
