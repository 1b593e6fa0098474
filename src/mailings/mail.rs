//! The argument of handlers by which they look after mailings.

use std::fmt;

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryableByName, sql_query,
    sql_types::{BigInt, Bool, Double, Integer, Nullable, SmallInt, Text, Timestamptz},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use jiff::{SignedDuration, Timestamp};

use super::{
    Audience, Mailings, NewMailing, Report,
    audience::Page,
    content::{Content, What},
    orders::{self, Order},
    report,
    state::{Doing, Stage},
};
use crate::{
    Clock, DbSession, Error, FromRequest, Reply, Request, Result,
    db::{Cached, schema::users, storable, to_pg},
    files::{Files, NEEDED},
};

/// How long files wait for a mailing to begin.
const KEPT: SignedDuration = SignedDuration::from_secs(NEEDED.as_secs().cast_signed());

/// What mailings are created with, besides a session. A clone shares it.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) declared: Mailings,
    pub(crate) clock: Clock,
    /// None of a command that sends none.
    pub(crate) files: Option<Files>,
    pub(crate) bot_id: i64,
    /// How many messages a second the limits let go, if nobody else is written to.
    pub(crate) per_second: u32,
}

impl Desk {
    /// That of the bot.
    pub(super) fn of(request: &Request) -> Result<&Self> {
        let missing =
            || Error::message("the bot has no mailings: add them by `AppBuilder::mailings`");
        request.extensions.get().ok_or_else(missing)
    }

    /// That of a command.
    #[cfg(feature = "cli")]
    pub(crate) fn of_command(
        declared: Mailings,
        clock: &Clock,
        config: &crate::Config,
        files: Option<Files>,
    ) -> Self {
        Self {
            declared,
            clock: clock.clone(),
            files,
            bot_id: config.telegram.bot_id(),
            per_second: config.limits.calls_per_s,
        }
    }

    /// Files must be there for whoever sends them, at that time.
    async fn keep_files(&self, content: &mut Content, at: Option<Timestamp>) -> Result<()> {
        let is_soon = at.is_none_or(|at| at.duration_since(self.clock.now()) <= KEPT);
        for what in content.each() {
            let What::Calls(calls) = what else { continue };
            for upload in calls.iter_mut().flat_map(|call| call.files_mut()) {
                if !is_soon {
                    return Err(Error::message(
                        "a file waits to be sent for a day at the most, and the mailing begins later: name a file that Telegram has by its file_id",
                    ));
                }
                let nowhere = || Error::message("there is nowhere to keep files");
                let files = self.files.as_ref().ok_or_else(nowhere)?;
                files.read(upload).await?;
                files.keep(upload).await?;
            }
        }
        Ok(())
    }
}

/// The mailings of the bot: what is asked of them is part of the session, so a handler that fails has asked for nothing. The bot has
/// [`AppBuilder::mailings`](crate::AppBuilder::mailings).
///
/// Whoever gets here may write to everybody: let administrators alone in.
///
/// ```
/// use ostankino::{Reply, Result, Router, filter, mailings::{Audience, Mail, NewMailing}};
///
/// async fn open(mail: Mail) -> Result<String> {
///     let opening = NewMailing::of("Открытие", Reply::text("Мы открылись!"))?;
///     let id = mail.create(opening.key("opening").to(Audience::active())).await?;
///     Ok(format!("Рассылка {id} началась"))
/// }
///
/// let router = Router::new().on(filter::command("open") & filter::from([42]), open);
/// # drop(router);
/// ```
#[derive(Clone)]
pub struct Mail {
    pub(super) desk: Desk,
    pub(super) session: DbSession,
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

impl Mail {
    pub(crate) fn of(desk: Desk, session: DbSession) -> Self {
        Self { desk, session }
    }

    /// What time it is: by this clock mailings begin.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.desk.clock.now()
    }

    /// Creates a mailing, which begins at its time; gives its number. One of the same key that is there already stays as it is, and is given
    /// instead.
    ///
    /// # Errors
    ///
    /// It names what the bot does not have, or cannot be stored: too large, a file that cannot be read;
    /// [`Error::Unavailable`] without a database or, with files, without NATS.
    pub async fn create(&self, mailing: NewMailing) -> Result<i64> {
        self.create_for(mailing, None).await
    }

    /// The same for those users alone, as far as they can be written to.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    pub async fn create_for_users(&self, mailing: NewMailing, ids: &[i64]) -> Result<i64> {
        self.create_for(mailing, Some(ids)).await
    }

    async fn create_for(&self, mut new: NewMailing, ids: Option<&[i64]>) -> Result<i64> {
        self.check(&new)?;
        self.desk.keep_files(&mut new.content, new.at).await?;
        new.content.check_size()?;
        new.content.begin_trial();
        let stage = match new.content.winner {
            Some(_) => Stage::Shares,
            None => Stage::All,
        };
        let now = self.now();
        if ids.is_some() {
            new.audience = new.audience.listed();
        }
        let doing = match new.audience.is_frozen {
            true => Doing::Freeze,
            false => Doing::Send,
        };
        let insert = sql_query(
            "INSERT INTO mailings (bot_id, key, title, author_id, state, audience, content, category, is_urgent, \
             keeps_quiet, resends, per_second, paid_stars, run_at, is_through, created_at, stage, doing) \
             VALUES ($1, $2, $3, $4, 'scheduled', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
             ON CONFLICT (bot_id, key) DO NOTHING RETURNING id",
        )
        .bind::<BigInt, _>(self.desk.bot_id)
        .bind::<Text, _>(storable(&new.key).into_owned())
        .bind::<Text, _>(storable(&new.title).into_owned())
        .bind::<Nullable<BigInt>, _>(new.author)
        .bind::<Text, _>(serde_json::to_string(&new.audience)?)
        .bind::<Text, _>(serde_json::to_string(&new.content)?)
        .bind::<Nullable<Text>, _>(new.category.as_deref())
        .bind::<Bool, _>(new.is_urgent)
        .bind::<Bool, _>(new.keeps_quiet)
        .bind::<Bool, _>(new.resends)
        .bind::<Nullable<Double>, _>(new.per_second)
        .bind::<Nullable<Integer>, _>(new.paid_stars.map(|it| i32::try_from(it).unwrap_or(i32::MAX)))
        .bind::<Timestamptz, _>(to_pg(new.at.unwrap_or(now)))
        .bind::<Bool, _>(ids.is_some())
        .bind::<Timestamptz, _>(to_pg(now))
        .bind::<SmallInt, _>(stage.number())
        .bind::<Text, _>(doing.as_str());
        let connection = &mut *self.session.conn().await?;
        let created: Option<Id> = Cached(insert).get_result(connection).await.optional()?;
        if let Some(Id { id }) = created {
            if let Some(ids) = ids {
                orders::list(connection, id, ids, now).await?;
            }
            tracing::info!(
                event = "mailing_created",
                mailing = id,
                author_id = new.author,
                title = new.title,
                "a mailing is created"
            );
            return Ok(id);
        }
        let find = sql_query("SELECT id FROM mailings WHERE bot_id = $1 AND key = $2")
            .bind::<BigInt, _>(self.desk.bot_id)
            .bind::<Text, _>(storable(&new.key).into_owned());
        let Id { id } = Cached(find).get_result(connection).await?;
        Ok(id)
    }

    /// Nothing of it is unknown to the bot.
    fn check(&self, new: &NewMailing) -> Result<()> {
        let declared = &self.desk.declared;
        new.content.check(declared)?;
        new.audience
            .of(declared, None, None, Page::default(), self.now())?;
        if let Some(category) = &new.category
            && !declared.categories().any(|known| known == category)
        {
            return Err(Error::message(format!(
                "the bot has no category `{category}`: `Mailings::category` declares one"
            )));
        }
        if new
            .per_second
            .is_some_and(|most| !(0.001..=1_000.0).contains(&most))
        {
            return Err(Error::message(
                "a mailing sends 0.001 to 1,000 messages a second",
            ));
        }
        if new.paid_stars.is_some() && !declared.may_pay() {
            return Err(Error::message(
                "paid broadcasts are not allowed: `Mailings::paid` allows them",
            ));
        }
        Ok(())
    }

    /// How many would get it now.
    ///
    /// # Errors
    ///
    /// The bot has no such segment; [`Error::Unavailable`] without a database.
    pub async fn count(&self, audience: &Audience, category: Option<&str>) -> Result<i64> {
        self.count_among(audience, category, None).await
    }

    /// The same of those alone.
    pub(crate) async fn count_among(
        &self,
        audience: &Audience,
        category: Option<&str>,
        ids: Option<&[i64]>,
    ) -> Result<i64> {
        let mut found = audience.of(
            &self.desk.declared,
            category,
            None,
            Page::default(),
            self.now(),
        )?;
        if let Some(ids) = ids {
            found = found.filter(users::id.eq_any(ids.to_vec()));
        }
        let connection = &mut *self.session.conn().await?;
        Ok(found.count().get_result(connection).await?)
    }

    /// How a mailing goes; `None` if there is none of that number.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] without a database.
    pub async fn report(&self, id: i64) -> Result<Option<Report>> {
        let connection = &mut *self.session.conn().await?;
        report::of(connection, Some(self.desk.bot_id), id).await
    }

    /// The latest mailings, of all states.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] without a database.
    pub async fn list(&self, limit: u32) -> Result<Vec<Report>> {
        let connection = &mut *self.session.conn().await?;
        report::latest(connection, Some(self.desk.bot_id), limit).await
    }

    /// Pauses a mailing: within a second nothing more of it is sent. Says whether it could be.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] without a database.
    pub async fn pause(&self, id: i64) -> Result<bool> {
        self.order(id, Order::Pause).await
    }

    /// Goes on with one that was paused or halted.
    ///
    /// # Errors
    ///
    /// As [`pause`](Self::pause).
    pub async fn resume(&self, id: i64) -> Result<bool> {
        self.order(id, Order::Resume).await
    }

    /// Ends it for good: who was not sent to gets nothing.
    ///
    /// # Errors
    ///
    /// As [`pause`](Self::pause).
    pub async fn cancel(&self, id: i64) -> Result<bool> {
        self.order(id, Order::Cancel).await
    }

    /// Deletes what was sent of one that is over. Telegram deletes messages of the last 48 hours.
    ///
    /// # Errors
    ///
    /// As [`pause`](Self::pause).
    pub async fn unsend(&self, id: i64) -> Result<bool> {
        self.order(id, Order::Unsend).await
    }

    /// Has it say something else, without variants: of one that is over what was sent is changed, and of one that goes out, is paused, halted or
    /// still to begin what is to be sent. Who has it then keeps what it said until it is edited once more, when it is over.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    pub async fn edit(&self, id: i64, reply: Reply) -> Result<bool> {
        let new = NewMailing::of("", reply)?;
        let mut content = new.content;
        content.check(&self.desk.declared)?;
        self.desk.keep_files(&mut content, None).await?;
        content.check_size()?;
        let connection = &mut *self.session.conn().await?;
        orders::edit(
            connection,
            self.desk.bot_id,
            id,
            &content,
            self.desk.clock.now(),
        )
        .await
    }

    async fn order(&self, id: i64, order: Order) -> Result<bool> {
        let connection: &mut AsyncPgConnection = &mut *self.session.conn().await?;
        let is_done =
            orders::give(connection, Some(self.desk.bot_id), id, order, self.now()).await?;
        tracing::info!(
            event = "mailing_ordered",
            mailing = id,
            order = order.as_str(),
            is_done,
            "a mailing was told what to do"
        );
        Ok(is_done)
    }
}

impl FromRequest for Mail {
    async fn from_request(request: &Request) -> Result<Self> {
        Ok(Self {
            desk: Desk::of(request)?.clone(),
            session: request.extension()?,
        })
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mail")
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Desk")
    }
}
