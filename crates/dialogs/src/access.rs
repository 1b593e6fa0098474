//! Who may press the buttons of a dialog.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use ostankino::{Call, Needs, Request, Result};
use serde::Deserialize;

use crate::Getter;

/// For how long it is believed that somebody is an administrator, or none.
const BELIEVED: Duration = Duration::from_secs(60);

/// Of how many people that is remembered.
const MOST: usize = 4_096;

/// Who may press the buttons of a dialog: see [`Dialog::access`](crate::Dialog::access). Others read a note over the chat
/// ([`Dialog::refusal`](crate::Dialog::refusal)), and nothing changes.
///
/// ```
/// use ostankino_dialogs::Access;
///
/// let referees = Access::users([42, 43]);
/// ```
#[must_use = "it lets nobody in or out until a dialog has it"]
pub struct Access {
    who: Who,
    pub(crate) needs: Needs,
}

enum Who {
    Owner,
    Users(Vec<i64>),
    Admins(Known),
    Anyone,
    With(Check),
}

type Check = Box<dyn Fn(Request) -> BoxFuture<'static, Result<bool>> + Send + Sync>;

/// Who is an administrator of which chat, by the bot, the chat and the user.
type Known = Mutex<HashMap<(i64, i64, i64), (Instant, bool)>>;

impl Access {
    /// Who began what is open. It is what a dialog has by itself unless it is [shared](crate::Dialog::shared).
    pub fn owner() -> Self {
        Self::of(Who::Owner)
    }

    /// These people, by their ids.
    pub fn users(ids: impl IntoIterator<Item = i64>) -> Self {
        Self::of(Who::Users(ids.into_iter().collect()))
    }

    /// The administrators of the chat. Telegram is asked who they are, and that is believed for a minute. In a private chat it is
    /// whoever talks there.
    pub fn admins() -> Self {
        Self::of(Who::Admins(Known::default()))
    }

    /// Whoever sees them. It is what a [shared](crate::Dialog::shared) dialog has by itself.
    pub fn anyone() -> Self {
        Self::of(Who::Anyone)
    }

    /// Whom an `async fn` lets in: it takes what handlers take, and gives a `Result<bool>`.
    ///
    /// ```
    /// use ostankino::{Result, User};
    /// use ostankino_dialogs::Access;
    ///
    /// async fn is_player(user: User) -> Result<bool> {
    ///     // SELECT … FROM players WHERE id = user.id
    ///     Ok(user.id % 2 == 0)
    /// }
    ///
    /// let players = Access::with(is_player);
    /// ```
    pub fn with<Args: 'static, C: Getter<Args, Rows = bool>>(check: C) -> Self {
        let mut access = Self::of(Who::With(Box::new(move |request| {
            Box::pin(check.clone().get(request))
        })));
        C::needs(&mut access.needs);
        access
    }

    fn of(who: Who) -> Self {
        Self {
            who,
            needs: Needs::default(),
        }
    }

    /// Whether it lets in who caused the update. `owner` began what is open.
    pub(crate) async fn lets_in(&self, request: &Request, owner: Option<i64>) -> Result<bool> {
        let user = request.update.user_id();
        match &self.who {
            Who::Anyone => Ok(true),
            Who::Owner => Ok(owner.is_some() && user == owner),
            Who::Users(ids) => Ok(user.is_some_and(|user| ids.contains(&user))),
            Who::Admins(known) => is_admin(known, request).await,
            Who::With(check) => check(request.clone()).await,
        }
    }
}

async fn is_admin(known: &Known, request: &Request) -> Result<bool> {
    let (update, bot) = (&request.update, &request.bot);
    let (Some(user), Some(chat)) = (update.user_id(), update.chat_id()) else {
        return Ok(false);
    };
    if update.is_private() {
        return Ok(true);
    }
    let (key, now) = ((bot.id(), chat, user), Instant::now());
    let is_fresh = |since: Instant| now.saturating_duration_since(since) < BELIEVED;
    let held = || known.lock().unwrap_or_else(PoisonError::into_inner);
    let believed = held().get(&key).copied();
    if let Some((_, is_admin)) = believed.filter(|(since, _)| is_fresh(*since)) {
        return Ok(is_admin);
    }
    let call = Call::new("getChatMember").param("chat_id", chat);
    let member: Member = bot.call(call.param("user_id", user)).await?;
    let is_admin = ["creator", "administrator"].contains(&&*member.status);
    let mut known = held();
    if known.len() >= MOST {
        known.retain(|_, (since, _)| is_fresh(*since));
    }
    if known.len() < MOST {
        known.insert(key, (now, is_admin));
    }
    Ok(is_admin)
}

/// What is needed of a `ChatMember`: a new kind of one is no failure.
#[derive(Deserialize)]
struct Member {
    status: String,
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.who {
            Who::Owner => "Access(owner)",
            Who::Users(_) => "Access(users)",
            Who::Admins(_) => "Access(admins)",
            Who::Anyone => "Access(anyone)",
            Who::With(_) => "Access(with)",
        })
    }
}
