//! Files of a Bot API server that runs with `--local`: it tells their paths on its own disk, which this machine sees
//! under a folder of its own. Nothing outside of that folder is ever opened.

use std::{
    io,
    path::{Component, Path, PathBuf},
};

use super::FileError;

/// Where a file is seen from here that the server has at `told`. The server keeps the files of a bot in a folder that
/// is named by its token; `folder` is the one that holds it, here.
///
/// # Errors
///
/// [`FileError::Outside`] if that is not below `folder`, by links either.
pub(super) fn locate(told: &Path, folder: &Path, token: &str) -> Result<PathBuf, FileError> {
    let folder = folder.canonicalize().map_err(FileError::Local)?;
    let inside = match told.strip_prefix(&folder) {
        Ok(inside) => inside.to_owned(),
        Err(_) => behind_token(told, token).ok_or(FileError::Outside)?,
    };
    let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    if !inside.components().all(is_plain) {
        return Err(FileError::Outside);
    }
    let found = folder.join(inside).canonicalize();
    let found = found.map_err(|error| match error.kind() {
        // Whoever asks learns nothing of what lies outside.
        io::ErrorKind::NotFound => FileError::Local(io::ErrorKind::NotFound.into()),
        _ => FileError::Local(error),
    })?;
    match found.starts_with(&folder) {
        true => Ok(found),
        false => Err(FileError::Outside),
    }
}

/// The rest of the path from the folder of the bot on.
fn behind_token(told: &Path, token: &str) -> Option<PathBuf> {
    let parts: Vec<_> = told.components().collect();
    let at = parts
        .iter()
        .position(|part| part.as_os_str().to_str() == Some(token))?;
    Some(parts[at..].iter().collect())
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    /// A folder with the files of bot `7:AA`, and one file beside it; removed when dropped.
    struct Server(PathBuf);

    impl Server {
        fn new() -> Self {
            let folder = std::env::temp_dir().join(format!("ostankino-{:016x}", fastrand::u64(..)));
            fs::create_dir_all(folder.join("files/7:AA/photos")).expect("a new folder");
            let folder = folder.canonicalize().expect("it is there");
            for file in ["files/7:AA/photos/file_0.jpg", "secret"] {
                fs::write(folder.join(file), "x").expect("written");
            }
            Self(folder)
        }

        fn locate(&self, told: &str) -> Result<PathBuf, FileError> {
            locate(Path::new(told), &self.0.join("files"), "7:AA")
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_file_is_found_where_the_server_has_it_and_where_its_folder_is_seen() {
        let server = Server::new();
        let photo = server.0.join("files/7:AA/photos/file_0.jpg");
        let there = "/var/lib/telegram-bot-api/7:AA/photos/file_0.jpg";
        for told in [photo.to_str().expect("UTF-8"), there] {
            assert_eq!(server.locate(told).expect("it is there"), photo, "{told}");
        }
    }

    #[test]
    fn no_path_leads_out_of_the_folder() {
        let server = Server::new();
        let here = server.0.join("files").to_str().expect("UTF-8").to_owned();
        symlink(server.0.join("secret"), server.0.join("files/link")).expect("a link");
        symlink(&server.0, server.0.join("files/7:AA/up")).expect("a link");
        for told in [
            "/etc/passwd".to_owned(),
            format!("{here}/../secret"),
            format!("{here}/7:AA/../../secret"),
            format!("{here}/link"),
            format!("{here}/7:AA/up/secret"),
            format!("{here}x/7:BB/photos/file_0.jpg"),
            "/elsewhere/7:AA/../../secret".into(),
            "/elsewhere/7:AA/up/secret".into(),
            "/elsewhere/7:BB/photos/file_0.jpg".into(),
        ] {
            let refused = server.locate(&told).expect_err(&told);
            assert!(matches!(refused, FileError::Outside), "{told}: {refused}");
        }
        let missing = server.locate("/elsewhere/7:AA/photos/file_1.jpg");
        let told = format!("{:?}", missing.expect_err("it is not there"));
        assert!(!told.contains("7:AA"), "{told}");
    }
}
