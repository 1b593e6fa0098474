//! What the bot says of itself, by language: setMyName, setMyDescription, setMyShortDescription, and their getters.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Outcome, arguments};
use crate::{
    protocol::{Answer, Params, Refusal},
    world::{Profile, World},
};

/// One of the texts.
#[derive(Clone, Copy)]
pub(super) enum Text {
    Name,
    Description,
    ShortDescription,
}

impl Text {
    fn field(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Description => "description",
            Self::ShortDescription => "short_description",
        }
    }

    /// The most characters, and the error for more.
    fn limit(self) -> (usize, &'static str) {
        match self {
            Self::Name => (64, "BOT_TITLE_INVALID"),
            Self::Description => (512, "BOT_DESCRIPTION_INVALID"),
            Self::ShortDescription => (120, "BOT_SHORT_DESCRIPTION_INVALID"),
        }
    }

    fn of(self, profile: &mut Profile) -> &mut BTreeMap<String, String> {
        match self {
            Self::Name => &mut profile.names,
            Self::Description => &mut profile.descriptions,
            Self::ShortDescription => &mut profile.short_descriptions,
        }
    }
}

/// An empty text takes back what was set.
pub(super) fn set(world: &World, params: &Params, which: Text) -> Outcome {
    let language = arguments::language_code(params)?;
    let text = params.text(which.field()).unwrap_or_default();
    let (most, too_long) = which.limit();
    if text.chars().count() > most {
        return Err(Refusal::bad_request(too_long));
    }
    world.change(|state| {
        let texts = which.of(&mut state.profile);
        if text.is_empty() {
            texts.remove(&language);
        } else {
            texts.insert(language.clone(), text.clone().into_owned());
        }
        if matches!(which, Text::Name) && language.is_empty() {
            let name = state.profile.names.get("");
            let name = name.unwrap_or(&world.bot.user.first_name);
            name.clone_into(&mut state.bot.own().first_name);
        }
    });
    Ok(Answer::of(&true))
}

pub(super) fn get(world: &World, params: &Params, which: Text) -> Outcome {
    let language = arguments::language_code(params)?;
    let text = world.change_quietly(|state| {
        let text = which.of(&mut state.profile).get(&language).cloned();
        // A bot has a name in every language.
        let name = || matches!(which, Text::Name).then(|| state.bot.first_name.clone());
        text.or_else(name).unwrap_or_default()
    });
    Ok(Answer::of(&json!({which.field(): text})))
}
