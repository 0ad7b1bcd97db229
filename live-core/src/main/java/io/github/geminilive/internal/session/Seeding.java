package io.github.geminilive.internal.session;

import io.github.geminilive.LiveConfig;
import io.github.geminilive.internal.codec.ClientMessageEncoder;
import io.github.geminilive.internal.profile.ModelProfile;
import io.github.geminilive.internal.profile.ModelProfile.HistoryForm;
import io.github.geminilive.protocol.ClientContent;
import io.github.geminilive.protocol.ClientMessage;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.HistoryConfig;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.protocol.SessionResumptionConfig;
import io.github.geminilive.protocol.Setup;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the next connection of a session begins: its setup, and what is told to the model first. */
final class Seeding {

  /**
   * The beginning of a fresh session of the service.
   *
   * @param setup the first message
   * @param frames messages to be written after {@code setupComplete} and before anything else; the
   *     model does not answer them
   * @param turns how many turns of the conversation are in them
   * @param summarized whether a summary is in them instead
   * @param awaitsHistory whether the application has yet to complete the history after that
   */
  record Seed(
      Setup setup, List<String> frames, int turns, boolean summarized, boolean awaitsHistory) {
    /** Copies. */
    Seed {
      frames = List.copyOf(frames);
    }
  }

  private Seeding() {}

  /**
   * The setup of a connection that goes on with what the service knows.
   *
   * @param config the session's configuration, as of now
   * @param handle the newest one
   * @param instructions what the instructions are to end with
   * @param awaitingHistory whether the application has announced a history in the setup and has yet
   *     to complete it
   */
  static Setup resuming(
      LiveConfig config, String handle, List<String> instructions, boolean awaitingHistory) {
    Setup setup = config.setup();
    SessionResumptionConfig resumption = setup.sessionResumption();
    SessionResumptionConfig.Builder changed =
        resumption == null ? SessionResumptionConfig.builder() : resumption.toBuilder();
    Setup.Builder resuming =
        setup.toBuilder().sessionResumption(changed.handle(handle).build());
    if (announced(setup) && !awaitingHistory) {
      // The service knows the history; it would wait for another one.
      resuming.historyConfig(unannounced(setup.historyConfig()));
    }
    return resuming
        .systemInstruction(instructed(setup.systemInstruction(), instructions))
        .build();
  }

  /**
   * The beginning of a fresh session of the service that is to know what was said.
   *
   * <p>All goes out in one {@code clientContent}. Where the family takes a history only if the
   * setup announces one, it ends with {@code turnComplete: true}, which ends the history and is not
   * answered; elsewhere with {@code turnComplete: false}, because that would be answered (§2.8).
   *
   * @param config the session's configuration, as of now
   * @param profile its model's
   * @param history what was said; when empty, the history that the configuration begins with
   * @param summary told in place of the history, as it stands; null or blank when there is none
   * @param instructions what the instructions are to end with
   * @param awaitingHistory whether the application has announced a history in the setup and has yet
   *     to complete it
   */
  static Seed plan(
      LiveConfig config,
      ModelProfile profile,
      List<Content> history,
      @Nullable String summary,
      List<String> instructions,
      boolean awaitingHistory) {
    List<Content> past = history.isEmpty() ? config.history() : history;
    boolean summarized = summary != null && !summary.isBlank() && !past.isEmpty();
    List<Content> told = summarized && summary != null ? List.of(Content.user(summary)) : past;
    Setup setup = config.setup();
    boolean wanted = profile.historyForm() == HistoryForm.INITIAL_WITH_FLAG;
    boolean announce =
        told.isEmpty() ? awaitingHistory && announced(setup) : wanted || announced(setup);
    Setup.Builder fresh = setup.toBuilder();
    if (announce != announced(setup)) {
      fresh.historyConfig(
          announce ? announcing(setup.historyConfig()) : unannounced(setup.historyConfig()));
    }
    if (setup.sessionResumption() != null) {
      fresh.sessionResumption(setup.sessionResumption().toBuilder().handle(null).build());
    }
    fresh.systemInstruction(instructed(setup.systemInstruction(), instructions));
    List<String> frames = new ArrayList<>();
    if (!told.isEmpty()) {
      ClientContent content = ClientContent.builder()
          .turns(told)
          .turnComplete(announce && !awaitingHistory)
          .build();
      frames.add(ClientMessageEncoder.encode(ClientMessage.of(content)));
    }
    return new Seed(
        fresh.build(),
        frames,
        summarized ? 0 : told.size(),
        summarized,
        announce && awaitingHistory);
  }

  private static boolean announced(Setup setup) {
    return setup.historyConfig() != null
        && Boolean.TRUE.equals(setup.historyConfig().initialHistoryInClientContent());
  }

  private static HistoryConfig announcing(@Nullable HistoryConfig config) {
    HistoryConfig.Builder changed = config == null ? HistoryConfig.builder() : config.toBuilder();
    return changed.initialHistoryInClientContent(true).build();
  }

  /** Without the announcement; null when nothing else is left. */
  private static @Nullable HistoryConfig unannounced(@Nullable HistoryConfig config) {
    return config == null || config.extra().isEmpty()
        ? null
        : config.toBuilder().initialHistoryInClientContent(null).build();
  }

  /** An instruction that ends with what is remembered; null when there is nothing to say. */
  static @Nullable Content instructed(@Nullable Content instruction, List<String> instructions) {
    if (instructions.isEmpty()) {
      return instruction;
    }
    List<Part> parts = new ArrayList<>();
    if (instruction != null && instruction.parts() != null) {
      parts.addAll(instruction.parts());
    }
    instructions.forEach(text -> parts.add(Part.text(text)));
    Content.Builder changed = instruction == null ? Content.builder() : instruction.toBuilder();
    return changed.parts(parts).build();
  }
}
