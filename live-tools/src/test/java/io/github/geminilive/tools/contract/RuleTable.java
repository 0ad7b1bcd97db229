package io.github.geminilive.tools.contract;

import java.util.List;

/**
 * The rules of annotated tools, each with the tests that prove it. Tests of this package run twice:
 * against reflection, and against what the annotation processor generates.
 */
final class RuleTable {

  /**
   * One rule.
   *
   * @param id section and short name
   * @param text what holds
   * @param tests as {@code Class#method}, in any module
   */
  record Rule(String id, String text, List<String> tests) {}

  static final List<Rule> RULES = List.of(
      // Discovery and names.
      rule(
          "discovery.method",
          "A public annotated method of a public class is a tool: of an object, static, or an"
              + " interface's default.",
          "DiscoveryTest#aClassDeclaresItsToolsByName",
          "DiscoveryTest#aClassOffersItsStaticTools",
          "DiscoveryTest#toolsOfInterfacesAreFound",
          "DiscoveryTest#aNestedClassOffersTools",
          "OdditiesTest#methodsMayBeDeprecatedFinalAndThrowAnything"),
      rule(
          "discovery.overridden",
          "The annotation counts on the overridden method, too; what is registered is called.",
          "DiscoveryTest#anOverridingMethodIsTheToolOfTheOverridden",
          "DiscoveryTest#theNearestAnnotationCounts",
          "DiscoveryTest#aSubclassAsProxyKeepsTheDeclarations",
          "DiscoveryTest#aProxyIsCalledItself",
          "GeneratedTest#inheritedToolsOfAnotherFileAreLeftToReflection",
          "GeneratedTest#aSubclassWithoutToolsOfItsOwnHasThoseGeneratedForItsSuperclass"),
      rule(
          "discovery.bridge",
          "Methods that only the compiler wrote are no tools.",
          "DiscoveryTest#aBridgeIsNoSecondTool"),
      rule(
          "discovery.notPublic",
          "A method or class that is not public, and an object without tools, are refused.",
          "RegistrationTest#aMethodThatIsNotPublicIsRefused",
          "RegistrationTest#aClassThatIsNotPublicIsRefused",
          "RegistrationTest#anObjectWithoutToolsIsRefused",
          "RegistrationTest#aClassWithoutStaticToolsIsRefused",
          "RegistrationTest#nothingIsRefused",
          "DiagnosticsTest#aMethodThatIsNotPublicIsTold",
          "DiagnosticsTest#aClassThatIsNotPublicIsTold"),
      rule(
          "names.tool",
          "A tool has the annotation's name, else the method's, exactly as it stands; others than"
              + " the service takes are refused.",
          "DiscoveryTest#namesAreTakenAsTheyStand",
          "RegistrationTest#aNameTheServiceDoesNotTakeIsRefused",
          "DiagnosticsTest#aBadNameIsToldInTheAnnotation"),
      rule(
          "names.property",
          "Arguments and properties have names without points and dashes, of at most 64"
              + " characters.",
          "DiscoveryTest#namesAreTakenAsTheyStand",
          "RegistrationTest#anArgumentsNameTheServiceDoesNotTakeIsRefused",
          "DiagnosticsTest#aBadNameOfAnArgumentIsToldWhereItIsGiven"),
      rule(
          "names.duplicate",
          "A name is there once.",
          "RegistrationTest#twoToolsOfOneNameAreRefused",
          "RegistrationTest#anArgumentsNameTheServiceDoesNotTakeIsRefused",
          "DiagnosticsTest#aNameGivenTwiceIsToldAtTheSecondMethod",
          "DiagnosticsTest#aNameOfAnArgumentGivenTwiceIsTold"),
      rule(
          "registration.all",
          "All that is wrong is told in one exception, each with its place, reason and fix.",
          "RegistrationTest#allProblemsAreToldAtOnce",
          "RegistrationTest#theMessageListsEachProblemWithItsFix",
          "RegistrationTest#aProblemDeepInATypeIsPointedAt",
          "LiveToolsTest#allProblemsAreToldInOneException",
          "DiagnosticsTest#allProblemsOfAllClassesAreToldInOneGo"),
      rule(
          "names.argument",
          "An argument has the annotation's name, else the one in the code where that is known;"
              + " otherwise it is refused.",
          "DiscoveryTest#namesAreTakenAsTheyStand",
          "RegistrationTest#anArgumentWithoutNameIsRefused",
          "GeneratedTest#withoutParametersTheNamesAreStillKnown"),
      rule(
          "description",
          "A tool needs a description; an argument may have one.",
          "DiscoveryTest#aDescriptionIsThatOfTheAnnotation",
          "RegistrationTest#aToolWithoutDescriptionIsRefused",
          "DiagnosticsTest#aMissingDescriptionIsToldAtTheMethod",
          "GeneratedTest#javadocDescribesToolsArgumentsComponentsAndProperties",
          "JavadocTest#theFirstSentenceIsPlainText"),
      rule(
          "order",
          "Declared as registered, inside of a class by name, in one entry, the same bytes each"
              + " time.",
          "DiscoveryTest#aClassDeclaresItsToolsByName",
          "DiscoveryTest#classesAreDeclaredAsRegistered",
          "DiscoveryTest#setsAreCombinedInTheirOrder",
          "MappingTest#theSameClassGivesTheSameBytes",
          "ConversationTest#severalSetsGoOutInOneEntry",
          "ConversationTest#theServiceAcceptsEveryDeclaration"),
      rule(
          "injection",
          "What the library or the application gives is found by type and never declared.",
          "ConversationTest#whatTheLibraryGivesIsNotDeclared",
          "ConversationTest#theLibraryGivesTheCallItsTurnAndItsSession",
          "ConversationTest#withoutASessionTheRestIsGiven",
          "ConversationTest#whatIsAttachedIsFoundByItsType",
          "ConversationTest#whatMayBeAttachedMayBeMissing",
          "RegistrationTest#whatCannotBeFilledInIsRefused"),

      // Declaration.
      rule(
          "declaration.keys",
          "A declaration has a name, a description, parameters if there are arguments, and a"
              + " behaviour if one is set.",
          "MappingTest#everySchemaHasTheServicesKeysOnly",
          "MappingTest#aToolWithoutArgumentsHasNoParameters",
          "DiscoveryTest#behaviorIsDeclaredOnlyWhereItIsSet",
          "RegistrationTest#aBehaviourThatContradictsItselfIsRefused"),
      rule(
          "schema.keys",
          "A schema has the keys the service knows and no others; type is always there.",
          "MappingTest#everySchemaHasTheServicesKeysOnly",
          "ConversationTest#theServiceAcceptsEveryDeclaration",
          "ConversationTest#theServiceRefusesAKeyItDoesNotKnow",
          "RegistrationTest#whatWouldChangeTheWireFormIsRefused",
          "OdditiesTest#textsArriveAsTheyWereWritten"),
      rule(
          "schema.order",
          "An object tells the order of its properties, as declared; required in that order.",
          "MappingTest#argumentsKeepTheOrderOfTheMethod",
          "MappingTest#anObjectIsDeclaredByItsProperties",
          "MappingTest#everySchemaHasTheServicesKeysOnly"),
      rule(
          "map.scalar",
          "Text, characters, truth, numbers, times and other texts of a form have their row.",
          "MappingTest#aScalarIsDeclaredByItsRow"),
      rule(
          "map.enum",
          "An enum is text of its wire names.",
          "MappingTest#anEnumIsDeclaredByItsWireNames"),
      rule(
          "map.optional",
          "What need not be given is nullable and not required.",
          "MappingTest#whatNeedNotBeGivenIsNullableAndNotRequired"),
      rule(
          "map.list",
          "Lists, sets and arrays are arrays with items.",
          "MappingTest#aListIsDeclaredWithItsItems",
          "OdditiesTest#arraysOfAllKindsAreMade"),
      rule(
          "map.map",
          "A map is an array of entries with key and value.",
          "MappingTest#aMapIsDeclaredAsListOfEntries"),
      rule(
          "map.object",
          "A record in the order of its components, a bean in its own or the alphabet's, by the"
              + " names of Jackson.",
          "MappingTest#anObjectIsDeclaredByItsProperties",
          "ForeignTest#aRecordDeclaredElsewhereKeepsWhatItsUsesSay",
          "OdditiesTest#beansAreMadeByTheirConstructors",
          "OdditiesTest#namesThatAreTakenElsewhereDoNotMatter"),
      rule(
          "map.union",
          "One of several is one flat object with the discriminator first.",
          "MappingTest#aSealedTypeIsOneFlatObject",
          "MappingTest#listedSubtypesAreOneFlatObject",
          "RegistrationTest#aUnionThatIsNoFlatObjectIsRefused",
          "OdditiesTest#sealedClassesAreToldApartByTheirOwnDiscriminator",
          "DiagnosticsTest#subtypesThatDisagreeAreTold"),
      rule(
          "map.json",
          "What has no fixed type is JSON text.",
          "MappingTest#aValueOfNoFixedTypeIsDeclaredAsText"),
      rule(
          "map.generic",
          "Type variables are resolved.",
          "MappingTest#typeVariablesAreDeclaredByWhatTheyStandFor",
          "DiscoveryTest#typeVariablesOfASuperclassAreResolved",
          "ForeignTest#aGenericRecordDeclaredElsewhereIsResolved"),
      rule(
          "map.unsupported",
          "Other types are refused.",
          "RegistrationTest#aTypeWithoutSchemaIsRefused",
          "RegistrationTest#aProblemDeepInATypeIsPointedAt",
          "DiagnosticsTest#anUnsupportedTypeIsToldAtTheParameter",
          "DiagnosticsTest#unresolvedTypesAreToldAtTheParameter"),
      rule(
          "map.recursive",
          "A type stands at most three times on a path; deeper it is taken all the same.",
          "MappingTest#aTypeStandsThreeTimesOnAPath",
          "BindingTest#whatTheDeclarationLeavesOutIsStillTaken",
          "BindingTest#aCollectionTheDeclarationLeavesOutMayBeMissing",
          "BindingTest#aRecursiveTypeIsCheckedAtEveryDepth",
          "RegistrationTest#aTypeWithoutSchemaIsRefused"),
      rule(
          "required",
          "Required is what is not optional, nullable, waived or preset; at every depth.",
          "MappingTest#whatNeedNotBeGivenIsNullableAndNotRequired",
          "MappingTest#anObjectIsDeclaredByItsProperties",
          "BindingTest#absentAndNullAreViolationsWhereAValueIsNeeded",
          "RegistrationTest#aRequirementOrDefaultThatCannotHoldIsRefused"),
      rule(
          "default",
          "A default is told in the description only, and is checked as the model's values are.",
          "LimitsTest#aDefaultIsToldInTheDescriptionOnly",
          "LimitsTest#descriptionHintAndDefaultStandInThatOrder",
          "LimitsTest#anEmptyTextCanBeADefault",
          "LimitsTest#aRecordCanBeADefault",
          "LimitsTest#aDefaultDoesNotHelpWhatIsInvalid",
          "RegistrationTest#aRequirementOrDefaultThatCannotHoldIsRefused",
          "DiagnosticsTest#aBadDefaultIsToldInTheAnnotation"),
      rule(
          "constraints",
          "Bounds are declared and enforced, those of jakarta.validation as well.",
          "LimitsTest#aBoundIsDeclared",
          "LimitsTest#theBoundsOfMapsAreThoseOfTheirEntries",
          "LimitsTest#whatLiesWithinItsBoundsIsTaken",
          "LimitsTest#whatLiesBeyondIsAViolation",
          "LimitsTest#aBlankTextIsNoText",
          "RegistrationTest#aBoundThatNothingFitsIsRefused",
          "OdditiesTest#thePatternsFlagsAreKept",
          "OdditiesTest#whatIsSaidAtPrivateFieldsCounts",
          "OdditiesTest#keysOfMapsAreCheckedAsTheirValuesAre",
          "DiagnosticsTest#contradictoryBoundsAreTold"),

      // Binding.
      rule(
          "binding.arguments",
          "No arguments are an empty object; unknown ones are ignored.",
          "BindingTest#anEmptyObjectHoldsNoArguments",
          "BindingTest#unknownKeysAreIgnored",
          "ConversationTest#missingArgumentsAreAnEmptyObject",
          "AnswersTest#argumentsThatAreNoObjectAreACallersMistake"),
      rule(
          "binding.null",
          "Null is absence, or the default, or a violation.",
          "BindingTest#absentAndNullAreTheSameWhereNothingIsNeeded",
          "BindingTest#absentAndNullAreViolationsWhereAValueIsNeeded",
          "LimitsTest#aDefaultIsTakenForWhatIsNotGiven"),
      rule(
          "binding.integer",
          "Whole numbers in every form without loss; no fraction, no overflow.",
          "BindingTest#anIntegerIsTakenInEveryFormThatLosesNothing",
          "BindingTest#whatIsNoSuchIntegerIsAViolation"),
      rule(
          "binding.number",
          "Numbers and numeric texts, exactly; nothing that is no number.",
          "BindingTest#aNumberIsTakenAsNumberOrText",
          "BindingTest#whatIsNoSuchNumberIsAViolation"),
      rule(
          "binding.text",
          "Truth as such or as text, never as a digit; text also of a number or truth, never of a"
              + " structure.",
          "BindingTest#aTruthOrTextIsTaken",
          "BindingTest#whatIsNoSuchTruthOrTextIsAViolation"),
      rule(
          "binding.enum",
          "The wire name, else the constant's, else the only one that differs in case.",
          "BindingTest#anEnumIsTakenByNameInThreeSteps",
          "BindingTest#anEnumIsNeverTakenByOrdinalOrByAnAmbiguousName",
          "BindingTest#anEnumIsNoListOrObject"),
      rule(
          "binding.structure",
          "Lists and objects also as JSON text; never a scalar for a list.",
          "BindingTest#aListIsTakenElementByElement",
          "BindingTest#aListIsTakenAsJsonText",
          "BindingTest#whatIsNoSuchListIsAViolation",
          "BindingTest#anObjectIsTakenPropertyByProperty",
          "BindingTest#anObjectIsTakenAsJsonText",
          "BindingTest#recordsHoldRecordsListsOptionalsAndDefaults",
          "BindingTest#whatIsNoSuchObjectIsAViolation",
          "ForeignTest#whatIsDeclaredElsewhereIsBound"),
      rule(
          "binding.map",
          "A map as list of entries or as object; a key once.",
          "BindingTest#aMapIsTakenAsEntriesOrObject",
          "BindingTest#whatIsNoSuchMapIsAViolation"),
      rule(
          "binding.json",
          "JSON text or JSON itself; what is no JSON stays text where anything may be given.",
          "BindingTest#aValueOfNoFixedTypeIsTakenAsTextAndAsJson",
          "BindingTest#aTextThatMustHoldAnObjectOrArrayIsChecked"),
      rule(
          "binding.set",
          "A set drops what it has already.",
          "BindingTest#aListIsTakenElementByElement",
          "LimitsTest#whatLiesBeyondIsAViolation"),
      rule(
          "binding.time",
          "Dates as ISO-8601 has them and no other way; a point in time with any offset.",
          "BindingTest#aTextOfAFormIsRead",
          "BindingTest#aTextOfAnotherFormIsAViolation",
          "BindingTest#aTextOfAFormIsNoListOrObject"),
      rule(
          "binding.union",
          "One of several by its discriminator; only its own properties count.",
          "BindingTest#oneOfSeveralIsTakenByItsDiscriminator",
          "BindingTest#whatIsNoneOfTheSeveralIsAViolation",
          "BindingTest#theDiscriminatorsValuesAreTold"),
      rule(
          "binding.violations",
          "All violations in the order of the arguments, twenty at most, without names of classes.",
          "BindingTest#allViolationsAreToldInTheOrderOfTheArguments",
          "BindingTest#atMostTwentyViolationsAreTold",
          "BindingTest#noViolationNamesAJavaClass"),

      // Responses.
      rule(
          "response.output",
          "A result is wrapped, so that none reads as a failure.",
          "AnswersTest#aValueIsWrapped",
          "AnswersTest#anErrorMemberDoesNotReadAsFailure",
          "AnswersTest#aResultOfItsOwnPasses"),
      rule(
          "response.nothing",
          "Void is ok; null and an empty Optional are no result.",
          "AnswersTest#nothingToSayIsOk",
          "AnswersTest#noResultIsToldAsSuch"),
      rule(
          "response.struct",
          "What a Struct cannot hold is text; $ref is renamed.",
          "AnswersTest#anIntegerThatADoubleDoesNotHoldIsText",
          "AnswersTest#whatIsNoNumberIsText",
          "AnswersTest#aReferenceIsRenamedAtEveryDepth"),
      rule(
          "response.forms",
          "Times as ISO text, enums by wire name, bytes as base64, objects by their properties.",
          "AnswersTest#timesAreIsoTexts",
          "AnswersTest#wordsAreTexts",
          "AnswersTest#enumsAreWrittenByTheirWireNames",
          "AnswersTest#aValueIsWrapped",
          "AnswersTest#aRecordIsWrittenInItsOrder",
          "AnswersTest#aBeanIsWrittenInTheOrderOfWhatCanBeSetThenTheRest",
          "AnswersTest#aSubtypeSaysFirstWhichItIs",
          "ForeignTest#whatIsDeclaredElsewhereIsWritten",
          "OdditiesTest#whatIsNotPublicCanBeAResult"),
      rule(
          "response.invalid",
          "An invalid call may be tried again and says for each violation where, why and what"
              + " would do.",
          "BindingTest#anInvalidCallMayBeTriedAgainAndSaysWhatIsWrong",
          "BindingTest#theNamesOfAnEnumAreTold",
          "LimitsTest#allowedTextsAreTold",
          "LimitsTest#aMessageNamesTheBound",
          "LimitsTest#aMapsValueIsPointedAt",
          "AnswersTest#aRecordsOwnChecksAreViolations"),
      rule(
          "response.fourth",
          "The fourth invalid call of a tool in a row is not to be tried again.",
          "ConversationTest#theFourthInvalidCallInARowIsTheLast"),
      rule(
          "response.statuses",
          "Other failures have a status and say whether trying again may help.",
          "AnswersTest#anUnknownToolIsAnsweredWithTheKnownOnes",
          "ConversationTest#anUnknownToolIsAnsweredWithTheKnownOnes",
          "ConversationTest#whatIsAttachedIsFoundByItsType",
          "AnswersTest#whatCannotBeWrittenIsABadResult",
          "AnswersTest#aResultBeyondTheLimitIsTooLarge",
          "ToolsTest#aCallThatTakesTooLongIsAnsweredAndThenCancelled",
          "ToolsTest#sixteenRunSixtyFourWaitAndTheRestIsToldToComeBack",
          "ToolSessionUpdateTest#newToolsRunAndRemovedOnesAreUnavailable",
          "InterceptorTest#aDeniedCallDoesNotRun",
          "ToolLimitsTest#soManyCallsOfATurnRunAndTheRestIsDenied"),
      rule(
          "response.exceptions",
          "Only the tool's own exception speaks to the model; others only say that it failed.",
          "AnswersTest#aToolExceptionSaysAllThatItWasGiven",
          "AnswersTest#aToolExceptionIsFoundInItsWrappers",
          "AnswersTest#ofAnyOtherFailureTheModelLearnsNothing"),

      // Execution.
      rule(
          "execution.threads",
          "A tool never runs on the socket's threads.",
          "ToolsTest#toolsNeverRunOnTheSocketsThreads"),
      rule(
          "execution.once",
          "Each id is answered once, a repeated one runs once, a missing one stays missing.",
          "ToolsTest#aRepeatedIdRunsAndIsAnsweredOnce",
          "ToolsTest#aCallWithoutIdIsAnsweredWithoutId",
          "ToolsTest#evenWithoutAnyToolAnInventedFunctionIsAnswered",
          "ToolsTest#ofAnyOtherFailureTheModelLearnsNothing"),
      rule(
          "execution.behavior",
          "Blocking calls of a message are answered together in their order, others when done.",
          "ToolsTest#blockingCallsOfOneMessageAreAnsweredTogetherInCallOrder",
          "ToolsTest#nonBlockingCallsAreAnsweredEachWhenDone"),
      rule(
          "execution.cancellation",
          "A cancelled call is told, interrupted and never answered; one not begun never begins.",
          "ConversationTest#aCancelledCallIsInterruptedAndNeverAnswered",
          "ToolsTest#aCancelledCallIsInterruptedToldAndNeverAnswered",
          "ToolsTest#aCancelledFutureIsCancelledAndNeverAnswered",
          "ToolsTest#aCallCancelledBeforeItStartedDoesNotStartAndTakesNoPlace",
          "ToolPolicyTest#whatRunsOnIsNeitherInterruptedNorToldAndNotAnswered",
          "ToolContextTest#theTokenTripsOnceTheAnswerIsNotWanted"),
      rule(
          "execution.timeout",
          "A call that takes too long is answered, then cancelled; the limit is the tool's.",
          "ToolsTest#aCallThatTakesTooLongIsAnsweredAndThenCancelled",
          "ToolsTest#eachFunctionMayHaveItsOwnLimitOrNone"),
      rule(
          "execution.limits",
          "16 run, 64 wait in their order, further ones are busy; a tool may have a limit.",
          "ToolsTest#sixteenRunSixtyFourWaitAndTheRestIsToldToComeBack",
          "ToolPolicyTest#soManyRunAtATimeAndTheOthersWaitInTheirOrder"),
      rule(
          "execution.streams",
          "A stream is answered item by item, or as one list where the model waits.",
          "ConversationTest#aStreamIsAnsweredItemByItem",
          "AnswersTest#aStreamOutsideOfAConversationIsOneList",
          "ToolStreamTest#theItemsOfAPublisherAreAskedForOneByOne",
          "ToolStreamTest#anErrorMidwayIsTheEnd",
          "ToolStreamTest#forAFunctionTheModelWaitsForTheItemsAreOneList"),
      rule(
          "execution.stage",
          "A stage is waited for without a thread.",
          "AnswersTest#aValueIsWrapped",
          "ToolsTest#aResultMayComeLater"),
      rule(
          "execution.scheduling",
          "Scheduling stands beside the response, where it is set.",
          "ConversationTest#schedulingStandsBesideTheResponse",
          "ConversationTest#aSilentToolFailsSilently",
          "ToolsTest#schedulingIsLeftOutForABlockingFunction"),
      rule(
          "execution.late",
          "A result that cannot be sent any more is not claimed to be.",
          "ToolsTest#anAnswerThatComesWhileTheSessionClosesIsNotClaimedToBeSent"),

      // Processor.
      rule(
          "processor.same",
          "What is generated declares, binds and answers as reflection does.",
          "ParityTest#declarationsAreTheSame",
          "ParityTest#answersAreTheSame",
          "GlueInUseTest#theFixturesOfTheContractHaveGeneratedTools",
          "GeneratedTest#withoutTheProcessorReflectionFindsTheTools"),
      rule(
          "processor.glue",
          "It uses no reflection, tells native images what they need, and is the same in full and"
              + " incremental builds.",
          "ParityTest#nothingGeneratedUsesReflection",
          "GeneratedTest#theNativeImageIsToldOfWhatIsReflected",
          "GeneratedTest#compiledAloneOrWithItsTypesItIsTheSame"),
      rule(
          "processor.foreign",
          "Types of other files are left to reflection where the compiler does not see all of"
              + " them.",
          "GeneratedTest#typesOfOtherFilesAreLeftToReflectionWhereTheCompilerDoesNotSeeAllOfThem",
          "GeneratedTest#javadocDoesNotDescribeWhatIsLeftToReflection",
          "ForeignTest#aRecordDeclaredElsewhereKeepsWhatItsUsesSay"));

  private RuleTable() {}

  private static Rule rule(String id, String text, String... tests) {
    return new Rule(id, text, List.of(tests));
  }
}
