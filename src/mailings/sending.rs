//! Sends the message of one recipient, or changes it, and says what became of it.

use std::{
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use futures_util::FutureExt;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::{
    Mailings,
    answer::{Refusal, refusal},
    claim::{Claimed, LEASE},
    clicks,
    content::{What, calls_of},
    notes::{Change, Note},
    state::{Doing, Fate},
    table::Job,
};
use crate::{
    Call, Context, Error, Result, chain,
    limits::Turn,
    telegram::{
        ApiError,
        internal::{Patience, sent_messages},
    },
};

/// A pause that is waited for: what is to wait longer is put back.
const SHORT: Duration = Duration::from_secs(2);

/// How long after a claim a call may begin: so that it has its answer while nobody else takes the recipient for abandoned.
const FRESH: Duration = Duration::from_secs(LEASE.as_secs() / 2);

/// How many calls of paid mailings are under way at once: the server refuses a bot beyond some thousand.
const AT_ONCE: usize = 100;

/// What makes the calls of mailings.
#[derive(Debug)]
pub(super) struct Sending {
    declared: Mailings,
    context: Context,
    under_way: Semaphore,
}

/// What becomes of a recipient.
enum Became {
    Fate(Fate),
    Changed(Change),
    /// Nothing was done: it waits so long, or for whoever comes next.
    Waits(Duration),
    Refused(ApiError),
    /// There is nothing to send: that is why.
    Failed(Error),
}

/// What is to be done for a recipient, and until when.
struct Task<'a> {
    job: &'a Job,
    claimed_at: Instant,
    stop: &'a CancellationToken,
}

impl Sending {
    pub(super) fn new(declared: Mailings, context: Context) -> Self {
        Self {
            declared,
            context,
            under_way: Semaphore::new(AT_ONCE),
        }
    }

    /// Does what is to be done for one recipient, unless `stop` comes before. `claimed_at` is when the claim began.
    pub(super) async fn bring_about(
        &self,
        job: &Job,
        mut row: Claimed,
        claimed_at: Instant,
        stop: &CancellationToken,
    ) -> Note {
        let task = &Task {
            job,
            claimed_at,
            stop,
        };
        let becoming = match job.doing {
            Doing::Send => self.send(task, &mut row).await,
            // Nobody is claimed for that.
            Doing::Freeze => Became::Waits(Duration::ZERO),
            Doing::Unsend => self.unsend(task, &row).await,
            Doing::Edit => self.edit(task, &row).await,
        };
        self.note(job, row, becoming)
    }

    async fn send(&self, task: &Task<'_>, row: &mut Claimed) -> Became {
        let job = task.job;
        let calls = match self.said(job, row).await {
            Ok(Some(calls)) => calls,
            Ok(None) => return Became::Fate(Fate::of_no_more(row.part, row.is_doubtful)),
            Err(error) => return Became::Failed(error),
        };
        let made = usize::from(row.part.unsigned_abs());
        for call in calls.into_iter().skip(made) {
            let mut call = call.param("chat_id", row.to.id);
            if job.paid_stars.is_some() {
                call = call.param("allow_paid_broadcast", true);
            }
            clicks::wrap(&mut call, job.id);
            match self.make(task, row.to.id, &mut call).await {
                Ok(answer) => {
                    let messages = sent_messages(&answer).map(|(_, id)| id);
                    row.message_ids.extend(messages);
                    row.part += 1;
                    row.is_doubtful = false;
                }
                Err(became) => return became,
            }
        }
        Became::Fate(Fate::Sent)
    }

    async fn unsend(&self, task: &Task<'_>, row: &Claimed) -> Became {
        if row.message_ids.is_empty() {
            return Became::Changed(Change::Kept);
        }
        let delete = Call::new("deleteMessages").param("chat_id", row.to.id);
        let mut delete = delete.param("message_ids", json!(row.message_ids));
        match self.make(task, row.to.id, &mut delete).await {
            Ok(_) => Became::Fate(Fate::Unsent),
            Err(Became::Refused(error)) if is_final(&error) => Became::Changed(Change::Kept),
            Err(became) => became,
        }
    }

    /// Each message becomes what the call in its place says now.
    async fn edit(&self, task: &Task<'_>, row: &Claimed) -> Became {
        let job = task.job;
        let calls = match self.said(job, row).await {
            Ok(Some(calls)) => calls,
            Ok(None) => return Became::Changed(Change::Kept),
            Err(error) => return Became::Failed(error),
        };
        let edits: Option<Vec<_>> = match calls.len() == row.message_ids.len() {
            true => calls.iter().map(edit_of).collect(),
            false => None,
        };
        let Some(edits) = edits else {
            return Became::Changed(Change::Kept);
        };
        for (edit, message) in edits.into_iter().zip(&row.message_ids) {
            let mut edit = edit
                .param("chat_id", row.to.id)
                .param("message_id", *message);
            clicks::wrap(&mut edit, job.id);
            match self.make(task, row.to.id, &mut edit).await {
                Ok(_) => {}
                Err(Became::Refused(error)) if is_as_it_is(&error) => {}
                Err(Became::Refused(error)) if refusal(&error, row.attempts) == Refusal::Gone => {
                    return Became::Changed(Change::Kept);
                }
                Err(became) => return became,
            }
        }
        Became::Changed(Change::Edited)
    }

    /// What is said to a recipient; nothing to who is to get none.
    async fn said(&self, job: &Job, row: &Claimed) -> Result<Option<Vec<Call>>> {
        match job.content.variant(row.variant) {
            What::Calls(calls) => Ok(Some(calls.clone())),
            What::Template(name) => {
                let unknown = || Error::message(format!("the bot has no template `{name}`"));
                let make = self.declared.template_named(name).ok_or_else(unknown)?;
                let making = async { make(row.to.clone(), self.context.clone()).await };
                let panicked = |_| Error::message(format!("the template `{name}` panicked"));
                let made = AssertUnwindSafe(making).catch_unwind().await;
                let reply = made.unwrap_or_else(|panic| Err(panicked(panic)))?;
                reply.map(calls_of).transpose()
            }
        }
    }

    /// Makes a call when it is its turn. What is paid for waits for no turn.
    async fn make(
        &self,
        task: &Task<'_>,
        user: i64,
        call: &mut Call,
    ) -> Result<bytes::Bytes, Became> {
        let Task {
            job,
            claimed_at,
            stop,
        } = task;
        let limits = self.context.limits();
        // What was sent is changed at the pace of all others.
        let is_paid = job.doing == Doing::Send && job.paid_stars.is_some();
        let waits = Became::Waits(Duration::ZERO);
        let turn: Option<Turn> = match is_paid {
            true => None,
            false => {
                if let Some(left) = limits.pause_of(Some(user)).filter(|left| *left > SHORT) {
                    return Err(Became::Waits(left));
                }
                let turn = stop.run_until_cancelled(limits.bulk_turn(Some(user)));
                Some(turn.await.ok_or(waits)?)
            }
        };
        let waits = Became::Waits(Duration::ZERO);
        let Some(Ok(under_way)) = stop.run_until_cancelled(self.under_way.acquire()).await else {
            return Err(waits);
        };
        if stop.is_cancelled() || claimed_at.elapsed() > FRESH {
            return Err(waits);
        }
        let made = self.context.bot().make_with(call, Patience::Once).await;
        drop((turn, under_way));
        made.map_err(Became::Refused)
    }

    fn note(&self, job: &Job, row: Claimed, became: Became) -> Note {
        let now = self.context.clock().now();
        let before = match job.doing {
            Doing::Send if row.is_doubtful => Fate::Unknown,
            Doing::Freeze | Doing::Send => Fate::Queued,
            Doing::Unsend | Doing::Edit => Fate::Sent,
        };
        let after = |pause: Duration| Some(now.checked_add(pause).unwrap_or(now));
        let mut note = Note {
            user_id: row.to.id,
            claim: row.claim,
            fate: before,
            change: None,
            part: row.part,
            attempts: row.attempts,
            next_at: None,
            message_ids: match job.doing {
                Doing::Freeze | Doing::Send => row.message_ids,
                Doing::Unsend | Doing::Edit => Vec::new(),
            },
            code: None,
            error: None,
            is_refused: false,
        };
        match became {
            Became::Fate(fate) => note.fate = fate,
            Became::Changed(change) => {
                note.fate = Fate::Sent;
                note.change = Some(change);
            }
            Became::Waits(pause) => note.next_at = after(pause),
            Became::Failed(error) => {
                note.error = Some(error.chain());
                note.is_refused = true;
                note.fate = match job.doing {
                    Doing::Freeze | Doing::Send => Fate::Failed,
                    Doing::Unsend | Doing::Edit => Fate::Sent,
                };
            }
            Became::Refused(error) => {
                note.code = error.code();
                note.error = Some(chain(&error));
                let refusal = refusal(&error, row.attempts);
                apply(job, refusal, &mut note, after);
            }
        }
        note
    }
}

fn apply(
    job: &Job,
    refusal: Refusal,
    note: &mut Note,
    after: impl Fn(Duration) -> Option<Timestamp>,
) {
    match (job.doing, refusal) {
        (_, Refusal::Again(pause)) => {
            note.next_at = after(pause);
            // Whoever is told to wait has not tried.
            if note.code != Some(429) {
                note.attempts = note.attempts.saturating_add(1);
            }
        }
        // Nobody is claimed for that.
        (Doing::Freeze, _) => {}
        (Doing::Send, Refusal::Blocked) => note.fate = Fate::Blocked,
        (Doing::Send, Refusal::Unknown) => {
            note.fate = Fate::Unknown;
            note.next_at = after(SHORT).filter(|_| job.resends);
        }
        (Doing::Send, Refusal::Content(None) | Refusal::Gone) => {
            note.is_refused = true;
            note.fate = Fate::Failed;
        }
        (_, Refusal::Content(Some(pause))) => {
            note.is_refused = true;
            note.attempts = note.attempts.saturating_add(1);
            note.next_at = after(pause);
        }
        // It is as often as one likes that a message is deleted or changed.
        (Doing::Unsend | Doing::Edit, Refusal::Unknown) => note.next_at = after(SHORT),
        (Doing::Unsend | Doing::Edit, refusal) => {
            note.is_refused = matches!(refusal, Refusal::Content(None));
            note.change = Some(Change::Kept);
        }
    }
}

/// Whether Telegram will never say anything else.
fn is_final(error: &ApiError) -> bool {
    matches!(
        error,
        ApiError::Api {
            code: 400 | 403,
            ..
        }
    )
}

fn is_as_it_is(error: &ApiError) -> bool {
    matches!(error, ApiError::Api { code: 400, description, .. } if description.contains("message is not modified"))
}

/// The call that makes a message what another call would send: of texts, and of media with what stands below them.
fn edit_of(call: &Call) -> Option<Call> {
    let params = call.params();
    let kept = |edit: Call, names: &[&str]| {
        names
            .iter()
            .fold(edit, |edit, name| match params.get(*name) {
                Some(value) => edit.param(name, value.clone()),
                None => edit,
            })
    };
    if call.is("sendMessage") {
        let names = [
            "text",
            "parse_mode",
            "entities",
            "link_preview_options",
            "reply_markup",
        ];
        return Some(kept(Call::new("editMessageText"), &names));
    }
    let (_, kind) = [
        ("sendPhoto", "photo"),
        ("sendVideo", "video"),
        ("sendAnimation", "animation"),
        ("sendDocument", "document"),
        ("sendAudio", "audio"),
    ]
    .into_iter()
    .find(|(method, _)| call.is(method))?;
    let mut media = json!({"type": kind, "media": params.get(kind)?});
    for name in [
        "caption",
        "parse_mode",
        "caption_entities",
        "show_caption_above_media",
        "has_spoiler",
    ] {
        if let (Some(value), Value::Object(media)) = (params.get(name), &mut media) {
            media.insert(name.into(), value.clone());
        }
    }
    let mut edit = kept(Call::new("editMessageMedia"), &["reply_markup"]);
    for file in call.files() {
        // In the same order, so that they are named alike.
        let _ = edit.attach(file.clone());
    }
    Some(edit.param("media", media))
}
