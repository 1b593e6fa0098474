//! Base64, as headers and tokens have it.

const COMMON: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// As in a header, padded.
pub(crate) fn base64(bytes: &[u8]) -> String {
    let text = encode(bytes, "+/");
    let padding = (4 - text.len() % 4) % 4;
    text + "=".repeat(padding).as_str()
}

/// As in a token: safe in URLs, without padding.
pub(crate) fn base64_url(bytes: &[u8]) -> String {
    encode(bytes, "-_")
}

fn encode(bytes: &[u8], last: &str) -> String {
    let alphabet: Vec<char> = COMMON.chars().chain(last.chars()).collect();
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut group = [0; 3];
        group[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for place in 0..=chunk.len() {
            let six = bits >> (18 - 6 * place) & 63;
            text.push(alphabet[six as usize]);
        }
    }
    text
}
