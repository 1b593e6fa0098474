//! Numbers that mean something: of bank cards, and of phones.

use super::{Found, before, is_word};

/// 13 to 19 digits, with single spaces or hyphens among them, that are the number of a card by their check digit.
pub(super) fn bank_cards(text: &str, found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(begin) = bytes[at..].iter().position(u8::is_ascii_digit) {
        let begin = at + begin;
        let is_part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b' ' | b'-');
        let previous = before(text, begin);
        let (mut digits, mut end) = (vec![], begin);
        while let Some(byte) = bytes.get(end).filter(|byte| is_part(byte)) {
            let is_whole = (16..=19).contains(&digits.len()) && digits.len() == end - begin;
            if *byte == b' ' && is_whole {
                break;
            }
            digits.extend(byte.is_ascii_digit().then(|| u32::from(byte - b'0')));
            end += 1;
        }
        at = end;
        let sticks = |c: char| ".,+-_".contains(c) || c.is_alphabetic();
        if previous.is_some_and(sticks) || !(13..=19).contains(&digits.len()) {
            continue;
        }
        while !bytes[end - 1].is_ascii_digit() {
            end -= 1;
        }
        let is_loose = end - begin > 2 * digits.len() - 1;
        let goes_on = text[end..].starts_with(|c: char| "-_".contains(c) || c.is_alphabetic());
        if !is_loose && !goes_on && is_card(&digits) {
            found.push(Found::new("bank_card", begin, end));
        }
    }
}

/// Whether the last digit is the check digit of the others, and a known system has numbers of this length.
fn is_card(digits: &[u32]) -> bool {
    let doubled = |digit: u32| if digit < 5 { 2 * digit } else { 2 * digit - 9 };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| {
            if index % 2 == 0 {
                *digit
            } else {
                doubled(*digit)
            }
        })
        .sum();
    let first = |count: usize| {
        digits[..count]
            .iter()
            .fold(0, |all, digit| all * 10 + digit)
    };
    let length = digits.len();
    sum.is_multiple_of(10)
        && match (first(1), first(2), first(4)) {
            (4, ..) => matches!(length, 13 | 16 | 18 | 19),
            (_, 51..=55, _) | (_, _, 2200..=2204 | 2221..=2720) => length == 16,
            (_, 34 | 37, _) => length == 15,
            (_, 62 | 81, _) => length >= 16,
            _ => true,
        }
}

/// An international number: a plus and 7 to 15 digits, with single spaces, hyphens and brackets among them.
pub(super) fn phones(text: &str, found: &mut Vec<Found>) {
    for (at, _) in text.match_indices('+') {
        if before(text, at).is_some_and(|c| is_word(c) || c == '+') {
            continue;
        }
        let (mut digits, mut end, mut was_digit) = (0, at, true);
        for (index, c) in text[at + 1..].char_indices() {
            let is_digit = c.is_ascii_digit();
            if is_digit {
                digits += 1;
                end = at + 1 + index + 1;
            } else if !(" -".contains(c) && was_digit || "()".contains(c)) || digits == 0 {
                break;
            }
            was_digit = is_digit || c == ')';
        }
        if (7..=15).contains(&digits) && !text[end..].starts_with(is_word) {
            found.push(Found::new("phone_number", at, end));
        }
    }
}
