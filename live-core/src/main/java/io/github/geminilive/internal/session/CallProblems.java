package io.github.geminilive.internal.session;

import io.github.geminilive.internal.codec.DecodeProblem;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which calls of a message lost their arguments, told from what the decoder left out. */
final class CallProblems {

  private static final Pattern CALL =
      Pattern.compile("/(?:toolCall|tool_call)/(?:functionCalls|function_calls)/(\\d+)(/args.*)?");

  private CallProblems() {}

  /**
   * The calls whose arguments were left out, by their places among those that were read.
   *
   * @param problems with places as received, where calls that were left out count as well
   */
  static Set<Integer> unreadableArguments(List<DecodeProblem> problems) {
    if (problems.isEmpty()) {
      return Set.of();
    }
    TreeSet<Integer> lostCalls = new TreeSet<>();
    Set<Integer> lostArguments = new HashSet<>();
    for (DecodeProblem problem : problems) {
      Matcher call = CALL.matcher(problem.path());
      if (call.matches()) {
        (call.group(2) == null ? lostCalls : lostArguments).add(Integer.valueOf(call.group(1)));
      }
    }
    Set<Integer> places = new HashSet<>();
    lostArguments.forEach(place -> places.add(place - lostCalls.headSet(place).size()));
    return places;
  }
}
