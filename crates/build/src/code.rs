//! The methods of the messages.

use std::fmt::Write as _;

use ostankino_texts::{Argument, Contract, Kind, Signature, Sort, method};

/// A method for each message.
pub(crate) fn methods(contract: &Contract) -> String {
    let mut code = String::new();
    for (key, signature) in contract {
        let Signature {
            kind,
            arguments,
            words,
            ..
        } = signature;
        let name = method(&key.to_string());
        code.push_str("    /// ```ftl\n");
        for line in words.lines() {
            let _ = writeln!(code, "    /// {}", line.trim_end());
        }
        code.push_str("    /// ```\n    #[must_use]\n");
        let (mut taken, mut given) = (String::new(), String::new());
        for Argument { name, sort } in arguments {
            let rust = method(name);
            let (bound, how) = match (sort, kind.is_html()) {
                (Sort::Number, _) => (
                    "::core::convert::Into<::ostankino::texts::Number>",
                    "number",
                ),
                (Sort::Text, _) => ("::ostankino::texts::Inserted", "inserted"),
                (Sort::Plain, true) => ("::ostankino::texts::Shown", "escaped"),
                (Sort::Plain, false) => ("::ostankino::texts::Shown", "shown"),
            };
            let _ = write!(taken, ", {rust}: impl {bound}");
            let _ = write!(given, ".{how}({name:?}, {rust})");
        }
        let ask = match &key.attribute {
            Some(attribute) => format!("ask_attribute({:?}, {attribute:?})", key.message),
            None => format!("ask({:?})", key.message),
        };
        let (of, end) = match kind {
            Kind::Html => ("::ostankino::Html", "html"),
            Kind::Toast => ("::ostankino::html::Plain", "toast"),
            _ => ("::ostankino::html::Plain", "plain"),
        };
        let _ = writeln!(
            code,
            "    pub fn {name}(&self{taken}) -> {of} {{\n        self.0.{ask}{given}.{end}()\n    }}\n"
        );
    }
    code
}
