//! The menus that routes describe, one for each language of the bot.

use ostankino_core::{routing::InMenu, texts::Speech};

use crate::telegram::{MenuOf, MenuScope};

/// Adds them to those that the bot has otherwise.
///
/// # Panics
///
/// If the app was not given the texts, or has such a menu already.
pub(super) fn described(commands: &[InMenu], speech: Option<&Speech>, menus: &mut Vec<MenuOf>) {
    let Some(first) = commands.first() else {
        return;
    };
    let texts = first.texts();
    let speech = speech.unwrap_or_else(|| {
        panic!("the menu is described by `{texts}`, which the app does not have: add it by `AppBuilder::texts`")
    });
    let mut codes = Vec::new();
    for (index, tag) in speech.tags().iter().enumerate() {
        // The first is everybody's for whom there is no other; Telegram knows languages by two letters.
        let code = (index > 0).then(|| tag.split('-').next().unwrap_or(tag));
        if code.is_some_and(|code| code.len() != 2) || codes.contains(&code) {
            continue;
        }
        codes.push(code);
        let told = menus
            .iter()
            .any(|menu| menu.is_for(MenuScope::Everywhere, code));
        assert!(
            !told,
            "the menu is told twice: by `AppBuilder::menu` and by `Router::in_menu`"
        );
        let lines = commands.iter().map(|command| {
            let description = command.description(speech, index);
            let description = description.unwrap_or_else(|| {
                let (command, texts) = (command.command(), command.texts());
                panic!("`/{command}` is described by `{texts}`, and the app has other texts")
            });
            (command.command(), description.0)
        });
        menus.push(MenuOf::new(MenuScope::Everywhere, code, lines));
    }
}
