//! Windows that change between text, media and albums.

use ostankino::{
    Event, Fired, Router, Upload,
    event::Whose,
    reply::{Media, Reply},
};
use ostankino_dialogs::{Dialog, DialogData, DialogSet, Dialogs, RouterExt, Turn, windows};
use serde::{Deserialize, Serialize};

use telegram_emulator::Person;

use super::{data_of, presses_late, sees, world};
use crate::support::World;

windows! { Look { Text, Photo, Other, Album } }

#[derive(Clone, Default, Serialize, Deserialize)]
struct Show {
    number: i64,
}

impl DialogData for Show {
    const NAME: &'static str = "show";
    type Window = Look;
    type Result = ();
}

/// The picture of one dot, which is another for each number.
fn dot(number: i64) -> Upload {
    let mut png =
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89".to_vec();
    png.extend(number.to_be_bytes());
    Upload::bytes(png, "image/png")
}

#[derive(Serialize, Deserialize)]
struct Again {}

impl Event for Again {
    const NAME: &'static str = "again";
}

async fn again(
    _: Fired<Again>,
    ostankino_dialogs::Data(show): ostankino_dialogs::Data<Show>,
) -> Turn<Show> {
    Turn::stay().with(Show {
        number: show.number + 1,
    })
}

fn show() -> Dialog<Show> {
    Dialog::<Show>::new()
        .window(Look::Text, |w| {
            w.text(|v| format!("текст {}", v.data.number));
            w.to(Look::Photo, |_| "фото");
            w.to(Look::Album, |_| "альбом");
        })
        .window(Look::Photo, |w| {
            w.text(|v| format!("фото {}", v.data.number));
            w.media(|v| [Media::photo(dot(v.data.number))]);
            w.to(Look::Other, |_| "другое");
            w.to(Look::Text, |_| "текст");
        })
        .window(Look::Other, |w| {
            w.text(|_| "другое");
            w.media(|v| [Media::document(dot(v.data.number + 100))]);
            w.to(Look::Text, |_| "текст");
        })
        .window(Look::Album, |w| {
            w.text(|_| "альбом");
            w.media(|v| {
                [
                    Media::photo(dot(v.data.number)),
                    Media::photo(dot(v.data.number + 1)),
                ]
            });
            w.to(Look::Text, |_| "текст");
        })
        .on::<Again, _>(again)
}

fn bot() -> Router {
    Router::new()
        .command("show", async |dialogs: Dialogs| {
            dialogs.start(Show::default()).await
        })
        .command("again", async || -> Reply {
            Dialogs::of(Whose::user(42)).send(&Again {})
        })
        .dialogs(DialogSet::new().with(show()))
}

#[tokio::test]
async fn a_window_changes_from_text_to_media_and_back() {
    let world = world().await;
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    alice.says("/show");
    let first = alice.next_message().await;
    for (press, then) in [("фото", "фото 0"), ("другое", "другое")] {
        alice.presses(press).await;
        sees(&world, &alice, &[then], &[]).await;
        assert_eq!(
            alice.messages()[0].message_id,
            first.message_id,
            "it was edited"
        );
    }
    assert!(alice.messages()[0].message["document"].is_object());
    // No media can be taken out of a message.
    alice.presses("текст").await;
    sees(&world, &alice, &["текст 0"], &[]).await;
    let second = alice.messages()[0].message_id;
    assert_ne!(second, first.message_id);
    alice.presses("альбом").await;
    has_buttons_under(&world, &alice, "альбом").await;
    let pictures = |messages: Vec<telegram_emulator::SentMessage>| {
        let photos = messages.iter().filter(|it| it.message["photo"].is_array());
        photos.count()
    };
    assert_eq!(pictures(alice.messages()), 2);
    assert!(alice.messages().iter().all(|it| it.message_id != second));
    alice.presses("текст").await;
    has_buttons_under(&world, &alice, "текст 0").await;
    // And it goes on.
    alice.presses("фото").await;
    has_buttons_under(&world, &alice, "фото 0").await;
}

/// Waits until one message has buttons, and says that.
async fn has_buttons_under(world: &World, person: &Person, text: &str) {
    world
        .tg
        .wait_until(|_| super::seen(person.messages()).0 == [text])
        .await;
    world.queue_is_empty().await;
    assert_eq!(super::seen(person.messages()).0, [text]);
}

#[tokio::test]
async fn media_in_a_message_that_its_user_deleted_are_sent_anew() {
    let world = world().await;
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса").with_id(42);
    alice.says("/show");
    alice.next_message().await;
    alice.presses("фото").await;
    let shown = alice.next_edit().await;
    alice.deletes(shown.message_id);
    presses_late(&world, &alice, shown.message_id, &data_of(&shown, "другое"));
    let anew = alice.next_message().await;
    assert_eq!(anew.caption, "другое");
    assert!(anew.message["document"].is_object());
    // It is that message from now on, also for what happens without a press.
    alice.deletes(anew.message_id);
    alice.says("/again");
    let once_more = alice.next_message().await;
    assert_eq!(once_more.caption, "другое");
    alice.says("/again");
    alice.next_edit().await;
    let edited = alice.messages();
    assert_eq!(
        edited.len(),
        1,
        "the one that was sent is edited: {edited:?}"
    );
    alice.presses("текст").await;
    sees(&world, &alice, &["текст 2"], &[]).await;
}
