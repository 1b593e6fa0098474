//! By what a text chooses between variants, and whether there are all that there must be.

use fluent_syntax::ast;

use crate::{
    language::CATEGORIES,
    nodes::{Reader, Scope, key},
};

impl<'f> Reader<'_, 'f> {
    /// By what the variants are chosen, and whether there are all that there must be.
    pub(crate) fn selector(
        &mut self,
        selector: &ast::InlineExpression<&'f str>,
        variants: &[ast::Variant<&'f str>],
        line: usize,
        scope: Scope<'_, 'f>,
    ) {
        let (name, is_ordinal, is_formatted) = match selector {
            ast::InlineExpression::VariableReference { id } => (id.name, false, false),
            ast::InlineExpression::FunctionReference { id, arguments } => {
                let _ = self.function(id.name, arguments, scope);
                let name = match arguments.positional.as_slice() {
                    [ast::InlineExpression::VariableReference { id }] => id.name,
                    _ => return,
                };
                let is_ordinal = arguments.named.iter().any(|it| {
                    matches!(
                        &it.value,
                        ast::InlineExpression::StringLiteral { value: "ordinal" }
                    )
                });
                (name, is_ordinal, true)
            }
            // Of a term; its attribute decides.
            _ => {
                let _ = self.inline(selector, scope);
                return;
            }
        };
        if scope.locals.is_some() {
            return;
        }
        let is_literal =
            |it: &&ast::Variant<&str>| matches!(it.key, ast::VariantKey::NumberLiteral { .. });
        let literals = variants.iter().filter(is_literal).count();
        let keys: Vec<&str> = variants
            .iter()
            .filter(|it| !is_literal(it))
            .map(|it| key(&it.key))
            .collect();
        let words: Vec<&&str> = keys
            .iter()
            .filter(|key| !CATEGORIES.contains(key))
            .collect();
        let used = self.uses.entry(name.to_owned()).or_default();
        if let Some(word) = words.first() {
            used.is_choice = true;
            if literals > 0
                || is_formatted
                || keys
                    .iter()
                    .any(|key| CATEGORIES.contains(key) && *key != "other")
            {
                let what = format!(
                    "`[{word}]` is no number: variants of `${name}` are chosen by numbers or by words"
                );
                self.wrong(line, what);
            }
            return;
        }
        used.is_number = true;
        let needed = self.tag.categories(is_ordinal);
        // `[0] none *[other] some` does not decline.
        if literals > 0 && keys == ["other"] {
            return;
        }
        let missing: Vec<&str> = needed
            .iter()
            .copied()
            .filter(|it| !keys.contains(it))
            .collect();
        let odd = keys
            .iter()
            .find(|key| !needed.contains(key) && **key != "other");
        if !missing.is_empty() {
            let what = format!(
                "the variants of `${name}` lack {}: numbers of `{}` have {}",
                listed(&missing),
                self.tag.as_str(),
                listed(&needed),
            );
            self.wrong(line, what);
        } else if let Some(odd) = odd {
            let what = format!(
                "the variant `[{odd}]` of `${name}` never comes: numbers of `{}` have {}",
                self.tag.as_str(),
                listed(&needed),
            );
            self.wrong(line, what);
        }
    }
}

fn listed(categories: &[&str]) -> String {
    let listed: Vec<_> = categories.iter().map(|it| format!("`[{it}]`")).collect();
    listed.join(", ")
}
