//! `GET /control/events`: all that happens, as server-sent events. The README tells the kinds.

use std::{collections::VecDeque, convert::Infallible, pin::pin, sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::HeaderMap,
    response::sse::{self, KeepAlive, Sse},
};
use futures_util::{Stream, stream};

use super::follow::{Follower, Told};
use crate::{protocol::Params, world::World};

/// How soon a follower is told: changes come in bursts.
const PAUSE: Duration = Duration::from_millis(30);

/// How soon a browser comes back after the end of a connection.
const RETRY: Duration = Duration::from_millis(500);

/// Tells all there is, then what changes. Who comes back says by `Last-Event-ID` (or `after`) from where the log goes on.
pub(super) async fn stream(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    params: Params,
) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
    let last = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok());
    let after = params.text("after");
    let follower = Follower::new(last.or(after.as_deref()));
    let start = (world, follower, VecDeque::new());
    let events = stream::unfold(start, |(world, mut follower, mut told)| async {
        let next = match told.pop_front() {
            Some(next) => next,
            None => {
                told = news(&world, &mut follower).await;
                told.pop_front()?
            }
        };
        Some((Ok(event(&next)), (world, follower, told)))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// Waits until there is something to tell.
async fn news(world: &World, follower: &mut Follower) -> VecDeque<Told> {
    loop {
        let mut changed = pin!(world.shared.changed.notified());
        // Enlisted before looking, or a change between the look and the wait would be missed.
        changed.as_mut().enable();
        let told = world.read(|state| follower.look(state));
        if !told.is_empty() {
            return told.into();
        }
        changed.await;
        tokio::time::sleep(PAUSE).await;
    }
}

fn event(told: &Told) -> sse::Event {
    let event = sse::Event::default().event(told.kind).data(told.text());
    match &told.place {
        Some(place) => event.id(place),
        None if told.kind == "hello" => event.retry(RETRY),
        None => event,
    }
}
