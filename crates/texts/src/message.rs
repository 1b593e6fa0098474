//! One message in one language: what it is given, and whether it is what its name says.

use std::collections::{BTreeMap, BTreeSet};

use ostankino_markup::{Item, Place, TAGS};

use crate::{
    Argument, Kind, Sort,
    flat::{Flat, Leaf, flats},
    nodes::{Node, Use},
};

/// The arguments of a text by their names, and what is wrong with it: line, what.
pub(crate) struct Judged {
    pub(crate) arguments: Vec<Argument>,
    pub(crate) problems: Vec<(usize, String)>,
}

/// Judges a text that stands on that line.
pub(crate) fn judge(
    kind: Kind,
    nodes: &[Node],
    uses: &BTreeMap<String, Use>,
    line: usize,
) -> Judged {
    let mut problems = Vec::new();
    let mut quoted = BTreeSet::new();
    let all = flats(nodes);
    let mut seen = BTreeSet::new();
    for flat in &all {
        let what = match kind {
            Kind::Html => html(flat, &mut quoted),
            _ => plain(kind, flat),
        };
        if let Err(what) = what {
            // What is wrong in all of them is wrong once.
            if seen.insert(what.clone()) {
                let (line, what) = match &flat.variant {
                    Some((key, line)) => (*line, format!("in the variant `[{key}]`: {what}")),
                    None => (line, what),
                };
                problems.push((line, what));
            }
        }
    }
    if kind == Kind::Command
        && let Some(name) = uses.keys().next()
    {
        let what = format!("a description of a command has no arguments: remove `${name}`");
        problems.push((line, what));
    }
    let arguments = uses.iter().map(|(name, used)| {
        if used.is_number && used.is_choice {
            let what =
                format!("variants of `${name}` are chosen by numbers here and by words there");
            problems.push((line, what));
        }
        let sort = match used {
            Use {
                is_number: true, ..
            } => Sort::Number,
            Use {
                is_choice: true, ..
            } => Sort::Plain,
            _ if kind != Kind::Html || quoted.contains(name) => Sort::Plain,
            _ => Sort::Text,
        };
        Argument {
            name: name.clone(),
            sort,
        }
    });
    Judged {
        arguments: arguments.collect(),
        problems,
    }
}

/// Whether Telegram takes it; notes the arguments that stand in quotes.
fn html(flat: &Flat, quoted: &mut BTreeSet<String>) -> Result<(), String> {
    let items = flat.leaves.iter().flat_map(|leaf| match leaf {
        Leaf::Text(text) => text.chars().map(Item::Character).collect(),
        Leaf::Argument(_) => vec![Item::Argument],
    });
    let items: Vec<Item> = items.collect();
    let places = ostankino_markup::check(&items)?;
    let names = flat.leaves.iter().filter_map(|leaf| match leaf {
        Leaf::Argument(name) => Some(name),
        Leaf::Text(_) => None,
    });
    for (name, place) in names.zip(places) {
        if place == Place::Attribute {
            quoted.insert(name.clone());
        }
    }
    Ok(())
}

/// Whether it is shown as it was meant.
fn plain(kind: Kind, flat: &Flat) -> Result<(), String> {
    let whole: String = flat.texts().collect();
    if let Some(markup) = markup_in(&whole) {
        return Err(format!(
            "by its name it is no markup, and `{markup}` would be shown as it is: remove it, or choose a name that \
             does not begin with `cmd-` and does not end with `-button`, `-toast` or `-plain`"
        ));
    }
    if flat.is_blank() && !kind.may_be_blank() {
        return Err("it is blank: Telegram takes no such button or note".into());
    }
    match kind.most() {
        Some(most) if flat.length() > most => Err(format!(
            "it has {} characters: Telegram takes {most}",
            flat.length()
        )),
        _ => Ok(()),
    }
}

/// A tag or a reference in it.
fn markup_in(text: &str) -> Option<String> {
    let tag = TAGS.iter().find_map(|tag| {
        let begins = [format!("<{tag}>"), format!("<{tag} "), format!("</{tag}>")];
        begins
            .into_iter()
            .find(|begin| text.contains(begin.as_str()))
    });
    let reference = ["&lt;", "&gt;", "&amp;", "&quot;"];
    tag.or_else(|| {
        reference
            .into_iter()
            .find(|it| text.contains(it))
            .map(str::to_owned)
    })
}
