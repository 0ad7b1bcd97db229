package io.github.geminilive.internal.profile;

import io.github.geminilive.ConfigFinding;
import io.github.geminilive.ConfigFinding.Severity;
import java.util.ArrayList;
import java.util.List;

/** Collects findings in the order of the checks. For one thread. */
final class Findings {

  private static final int LONGEST_QUOTE = 80;

  private final ModelProfile profile;
  private final List<ConfigFinding> found = new ArrayList<>();

  Findings(ModelProfile profile) {
    this.profile = profile;
  }

  void warn(String field, String reason, String fix) {
    found.add(new ConfigFinding(Severity.WARNING, field, reason, fix));
  }

  void refuse(String field, String reason, String fix) {
    found.add(new ConfigFinding(Severity.REFUSED, field, reason, fix));
  }

  /** A refusal known of the family: about a model nobody knows it is a guess. */
  void refuseByFamily(String field, String reason, String fix) {
    if (profile.known()) {
      refuse(field, reason, fix);
    } else {
      warn(field, reason, fix);
    }
  }

  List<ConfigFinding> all() {
    return List.copyOf(found);
  }

  static String quote(String value) {
    return "\""
        + (value.length() <= LONGEST_QUOTE ? value : value.substring(0, LONGEST_QUOTE) + "…")
        + "\"";
  }
}
