//! Long lists, and items that go.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Text},
};
use ostankino::{DbSession, Result, Router, State};
use ostankino_dialogs::{
    Dialog, DialogData, DialogSet, Dialogs, Page, RouterExt, Rows, field, windows,
};
use serde::{Deserialize, Serialize};

use super::{sees, world};

windows! { Step { List, Chosen } }

#[derive(Clone, Default, Serialize, Deserialize)]
struct Choice {
    item: Option<i64>,
}

impl DialogData for Choice {
    const NAME: &'static str = "choice";
    type Window = Step;
    type Result = ();
}

#[derive(QueryableByName)]
struct Item {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How often a page was asked for, and the most rows of one.
#[derive(Clone, Default)]
struct Asked(Arc<AtomicUsize>, Arc<Mutex<usize>>);

async fn items(page: Page, db: DbSession, asked: State<Asked>) -> Result<Rows<Item>> {
    use diesel_async::RunQueryDsl;
    asked.0.0.fetch_add(1, Ordering::Relaxed);
    let mut connection = db.conn().await?;
    let items: Vec<Item> = sql_query("SELECT id, name FROM items ORDER BY id LIMIT $1 OFFSET $2")
        .bind::<BigInt, _>(page.limit())
        .bind::<BigInt, _>(page.offset())
        .get_results(&mut *connection)
        .await?;
    let Total { n } = sql_query("SELECT count(*) AS n FROM items")
        .get_result(&mut *connection)
        .await?;
    let mut most = asked.0.1.lock().expect("no panic");
    *most = items.len().max(*most);
    Ok(Rows {
        items,
        total: n.unsigned_abs(),
    })
}

fn choice() -> Dialog<Choice> {
    Dialog::<Choice>::new()
        .window_of(Step::List, items, |w| {
            w.text(|v| format!("Всего {}", v.rows.total));
            w.select(
                "item",
                |v| &v.rows.items,
                |it| it.id,
                |_, it| it.name.clone(),
            )
            .bind(field!(item))
            .then(Step::Chosen);
            w.pager("page", 8);
        })
        .window(Step::Chosen, |w| {
            w.text(|v| format!("Выбрано {:?}", v.data.item));
            w.to(Step::List, |_| "Назад");
        })
}

fn bot() -> Router {
    let start = |dialogs: Dialogs| async move { dialogs.start(Choice::default()).await };
    Router::new()
        .command("choose", start)
        .dialogs(DialogSet::new().with(choice()))
}

#[tokio::test]
async fn of_a_hundred_thousand_rows_a_page_is_asked_for_once() {
    let world = world().await;
    let rows = "CREATE TABLE items AS SELECT id::bigint, 'вещь ' || id AS name FROM generate_series(1, 100000) id";
    let created = world.database().await.batch_execute(rows).await;
    created.expect("the database is new");
    let asked = Asked::default();
    let (state, count) = (asked.clone(), || asked.0.load(Ordering::Relaxed));
    let _app = world
        .app(bot())
        .with(|builder| builder.state(state))
        .start()
        .await;
    let alice = world.tg.person("Алиса");
    alice.says("/choose");
    alice.next_message().await;
    assert_eq!(count(), 1);
    for page in 2..5 {
        alice.presses("›").await;
        let shown = alice.next_edit().await;
        let keyboard = shown.reply_markup.expect("buttons").to_string();
        assert!(keyboard.contains(&format!("{page} / 12500")), "{keyboard}");
        assert_eq!(count(), page, "one for each page");
    }
    assert_eq!(*asked.1.lock().expect("no panic"), 8);
    // What is pressed is looked for on its page, and then another window is drawn, without a getter.
    alice.presses("вещь 28").await;
    sees(&world, &alice, &["Выбрано Some(28)"], &[]).await;
    assert_eq!(count(), 5);
}

#[tokio::test]
async fn an_item_that_went_after_the_picture_is_not_chosen() {
    let world = world().await;
    let database = world.database().await;
    let rows = "CREATE TABLE items AS SELECT id::bigint, 'вещь ' || id AS name FROM generate_series(1, 3) id";
    database
        .batch_execute(rows)
        .await
        .expect("the database is new");
    let _app = world
        .app(bot())
        .with(|builder| builder.state(Asked::default()))
        .start()
        .await;
    let alice = world.tg.person("Алиса");
    alice.says("/choose");
    alice.next_message().await;
    let gone = database
        .execute("DELETE FROM items WHERE id = 2", &[])
        .await;
    assert_eq!(gone.expect("the table is there"), 1);
    let press = alice.presses("вещь 2").await;
    let answer = world.tg.press_answered(&press).await;
    assert_eq!(answer["text"], "Этого уже нет");
    sees(&world, &alice, &["Всего 2"], &[]).await;
    alice.presses("вещь 3").await;
    sees(&world, &alice, &["Выбрано Some(3)"], &[]).await;
}
