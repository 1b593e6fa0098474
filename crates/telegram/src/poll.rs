//! Polls, the votes in them, and dice.

use super::{Chat, User, object::objects};

objects! {
    /// A poll as it is now: of a message, or of an update of the kind `poll`.
    pub struct Poll {
        /// Its id, the same in every message that holds it.
        pub id: String => required,
        /// What is asked.
        pub question: String,
        /// What can be answered.
        pub options: Vec<PollOption>,
        /// How many people voted.
        pub total_voter_count: i64,
        /// Whether nobody can vote any more.
        pub is_closed: bool,
        /// Whether nobody learns who voted for what.
        pub is_anonymous: bool,
        /// `regular` or `quiz`.
        pub kind: String as "type",
        /// Whether one may vote for several options.
        pub allows_multiple_answers: bool,
        /// The right ones of a quiz, by their numbers from 0, if the bot may know.
        pub correct_option_ids: Vec<i64>,
        /// What is said after a wrong answer.
        pub explanation: Option<String>,
    }

    /// An option of a poll.
    pub struct PollOption {
        /// Its id, which it keeps when others come and go.
        pub persistent_id: String,
        /// Its text.
        pub text: String,
        /// How many voted for it.
        pub voter_count: i64,
    }

    /// Somebody's changed vote in a poll that is not anonymous and that the bot sent.
    pub struct PollAnswer {
        /// The poll.
        pub poll_id: String => required,
        /// Who voted; an account that stands in for [`voter_chat`](Self::voter_chat) if that did.
        pub user: Option<User>,
        /// The chat that voted.
        pub voter_chat: Option<Chat>,
        /// What was voted for, by numbers from 0; none if the vote was taken back.
        pub option_ids: Vec<i64>,
        /// The same by the ids that options keep.
        pub option_persistent_ids: Vec<String>,
    }

    /// A die, a dart or another emoji that shows a random value.
    pub struct Dice {
        /// The emoji.
        pub emoji: String,
        /// What it shows: from 1 to 6 for a die, to 64 for a slot machine.
        pub value: i64 => required,
    }
}
