//! Telegram that does not take the reply: the work is done and stays done.

use ostankino::{Error, User};
use telegram_emulator::Fault;

use super::{bot, errors, is_answered, write};
use crate::support::World;

#[tokio::test]
async fn a_reply_that_is_not_taken_is_logged_and_the_work_stays_done() {
    let world = World::new().await;
    let handler = |user: User, db: ostankino::DbSession| async move {
        write(&db, &user).await?;
        Ok::<_, Error>("Сохранено")
    };
    let app = world.app(bot(handler));
    let app = app.config(|config| config.telegram.max_retries = 1);
    let app = app.start().await;

    let on = || Fault::on("sendMessage");
    let faults = [
        (on().status(403), "the Bot API answered 403: Forbidden"),
        (on().status(400), "the Bot API answered 400: Bad Request"),
        (on().status(502), "the Bot API answered 502: Bad Gateway"),
        (on().reset(), "the Bot API could not be reached: "),
        (on().garbage(), "is none of the Bot API's"),
    ];
    for (times, (fault, cause)) in (1..).zip(faults) {
        let person = world.tg.person("Алиса");
        world.tg.fault(fault);
        let update = person.says("/fail");
        let unsent = app.logs.wait_until("the end of the update", |record| {
            record["update_id"] == update && record["outcome"] == "unsent"
        });
        unsent.await;
        world.tg.clear_faults();
        is_answered(&person).await;

        assert_eq!(person.messages().len(), 1, "no apology for work done");
        assert_eq!(world.count("FROM profiles").await, times, "{cause}");
        let mut records = errors(&app.logs);
        records.retain(|record| record["update_id"] == update);
        assert_eq!(records.len(), 1, "{records:?}");
        assert_eq!(records[0]["event"], "reply_unsent");
        assert_eq!(records[0]["user_id"], person.id());
        let error = records[0]["error"].as_str().expect("the chain");
        assert!(error.contains(cause), "{error}");
    }
    world.all_transactions_end().await;
}
