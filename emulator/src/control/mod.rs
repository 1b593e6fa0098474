//! The control API, `/control/…`: what the library does to the world, over HTTP, for tests in other languages and for people.
//!
//! Parameters come as JSON, form or query string, answers in Telegram's envelope. `docs/control-api.md` has the table.

mod act;
mod actions;
mod arguments;
mod bots;
mod business;
mod calls;
mod clock;
mod drafts;
mod ephemeral;
mod events;
mod faults;
mod files;
mod follow;
mod handle;
mod inline;
mod life;
mod messages;
mod pay;
mod people;
mod send;
mod settings;
mod stickers;
mod topics;
mod updates;
mod web_apps;
mod world;

use std::sync::Arc;

use axum::{
    Router,
    routing::{any, get, post},
};

use crate::{
    protocol::{Answer, Refusal},
    world::World,
};

/// What every handler here answers.
type Outcome = Result<Answer, Refusal>;

/// The routes, below `/control`.
pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/health", get(world::health))
        .route("/world", get(world::show))
        .route("/changes", get(world::changes))
        .route("/bots", get(bots::list).post(bots::add))
        .route("/bots/{bot}/{*rest}", any(bots::seen_by))
        .route("/business", get(business::list).post(business::connect))
        .route("/business/change", post(business::change))
        .route("/business/{id}/{*rest}", any(business::within))
        .route("/events", get(events::stream))
        .route("/clear", post(world::clear))
        // Who is there, and what they do.
        .route("/users", get(people::list_users).post(people::add_user))
        .route("/groups", get(people::list_groups).post(people::add_group))
        .route("/groups/members", post(people::add_member))
        .route("/groups/join", post(life::join))
        .route("/groups/leave", post(life::leave))
        .route("/groups/promote", post(life::promote))
        .route("/groups/link", post(life::link))
        .route("/groups/direct", post(life::direct))
        .route("/topics", post(topics::open))
        .route("/topics/change", post(topics::change))
        .route("/groups/ask", post(life::ask))
        .route("/groups/migrate", post(life::migrate))
        .route("/say", post(act::say))
        .route("/press", post(act::press))
        .route("/block", post(act::block))
        .route("/unblock", post(act::unblock))
        .route("/send", post(send::send))
        .route("/edit", post(handle::edit))
        .route("/delete", post(handle::delete))
        .route("/forward", post(handle::forward))
        .route("/react", post(handle::react))
        .route("/inline", get(inline::offer).post(inline::ask))
        .route("/inline/choose", post(inline::choose))
        .route("/pay", post(pay::pay))
        .route("/checkouts", get(pay::end))
        .route("/subscriptions/cancel", post(pay::cancel))
        .route("/drafts", get(drafts::list))
        .route("/drafts/stop", post(drafts::stop))
        .route("/users/change", post(people::change_user))
        .route("/ephemeral", get(ephemeral::list))
        .route("/vote", post(handle::vote))
        .route("/stickers", post(stickers::add_set))
        .route("/tasks", post(handle::tasks))
        .route("/share", post(web_apps::share))
        .route("/web-app", post(web_apps::open))
        .route("/web-app/data", post(web_apps::send))
        .route("/web-app/share", post(web_apps::share_prepared))
        .route("/deactivate", post(send::deactivate))
        // What Telegram does.
        .route("/updates", post(updates::push))
        .route("/updates/raw", post(updates::push_raw))
        .route(
            "/faults",
            get(faults::list).post(faults::add).delete(faults::clear),
        )
        .route("/clock", get(clock::show).post(clock::turn))
        .route("/settings", get(settings::show).post(settings::change))
        // What the bot did.
        .route("/calls", get(calls::list).delete(calls::clear))
        .route("/calls/next", get(calls::next))
        .route("/messages", get(messages::list))
        .route("/messages/next", get(messages::next))
        .route("/presses", get(act::answers))
        .route("/file", get(files::show))
        .route("/actions", get(actions::list))
        .fallback(async || {
            Refusal::new(
                404,
                "Not Found: no such control, see docs/control-api.md of telegram-emulator",
            )
        })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_documentation_has_every_route() {
        let documentation = include_str!("../../docs/control-api.md");
        let routes = include_str!("mod.rs").split(".route(").skip(1);
        let paths: Vec<_> = routes
            .filter_map(|route| route.trim_start().strip_prefix('"')?.split('"').next())
            .filter(|path| path.starts_with('/'))
            .collect();
        assert!(paths.len() > 20, "{paths:?}");
        for path in paths {
            // Of a path with parameters, what comes before them.
            let (path, ends) = match path.split_once('{') {
                Some((begin, _)) => (begin, [""; 4]),
                None => (path, [" ", "`", "?", "\""]),
            };
            let shown = ends.map(|end| format!("$T{path}{end}"));
            assert!(
                shown.iter().any(|shown| documentation.contains(shown)),
                "{path}"
            );
        }
    }
}
