//! Who looks at a page: whose session the cookie is of, and what he may do by the configuration of this moment.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use jiff::Timestamp;

use super::{
    Admin, Sources,
    entry::{self, SESSION, Word},
    failure::Failure,
    role::Role,
    words::Lang,
};
use crate::personal::Person;

/// Somebody who is in.
pub(super) struct Visitor {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) lang: Lang,
    pub(super) sources: Arc<Sources>,
    pub(super) session: Word,
    pub(super) admin: Admin,
}

impl Visitor {
    pub(super) fn may(&self, role: Role) -> bool {
        self.role >= role
    }

    /// The text in his language.
    pub(super) fn t<'a>(&self, ru: &'a str, en: &'a str) -> &'a str {
        self.lang.of_two(ru, en)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.sources.clock.now()
    }

    /// What is kept of a user.
    pub(super) fn person(&self, id: i64) -> Person {
        Person {
            id,
            database: self.sources.database.clone(),
            stores: self.sources.admin.stores.clone(),
        }
    }
}

impl FromRequestParts<Admin> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, admin: &Admin) -> Result<Self, Failure> {
        let sources = admin.sources().ok_or_else(Failure::not_running)?;
        let session = shown(&parts.headers, admin).ok_or_else(Failure::nobody)?;
        let now = sources.clock.now();
        let found = entry::find(&sources.database, sources.bot_id, &session, now).await?;
        let known = found.ok_or_else(Failure::nobody)?;
        let role = admin.0.roster.role(known.user_id);
        Ok(Self {
            id: known.user_id,
            role: role.ok_or_else(Failure::nobody)?,
            lang: Lang::of(known.language.as_deref()),
            name: known.fullname.unwrap_or_default(),
            sources,
            session,
            admin: admin.clone(),
        })
    }
}

/// The name of the cookie. Over TLS browsers see to it that no neighbouring host sets one of that name.
fn cookie_name(admin: &Admin) -> &'static str {
    match admin.is_secure() {
        true => "__Host-ostankino_admin",
        false => "ostankino_admin",
    }
}

/// The word of the session that a browser shows.
fn shown(headers: &HeaderMap, admin: &Admin) -> Option<Word> {
    let all = headers.get_all(header::COOKIE).into_iter();
    let pairs = all
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'));
    let mut values = pairs.filter_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == cookie_name(admin)).then_some(value)
    });
    Word::shown(values.next()?)
}

/// What has a browser keep the session; without one it forgets it.
pub(super) fn cookie(admin: &Admin, session: Option<&Word>) -> String {
    let (value, age) = match session {
        Some(session) => (session.as_str(), SESSION.as_secs()),
        None => ("", 0),
    };
    let secure = if admin.is_secure() { "; Secure" } else { "" };
    let name = cookie_name(admin);
    format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}")
}
