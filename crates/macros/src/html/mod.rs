//! `html!`: the literal is taken apart into text and arguments, its HTML is checked, and what is
//! left to do when the program runs is written down.

mod arguments;
mod check;
mod spec;
mod template;

use ostankino_markup::Place;
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Error, Result};

pub(crate) use self::arguments::Input;
use self::{
    arguments::Arguments,
    template::{Part, Template},
};

pub(crate) fn expand(input: &Input) -> Result<TokenStream> {
    let at_literal = |problem: String| Error::new(input.template.span(), problem);
    let template = Template::parse(&input.template.value()).map_err(at_literal)?;
    let places = check::check(&template.parts).map_err(at_literal)?;
    let library = &input.library;
    if let [] | [Part::Text(_)] = template.parts.as_slice()
        && input.is_bare()
    {
        let text = template.text();
        return Ok(quote!(#library::html::Html::markup(#text)));
    }

    let mut arguments = Arguments::new(input);
    let mut places = places.into_iter();
    let mut steps = Vec::new();
    for part in &template.parts {
        steps.push(match part {
            Part::Text(text) => quote!(html.markup(#text);),
            Part::Argument(argument) => {
                let place = places.next().expect("each argument has its place");
                write(input, &mut arguments, argument, place)?
            }
        });
    }
    arguments.all_used()?;
    let (values, names) = arguments.values();
    let capacity = template.text().len() + 16 * values.len();
    Ok(quote! {
        match (#(&(#values),)*) {
            (#(#names,)*) => {
                let mut html = #library::__private::Writer::new(#capacity);
                #(#steps)*
                html.finish()
            }
        }
    })
}

/// The statement that writes one argument.
fn write(
    input: &Input,
    arguments: &mut Arguments<'_>,
    argument: &template::Argument,
    place: Place,
) -> Result<TokenStream> {
    let library = &input.library;
    let (value, span) = arguments.find(&argument.name)?;
    let mut widths = Vec::new();
    for name in &argument.spec.names {
        let (value, _) = arguments.find(&template::Name::Named(name.clone()))?;
        let name = format_ident!("{name}");
        widths.push(quote!(#name = *#value));
    }
    let format = format!("{{0{}}}", argument.spec.written);
    // Errors of the formatting point at the argument.
    let span = span.resolved_at(Span::mixed_site());
    let formatted = quote_spanned!(span=> ::core::format_args!(#format, #value #(, #widths)*));
    let method = match place {
        Place::Text => format_ident!("text"),
        Place::Attribute => format_ident!("attribute"),
    };
    Ok(if argument.spec.is_display {
        quote! {{
            use #library::__private::{Escaped as _, Marked as _};
            (&&#library::__private::Arg(#value)).#method(&mut html, #formatted);
        }}
    } else {
        // A debug text is none of markup.
        quote! {
            #library::__private::Escaped::#method(&#library::__private::Arg(#value), &mut html, #formatted);
        }
    })
}
