package io.github.geminilive.internal.profile;

import java.util.Set;

/** Names of prebuilt voices (§2.3). The newest family takes any name, so it has no list. */
final class Voices {

  static final Set<String> PREBUILT = Set.of(
      "Achernar",
      "Achird",
      "Algenib",
      "Algieba",
      "Alnilam",
      "Aoede",
      "Autonoe",
      "Callirrhoe",
      "Charon",
      "Despina",
      "Enceladus",
      "Erinome",
      "Fenrir",
      "Gacrux",
      "Iapetus",
      "Kore",
      "Laomedeia",
      "Leda",
      "Orus",
      "Puck",
      "Pulcherrima",
      "Rasalgethi",
      "Sadachbia",
      "Sadaltager",
      "Schedar",
      "Sulafat",
      "Umbriel",
      "Vindemiatrix",
      "Zephyr",
      "Zubenelgenubi");

  /** Known to the half-cascade models. */
  static final Set<String> HALF_CASCADE =
      Set.of("Puck", "Charon", "Kore", "Fenrir", "Aoede", "Leda", "Orus", "Zephyr");

  private Voices() {}
}
