//! Names of uploaded files, as Telegram cleans them.

/// The most characters of a name before its extension, and of the extension.
const MOST: (usize, usize) = (60, 20);

/// The name under which a file that was sent under this one is shown.
///
/// Folders are cut off; what is no letter, digit or plain ASCII sign becomes a space; spaces and dots do not begin or end it.
pub(crate) fn clean(name: &str) -> String {
    let name = name.rsplit_once('/').map_or(name, |(_, name)| name);
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, extension),
        _ => (name, ""),
    };
    let (stem, extension) = (part(stem, MOST.0), part(extension, MOST.1));
    match (stem.as_str(), extension.as_str()) {
        ("", "") => "file".to_owned(),
        (one, "") | ("", one) => one.to_owned(),
        (stem, extension) => format!("{stem}.{extension}"),
    }
}

fn part(text: &str, most: usize) -> String {
    let is_kept = |c: char| {
        if c.is_ascii() {
            !c.is_control() && !r#"<>:"/\|?*&`'"#.contains(c)
        } else {
            c.is_alphanumeric()
        }
    };
    let cleaned: String = text
        .chars()
        .map(|c| if is_kept(c) { c } else { ' ' })
        .skip_while(|c| [' ', '.'].contains(c))
        .take(most)
        .collect();
    cleaned.trim_end_matches([' ', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn names_are_cleaned_as_telegram_cleans_them() {
        for (given, shown) in [
            ("отчёт (1).tar.gz", "отчёт (1).tar.gz"),
            ("отчёт №1.txt", "отчёт  1.txt"),
            ("../../etc/pass\"wd", "pass wd"),
            ("🐈.png", "png"),
            (".bashrc", "bashrc"),
            ("  a. .txt ", "a.txt"),
            ("?", "file"),
            ("", "file"),
        ] {
            assert_eq!(clean(given), shown, "{given}");
        }
        assert_eq!(
            clean(&format!("{}.txt", "я".repeat(99))).chars().count(),
            64
        );
    }
}
