//! The form: /form asks for a name, then for an age, shows both, and saves them when told to.
//! A dialogue lives in NATS, so it survives a restart in the middle.

use serde::{Deserialize, Serialize};

use ostankino::{
    CallbackData, Current, DbSession, DialogueState, Error, Fsm, Html, Pressed, Reply, Result,
    Router, Text, User, html,
};

use crate::{Texts, profiles};

const LONGEST_NAME: usize = 100;

pub(super) fn router() -> Router {
    Router::new()
        .command("form", begin)
        .in_menu(Texts::cmd_form)
        .state::<AskName, _>(receive_name)
        .state::<AskAge, _>(receive_age)
        .state::<Confirm, _>(remind)
        .press::<Decision, _>(decide)
}

#[derive(Serialize, Deserialize, DialogueState)]
#[state(name = "form.name")]
struct AskName {}

#[derive(Serialize, Deserialize, DialogueState)]
#[state(name = "form.age")]
struct AskAge {
    name: String,
}

#[derive(Serialize, Deserialize, DialogueState)]
#[state(name = "form.confirm")]
struct Confirm {
    name: String,
    age: i16,
}

/// The buttons under the finished form.
#[derive(CallbackData)]
#[callback(prefix = "form")]
enum Decision {
    Save,
    Cancel,
}

async fn begin(fsm: Fsm) -> Result<&'static str> {
    fsm.set(AskName {})?;
    Ok("Как вас зовут? Прервать: /cancel")
}

async fn receive_name(fsm: Fsm, text: Option<Text>) -> Result<Html> {
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
    Ok(html!("Приятно познакомиться, {name}! Сколько вам лет?"))
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
    Ok(Reply::text(html!("{summary}\nВсё верно?"))
        .press("Сохранить", &Decision::Save)
        .press("Отмена", &Decision::Cancel))
}

async fn remind() -> &'static str {
    "Нажмите «Сохранить» или «Отмена» под анкетой."
}

/// A pressed button. One under an older form finds the dialogue elsewhere.
async fn decide(
    fsm: Fsm,
    db: DbSession,
    user: User,
    Pressed(decision): Pressed<Decision>,
    form: Option<Current<Confirm>>,
) -> Result<Reply> {
    let Some(Current(Confirm { name, age })) = form else {
        return Ok(Reply::toast("Эта анкета уже закрыта"));
    };
    fsm.clear();
    match decision {
        Decision::Cancel => Ok(Reply::toast("Отменено").and(Reply::edit("Анкета не сохранена."))),
        Decision::Save => {
            profiles::save(&mut *db.conn().await?, user.id, &name, age).await?;
            let saved = html!("{}\nАнкета сохранена.", summary(&name, age));
            Ok(Reply::toast("Сохранено").and(Reply::edit(saved)))
        }
    }
}

fn summary(name: &str, age: i16) -> Html {
    html!("<b>Имя:</b> {name}\n<b>Возраст:</b> {age}")
}
