package io.github.geminilive.testkit.internal;

/**
 * What the service says when it refuses a message.
 *
 * @param code close code
 * @param reason close reason
 * @param why what a test's author wants to know besides; empty when the reason says it all
 */
record Complaint(int code, String reason, String why) {

  static final Complaint INVALID_ARGUMENT =
      new Complaint(1007, "Request contains an invalid argument.");

  Complaint(int code, String reason) {
    this(code, reason, "");
  }

  static Complaint invalid(String reason) {
    return new Complaint(1007, reason);
  }

  Complaint because(String why) {
    return new Complaint(code, reason, why);
  }

  /** The reason, with what the service does not say. */
  String explained() {
    return why.isEmpty() ? reason : reason + " [" + why + "]";
  }
}
