//! Whether all languages keep to one contract.

use std::collections::BTreeMap;

use crate::{
    Contract, File, Problem, Tag,
    analysis::{Analysis, analyse},
};

/// What becomes of a message that a language lacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// It is an error.
    #[default]
    Deny,
    /// It is a warning, and is said in the language that has all.
    Warn,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// The languages: the one that has all first, then by their tags.
    pub languages: Vec<String>,
    /// What all have in common.
    pub contract: Contract,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What is missing and is said in another language.
    pub warnings: Vec<Problem>,
}

/// Checks files of all languages; that of `complete` has all messages.
#[must_use]
pub fn check(files: &[File], complete: &str, missing: Missing) -> Checked {
    let mut checked = Checked::default();
    let (tags, mut found) = by_language(files, &mut checked.problems, |tag, of| {
        analyse(tag, std::iter::empty(), of)
    });
    let Some(contract) = found.remove(complete) else {
        if checked.problems.is_empty() {
            let path = files.first().map_or(complete, |file| file.path.as_str());
            checked.problems.push(Problem {
                path: path.to_owned(),
                line: None,
                language: complete.to_owned(),
                message: None,
                what: format!(
                    "there are no texts in `{complete}`, which is to have all: there are {}",
                    tags.join(", ")
                ),
            });
        }
        return checked;
    };
    checked.contract = contract;
    checked.languages = vec![complete.to_owned()];
    for (tag, messages) in found {
        compare(&mut checked, &tag, &messages, missing);
        checked.languages.push(tag);
    }
    sort(&mut checked.problems);
    sort(&mut checked.warnings);
    checked
}

/// Checks files that override some of those that are there: they may leave messages out, but in the languages for which
/// `all` says what becomes of that.
#[must_use]
pub fn check_override(
    contract: &Contract,
    there: &[File],
    files: &[File],
    all: impl Fn(&str) -> Option<Missing>,
) -> Checked {
    let mut checked = Checked {
        contract: contract.clone(),
        ..Checked::default()
    };
    let (tags, found) = by_language(files, &mut checked.problems, |tag, of| {
        let known = || there.iter().filter(|file| file.language == tag.as_str());
        let mut analysis = analyse(tag, known(), of);
        // What is there may be spoken in place of a language that lacks it; its plurals are its own then.
        let before = analyse(tag, std::iter::empty(), known()).problems;
        analysis
            .problems
            .retain(|problem| !before.contains(problem));
        analysis
    });
    for (tag, messages) in &found {
        let before = checked.warnings.len();
        let missing = all(tag).unwrap_or(Missing::Warn);
        compare(&mut checked, tag, messages, missing);
        if all(tag).is_none() {
            checked.warnings.truncate(before);
        }
    }
    checked.languages = tags;
    checked.contract.clone_from(contract);
    sort(&mut checked.problems);
    sort(&mut checked.warnings);
    checked
}

/// What each language says, by its tag.
fn by_language<'f>(
    files: &'f [File],
    problems: &mut Vec<Problem>,
    analyse: impl Fn(&Tag, Box<dyn Iterator<Item = &'f File> + 'f>) -> Analysis,
) -> (Vec<String>, BTreeMap<String, Contract>) {
    let mut of: BTreeMap<&str, Vec<&'f File>> = BTreeMap::new();
    for file in files {
        of.entry(&file.language).or_default().push(file);
    }
    let mut found = BTreeMap::new();
    for (language, files) in &of {
        let tag = match Tag::parse(language) {
            Ok(tag) => tag,
            Err(what) => {
                problems.push(Problem {
                    path: files[0].path.clone(),
                    line: None,
                    language: (*language).to_owned(),
                    message: None,
                    what,
                });
                continue;
            }
        };
        let analysis = analyse(&tag, Box::new(files.clone().into_iter()));
        problems.extend(analysis.problems);
        found.insert((*language).to_owned(), analysis.messages);
    }
    (of.keys().map(|tag| (*tag).to_owned()).collect(), found)
}

/// Compares a language with the contract, which takes the stricter type of each argument.
fn compare(checked: &mut Checked, tag: &str, messages: &Contract, missing: Missing) {
    for (key, signature) in &mut checked.contract {
        let Some(theirs) = messages.get(key) else {
            let instead = match missing {
                Missing::Deny => "",
                Missing::Warn => ", until then it is said in the language that has all",
            };
            let what = format!("it is missing in `{tag}`: translate it there{instead}");
            let problem = signature.problem(tag, key, what);
            match missing {
                Missing::Deny => checked.problems.push(problem),
                Missing::Warn => checked.warnings.push(problem),
            }
            continue;
        };
        for what in signature.compare(theirs) {
            checked.problems.push(theirs.problem(tag, key, what));
        }
        signature.join(theirs);
    }
    for (key, theirs) in messages {
        if !checked.contract.contains_key(key) {
            let what = "there is no such message in the language that has all: add it there, or remove it here";
            checked.problems.push(theirs.problem(tag, key, what.into()));
        }
    }
}

fn sort(problems: &mut Vec<Problem>) {
    problems.sort_by(|a, b| (&a.path, a.line, &a.what).cmp(&(&b.path, b.line, &b.what)));
    problems.dedup();
}
