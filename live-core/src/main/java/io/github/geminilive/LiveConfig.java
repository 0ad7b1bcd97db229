package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.internal.profile.ModelProfile;
import io.github.geminilive.internal.profile.Preflight;
import io.github.geminilive.protocol.AudioTranscriptionConfig;
import io.github.geminilive.protocol.AutomaticActivityDetection;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.ContextWindowCompressionConfig;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.GenerationConfig;
import io.github.geminilive.protocol.HistoryConfig;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Modality;
import io.github.geminilive.protocol.RealtimeInputConfig;
import io.github.geminilive.protocol.SessionResumptionConfig;
import io.github.geminilive.protocol.Setup;
import io.github.geminilive.protocol.SlidingWindow;
import io.github.geminilive.protocol.SpeechConfig;
import io.github.geminilive.protocol.ThinkingConfig;
import io.github.geminilive.protocol.ThinkingLevel;
import io.github.geminilive.protocol.Tool;
import io.github.geminilive.protocol.TranslationConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All that a session needs to know. Immutable; only the model has to be named.
 *
 * <p>Options without a method of their own are reached with {@link Builder#setup} and {@link
 * Builder#generation}, which hand out the wire's own types, and what this version does not know at
 * all with their {@code extra} methods.
 */
public final class LiveConfig {

  private final LiveModel model;
  private final Endpoint endpoint;
  private final Credentials credentials;
  private final Setup setup;
  private final List<ToolSet> toolSets;
  private final int toolCallsPerTurn;
  private final int toolResultLimit;
  private final List<Object> attachments;
  private final List<Content> history;
  private final @Nullable LiveListener listener;
  private final Delivery listenerDelivery;
  private final Duration connectTimeout;
  private final Duration setupTimeout;
  private final Duration closeTimeout;
  private final Duration keepAlive;
  private final int outgoingMessages;
  private final long outgoingBytes;
  private final Duration outgoingMediaAge;
  private final int incomingMessageLimit;
  private final int malformedLimit;
  private final long turnAudioLimit;
  private final RecoveryPolicy recovery;
  private final WatchdogPolicy watchdog;
  private final RecordingPolicy recording;
  private final @Nullable SessionSnapshot snapshot;
  private final boolean logContent;
  // What the caller set, before defaults were filled in; toBuilder() starts from it.
  private final Builder origin;

  private LiveConfig(Builder builder) {
    this.origin = builder;
    this.model = builder.model;
    this.endpoint = builder.endpoint;
    this.credentials = builder.credentials;
    this.toolSets = List.copyOf(builder.toolSets);
    this.toolCallsPerTurn = builder.toolCallsPerTurn;
    this.toolResultLimit = builder.toolResultLimit;
    this.attachments = List.copyOf(builder.attachments);
    this.history = List.copyOf(builder.history);
    this.listener = builder.listener;
    this.listenerDelivery = builder.listenerDelivery;
    this.connectTimeout = builder.connectTimeout;
    this.setupTimeout = builder.setupTimeout;
    this.closeTimeout = builder.closeTimeout;
    this.keepAlive = builder.keepAlive;
    this.outgoingMessages = builder.outgoingMessages;
    this.outgoingBytes = builder.outgoingBytes;
    this.outgoingMediaAge = builder.outgoingMediaAge;
    this.incomingMessageLimit = builder.incomingMessageLimit;
    this.malformedLimit = builder.malformedLimit;
    this.turnAudioLimit = builder.turnAudioLimit;
    this.recovery = builder.recovery;
    this.watchdog = builder.watchdog;
    this.recording = builder.recording;
    this.snapshot = builder.snapshot;
    this.logContent = builder.logContent;
    this.setup = assemble(builder);
  }

  /**
   * Starts a configuration.
   *
   * @param model any model
   */
  public static Builder builder(LiveModel model) {
    return new Builder(requireNonNull(model, "model"));
  }

  /**
   * Starts a configuration.
   *
   * @param model any model id, such as {@code gemini-3.8-live}
   */
  public static Builder builder(String model) {
    return new Builder(LiveModel.of(model));
  }

  /** Starts a configuration from this one. */
  public Builder toBuilder() {
    return new Builder(origin);
  }

  private static Setup assemble(Builder builder) {
    ModelProfile profile = ModelProfile.of(builder.model, builder.endpoint.backend());
    Setup set = builder.setup.model(builder.endpoint.modelName(builder.model)).build();
    GenerationConfig generation = builder.generation.build();
    if (generation.responseModalities() == null) {
      generation =
          generation.toBuilder().responseModalities(profile.defaultModality()).build();
    }
    boolean speaks = requireNonNull(generation.responseModalities()).contains(Modality.AUDIO);
    Setup.Builder complete = set.toBuilder().generationConfig(generation);
    if (builder.inputTranscription && set.inputAudioTranscription() == null) {
      complete.inputAudioTranscription(AudioTranscriptionConfig.enabled());
    }
    if (builder.outputTranscription && speaks && set.outputAudioTranscription() == null) {
      complete.outputAudioTranscription(AudioTranscriptionConfig.enabled());
    }
    if (builder.resumption && set.sessionResumption() == null) {
      complete.sessionResumption(SessionResumptionConfig.builder().build());
    }
    if (builder.compression && profile.voice() && set.contextWindowCompression() == null) {
      complete.contextWindowCompression(ContextWindowCompressionConfig.builder()
          .slidingWindow(SlidingWindow.builder().build())
          .build());
    }
    if (!builder.history.isEmpty()
        && profile.historyForm() == ModelProfile.HistoryForm.INITIAL_WITH_FLAG
        && set.historyConfig() == null) {
      complete.historyConfig(
          HistoryConfig.builder().initialHistoryInClientContent(true).build());
    }
    List<Tool> tools = new ArrayList<>();
    List<FunctionDeclaration> functions = new ArrayList<>();
    builder.toolSets.forEach(toolSet -> functions.addAll(toolSet.declarations()));
    if (!functions.isEmpty()) {
      tools.add(Tool.functions(functions));
    }
    tools.addAll(builder.serviceTools);
    if (set.tools() != null) {
      tools.addAll(set.tools());
    }
    if (!tools.isEmpty()) {
      complete.tools(tools);
    }
    return complete.build();
  }

  /**
   * Looks for what will not work with this model on this backend. {@link LiveClient} does the same
   * before it dials: it logs warnings, and throws {@link LiveConfigException} where the service is
   * known to refuse.
   *
   * @return findings; empty when there is nothing to say
   */
  public List<ConfigFinding> check() {
    return Preflight.check(setup, history, profile(), endpoint);
  }

  ModelProfile profile() {
    return ModelProfile.of(model, endpoint.backend());
  }

  /** The model. */
  public LiveModel model() {
    return model;
  }

  /** Where the service is. Default: {@link Endpoint#developer()}. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** Who calls. Default: {@link Credentials#fromEnvironment()}. */
  public Credentials credentials() {
    return credentials;
  }

  /** The setup as it goes out, defaults filled in. */
  public Setup setup() {
    return setup;
  }

  /** Functions and the code behind them. */
  public List<ToolSet> toolSets() {
    return toolSets;
  }

  /** How many calls of one turn are run; 0 means no limit. */
  public int toolCallsPerTurn() {
    return toolCallsPerTurn;
  }

  /** How large a tool's result may be, in bytes of JSON. */
  public int toolResultLimit() {
    return toolResultLimit;
  }

  /** What each session has attached from its start, in order. */
  public List<Object> attachments() {
    return attachments;
  }

  /** What was said before this session. */
  public List<Content> history() {
    return history;
  }

  /** Hears everything from the first event on; null when none was set. */
  public @Nullable LiveListener listener() {
    return listener;
  }

  /** How the listener's buffer behaves. */
  public Delivery listenerDelivery() {
    return listenerDelivery;
  }

  /** From the dial to the end of the WebSocket handshake, at most. */
  public Duration connectTimeout() {
    return connectTimeout;
  }

  /** From the handshake to {@code setupComplete}, at most. */
  public Duration setupTimeout() {
    return setupTimeout;
  }

  /** From {@link LiveSession#close()} to the end of the connection, at most. */
  public Duration closeTimeout() {
    return closeTimeout;
  }

  /** How often the connection is pinged; zero means never. */
  public Duration keepAlive() {
    return keepAlive;
  }

  /** How many messages may wait to be sent. */
  public int outgoingMessages() {
    return outgoingMessages;
  }

  /** How many bytes may wait to be sent. */
  public long outgoingBytes() {
    return outgoingBytes;
  }

  /** How long audio and video may wait to be sent. */
  public Duration outgoingMediaAge() {
    return outgoingMediaAge;
  }

  /** The largest message taken in, in bytes. */
  public int incomingMessageLimit() {
    return incomingMessageLimit;
  }

  /** How many unreadable messages in a row end the session. */
  public int malformedLimit() {
    return malformedLimit;
  }

  /** How many bytes of its audio a turn keeps. */
  public long turnAudioLimit() {
    return turnAudioLimit;
  }

  /** How the end of a connection is got over. */
  public RecoveryPolicy recovery() {
    return recovery;
  }

  /** What is done when the service falls silent. */
  public WatchdogPolicy watchdog() {
    return watchdog;
  }

  /** What the flight recorder keeps. */
  public RecordingPolicy recording() {
    return recording;
  }

  /** The conversation to go on with; null for a new one. */
  public @Nullable SessionSnapshot snapshot() {
    return snapshot;
  }

  /** Whether message contents may be logged, shortened, at trace level. */
  public boolean logContent() {
    return logContent;
  }

  @Override
  public String toString() {
    return "LiveConfig[model=" + model + ", endpoint=" + endpoint + "]";
  }

  /**
   * Collects options. Each method checks its value at once. Not for use by several threads.
   */
  public static final class Builder {

    private final LiveModel model;
    private Endpoint endpoint = Endpoint.developer();
    private Credentials credentials = Credentials.fromEnvironment();
    private Setup.Builder setup;
    private GenerationConfig.Builder generation = GenerationConfig.builder();
    private final List<ToolSet> toolSets = new ArrayList<>();
    private final List<Tool> serviceTools = new ArrayList<>();
    private int toolCallsPerTurn = 64;
    private int toolResultLimit = 256 << 10;
    private final List<Object> attachments = new ArrayList<>();
    private List<Content> history = List.of();
    private boolean inputTranscription = true;
    private boolean outputTranscription = true;
    private boolean resumption = true;
    private @Nullable LiveListener listener;
    private Delivery listenerDelivery = Delivery.lossless();
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration setupTimeout = Duration.ofSeconds(15);
    private Duration closeTimeout = Duration.ofMillis(1500);
    private Duration keepAlive = Duration.ofSeconds(15);
    private int outgoingMessages = 256;
    private long outgoingBytes = 4L << 20;
    private Duration outgoingMediaAge = Duration.ofSeconds(2);
    private int incomingMessageLimit = 16 << 20;
    private int malformedLimit = 10;
    private long turnAudioLimit = 16L << 20;
    private RecoveryPolicy recovery = RecoveryPolicy.DEFAULT;
    private WatchdogPolicy watchdog = WatchdogPolicy.DEFAULT;
    private RecordingPolicy recording = RecordingPolicy.DEFAULT;
    private @Nullable SessionSnapshot snapshot;
    private boolean compression = true;
    private boolean logContent;

    private Builder(LiveModel model) {
      this.model = model;
      this.setup = Setup.builder(model.id());
    }

    private Builder(Builder other) {
      this.model = other.model;
      this.endpoint = other.endpoint;
      this.credentials = other.credentials;
      this.setup = other.setup.build().toBuilder();
      this.generation = other.generation.build().toBuilder();
      this.toolSets.addAll(other.toolSets);
      this.serviceTools.addAll(other.serviceTools);
      this.toolCallsPerTurn = other.toolCallsPerTurn;
      this.toolResultLimit = other.toolResultLimit;
      this.attachments.addAll(other.attachments);
      this.history = other.history;
      this.inputTranscription = other.inputTranscription;
      this.outputTranscription = other.outputTranscription;
      this.resumption = other.resumption;
      this.listener = other.listener;
      this.listenerDelivery = other.listenerDelivery;
      this.connectTimeout = other.connectTimeout;
      this.setupTimeout = other.setupTimeout;
      this.closeTimeout = other.closeTimeout;
      this.keepAlive = other.keepAlive;
      this.outgoingMessages = other.outgoingMessages;
      this.outgoingBytes = other.outgoingBytes;
      this.outgoingMediaAge = other.outgoingMediaAge;
      this.incomingMessageLimit = other.incomingMessageLimit;
      this.malformedLimit = other.malformedLimit;
      this.turnAudioLimit = other.turnAudioLimit;
      this.recovery = other.recovery;
      this.watchdog = other.watchdog;
      this.recording = other.recording;
      this.snapshot = other.snapshot;
      this.compression = other.compression;
      this.logContent = other.logContent;
    }

    /**
     * Where the service is.
     *
     * @param endpoint default: {@link Endpoint#developer()}
     */
    public Builder endpoint(Endpoint endpoint) {
      this.endpoint = requireNonNull(endpoint, "endpoint");
      return this;
    }

    /**
     * Who calls.
     *
     * @param credentials default: {@link Credentials#fromEnvironment()}
     */
    public Builder credentials(Credentials credentials) {
      this.credentials = requireNonNull(credentials, "credentials");
      return this;
    }

    /**
     * Who calls: an API key or ephemeral token.
     *
     * @param key as {@link Credentials#apiKey(String)} takes it
     */
    public Builder apiKey(String key) {
      return credentials(Credentials.apiKey(key));
    }

    /**
     * What the model should know and be.
     *
     * @param text one paragraph; default: none
     */
    public Builder systemInstruction(String text) {
      requireNonNull(text, "text");
      return systemInstruction(Content.text(text));
    }

    /**
     * What the model should know and be.
     *
     * @param instruction text parts; each is a paragraph
     */
    public Builder systemInstruction(Content instruction) {
      setup.systemInstruction(requireNonNull(instruction, "instruction"));
      return this;
    }

    /**
     * Adds functions the model can call, and the code behind them.
     *
     * @param toolSets no two functions may share a name
     * @throws IllegalArgumentException when a name is taken
     */
    public Builder tools(ToolSet... toolSets) {
      List<ToolSet> all = new ArrayList<>(this.toolSets);
      all.addAll(List.of(toolSets));
      checkNames(all);
      this.toolSets.addAll(List.of(toolSets));
      return this;
    }

    /**
     * As {@link #tools}, but in place of those added before.
     *
     * @param toolSets no two functions may share a name; none removes all
     * @throws IllegalArgumentException when names are shared; nothing has changed
     */
    public Builder replaceTools(ToolSet... toolSets) {
      List<ToolSet> replacement = List.of(toolSets);
      checkNames(replacement);
      this.toolSets.clear();
      this.toolSets.addAll(replacement);
      return this;
    }

    private static void checkNames(List<ToolSet> toolSets) {
      Set<String> names = new HashSet<>();
      Set<String> shared = new TreeSet<>();
      for (ToolSet toolSet : toolSets) {
        for (FunctionDeclaration declaration : toolSet.declarations()) {
          if (!names.add(declaration.name())) {
            shared.add("\"" + declaration.name() + "\"");
          }
        }
      }
      if (!shared.isEmpty()) {
        throw new IllegalArgumentException("there are two tools named "
            + String.join(", and two named ", shared)
            + "; rename one of them");
      }
    }

    /**
     * How many calls of one turn are run; the model is told to go on without more. Keeps a model that
     * calls in circles from doing so for ever.
     *
     * @param calls not negative; 0 means no limit; default: 64
     */
    public Builder toolCallsPerTurn(int calls) {
      if (calls < 0) {
        throw new IllegalArgumentException("toolCallsPerTurn must not be negative: " + calls);
      }
      toolCallsPerTurn = calls;
      return this;
    }

    /**
     * How large a tool's result may be; the model is told of a larger one instead of getting it.
     * Results fill the model's context, and are paid for.
     *
     * @param bytes of JSON in UTF-8, at least 1; default: 256 KiB
     */
    public Builder toolResultLimit(int bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("toolResultLimit must be at least 1: " + bytes);
      }
      toolResultLimit = bytes;
      return this;
    }

    /**
     * Attaches something of the application's to each session from its start, as {@link
     * LiveSession#attach} does later. Takes the place of what was attached before of the same class.
     *
     * @param state anything; sessions of the same configuration share it
     */
    public Builder attach(Object state) {
      requireNonNull(state, "state");
      attachments.removeIf(earlier -> earlier.getClass() == state.getClass());
      attachments.add(state);
      return this;
    }

    /**
     * Adds tools the service runs itself, such as search, or functions whose calls the application
     * answers by itself with {@link LiveSession#sendToolResponse}.
     *
     * @param tools as they go out
     */
    public Builder declare(Tool... tools) {
      serviceTools.addAll(List.of(tools));
      return this;
    }

    /**
     * What was said before this session; told to the model without a reply.
     *
     * @param turns user and model turns of text, in order; default: none
     */
    public Builder history(List<Content> turns) {
      history = List.copyOf(turns);
      return this;
    }

    /**
     * Text or speech.
     *
     * @param modality default: what the model does, {@link Modality#AUDIO} for voice models
     */
    public Builder responseModality(Modality modality) {
      generation.responseModalities(requireNonNull(modality, "modality"));
      return this;
    }

    /**
     * Who speaks.
     *
     * @param name a prebuilt voice such as {@code Kore}; default: the model's
     */
    public Builder voice(String name) {
      requireNonNull(name, "name");
      SpeechConfig before = generation.build().speechConfig();
      SpeechConfig.Builder speech = before == null ? SpeechConfig.builder() : before.toBuilder();
      generation.speechConfig(
          speech.voiceConfig(SpeechConfig.voice(name).voiceConfig()).build());
      return this;
    }

    /**
     * The language to speak. Native audio models choose by themselves and may ignore this.
     *
     * @param languageCode BCP-47, such as {@code pt-BR}; default: the model's choice
     */
    public Builder language(String languageCode) {
      requireNonNull(languageCode, "languageCode");
      SpeechConfig before = generation.build().speechConfig();
      SpeechConfig.Builder speech = before == null ? SpeechConfig.builder() : before.toBuilder();
      generation.speechConfig(speech.languageCode(languageCode).build());
      return this;
    }

    /**
     * How much the model varies.
     *
     * @param temperature more than 0, at most 2; default: the model's
     */
    public Builder temperature(double temperature) {
      generation.temperature(temperature);
      return this;
    }

    /**
     * How long an answer may be.
     *
     * @param tokens at least 1; about 25 tokens are one second of speech; default: the model's
     */
    public Builder maxOutputTokens(int tokens) {
      generation.maxOutputTokens(tokens);
      return this;
    }

    /**
     * How hard an extended-thinking or 3.1 model thinks. Costs time before the first word.
     *
     * @param level default: none set; extended thinking requires one
     */
    public Builder thinkingLevel(ThinkingLevel level) {
      generation.thinkingConfig(thinking().thinkingLevel(level).build());
      return this;
    }

    /**
     * How many tokens a 2.5 model may think. Costs time before the first word.
     *
     * @param tokens 0 switches thinking off, -1 leaves it to the model; default: the model's
     */
    public Builder thinkingBudget(int tokens) {
      generation.thinkingConfig(thinking().thinkingBudget(tokens).build());
      return this;
    }

    private ThinkingConfig.Builder thinking() {
      ThinkingConfig before = generation.build().thinkingConfig();
      return before == null ? ThinkingConfig.builder() : before.toBuilder();
    }

    /**
     * Translates what is said instead of answering it; for translation models.
     *
     * @param targetLanguage BCP-47, such as {@code pl}
     */
    public Builder translateTo(String targetLanguage) {
      generation.translationConfig(TranslationConfig.builder(targetLanguage).build());
      return this;
    }

    /**
     * Whether the service writes down what the user says.
     *
     * @param on default: true
     */
    public Builder inputTranscription(boolean on) {
      inputTranscription = on;
      if (!on) {
        setup.inputAudioTranscription(null);
      }
      return this;
    }

    /**
     * Whether the service writes down what the model says. {@link LiveTurn#heardText()} needs it.
     *
     * @param on default: true
     */
    public Builder outputTranscription(boolean on) {
      outputTranscription = on;
      if (!on) {
        setup.outputAudioTranscription(null);
      }
      return this;
    }

    /**
     * The application says when the user begins and stops speaking, with {@link
     * LiveSession#startActivity()} and {@link LiveSession#endActivity()}, instead of the service
     * hearing it. Default: the service hears it.
     */
    public Builder manualActivity() {
      RealtimeInputConfig before = setup.build().realtimeInputConfig();
      RealtimeInputConfig.Builder input =
          before == null ? RealtimeInputConfig.builder() : before.toBuilder();
      setup.realtimeInputConfig(input
          .automaticActivityDetection(
              AutomaticActivityDetection.builder().disabled(true).build())
          .build());
      return this;
    }

    /**
     * Whether the service hands out handles that resume the session.
     *
     * @param on default: true
     */
    public Builder resumption(boolean on) {
      resumption = on;
      if (!on) {
        setup.sessionResumption(null);
      }
      return this;
    }

    /**
     * Whether the service shortens the conversation when its memory is full. Without, it ends a
     * conversation by voice after about 15 minutes, and one with video after 2.
     *
     * @param on default: true for models that speak; the oldest part is forgotten, see {@code
     *     contextWindowCompression} of {@link #setup} for the figures
     */
    public Builder compression(boolean on) {
      compression = on;
      if (!on) {
        setup.contextWindowCompression(null);
      }
      return this;
    }

    /**
     * How the end of a connection is got over.
     *
     * @param policy default: {@link RecoveryPolicy#DEFAULT}
     */
    public Builder recovery(RecoveryPolicy policy) {
      recovery = requireNonNull(policy, "policy");
      return this;
    }

    /**
     * What is done when the service falls silent on a healthy connection.
     *
     * @param policy default: {@link WatchdogPolicy#DEFAULT}
     */
    public Builder watchdog(WatchdogPolicy policy) {
      watchdog = requireNonNull(policy, "policy");
      return this;
    }

    /**
     * What the flight recorder keeps.
     *
     * @param policy default: {@link RecordingPolicy#DEFAULT}
     */
    public Builder recording(RecordingPolicy policy) {
      recording = requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Goes on with the conversation of another session. Where the service does not know it any more,
     * a fresh one is told its history.
     *
     * @param snapshot of the other session, whose model must be this one
     * @throws IllegalArgumentException when the model differs
     */
    public Builder resumeFrom(SessionSnapshot snapshot) {
      requireNonNull(snapshot, "snapshot");
      if (!snapshot.model().equals(model.id())) {
        throw new IllegalArgumentException("the snapshot is of a conversation with "
            + snapshot.model()
            + ", which cannot go on with "
            + model
            + "; use the same model");
      }
      if (snapshot.handle() != null) {
        resumeFrom(snapshot.handle());
      }
      this.snapshot = snapshot;
      return this;
    }

    /**
     * Resumes an earlier session. When the service does not know the handle any more, a fresh
     * conversation is begun, see {@link LiveEvent.Opened#stateRestored}.
     *
     * @param handle from its last {@link LiveEvent.Resumption}; a secret
     */
    public Builder resumeFrom(String handle) {
      resumption = true;
      setup.sessionResumption(SessionResumptionConfig.builder().handle(handle).build());
      return this;
    }

    /**
     * Changes the setup's generation options directly.
     *
     * @param change is given what is set so far; what it returns is kept
     */
    public Builder generation(UnaryOperator<GenerationConfig.Builder> change) {
      generation = requireNonNull(change.apply(generation), "change returned null");
      return this;
    }

    /**
     * Changes the setup directly. Its model is always {@link LiveConfig#model()}, and its
     * generation options those of {@link #generation}.
     *
     * @param change is given what is set so far; what it returns is kept
     */
    public Builder setup(UnaryOperator<Setup.Builder> change) {
      setup = requireNonNull(change.apply(setup), "change returned null");
      GenerationConfig replaced = setup.build().generationConfig();
      if (replaced != null) {
        generation = replaced.toBuilder();
        setup.generationConfig(null);
      }
      return this;
    }

    /**
     * Adds a member this version does not know to the setup.
     *
     * @param name the member's name
     * @param value its value
     */
    public Builder setupExtra(String name, Json value) {
      setup.extra(name, value);
      return this;
    }

    /**
     * Hears all events, from the first one on.
     *
     * @param listener called on the client's executor; default: none
     */
    public Builder listener(LiveListener listener) {
      return listener(listener, Delivery.lossless());
    }

    /**
     * Hears all events, from the first one on.
     *
     * @param listener called on the client's executor
     * @param delivery how its buffer behaves
     */
    public Builder listener(LiveListener listener, Delivery delivery) {
      this.listener = requireNonNull(listener, "listener");
      this.listenerDelivery = requireNonNull(delivery, "delivery");
      return this;
    }

    /**
     * How long the WebSocket handshake may take, TCP and TLS included.
     *
     * @param timeout positive; default: 10 s
     */
    public Builder connectTimeout(Duration timeout) {
      connectTimeout = positive("connectTimeout", timeout);
      return this;
    }

    /**
     * How long the service may take from the handshake to {@code setupComplete}.
     *
     * @param timeout positive; default: 15 s
     */
    public Builder setupTimeout(Duration timeout) {
      setupTimeout = positive("setupTimeout", timeout);
      return this;
    }

    /**
     * How long {@link LiveSession#close()} may take: what waits is written and the other side's
     * close awaited; then the connection is cut.
     *
     * @param timeout positive; default: 1.5 s
     */
    public Builder closeTimeout(Duration timeout) {
      closeTimeout = positive("closeTimeout", timeout);
      return this;
    }

    /**
     * How often the connection is pinged. That keeps proxies from cutting it in a long silence, and
     * shows whether the other side is there: see {@link RecoveryPolicy#deadAfter()}. Without pings
     * nobody judges a connection by its silence.
     *
     * @param interval not negative; zero switches it off; default: 15 s
     */
    public Builder keepAlive(Duration interval) {
      requireNonNull(interval, "interval");
      if (interval.isNegative()) {
        throw new IllegalArgumentException("keepAlive must not be negative: " + interval);
      }
      keepAlive = interval;
      return this;
    }

    /**
     * How much may wait to be sent. Beyond it, audio drops the oldest audio; all else is refused.
     *
     * @param messages at least 1; default: 256
     * @param bytes at least 1; default: 4 MiB
     */
    public Builder outgoingLimits(int messages, long bytes) {
      if (messages < 1) {
        throw new IllegalArgumentException("messages must be at least 1: " + messages);
      }
      if (bytes < 1) {
        throw new IllegalArgumentException("bytes must be at least 1: " + bytes);
      }
      outgoingMessages = messages;
      outgoingBytes = bytes;
      return this;
    }

    /**
     * How long audio and video may wait to be sent before they are dropped as stale.
     *
     * @param age positive; default: 2 s
     */
    public Builder outgoingMediaAge(Duration age) {
      outgoingMediaAge = positive("outgoingMediaAge", age);
      return this;
    }

    /**
     * The largest message taken in; the session ends at a larger one.
     *
     * @param bytes at least 1,024; default: 16 MiB
     */
    public Builder incomingMessageLimit(int bytes) {
      if (bytes < 1024) {
        throw new IllegalArgumentException("incomingMessageLimit must be at least 1024: " + bytes);
      }
      incomingMessageLimit = bytes;
      return this;
    }

    /**
     * How many unreadable messages in a row the session survives.
     *
     * @param messages at least 1; default: 10
     */
    public Builder malformedLimit(int messages) {
      if (messages < 1) {
        throw new IllegalArgumentException("malformedLimit must be at least 1: " + messages);
      }
      malformedLimit = messages;
      return this;
    }

    /**
     * How much of its audio a {@link LiveTurn} keeps. Audio events are not affected.
     *
     * @param bytes 0 keeps none; default: 16 MiB, almost six minutes
     */
    public Builder turnAudioLimit(long bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("turnAudioLimit must not be negative: " + bytes);
      }
      turnAudioLimit = bytes;
      return this;
    }

    /**
     * Allows message contents in the log, shortened, at trace level. They hold what people say.
     *
     * @param on default: false
     */
    public Builder logContent(boolean on) {
      logContent = on;
      return this;
    }

    private static Duration positive(String name, Duration value) {
      requireNonNull(value, name);
      if (value.isNegative() || value.isZero()) {
        throw new IllegalArgumentException(name + " must be positive: " + value);
      }
      return value;
    }

    /** The configuration; later changes to this builder do not reach it. */
    public LiveConfig build() {
      return new LiveConfig(new Builder(this));
    }
  }
}
