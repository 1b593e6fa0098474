//! The picture of a dialogue: what its user sees, without their media.

use maud::{Markup, PreEscaped, html};

use super::visitor::Visitor;
use crate::{
    dialogue::{DEFAULT_DESTINY, Scope, whose},
    html::for_page,
    reply::Drawn,
};

/// That of the dialogue in that place.
pub(super) async fn of(visitor: &Visitor, scope: &Scope, destiny: &str) -> Markup {
    let t = |ru, en| visitor.t(ru, en);
    let nothing = |why| html! { p.empty { (why) } };
    let looks = visitor.sources.admin.looks.as_ref();
    let (Some(looks), Some(whose), DEFAULT_DESTINY) = (looks, whose(scope), destiny) else {
        return nothing(t(
            "Бот не показывает, как выглядит этот диалог.",
            "The bot does not show what this dialogue looks like.",
        ));
    };
    html! {
        h2 { (t("Что видит пользователь", "What the user sees")) }
        @match looks.at(&whose).await {
            Ok(drawn) if drawn == Drawn::default() => { (nothing(t("Ничего.", "Nothing."))) }
            Ok(drawn) => { (figure(&drawn)) }
            Err(error) => {
                p.banner.bad role="alert" { (t("Нарисовать не вышло: ", "It cannot be drawn: ")) (error.chain().to_string()) }
            }
        }
    }
}

fn figure(drawn: &Drawn) -> Markup {
    html! {
        figure.picture {
            @for media in &drawn.media { div.media { (media) } }
            // Nothing but tags of Telegram's, without attributes.
            div.text dir="auto" { (PreEscaped(for_page(&drawn.html))) }
            @for row in &drawn.buttons {
                div.keys {
                    @for button in row {
                        span title=[&button.opens] { (button.label) @if button.opens.is_some() { " ↗" } }
                    }
                }
            }
        }
    }
}
