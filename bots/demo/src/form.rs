//! The form: /form asks for a name, then for an age, shows both, and saves them when told to. It is one message, which is
//! edited; what it learned lives in NATS, so it survives a restart in the middle.

use ostankino::{DbSession, Reply, Result, Router, User};
use ostankino_dialogs::{Data, Dialog, DialogData, Dialogs, Launch, Turn, View, field, windows};
use serde::{Deserialize, Serialize};

use crate::{Texts, profiles};

const LONGEST_NAME: usize = 100;

windows! { pub(super) Step { Name, Age, Confirm } }

#[derive(Clone, Default, Serialize, Deserialize, DialogData)]
#[dialog(name = "form", windows = Step)]
pub(super) struct Form {
    name: String,
    /// In years.
    age: i16,
}

pub(super) fn router() -> Router {
    Router::new()
        .command("form", begin)
        .in_menu(Texts::cmd_form)
}

async fn begin(dialogs: Dialogs) -> Result<Reply> {
    dialogs.start(Form::default()).await
}

pub(super) fn dialog() -> Dialog<Form, Texts> {
    Dialog::<Form, Texts>::new()
        .launch(Launch::Root)
        .window(Step::Name, |w| {
            w.text(|v| v.t.form_name());
            w.ask_text(1..=LONGEST_NAME, field!(name))
                .refusal(|v| v.t.form_long_name(LONGEST_NAME))
                .then(Step::Age);
            w.samples(|t| View::sample(Form::default(), (), t));
        })
        .window(Step::Age, |w| {
            w.text(|v| v.t.form_age(&v.data.name));
            w.ask_number(1..=150, field!(age))
                .refusal(|v| v.t.form_wrong_age())
                .then(Step::Confirm);
            w.samples(|t| View::sample(sample(), (), t));
        })
        .window(Step::Confirm, |w| {
            w.text(|v| v.t.form_confirm(v.data.age, &v.data.name));
            w.row(|w| {
                w.button("save", |v| v.t.form_save_button(), save)
                    .once()
                    .ends();
                w.button("cancel", |v| v.t.form_cancel_button(), cancel)
                    .ends();
            });
            w.samples(|t| View::sample(sample(), (), t));
        })
}

async fn save(Data(form): Data<Form>, t: Texts, db: DbSession, user: User) -> Result<Turn<Form>> {
    profiles::save(&mut *db.conn().await?, user.id, &form.name, form.age).await?;
    Ok(Turn::cancel()
        .toast(t.form_saved_toast())
        .say(t.form_saved()))
}

async fn cancel(t: Texts) -> Turn<Form> {
    Turn::cancel()
        .toast(t.form_cancelled_toast())
        .say(t.form_cancelled())
}

fn sample() -> Form {
    Form {
        name: "Анна".into(),
        age: 42,
    }
}
