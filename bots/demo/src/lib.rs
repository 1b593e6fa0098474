//! The bundled bot: a router a file, merged here in the order they are tried. It uses what any bot on
//! the library may use, and nothing else.

mod admin;
mod commands;
mod config;
mod form;
mod language;
mod mailings;
pub mod profiles;
mod reminders;
mod report;

use std::sync::Arc;

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use ostankino::{App, AppBuilder, Config, Router};
use ostankino_dialogs::{DialogSet, RouterExt};
use ostankino_mail::MailCommand;

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
        .mailings(mailings::mailings())
        .personal_data("profile", profiles::export, profiles::erase)
        .texts(Texts::new())
}

/// The routes of the bundled bot.
pub fn router(config: &BotConfig) -> Router {
    let admins = Arc::from(config.admin_ids.as_slice());
    Router::new()
        .merge(commands::router())
        .merge(language::router())
        .merge(reminders::router())
        .merge(report::router())
        .merge(admin::router(admins))
        .merge(mail(config).routes())
        .merge(form::router())
        .merge(commands::unknown())
        .dialogs(dialogs(config))
}

/// Its dialogs.
pub fn dialogs(config: &BotConfig) -> DialogSet {
    mail(config).dialogs(DialogSet::new().with(form::dialog()))
}

/// `/mail`, for admins.
fn mail(config: &BotConfig) -> MailCommand {
    MailCommand::for_admins(config.admin_ids.iter().copied()).zone(&config.time_zone)
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
    fn every_window_has_a_picture_in_each_language() {
        let previews = dialogs(&BotConfig::default()).preview();
        let of = |tag: &str| {
            let shown = previews.iter().filter(|it| it.sample == tag);
            shown
                .map(|it| format!("{}/{}", it.dialog, it.window))
                .collect::<Vec<_>>()
        };
        for lang in Lang::ALL {
            let windows = of(lang.tag());
            assert_eq!(windows[..3], ["form/Name", "form/Age", "form/Confirm"]);
            assert_eq!(windows.len(), 21, "{windows:?}");
        }
        let broken = previews.iter().find(|it| it.problem.is_some());
        assert_eq!(broken, None);
        assert_eq!(
            previews[5].to_string(),
            "form/Confirm (en)\n\nName: Анна\nAge: 42\nIs all of it right?\n\n[ Save ] [ Cancel ]\n"
        );
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
