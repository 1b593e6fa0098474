//! What the scanner finds, and what it refuses.

use super::*;

fn split(json: &str) -> Result<Vec<&str>, Malformed> {
    elements(json.as_bytes())
        .map(|e| e.map(|e| std::str::from_utf8(e).expect("UTF-8")))
        .collect()
}

#[test]
fn elements_are_found_whatever_is_in_them() {
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    let json = format!(r#" [ {{"a":"]}}\"\\"}} , {deep},"\ud800",null ,-1.5e3]"#);
    let found = split(&json).expect("elements");
    assert_eq!(
        found,
        [
            r#"{"a":"]}\"\\"}"#,
            deep.as_str(),
            r#""\ud800""#,
            "null",
            "-1.5e3"
        ]
    );
    assert_eq!(split("[]").expect("none"), [""; 0]);
}

#[test]
fn members_are_found_in_order() {
    let found: Vec<_> = members(br#"{"a" : 1, "b":{"c":[2]}}"#)
        .map(|m| m.expect("whole"))
        .collect();
    assert_eq!(
        found,
        [
            (b"a"[..].into(), &b"1"[..]),
            (b"b"[..].into(), &br#"{"c":[2]}"#[..])
        ]
    );
    assert_eq!(member(br#"{"a":1,"b":2}"#, "b").and_then(integer), Some(2));
    assert_eq!(member(b"[1]", "b"), None);
}

#[test]
fn every_truncation_is_noticed() {
    let json = r#"[{"a":"x\"y"},[1,2],"s"]"#;
    for end in 0..json.len() {
        assert!(split(&json[..end]).is_err(), "{}", &json[..end]);
    }
}

#[test]
fn bytes_that_are_no_utf8_stay_in_their_element() {
    let found: Vec<_> = elements(b"[\"\xff\xfe\",2]")
        .map(|e| e.expect("whole"))
        .collect();
    assert_eq!(found, [&b"\"\xff\xfe\""[..], b"2"]);
}
