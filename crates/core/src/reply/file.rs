//! Where a file that a reply sends comes from.

use super::checks::Checked;
use crate::{Call, telegram::Upload};

/// A file to send: an [`Upload`], or a string, which is the `file_id` of one that Telegram has, or the URL of
/// one that it is to fetch (5 MB of a photo at the most, 20 MB of anything else).
///
/// ```
/// use ostankino_core::{Reply, reply::File, telegram::Upload};
///
/// let from_disk = Reply::photo(Upload::path("pictures/cat.jpg"));
/// let by_url = Reply::photo("https://example.org/cat.jpg");
/// let by_id = Reply::sticker(File::from("CAACAgIAAxkBAAE"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum File {
    /// Telegram has it: the `file_id`, which is of one bot and no other.
    Id(String),
    /// Telegram fetches it: `http` or `https`; `file` of a Bot API server of one's own.
    Url(String),
    /// The bot sends its bytes, unless Telegram has them by now.
    Upload(Upload),
}

impl File {
    /// The call with the file as that parameter.
    pub(super) fn put_into(self, call: Call, name: &str) -> Call {
        match self {
            Self::Id(text) | Self::Url(text) => call.param(name, text),
            Self::Upload(upload) => call.file(name, upload),
        }
    }

    /// A path or a name is no file that Telegram could find.
    pub(super) fn check(&self) -> Checked {
        let is_good = match self {
            Self::Id(id) => {
                let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
                !id.is_empty() && id.bytes().all(is_known)
            }
            // Whether it can be read is told when it is.
            Self::Upload(_) => true,
            Self::Url(url) => {
                let scheme = url.split("://").next().unwrap_or_default();
                let is_known = ["http", "https", "file"]
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(scheme));
                is_known && !url.contains(|c: char| c.is_whitespace() || c.is_control())
            }
        };
        match is_good {
            true => Ok(()),
            false => Err("a file is neither a file_id nor an http or https URL".into()),
        }
    }
}

impl From<Upload> for File {
    fn from(upload: Upload) -> Self {
        Self::Upload(upload)
    }
}

impl From<String> for File {
    fn from(text: String) -> Self {
        match text.contains("://") {
            true => Self::Url(text),
            false => Self::Id(text),
        }
    }
}

impl From<&str> for File {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<&String> for File {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_told_from_an_id() {
        for good in [
            "AgACAgIAAxkBAAE-_x",
            "https://example.org/a.jpg?b=c",
            "HTTP://a/b",
            "file:///var/a.jpg",
        ] {
            assert_eq!(File::from(good).check(), Ok(()), "{good}");
        }
        for bad in [
            "",
            "cat.jpg",
            "./cat",
            "/var/cat.jpg",
            "ftp://a.b/c",
            "https://a b",
            "кот",
        ] {
            assert!(File::from(bad).check().is_err(), "{bad}");
        }
    }
}
