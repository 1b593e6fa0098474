//! Sums, as they are written in a language.

use std::borrow::Cow;

use super::Shown;

/// A sum in the smallest units of its currency, as invoices have it: `Money(90_000, "RUB")` is 900 ₽, `Money(500, "XTR")` five
/// hundred stars.
///
/// ```
/// use ostankino_core::texts::{Money, Shown};
///
/// assert_eq!(Money(90_000, "RUB").show("ru"), "900\u{a0}₽");
/// assert_eq!(Money(1_234_550, "USD").show("ru"), "12\u{a0}345,50\u{a0}$");
/// assert_eq!(Money(1_234_550, "USD").show("en"), "$12,345.50");
/// ```
///
/// What is written otherwise implements [`Shown`] for a type of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money<'c>(pub i64, pub &'c str);

/// Those whose smallest unit is the whole.
const WHOLE: &[&str] = &[
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV",
    "XAF", "XOF", "XPF", "XTR",
];

/// Where a point stands before the fraction, and the sign before the sum.
const POINTS: &[&str] = &["en", "he", "hi", "ja", "ko", "th", "zh"];

impl Shown for Money<'_> {
    fn show(&self, language: &str) -> Cow<'_, str> {
        let Self(amount, currency) = *self;
        let digits = if WHOLE.contains(&currency) { 0 } else { 2 };
        let unit = 10_u64.pow(digits);
        let (whole, fraction) = (amount.unsigned_abs() / unit, amount.unsigned_abs() % unit);
        let primary = language.split('-').next().unwrap_or(language);
        let has_point = POINTS.contains(&primary);
        let mut sum = match has_point {
            true => grouped(whole, ',', 4),
            false => grouped(whole, '\u{a0}', 5),
        };
        if fraction > 0 {
            let separator = if has_point { '.' } else { ',' };
            sum += &format!("{separator}{fraction:02}");
        }
        let minus = if amount < 0 { "−" } else { "" };
        match (sign(currency), has_point) {
            (Some(sign), true) => format!("{minus}{sign}{sum}"),
            (sign, _) => format!("{minus}{sum}\u{a0}{}", sign.unwrap_or(currency)),
        }
        .into()
    }
}

/// Digits in groups of three, if there are so many.
fn grouped(number: u64, separator: char, from: usize) -> String {
    let digits = number.to_string();
    if digits.len() < from {
        return digits;
    }
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

fn sign(currency: &str) -> Option<&'static str> {
    Some(match currency {
        "RUB" => "₽",
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" | "CNY" => "¥",
        "UAH" => "₴",
        "KZT" => "₸",
        "INR" => "₹",
        "TRY" => "₺",
        "ILS" => "₪",
        "KRW" => "₩",
        "XTR" => "⭐",
        _ => return None,
    })
}
