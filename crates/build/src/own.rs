//! The code of the library's own texts.

use ostankino_texts::{Missing, Problem, check, own};

use crate::{Generated, Source, Texts, Whose, code::methods};

/// What the library says by itself. Of no use to bots.
#[doc(hidden)]
pub fn own_texts() -> Texts {
    Texts {
        source: Source::Own,
        complete: "ru".into(),
        missing: Missing::Deny,
        whose: Whose::Library,
    }
}

pub(crate) fn generate() -> Result<Generated, Vec<Problem>> {
    let checked = check(&own(), "ru", Missing::Deny);
    if !checked.problems.is_empty() {
        return Err(checked.problems);
    }
    let code = include_str!("own.rs.in");
    Ok(Generated {
        code: code.replace("/*methods*/", methods(&checked.contract).trim()),
        warnings: checked.warnings,
    })
}
