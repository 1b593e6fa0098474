//! The files that a bot was built with, and those that override them when it starts.

use std::{path::Path, sync::Arc};

use ostankino_texts::{Checked, File, Missing, Problem, check, check_override, list, own, read};

use super::{Catalogue, Handle};

/// What a bot was built with: what [`texts!`](crate::texts!) has in it.
#[derive(Clone, Copy, Debug)]
pub struct Embedded {
    /// The languages, the one that has all first.
    pub tags: &'static [&'static str],
    /// The files: language, path, text.
    pub files: &'static [(&'static str, &'static str, &'static str)],
}

impl Embedded {
    /// As it was built.
    #[must_use]
    pub fn load(&self) -> Handle {
        self.with(&[], Vec::new())
    }

    /// With what the files of a folder override; as it was built if one of them is wrong.
    #[must_use]
    pub fn load_from(&self, folder: &Path) -> Handle {
        match self.overriding(folder) {
            Ok(files) => self.with(&files, Vec::new()),
            Err(problems) => {
                let refused = problems.iter().map(ToString::to_string).collect();
                self.with(&[], refused)
            }
        }
    }

    fn with(&self, overriding: &[File], refused: Vec<String>) -> Handle {
        let tags: Vec<String> = self.tags.iter().map(|tag| (*tag).to_owned()).collect();
        let files: Vec<File> = self.files().chain(overriding.iter().cloned()).collect();
        let (of_library, of_bot): (Vec<_>, Vec<_>) = files.into_iter().partition(File::is_own);
        let own: Vec<File> = own_in(&tags).into_iter().chain(of_library).collect();
        let mut catalogue = Catalogue::new(&tags, &of_bot);
        catalogue.own = Some(Arc::new(Catalogue::new(&tags, &own)));
        catalogue.refused = refused;
        Handle::new(Arc::new(catalogue))
    }

    fn files(&self) -> impl Iterator<Item = File> {
        let files = self.files.iter();
        files.map(|(language, path, text)| File {
            language: (*language).to_owned(),
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        })
    }

    /// The files of the folder, if all of them keep to what the bot was built with.
    fn overriding(&self, folder: &Path) -> Result<Vec<File>, Vec<Problem>> {
        let listed = list(folder).map_err(|problem| vec![problem])?;
        let files = listed.iter().map(|(language, path)| read(language, path));
        let files: Vec<File> = files
            .collect::<Result<_, _>>()
            .map_err(|problem| vec![problem])?;
        let unknown = files
            .iter()
            .find(|file| !self.tags.contains(&file.language.as_str()));
        if let Some(file) = unknown {
            let tags = self.tags.join(", ");
            return Err(vec![Problem {
                path: file.path.clone(),
                line: None,
                language: file.language.clone(),
                message: None,
                what: format!("the bot was built without that language: it has {tags}"),
            }]);
        }
        let built: Vec<File> = self.files().collect();
        let mut problems = Vec::new();
        for is_own in [false, true] {
            let of = |files: &[File]| -> Vec<File> {
                files
                    .iter()
                    .filter(|file| file.is_own() == is_own)
                    .cloned()
                    .collect()
            };
            let tags: Vec<String> = self.tags.iter().map(|tag| (*tag).to_owned()).collect();
            let before = if is_own { own_in(&tags) } else { Vec::new() };
            let there: Vec<File> = before.into_iter().chain(of(&built)).collect();
            let Checked { contract, .. } = match is_own {
                true => check(&own(), "ru", Missing::Deny),
                false => check(&there, self.tags[0], Missing::Warn),
            };
            let found = check_override(&contract, &there, &of(&files), |_| None);
            problems.extend(found.problems);
        }
        match problems.is_empty() {
            true => Ok(files),
            false => Err(problems),
        }
    }
}

/// The library's own texts for those languages: in English for those that it does not speak.
pub(super) fn own_in(tags: &[String]) -> Vec<File> {
    let own = own();
    let speaks = |language: &str| own.iter().any(|file| file.language == language);
    let files = tags.iter().flat_map(|tag| {
        let primary = tag.split('-').next().unwrap_or(tag);
        let spoken = [tag.as_str(), primary].into_iter().find(|tag| speaks(tag));
        let spoken = spoken.unwrap_or("en");
        let files = own.iter().filter(move |file| file.language == spoken);
        files.map(|file| File {
            language: tag.clone(),
            ..file.clone()
        })
    });
    files.collect()
}
