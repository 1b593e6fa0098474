//! The `Content-Disposition` of a form's part, read as Telegram reads it rather than as the standards say.

/// The names in it: of the parameter, and of the file if the part is one.
///
/// Values may stand without quotes, spaces and all; they end at a semicolon even within quotes; nothing in them is unescaped.
/// `filename*` is not known: a part with only that is no file.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Disposition {
    pub(super) name: String,
    pub(super) file_name: Option<String>,
}

impl Disposition {
    /// Reads the header's value; `None` when it is of no form's part.
    pub(super) fn read(value: &[u8]) -> Option<Self> {
        let value = String::from_utf8_lossy(value);
        let mut rest = value.trim().strip_prefix("form-data;")?;
        let mut read = Self::default();
        while let Some((key, after)) = rest.split_once('=') {
            let (value, after) = after.split_once(';').unwrap_or((after, ""));
            let value = value.trim();
            let quoted = value
                .strip_prefix('"')
                .and_then(|value| value.strip_suffix('"'));
            let value = quoted.unwrap_or(value).to_owned();
            match key.trim() {
                "name" => read.name = value,
                "filename" => read.file_name = Some(value),
                _ => {}
            }
            rest = after;
        }
        Some(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> (String, Option<String>) {
        let read = Disposition::read(value.as_bytes()).expect("a part of a form");
        (read.name, read.file_name)
    }

    #[test]
    fn values_are_read_as_telegram_reads_them() {
        let file = |name: &str| ("a".to_owned(), Some(name.to_owned()));
        for (value, name) in [
            ("form-data; name=\"a\"; filename=\"b c.txt\"", "b c.txt"),
            ("form-data; name=a;filename=отчёт 1.txt", "отчёт 1.txt"),
            (" form-data;filename = \"b\" ; name = a ", "b"),
            ("form-data; name=a; filename=\"b; c\"", "\"b"),
            ("form-data; name=a; filename=\"\"", ""),
            ("form-data; name=a; filename=b; filename*=utf-8''c", "b"),
        ] {
            assert_eq!(read(value), file(name), "{value}");
        }
        let only_extended = "form-data; name=a; filename*=utf-8''b";
        assert_eq!(read(only_extended), ("a".to_owned(), None));
        assert_eq!(read("form-data; nothing"), (String::new(), None));
        assert_eq!(Disposition::read(b"attachment; name=a"), None);
    }
}
