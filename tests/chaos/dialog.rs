//! The dialog of the bot under test: every button counts in the database and in the dialog's data, in one window or on the
//! way to the other.

use ostankino::{DbSession, Reply, Result, Update, User};
use ostankino_dialogs::{Data, Dialog, DialogData, Dialogs, Turn, windows};
use serde::{Deserialize, Serialize};

use crate::{bot::apply, ledger::Kind};

/// The buttons: one leads nowhere, one to the other window.
pub(crate) const BUTTONS: [&str; 2] = ["ещё", "дальше"];

windows! { pub(crate) Room { Here, There } }

#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Count {
    n: i64,
}

impl DialogData for Count {
    const NAME: &'static str = "count";
    type Window = Room;
    type Result = ();
}

/// What the message shows while the dialog is at that number.
pub(crate) fn shown(n: i64) -> String {
    format!("#{n}")
}

pub(crate) async fn begin(dialogs: Dialogs) -> Result<Reply> {
    dialogs.start(Count::default()).await
}

pub(crate) fn dialog() -> Dialog<Count> {
    let here = |to: Room| {
        move |data: Data<Count>, update: Update, user: User, db: DbSession| async move {
            let count = count(data, &update, &user, &db).await?;
            Ok::<_, ostankino::Error>(Turn::to(to).with(count))
        }
    };
    let more = |data: Data<Count>, update: Update, user: User, db: DbSession| async move {
        let count = count(data, &update, &user, &db).await?;
        Ok::<_, ostankino::Error>(Turn::stay().with(count))
    };
    let [stay, go] = BUTTONS;
    Dialog::<Count>::new()
        .window(Room::Here, move |w| {
            w.text(|v| shown(v.data.n));
            w.button("more", move |_| stay, more);
            w.button("go", move |_| go, here(Room::There));
        })
        .window(Room::There, move |w| {
            w.text(|v| shown(v.data.n));
            w.button("more", move |_| stay, more);
            w.button("go", move |_| go, here(Room::Here));
        })
}

async fn count(
    Data(Count { n }): Data<Count>,
    update: &Update,
    user: &User,
    db: &DbSession,
) -> Result<Count> {
    apply(db, update, user, Kind::Dialog, Some(n)).await?;
    Ok(Count { n: n + 1 })
}
