//! Secrets in files of their own, as Docker and Kubernetes mount them: `token_file` gives the path of
//! what would stand in `token`.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use config::{Map, Value, ValueKind};

use super::{
    keys::{Section, file_form},
    origin::Origin,
    problems::Problems,
};

/// The most bytes of a secret.
const LARGEST: u64 = 64 * 1024;

/// Takes the paths of secrets out of what one source gives of a section. One that names nothing counts
/// as not given: orchestrators set variables without a value.
pub(super) fn take(
    section: &Section,
    members: &mut Map<String, Value>,
    origin: impl Fn(&str) -> Origin,
    problems: &mut Problems,
) -> Vec<(&'static str, Origin)> {
    let mut taken = Vec::new();
    let keys: Vec<_> = members.keys().cloned().collect();
    for form in keys {
        let Some(secret) = section.secret_behind(&form) else {
            continue;
        };
        let path = members.remove(&form).map(|value| value.kind);
        let (name, named_in) = (section.name, origin(&form));
        let path = match path {
            Some(ValueKind::String(path)) if path.trim().is_empty() => continue,
            Some(ValueKind::String(path)) => PathBuf::from(path.trim()),
            _ => {
                problems.add(format!(
                    "{name}.{secret} cannot be read: {form} in {named_in} must be the path of a file"
                ));
                continue;
            }
        };
        match members.get(secret).map(|value| &value.kind) {
            Some(ValueKind::String(text)) if text.trim().is_empty() => {
                members.remove(secret);
            }
            Some(_) => {
                problems.add(format!(
                    "{name}.{secret} is given twice, in {} and as a file in {named_in}: keep one of them",
                    origin(secret)
                ));
                continue;
            }
            None => {}
        }
        taken.push((secret, Origin::Secret(path, Box::new(named_in))));
    }
    taken
}

/// What the file of a secret holds, without the line's end; or what is wrong, which never quotes it.
pub(super) fn read(section: &str, key: &str, file: &Path, from: &Origin) -> Result<String, String> {
    let problem = match content(file) {
        Ok(text) if text.is_empty() => "is empty".to_owned(),
        Ok(text) => return Ok(text),
        Err(problem) => problem,
    };
    let form = file_form(key);
    // Who puts the secret itself where its path belongs must not read it in the log.
    let path = file.display().to_string();
    if (!path.contains('/') || path.contains("://")) && !file.exists() {
        return Err(format!(
            "{section}.{key} cannot be read: {form} in {from} names no file. What it names is not shown, since \
             it may be the secret itself: write the path of a file, with a `/`"
        ));
    }
    Err(format!(
        "{section}.{key} cannot be read: the file {path}, which {form} in {from} names, {problem}"
    ))
}

fn content(file: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let read = File::open(file).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    match read {
        Ok(read) if read as u64 > LARGEST => return Err("is too large for a secret".into()),
        Ok(_) => {}
        Err(error) => {
            return Err(match error.kind() {
                io::ErrorKind::NotFound => "is not there".into(),
                io::ErrorKind::IsADirectory => "is a folder".into(),
                _ => format!("cannot be read: {error}"),
            });
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| "is not UTF-8")?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
