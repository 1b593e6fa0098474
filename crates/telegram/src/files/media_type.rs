//! Media types and the endings of names that Telegram tells them by: it goes by the name.

/// Those of what people send each other. The first ending of a type is the one it gets.
const ENDINGS: [(&str, &str); 17] = [
    ("image/jpeg", ".jpg"),
    ("image/jpeg", ".jpeg"),
    ("image/png", ".png"),
    ("image/gif", ".gif"),
    ("image/webp", ".webp"),
    ("video/mp4", ".mp4"),
    ("video/webm", ".webm"),
    ("video/quicktime", ".mov"),
    ("audio/mpeg", ".mp3"),
    ("audio/mp4", ".m4a"),
    ("audio/ogg", ".ogg"),
    ("application/pdf", ".pdf"),
    ("application/zip", ".zip"),
    ("application/json", ".json"),
    ("application/x-tgsticker", ".tgs"),
    ("text/csv", ".csv"),
    ("text/plain", ".txt"),
];

/// What a name of that media type ends with; nothing if it is not known.
pub(super) fn ending(media_type: &str) -> &'static str {
    let essence = media_type.split(';').next().unwrap_or(media_type).trim();
    let found = ENDINGS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(essence));
    found.map_or("", |(_, ending)| ending)
}

/// The media type of a file with that name.
pub(super) fn media_type(name: &str) -> &'static str {
    let name = name.to_ascii_lowercase();
    let found = ENDINGS.iter().find(|(_, ending)| name.ends_with(ending));
    found.map_or("application/octet-stream", |(known, _)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_media_type_tell_each_other() {
        assert_eq!(ending("IMAGE/jpeg; q=1"), ".jpg");
        assert_eq!(ending("model/gltf"), "");
        assert_eq!(media_type("Кот.JPEG"), "image/jpeg");
        assert_eq!(media_type("jpg"), "application/octet-stream");
    }
}
