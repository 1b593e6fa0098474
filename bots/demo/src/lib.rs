//! The bundled bot: a router a file, merged here in the order they are tried. It uses what any bot on
//! the library may use, and nothing else.

mod admin;
mod commands;
mod config;
mod dialogues;
mod language;
pub mod profiles;
mod reminders;
mod report;

use std::sync::Arc;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use ostankino::{App, AppBuilder, Config, Router};

pub use config::BotConfig;

ostankino::texts!(pub Texts, Lang);

/// The tables of this bot.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// The bot as the service runs it.
pub fn compose(config: Config) -> AppBuilder {
    let bot: BotConfig = config.section("bot");
    App::builder(config)
        .migrations(MIGRATIONS)
        .router(router(&bot))
        .texts(Texts::new())
}

/// The routes of the bundled bot.
pub fn router(config: &BotConfig) -> Router {
    let admins = Arc::from(config.admin_ids.as_slice());
    Router::new()
        // Commands come first: they are heard in the middle of a dialogue, too.
        .merge(commands::router())
        .merge(language::router())
        .merge(reminders::router())
        .merge(report::router())
        .merge(admin::router(admins))
        .merge(dialogues::router())
        .merge(commands::unknown())
}

#[cfg(test)]
mod tests {
    use ostankino::CallbackData;

    use super::*;

    #[test]
    fn numbers_have_the_plurals_of_their_language() {
        let (ru, en) = (Lang::Ru.texts(), Lang::En.texts());
        for (number, chapters) in [
            (1, "глава"),
            (2, "главы"),
            (5, "глав"),
            (11, "глав"),
            (21, "глава"),
            (101, "глава"),
        ] {
            let said = ru.report_done(number);
            assert_eq!(*said, format!("<b>Отчёт готов</b>: {number} {chapters}."));
        }
        assert_eq!(en.report_done(1), "<b>The report is ready</b>: 1 chapter.");
        assert_eq!(
            en.report_done(21),
            "<b>The report is ready</b>: 21 chapters."
        );
    }

    #[test]
    fn words_are_escaped_and_markup_and_labels_are_not() {
        let t = Lang::Ru.texts();
        assert_eq!(t.hello("<b>&"), "Здравствуйте, &lt;b&gt;&amp;!");
        let markup = ostankino::html!("<i>{}</i>", "&");
        assert_eq!(t.hello(markup), "Здравствуйте, <i>&amp;</i>!");
        assert_eq!(t.reminder_button("<&>"), "✖ <&>");
    }

    #[test]
    fn languages_travel_in_buttons() {
        for lang in Lang::ALL {
            assert_eq!(Lang::decode(&lang.encode()), Ok(*lang));
        }
        assert_eq!((Lang::Ru.name(), Lang::En.tag()), ("Русский".into(), "en"));
        assert_eq!(Lang::Ru.texts().of(Lang::En).lang(), Lang::En);
    }
}
