//! A test of several messages on some of the recipients: the best of them goes to the rest.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    clicks,
    content::{Content, What},
};
use crate::{Error, Result};

/// What the message is called that those get who get no variant.
pub(super) const MAIN: &str = "main";

/// When a winner is chosen, at the earliest and at the latest, in seconds after the shares are sent.
const AFTER: std::ops::RangeInclusive<u64> = 60..=30 * 86_400;

/// How the best of several messages is found, which everybody else gets then: [`NewMailing::winner`](super::NewMailing::winner).
///
/// The main message and every [share](super::When::share) are tried on so many of a hundred of those who get no variant of a language; the rest
/// waits. Some time after they are sent, the message with the most recipients who pressed one of its buttons, of those who got it, goes to the
/// rest: the main one if none did better. Buttons with data count, but for those that refuse a category: Telegram does not tell who opened a link.
///
/// ```
/// use std::time::Duration;
///
/// use ostankino::{Reply, Result, mailings::{NewMailing, When, Winner}};
///
/// /// 20 of a hundred get the one, 20 the other, and two hours later 60 get the better.
/// fn sale() -> Result<NewMailing> {
///     let short = Reply::text("Скидка 20 %").button("Хочу", "sale");
///     let long = Reply::text("Скидка 20 % до воскресенья").button("Хочу", "sale");
///     let mailing = NewMailing::of("Скидка", short)?.variant("long", When::share(20), long)?;
///     Ok(mailing.winner(Winner::by_clicks().after(Duration::from_secs(2 * 3_600))))
/// }
/// # assert!(sale().is_ok());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[must_use = "nothing is tried until a mailing has it"]
pub struct Winner {
    after_s: u64,
    /// Of the main message; that of the first variant if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    share: Option<u8>,
}

/// How variants of a mailing did that were tried, and which of them the rest gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trial {
    /// When the winner is chosen, or was; `None` while the shares are sent.
    pub chosen_at: Option<jiff::Timestamp>,
    /// The name of the variant that won; `main` is the main message.
    pub winner: Option<String>,
    /// The main message, then the variants, once the winner is chosen.
    pub variants: Vec<Tried>,
}

/// How a variant did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tried {
    /// Its name; `main` is the main message.
    pub name: String,
    /// Its number, as in the CSV: 0 is the main message.
    pub variant: i16,
    /// How many got it.
    pub sent: i64,
    /// How many of them pressed one of its buttons.
    pub clicked: i64,
}

impl Winner {
    /// The most recipients who pressed a button, of those who got it; chosen two hours after the shares are sent unless
    /// [`after`](Self::after) says otherwise.
    pub fn by_clicks() -> Self {
        Self {
            after_s: 2 * 3_600,
            share: None,
        }
    }

    /// How long after the shares are sent it is chosen: a minute to 30 days.
    pub fn after(mut self, time: Duration) -> Self {
        self.after_s = time.as_secs();
        self
    }

    /// On how many of a hundred the main message is tried: on as many as the first variant unless that is said.
    pub fn share(mut self, of_hundred: u8) -> Self {
        self.share = Some(of_hundred);
        self
    }
}

impl Tried {
    /// One of which nobody is known yet: for samples of windows and tests.
    pub fn new(name: impl Into<String>, variant: i16) -> Self {
        Self {
            name: name.into(),
            variant,
            sent: 0,
            clicked: 0,
        }
    }

    /// Of a hundred who got it, how many pressed a button.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "it is for people")]
    pub fn rate(&self) -> f64 {
        match self.sent {
            ..=0 => 0.0,
            sent => 100.0 * self.clicked as f64 / sent as f64,
        }
    }

    /// Whether more of its recipients pressed a button than of another one's.
    fn is_better_than(&self, other: &Self) -> bool {
        let (own, others) = (self.sent.max(1), other.sent.max(1));
        i128::from(self.clicked) * i128::from(others) > i128::from(other.clicked) * i128::from(own)
    }
}

/// The best of them: the first of those that did equally well.
pub(super) fn best(tried: &[Tried]) -> Option<&Tried> {
    let mut all = tried.iter();
    let first = all.next()?;
    Some(all.fold(first, |best, it| match it.is_better_than(best) {
        true => it,
        false => best,
    }))
}

impl Content {
    /// How long after the shares are sent the winner is chosen.
    pub(super) fn chosen_after(&self) -> Duration {
        Duration::from_secs(self.winner.map_or(0, |winner| winner.after_s))
    }

    /// On how many of a hundred the main message is tried.
    pub(super) fn main_share(&self) -> u8 {
        let own = self.winner.and_then(|winner| winner.share);
        own.or_else(|| self.shares().next().map(|(_, _, share)| share))
            .unwrap_or(100)
    }

    /// Of how many of a hundred it is the turn while variants are tried.
    pub(super) fn tried_share(&self) -> i64 {
        let shares = self.shares().map(|(_, _, share)| i64::from(share));
        i64::from(self.main_share()) + shares.sum::<i64>()
    }

    /// What is tried, in this order: the main message, and the variants that are for a share.
    pub(super) fn tried(&self) -> Vec<Tried> {
        let variants = self
            .shares()
            .map(|(number, name, _)| Tried::new(name, number));
        std::iter::once(Tried::new(MAIN, 0))
            .chain(variants)
            .collect()
    }

    /// The buttons whose presses count, of what is tried: each as its variant and its number.
    pub(super) fn counted(&self) -> (Vec<i16>, Vec<i16>) {
        let tried = self.tried();
        let counted = tried.iter().flat_map(|tried| {
            let buttons = self.counted_of(tried.variant).into_iter();
            buttons.map(|button| (tried.variant, button))
        });
        counted.unzip()
    }

    fn counted_of(&self, variant: i16) -> Vec<i16> {
        match self.variant(variant) {
            What::Calls(calls) => calls.iter().flat_map(clicks::counted).collect(),
            What::Template(_) => Vec::new(),
        }
    }

    /// A winner can be found.
    pub(super) fn check_winner(&self) -> Result<()> {
        let Some(winner) = self.winner else {
            return Ok(());
        };
        let wrong = |problem: String| Err(Error::message(problem));
        if self.shares().next().is_none() {
            return wrong(
                "a winner is looked for among shares: a variant for `When::share(20)` is one"
                    .into(),
            );
        }
        if !AFTER.contains(&winner.after_s) {
            return wrong(
                "a winner is chosen a minute to 30 days after the shares are sent".into(),
            );
        }
        let (main, all) = (self.main_share(), self.tried_share());
        if main == 0 || all >= 100 {
            return wrong(format!(
                "the shares take {all} of a hundred together with the {main} on whom the main message is tried: 99 at the most, so that somebody is left for \
                 the winner, and 1 for each"
            ));
        }
        for Tried { name, variant, .. } in self.tried() {
            if let What::Template(template) = self.variant(variant) {
                return wrong(format!(
                    "what is tried says the same to everybody: `{name}` is made by the template `{template}`"
                ));
            }
            if self.counted_of(variant).is_empty() {
                return wrong(format!(
                    "a winner is found by presses, and `{name}` has no button that tells of them: one with data, and not one that opens a link or refuses \
                     a category"
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Reply,
        mailings::{NewMailing, OptOut, When},
    };

    fn tried(counts: [(i64, i64); 3]) -> Vec<Tried> {
        let with = |(variant, (sent, clicked))| Tried {
            sent,
            clicked,
            ..Tried::new("x", variant)
        };
        (0..).zip(counts).map(with).collect()
    }

    #[test]
    fn the_best_is_by_rate_and_the_first_of_equals() {
        for (counts, expected) in [
            ([(200, 20), (200, 30), (200, 25)], 1),
            ([(200, 20), (100, 10), (50, 5)], 0),
            ([(200, 20), (100, 11), (50, 6)], 2),
            ([(200, 10), (200, 20), (200, 20)], 1),
            ([(200, 0), (200, 0), (200, 0)], 0),
            ([(0, 0), (0, 0), (7, 1)], 2),
        ] {
            let tried = tried(counts);
            let best = best(&tried).map(|best| best.variant);
            assert_eq!(best, Some(expected), "{counts:?}");
        }
    }

    #[test]
    fn what_has_no_winner_is_refused_with_what_to_do() {
        let button = || Reply::text("x").button("Да", "yes");
        let link = || Reply::text("x").link("Сайт", "https://example.org");
        let refusal = || Reply::text("x").press("Не получать", &OptOut::of("news"));
        let two = |share| -> Result<NewMailing> {
            NewMailing::of("x", button())?.variant("b", When::share(share), button())
        };
        let by_clicks = Winner::by_clicks;
        let language =
            || NewMailing::of("x", button())?.variant("en", When::language("en"), button());
        for (new, told) in [
            (NewMailing::of("x", button()), "among shares"),
            (language(), "among shares"),
            (two(50), "take 100 of a hundred"),
            (
                two(20).map(|new| new.winner(by_clicks().share(80))),
                "take 100 of a hundred",
            ),
            (
                two(20).map(|new| new.winner(by_clicks().share(0))),
                "1 for each",
            ),
            (
                two(20).map(|new| new.winner(by_clicks().after(Duration::from_secs(59)))),
                "a minute to 30 days",
            ),
            (
                NewMailing::of("x", link())
                    .and_then(|it| it.variant("b", When::share(20), button())),
                "`main` has no button",
            ),
            (
                NewMailing::of("x", button())
                    .and_then(|it| it.variant("b", When::share(20), refusal())),
                "`b` has no button",
            ),
            (
                NewMailing::template("x", "digest").variant("b", When::share(20), button()),
                "the template `digest`",
            ),
        ] {
            let mut content = new.expect("a mailing").content;
            content.winner.get_or_insert_with(by_clicks);
            let refused = content.check_winner().expect_err(told).chain();
            assert!(refused.contains(told), "{told}: {refused}");
        }
        let good = two(49).expect("a mailing").winner(by_clicks()).content;
        assert!(good.check_winner().is_ok());
        assert_eq!(good.counted(), (vec![0, 1], vec![0, 0]));
    }
}
