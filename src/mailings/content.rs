//! What a mailing says: replies as handlers return them, or a template; other ones for some of the recipients.

use serde::{Deserialize, Serialize};

use super::{Mailings, Recipient, Winner, audience::primary, clicks, state::Stage};
use crate::{Call, Error, Reply, Result, queue::fnv1a64};

/// The most bytes of a content, as it is stored.
const LARGEST: usize = 256 * 1024;

/// Who gets a variant of a mailing.
///
/// ```
/// use ostankino::mailings::When;
///
/// let english = When::language("en");
/// let every_fifth = When::share(20);
/// # drop((english, every_fifth));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct When(Chosen);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Chosen {
    Language(String),
    /// Of a hundred.
    Share(u8),
    /// Of a hundred while a winner is looked for, beside other shares. A version that knows no winners cannot read it, and leaves the
    /// mailing to others.
    Trial(u8),
}

impl When {
    /// Who speaks that language; `pt` is also who has `pt-BR`.
    pub fn language(tag: impl AsRef<str>) -> Self {
        Self(Chosen::Language(primary(tag.as_ref())))
    }

    /// So many of a hundred who got no variant before this one. Who they are is the same however often it is asked.
    ///
    /// # Panics
    ///
    /// If it is no share: it is 1 to 100.
    #[must_use]
    #[track_caller]
    pub fn share(of_hundred: u8) -> Self {
        assert!(
            (1..=100).contains(&of_hundred),
            "a share is 1 to 100 of a hundred"
        );
        Self(Chosen::Share(of_hundred))
    }

    fn is_for(&self, to: &Recipient, mailing: i64, number: usize) -> bool {
        match &self.0 {
            Chosen::Language(tag) => {
                let spoken = to.language.as_deref().map(primary);
                spoken.as_deref() == Some(tag.as_str())
            }
            Chosen::Share(share) => drawn(to, mailing, number) < u64::from(*share),
            // It is one draw for all of them.
            Chosen::Trial(_) => false,
        }
    }
}

/// One of a hundred.
fn drawn(to: &Recipient, mailing: i64, number: usize) -> u64 {
    let drawn = fnv1a64(format!("{mailing}:{number}:{}", to.id).as_bytes());
    // The upper bits mix better.
    (drawn >> 32) % 100
}

/// All that is said, to whomever.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Content {
    pub(super) what: What,
    /// Those that come before `what`, for whom they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) variants: Vec<Variant>,
    /// How the best of them is found, if they are tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) winner: Option<Winner>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    Calls(Vec<Call>),
    Template(String),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Variant {
    pub(super) name: String,
    pub(super) when: When,
    pub(super) what: What,
}

impl Content {
    /// The number of the variant for a recipient; 0 is what those get who get none of the variants. It is not known of who waits for the
    /// winner.
    pub(super) fn variant_for(&self, to: &Recipient, mailing: i64, stage: Stage) -> Option<i16> {
        let (one, mut tried) = (drawn(to, mailing, 0), 0);
        for (variant, number) in self.variants.iter().zip(1_i16..) {
            let is_for = match variant.when.0 {
                Chosen::Trial(share) => {
                    tried += u64::from(share);
                    stage == Stage::Shares && one < tried
                }
                _ => variant
                    .when
                    .is_for(to, mailing, usize::from(number.unsigned_abs())),
            };
            if is_for {
                return Some(number);
            }
        }
        match stage {
            Stage::All => Some(0),
            Stage::Shares => (one < tried + u64::from(self.main_share())).then_some(0),
            Stage::Rest(winner) => Some(winner),
        }
    }

    /// The variants that are for a share: their numbers, names and shares.
    pub(super) fn shares(&self) -> impl Iterator<Item = (i16, &str, u8)> {
        let variants = self.variants.iter().zip(1_i16..);
        variants.filter_map(|(variant, number)| match variant.when.0 {
            Chosen::Share(share) | Chosen::Trial(share) => {
                Some((number, variant.name.as_str(), share))
            }
            Chosen::Language(_) => None,
        })
    }

    /// The shares are tried, if there is to be a winner.
    pub(super) fn begin_trial(&mut self) {
        if self.winner.is_none() {
            return;
        }
        for variant in &mut self.variants {
            if let Chosen::Share(share) = variant.when.0 {
                variant.when.0 = Chosen::Trial(share);
            }
        }
    }

    /// The variant of that number; what all get where there is none.
    pub(super) fn variant(&self, number: i16) -> &What {
        let index = usize::try_from(number).unwrap_or_default();
        let variant = index.checked_sub(1).and_then(|it| self.variants.get(it));
        variant.map_or(&self.what, |variant| &variant.what)
    }

    /// All of it in turn.
    pub(super) fn each(&mut self) -> impl Iterator<Item = &mut What> {
        let variants = self.variants.iter_mut().map(|variant| &mut variant.what);
        std::iter::once(&mut self.what).chain(variants)
    }

    /// Its name is none of theirs.
    pub(super) fn check(&self, declared: &Mailings) -> Result<()> {
        let variants = self.variants.iter().map(|variant| &variant.what);
        for what in std::iter::once(&self.what).chain(variants) {
            if let What::Template(name) = what
                && declared.template_named(name).is_none()
            {
                return Err(Error::message(format!(
                    "the bot has no template `{name}`: `Mailings::template` declares one"
                )));
            }
        }
        self.check_winner()
    }

    /// It is not too large, once its files are kept.
    pub(super) fn check_size(&self) -> Result<()> {
        let length = serde_json::to_string(self)?.len();
        match length <= LARGEST {
            true => Ok(()),
            false => Err(Error::message(format!(
                "what a mailing says takes {length} bytes: the most is {LARGEST}"
            ))),
        }
    }
}

impl What {
    /// What a reply says, to whomever it is sent.
    ///
    /// # Errors
    ///
    /// As [`calls_of`].
    pub(super) fn of(reply: Reply) -> Result<Self> {
        calls_of(reply).map(Self::Calls)
    }
}

/// The calls that say what a reply says, to whomever it is sent.
///
/// # Errors
///
/// It says nothing, goes to a chat of its own, or does more than to send.
pub(super) fn calls_of(reply: Reply) -> Result<Vec<Call>> {
    if reply.is_binding() {
        return Err(Error::message(
            "a mailing has neither obligations nor events: send them from a handler",
        ));
    }
    let calls = reply.without_mistake()?.calls().to_vec();
    if calls.is_empty() {
        return Err(Error::message("a mailing says nothing: its reply is empty"));
    }
    calls.iter().try_for_each(check)?;
    Ok(calls)
}

/// Whether a call can be made for any recipient.
fn check(call: &Call) -> Result<()> {
    let method = call.method();
    let sends = ["send", "copyMessage", "forwardMessage"];
    let is_one = sends.iter().any(|prefix| {
        let start = method.get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    });
    if !is_one {
        return Err(Error::message(format!(
            "a mailing sends messages, and `{method}` sends none"
        )));
    }
    if call.params().contains_key("chat_id") {
        return Err(Error::message(
            "what a mailing says goes to its recipients: it must not name a chat",
        ));
    }
    if call.attributes().is_some() {
        return Err(Error::message(
            "a message of a mailing has no name, and none depends on another",
        ));
    }
    clicks::check(call)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> Content {
        let what = || What::of(Reply::text("x")).expect("a text");
        let variant = |name: &str, when| Variant {
            name: name.into(),
            when,
            what: what(),
        };
        Content {
            what: what(),
            variants: vec![
                variant("en", When::language("en-US")),
                variant("a", When::share(20)),
                variant("b", When::share(50)),
            ],
            winner: None,
        }
    }

    #[test]
    fn languages_and_shares_get_their_variants() {
        let content = content();
        for mailing in [1, 7, 1_000] {
            let mut counts = [0_i32; 4];
            for id in 1..=10_000 {
                let mut to = Recipient::gone(5_000_000_000 + id * 7);
                to.language = Some(if id % 4 == 0 { "en-GB" } else { "ru" }.into());
                let variant = content.variant_for(&to, mailing, Stage::All);
                assert_eq!(
                    variant,
                    content.variant_for(&to, mailing, Stage::All),
                    "it is the same each time"
                );
                let variant = variant.expect("nobody waits");
                counts[usize::from(variant.unsigned_abs())] += 1;
            }
            // Of those who do not speak English a fifth, and half of the others.
            for (count, expected) in counts.into_iter().zip([3_000, 2_500, 1_500, 3_000]) {
                assert!(
                    (count - expected).abs() <= 200,
                    "{counts:?} of mailing {mailing}"
                );
            }
        }
    }

    #[test]
    fn shares_that_are_tried_stand_beside_one_another_and_the_rest_waits() {
        let mut content = content();
        content.variants[2].when = When::share(30);
        content.winner = Some(Winner::by_clicks().share(10));
        content.begin_trial();
        let (mut counts, mut rest) = ([0_i32; 4], 0);
        for id in 1..=10_000 {
            let mut to = Recipient::gone(5_000_000_000 + id * 7);
            to.language = Some(if id % 4 == 0 { "en" } else { "ru" }.into());
            let later = content.variant_for(&to, 7, Stage::Rest(2));
            match content.variant_for(&to, 7, Stage::Shares) {
                Some(variant) => counts[usize::from(variant.unsigned_abs())] += 1,
                None => {
                    assert_eq!(later, Some(2));
                    rest += 1;
                }
            }
        }
        // Of those who do not speak English.
        let counts = counts.into_iter().chain([rest]);
        for (count, expected) in counts.zip([750, 2_500, 1_500, 2_250, 3_000]) {
            assert!((count - expected).abs() <= 200, "{count}, not {expected}");
        }
        let json = serde_json::to_string(&content).expect("JSON");
        assert!(json.contains(r#""when":{"trial":20}"#), "{json}");
    }

    #[test]
    fn what_is_no_message_to_anybody_is_refused() {
        for reply in [
            Reply::none(),
            Reply::toast("x"),
            Reply::edit("x"),
            Reply::text("x").to(42),
            Reply::text("x").note("name"),
            Reply::must(Call::new("sendMessage").param("text", "x")),
            Reply::text(""),
        ] {
            assert!(What::of(reply.clone()).is_err(), "{reply:?}");
        }
        let album = Reply::photo("file")
            .and(Reply::text("x"))
            .button("Да", "yes");
        assert!(What::of(album).is_ok());
    }
}
