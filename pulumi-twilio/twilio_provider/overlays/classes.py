"""What of the SDK is not managed, and why: rules, the first that matches wins.

A rule is a pattern over ``<product>/<version>/<name>``. Every list that can create has an overlay or a rule.
"""

DEPRECATED = (
    (r"(chat|ip_messaging)/.*", "Programmable Chat has ended; Conversations replaces it"),
    (r"notify/.*", "Notify is closed to new accounts"),
    (r"preview/.*", "a preview that its product has replaced"),
    (r"studio/v1/.*", "v2 replaces it"),
    (r"flex_api/v1/(Channel|FlexFlow|WebChannel)", "Flex's legacy messaging; Conversations' addresses replace it"),
    (r"oauth/v1/.*", "v2 replaces it"),
    (r"api/.*/New(Signing)?Key", "keys are managed as `twilio:iam:ApiKey`"),
)

_RUNTIME = "it comes and goes with the traffic, not with an environment"
_CHARGES = "it buys or orders something: a create charges, a delete gives it up"
_SENDS = "it dials, sends or starts something"
_ASKS = "it asks or checks something and leaves nothing to manage"
_REVIEW = "it begins a review by people, which no delete takes back"

ACTIONS = (
    (r"api/.*/(Call|Message|ValidationRequest|Payment|Siprec|Stream|Transcription|UserDefinedMessage)", _SENDS),
    (r"api/.*/(Recording|Participant|Feedback|UserDefinedMessageSubscription)", _RUNTIME),
    (r"api/.*/(IncomingPhoneNumber|Local|Mobile|TollFree|AssignedAddOn)", _CHARGES),
    (r"(api|iam|oauth|preview_iam)/.*/Token", _ASKS),
    (r"accounts/v1/Bulk.*", _SENDS),
    (r"bulkexports/.*", _SENDS),
    (r"content/v1/ApprovalCreate", _REVIEW),
    (
        r"conversations/.*/(Conversation|ConversationWithParticipants|Message|Participant|Communication|Action)",
        _RUNTIME,
    ),
    (r"events/v1/Sink(Test|Validate)", _ASKS),
    (r"flex_api/v1/(Interaction.*|Assessments|InsightsAssessmentsComment)", _RUNTIME),
    (r"flex_api/v2/WebChannels", _RUNTIME),
    (r"insights/v[23]/(InboundReport|OutboundReport|Report|Query|QueryJob)", _ASKS),
    (r"intelligence/.*/(Transcript|RuleExecution)", _SENDS),
    (r"(knowledge/v2/Search|lookups/.*)", _ASKS),
    (r"marketplace/v1/(InstalledAddOn|InstalledAddOnUsage|ReferralConversion|ModuleData)", _CHARGES),
    (r"memory/v1/(Recall|Lookup|Import)", _ASKS),
    (r"memory/v1/(Profile|Identifier|Observation|ConversationSummary)", _RUNTIME),
    (r"messaging/.*/(TypingIndicator|BrandRegistrationOtp)", _SENDS),
    (r"messaging/v1/(BrandRegistration|BrandVetting|ExternalCampaign|UsAppToPerson)", _CHARGES),
    (r"messaging/v1/TollfreeVerification", _REVIEW),
    (r"numbers/.*/(.*Eligibility|.*Verification|.*VerificationCheck|Evaluation)", _ASKS),
    (
        r"numbers/.*/(PortingPortIn|.*HostedNumberOrder|AuthorizationDocument|Application|SenderIdRegistration)",
        _CHARGES,
    ),
    (r"numbers/.*/(BundleCopy|ReplaceItems|EmbeddedSession)", _SENDS),
    (r"proxy/v1/(Session|Participant|MessageInteraction)", _RUNTIME),
    (r"studio/v2/Execution", _SENDS),
    (r"supersim/v1/(.*Command|EsimProfile)", _SENDS),
    (r"supersim/v1/Sim", _CHARGES),
    (r"sync/v1/StreamMessage", _SENDS),
    (r"taskrouter/v1/Task", _RUNTIME),
    (r"taskrouter/v1/TaskQueueBulkRealTimeStatistics", _ASKS),
    (r"trusthub/v1/(.*Evaluations|.*EmbeddedSession)", _ASKS),
    (r"trusthub/v1/(Compliance.*|A2P.*)", _REVIEW),
    (r"verify/v2/(AccessToken|Challenge|Notification|Verification|VerificationCheck)", _SENDS),
    (r"verify/v2/(NewFactor|Entity)", _RUNTIME),
    (r"video/v1/(Room|Composition|Transcriptions)", _SENDS),
    (r"voice/v1/BulkCountryUpdate", _SENDS),
    (r"voice/v3/Transcription", _SENDS),
    (r"webhooks/v1/Test", _SENDS),
    (r"wireless/v1/Command", _SENDS),
)

_NO_READ = "it has no fetch, so that nothing could be compared or imported"
_NO_DELETE = "it has no delete, and what it leaves would count for ever"

LEFT_OUT = (
    (r"accounts/v1/Safelist", _NO_READ + "; `twilio:verify:Safelist` is the list that can be managed"),
    (r"api/.*/Account", "a subaccount has no delete: closing one ends all that it owns, for good"),
    (
        r"flex_api/v1/InsightsQuestionnaires.*",
        "it is asked with a Flex user's token, not with the account's credentials",
    ),
    (r"iam/v1/OAuthApp", _NO_READ),
    (r"insights/v3/CustomFieldMapping", _NO_DELETE),
    (r"numbers/v1/(PortingWebhook|SigningRequest)Configuration", _NO_READ + ", and no delete"),
    (r"voice/v2/Default", _NO_READ + ", and no delete: it points at a configuration, which is managed"),
    (r"preview_iam/versionless/.*", "the SDK's own client does not lead to it"),
)
