//! What `html!` is called with, and which argument a place in its literal means.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident};
use syn::{
    Error, Expr, Ident, LitStr, Result, Token, bracketed,
    parse::{Parse, ParseStream},
};

use super::template::Name;

/// `[path of the library] "literal", value, …, name = value, …`
pub(crate) struct Input {
    pub(super) library: TokenStream,
    pub(super) template: LitStr,
    given: Vec<(Option<Ident>, Expr)>,
}

impl Input {
    /// Whether there are no arguments.
    pub(super) fn is_bare(&self) -> bool {
        self.given.is_empty()
    }
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let library;
        bracketed!(library in input);
        let library = library.parse()?;
        let no_literal = |error: Error| {
            let problem = "the text comes first, as a literal: html!(\"<b>{name}</b>\")";
            Error::new(error.span(), problem)
        };
        let template: LitStr = input.parse().map_err(no_literal)?;
        let mut given = Vec::new();
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let is_named = input.peek(Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]);
            let mut name = None;
            if is_named {
                name = Some(input.parse()?);
                input.parse::<Token![=]>()?;
            }
            given.push((name, input.parse()?));
        }
        Ok(Self {
            library,
            template,
            given,
        })
    }
}

/// The values that are written, each computed once.
pub(super) struct Arguments<'a> {
    literal: Span,
    values: Vec<Value<'a>>,
    next: usize,
}

struct Value<'a> {
    name: Option<String>,
    value: TokenStream,
    /// The argument it was given as, if it was.
    given: Option<&'a Expr>,
    is_used: bool,
}

impl<'a> Arguments<'a> {
    pub(super) fn new(input: &'a Input) -> Self {
        let given = input.given.iter().map(|(name, value)| Value {
            name: name.as_ref().map(Ident::to_string),
            value: value.to_token_stream(),
            given: Some(value),
            is_used: false,
        });
        Self {
            literal: input.template.span(),
            values: given.collect(),
            next: 0,
        }
    }

    /// The variable of the value that is meant, and where it stands in the program.
    pub(super) fn find(&mut self, name: &Name) -> Result<(Ident, Span)> {
        let index = match name {
            Name::Next => {
                self.next += 1;
                self.numbered(self.next - 1)?
            }
            Name::Number(number) => self.numbered(*number)?,
            Name::Named(name) => {
                let is_it = |value: &Value<'_>| value.name.as_deref() == Some(name);
                match self.values.iter().position(is_it) {
                    Some(index) => index,
                    None => self.capture(name)?,
                }
            }
        };
        let value = &mut self.values[index];
        value.is_used = true;
        let span = value
            .given
            .map_or(self.literal, syn::spanned::Spanned::span);
        Ok((variable(index, span), span))
    }

    fn numbered(&self, number: usize) -> Result<usize> {
        let is_there = self.values.get(number).is_some_and(|it| it.given.is_some());
        is_there.then_some(number).ok_or_else(|| {
            let problem = format!("there is no argument number {number}: give it behind the text");
            Error::new(self.literal, problem)
        })
    }

    /// A variable of the function around.
    fn capture(&mut self, name: &str) -> Result<usize> {
        let ident: Ident = match name {
            "self" => Ident::new("self", self.literal),
            name => syn::parse_str(name).map_err(|_| {
                let problem = format!(
                    "`{{{name}}}` is not the name of a variable: give the value a name, \
                     html!(\"… {{value}} …\", value = …)"
                );
                Error::new(self.literal, problem)
            })?,
        };
        let value = Ident::new(&ident.to_string(), self.literal);
        self.values.push(Value {
            name: Some(name.to_owned()),
            value: value.into_token_stream(),
            given: None,
            is_used: true,
        });
        Ok(self.values.len() - 1)
    }

    /// An argument without a place in the text is a mistake.
    pub(super) fn all_used(&self) -> Result<()> {
        match self.values.iter().find(|value| !value.is_used) {
            None => Ok(()),
            Some(unused) => {
                let problem = match &unused.name {
                    Some(name) => format!("this is written nowhere: put {{{name}}} into the text"),
                    None => "this is written nowhere: put {} into the text".into(),
                };
                Err(Error::new_spanned(unused.given, problem))
            }
        }
    }

    /// The values, and the variables for them.
    pub(super) fn values(&self) -> (Vec<&TokenStream>, Vec<Ident>) {
        let values = self.values.iter().map(|value| &value.value).collect();
        let names = (0..self.values.len()).map(|index| variable(index, Span::call_site()));
        (values, names.collect())
    }
}

/// No name of the user's can be meant by it.
fn variable(index: usize, span: Span) -> Ident {
    format_ident!("value{index}", span = Span::mixed_site().located_at(span))
}
