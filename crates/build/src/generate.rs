//! From a folder of files to the code of a bot's texts.

use std::{fmt::Write as _, path::Path};

use ostankino_texts::{
    Checked, Contract, File, Kind, Missing, Problem, check, check_override, list, own, read,
    variant,
};

use crate::{Whose, code::methods};

/// What is written.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The file `texts.rs`.
    pub code: String,
    /// What is said in another language until it is translated.
    pub warnings: Vec<Problem>,
}

pub(crate) fn bot(
    folder: &Path,
    complete: &str,
    missing: Missing,
    whose: Whose,
) -> Result<Generated, Vec<Problem>> {
    let listed = list(folder).map_err(|problem| vec![problem])?;
    let files = listed.iter().map(|(language, path)| read(language, path));
    let files: Vec<File> = files
        .collect::<Result<_, _>>()
        .map_err(|problem| vec![problem])?;
    let (of_library, of_bot): (Vec<File>, Vec<File>) =
        files.iter().cloned().partition(File::is_own);
    let mut checked = check(&of_bot, complete, missing);
    is_named(&mut checked, &of_bot, complete);
    check_own(&mut checked, &of_library, missing);
    match checked.problems.is_empty() {
        true => Ok(Generated {
            code: code(&checked, &files, whose),
            warnings: checked.warnings,
        }),
        false => Err(checked.problems),
    }
}

/// Whether each language says what it is called.
fn is_named(checked: &mut Checked, files: &[File], complete: &str) {
    let named = |contract: &Contract| {
        let mut found = contract
            .iter()
            .filter(|(key, _)| key.to_string() == "language-name");
        found
            .next()
            .map(|(key, signature)| (key.clone(), signature.clone()))
    };
    match named(&checked.contract) {
        Some((key, signature))
            if signature.kind == Kind::Plain && !signature.arguments.is_empty() =>
        {
            checked.problems.push(Problem {
                path: signature.path,
                line: Some(signature.line),
                language: complete.to_owned(),
                message: Some(key.to_string()),
                what: "a language is called the same whoever asks: remove the arguments".into(),
            });
        }
        None if checked.problems.is_empty() => {
            let file = files.iter().find(|file| file.language == complete);
            checked.problems.push(Problem {
                path: file.map_or_else(|| complete.to_owned(), |file| file.path.clone()),
                line: None,
                language: complete.to_owned(),
                message: Some("language-name".into()),
                what: "it is missing: each language says what it is called, such as `language-name = English`".into(),
            });
        }
        _ => {}
    }
}

/// Whether what overrides the library's own texts is right, and whether they are there in each language.
fn check_own(checked: &mut Checked, files: &[File], missing: Missing) {
    let there = own();
    let speaks = |tag: &str| there.iter().any(|file| file.language == tag);
    let Checked { contract, .. } = check(&there, "ru", Missing::Deny);
    let all = |tag: &str| (!speaks(tag)).then_some(missing);
    let found = check_override(&contract, &there, files, all);
    checked.problems.extend(found.problems);
    checked.warnings.extend(found.warnings);
    let names: Vec<String> = contract.keys().map(|key| format!("`{key}`")).collect();
    for tag in &checked.languages {
        if speaks(tag) || files.iter().any(|file| file.language == *tag) {
            continue;
        }
        let problem = Problem {
            path: format!("{tag}/ostankino.ftl"),
            line: None,
            language: tag.clone(),
            message: None,
            what: format!(
                "the library's own texts are not there in `{tag}`, and would be said in English: add this file, with {}",
                names.join(", ")
            ),
        };
        match missing {
            Missing::Deny => checked.problems.push(problem),
            Missing::Warn => checked.warnings.push(problem),
        }
    }
}

fn code(checked: &Checked, files: &[File], whose: Whose) -> String {
    let Checked {
        languages,
        contract,
        ..
    } = checked;
    let mut variants = String::new();
    let (mut all, mut tags) = (String::new(), String::new());
    for tag in languages {
        let variant = variant(tag);
        let _ = writeln!(variants, "    /// `{tag}`\n    {variant},");
        let _ = write!(all, "Self::{variant}, ");
        let _ = write!(tags, "{tag:?}, ");
    }
    let mut embedded = String::new();
    for File {
        language,
        path,
        text,
    } in files
    {
        let _ = writeln!(embedded, "        ({language:?}, {path:?}, {text:?}),");
    }
    let (asked, needs) = match whose {
        Whose::Bot => (
            "::ostankino::texts::Handle::asked(request).await",
            "needs.texts::<Self>();",
        ),
        Whose::Library => ("BUILT.beside(request).await", "let _ = needs;"),
    };
    include_str!("texts.rs.in")
        .replace("/*asked*/", asked)
        .replace("/*needs*/", needs)
        .replace("/*variants*/", variants.trim())
        .replace("/*all*/", all.trim_end_matches(", "))
        .replace("/*tags*/", tags.trim_end_matches(", "))
        .replace("/*files*/", embedded.trim())
        .replace("/*methods*/", methods(contract).trim())
}
