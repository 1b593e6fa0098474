//! Reads the texts of a bot, Fluent files in several languages, and checks them against one contract. An internal crate of
//! ostankino: no version promises anything of it.

mod analysis;
mod check;
mod contract;
mod entries;
mod file;
mod flat;
mod kind;
mod language;
mod message;
mod names;
mod nodes;
mod own;
mod select;

pub use self::{
    check::{Checked, Missing, check, check_override},
    contract::{Argument, Contract, Key, Signature, Sort},
    file::{File, OWN_FILE, Problem, list, read},
    kind::Kind,
    language::{Tag, negotiate},
    names::{method, variant},
    own::own,
};
pub use unic_langid::LanguageIdentifier;
