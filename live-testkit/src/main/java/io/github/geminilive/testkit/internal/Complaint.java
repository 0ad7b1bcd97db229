package io.github.geminilive.testkit.internal;

/** What the service says when it refuses a message: a close code and a reason. */
record Complaint(int code, String reason) {

  static final Complaint INVALID_ARGUMENT =
      new Complaint(1007, "Request contains an invalid argument.");

  static Complaint invalid(String reason) {
    return new Complaint(1007, reason);
  }
}
