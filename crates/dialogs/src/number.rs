//! Numbers that are counted and asked for.

use std::fmt::Display;

/// A number that a [counter](crate::Keys::counter) counts and that a user [writes](crate::Window::ask_number): the whole
/// numbers up to 64 bits, `f32` and `f64`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number that could be counted or asked for",
    note = "numbers are the whole ones up to 64 bits, `f32` and `f64`"
)]
pub trait Number: Copy + PartialOrd + Display + Send + Sync + 'static {
    /// By how much a counter goes, unless it is said.
    const ONE: Self;

    /// Whether there is nothing between two neighbours.
    const IS_WHOLE: bool;

    /// More; the greatest there is, if that would be more.
    #[must_use]
    fn plus(self, by: Self) -> Self;

    /// Less; the least there is, if that would be less.
    #[must_use]
    fn minus(self, by: Self) -> Self;

    /// What somebody wrote: spaces between digits, a comma for a point, and any minus are as good as none, a point and `-`.
    fn read(written: &str) -> Option<Self>;
}

/// A field for a number: the number itself, or an `Option` of it.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` takes no number",
    note = "it is a whole number up to 64 bits, `f32` or `f64`, or an `Option` of one"
)]
pub trait NumberField: Send + Sync + 'static {
    /// The number.
    type Number: Number;

    /// With that number in it.
    fn of(number: Self::Number) -> Self;
}

/// As a program writes it.
fn tidy(written: &str) -> String {
    let kept = written.trim().chars().filter(|it| !it.is_whitespace());
    let kept = kept.map(|it| match it {
        '−' | '–' => '-',
        ',' => '.',
        it => it,
    });
    kept.collect()
}

macro_rules! numbers {
    ($($Number:ty, $one:literal, $is_whole:literal, $plus:expr, $minus:expr;)*) => {$(
        impl Number for $Number {
            const ONE: Self = $one;
            const IS_WHOLE: bool = $is_whole;

            fn plus(self, by: Self) -> Self {
                $plus(self, by)
            }

            fn minus(self, by: Self) -> Self {
                $minus(self, by)
            }

            fn read(written: &str) -> Option<Self> {
                let written = tidy(written);
                // Neither `inf` nor `1e9` is what people write.
                let is_plain = |it: char| it.is_ascii_digit() || "+-.".contains(it);
                written.parse().ok().filter(|_| written.chars().all(is_plain))
            }
        }

        impl NumberField for $Number {
            type Number = Self;

            fn of(number: Self) -> Self {
                number
            }
        }

        impl NumberField for Option<$Number> {
            type Number = $Number;

            fn of(number: $Number) -> Self {
                Some(number)
            }
        }
    )*};
}

numbers! {
    u8, 1, true, Self::saturating_add, Self::saturating_sub;
    u16, 1, true, Self::saturating_add, Self::saturating_sub;
    u32, 1, true, Self::saturating_add, Self::saturating_sub;
    u64, 1, true, Self::saturating_add, Self::saturating_sub;
    usize, 1, true, Self::saturating_add, Self::saturating_sub;
    i8, 1, true, Self::saturating_add, Self::saturating_sub;
    i16, 1, true, Self::saturating_add, Self::saturating_sub;
    i32, 1, true, Self::saturating_add, Self::saturating_sub;
    i64, 1, true, Self::saturating_add, Self::saturating_sub;
    f32, 1.0, false, |a: f32, b| a + b, |a: f32, b| a - b;
    f64, 1.0, false, |a: f64, b| a + b, |a: f64, b| a - b;
}

/// Within these bounds.
pub(crate) fn clamp<N: Number>(number: N, least: N, most: N) -> N {
    match number {
        number if number < least => least,
        number if number > most => most,
        number => number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        assert_eq!(i64::read(" 1 000\u{a0}000 "), Some(1_000_000));
        assert_eq!(i64::read("−5"), Some(-5));
        assert_eq!(f64::read("3,5"), Some(3.5));
        assert_eq!(f64::read("+0.25"), Some(0.25));
        for no in ["", "пять", "1,5", "1e3", "0x1f", "--1"] {
            assert_eq!(i64::read(no), None, "{no}");
        }
        for no in ["", "inf", "NaN", "1e3", "1.2.3", "."] {
            assert_eq!(f64::read(no), None, "{no}");
        }
        assert_eq!((u8::read("256"), u8::read("-1")), (None, None));
    }

    #[test]
    fn nothing_wraps() {
        assert_eq!((250_u8.plus(10), 3_u8.minus(5)), (255, 0));
        assert_eq!(i64::MAX.plus(1), i64::MAX);
        assert_eq!(clamp(7, 1, 5), 5);
    }
}
