//! The windows of dialogs and the ways between them, as a state diagram of Mermaid: <https://mermaid.js.org/syntax/stateDiagram.html>.

use crate::{DialogSet, Lead, dialog::LeadsOf};

impl DialogSet {
    /// The windows of all dialogs and the ways between them, as a state diagram that
    /// [Mermaid](https://mermaid.js.org) draws, and GitHub in a block of `mermaid`. What a button's own code decides is there as
    /// far as the button [tells](crate::widgets::Button::leads) it.
    ///
    /// ```
    /// use ostankino_dialogs::{Dialog, DialogData, DialogSet, windows};
    /// # use serde::{Deserialize, Serialize};
    /// # windows! { pub Ask { Sure } }
    /// # #[derive(Clone, Serialize, Deserialize, DialogData)]
    /// # #[dialog(name = "confirm", windows = Ask)]
    /// # struct Confirm {}
    /// let confirm = Dialog::<Confirm>::new().window(Ask::Sure, |w| {
    ///     w.text(|_| "Точно?");
    ///     w.cancel(|_| "Нет");
    /// });
    /// let diagram = DialogSet::new().with(confirm).diagram();
    /// assert!(diagram.starts_with("stateDiagram-v2\n"));
    /// assert!(diagram.contains("confirm_Sure --> [*]"));
    /// ```
    #[must_use]
    pub fn diagram(&self) -> String {
        let dialogs: Vec<_> = self
            .iter()
            .map(|(name, dialog)| (name, dialog.leads()))
            .collect();
        let mut diagram = String::from("stateDiagram-v2\n");
        for (name, windows) in &dialogs {
            write_dialog(&mut diagram, name, windows);
        }
        let mut between: Vec<String> = Vec::new();
        for (name, windows) in &dialogs {
            for LeadsOf { window, leads } in windows {
                for (by, lead) in leads {
                    if let Lead::Dialog(other) = lead {
                        let (from, to) = (state(name, window), dialog(other));
                        between.push(arrow(&from, &to, by));
                    }
                }
            }
        }
        between.dedup();
        for arrow in between {
            diagram.push_str(&format!("    {arrow}\n"));
        }
        diagram
    }
}

fn write_dialog(diagram: &mut String, name: &str, windows: &[LeadsOf]) {
    diagram.push_str(&format!(
        "    state \"{}\" as {} {{\n",
        label(name),
        dialog(name)
    ));
    let mut lines = Vec::new();
    for LeadsOf { window, .. } in windows {
        let window = (label(window), state(name, window));
        lines.push(format!("state \"{}\" as {}", window.0, window.1));
    }
    if let Some(LeadsOf { window, .. }) = windows.first() {
        lines.push(arrow("[*]", &state(name, window), ""));
    }
    for LeadsOf { window, leads } in windows {
        let from = state(name, window);
        for (by, lead) in leads {
            match lead {
                // A move is named as the window to which it leads.
                Lead::Window(to) => {
                    let by = if by == to { "" } else { by };
                    lines.push(arrow(&from, &state(name, to), by));
                }
                Lead::Out => lines.push(arrow(&from, "[*]", by)),
                Lead::Dialog(_) => {}
            }
        }
    }
    lines.dedup();
    for line in lines {
        diagram.push_str(&format!("        {line}\n"));
    }
    diagram.push_str("    }\n");
}

fn arrow(from: &str, to: &str, by: &str) -> String {
    match by {
        // Nor has that which ends the dialog a name of its author's.
        "" | "<cancel" => format!("{from} --> {to}"),
        by => format!("{from} --> {to} : {}", label(by)),
    }
}

/// The state of a dialog. No word of Mermaid's, such as `root`, ends so.
fn dialog(name: &str) -> String {
    format!("{}_", id(name))
}

/// The state of a window. The two `[*]` of a dialog are `order__start` and `order__end` for Mermaid: no window is named so.
fn state(name: &str, window: &str) -> String {
    format!("{}{}", dialog(name), id(window))
}

/// A name of a state: Mermaid takes letters, digits and `_`.
fn id(name: &str) -> String {
    let mut id = String::new();
    for letter in name.chars() {
        match letter {
            letter if letter.is_ascii_alphanumeric() => id.push(letter),
            other => id.push_str(&format!("_{:x}", u32::from(other))),
        }
    }
    id
}

/// What is shown of a name: nothing in it means anything to Mermaid, which knows Markdown, HTML and formulas.
fn label(name: &str) -> String {
    let mut label = String::new();
    for letter in name.chars() {
        match letter {
            '-' | '.' | ',' | '!' | '?' | '(' | ')' | '/' | '+' => label.push(letter),
            other if other.is_ascii_punctuation() => {
                label.push_str(&format!("#{};", u32::from(letter)));
            }
            other if other.is_control() => label.push(' '),
            other => label.push(other),
        }
    }
    label
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_kind_are_names_for_mermaid() {
        assert_eq!(
            state("order:new", "Блюдо"),
            "order_3anew__411_43b_44e_434_43e"
        );
        assert_eq!(id("a_b"), "a_5fb");
        assert_eq!(dialog("root"), "root_");
        assert_eq!(label("a\"; b\n"), "a#34;#59; b ");
        assert_eq!(label("_a_ (б)"), "#95;a#95; (б)");
    }

    #[test]
    fn a_dialog_is_drawn_with_its_ways() {
        let windows = [
            LeadsOf {
                window: "Dish",
                leads: vec![
                    ("dish", Lead::Window("Note")),
                    ("<cancel", Lead::Out),
                    ("drop", Lead::Dialog("confirm")),
                ],
            },
            LeadsOf {
                window: "Note",
                leads: vec![("Dish", Lead::Window("Dish")), ("", Lead::Window("Dish"))],
            },
        ];
        let mut diagram = String::new();
        write_dialog(&mut diagram, "order", &windows);
        let expected = r#"    state "order" as order_ {
        state "Dish" as order_Dish
        state "Note" as order_Note
        [*] --> order_Dish
        order_Dish --> order_Note : dish
        order_Dish --> [*]
        order_Note --> order_Dish
    }
"#;
        assert_eq!(diagram, expected);
    }
}
