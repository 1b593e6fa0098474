//! Whether Telegram takes the HTML of a literal.

use ostankino_markup::{Item, Place};

use super::template::Part;

/// The places of the arguments, or what is wrong.
pub(super) fn check(parts: &[Part]) -> Result<Vec<Place>, String> {
    let items = parts.iter().flat_map(|part| match part {
        Part::Text(text) => text.chars().map(Item::Character).collect(),
        Part::Argument(_) => vec![Item::Argument],
    });
    let items: Vec<Item> = items.collect();
    ostankino_markup::check(&items)
}

#[cfg(test)]
mod tests;
