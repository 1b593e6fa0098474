//! The form: /form asks for a name, then for an age, shows both, and saves them when told to.
//! A dialogue lives in NATS, so it survives a restart in the middle.

use serde::{Deserialize, Serialize};

use ostankino::{
    CallbackData, Current, DbSession, DialogueState, Error, Fsm, Reply, Result, Router, Text, User,
    html,
};

use crate::profiles;

const LONGEST_NAME: usize = 100;

pub(super) fn router() -> Router {
    Router::new()
        .command("form", begin)
        .state::<AskName, _>(receive_name)
        .state::<AskAge, _>(receive_age)
        .state::<Confirm, _>(remind)
        .callback("form:", decide)
}

#[derive(Serialize, Deserialize)]
struct AskName {}

impl DialogueState for AskName {
    const NAME: &'static str = "form.name";
}

#[derive(Serialize, Deserialize)]
struct AskAge {
    name: String,
}

impl DialogueState for AskAge {
    const NAME: &'static str = "form.age";
}

#[derive(Serialize, Deserialize)]
struct Confirm {
    name: String,
    age: i16,
}

impl DialogueState for Confirm {
    const NAME: &'static str = "form.confirm";
}

async fn begin(fsm: Fsm) -> Result<&'static str> {
    fsm.set(AskName {})?;
    Ok("Как вас зовут? Прервать: /cancel")
}

async fn receive_name(fsm: Fsm, text: Option<Text>) -> Result<String> {
    let name = text.as_deref().map_or("", str::trim);
    if name.is_empty() {
        return Err(Error::user("Напишите имя текстом."));
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(Error::user(format!(
            "Имя длиннее {LONGEST_NAME} символов. Напишите короче."
        )));
    }
    fsm.set(AskAge {
        name: name.to_owned(),
    })?;
    Ok(format!(
        "Приятно познакомиться, {}! Сколько вам лет?",
        html::escape(name)
    ))
}

async fn receive_age(
    fsm: Fsm,
    Current(AskAge { name }): Current<AskAge>,
    text: Option<Text>,
) -> Result<Reply> {
    let age = text
        .and_then(|text| text.trim().parse().ok())
        .filter(|age| (1..=150).contains(age));
    let age = age.ok_or_else(|| Error::user("Возраст — это число от 1 до 150."))?;
    let summary = summary(&name, age);
    fsm.set(Confirm { name, age })?;
    Ok(Reply::text(format!("{summary}\nВсё верно?"))
        .button("Сохранить", "form:save")
        .button("Отмена", "form:cancel"))
}

async fn remind() -> &'static str {
    "Нажмите «Сохранить» или «Отмена» под анкетой."
}

/// A pressed button. One under an older form finds the dialogue elsewhere.
async fn decide(
    fsm: Fsm,
    db: DbSession,
    user: User,
    CallbackData(choice): CallbackData,
    form: Option<Current<Confirm>>,
) -> Result<Reply> {
    let Some(Current(Confirm { name, age })) = form else {
        return Ok(Reply::toast("Эта анкета уже закрыта"));
    };
    fsm.clear();
    if choice != "save" {
        return Ok(Reply::toast("Отменено").and(Reply::edit("Анкета не сохранена.")));
    }
    profiles::save(&mut *db.conn().await?, user.id, &name, age).await?;
    let saved = format!("{}\nАнкета сохранена.", summary(&name, age));
    Ok(Reply::toast("Сохранено").and(Reply::edit(saved)))
}

fn summary(name: &str, age: i16) -> String {
    format!("<b>Имя:</b> {}\n<b>Возраст:</b> {age}", html::escape(name))
}
