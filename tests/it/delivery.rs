//! The queue between the poller and handlers: order, independence of users, what becomes of
//! updates nobody can decode.

mod place;
mod recreated;
mod room;
mod strangers;
mod supervision;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use ostankino::{Router, Text, User};

use crate::support::World;

#[tokio::test]
async fn the_updates_of_a_user_are_handled_one_by_one_in_their_order() {
    let world = World::new().await;
    let seen: Arc<Mutex<HashMap<i64, Vec<String>>>> = Arc::default();
    let noted = seen.clone();
    let routes = Router::new().text(move |user: User, text: Text| {
        let noted = noted.clone();
        async move {
            // Give way, so that what could overtake does.
            tokio::task::yield_now().await;
            noted
                .lock()
                .expect("not poisoned")
                .entry(user.id)
                .or_default()
                .push(text.0);
        }
    });
    let _app = world.run(routes).await;
    let people: Vec<_> = (0..5).map(|n| world.tg.person(&format!("P{n}"))).collect();
    let texts: Vec<_> = (0..60).map(|n| n.to_string()).collect();
    for text in &texts {
        for person in &people {
            person.says(text);
        }
    }
    let all_seen = || {
        let seen = seen.lock().expect("not poisoned");
        people.iter().all(|person| {
            seen.get(&person.id())
                .is_some_and(|s| s.len() == texts.len())
        })
    };
    _app.logs.wait_until("all handled", |_| all_seen()).await;
    let seen = seen.lock().expect("not poisoned");
    assert!(people.iter().all(|person| seen[&person.id()] == texts));
}
