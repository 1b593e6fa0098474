//! The facts of Bot API 10.3: methods and types with their fields, as its documentation has them.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use serde_json::Value;

use super::shape::{Field, Shape};

/// All of them. A name of a parameter or field that ends in `!` is required.
pub(super) static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../tests/bot-api-10.3.json")).expect("facts")
});

#[derive(Deserialize)]
pub(super) struct Facts {
    pub(super) methods: BTreeMap<String, Method>,
    /// An object's fields, or the text of a union; nothing for an object without fields.
    types: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
pub(super) struct Method {
    pub(super) answer: String,
    params: BTreeMap<String, String>,
}

impl Method {
    /// Whether it takes the parameter of that name.
    pub(super) fn takes(&self, name: &str) -> bool {
        self.params().any(|(known, ..)| known == name)
    }

    /// The name of each parameter, whether it is required, and its type.
    pub(super) fn params(&self) -> impl Iterator<Item = (&str, bool, &str)> {
        self.params.iter().map(|(name, kind)| required(name, kind))
    }
}

impl Facts {
    /// The types that are objects, with the name of each field, whether it is required, and its type.
    pub(super) fn objects(&self) -> impl Iterator<Item = (&str, Vec<(&str, bool, &str)>)> {
        self.types.iter().filter_map(|(name, fields)| {
            let fields = fields.as_object()?.iter();
            let fields = fields.map(|(name, kind)| required(name, kind.as_str().expect("a type")));
            Some((name.as_str(), fields.collect()))
        })
    }

    /// The fields of an object.
    pub(super) fn fields(&self, object: &str) -> impl Iterator<Item = &str> {
        let fields = self.objects().find(|(name, _)| *name == object);
        let fields = fields.map(|(_, fields)| fields).unwrap_or_default();
        fields.into_iter().map(|(name, ..)| name)
    }

    /// The type of an object's field.
    pub(super) fn field(&self, object: &str, field: &str) -> Option<&str> {
        let (_, fields) = self.objects().find(|(name, _)| *name == object)?;
        fields
            .into_iter()
            .find(|(name, ..)| *name == field)
            .map(|(.., kind)| kind)
    }

    /// Whether `shape` cannot hold what a type of the facts is.
    pub(super) fn disagrees(&self, kind: &str, shape: &Shape) -> bool {
        if let Some(element) = kind.strip_suffix("[]") {
            return !matches!(shape, Shape::List(of) if !self.disagrees(element, of));
        }
        match shape {
            // It looks at what it gets, as unions must.
            Shape::Any => false,
            Shape::Bool => !["boolean", "true", "false"].contains(&kind),
            Shape::Number => kind != "number" && !self.is_choice(kind),
            Shape::Text | Shape::Choice(_) => !kind.split(" | ").all(|one| self.is_text(one)),
            Shape::Object(name, _) => *name != kind,
            Shape::List(_) => true,
        }
    }

    fn is_text(&self, kind: &str) -> bool {
        // A file goes as a text, too: by its id, its URL, or the name of the part that holds it.
        kind.starts_with('"') || ["string", "InputFile"].contains(&kind) || self.is_choice(kind)
    }

    /// Whether a type is one of some texts or numbers: those of parameters have a name only.
    fn is_choice(&self, name: &str) -> bool {
        match self.types.get(name) {
            Some(Value::String(union)) => union.starts_with('"'),
            Some(_) => false,
            None => name.starts_with(char::is_uppercase),
        }
    }
}

fn required<'a>(name: &'a str, kind: &'a str) -> (&'a str, bool, &'a str) {
    match name.strip_suffix('!') {
        Some(name) => (name, true, kind),
        None => (name, false, kind),
    }
}

/// What differs between the fields of the facts and those of a struct, each as `field: difference`.
pub(super) fn differences<'a>(
    documented: impl Iterator<Item = (&'a str, bool, &'a str)>,
    ours: &BTreeMap<&'static str, Field>,
) -> Vec<String> {
    let documented: BTreeMap<_, _> = documented
        .map(|(name, is_required, kind)| (name, (is_required, kind)))
        .collect();
    let mut differences = Vec::new();
    for (name, (is_required, kind)) in &documented {
        match ours.get(name) {
            None => differences.push(format!("{name}: missing")),
            Some(field) if field.is_required != *is_required => {
                let word = if field.is_required {
                    "required"
                } else {
                    "optional"
                };
                differences.push(format!("{name}: {word} here"));
            }
            Some(field) if FACTS.disagrees(kind, &field.shape) => {
                differences.push(format!("{name}: {:?} for {kind}", field.shape));
            }
            Some(_) => {}
        }
    }
    for name in ours.keys().filter(|name| !documented.contains_key(*name)) {
        differences.push(format!("{name}: unknown to Telegram"));
    }
    differences
}
