//! A mailing that is to be created.

use jiff::Timestamp;

use super::{
    Audience, Winner,
    content::{Content, Variant, What, When},
};
use crate::{Reply, Result};

/// A mailing that is to be created: [`Mail::create`](super::Mail::create) does so.
///
/// ```
/// use ostankino::{Reply, Result, mailings::{Audience, NewMailing, When}};
///
/// fn opening(nonce: &str) -> Result<NewMailing> {
///     let mailing = NewMailing::of("Открытие", Reply::text("Мы открылись!"))?
///         .key(nonce)
///         .to(Audience::active().segment("week"))
///         .variant("en", When::language("en"), Reply::text("We are open!"))?;
///     Ok(mailing.category("news"))
/// }
/// # assert!(opening("7").is_ok());
/// ```
#[derive(Clone, Debug)]
#[must_use = "nobody gets it until it is created"]
pub struct NewMailing {
    pub(super) title: String,
    pub(super) key: String,
    pub(super) content: Content,
    pub(super) audience: Audience,
    pub(super) category: Option<String>,
    pub(super) at: Option<Timestamp>,
    pub(super) per_second: Option<f64>,
    pub(super) paid_stars: Option<u32>,
    pub(super) is_urgent: bool,
    pub(super) keeps_quiet: bool,
    pub(super) resends: bool,
    pub(super) author: Option<i64>,
}

impl NewMailing {
    /// One that says what a reply says, to everybody who can be written to. The title is for those who look after mailings.
    ///
    /// # Errors
    ///
    /// The reply is empty, or does more than to send: it edits, has obligations, or goes to a chat of its own.
    pub fn of(title: impl Into<String>, reply: Reply) -> Result<Self> {
        Ok(Self::new(title.into(), What::of(reply)?))
    }

    /// One whose messages a [template](super::Mailings::template) of the bot's makes.
    pub fn template(title: impl Into<String>, name: impl Into<String>) -> Self {
        Self::new(title.into(), What::Template(name.into()))
    }

    fn new(title: String, what: What) -> Self {
        Self {
            title,
            key: format!("{:016x}", fastrand::u64(..)),
            content: Content {
                what,
                variants: Vec::new(),
                winner: None,
            },
            audience: Audience::active(),
            category: None,
            at: None,
            per_second: None,
            paid_stars: None,
            is_urgent: false,
            keeps_quiet: true,
            resends: false,
            author: None,
        }
    }

    /// By that it is known: another one of the same key is this one, as where a button is pressed twice.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = key.into();
        self
    }

    /// Who gets it.
    pub fn to(mut self, audience: Audience) -> Self {
        self.audience = audience;
        self
    }

    /// What some get instead. Of several variants that are for somebody, the first counts.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of).
    pub fn variant(mut self, name: impl Into<String>, when: When, reply: Reply) -> Result<Self> {
        let (name, what) = (name.into(), What::of(reply)?);
        self.content.variants.push(Variant { name, when, what });
        Ok(self)
    }

    /// Has the main message and the variants that are for a share be tried, and the best of them be sent to the rest.
    pub fn winner(mut self, winner: Winner) -> Self {
        self.content.winner = Some(winner);
        self
    }

    /// What it is about, by a [category](super::Mailings::category) of the bot's: who refused that gets nothing.
    pub fn category(mut self, name: impl Into<String>) -> Self {
        self.category = Some(name.into());
        self
    }

    /// When it begins; at once if that is not said, or past.
    pub fn at(mut self, time: impl Into<Timestamp>) -> Self {
        self.at = Some(time.into());
        self
    }

    /// The most messages a second, where the [limits](crate::Limits) would let more go: for what follows them, such as visits to a site.
    pub fn per_second(mut self, most: f64) -> Self {
        self.per_second = Some(most);
        self
    }

    /// Has it be paid for in Stars, a tenth of one for each message: then Telegram takes up to 1,000 a second. It is halted
    /// when so many are spent. It needs [`Mailings::paid`](super::Mailings::paid), a balance of 10,000 Stars, and paid broadcasts switched on at @BotFather.
    pub fn paid(mut self, most_stars: u32) -> Self {
        self.paid_stars = Some(most_stars);
        self
    }

    /// Has others wait while it is sent.
    pub fn urgent(mut self) -> Self {
        self.is_urgent = true;
        self
    }

    /// Whom it wakes, it wakes.
    pub fn at_night_too(mut self) -> Self {
        self.keeps_quiet = false;
        self
    }

    /// Sends again what may have been sent: everybody gets it, and after a crash some may get it twice. Otherwise nobody gets it
    /// twice, and those are counted as unknown.
    pub fn at_least_once(mut self) -> Self {
        self.resends = true;
        self
    }

    /// Who is told how it goes, in a dialog.
    pub fn author(mut self, user_id: i64) -> Self {
        self.author = Some(user_id);
        self
    }
}
