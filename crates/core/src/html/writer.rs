//! What `html!` expands to: a text that is written piece by piece, each argument as its type asks
//! for.

use std::{
    fmt::{self, Write},
    rc::Rc,
    sync::Arc,
};

use super::{Html, escape_into};

/// A text under way.
#[derive(Debug)]
pub struct Writer(String);

impl Writer {
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self(String::with_capacity(capacity))
    }

    /// A piece of the literal.
    pub fn markup(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    #[must_use]
    pub fn finish(self) -> Html {
        Html::raw(self.0)
    }

    fn raw(&mut self, text: fmt::Arguments<'_>) {
        self.0.write_fmt(text).expect(NEVER_FAILS);
    }

    fn escaped(&mut self, text: fmt::Arguments<'_>) {
        Escaper(&mut self.0).write_fmt(text).expect(NEVER_FAILS);
    }

    fn quoted(&mut self, text: fmt::Arguments<'_>) {
        Quoter(&mut self.0).write_fmt(text).expect(NEVER_FAILS);
    }
}

/// As of `format!`.
const NEVER_FAILS: &str = "a formatting trait returned an error, though a String takes everything";

/// Escapes what is written through it.
struct Escaper<'a>(&'a mut String);

impl Write for Escaper<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escape_into(text, self.0);
        Ok(())
    }
}

/// Escapes apostrophes as well: the quotes may be those.
struct Quoter<'a>(&'a mut String);

impl Write for Quoter<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut parts = text.split('\'');
        escape_into(parts.next().unwrap_or_default(), self.0);
        for part in parts {
            self.0.push_str("&#39;");
            escape_into(part, self.0);
        }
        Ok(())
    }
}

/// An argument. How it is written is chosen by method resolution: [`Marked`] is looked for first,
/// since it takes one reference more.
#[derive(Debug)]
pub struct Arg<'a, T: ?Sized>(pub &'a T);

/// Whatever can be formatted: it is escaped.
pub trait Escaped {
    /// Between tags.
    fn text(&self, out: &mut Writer, formatted: fmt::Arguments<'_>);
    /// Inside of quotes.
    fn attribute(&self, out: &mut Writer, formatted: fmt::Arguments<'_>);
}

impl<T: ?Sized> Escaped for Arg<'_, T> {
    fn text(&self, out: &mut Writer, formatted: fmt::Arguments<'_>) {
        out.escaped(formatted);
    }

    fn attribute(&self, out: &mut Writer, formatted: fmt::Arguments<'_>) {
        out.quoted(formatted);
    }
}

/// Markup: it is written as it is.
pub trait Marked {
    /// Between tags.
    fn text(&self, out: &mut Writer, formatted: fmt::Arguments<'_>);
    /// Inside of quotes, where no tag can be: what is shown of it.
    fn attribute(&self, out: &mut Writer, formatted: fmt::Arguments<'_>);
}

impl<T: Markup + ?Sized> Marked for &Arg<'_, T> {
    fn text(&self, out: &mut Writer, formatted: fmt::Arguments<'_>) {
        out.raw(formatted);
    }

    fn attribute(&self, out: &mut Writer, _: fmt::Arguments<'_>) {
        out.quoted(format_args!("{}", self.0.html().plain()));
    }
}

/// [`Html`], and pointers to it.
pub trait Markup {
    fn html(&self) -> &Html;
}

impl Markup for Html {
    fn html(&self) -> &Html {
        self
    }
}

macro_rules! pointers {
    ($($Pointer:ty),*) => {
        $(impl<T: Markup + ?Sized> Markup for $Pointer {
            fn html(&self) -> &Html {
                (**self).html()
            }
        })*
    };
}

pointers!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);
