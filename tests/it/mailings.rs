//! Mailings, on real servers.

mod answers;
mod asked;
mod beside;
mod commands;
mod counts;
mod crashes;
mod dialog;
mod dialog_changes;
mod doubts;
mod frozen;
mod languages;
mod plan;
mod purge;
mod winner;

use ostankino::{
    CommandArgs, Reply, Result, Router,
    mailings::{Mail, Mailings, NewMailing},
};
use ostankino_test::{AppSetup, wait_until};
use telegram_emulator::Person;

use crate::support::World;

/// A bot whose administrator creates that mailing by /mail, and tells it what to do by its number.
fn bot(world: &World, declared: Mailings, new: fn() -> Result<NewMailing>) -> AppSetup {
    let create = async move |mail: Mail| -> Result<String> {
        let id = mail.create(new()?.key("the one")).await?;
        Ok(format!("№ {id}"))
    };
    let router = Router::new()
        .command("start", async || "Здравствуйте!")
        .callback("want", async || Reply::toast("Ждём вас!"))
        .command("mail", create)
        .command("pause", async |mail: Mail, id: CommandArgs| {
            told(mail.pause(number(&id)).await?)
        })
        .command("resume", async |mail: Mail, id: CommandArgs| {
            told(mail.resume(number(&id)).await?)
        })
        .command("cancel", async |mail: Mail, id: CommandArgs| {
            told(mail.cancel(number(&id)).await?)
        })
        .command("unsend", async |mail: Mail, id: CommandArgs| {
            told(mail.unsend(number(&id)).await?)
        })
        .command("edit", async |mail: Mail, id: CommandArgs| {
            told(mail.edit(number(&id), Reply::text("Исправлено")).await?)
        });
    world.app(router).with(move |app| app.mailings(declared))
}

fn number(id: &CommandArgs) -> i64 {
    id.0.trim().parse().expect("a number")
}

fn told(is_done: bool) -> Result<&'static str> {
    Ok(if is_done {
        "Готово"
    } else {
        "Нельзя"
    })
}

/// People who have started the bot, in its base from now on.
async fn people(world: &World, count: usize) -> Vec<Person> {
    let people: Vec<_> = (0..count)
        .map(|n| world.tg.person(&format!("Человек {n}")).who_has_started())
        .collect();
    know(world, &people).await;
    people
}

/// The bot knows them.
async fn know(world: &World, people: &[Person]) {
    let ids: Vec<_> = people.iter().map(Person::id).collect();
    let insert = format!(
        "INSERT INTO users (id, fullname, language) SELECT id, 'Человек', 'ru' FROM unnest(ARRAY{ids:?}::bigint[]) AS t (id)"
    );
    world
        .database()
        .await
        .execute(&insert, &[])
        .await
        .expect("they are inserted");
}

/// The administrator says something, and reads the answer.
async fn says(admin: &Person, words: &str) -> String {
    admin.says(words);
    admin.next_message().await.text
}

/// Waits until the mailing of that number is at that.
async fn is_at(world: &World, id: i64, state: &str) {
    wait_until(&format!("mailing {id} is {state}"), async || {
        world
            .count(&format!(
                "FROM mailings WHERE id = {id} AND state = '{state}'"
            ))
            .await
            == 1
    })
    .await;
}

/// What a person read of the bot but for answers to themselves.
fn texts(world: &World, person: &Person) -> Vec<String> {
    world
        .tg
        .messages_in(person.id())
        .into_iter()
        .map(|it| it.text)
        .collect()
}

/// Everybody who was claimed is counted once, as the rows have it.
async fn sums_agree(world: &World, id: i64) {
    let agree = format!(
        "FROM mailings AS m WHERE id = {id} AND claimed = sent + blocked + failed + unknown + skipped + unsent AND claimed = \
         (SELECT count(*) FROM mailing_sends WHERE mailing_id = m.id) AND sent = \
         (SELECT count(*) FROM mailing_sends WHERE mailing_id = m.id AND state = 'sent')"
    );
    assert_eq!(world.count(&agree).await, 1, "the sums of mailing {id}");
}
