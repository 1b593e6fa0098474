//! A pattern with everything that it refers to put in: words, arguments, and choices between variants.

use std::collections::BTreeMap;

use fluent_syntax::{ast, unicode::unescape_unicode_to_string};

use crate::{
    File,
    entries::{Entries, Entry},
    language::Tag,
};

/// A part of a text.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Text(String),
    Argument(String),
    /// One of them; the default stands first.
    Select(Vec<Variant>),
}

/// What a choice may come to.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) key: String,
    pub(crate) line: usize,
    pub(crate) nodes: Vec<Node>,
}

/// As what an argument is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Use {
    /// Variants are chosen by its plural category, or `NUMBER()` formats it.
    pub(crate) is_number: bool,
    /// Variants are chosen by its words.
    pub(crate) is_choice: bool,
}

/// Reads patterns of one language.
#[derive(Debug)]
pub(crate) struct Reader<'a, 'f> {
    pub(crate) entries: &'a Entries<'f>,
    pub(crate) tag: &'a Tag,
    pub(crate) uses: BTreeMap<String, Use>,
    /// Line, what is wrong; in the file of the message.
    pub(crate) problems: Vec<(usize, String)>,
    /// The messages and terms that are being read: whoever is met again refers to itself.
    path: Vec<String>,
}

/// What a term was called with; of a message its arguments are everybody's.
pub(crate) type Locals<'l> = Option<&'l BTreeMap<String, String>>;

/// What is being read: where from, and for whom.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'l, 'f> {
    /// Where the words stand.
    file: &'f File,
    /// The line in the message, for what stands elsewhere.
    line: Option<usize>,
    pub(crate) locals: Locals<'l>,
}

impl Scope<'_, '_> {
    fn line_of(&self, part: &str) -> usize {
        self.line.unwrap_or_else(|| self.file.line_of(part))
    }
}

impl<'a, 'f> Reader<'a, 'f> {
    pub(crate) fn new(entries: &'a Entries<'f>, tag: &'a Tag) -> Self {
        Self {
            entries,
            tag,
            uses: BTreeMap::new(),
            problems: Vec::new(),
            path: Vec::new(),
        }
    }

    /// Reads a text of that message.
    pub(crate) fn read(&mut self, entry: &Entry<'f>, pattern: &ast::Pattern<&'f str>) -> Vec<Node> {
        self.path = vec![entry.name.to_owned()];
        let scope = Scope {
            file: entry.file,
            line: None,
            locals: None,
        };
        self.pattern(pattern, scope)
    }

    fn pattern(&mut self, pattern: &ast::Pattern<&'f str>, scope: Scope<'_, 'f>) -> Vec<Node> {
        let mut nodes = Vec::new();
        for element in &pattern.elements {
            match element {
                ast::PatternElement::TextElement { value } => {
                    nodes.push(Node::Text((*value).to_owned()));
                }
                ast::PatternElement::Placeable { expression } => {
                    nodes.extend(self.expression(expression, scope));
                }
            }
        }
        nodes
    }

    fn expression(
        &mut self,
        expression: &ast::Expression<&'f str>,
        scope: Scope<'_, 'f>,
    ) -> Vec<Node> {
        match expression {
            ast::Expression::Inline(inline) => self.inline(inline, scope),
            ast::Expression::Select { selector, variants } => {
                let line = variants.first().map_or(1, |it| scope.line_of(key(&it.key)));
                self.selector(selector, variants, line, scope);
                let mut read: Vec<(bool, Variant)> = variants
                    .iter()
                    .map(|variant| {
                        let key = key(&variant.key);
                        let nodes = self.pattern(&variant.value, scope);
                        let variant = Variant {
                            key: key.to_owned(),
                            line: scope.line_of(key),
                            nodes,
                        };
                        (variant.default(variants), variant)
                    })
                    .collect();
                read.sort_by_key(|(is_default, _)| !is_default);
                vec![Node::Select(
                    read.into_iter().map(|(_, variant)| variant).collect(),
                )]
            }
        }
    }

    pub(crate) fn inline(
        &mut self,
        inline: &ast::InlineExpression<&'f str>,
        scope: Scope<'_, 'f>,
    ) -> Vec<Node> {
        match inline {
            ast::InlineExpression::StringLiteral { value } => {
                vec![Node::Text(unescape_unicode_to_string(value).into_owned())]
            }
            ast::InlineExpression::NumberLiteral { value } => vec![Node::Text((*value).to_owned())],
            ast::InlineExpression::VariableReference { id } => self.variable(id.name, scope),
            ast::InlineExpression::FunctionReference { id, arguments } => {
                self.function(id.name, arguments, scope)
            }
            ast::InlineExpression::MessageReference { id, attribute } => {
                let entry = self.entries.messages.get(id.name);
                self.reference(entry, id.name, attribute.as_ref(), scope, None)
            }
            ast::InlineExpression::TermReference {
                id,
                attribute,
                arguments,
            } => {
                let locals = arguments.as_ref().map(|it| self.locals(it, scope));
                let (entry, name) = (self.entries.terms.get(id.name), format!("-{}", id.name));
                let locals = locals.unwrap_or_default();
                self.reference(entry, &name, attribute.as_ref(), scope, Some(&locals))
            }
            ast::InlineExpression::Placeable { expression } => self.expression(expression, scope),
        }
    }

    fn variable(&mut self, name: &str, scope: Scope<'_, 'f>) -> Vec<Node> {
        let Some(locals) = scope.locals else {
            self.uses.entry(name.to_owned()).or_default();
            return vec![Node::Argument(name.to_owned())];
        };
        match locals.get(name) {
            Some(value) => vec![Node::Text(value.clone())],
            None => {
                let line = scope.line_of(name);
                self.wrong(
                    line,
                    format!(
                        "a term knows what it is called with, and this one is called without `${name}`: \
                         write `{{ -term({name}: \"…\") }}`, or make it a message"
                    ),
                );
                Vec::new()
            }
        }
    }

    pub(crate) fn function(
        &mut self,
        name: &str,
        arguments: &ast::CallArguments<&'f str>,
        scope: Scope<'_, 'f>,
    ) -> Vec<Node> {
        let line = scope.line_of(name);
        if name != "NUMBER" {
            self.wrong(line, format!("there is no function `{name}`: there is `NUMBER`; other values are formatted before they are given"));
            return Vec::new();
        }
        for option in &arguments.named {
            let option = option.name.name;
            if !["minimumFractionDigits", "type"].contains(&option) {
                self.wrong(
                    line,
                    format!("`{option}` of `NUMBER` does nothing: there are `minimumFractionDigits` and `type`"),
                );
            }
        }
        match arguments.positional.as_slice() {
            [ast::InlineExpression::VariableReference { id }] if scope.locals.is_none() => {
                let used = self.uses.entry(id.name.to_owned()).or_default();
                used.is_number = true;
                vec![Node::Argument(id.name.to_owned())]
            }
            _ => {
                self.wrong(
                    line,
                    "`NUMBER` takes one argument: `{ NUMBER($count) }`".into(),
                );
                Vec::new()
            }
        }
    }

    /// What stands in another message or term.
    fn reference(
        &mut self,
        entry: Option<&Entry<'f>>,
        name: &str,
        attribute: Option<&ast::Identifier<&'f str>>,
        scope: Scope<'_, 'f>,
        locals: Locals<'_>,
    ) -> Vec<Node> {
        let line = attribute.map(|it| scope.line_of(it.name));
        let line = line
            .or(scope.line)
            .unwrap_or_else(|| self.line_of_reference(name, scope));
        let full = attribute.map_or_else(|| name.to_owned(), |it| format!("{name}.{}", it.name));
        let pattern = entry.and_then(|entry| match attribute {
            Some(attribute) => entry.attribute(attribute.name),
            None => entry.value.as_ref(),
        });
        let (Some(entry), Some(pattern)) = (entry, pattern) else {
            let language = self.tag.as_str();
            self.wrong(
                line,
                format!("it refers to `{full}`, which is not there: add it to `{language}`"),
            );
            return Vec::new();
        };
        if self.path.contains(&full) {
            self.wrong(line, format!("it refers to itself by `{full}`"));
            return Vec::new();
        }
        self.path.push(full);
        let inner = Scope {
            file: entry.file,
            line: Some(line),
            locals,
        };
        let nodes = self.pattern(&pattern.clone(), inner);
        self.path.pop();
        nodes
    }

    /// The identifier is a part of the file only without the dash of terms.
    fn line_of_reference(&self, name: &str, scope: Scope<'_, 'f>) -> usize {
        let of = self.path.first().map_or("", String::as_str);
        let entry = self
            .entries
            .messages
            .get(of.split('.').next().unwrap_or(of));
        let begin = entry.map_or(1, Entry::line);
        let lines = scope.file.text.lines().enumerate().skip(begin - 1);
        let found = lines
            .map(|(index, line)| (index + 1, line))
            .find(|(_, line)| line.contains(name));
        found.map_or(begin, |(line, _)| line)
    }

    /// What a term is called with.
    fn locals(
        &mut self,
        arguments: &ast::CallArguments<&'f str>,
        scope: Scope<'_, 'f>,
    ) -> BTreeMap<String, String> {
        let mut locals = BTreeMap::new();
        for argument in &arguments.named {
            let name = argument.name.name;
            let value = match &argument.value {
                ast::InlineExpression::StringLiteral { value } => {
                    unescape_unicode_to_string(value).into_owned()
                }
                ast::InlineExpression::NumberLiteral { value } => (*value).to_owned(),
                _ => {
                    let line = scope.line_of(name);
                    self.wrong(line, format!("`{name}` of a term is a string or a number"));
                    continue;
                }
            };
            locals.insert(name.to_owned(), value);
        }
        locals
    }

    pub(crate) fn wrong(&mut self, line: usize, what: String) {
        self.problems.push((line, what));
    }
}

pub(crate) fn key<'f>(key: &ast::VariantKey<&'f str>) -> &'f str {
    match key {
        ast::VariantKey::Identifier { name } => name,
        ast::VariantKey::NumberLiteral { value } => value,
    }
}

impl Variant {
    /// Whether it is the default one of those it was read of.
    fn default(&self, variants: &[ast::Variant<&str>]) -> bool {
        variants
            .iter()
            .any(|it| it.default && key(&it.key) == self.key)
    }
}
