package io.github.geminilive.tools;

import java.util.concurrent.CompletionStage;

/** Decides whether calls may run; see {@link ToolInterceptor#approval}. */
@FunctionalInterface
public interface Approver {

  /**
   * Decides about one call. May block, or answer later: the call's time limit stands still
   * meanwhile. When the call is cancelled, the thread is interrupted and the stage cancelled, so a
   * question that is on the screen can be taken away.
   *
   * @param call what the model wants to do
   * @return completes with the decision, on any thread. When it fails, or gives null, the call does
   *     not run, and the model is told that it cannot be approved
   * @throws Exception as a stage that fails
   */
  CompletionStage<Approval> decide(ToolInvocation call) throws Exception;
}
