package io.github.geminilive.protocol;

import java.util.List;

/** What a model puts out (§2.2). */
public final class Modality extends OpenEnum {

  private static final Known<Modality> KNOWN = new Known<>(Modality::new);

  /** Not said; as if absent. */
  public static final Modality UNSPECIFIED = KNOWN.add("MODALITY_UNSPECIFIED");

  /** Speech; the only one of voice models. */
  public static final Modality AUDIO = KNOWN.add("AUDIO");

  /** Text; transcribe and half-cascade models. */
  public static final Modality TEXT = KNOWN.add("TEXT");

  /** Pictures; no current Live model. */
  public static final Modality IMAGE = KNOWN.add("IMAGE");

  /** A speaking picture; Vertex with an avatar. */
  public static final Modality VIDEO = KNOWN.add("VIDEO");

  private Modality(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static Modality of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<Modality> known() {
    return KNOWN.all();
  }
}
