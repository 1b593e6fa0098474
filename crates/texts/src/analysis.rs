//! All messages of one language.

use std::collections::BTreeMap;

use crate::{
    Contract, File, Key, Kind, Problem, Signature,
    entries::{Entries, Entry},
    language::Tag,
    message::judge,
    names::{method, problem_of},
    nodes::Reader,
};

/// What a language says.
#[derive(Debug)]
pub(crate) struct Analysis {
    /// Those of the files that are to be checked.
    pub(crate) messages: Contract,
    pub(crate) problems: Vec<Problem>,
}

/// Reads the files of a language: those that are known to be right, and those that are to be checked, which come after them.
pub(crate) fn analyse<'f>(
    tag: &Tag,
    known: impl Iterator<Item = &'f File>,
    new: impl Iterator<Item = &'f File>,
) -> Analysis {
    let (mut problems, mut entries) = (Vec::new(), Entries::default());
    known.for_each(|file| entries.add(file, false, &mut Vec::new()));
    new.for_each(|file| entries.add(file, true, &mut problems));
    let mut messages = Contract::new();
    let mut methods: BTreeMap<String, Key> = BTreeMap::new();
    // What is known to be right is looked at again: it may refer to what is new.
    for entry in entries.messages.values() {
        let key = |attribute: Option<&str>| Key {
            message: entry.name.to_owned(),
            attribute: attribute.map(str::to_owned),
        };
        let value = entry.value.iter().map(|pattern| (key(None), pattern));
        let attributes = entry.attributes.iter();
        let attributes = attributes.map(|it| (key(Some(it.id.name)), &it.value));
        for (key, pattern) in value.chain(attributes) {
            let mut wrong = |line: usize, what: String| {
                problems.push(entry.file.problem(line, Some(&key.to_string()), what));
            };
            let name = method(&key.to_string());
            if let Some(other) = methods.insert(name.clone(), key.clone()) {
                wrong(
                    entry.line(),
                    format!("it is called `{name}` in Rust, as `{other}` is: rename one"),
                );
            }
            if let Some(what) = problem_of(&key.to_string(), false) {
                wrong(entry.line(), what);
            }
            let mut reader = Reader::new(&entries, tag);
            let nodes = reader.read(entry, pattern);
            let line = key
                .attribute
                .as_deref()
                .map_or(entry.line(), |name| line_of(entry, name));
            for argument in reader.uses.keys() {
                if let Some(what) = problem_of(argument, true) {
                    wrong(line, what);
                }
            }
            let kind = Kind::of(key.last());
            let judged = judge(kind, &nodes, &reader.uses, line);
            let all = reader.problems.into_iter().chain(judged.problems);
            all.for_each(|(line, what)| wrong(line, what));
            if entry.is_new {
                let signature = Signature {
                    kind,
                    arguments: judged.arguments,
                    path: entry.file.path.clone(),
                    line,
                    words: words(entry.file, line),
                };
                messages.insert(key, signature);
            }
        }
    }
    Analysis { messages, problems }
}

fn line_of(entry: &Entry<'_>, attribute: &str) -> usize {
    let found = entry.attributes.iter().find(|it| it.id.name == attribute);
    found.map_or(entry.line(), |it| entry.file.line_of(it.id.name))
}

/// The lines of a message, as they are written.
fn words(file: &File, line: usize) -> String {
    let mut lines = file.text.lines().skip(line - 1);
    let first = lines.next().unwrap_or_default();
    let more = lines
        .take_while(|line| line.starts_with([' ', '\t']) && !line.trim_start().starts_with('.'));
    let lines: Vec<&str> = std::iter::once(first)
        .chain(more)
        .map(str::trim_end)
        .collect();
    lines.join("\n")
}
