package io.github.geminilive.internal.profile;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveModel;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.Modality;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one model family wants, knows and refuses on one backend. Plain data: the code asks here
 * instead of looking at a model's name.
 *
 * @param family short name of the family: {@code 2.5-native}, {@code 2.5-half-cascade}, {@code
 *     3.1}, {@code 3.8}, {@code 3.8-xt}, {@code transcribe} or {@code translate}
 * @param known false when the model's id is not in the tables; the profile is then that of the
 *     newest voice model, as a guess
 * @param backend the backend this was looked up for
 * @param release how the model stands with its publisher
 * @param conversation how a conversation is held
 * @param control how an application steers it
 * @param output what comes out
 * @param functions how function calls behave
 * @param features which settings have an effect
 */
public record ModelProfile(
    String family,
    boolean known,
    Endpoint.Backend backend,
    Release release,
    Conversation conversation,
    Control control,
    Output output,
    Functions functions,
    Features features) {

  /** How text of the user goes out. */
  public enum TextForm {
    /** A user turn in {@code clientContent} with {@code turnComplete: true}. */
    CLIENT_CONTENT,
    /** {@code realtimeInput.text}. */
    REALTIME_INPUT
  }

  /** How earlier turns are told to a new session. */
  public enum HistoryForm {
    /** {@code clientContent} without {@code turnComplete}. */
    CLIENT_CONTENT,
    /**
     * {@code historyConfig.initialHistoryInClientContent} in the setup, then {@code clientContent}
     * that ends with {@code turnComplete: true}.
     */
    INITIAL_WITH_FLAG
  }

  /** How the model is stopped in mid-answer when nobody speaks (§2.8, §7.4, §10 row 7). */
  public enum InterruptForm {
    /** {@code clientContent} without turns and with {@code turnComplete: false}. */
    EMPTY_CONTENT,
    /**
     * Not at all. {@code clientContent} is refused, and the activity messages are no substitute:
     * {@code activityStart} needs an {@code activityEnd}, which ends a user turn that the model
     * would answer.
     */
    NONE
  }

  /** How the model is told something that it is not to answer (§2.8). */
  public enum ContextForm {
    /** A turn of the user in {@code clientContent} with {@code turnComplete: false}. */
    USER_TURN,
    /** The same without a role, which older models of the Developer API take as an instruction. */
    TURN_WITHOUT_ROLE,
    /** The same of the model, the only form that has an effect with older models on Vertex AI. */
    MODEL_TURN,
    /** Not in mid-session: it goes into the instructions of the next setup. */
    NEXT_SETUP
  }

  /** How a model that has fallen silent is asked to go on. */
  public enum NudgeForm {
    /** {@code clientContent} with nothing but {@code turnComplete: true}. */
    TURN_COMPLETE,
    /** {@code realtimeInput.text} with next to nothing in it. */
    TEXT,
    /** Not at all: whatever is sent would be transcribed or translated. */
    NONE
  }

  /** How the amount of thinking is set. */
  public enum Thinking {
    /** By {@code thinkingBudget}. */
    BUDGET,
    /** By {@code thinkingLevel}, which has a default. */
    LEVEL,
    /** By {@code thinkingLevel}, which must be LOW, MEDIUM or HIGH. */
    LEVEL_REQUIRED,
    /** Not at all; the whole {@code thinkingConfig} must be absent. */
    FORBIDDEN,
    /** No thinking is documented. */
    NONE
  }

  /** Whether the model may stay silent, or speak unasked. */
  public enum Proactivity {
    /** Off unless asked for; on the Developer API in v1alpha only. */
    OPT_IN,
    /** Always on; switching it off is refused. */
    ALWAYS,
    /** Believed to be always on. */
    PROBABLY_ALWAYS,
    /** Not supported. */
    NONE
  }

  /** How a model stands with its publisher. */
  public enum Status {
    /** In service. */
    CURRENT,
    /** Still in service, announced to go. */
    DEPRECATED,
    /** Switched off. */
    SHUT_DOWN
  }

  /**
   * How the model stands with its publisher.
   *
   * @param status in service or not
   * @param backends where it is published
   */
  public record Release(Status status, Set<Endpoint.Backend> backends) {
    /** Copies. */
    public Release {
      backends = Set.copyOf(backends);
    }
  }

  /**
   * How a conversation is held.
   *
   * @param textForm how text goes out
   * @param historyForm how history is seeded
   * @param clientContentMidSession whether {@code clientContent} is taken after the history phase
   * @param contextUpdate whether {@code contextUpdate} is taken
   * @param interactionStatus whether {@code turnComplete} may come with a status that says more
   *     follows
   */
  public record Conversation(
      TextForm textForm,
      HistoryForm historyForm,
      boolean clientContentMidSession,
      boolean contextUpdate,
      boolean interactionStatus) {}

  /**
   * How an application steers a conversation that is under way.
   *
   * @param interrupt how the model is stopped
   * @param context how it is told something that it is not to answer
   * @param nudge how it is asked to go on
   * @param overlap whether a session may be resumed while its old connection is still open
   */
  public record Control(
      InterruptForm interrupt, ContextForm context, NudgeForm nudge, boolean overlap) {
    /** Checks that nothing is missing. */
    public Control {
      requireNonNull(interrupt, "interrupt");
      requireNonNull(context, "context");
      requireNonNull(nudge, "nudge");
    }
  }

  /**
   * What comes out.
   *
   * @param modalities those the model has; the first is the one to ask for when nothing is said
   * @param othersRefused whether any other modality is known to close the socket
   * @param voices the only prebuilt voices the model has; null when any name may exist
   * @param maxTokens the longest answer in tokens
   */
  public record Output(
      List<Modality> modalities,
      boolean othersRefused,
      @Nullable Set<String> voices,
      int maxTokens) {
    /** Copies. */
    public Output {
      modalities = List.copyOf(modalities);
    }
  }

  /**
   * How function calls behave.
   *
   * @param supported whether the model calls functions
   * @param blocksByDefault whether the model waits for a function that declares nothing
   * @param blocking whether a function may be declared BLOCKING
   * @param nonBlocking whether a function may be declared NON_BLOCKING
   * @param scheduling whether {@code scheduling} of a response is heeded
   * @param generators whether a call may have several responses by {@code willContinue}
   */
  public record Functions(
      boolean supported,
      boolean blocksByDefault,
      boolean blocking,
      boolean nonBlocking,
      boolean scheduling,
      boolean generators) {}

  /**
   * Which settings have an effect.
   *
   * @param thinking how thinking is set
   * @param affectiveDialog whether {@code enableAffectiveDialog} exists; elsewhere it closes the
   *     socket
   * @param proactivity whether the model may stay silent, or speak unasked
   * @param historyConfig whether {@code historyConfig} is known
   * @param nativeAudio whether the model picks the spoken language itself
   * @param avatar whether an avatar can be shown on Vertex AI
   * @param serviceTools whether {@code codeExecution} and {@code urlContext} run
   * @param searchWithFunctions whether {@code googleSearch} and functions go together reliably
   * @param transcriptionOptions whether members of a transcription setting are known
   * @param voiceIds whether {@code voiceConfig.voice} and catalogue ids are known
   */
  public record Features(
      Thinking thinking,
      boolean affectiveDialog,
      Proactivity proactivity,
      boolean historyConfig,
      boolean nativeAudio,
      boolean avatar,
      boolean serviceTools,
      boolean searchWithFunctions,
      boolean transcriptionOptions,
      boolean voiceIds) {}

  /** Checks that nothing is missing. */
  public ModelProfile {
    requireNonNull(family, "family");
    requireNonNull(backend, "backend");
    requireNonNull(release, "release");
    requireNonNull(conversation, "conversation");
    requireNonNull(control, "control");
    requireNonNull(output, "output");
    requireNonNull(functions, "functions");
    requireNonNull(features, "features");
  }

  /**
   * The profile of a model.
   *
   * @param model any model; one that no table knows gets the newest voice model's profile with
   *     {@link #known()} false
   * @param backend where it is to run
   */
  public static ModelProfile of(LiveModel model, Endpoint.Backend backend) {
    return ModelTable.find(requireNonNull(model, "model"), requireNonNull(backend, "backend"));
  }

  /** How text of the user goes out. */
  public TextForm textForm() {
    return conversation.textForm();
  }

  /** How earlier turns are told to a new session. */
  public HistoryForm historyForm() {
    return conversation.historyForm();
  }

  /** Whether {@code clientContent} is taken after the history phase. */
  public boolean clientContentMidSession() {
    return conversation.clientContentMidSession();
  }

  /** Whether {@code contextUpdate} is taken. */
  public boolean contextUpdate() {
    return conversation.contextUpdate();
  }

  /** Whether {@code turnComplete} may come with a status that says more follows. */
  public boolean interactionStatus() {
    return conversation.interactionStatus();
  }

  /** Whether the model can be told something in mid-session that it is not to answer. */
  public boolean takesContext() {
    return control.context() != ContextForm.NEXT_SETUP;
  }

  /** What to ask for when the caller says nothing: AUDIO, or TEXT of a transcribing model. */
  public Modality defaultModality() {
    return output.modalities().get(0);
  }

  /** Whether the model speaks. */
  public boolean voice() {
    return output.modalities().contains(Modality.AUDIO);
  }

  /** Whether the model waits for a function that declares nothing. */
  public boolean blocksByDefault() {
    return functions.blocksByDefault();
  }

  /** Whether a function may be declared BLOCKING. */
  public boolean blockingAllowed() {
    return functions.blocking();
  }

  /** Whether a function may be declared NON_BLOCKING. */
  public boolean nonBlockingAllowed() {
    return functions.nonBlocking();
  }

  /** Whether {@code scheduling} of a response is heeded. */
  public boolean scheduling() {
    return functions.scheduling();
  }

  /** Whether a call may have several responses by {@code willContinue}. */
  public boolean generators() {
    return functions.generators();
  }

  /**
   * Whether the model waits for a call.
   *
   * @param declared what the function's declaration says; null and unknown words stand for the
   *     model's default
   */
  public boolean blocks(@Nullable FunctionBehavior declared) {
    if (FunctionBehavior.BLOCKING.equals(declared)) {
      return functions.blocking();
    }
    if (FunctionBehavior.NON_BLOCKING.equals(declared)) {
      return !functions.nonBlocking();
    }
    return functions.blocksByDefault();
  }
}
