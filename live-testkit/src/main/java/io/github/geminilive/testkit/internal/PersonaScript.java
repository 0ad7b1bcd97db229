package io.github.geminilive.testkit.internal;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A persona's mind: what it hears and does.
 *
 * @param hush the silence its first fitting answer falls into; null for none
 */
public record PersonaScript(List<Rule> rules, @Nullable Hush hush) {

  public PersonaScript {
    rules = List.copyOf(rules);
  }

  /**
   * One answer.
   *
   * @param spokenTurn number of the spoken turn it answers, from 1; 0 for no particular one
   * @param keyword word in a text turn it answers; null for none
   * @param heard what the user says in that turn, for the transcript
   * @param hush the silence it falls into; null for the persona's
   */
  public record Rule(
      int spokenTurn,
      @Nullable String keyword,
      @Nullable String heard,
      List<Action> actions,
      @Nullable Hush hush) {

    public Rule {
      actions = List.copyOf(actions);
    }

    boolean always() {
      return spokenTurn == 0 && keyword == null;
    }
  }

  boolean silent() {
    return rules.isEmpty();
  }

  @Nullable
  Rule forSpeech(int turn) {
    for (Rule rule : rules) {
      if (rule.spokenTurn() == turn) {
        return rule;
      }
    }
    return otherwise();
  }

  @Nullable
  Rule forText(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    for (Rule rule : rules) {
      if (rule.keyword() != null && lower.contains(rule.keyword().toLowerCase(Locale.ROOT))) {
        return rule;
      }
    }
    return otherwise();
  }

  private @Nullable Rule otherwise() {
    for (Rule rule : rules) {
      if (rule.always()) {
        return rule;
      }
    }
    return null;
  }
}
