//! Dialogs of groups and events that happen to them, as somebody in the chat sees it: without servers.

mod seen;

use ostankino::{Event, Fired, FromRequest, Request, Result, Router};
use ostankino_dialogs::{
    Access, Data, Dialog, DialogData, DialogSet, Dialogs, RouterExt, Turn, field, windows,
};
use ostankino_test::Chat;
use serde::{Deserialize, Serialize};

use self::seen::data_of;

windows! { Ask { Sure } }

#[derive(Clone, Serialize, Deserialize, DialogData)]
#[dialog(name = "confirm", windows = Ask, result = bool)]
struct Confirm {
    what: String,
}

fn confirm() -> Dialog<Confirm> {
    Dialog::<Confirm>::new().window(Ask::Sure, |w| {
        w.text(|v| format!("Отказаться от {}?", v.data.what));
        w.button("no", |_| "Нет", || async { Turn::done(false) });
    })
}

/// The texts of the bot, in the language of who caused the update.
struct Words(Option<String>);

impl FromRequest for Words {
    async fn from_request(request: &Request) -> Result<Self> {
        let person = request.update.person();
        Ok(Self(person.and_then(|person| person.language_code.clone())))
    }
}

windows! { Vote { Open } }

#[derive(Clone, Default, Serialize, Deserialize)]
struct Votes {
    count: i64,
}

impl DialogData for Votes {
    const NAME: &'static str = "votes";
    type Window = Vote;
    type Result = ();
}

#[derive(Serialize, Deserialize)]
struct Counted {
    votes: i64,
}

impl Event for Counted {
    const NAME: &'static str = "counted";
}

async fn counted(Fired(event): Fired<Counted>) -> Turn<Votes> {
    Turn::stay().with(Votes { count: event.votes })
}

async fn doubled(Data(votes): Data<Votes>) -> Turn<Votes> {
    let count = 2 * votes.count;
    Turn::stay().with(Votes { count })
}

fn votes() -> Dialog<Votes, Words> {
    Dialog::<Votes, Words>::new()
        .window(Vote::Open, |w| {
            w.text(|v| format!("Голосов: {}", v.data.count));
            w.counter("count", field!(count), 0..=100);
            w.button("double", |_| "Вдвое", doubled).once();
            w.start(
                "sure",
                |_| "Точно?",
                |_: &Votes| Confirm {
                    what: "голоса".into(),
                },
            );
        })
        .on::<Counted, _>(counted)
}

fn voting(dialog: Dialog<Votes, Words>) -> Router {
    let start = |dialogs: Dialogs| async move { dialogs.start(Votes::default()).await };
    Router::new()
        .command("vote", start)
        .dialogs(DialogSet::new().with(dialog).with(confirm()))
}

#[tokio::test]
async fn what_a_group_shares_is_pressed_by_all() {
    let mut chat = Chat::in_group(voting(votes().shared()));
    chat.says("/vote").await.expect_text("Голосов: 0");
    chat.presses("+").await.expect_edit("Голосов: 1");
    let mut answer = chat.by("Борис").presses("+").await;
    answer.expect_edit("Голосов: 2").expect_silence();
    // What is started upon it is shared with it.
    let mut answer = chat.by("Борис").presses("Точно?").await;
    answer.expect_edit("Отказаться от голоса?");
    chat.presses("Нет").await.expect_edit("Голосов: 2");
    assert_eq!(chat.dialogue(), None, "it is nobody's own");
}

#[tokio::test]
async fn who_may_not_press_reads_why() {
    let refused = |votes: Dialog<Votes, Words>| votes.shared().access(Access::users([1]));
    let votes = refused(votes()).refusal(|Words(language)| match language.as_deref() {
        Some("en") => "Not now",
        _ => "Не сейчас",
    });
    let mut chat = Chat::in_group(voting(votes));
    chat.says("/vote").await;
    chat.presses("+")
        .await
        .expect_toast("Не сейчас")
        .expect_silence();
    let john = chat.by("John").with_language("en");
    john.presses("+").await.expect_toast("Not now");
}

#[tokio::test]
async fn an_event_comes_to_the_dialog_that_takes_it_also_below_another() {
    let mut chat = Chat::new(voting(votes()));
    chat.event(&Counted { votes: 3 }).await.expect_silence();
    chat.says("/vote").await;
    chat.event(&Counted { votes: 5 })
        .await
        .expect_edit("Голосов: 5")
        .expect_silence();
    chat.presses("Точно?").await;
    chat.event(&Counted { votes: 7 }).await.expect_silence();
    chat.presses("Нет").await.expect_edit("Голосов: 7");
}

#[tokio::test]
async fn what_an_event_shows_meanwhile_takes_no_press_away() {
    let mut chat = Chat::new(voting(votes()));
    chat.says("/vote").await;
    let seen = data_of(&chat, "Вдвое");
    for votes in [4, 5] {
        chat.event(&Counted { votes }).await;
    }
    // Nobody pressed it yet; the second of two clicks counts for nothing, as ever.
    chat.presses_data(&seen).await.expect_edit("Голосов: 10");
    let now = data_of(&chat, "Вдвое");
    chat.presses_data(&seen).await.expect_edit("Голосов: 10");
    chat.event(&Counted { votes: 6 }).await;
    chat.presses("+").await.expect_edit("Голосов: 7");
    chat.presses_data(&now).await.expect_edit("Голосов: 7");
    chat.presses("Вдвое").await.expect_edit("Голосов: 14");
}

#[tokio::test]
async fn one_alone_is_shown_what_is_theirs() {
    let mut chat = Chat::in_group(voting(votes().ephemeral()));
    let mut answer = chat.says("/vote").await;
    answer.expect_text("Голосов: 0");
    let sent = chat.calls().pop().expect("it was sent");
    let seen_by = chat.by("Алиса").id();
    let parameters = sent.params()["ephemeral_message_parameters"].clone();
    assert_eq!(parameters, serde_json::json!({"receiver_user_id": seen_by}));
    let mut answer = chat.presses("+").await;
    let edit = answer.expect_call("editEphemeralMessageText");
    assert_eq!(edit.params()["receiver_user_id"], seen_by);
    chat.presses("Точно?")
        .await
        .expect_edit("Отказаться от голоса?");
    chat.presses("Нет").await.expect_edit("Голосов: 1");
    chat.event(&Counted { votes: 5 })
        .await
        .expect_edit("Голосов: 5");
    // In a private chat it is a message as any other.
    let mut chat = Chat::new(voting(votes().ephemeral()));
    chat.says("/vote").await.expect_text("Голосов: 0");
    chat.presses("+").await.expect_call("editMessageText");
}

#[test]
#[should_panic(expected = "the dialog `votes` is shared and ephemeral")]
fn what_all_share_is_for_no_one_alone() {
    let _ = DialogSet::new().with(votes().shared().ephemeral());
}
