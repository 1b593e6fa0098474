//! Sections of a bot's own.

use super::*;

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Shop {
    name: String,
    price: u32,
    #[serde(deserialize_with = "crate::config::user_ids")]
    admins: Vec<i64>,
}

/// What the files and variables make of `[shop]`, and what is said of them.
fn shop(name: &str, default: &str, variables: &[(&str, &str)]) -> (Shop, String) {
    let folder = tempdir(name);
    std::fs::write(folder.join("default.toml"), default).unwrap();
    std::fs::write(folder.join("development.toml"), "[shop]\nprice = 7\n").unwrap();
    let config = files(Environment::Development, &folder, variables).expect("ours are right");
    let shop = config.section("shop");
    let problems = config.check_own().err();
    (
        shop,
        problems.map(|told| told.to_string()).unwrap_or_default(),
    )
}

#[test]
fn a_section_of_its_own_comes_from_all_sources() {
    let file = "[shop]\nname = \"Чай\"\nprice = 5\n";
    let variables = [("OSTANKINO__SHOP__ADMINS", "7, 8")];
    let (shop, problems) = shop("own", file, &variables);
    let expected = Shop {
        name: "Чай".into(),
        price: 7,
        admins: vec![7, 8],
    };
    assert_eq!((shop, problems.as_str()), (expected, ""));
}

#[test]
fn what_is_wrong_with_sections_of_its_own_is_told_with_its_place() {
    let file = "[shop]\nnmae = \"Чай\"\n[shp]\nx = 1\n";
    let variables = [
        ("OSTANKINO__SHOP__PRICE", "cheap"),
        ("OSTANKINO__SHOP__ADMINS", "7, -8"),
        ("OSTANKINO__SHOP__COLOUR", "red"),
        ("OSTANKINO__STORE__NAME", "x"),
    ];
    let (shop, problems) = shop("own-wrong", file, &variables);
    assert_eq!(shop, Shop::default());
    for says in [
        "shop.nmae in",
        "default.toml is unknown: [shop] has name, price, admins",
        "shop.price is wrong in the variable OSTANKINO__SHOP__PRICE",
        "shop.admins is wrong in the variable OSTANKINO__SHOP__ADMINS: it holds -8",
        "OSTANKINO__SHOP__COLOUR is unknown",
        "`shp` in",
        "the variable OSTANKINO__STORE__NAME is unknown: the sections are telegram,",
        "traces, shop",
    ] {
        assert!(problems.contains(says), "{says}: {problems}");
    }
}

#[test]
#[should_panic(expected = "the section [nats] is the library's")]
fn our_sections_are_not_read_as_own_ones() {
    let _: Shop = Config::default().section("nats");
}
