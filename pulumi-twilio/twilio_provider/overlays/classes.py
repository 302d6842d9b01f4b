"""What of the SDK is not managed, and why: rules, the first that matches wins.

A rule is a pattern over ``<product>/<version>/<name>``. All that can create or change anything has an overlay or
a rule.
"""

DEPRECATED = (
    (r"(chat|ip_messaging)/.*", "Programmable Chat has ended; Conversations replaces it"),
    (r"notify/.*", "Notify is closed to new accounts"),
    (r"preview/.*", "a preview that its product has replaced"),
    (r"studio/v1/.*", "v2 replaces it"),
    (r"flex_api/v1/(Channel|FlexFlow|WebChannel)", "Flex's legacy messaging; Conversations' addresses replace it"),
    (r"oauth/v1/.*", "v2 replaces it"),
    (r"frontline_api/.*", "Frontline has ended"),
    (r"api/.*/(New)?(Signing)?Key", "keys are managed as `twilio:iam:ApiKey`"),
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
    (r"(knowledge/v2/Search|lookups/v\d/Query)", _ASKS),
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
_NO_ITEM = "the SDK fetches and sets it in a place without an item, from which no type can be derived"
_AT_THE_ITEM = (
    "its create is at the address of the item and overwrites what is there, from which no type can be derived"
)

LEFT_OUT = (
    (
        r"accounts/v1/Safelist",
        "its numbers are told apart by a parameter and have no address of their own; `twilio:verify:Safelist` has",
    ),
    (r"api/.*/Account", "a subaccount has no delete: closing one ends all that it owns, for good"),
    (
        r"flex_api/v1/InsightsQuestionnaires.*",
        "it is asked with a Flex user's token, not with the account's credentials",
    ),
    (r"iam/v1/OAuthApp", _NO_READ),
    (r"insights/v3/CustomFieldMapping", _NO_DELETE),
    (r"numbers/v1/SigningRequestConfiguration", _NO_READ + ", and no delete"),
    (
        r"numbers/v1/PortingWebhookConfiguration(Delete)?",
        "its fetch and its delete are lists of their own; " + _NO_ITEM,
    ),
    (r"voice/v2/Default", _NO_ITEM + "; it points at a configuration, which is managed"),
    (r"preview_iam/versionless/.*", "the SDK's own client does not lead to it"),
)

# What changes something and has no create in a list: parts of what is made elsewhere, settings, what a create at the
# item's own address overwrites.
_PART_OF_CALLS = r"api/.*/(AddOnResult|Conference|Media|Member|Payload)"
_PART_OF_ROOMS = r"video/v1/(Anonymize|Participant|Recording|RoomRecording|RecordingRules|SubscribeRules)"
_ROTATES = "it rotates the account's own credentials"
_COPIES = "it copies what is reviewed by people, for another review"

WITHOUT_CREATE = (
    (r"accounts/v1/(SecondaryAuthToken|AuthTokenPromotion)", "action", _ROTATES),
    (r"(accounts/v1/MessagingGeopermissions|memory/v1/IdentityResolutionSetting)", "left out", _NO_ITEM),
    (_PART_OF_CALLS, "action", _RUNTIME),
    (_PART_OF_ROOMS, "action", _RUNTIME),
    (
        r"api/.*/(ConnectApp|OutgoingCallerId|ShortCode)",
        "left out",
        "it has no create: it comes about in the Console, by a call or by an order, and a delete gives it up",
    ),
    (r"conversations/v1/(Binding|UserConversation)", "action", _RUNTIME),
    (r"flex_api/v1/InsightsSession", "action", _ASKS),
    (
        r"flex_api/v1/Plugin(Configuration|Version)?Archive",
        "action",
        "it is what a delete of `twilio:flex:Plugin`, `PluginVersion` and `PluginConfiguration` sends",
    ),
    (r"flex_api/v2/FlexUser", "action", "Flex makes its users when they log in"),
    (r"insights/v1/Annotation", "action", _RUNTIME),
    (r"intelligence/v2/OperatorAttachment", "left out", _NO_READ),
    (r"intelligence/v3/OperatorResult", "action", _RUNTIME),
    (r"lookups/v2/(LookupOverride|Bucket)", "left out", _AT_THE_ITEM),
    (r"marketplace/v1/(InstalledAddOnExtension|ModuleDataManagement)", "action", _CHARGES),
    (r"memory/v1/Bulk", "action", _RUNTIME),
    (
        r"messaging/v1/DomainCerts",
        "left out",
        "it is a private key that Twilio never shows and that whoever renews it sends; Twilio may manage it as well",
    ),
    (
        r"messaging/v1/LinkshorteningMessagingService",
        "left out",
        _NO_READ + ": what shows it is a list of its own, at another address",
    ),
    (r"messaging/v1/RequestManagedCert", "action", _SENDS),
    (r"numbers/v1/PortingPortInPhoneNumber", "action", _CHARGES),
    (r"numbers/v2/BundleClone", "action", _COPIES),
    (r"trusthub/v1/(CustomerProfiles|TrustProducts)ProvisionalCopy", "action", _COPIES),
    (r"proxy/v1/Interaction", "action", _RUNTIME),
    (r"routes/v3/(PhoneNumber|IsoCountryCode)", "left out", "`twilio:routes:PhoneNumber` sets the same, by v2"),
    (r"studio/v2/FlowValidate", "action", _ASKS),
    (r"taskrouter/v1/Reservation", "action", _RUNTIME),
    (r"verify/v2/(ApproveChallenge|NewChallenge|NewVerifyFactor)", "action", _SENDS),
    (r"verify/v2/Factor", "action", _RUNTIME),
    (r"video/v1/(Composition|Recording)Settings", "left out", _AT_THE_ITEM + ", and it has no delete"),
    (r"voice/v1/ArchivedCall", "action", _RUNTIME),
    (
        r"voice/v2/(Recording)?AccountDefaultConfiguration",
        "left out",
        _AT_THE_ITEM + "; it points at a configuration, which is managed",
    ),
    (
        r"voice/v2/(Configuration|Type)",
        "left out",
        "the same as `twilio:voice:RecordingConfiguration` and `TranscriptionConfiguration`, in a form for any of them",
    ),
    (r"wireless/v1/Sim", "action", _CHARGES),
)
