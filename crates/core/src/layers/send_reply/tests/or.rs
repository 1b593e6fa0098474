//! What is said instead of a call that Telegram refused.

use super::*;

#[tokio::test]
async fn what_a_reply_has_for_a_refusal_is_said_instead() {
    let scene = Scene::new().await;
    for (status, is_said) in [(400, true), (403, true), (502, false)] {
        scene.tg.clear_faults();
        let fault = Fault::on("sendPhoto").status(status);
        scene.tg.fault(fault);
        let photo = || Reply::photo(Upload::bytes(PNG, "image/png"));
        let text = format!("{status}");
        let reply = photo()
            .or(Reply::text(text.clone()))
            .and_then(Reply::text("хвост"));
        let outcome = scene.says(reply).await;
        let expected = match is_said {
            true => Outcome::Ok,
            false => Outcome::Unsent,
        };
        assert_eq!(outcome, expected, "{status}");
        assert_eq!(scene.texts(42).contains(&text), is_said, "{status}");
    }
    // Nothing else was said: no apology, and nothing that hangs on the photo.
    assert_eq!(scene.texts(42), ["400", "403"]);
}

#[tokio::test]
async fn one_that_is_made_as_it_is_or_in_another_way_needs_no_other() {
    let scene = Scene::new().await;
    let other = || Reply::text("другое");
    let reply = Reply::text("а").or(other()).and_then(Reply::text("б"));
    assert_eq!(scene.says(reply).await, Outcome::Ok);
    let fault = Fault::on("sendMessage").status(400);
    scene.tg.fault(
        fault
            .description("Bad Request: can't parse entities")
            .times(1),
    );
    let marked = Reply::text("<b>в</b>").or(other());
    assert_eq!(
        scene.says(marked).await,
        Outcome::Unsent,
        "its markup is gone"
    );
    assert_eq!(scene.texts(42), ["а", "б", "в"]);
    let nothing = Reply::photo("https://").or(Reply::none());
    scene.tg.fault(Fault::on("sendPhoto").status(400));
    assert_eq!(scene.says(nothing).await, Outcome::Ok);
    assert_eq!(scene.texts(42), ["а", "б", "в"]);
}

#[tokio::test]
async fn what_is_said_instead_may_be_refused_and_may_wait() {
    let scene = Scene::new().await;
    scene.tg.fault(Fault::on("sendPhoto").status(400));
    scene.tg.fault(Fault::on("sendDice").status(400));
    let photo = || Reply::photo(Upload::bytes(PNG, "image/png"));
    let dice = || Reply::dice("🎲");
    assert_eq!(scene.says(photo().or(dice())).await, Outcome::Unsent);
    // That is apologised for as any other.
    assert_eq!(scene.texts(42).len(), 1);
    assert_eq!(
        scene
            .says(photo().or(dice().or(Reply::text("и не то"))))
            .await,
        Outcome::Ok
    );
    assert_eq!(scene.texts(42)[1..], ["и не то"]);
    let limited = Fault::on("sendMessage").status(429).retry_after(60);
    scene.tg.fault(limited);
    let later = photo().or(Reply::text("г").and(Reply::text("д")));
    assert_eq!(scene.says(later).await, Outcome::Ok);
    let expected = vec!["г".to_owned(), "д".to_owned()];
    assert_eq!(scene.owed(), [(Why::Deferred, expected)]);
}

#[tokio::test]
async fn a_press_that_was_answered_instead_is_answered_once() {
    let scene = Scene::new().await;
    scene.tg.fault(Fault::on("sendMessage").status(400));
    let person = scene.tg.person("Б").with_id(44);
    let reply = Reply::text("а").to(44).or(Reply::toast("не успел"));
    person.says("/start");
    assert_eq!(scene.send(presses(1, "x"), reply).await, Outcome::Ok);
    let answers = scene.tg.calls_of("answerCallbackQuery").into_iter();
    let texts: Vec<_> = answers.map(|call| call.params["text"].clone()).collect();
    assert_eq!(texts, [json!("не успел")]);
}

#[tokio::test]
async fn an_owed_call_keeps_what_is_said_instead() {
    let scene = Scene::new().await;
    scene.store.lock().held.push(42);
    let reply = Reply::text("a").or(Reply::text("b").ephemeral());
    assert_eq!(scene.says(reply).await, Outcome::Ok);
    let owed = scene.store.lock().owed[0].calls[0].clone();
    let stored = serde_json::to_string(&owed).expect("JSON");
    let read: Call = serde_json::from_str(&stored).expect("a call");
    assert_eq!(read, owed);
    let others = read.attributes().and_then(|it| it.or.clone());
    let others = others.expect("it has one");
    // With where it goes.
    assert_eq!(others[0].params()["chat_id"], 42);
}
