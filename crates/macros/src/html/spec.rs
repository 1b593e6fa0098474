//! What stands behind the colon of an argument, `>5` of `{n:>5}`: handed on to `format_args!`, so only
//! as much of it is read as must be known here.

/// How an argument is formatted.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Spec {
    /// It as it stands, with its colon; empty if there is none.
    pub(super) written: String,
    /// The variables in it: `width` of `{n:>width$}`.
    pub(super) names: Vec<String>,
    /// Whether it is shown by `Display`, not by `Debug` or the like.
    pub(super) is_display: bool,
}

impl Spec {
    /// Reads `>width$.2?`.
    pub(super) fn parse(spec: &str) -> Result<Self, String> {
        let mut rest = spec;
        let mut characters = rest.chars();
        let (first, second) = (characters.next(), characters.next());
        let is_alignment = |c: Option<char>| matches!(c, Some('<' | '^' | '>'));
        if is_alignment(second) {
            rest = characters.as_str();
        } else if is_alignment(first) {
            rest = &rest[1..];
        }
        rest = rest.strip_prefix(['+', '-']).unwrap_or(rest);
        rest = rest.strip_prefix('#').unwrap_or(rest);
        let mut names = Vec::new();
        rest = count(rest, &mut names)?;
        if let Some(precision) = rest.strip_prefix('.') {
            if precision.starts_with('*') {
                return Err("`.*` is not for html!: name the precision, `{x:.digits$}`".into());
            }
            rest = count(precision, &mut names)?;
        }
        let types = ["", "?", "x?", "X?", "x", "X", "o", "b", "e", "E", "p"];
        if !types.contains(&rest.trim_end()) {
            return Err(format!(
                "`:{spec}` is no format: those of `format!` are `:>5`, `:.2`, `:?` and the like"
            ));
        }
        Ok(Self {
            written: format!(":{spec}"),
            names,
            is_display: rest.trim_end().is_empty(),
        })
    }
}

/// Passes over a number, or the name of one with its `$`.
fn count<'a>(text: &'a str, names: &mut Vec<String>) -> Result<&'a str, String> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    if let Some(rest) = text[end..].strip_prefix('$') {
        let name = &text[..end];
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(format!(
                "`{name}$` is not for html!: name the value, `{{x:>width$}}`"
            ));
        }
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
        return Ok(rest);
    }
    Ok(text.trim_start_matches(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_and_the_kind_are_read() {
        for (spec, names, is_display) in [
            (">5", &[] as &[&str], true),
            (".2", &[], true),
            ("+08.3", &[], true),
            ("*^width$.digits$", &["width", "digits"], true),
            (">w$.w$", &["w"], true),
            ("?", &[], false),
            ("#?", &[], false),
            ("#010x", &[], false),
            ("x?", &[], false),
            (">>4e", &[], false),
        ] {
            let read = Spec::parse(spec).expect(spec);
            assert_eq!(
                (read.names.as_slice(), read.is_display),
                (
                    &*names
                        .iter()
                        .map(|name| (*name).to_owned())
                        .collect::<Vec<_>>(),
                    is_display
                ),
                "{spec}"
            );
            assert_eq!(read.written, format!(":{spec}"));
        }
        for wrong in ["y", ".*", "1$", "5 5"] {
            assert!(Spec::parse(wrong).is_err(), "{wrong}");
        }
    }
}
