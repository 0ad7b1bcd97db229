package io.github.geminilive.audio;

/** What a voice loop does against hearing its own loudspeaker. */
public enum EchoMode {
  /**
   * The loudspeaker's sound is taken out of the microphone's, and the user can interrupt at any
   * time. Until that works, and while it works badly, the loop behaves as in {@link #HALF_DUPLEX}
   * and says so with {@link VoiceEvent.EchoChanged}. The default.
   */
  CANCEL,
  /** Nothing is done: the microphone does not hear the loudspeaker, because it is a headset. */
  HEADSET,
  /**
   * The microphone is withheld while the assistant is audible and a little longer: silence is sent
   * in its place. The user cannot interrupt by speaking; {@link VoiceLoop#interrupt()} works.
   */
  HALF_DUPLEX
}
