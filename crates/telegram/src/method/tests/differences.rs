//! Where the structs differ from the documentation of Bot API 10.3. The tests check that each
//! difference is still there: what is mended leaves this list.

/// Of parameters: the method, and its differences.
pub(super) const PARAMS: &[(&str, &[&str])] = &[
    // By the id only: Telegram knows games in no channel, and it is channels that have names.
    ("sendGame", &["chat_id: Number for number | string"]),
    // An empty list takes the reactions away, as no list does.
    ("setMessageReaction", &["reaction: required here"]),
];

/// Of objects: the type, and its differences. Nothing is lost by a field that is optional here.
pub(super) const OBJECTS: &[(&str, &[&str])] = &[
    (
        "ChatAdministratorRights",
        &[
            "can_delete_stories: optional here",
            "can_edit_stories: optional here",
            "can_post_stories: optional here",
        ],
    ),
    (
        "ChatFullInfo",
        &[
            "accent_color_id: optional here",
            "max_reaction_count: optional here",
        ],
    ),
    // What a subscription costs is not told: read it by `Update::payload` or `Bot::call`.
    (
        "ChatInviteLink",
        &[
            "subscription_period: missing",
            "subscription_price: missing",
        ],
    ),
    (
        "ChatMemberAdministrator",
        &[
            "can_delete_stories: optional here",
            "can_edit_stories: optional here",
            "can_post_stories: optional here",
        ],
    ),
    // Left for those who wrote it years ago.
    (
        "InlineQueryResultArticle",
        &["hide_url: unknown to Telegram"],
    ),
    // Telegram makes one by itself where none is given: give a file_id or "attach://…" here.
    ("InputPaidMediaVideo", &["thumbnail: required here"]),
    ("InputPollOption", &["text: optional here"]),
    // Any numbers do.
    (
        "InputRichBlockMap",
        &[
            "height: required here",
            "width: required here",
            "zoom: required here",
        ],
    ),
    // How many stars a message was paid with is not told: read it by `Update::payload`.
    ("Message", &["paid_star_count: missing"]),
    ("OwnedGiftRegular", &["send_date: optional here"]),
    ("OwnedGiftUnique", &["send_date: optional here"]),
    (
        "Poll",
        &[
            "allows_multiple_answers: optional here",
            "allows_revoting: optional here",
            "members_only: optional here",
        ],
    ),
    ("PollOption", &["persistent_id: optional here"]),
    // A transaction of a programme without a sponsor is an error of `getStarTransactions`.
    (
        "TransactionPartnerAffiliateProgram",
        &["sponsor_user: required here"],
    ),
    ("VideoChatParticipantsInvited", &["users: optional here"]),
];
