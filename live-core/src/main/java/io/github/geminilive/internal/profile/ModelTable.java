package io.github.geminilive.internal.profile;

import io.github.geminilive.Endpoint;
import io.github.geminilive.Endpoint.Backend;
import io.github.geminilive.LiveModel;
import io.github.geminilive.internal.profile.ModelProfile.ContextForm;
import io.github.geminilive.internal.profile.ModelProfile.Control;
import io.github.geminilive.internal.profile.ModelProfile.Conversation;
import io.github.geminilive.internal.profile.ModelProfile.Features;
import io.github.geminilive.internal.profile.ModelProfile.Functions;
import io.github.geminilive.internal.profile.ModelProfile.HistoryForm;
import io.github.geminilive.internal.profile.ModelProfile.InterruptForm;
import io.github.geminilive.internal.profile.ModelProfile.NudgeForm;
import io.github.geminilive.internal.profile.ModelProfile.Output;
import io.github.geminilive.internal.profile.ModelProfile.Proactivity;
import io.github.geminilive.internal.profile.ModelProfile.Release;
import io.github.geminilive.internal.profile.ModelProfile.Status;
import io.github.geminilive.internal.profile.ModelProfile.TextForm;
import io.github.geminilive.internal.profile.ModelProfile.Thinking;
import io.github.geminilive.protocol.Modality;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The families and the ids that belong to them (§7.5, §9). A new model is a new row here. */
final class ModelTable {

  private static final Set<Backend> DEVELOPER = EnumSet.of(Backend.DEVELOPER);
  private static final Set<Backend> VERTEX = EnumSet.of(Backend.VERTEX);
  private static final Set<Backend> BOTH = EnumSet.allOf(Backend.class);

  /** One family, told apart by backend where the backends differ. */
  private record Family(
      String name,
      Conversation conversation,
      Control developerControl,
      Control vertexControl,
      Output developerOutput,
      Output vertexOutput,
      Functions developerFunctions,
      Functions vertexFunctions,
      Features features) {

    ModelProfile on(Backend backend, boolean known, Release release) {
      boolean vertex = backend == Backend.VERTEX;
      return new ModelProfile(
          name,
          known,
          backend,
          release,
          conversation,
          vertex ? vertexControl : developerControl,
          vertex ? vertexOutput : developerOutput,
          vertex ? vertexFunctions : developerFunctions,
          features);
    }

    Family voices(Set<String> voices) {
      return new Family(
          name,
          conversation,
          developerControl,
          vertexControl,
          withVoices(developerOutput, voices),
          withVoices(vertexOutput, voices),
          developerFunctions,
          vertexFunctions,
          features);
    }

    private static Output withVoices(Output output, Set<String> voices) {
      return new Output(output.modalities(), output.othersRefused(), voices, output.maxTokens());
    }
  }

  /** One line of the table: ids ending in {@code *} stand for every id that begins so. */
  private record Row(String ids, Set<Backend> backends, Status status, Family family) {

    boolean holds(String id) {
      return ids.endsWith("*") ? id.startsWith(ids.substring(0, ids.length() - 1)) : id.equals(ids);
    }
  }

  private static final Conversation ORDERED =
      new Conversation(TextForm.CLIENT_CONTENT, HistoryForm.CLIENT_CONTENT, true, false, false);
  private static final Conversation UPDATABLE =
      new Conversation(TextForm.CLIENT_CONTENT, HistoryForm.CLIENT_CONTENT, true, true, false);
  private static final Conversation REASONING =
      new Conversation(TextForm.CLIENT_CONTENT, HistoryForm.CLIENT_CONTENT, true, true, true);
  private static final Conversation SEEDED_ONCE =
      new Conversation(TextForm.REALTIME_INPUT, HistoryForm.INITIAL_WITH_FLAG, false, false, false);
  private static final Conversation STREAMED =
      new Conversation(TextForm.REALTIME_INPUT, HistoryForm.CLIENT_CONTENT, true, false, false);

  // The service refuses a resume while the old connection is open: no family lets two overlap.
  private static final Control ROLELESS =
      control(InterruptForm.EMPTY_CONTENT, ContextForm.TURN_WITHOUT_ROLE, NudgeForm.TURN_COMPLETE);
  private static final Control AS_MODEL =
      control(InterruptForm.EMPTY_CONTENT, ContextForm.MODEL_TURN, NudgeForm.TURN_COMPLETE);
  private static final Control AS_USER =
      control(InterruptForm.EMPTY_CONTENT, ContextForm.USER_TURN, NudgeForm.TURN_COMPLETE);
  private static final Control BY_TEXT_ONLY =
      control(InterruptForm.NONE, ContextForm.NEXT_SETUP, NudgeForm.TEXT);
  private static final Control UNSTEERED =
      control(InterruptForm.NONE, ContextForm.NEXT_SETUP, NudgeForm.NONE);

  private static Control control(InterruptForm interrupt, ContextForm context, NudgeForm nudge) {
    return new Control(interrupt, context, nudge, false);
  }

  //                                       supported, blocks by default, BLOCKING, NON_BLOCKING,
  //                                       scheduling, willContinue
  private static final Functions WAITING_OPTIONAL =
      new Functions(true, true, true, true, true, true);
  private static final Functions WAITING_ONLY =
      new Functions(true, true, true, false, false, false);
  private static final Functions ASYNC_WITH_GENERATORS =
      new Functions(true, false, true, true, true, true);
  private static final Functions ASYNC = new Functions(true, false, true, true, true, false);
  private static final Functions ASYNC_ONLY = new Functions(true, false, false, true, false, false);
  private static final Functions NO_FUNCTIONS =
      new Functions(false, true, true, false, false, false);

  private static final List<Modality> AUDIO = List.of(Modality.AUDIO);

  private static Family family(
      String name,
      Conversation conversation,
      Control developerControl,
      Control vertexControl,
      Output output,
      Functions developer,
      Functions vertex,
      Features features) {
    return new Family(
        name,
        conversation,
        developerControl,
        vertexControl,
        output,
        output,
        developer,
        vertex,
        features);
  }

  // On Vertex AI this family refuses or ignores NON_BLOCKING (§10 row 11).
  private static final Family NATIVE_2_5 = family(
      "2.5-native",
      ORDERED,
      ROLELESS,
      AS_MODEL,
      new Output(AUDIO, true, Voices.PREBUILT, 8_192),
      WAITING_OPTIONAL,
      WAITING_ONLY,
      new Features(
          Thinking.BUDGET,
          true,
          Proactivity.OPT_IN,
          false,
          true,
          false,
          false,
          false,
          false,
          false));

  private static final Family HALF_CASCADE = family(
      "2.5-half-cascade",
      ORDERED,
      ROLELESS,
      AS_MODEL,
      new Output(List.of(Modality.AUDIO, Modality.TEXT), false, Voices.HALF_CASCADE, 8_192),
      WAITING_OPTIONAL,
      WAITING_ONLY,
      new Features(
          Thinking.NONE, false, Proactivity.NONE, false, false, false, true, false, false, false));

  private static final Family LIVE_3_1 = family(
      "3.1",
      SEEDED_ONCE,
      BY_TEXT_ONLY,
      BY_TEXT_ONLY,
      new Output(AUDIO, true, Voices.PREBUILT, 65_536),
      WAITING_ONLY,
      WAITING_ONLY,
      new Features(
          Thinking.LEVEL, false, Proactivity.NONE, true, true, false, false, false, false, false));

  private static final Family LIVE_3_8 = new Family(
      "3.8",
      UPDATABLE,
      AS_USER,
      AS_USER,
      new Output(AUDIO, true, null, 65_536),
      new Output(List.of(Modality.AUDIO, Modality.VIDEO), true, null, 65_536),
      ASYNC_WITH_GENERATORS,
      ASYNC,
      new Features(
          Thinking.FORBIDDEN,
          false,
          Proactivity.ALWAYS,
          true,
          true,
          true,
          false,
          true,
          true,
          true));

  private static final Family EXTENDED_THINKING = family(
      "3.8-xt",
      REASONING,
      AS_USER,
      AS_USER,
      new Output(AUDIO, true, null, 65_536),
      ASYNC_ONLY,
      ASYNC_ONLY,
      new Features(
          Thinking.LEVEL_REQUIRED,
          false,
          Proactivity.PROBABLY_ALWAYS,
          true,
          true,
          false,
          false,
          true,
          true,
          true));

  private static final Family TRANSCRIBE = family(
      "transcribe",
      STREAMED,
      UNSTEERED,
      UNSTEERED,
      new Output(List.of(Modality.TEXT), false, null, 65_536),
      NO_FUNCTIONS,
      NO_FUNCTIONS,
      new Features(
          Thinking.NONE, false, Proactivity.NONE, true, false, false, false, false, true, false));

  private static final Family TRANSLATE = family(
      "translate",
      STREAMED,
      UNSTEERED,
      UNSTEERED,
      new Output(AUDIO, false, null, 65_536),
      NO_FUNCTIONS,
      NO_FUNCTIONS,
      new Features(
          Thinking.NONE, false, Proactivity.NONE, true, true, false, false, false, true, true));

  // The first row that holds the id counts: longer names stand above what they begin with.
  private static final List<Row> ROWS = List.of(
      new Row("gemini-3.8-live-extended-thinking*", BOTH, Status.CURRENT, EXTENDED_THINKING),
      new Row("gemini-3.8-live*", BOTH, Status.CURRENT, LIVE_3_8),
      new Row("gemini-3.5-transcribe-live-preview", VERTEX, Status.CURRENT, TRANSCRIBE),
      new Row("gemini-3.5-transcribe-live", DEVELOPER, Status.CURRENT, TRANSCRIBE),
      new Row("gemini-3.5-transcribe-live*", BOTH, Status.CURRENT, TRANSCRIBE),
      new Row("gemini-3.5-live-translate*", BOTH, Status.CURRENT, TRANSLATE),
      new Row("gemini-3.1-flash-live*", DEVELOPER, Status.CURRENT, LIVE_3_1),
      new Row("gemini-2.5-flash-native-audio*", DEVELOPER, Status.DEPRECATED, NATIVE_2_5),
      new Row(
          "gemini-2.5-flash-preview-native-audio-dialog*", DEVELOPER, Status.SHUT_DOWN, NATIVE_2_5),
      new Row(
          "gemini-2.5-flash-exp-native-audio-thinking-dialog*",
          DEVELOPER,
          Status.SHUT_DOWN,
          NATIVE_2_5),
      new Row("gemini-live-2.5-flash-native-audio*", VERTEX, Status.CURRENT, NATIVE_2_5),
      new Row("gemini-live-2.5-flash-preview-native-audio*", VERTEX, Status.CURRENT, NATIVE_2_5),
      new Row("gemini-live-2.5-flash-preview", DEVELOPER, Status.SHUT_DOWN, HALF_CASCADE),
      // Nobody lists the voices of this one: only what no model has is surely wrong.
      new Row(
          "gemini-live-2.5-flash", VERTEX, Status.CURRENT, HALF_CASCADE.voices(Voices.PREBUILT)),
      new Row("gemini-live-2.5-flash*", BOTH, Status.CURRENT, HALF_CASCADE),
      new Row("gemini-2.0-flash-live-001", DEVELOPER, Status.SHUT_DOWN, HALF_CASCADE),
      new Row("gemini-2.0-flash-live-preview-04-09", VERTEX, Status.SHUT_DOWN, HALF_CASCADE),
      new Row("gemini-2.0-flash-live*", BOTH, Status.SHUT_DOWN, HALF_CASCADE));

  // Tuned models and other publishers' models only look like Google's.
  private static final Pattern GOOGLE_MODEL = Pattern.compile(
      "(?:models/|google/|(?:projects/[^/]+/locations/[^/]+/)?publishers/google/models/)?"
          + "([^/]+)");

  private ModelTable() {}

  static ModelProfile find(LiveModel model, Endpoint.Backend backend) {
    Matcher name = GOOGLE_MODEL.matcher(model.id());
    if (name.matches()) {
      for (Row row : ROWS) {
        if (row.holds(name.group(1))) {
          return row.family().on(backend, true, new Release(row.status(), row.backends()));
        }
      }
    }
    return LIVE_3_8.on(backend, false, new Release(Status.CURRENT, BOTH));
  }
}
