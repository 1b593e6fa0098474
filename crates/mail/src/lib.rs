//! The command `/mail` of bots on [ostankino]: a dialog in which administrators write to all users of the bot, or some, and look after what they
//! sent.
//!
//! An administrator sends or forwards the message that everybody is to get, adds buttons, chooses who gets it and when, sees the very message once more, and
//! has it sent. How it goes is a message that is edited, with buttons that pause, cancel and take back. It is made of the
//! [mailings](ostankino::mailings) of the library and of [`ostankino_dialogs`], and speaks Russian and English, as the bot does to the administrator.
//!
//! ```
//! use ostankino::{App, AppBuilder, Config, Router, mailings::Mailings};
//! use ostankino_dialogs::{DialogSet, RouterExt};
//! use ostankino_mail::MailCommand;
//!
//! fn compose(config: Config) -> AppBuilder {
//!     let mail = MailCommand::for_admins([42, 43]).zone("Europe/Moscow");
//!     let router = Router::new()
//!         .merge(mail.routes())
//!         .command("start", async || "Здравствуйте!")
//!         .dialogs(mail.dialogs(DialogSet::new()));
//!     let mailings = Mailings::new().category("offers").called_plainly("Скидки");
//!     App::builder(config).router(router).mailings(mailings)
//! }
//! # drop(compose);
//! ```

mod audience;
mod command;
mod counted;
mod desk;
mod draft;
mod edit;
mod links;
mod new;
mod told;
mod words;

pub use self::command::MailCommand;

ostankino::texts!(pub(crate) Texts, Lang);

/// The code of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
