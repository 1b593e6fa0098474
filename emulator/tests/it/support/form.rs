//! Multipart forms, as bots upload files by.

/// A form in the making; its boundary is `xx`.
#[derive(Default)]
pub(crate) struct Form(Vec<u8>);

impl Form {
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers build the value in place"
    )]
    pub(crate) fn text(mut self, name: &str, value: impl ToString) -> Self {
        let value = value.to_string();
        let part =
            format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        self.0.extend(part.bytes());
        self
    }

    pub(crate) fn file(mut self, name: &str, file_name: &str, bytes: &[u8]) -> Self {
        let head = format!(
            "--xx\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\r\n"
        );
        self.0.extend(head.bytes());
        self.0.extend(bytes);
        self.0.extend(b"\r\n");
        self
    }

    pub(crate) fn end(mut self) -> Vec<u8> {
        self.0.extend(b"--xx--\r\n");
        self.0
    }
}

/// The header of a PNG of this size, which is all that anyone here reads of one.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend(width.to_be_bytes());
    png.extend(height.to_be_bytes());
    png
}
