//! Who a mailing is for: what is chosen among, and the buttons that choose.

use futures_util::future::BoxFuture;
use ostankino::{
    Html, Result,
    mailings::{Counted, Mail, MailingChoice, MailingChoices},
    reply::Button,
};
use ostankino_dialogs::{At, Data, Press, Turn, View, Widget};

use crate::{Texts, draft::Draft, words};

/// Who would get it, and what can be chosen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Who {
    pub(crate) segments: Vec<MailingChoice>,
    pub(crate) categories: Vec<MailingChoice>,
    /// By their tags; the titles tell how many speak each.
    pub(crate) languages: Vec<MailingChoice>,
    pub(crate) count: Counted,
    /// About how long it takes.
    pub(crate) seconds: u64,
}

/// The getter of the windows that ask for it.
pub(crate) async fn who(
    Data(draft): Data<Draft>,
    mail: Mail,
    choices: MailingChoices,
) -> Result<Who> {
    let count = mail
        .count_soon(&draft.audience(), draft.category.as_deref())
        .await?;
    let languages = mail.languages().await?.into_iter();
    let languages = languages.map(|(tag, users)| {
        let title = format!("{tag} · {users}");
        MailingChoice::new(tag, title)
    });
    Ok(Who {
        segments: choices.segments,
        categories: choices.categories,
        languages: languages.collect(),
        count,
        seconds: mail.seconds_for(count.users, None),
    })
}

impl Who {
    /// How many would get it, in words: not all may have been counted.
    pub(crate) fn count(&self, t: &Texts) -> Html {
        let Counted { users, is_all, .. } = self.count;
        match is_all {
            true => t.exactly(users),
            false => t.at_least(users),
        }
    }

    /// About how long it takes.
    pub(crate) fn time(&self, t: &Texts) -> Html {
        let time = words::lasting(t, self.seconds);
        match self.count.is_all {
            true => t.about(time),
            false => t.at_least(time),
        }
    }

    /// What these are called, with commas between them.
    pub(crate) fn titles<'a>(
        choices: &[MailingChoice],
        names: impl IntoIterator<Item = &'a String>,
    ) -> String {
        let title = |name: &'a String| {
            let found = choices.iter().find(|choice| choice.name == *name);
            found.map_or(name.as_str(), |choice| choice.title.0.as_str())
        };
        names.into_iter().map(title).collect::<Vec<_>>().join(", ")
    }
}

/// A button for each of some names, which are of any length and stay what they are when others come or go: a button carries the hash of
/// its name.
pub(crate) struct Marks {
    pub(crate) id: &'static str,
    pub(crate) choices: fn(&Who) -> &[MailingChoice],
    pub(crate) is_chosen: fn(&Draft, &str) -> bool,
    /// What becomes of the draft when a name is pressed.
    pub(crate) press: fn(Draft, &str) -> Turn<Draft>,
}

impl Widget<Draft, Who, Texts> for Marks {
    fn id(&self) -> &'static str {
        self.id
    }

    fn draw(&self, at: &At<'_>, view: &View<Draft, Who, Texts>) -> Vec<Vec<Button>> {
        let button = |choice: &MailingChoice| {
            let label = match (self.is_chosen)(&view.data, &choice.name) {
                true => format!("✓ {}", choice.title.0),
                false => choice.title.0.clone(),
            };
            at.button(self.id, label, &key(&choice.name))
        };
        let buttons: Vec<_> = (self.choices)(&view.rows).iter().map(button).collect();
        buttons.chunks(2).map(<[_]>::to_vec).collect()
    }

    fn press<'a>(
        &'a self,
        press: Press<'a, Draft, Who, Texts>,
    ) -> BoxFuture<'a, Result<Turn<Draft>>> {
        let choices = press.view.map(|view| (self.choices)(&view.rows));
        let mut choices = choices.unwrap_or_default().iter();
        let turn = match choices.find(|choice| key(&choice.name) == press.key) {
            Some(choice) => (self.press)(press.data, &choice.name),
            None => Turn::stay(),
        };
        Box::pin(async { Ok(turn) })
    }

    fn looks(&self) -> bool {
        true
    }
}

/// FNV-1a.
fn key(name: &str) -> String {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    format!("{hash:08x}")
}
