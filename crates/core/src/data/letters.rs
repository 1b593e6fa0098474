//! How numbers and bytes become letters that callback data and links may have, and back: one way only, so
//! no two texts mean the same.

use super::Stale;

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A letter has six bits: five of a number, and whether more follow.
const MORE: u8 = 1 << 5;

/// What data are packed into, letter by letter.
#[derive(Clone, Debug)]
pub struct Packer(String);

impl Packer {
    /// Begins with the prefix of the data.
    #[must_use]
    pub fn new(prefix: &str) -> Self {
        Self(prefix.to_owned())
    }

    /// A number: a letter for every five bits of it, the lowest first.
    pub fn number(&mut self, mut number: u64) {
        loop {
            let (low, rest) = ((number & 31) as u8, number >> 5);
            self.letter(if rest == 0 { low } else { low | MORE });
            if rest == 0 {
                return;
            }
            number = rest;
        }
    }

    /// So many bytes as whoever unpacks them knows: four letters for every three.
    pub fn bytes(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(3) {
            let mut bits = [0; 3];
            bits[..chunk.len()].copy_from_slice(chunk);
            let [a, b, c] = bits;
            let letters = [
                a >> 2,
                (a & 3) << 4 | b >> 4,
                (b & 15) << 2 | c >> 6,
                c & 63,
            ];
            letters[..=chunk.len()]
                .iter()
                .for_each(|bits| self.letter(*bits));
        }
    }

    /// What a variant is called.
    #[doc(hidden)]
    pub fn code(&mut self, code: [u8; 2]) {
        self.0.extend(code.map(char::from));
    }

    /// The whole text.
    #[doc(hidden)]
    #[must_use]
    pub fn finish(&mut self) -> String {
        std::mem::take(&mut self.0)
    }

    fn letter(&mut self, bits: u8) {
        self.0.push(LETTERS[usize::from(bits)].into());
    }
}

/// What data are read from, in the order in which they were packed.
#[derive(Clone, Debug)]
pub struct Unpacker<'a>(&'a [u8]);

impl<'a> Unpacker<'a> {
    /// What follows the prefix.
    #[doc(hidden)]
    pub fn new(prefix: &str, text: &'a str) -> Result<Self, Stale> {
        let letters = text.strip_prefix(prefix).ok_or(Stale)?;
        Ok(Self(letters.as_bytes()))
    }

    /// The next number.
    ///
    /// # Errors
    ///
    /// [`Stale`] if there is none of 64 bits.
    pub fn number(&mut self) -> Result<u64, Stale> {
        let mut number = 0;
        for shift in (0..64).step_by(5) {
            let letter = self.letter()?;
            let bits = u64::from(letter & !MORE);
            // Of the last letter of the longest number only four bits fit.
            if bits << shift >> shift != bits {
                return Err(Stale);
            }
            number |= bits << shift;
            if letter & MORE == 0 {
                let is_shortest = bits != 0 || shift == 0;
                return is_shortest.then_some(number).ok_or(Stale);
            }
        }
        Err(Stale)
    }

    /// The next so many bytes.
    ///
    /// # Errors
    ///
    /// [`Stale`] if there are fewer.
    pub fn bytes(&mut self, length: usize) -> Result<Vec<u8>, Stale> {
        // Nothing is allocated for a length that is not there.
        if length > self.0.len() {
            return Err(Stale);
        }
        let mut bytes = Vec::with_capacity(length);
        while bytes.len() < length {
            let count = (length - bytes.len()).min(3);
            let mut bits = [0; 4];
            for letter in &mut bits[..=count] {
                *letter = self.letter()?;
            }
            let [a, b, c, d] = bits;
            let chunk = [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d];
            if chunk[count..].iter().any(|rest| *rest != 0) {
                return Err(Stale);
            }
            bytes.extend_from_slice(&chunk[..count]);
        }
        Ok(bytes)
    }

    #[doc(hidden)]
    pub fn code(&mut self) -> Result<[u8; 2], Stale> {
        let (code, rest) = self.0.split_first_chunk().ok_or(Stale)?;
        self.0 = rest;
        Ok(*code)
    }

    /// Nothing may be left over.
    #[doc(hidden)]
    pub fn finish(&self) -> Result<(), Stale> {
        match self.0 {
            [] => Ok(()),
            _ => Err(Stale),
        }
    }

    fn letter(&mut self) -> Result<u8, Stale> {
        let (letter, rest) = self.0.split_first().ok_or(Stale)?;
        self.0 = rest;
        Ok(match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return Err(Stale),
        })
    }
}
