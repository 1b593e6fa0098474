//! The literal of `html!`, taken apart at its arguments as that of `format!` is.

use super::spec::Spec;

/// The parts in their order; no two texts follow each other.
#[derive(Debug, PartialEq)]
pub(super) struct Template {
    pub(super) parts: Vec<Part>,
}

#[derive(Debug, PartialEq)]
pub(super) enum Part {
    Text(String),
    Argument(Argument),
}

#[derive(Debug, PartialEq)]
pub(super) struct Argument {
    pub(super) name: Name,
    pub(super) spec: Spec,
}

/// Which argument is meant.
#[derive(Debug, PartialEq)]
pub(super) enum Name {
    /// The next one without a name: `{}`.
    Next,
    Number(usize),
    Named(String),
}

impl Template {
    pub(super) fn parse(literal: &str) -> Result<Self, String> {
        let (mut parts, mut text) = (Vec::new(), String::new());
        let mut rest = literal;
        while let Some(at) = rest.find(['{', '}']) {
            text.push_str(&rest[..at]);
            let (brace, behind) = rest[at..].split_at(1);
            if let Some(behind) = behind.strip_prefix(brace) {
                text.push_str(brace);
                rest = behind;
                continue;
            }
            if brace == "}" {
                return Err("a lone `}`: write `}}` for a brace".into());
            }
            let end = behind.find('}');
            let end = end.ok_or("a lone `{`: write `{{` for a brace, or close it with `}`")?;
            if !text.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut text)));
            }
            parts.push(Part::Argument(Argument::parse(&behind[..end])?));
            rest = &behind[end + 1..];
        }
        text.push_str(rest);
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        Ok(Self { parts })
    }

    /// All of the text.
    pub(super) fn text(&self) -> String {
        let texts = self.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            Part::Argument(_) => None,
        });
        texts.collect()
    }
}

impl Argument {
    fn parse(argument: &str) -> Result<Self, String> {
        let (name, spec) = match argument.split_once(':') {
            Some((name, spec)) => (name, Spec::parse(spec)?),
            None => {
                let plain = Spec {
                    is_display: true,
                    ..Spec::default()
                };
                (argument, plain)
            }
        };
        let name = match name.trim() {
            "" => Name::Next,
            number if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                let parsed = number.parse();
                Name::Number(parsed.map_err(|_| format!("`{number}` is too great a number"))?)
            }
            name => Name::Named(name.to_owned()),
        };
        Ok(Self { name, spec })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_told_from_text_and_from_braces() {
        let template = Template::parse("a{{{name:>5}}}{}{1}б").expect("it is one");
        let [
            Part::Text(before),
            Part::Argument(name),
            Part::Text(brace),
            Part::Argument(next),
            Part::Argument(first),
            Part::Text(after),
        ] = template.parts.as_slice()
        else {
            panic!("{template:?}");
        };
        assert_eq!(
            (before.as_str(), brace.as_str(), after.as_str()),
            ("a{", "}", "б")
        );
        assert_eq!(name.name, Name::Named("name".into()));
        assert_eq!(name.spec.written, ":>5");
        assert_eq!((&next.name, &first.name), (&Name::Next, &Name::Number(1)));
    }

    #[test]
    fn lone_braces_are_refused() {
        for wrong in ["{", "}", "a}b", "{a", "{a:y}"] {
            assert!(Template::parse(wrong).is_err(), "{wrong}");
        }
    }
}
