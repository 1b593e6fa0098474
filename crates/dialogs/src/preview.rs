//! What windows look like, without a bot: as text, and on a page.

mod page;

use std::fmt;

use ostankino::{
    Error, Result,
    reply::{Drawn, DrawnButton},
};

use crate::{DialogSet, dialog::SamplesOf};

/// A window as it looks with a [sample](crate::Window::sample): see [`DialogSet::preview`]. It shows itself as text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preview {
    /// The name of the dialog.
    pub dialog: &'static str,
    /// The name of the window.
    pub window: &'static str,
    /// The name of the sample; "" of a window that needs none.
    pub sample: &'static str,
    /// What is above the text: kinds and files, such as `photo AgACAgI`; uploads by their names.
    pub media: Vec<String>,
    /// The text, in Telegram's HTML.
    pub html: String,
    /// The buttons, row by row.
    pub buttons: Vec<Vec<PreviewButton>>,
    /// Why it cannot be shown, if it cannot.
    pub problem: Option<String>,
}

/// A button of a [`Preview`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PreviewButton {
    /// Its label.
    pub label: String,
    /// What it does, if the bot does not hear of it: `url https://example.org`.
    pub opens: Option<String>,
}

impl DialogSet {
    /// What the windows look like with their [samples](crate::Window::sample). A window without any is there with a problem that
    /// says so.
    ///
    /// ```
    /// # use ostankino::Result;
    /// use ostankino_dialogs::{Dialog, DialogData, DialogSet, View, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Step { Cart } }
    /// # #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// # #[dialog(name = "cart", windows = Step)]
    /// # struct Cart {}
    /// # async fn lines() -> Result<Vec<String>> { Ok(vec![]) }
    /// let cart = Dialog::<Cart>::new().window_of(Step::Cart, lines, |w| {
    ///     w.text(|v| format!("В корзине: {}", v.rows.len()));
    ///     w.cancel(|_| "Закрыть");
    ///     w.sample("empty", || View::sample(Cart {}, vec![], ()));
    /// });
    /// let previews = DialogSet::new().with(cart).preview();
    /// assert_eq!(previews[0].to_string(), "cart/Cart (empty)\n\nВ корзине: 0\n\n[ Закрыть ]\n");
    /// ```
    #[must_use]
    pub fn preview(&self) -> Vec<Preview> {
        let mut previews = Vec::new();
        for (dialog, known) in self.iter() {
            for SamplesOf { window, samples } in known.samples() {
                let none = samples.is_empty().then(|| {
                    let advice = "there is no sample of it: add `w.sample(\"…\", || View::sample(data, rows, texts))`";
                    ("", Err(Error::message(advice)))
                });
                for (sample, picture) in samples.into_iter().chain(none) {
                    let shown = picture.and_then(|picture| Drawn::of(picture.whole()));
                    previews.push(Preview::new(dialog, window, sample, shown));
                }
            }
        }
        previews
    }

    /// All of them on one page of HTML, which needs nothing else.
    #[must_use]
    pub fn preview_page(&self) -> String {
        page::page(&self.preview())
    }
}

impl Preview {
    fn new(
        dialog: &'static str,
        window: &'static str,
        sample: &'static str,
        shown: Result<Drawn>,
    ) -> Self {
        let (drawn, problem) = match shown {
            Ok(drawn) => (Some(drawn), None),
            Err(error) => (None, Some(error.chain())),
        };
        let Drawn {
            media,
            html,
            buttons,
        } = drawn.unwrap_or_default();
        let button = |DrawnButton { label, opens }| PreviewButton { label, opens };
        let row = |row: Vec<_>| row.into_iter().map(button).collect();
        let buttons = buttons.into_iter().map(row).collect();
        Self {
            dialog,
            window,
            sample,
            media,
            html,
            buttons,
            problem,
        }
    }

    /// `order/Dish (empty)`
    fn title(&self) -> String {
        let Self {
            dialog,
            window,
            sample,
            ..
        } = self;
        match *sample {
            "" => format!("{dialog}/{window}"),
            sample => format!("{dialog}/{window} ({sample})"),
        }
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.title())?;
        if let Some(problem) = &self.problem {
            return writeln!(f, "! {problem}");
        }
        for media in &self.media {
            writeln!(f, "<{media}>")?;
        }
        writeln!(f, "{}", ostankino::Html::raw(self.html.clone()).plain())?;
        if !self.buttons.is_empty() {
            writeln!(f)?;
        }
        for row in &self.buttons {
            let labels: Vec<_> = row.iter().map(|it| format!("[ {} ]", it.label)).collect();
            writeln!(f, "{}", labels.join(" "))?;
        }
        Ok(())
    }
}
