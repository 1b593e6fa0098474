//! A mailing that is being written.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use jiff::civil::{Date, Time};
use ostankino::{
    Call, CallbackData, Reply, Result,
    jiff::Timestamp,
    mailings::{Audience, NewMailing, OptOut, Post, When, Winner},
    texts::Bundle,
};
use ostankino_dialogs::{DialogData, windows};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Texts, command::Zone, counted::Counted, links::LinkButton};

/// How long a title is that a message gives, in characters.
const LONGEST_TITLE: usize = 40;

/// On how many of a hundred a second message is tried unless something else is chosen.
const SHARE: u8 = 20;

/// What stands above the buttons of an album, which has none itself.
const BELOW_ALBUM: &str = "👇";

windows! {
    pub(crate) Step {
        Content, Buttons, Other, Test, Label, Languages, Translation, Audience, When, Day, Time, Preview, Title
    }
}

/// A mailing that is being written. Its result is the number of the mailing.
#[derive(Clone, Debug, Serialize, Deserialize, DialogData)]
#[dialog(name = "ostankino.mail.new", windows = Step, result = i64)]
#[serde(default)]
pub(crate) struct Draft {
    /// The key of the mailing: however often it is confirmed, it is one.
    pub(crate) nonce: String,
    pub(crate) title: String,
    pub(crate) post: Option<Post>,
    /// What a share of the others gets instead.
    pub(crate) other: Option<Post>,
    /// How many of a hundred that is.
    pub(crate) share: Option<u8>,
    /// After how many hours the better one goes to the rest; it is not looked for unless that is said.
    pub(crate) winner_after_h: Option<u32>,
    /// What the button says whose presses are counted.
    pub(crate) counted: String,
    /// What those get instead who speak a language.
    pub(crate) translations: BTreeMap<String, Post>,
    pub(crate) translating: Option<String>,
    pub(crate) links: Vec<LinkButton>,
    pub(crate) segments: BTreeSet<String>,
    pub(crate) languages: BTreeSet<String>,
    pub(crate) category: Option<String>,
    pub(crate) has_opt_out: bool,
    pub(crate) day: Option<Date>,
    pub(crate) time: Option<Time>,
}

impl Default for Draft {
    fn default() -> Self {
        Self::begin()
    }
}

impl Draft {
    /// An empty one, with a nonce of its own.
    pub(crate) fn begin() -> Self {
        Self {
            nonce: format!("{:016x}", fastrand::u64(..)),
            title: String::new(),
            post: None,
            other: None,
            share: Some(SHARE),
            winner_after_h: None,
            counted: String::new(),
            translations: BTreeMap::new(),
            translating: None,
            links: Vec::new(),
            segments: BTreeSet::new(),
            languages: BTreeSet::new(),
            category: None,
            has_opt_out: true,
            day: None,
            time: None,
        }
    }

    /// Whom it is for.
    pub(crate) fn audience(&self) -> Audience {
        let all = Audience::active().languages(self.languages.iter().cloned());
        let segments = self.segments.iter().cloned();
        segments.fold(all, Audience::segment)
    }

    /// When it begins; at once if that is not said.
    pub(crate) fn at(&self, zone: &Zone) -> Option<Timestamp> {
        let there = self.day?.to_datetime(self.time?);
        // An hour that is skipped when summer time begins is the one after it.
        let there = there.to_zoned(zone.zone.clone()).ok()?;
        Some(there.timestamp())
    }

    /// Just what people get, one after the other.
    pub(crate) fn shown(&self, t: &Texts) -> Result<Reply> {
        let main = self.post.as_ref().map(|post| self.reply(post, t));
        let mut main = main.unwrap_or_else(|| Ok(Reply::none()))?;
        if let Some(other) = &self.other {
            let heading = Reply::text(t.variant_other(self.share()));
            main = main.and(heading).and(self.reply(other, t)?);
        }
        let mut translations = self.translations.iter();
        translations.try_fold(main, |shown, (tag, post)| {
            let variant = self.reply(post, &t.speaking(Some(tag)))?;
            Ok(shown.and(Reply::text(t.variant(tag))).and(variant))
        })
    }

    /// The mailing; `t` are the texts of its author.
    pub(crate) fn mailing(&self, author: i64, t: &Texts, zone: &Zone) -> Result<NewMailing> {
        let post = self.post.clone();
        let post = post.ok_or_else(|| ostankino::Error::message("there is no message to mail"))?;
        let mut new = NewMailing::of(self.title.clone(), self.reply(&post, t)?)?
            .key(format!("/mail {}", self.nonce))
            .author(author)
            .to(self.audience());
        for (tag, post) in &self.translations {
            let reply = self.reply(post, &t.speaking(Some(tag)))?;
            new = new.variant(tag, When::language(tag), reply)?;
        }
        if let Some(other) = &self.other {
            let (name, share) = (t.variant_other_plain().0, When::share(self.share()));
            new = new.variant(name, share, self.reply(other, t)?)?;
            if let Some(hours) = self.winner_after_h {
                let after = Duration::from_secs(u64::from(hours) * 3_600);
                new = new.winner(Winner::by_clicks().after(after));
            }
        }
        if let Some(category) = &self.category {
            new = new.category(category);
        }
        Ok(match self.at(zone) {
            Some(at) => new.at(at),
            None => new,
        })
    }

    /// How many of a hundred the second message is for.
    pub(crate) fn share(&self) -> u8 {
        self.share
            .filter(|share| (1..=49).contains(share))
            .unwrap_or(SHARE)
    }

    /// What the button says whose presses are counted; none unless the better of two messages is looked for.
    pub(crate) fn counted(&self, t: &Texts) -> Option<String> {
        let is_test = self.other.is_some() && self.winner_after_h.is_some();
        is_test.then(|| match self.counted.is_empty() {
            true => t.counted_button().0,
            false => self.counted.clone(),
        })
    }

    /// A message with the buttons below it.
    fn reply(&self, post: &Post, t: &Texts) -> Result<Reply> {
        let links = self.links.iter();
        let mut rows: Vec<Value> = links
            .map(|link| json!([{"text": link.text, "url": link.url}]))
            .collect();
        rows.extend(self.counted(t).map(|label| {
            let data = Counted::Liked.encode();
            json!([{"text": label, "callback_data": data}])
        }));
        if let Some(category) = self.category.as_ref().filter(|_| self.has_opt_out) {
            let data = OptOut::of(category).encode();
            rows.push(json!([{"text": t.opt_out_button().0, "callback_data": data}]));
        }
        Ok(with_buttons(post, rows))
    }
}

/// A message with rows of buttons below those that it has.
pub(crate) fn with_buttons(post: &Post, rows: Vec<Value>) -> Reply {
    let reply = post.reply();
    if rows.is_empty() {
        return reply;
    }
    let mut calls = match is_album(post) {
        true => reply.and(Reply::text(BELOW_ALBUM)).calls().to_vec(),
        false => reply.calls().to_vec(),
    };
    let last = calls.pop();
    calls.extend(last.map(|call| {
        let rows: Vec<_> = rows_of(&call).chain(rows).collect();
        call.param("reply_markup", json!({"inline_keyboard": rows}))
    }));
    Reply::of(calls)
}

/// The rows of buttons below a message.
pub(crate) fn rows_of(call: &Call) -> impl Iterator<Item = Value> {
    let markup = call.params().get("reply_markup");
    let rows = markup.and_then(|markup| markup["inline_keyboard"].as_array());
    rows.cloned().into_iter().flatten()
}

/// Whether nothing can stand below it.
pub(crate) fn is_album(post: &Post) -> bool {
    let reply = post.reply();
    reply
        .calls()
        .iter()
        .any(|call| call.method() == "sendMediaGroup")
}

/// What a mailing is called that says this: its first line.
pub(crate) fn title(post: &Post, t: &Texts) -> String {
    let reply = post.reply();
    let Some(params) = reply.calls().first().map(Call::params) else {
        return String::new();
    };
    let items = params.get("media").and_then(Value::as_array);
    let captions = items.into_iter().flatten().map(|item| &item["caption"]);
    let texts = ["text", "caption"]
        .iter()
        .filter_map(|name| params.get(*name));
    let words = texts.chain(captions).find_map(Value::as_str);
    let line = words.and_then(|words| words.lines().map(str::trim).find(|line| !line.is_empty()));
    match line {
        Some(line) if line.chars().count() <= LONGEST_TITLE => line.to_owned(),
        Some(line) => {
            let begin: String = line.chars().take(LONGEST_TITLE - 1).collect();
            format!("{}…", begin.trim_end())
        }
        None if params.contains_key("photo") || items.is_some() => t.title_of_photo_plain().0,
        None => t.title_of_other_plain().0,
    }
}

#[cfg(test)]
mod tests {
    use ostankino::Update;

    use super::*;
    use crate::Lang;

    fn post(message: &Value) -> Post {
        let mut update = json!({"update_id": 1, "message":
            {"message_id": 7, "date": 1, "chat": {"id": 42, "type": "private"}}});
        for (name, value) in message.as_object().expect("an object") {
            update["message"][name] = value.clone();
        }
        let update = Update::decode(update.to_string()).expect("an update");
        Post::of(&update).expect("it says something")
    }

    #[test]
    fn a_title_is_the_first_line() {
        let long = "Очень длинная строка, которой в списке не хватило бы места";
        for (message, expected) in [
            (json!({"text": "\n  Скидка \nдо воскресенья"}), "Скидка"),
            (
                json!({"text": long}),
                "Очень длинная строка, которой в списке…",
            ),
            (
                json!({"photo": [{"file_id": "f"}], "caption": "Зал"}),
                "Зал",
            ),
            (json!({"photo": [{"file_id": "f"}]}), "Фото"),
            (json!({"sticker": {"file_id": "f"}}), "Сообщение"),
        ] {
            assert_eq!(
                title(&post(&message), &Lang::Ru.texts()),
                expected,
                "{message}"
            );
        }
    }

    #[test]
    fn buttons_stand_below_those_that_the_message_has() {
        let link = |text: &str| json!({"text": text, "url": "https://example.org"});
        let main =
            post(&json!({"text": "Скидка", "reply_markup": {"inline_keyboard": [[link("Было")]]}}));
        let draft = Draft {
            post: Some(main.clone()),
            translations: [("en".to_owned(), post(&json!({"text": "Sale"})))].into(),
            links: vec![LinkButton {
                text: "Сайт".into(),
                url: "https://example.org".into(),
            }],
            category: Some("offers".into()),
            ..Draft::begin()
        };
        let shown = draft.shown(&Lang::Ru.texts()).expect("a reply");
        let [russian, heading, english] = shown.calls() else {
            panic!("{shown:?}");
        };
        assert_eq!(
            heading.params()["text"],
            "Кто говорит на языке en, получит:"
        );
        let no_more =
            |text: &str| json!([{"text": text, "callback_data": OptOut::of("offers").encode()}]);
        assert_eq!(
            russian.params()["reply_markup"]["inline_keyboard"],
            json!([[link("Было")], [link("Сайт")], no_more("Не получать")])
        );
        assert_eq!(
            english.params()["reply_markup"]["inline_keyboard"],
            json!([[link("Сайт")], no_more("No more of these")])
        );
        let plain = Draft {
            post: Some(main.clone()),
            ..Draft::begin()
        };
        let shown = plain.shown(&Lang::Ru.texts()).expect("a reply");
        assert_eq!(shown.calls(), main.reply().calls());
    }
}
