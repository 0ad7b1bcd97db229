package io.github.geminilive.audio;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.audio.dsp.EchoReport;
import java.time.Duration;

/**
 * What a {@link VoiceLoop} has done up to now.
 *
 * @param captured sound that came from the microphone
 * @param sent sound that was handed to the session, withheld silence included
 * @param withheld sound that was replaced by silence: muted, half-duplex, protected greeting
 * @param interruptions how often the assistant was cut
 * @param falseAlarms how often a suspicion of speech was not confirmed
 * @param echoMode what is in force against the loudspeaker's echo
 * @param echo the echo canceller's figures; {@link EchoReport#UNKNOWN} without one
 * @param player the player's figures
 * @param lostEvents levels that a slow listener did not get
 * @param unrecorded sound that is missing in the recording because the disk was too slow
 */
public record VoiceMetrics(
    Duration captured,
    Duration sent,
    Duration withheld,
    long interruptions,
    long falseAlarms,
    EchoMode echoMode,
    EchoReport echo,
    PlayerMetrics player,
    long lostEvents,
    Duration unrecorded) {

  /** Checks that nothing is missing. */
  public VoiceMetrics {
    requireNonNull(captured, "captured");
    requireNonNull(sent, "sent");
    requireNonNull(withheld, "withheld");
    requireNonNull(echoMode, "echoMode");
    requireNonNull(echo, "echo");
    requireNonNull(player, "player");
    requireNonNull(unrecorded, "unrecorded");
  }
}
