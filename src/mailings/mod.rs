//! Mailings: what goes to many users, to each at most once, beside a bot that answers as if there were none.
//!
//! A mailing is a row, and so is everybody whose turn came. A claim moves the cursor over the users and stores the rows of those it passed in
//! one transaction; whoever claimed them sends, in any container, as the limits of the bot leave room, and what became of them is
//! noted together with the sums. What a process had in hand that died is unknown, and is said to be. The guarantees are in
//! `docs/guarantees.md`.

mod answer;
mod audience;
mod choices;
mod claim;
mod clicks;
mod content;
mod count;
mod declared;
mod driver;
mod export;
mod frozen;
mod layer;
mod mail;
mod new;
mod notes;
#[cfg(feature = "cli")]
mod operator;
mod opt_out;
mod orders;
mod post;
mod quiet;
mod recipient;
mod report;
mod rows;
mod says;
mod sending;
mod state;
mod table;
mod telling;
mod trial;
mod winner;

pub use self::{
    audience::Audience,
    choices::{MailingChoice, MailingChoices},
    content::When,
    count::Counted,
    declared::{Mailings, Users},
    layer::{MailingClick, MailingClickLayer},
    mail::Mail,
    new::NewMailing,
    opt_out::{OptOut, opt_in, opt_out, opted_out},
    post::Post,
    recipient::Recipient,
    report::Report,
    says::Says,
    state::{Doing, Fate, State},
    telling::MailingMoved,
    winner::{Trial, Tried, Winner},
};
pub(crate) use self::{
    driver::MailingsDriver, mail::Desk, opt_out::routes, table::Table, telling::Telling,
};
#[cfg(feature = "cli")]
pub(crate) use self::{
    export::{HEAD, Pages},
    operator::{AllMailings, Open},
    orders::Order,
};
