//! What somebody does by a form: it comes from a page of ours, of this very session, and leaves a row in the audit.

use std::collections::HashMap;

use axum::{
    Form, RequestExt,
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
    response::Redirect,
};
use ostankino_core::{event::CatchUp, internal::Whose};
use serde_json::Value;

use super::{
    Admin,
    audit::{self, Deed, Outcome},
    failure::Failure,
    role::Role,
    visitor::Visitor,
};
use crate::{Timers, unit_of_work::TaskSession};

/// A form that was sent.
pub(super) struct Act {
    pub(super) visitor: Visitor,
    fields: HashMap<String, String>,
}

impl Act {
    /// Whoever may not do that is turned away, and the audit knows of it.
    pub(super) async fn must(
        &self,
        role: Role,
        action: &str,
        target: Option<i64>,
    ) -> Result<(), Failure> {
        if self.visitor.may(role) {
            return Ok(());
        }
        let session = self.visitor.sources.database.session();
        let deed = self.deed(action, target, None);
        let outcome = Outcome::Refused;
        self.note(&session, &Deed { outcome, ..deed }).await?;
        session.commit().await?;
        Err(Failure::forbidden().to(self.visitor.lang))
    }

    /// What is about to be done.
    pub(super) fn deed<'a>(
        &self,
        action: &'a str,
        target: Option<i64>,
        detail: Option<&'a str>,
    ) -> Deed<'a> {
        Deed {
            admin: self.visitor.id,
            action,
            target,
            detail,
            outcome: Outcome::Asked,
        }
    }

    /// Notes it in that session; gives its number.
    pub(super) async fn note(&self, session: &TaskSession, deed: &Deed<'_>) -> crate::Result<i64> {
        let (bot_id, now) = (self.visitor.sources.bot_id, self.visitor.now());
        audit::note(&mut *session.conn().await?, bot_id, deed, now).await
    }

    /// Notes it in a session of its own, before it is done elsewhere than in the database; gives its number.
    pub(super) async fn note_now(&self, deed: &Deed<'_>) -> crate::Result<i64> {
        let session = self.visitor.sources.database.session();
        let id = self.note(&session, deed).await?;
        session.commit().await?;
        Ok(id)
    }

    /// Has an event happen to whoever that is, in their order, with its row in the audit: both are stored, or neither. What it carries may name
    /// that row by its number.
    pub(super) async fn happen(
        &self,
        deed: &Deed<'_>,
        whose: Whose,
        event: &str,
        data: impl FnOnce(i64) -> crate::Result<Value>,
    ) -> crate::Result<()> {
        let (sources, means) = (&self.visitor.sources, &self.visitor.sources.admin);
        let session = sources.database.session();
        let data = data(self.note(&session, deed).await?)?;
        let timers = Timers::of_task(&session, means.timing.clone(), sources.bot_id, whose);
        let now = timers.at(self.visitor.now());
        now.named(event, CatchUp::Last, &data).await?;
        session.commit().await?;
        means.wake.tell().await;
        Ok(())
    }

    /// Notes what came of it.
    pub(super) async fn settle(&self, id: i64, outcome: Outcome, detail: Option<&str>) {
        let settled = audit::settle(&self.visitor.sources.database, id, outcome, detail);
        if let Err(error) = settled.await {
            // That it was asked for is known.
            drop(Failure::from(error));
        }
    }

    pub(super) fn field(&self, name: &str) -> Result<&str, Failure> {
        let field = self.fields.get(name).map(String::as_str);
        field.ok_or_else(|| Failure::bad_form().to(self.visitor.lang))
    }

    /// Whether somebody confirmed it.
    pub(super) fn must_be_sure(&self) -> Result<(), Failure> {
        match self.field("sure")? {
            "yes" => Ok(()),
            _ => Err(Failure::bad_form().to(self.visitor.lang)),
        }
    }
}

impl FromRequest<Admin> for Act {
    type Rejection = Failure;

    async fn from_request(mut request: Request, admin: &Admin) -> Result<Self, Failure> {
        must_be_ours(request.headers(), admin)?;
        let visitor: Visitor = request.extract_parts_with_state(admin).await?;
        let form = Form::<HashMap<String, String>>::from_request(request, &()).await;
        let Form(fields) = form.map_err(|_| Failure::bad_form().to(visitor.lang))?;
        let shown = fields.get("csrf").map_or("", String::as_str);
        let csrf = visitor.session.csrf();
        let is_ours =
            aws_lc_rs::constant_time::verify_slices_are_equal(shown.as_bytes(), csrf.as_bytes());
        is_ours.map_err(|_| Failure::forged().to(visitor.lang))?;
        Ok(Self { visitor, fields })
    }
}

/// Whether a page of this origin sends it: browsers say so with every form.
pub(super) fn must_be_ours(headers: &HeaderMap, admin: &Admin) -> Result<(), Failure> {
    let origin = headers.get(header::ORIGIN);
    match origin.is_some_and(|origin| origin == admin.0.origin.as_str()) {
        true => Ok(()),
        false => Err(Failure::forged()),
    }
}

/// Back to a page, which says what was done.
pub(super) fn back(to: &str, done: &str) -> Redirect {
    Redirect::to(&format!("{to}?done={done}"))
}
