//! What the derives compute while the program is compiled: how long data get, and that it is not too long.

/// The most bytes of a button's data, <https://core.telegram.org/bots/api#inlinekeyboardbutton>, and the most
/// characters of a link's, <https://core.telegram.org/bots/features#deep-linking>.
pub const LIMIT: usize = 64;

/// The greatest.
#[must_use]
pub const fn most(of: &[usize]) -> usize {
    let (mut most, mut rest) = (0, of);
    while let [first, behind @ ..] = rest {
        if *first > most {
            most = *first;
        }
        rest = behind;
    }
    most
}

/// Ends the compilation in words if data of type `name` may be too long.
///
/// # Panics
///
/// That is how a constant is an error.
pub const fn check(name: &str, is_button: bool, max: usize) {
    if max <= LIMIT {
        return;
    }
    let what = if is_button {
        "the data of a button, "
    } else {
        "the payload of a link, "
    };
    let message = Message::new()
        .text(what)
        .text("`")
        .text(name)
        .text("`, may take ")
        .number(max)
        .text(" bytes, the most is 64: use a shorter prefix, smaller numbers or a lower `#[max(…)]`, ")
        .text("or keep the rest in the database and put its id here");
    panic!("{}", message.as_str());
}

/// A text that is put together by the compiler.
struct Message {
    bytes: [u8; 512],
    length: usize,
}

impl Message {
    const fn new() -> Self {
        Self {
            bytes: [0; 512],
            length: 0,
        }
    }

    /// What does not fit is left out whole, so no character is cut.
    const fn text(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        if text.len() <= self.bytes.len() - self.length {
            let mut index = 0;
            while index < text.len() {
                self.bytes[self.length] = text[index];
                self.length += 1;
                index += 1;
            }
        }
        self
    }

    const fn number(self, number: usize) -> Self {
        const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        let before = if number >= 10 {
            self.number(number / 10)
        } else {
            self
        };
        before.text(DIGITS[number % 10])
    }

    const fn as_str(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "the data may take more than 64 bytes",
        }
    }
}
