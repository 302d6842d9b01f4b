"""What the stand-in is told about Twilio's collections, from Twilio's reference: data alone."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Collection:
    """SID prefix, key of the items in a list, unique field.

    ``own`` names an item where that is not its SID; ``sid_from`` is the field that holds the SID of what is assigned.
    ``numbered`` is what begins an id that is no SID. ``later`` is how a create answers with an operation: ``related``,
    ``result`` or ``below``.
    """

    prefix: str
    key: str
    unique: str | None = None
    own: str = "sid"
    sid_from: str | None = None
    numbered: str = ""
    later: str = ""


COLLECTIONS = {
    ("taskrouter", "Workspaces"): Collection("WS", "workspaces"),
    ("taskrouter", "Activities"): Collection("WA", "activities", "FriendlyName"),
    ("taskrouter", "TaskQueues"): Collection("WQ", "task_queues", "FriendlyName"),
    ("taskrouter", "TaskChannels"): Collection("TC", "channels", "UniqueName"),
    ("taskrouter", "Workers"): Collection("WK", "workers", "FriendlyName"),
    ("taskrouter", "Workflows"): Collection("WW", "workflows", "FriendlyName"),
    ("sync", "Services"): Collection("IS", "services"),
    ("serverless", "Services"): Collection("ZS", "services", "UniqueName"),
    ("serverless", "Environments"): Collection("ZE", "environments", "UniqueName"),
    ("serverless", "Functions"): Collection("ZH", "functions"),
    ("serverless", "Versions"): Collection("ZN", "function_versions"),
    ("serverless", "Builds"): Collection("ZB", "builds"),
    ("serverless", "Deployments"): Collection("ZD", "deployments"),
    ("serverless", "Variables"): Collection("ZV", "variables", "Key"),
    ("events", "Sinks"): Collection("DG", "sinks"),
    ("events", "Subscriptions"): Collection("DF", "subscriptions"),
    ("events", "SubscribedEvents"): Collection("", "types", "Type", own="type"),
    ("sync", "Documents"): Collection("ET", "documents", "UniqueName"),
    ("sync", "Lists"): Collection("ES", "lists", "UniqueName"),
    ("sync", "Maps"): Collection("MP", "maps", "UniqueName"),
    ("sync", "Streams"): Collection("TO", "streams", "UniqueName"),
    ("conversations", "Services"): Collection("IS", "services"),
    ("conversations", "Roles"): Collection("RL", "roles"),
    ("conversations", "Users"): Collection("US", "users", "Identity"),
    ("conversations", "Credentials"): Collection("CR", "credentials"),
    ("conversations", "Addresses"): Collection("IG", "address_configurations", "Address"),
    ("conversations", "Webhooks"): Collection("WH", "webhooks"),
    ("messaging", "Services"): Collection("MG", "services"),
    ("messaging", "AlphaSenders"): Collection("AI", "alpha_senders", "AlphaSender"),
    ("messaging", "DestinationAlphaSenders"): Collection("AI", "alpha_senders"),
    ("studio", "Flows"): Collection("FW", "flows"),
    ("verify", "Services"): Collection("VA", "services"),
    ("verify", "RateLimits"): Collection("RK", "rate_limits", "UniqueName"),
    ("verify", "Buckets"): Collection("BL", "buckets"),
    ("verify", "Webhooks"): Collection("YW", "webhooks"),
    ("voice", "ByocTrunks"): Collection("BY", "byoc_trunks"),
    ("voice", "ConnectionPolicies"): Collection("NY", "connection_policies"),
    ("voice", "Targets"): Collection("NE", "targets"),
    ("voice", "IpRecords"): Collection("IL", "ip_records"),
    ("voice", "SourceIpMappings"): Collection("IB", "source_ip_mappings"),
    ("trunking", "Trunks"): Collection("TK", "trunks"),
    ("trunking", "OriginationUrls"): Collection("OU", "origination_urls"),
    ("trusthub", "CustomerProfiles"): Collection("BU", "results"),
    ("trusthub", "TrustProducts"): Collection("BU", "results"),
    ("trusthub", "EndUsers"): Collection("IT", "results"),
    ("trusthub", "SupportingDocuments"): Collection("RD", "results"),
    ("trusthub", "EntityAssignments"): Collection("BV", "results"),
    ("trusthub", "ChannelEndpointAssignments"): Collection("RA", "results"),
    ("api", "Addresses"): Collection("AD", "addresses"),
    ("api", "Applications"): Collection("AP", "applications"),
    ("api", "Queues"): Collection("QU", "queues", "FriendlyName"),
    ("iam", "Keys"): Collection("SK", "keys"),
    ("video", "CompositionHooks"): Collection("HK", "composition_hooks"),
    ("intelligence", "Services"): Collection("GA", "services", "UniqueName"),
    ("intelligence", "Custom"): Collection("LY", "operators"),
    ("serverless", "Assets"): Collection("ZH", "assets"),
    ("api", "Domains"): Collection("SD", "domains", "DomainName"),
    ("api", "CredentialLists"): Collection("CL", "credential_lists"),
    ("api", "Credentials"): Collection("CR", "credentials", "Username"),
    ("api", "IpAccessControlLists"): Collection("AL", "ip_access_control_lists"),
    ("api", "IpAddresses"): Collection("IP", "ip_addresses"),
    ("api", "Triggers"): Collection("UT", "usage_triggers"),
    ("numbers", "Bundles"): Collection("BU", "results"),
    ("numbers", "ItemAssignments"): Collection("BV", "results"),
    ("numbers", "EndUsers"): Collection("IT", "results"),
    ("numbers", "SupportingDocuments"): Collection("RD", "results"),
    ("accounts", "AWS"): Collection("CR", "credentials"),
    ("accounts", "PublicKeys"): Collection("CR", "credentials"),
    ("api", "CredentialListMappings"): Collection("CL", "contents", sid_from="credential_list_sid"),
    ("api", "IpAccessControlListMappings"): Collection("AL", "contents", sid_from="ip_access_control_list_sid"),
    ("sync", "Items"): Collection("", "items", own="key"),
    ("verify", "MessagingConfigurations"): Collection("", "messaging_configurations", own="country"),
    ("messaging", "PhoneNumbers"): Collection("PN", "phone_numbers", sid_from="phone_number_sid"),
    ("messaging", "ShortCodes"): Collection("SC", "short_codes", sid_from="short_code_sid"),
    ("messaging", "ChannelSenders"): Collection("XE", "senders", sid_from="sid"),
    ("trunking", "PhoneNumbers"): Collection("PN", "phone_numbers", sid_from="phone_number_sid"),
    ("trunking", "CredentialLists"): Collection("CL", "credential_lists", sid_from="credential_list_sid"),
    ("trunking", "IpAccessControlLists"): Collection(
        "AL", "ip_access_control_lists", sid_from="ip_access_control_list_sid"
    ),
}
COLLECTIONS |= {
    ("content", "Content"): Collection("HX", "contents"),
    ("conversations", "Configurations"): Collection(
        "", "configurations", own="id", numbered="conv_configuration", later="related"
    ),
    ("intelligence", "Configurations"): Collection("", "items", own="id", numbered="intelligence_configuration"),
    ("intelligence", "Operators"): Collection("", "items", own="id", numbered="intelligence_operator"),
    ("memory", "Stores"): Collection("", "stores", "displayName", own="id", numbered="mem_store", later="result"),
    ("memory", "TraitGroups"): Collection("", "traitGroups", "displayName", own="displayName"),
    ("memory", "DataMappings"): Collection("", "mappings", own="id", numbered="mem_datamapping"),
    ("knowledge", "KnowledgeBases"): Collection("", "items", "displayName", own="id", numbered="know_knowledgebase"),
    ("knowledge", "Knowledge"): Collection("", "knowledge", own="id", numbered="know_knowledge"),
    ("webhooks", "AuthProfiles"): Collection("", "items", own="id", numbered="whk_authprofile"),
    ("webhooks", "SharedKeys"): Collection("", "items", own="id", numbered="whk_sharedkey"),
    ("webhooks", "Settings"): Collection("", "items", own="id", numbered="whk_setting"),
    ("webhooks", "Rules"): Collection("", "items", own="id", numbered="whk_rule", later="below"),
    ("voice", "Recording"): Collection("", "configurations", "unique_name", own="id", numbered="voice_recording"),
    ("voice", "Transcription"): Collection(
        "", "configurations", "unique_name", own="id", numbered="voice_transcription"
    ),
    ("messaging", "Senders"): Collection("XE", "senders", "sender_id"),
    ("proxy", "Services"): Collection("KS", "services", "UniqueName"),
    ("proxy", "PhoneNumbers"): Collection("PN", "phone_numbers", sid_from="sid"),
    ("supersim", "NetworkAccessProfiles"): Collection("HA", "network_access_profiles", "UniqueName"),
    ("supersim", "Networks"): Collection("HW", "networks", sid_from="network"),
    ("supersim", "Fleets"): Collection("HF", "fleets", "UniqueName"),
    ("wireless", "RatePlans"): Collection("WP", "rate_plans", "UniqueName"),
    ("verify", "Numbers"): Collection("", "numbers", "PhoneNumber", own="phone_number"),
    ("flex-api", "Plugins"): Collection("FP", "plugins", "UniqueName"),
    ("flex-api", "Versions"): Collection("FV", "plugin_versions", "Version"),
    ("flex-api", "Configurations"): Collection("FJ", "configurations"),
    ("flex-api", "Releases"): Collection("FK", "releases"),
}
# What is there in every account, or in every item above it, without a create: product, and path of it.
SINGLETONS = (
    ("conversations", r"/v1(/Services/\w+)?/Configuration(/Webhooks|/Notifications)?"),
    ("flex-api", r"/v1/Configuration"),
    ("taskrouter", r"/v1/Workspaces/\w+/Workers/\w+/Channels/\w+"),
    ("messaging", r"/v1/LinkShortening/Domains/\w+/Config"),
    ("studio", r"/v2/Flows/\w+/TestUsers"),
    ("voice", r"/v1/Settings"),
    ("trunking", r"/v1/Trunks/\w+/Recording"),
    ("bulkexports", r"/v1/Exports/\w+/Configuration"),
    ("insights", r"/v1/Voice/Settings"),
    ("routes", r"/v2/(PhoneNumbers|SipDomains|Trunks)/[^/]+"),
)
# What a write to its own path makes.
UPSERTS = (("sync", r"/v1/Services/\w+/(Documents|Lists|Maps)/\w+/Permissions/[^/]+"),)
STANDING: dict[str, dict[str, Any]] = {
    "voice": {"dialing_permissions_inheritance": False},
    "insights": {"advanced_features": False, "voice_trace": False},
    "taskrouter": {"configured_capacity": 5, "available": True},
    "studio": {"test_users": ["theirs"]},
    "flex-api": {
        "taskrouter_workspace_sid": "WS" + "9" * 32,
        "ui_attributes": {"theirs": {"colour": "red", "size": 3}},
    },
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "WQ": {"target_workers": "1==1", "max_reserved_workers": 1, "task_order": "FIFO"},
    "WW": {"task_reservation_timeout": 120, "document_content_type": "application/json"},
    "WK": {"attributes": "{}", "available": False, "activity_name": "Offline", "activity_sid": "WA" + "0" * 32},
    "WA": {"available": False},
    "IS": {"friendly_name": "", "unique_name": None, "acl_enabled": False, "reachability_debouncing_window": 5000},
    "ZS": {"include_credentials": False, "ui_editable": False, "domain_base": "flexpark-1234"},
    "ZE": {"domain_suffix": None, "build_sid": None},
    "WS": {"multi_task_enabled": True, "prioritize_queue_order": "FIFO", "default_activity_name": "Offline"},
}
PARENTS = {
    "Workspaces": "workspace_sid",
    "Services": "service_sid",
    "Environments": "environment_sid",
    "Functions": "function_sid",
    "Assets": "asset_sid",
    "Subscriptions": "subscription_sid",
    "Lists": "list_sid",
    "Maps": "map_sid",
    "Conversations": "conversation_sid",
    "RateLimits": "rate_limit_sid",
    "ConnectionPolicies": "connection_policy_sid",
    "Trunks": "trunk_sid",
    "Domains": "domain_sid",
    "CredentialLists": "credential_list_sid",
    "IpAccessControlLists": "ip_access_control_list_sid",
    "Bundles": "bundle_sid",
    "CustomerProfiles": "customer_profile_sid",
    "TrustProducts": "trust_product_sid",
    "conversations/Services": "chat_service_sid",
}
MANY = {
    "function_versions",
    "asset_versions",
    "types",
    "permissions",
    "event_types",
    "filters",
    "triggers",
    "webhook_filters",
    "audio_sources",
    "audio_sources_excluded",
    "test_users",
    "networks",
    "plugins",
    "international_roaming",
}
OBJECTS = {"sink_configuration", "data", "definition", "config", "video_layout", "policy"}
SHOWN_AS = {
    "permission": "permissions",
    "capacity": "configured_capacity",
    "network_access_profile": "network_access_profile_sid",
    "configuration_id": "configuration_sid",
}
