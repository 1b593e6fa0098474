//! What is taken, and in which words the rest is refused: with file, line, language and message.

use ostankino_texts::{Checked, File, Missing, Sort, check, check_override, own};

fn file(language: &str, text: &str) -> File {
    File {
        language: language.into(),
        path: format!("{language}/bot.ftl"),
        text: text.into(),
    }
}

fn problems(checked: &Checked) -> Vec<String> {
    checked.problems.iter().map(ToString::to_string).collect()
}

/// What is wrong with a Russian file alone.
fn wrong(text: &str) -> Vec<String> {
    problems(&check(&[file("ru", text)], "ru", Missing::Deny))
}

/// What is wrong with two languages.
fn between(russian: &str, english: &str) -> Vec<String> {
    let files = [file("ru", russian), file("en", english)];
    problems(&check(&files, "ru", Missing::Deny))
}

#[test]
fn what_is_right_is_taken_with_its_arguments() {
    let text = "\
-brand = { $case ->
   *[nominative] Чайная
    [genitive] Чайной
 }
cart = В корзине <b>{ $count ->
    [0] ничего
    [one] { $count } товар
    [few] { $count } товара
   *[many] { $count } товаров
 }</b> на { $sum } в { -brand(case: \"genitive\") }.
link = <a href=\"https://example.org/?q={ $query }\">{ $name }</a>
both = { cart } { \"{\" }
sir = { $gender ->
    [female] Уважаемая
   *[male] Уважаемый
 } { $name }
pay-button = Заплатить { $sum }
order = Заказ
    .done-toast = Готово
cmd-start = Начать
";
    let checked = check(&[file("ru", text)], "ru", Missing::Deny);
    assert_eq!(problems(&checked), Vec::<String>::new());
    let sorts = |message: &str| {
        let found = checked
            .contract
            .iter()
            .find(|(key, _)| key.to_string() == message);
        let (_, signature) = found.expect("it is there");
        let sorts = signature.arguments.iter();
        sorts
            .map(|it| (it.name.clone(), it.sort))
            .collect::<Vec<_>>()
    };
    let named = |names: &[(&str, Sort)]| {
        names
            .iter()
            .map(|(name, sort)| ((*name).to_owned(), *sort))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        sorts("cart"),
        named(&[("count", Sort::Number), ("sum", Sort::Text)])
    );
    assert_eq!(sorts("both"), sorts("cart"));
    assert_eq!(
        sorts("link"),
        named(&[("name", Sort::Text), ("query", Sort::Plain)])
    );
    assert_eq!(
        sorts("sir"),
        named(&[("gender", Sort::Plain), ("name", Sort::Text)])
    );
    assert_eq!(sorts("pay-button"), named(&[("sum", Sort::Plain)]));
    assert_eq!(sorts("order.done-toast"), []);
}

#[test]
fn markup_that_telegram_refuses_is_refused_in_every_variant() {
    for (text, said) in [
        (
            "a = <b>x",
            "ru/bot.ftl:1: ru: message `a`: `<b>` is never closed: add `</b>`",
        ),
        (
            "\na = x\n  <i>y</b>",
            "ru/bot.ftl:2: ru: message `a`: `</b>` stands where `<i>` is to be closed: close the inner tag first",
        ),
        (
            "a = <br>",
            "ru/bot.ftl:1: ru: message `a`: `<br>` is no tag of Telegram's: a new line is `\\n`; if it is no tag, write `&lt;br&gt;`",
        ),
        (
            "a = x & y",
            "ru/bot.ftl:1: ru: message `a`: a bare `&` in `& y`: write `&amp;`",
        ),
        (
            "a = { $n ->\n  [one] x\n  [few] <b>y\n *[many] z\n }",
            "ru/bot.ftl:3: ru: message `a`: in the variant `[few]`: `<b>` is never closed: add `</b>`",
        ),
        (
            "a = <b>{ $n ->\n  [one] x</b>\n  [few] y</b>\n *[many] z\n }",
            "ru/bot.ftl:4: ru: message `a`: in the variant `[many]`: `<b>` is never closed: add `</b>`",
        ),
        (
            "-t = <b>x\na = { -t }",
            "ru/bot.ftl:2: ru: message `a`: `<b>` is never closed: add `</b>`",
        ),
        (
            "a-button = <b>x</b>",
            "ru/bot.ftl:1: ru: message `a-button`: by its name it is no markup, and `<b>` would be shown as it is: remove it, or choose a name that does not begin with `cmd-` and does not end with `-button`, `-toast` or `-plain`",
        ),
    ] {
        assert_eq!(wrong(text), [said], "{text}");
    }
    let closes_everywhere = "a = <b>{ $n ->\n  [one] x</b>\n  [few] y</b>\n *[many] z</b>\n }";
    assert_eq!(wrong(closes_everywhere), Vec::<String>::new());
}

#[test]
fn lengths_and_blanks_are_refused() {
    let long = "я".repeat(201);
    assert_eq!(
        wrong(&format!("a-toast = {long}")),
        ["ru/bot.ftl:1: ru: message `a-toast`: it has 201 characters: Telegram takes 200"]
    );
    assert_eq!(
        wrong(&format!("a-toast = {}", &long[2..])),
        Vec::<String>::new()
    );
    let long = "я".repeat(257);
    assert_eq!(
        wrong(&format!("cmd-a = {long}")),
        ["ru/bot.ftl:1: ru: message `cmd-a`: it has 257 characters: Telegram takes 256"]
    );
    for name in ["a-button", "a-toast", "cmd-a"] {
        let said = format!(
            "ru/bot.ftl:1: ru: message `{name}`: it is blank: Telegram takes no such button or note"
        );
        assert_eq!(wrong(&format!("{name} = {{ \" \" }}")), [said]);
    }
    assert_eq!(
        wrong("cmd-a = { $x }"),
        [
            "ru/bot.ftl:1: ru: message `cmd-a`: a description of a command has no arguments: remove `$x`"
        ]
    );
}

#[test]
fn plurals_are_those_of_the_language() {
    let plural = |keys: &[&str]| {
        let (last, first) = keys.split_last().expect("keys");
        let first: String = first.iter().map(|key| format!("  [{key}] x\n")).collect();
        format!("a = {{ $n ->\n{first} *[{last}] x\n }}")
    };
    let lacks = |missing: &str| {
        format!(
            "ru/bot.ftl:2: ru: message `a`: the variants of `$n` lack {missing}: numbers of `ru` have `[one]`, `[few]`, `[many]`"
        )
    };
    assert_eq!(
        wrong(&plural(&["one", "other"])),
        [lacks("`[few]`, `[many]`")]
    );
    assert_eq!(wrong(&plural(&["0", "one", "few"])), [lacks("`[many]`")]);
    assert_eq!(
        wrong(&plural(&["one", "few", "many", "other"])),
        Vec::<String>::new()
    );
    assert_eq!(wrong(&plural(&["0", "other"])), Vec::<String>::new());
    assert_eq!(
        wrong(&plural(&["one", "two", "few", "many"])),
        [
            "ru/bot.ftl:2: ru: message `a`: the variant `[two]` of `$n` never comes: numbers of `ru` have `[one]`, `[few]`, `[many]`"
        ]
    );
    assert_eq!(
        wrong(&plural(&["one", "cat"])),
        [
            "ru/bot.ftl:2: ru: message `a`: `[cat]` is no number: variants of `$n` are chosen by numbers or by words"
        ]
    );
    let unknown = problems(&check(&[file("xx", "a = x")], "xx", Missing::Deny));
    assert_eq!(
        unknown,
        [
            "xx/bot.ftl: xx: nobody knows the plural rules of `xx`: CLDR has no such language, and Fluent would take those of English"
        ]
    );
}

#[test]
fn languages_keep_to_one_contract() {
    assert_eq!(
        between("a = x\nb = y", "b = y"),
        ["ru/bot.ftl:1: en: message `a`: it is missing in `en`: translate it there"]
    );
    assert_eq!(
        between("a = x", "a = x\nb = y"),
        [
            "en/bot.ftl:2: en: message `b`: there is no such message in the language that has all: add it there, or remove it here"
        ]
    );
    assert_eq!(
        between("a = { $x }", "a = { $y }"),
        [
            "en/bot.ftl:1: en: message `a`: it has `$y`, which it is not given: see ru/bot.ftl:1",
            "en/bot.ftl:1: en: message `a`: it lacks `$x`, which it has in ru/bot.ftl:1: use it; where a language can do without, `{ $x -> *[other] … }` says so",
        ]
    );
    let files = [
        file("ru", "a = x\nb = { $n }"),
        file("en", "b = { $n ->\n [one] x\n*[other] y\n }"),
    ];
    let checked = check(&files, "ru", Missing::Warn);
    assert_eq!((checked.problems.len(), checked.warnings.len()), (0, 1));
    let b = checked.contract.values().nth(1).expect("it is there");
    assert_eq!(
        b.arguments[0].sort,
        Sort::Number,
        "as the stricter language has it"
    );
    let nobody = problems(&check(&[file("en", "a = x")], "ru", Missing::Deny));
    assert_eq!(
        nobody,
        ["en/bot.ftl: ru: there are no texts in `ru`, which is to have all: there are en"]
    );
}

#[test]
fn what_is_no_fluent_is_told_with_its_line() {
    for (text, said) in [
        (
            "a = x\nhello world\n",
            "ru/bot.ftl:2: ru: expected a token starting with \"=\": a message is `name = text`; lines that go on are indented",
        ),
        (
            "a = x\na = y",
            "ru/bot.ftl:2: ru: message `a`: it is there already, in ru/bot.ftl:1: remove one of them",
        ),
        (
            "a = { $x ->\n  [one] y\n }",
            "ru/bot.ftl:3: ru: the select expression must have a default variant: mark the last variant by a star: `*[other]`",
        ),
        (
            "a = { b }",
            "ru/bot.ftl:1: ru: message `a`: it refers to `b`, which is not there: add it to `ru`",
        ),
        (
            "a = { a }",
            "ru/bot.ftl:1: ru: message `a`: it refers to itself by `a`",
        ),
        (
            "a = { DATETIME($x) }",
            "ru/bot.ftl:1: ru: message `a`: there is no function `DATETIME`: there is `NUMBER`; other values are formatted before they are given",
        ),
        (
            "type = x",
            "ru/bot.ftl:1: ru: message `type`: nothing in Rust can be called `type`: choose another name",
        ),
        (
            "aB = x",
            "ru/bot.ftl:1: ru: message `aB`: `aB` has capital letters: write `ab`",
        ),
        (
            "a = { $userName }",
            "ru/bot.ftl:1: ru: message `a`: `userName` has capital letters: write `username`",
        ),
        (
            "a-b = x\na = y\n  .b = z",
            "ru/bot.ftl:1: ru: message `a-b`: it is called `a_b` in Rust, as `a.b` is: rename one",
        ),
    ] {
        assert_eq!(wrong(text), [said], "{text}");
    }
}

#[test]
fn an_override_keeps_to_the_contract_and_may_be_a_part() {
    let there = [
        file("ru", "-t = X\na = { -t } { $x }\nb = y"),
        file("en", "a = { $x }\nb = y"),
    ];
    let checked = check(&there, "ru", Missing::Deny);
    let overriding = |text: &str| {
        let files = [file("ru", text)];
        let overridden = check_override(&checked.contract, &there, &files, |_| None);
        assert!(overridden.warnings.is_empty());
        problems(&overridden)
    };
    assert_eq!(overriding("a = { -t }: { $x }"), Vec::<String>::new());
    assert_eq!(overriding("a = { $y }").len(), 2);
    assert_eq!(overriding("b = <b>y").len(), 1);
    assert_eq!(overriding("c = z").len(), 1);
}

#[test]
fn the_librarys_own_texts_are_right() {
    let checked = check(&own(), "ru", Missing::Deny);
    assert_eq!(problems(&checked), Vec::<String>::new());
    assert_eq!(checked.languages, ["ru", "en"]);
}
