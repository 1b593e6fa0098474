//! A filter in words, as the log and the table of routes have it.

use std::fmt;

use super::{Expr, Filter, Leaf};

/// The most ids that are listed.
const LISTED: usize = 3;

/// As it is written down: `/start`, `callback form:`, `message & photo & !forwarded`.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.expr {
            Expr::Leaf(leaf) => leaf.fmt(f),
            Expr::Not(inside) => match inside.expr {
                Expr::Leaf(_) => write!(f, "!{inside}"),
                _ => write!(f, "!({inside})"),
            },
            Expr::All(parts) => list(f, parts, " & "),
            Expr::Any(parts) => list(f, parts, " | "),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, parts: &[Filter], between: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        match part.expr {
            Expr::Any(_) => write!(f, "({part})")?,
            _ => write!(f, "{part}")?,
        }
    }
    Ok(())
}

impl fmt::Display for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(kind) => f.write_str(kind.as_str()),
            Self::Command(name) => write!(f, "/{name}"),
            Self::StartPayload(prefix) => write!(f, "/start {prefix}…"),
            Self::Link(payload) => write!(f, "/start {}…", payload.prefix),
            Self::Callback(prefix) => write!(f, "callback {prefix}"),
            Self::State(name) => write!(f, "state {name}"),
            Self::Service(name) => write!(f, "service {name}"),
            Self::Content(name) => f.write_str(name),
            Self::Media => f.write_str("media"),
            Self::Text => f.write_str("text"),
            Self::Caption => f.write_str("caption"),
            Self::TextIs(text) => write!(f, "text {text:?}"),
            Self::TextStarts(prefix) => write!(f, "text {prefix:?}…"),
            Self::TextMatches(pattern) => write!(f, "text /{}/", pattern.0),
            Self::Entity(kind) => write!(f, "entity {}", kind.as_str()),
            Self::Private => f.write_str("private"),
            Self::Group => f.write_str("group"),
            Self::Channel => f.write_str("channel"),
            Self::Chat(id) => write!(f, "chat {id}"),
            Self::Thread(id) => write!(f, "thread {id}"),
            Self::Forwarded => f.write_str("forwarded"),
            Self::Reply => f.write_str("reply"),
            Self::From(ids) => {
                f.write_str("from")?;
                for id in ids.iter().take(LISTED) {
                    write!(f, " {id}")?;
                }
                match ids.len() > LISTED {
                    true => f.write_str(" …"),
                    false => Ok(()),
                }
            }
            Self::FromBot => f.write_str("from a bot"),
            Self::Event(name) => write!(f, "event {name}"),
            Self::When(predicate) => f.write_str(&predicate.name),
        }
    }
}
