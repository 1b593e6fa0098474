//! answerCallbackQuery.

use super::Outcome;
use crate::{
    protocol::{Answer, Params, Refusal, text::utf16_len},
    world::World,
};

/// Telegram's limit on the text of an answer, in UTF-16 units.
const MAX_ANSWER: usize = 200;

pub(super) fn answer(world: &World, params: &Params) -> Outcome {
    world.change(|state| {
        let username = state.bot.username.clone().unwrap_or_default();
        let id = params.text("callback_query_id").unwrap_or_default();
        let is_stale = state.is_stale_press(&id);
        let pressed = state
            .pressed_mut(&id)
            .filter(|_| !is_stale)
            .ok_or_else(|| {
                Refusal::bad_request(
                    "query is too old and response timeout expired or query ID is invalid",
                )
            })?;
        if utf16_len(&params.text("text").unwrap_or_default()) > MAX_ANSWER {
            return Err(Refusal::bad_request("MESSAGE_TOO_LONG"));
        }
        if let Some(url) = params.text("url")
            && !leads_to(&username, &url)
        {
            return Err(Refusal::bad_request("URL_INVALID"));
        }
        pressed.answers.push(params.to_value());
        Ok(())
    })?;
    Ok(Answer::of(&true))
}

/// Whether a link starts the bot; games, to which answers may lead too, are not known here.
fn leads_to(username: &str, url: &str) -> bool {
    let web = |url: &str| {
        let rest = ["https://", "http://", ""]
            .iter()
            .find_map(|scheme| url.strip_prefix(scheme));
        let (host, path) = rest?.split_once('/')?;
        let (name, query) = path.split_once('?')?;
        let known = ["t.me", "telegram.me", "telegram.dog"].contains(&host);
        (known && name.eq_ignore_ascii_case(username)).then(|| query.to_owned())
    };
    let own = |url: &str| {
        let query = url.strip_prefix("tg://resolve?")?;
        let domain = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("domain="));
        domain
            .is_some_and(|domain| domain.eq_ignore_ascii_case(username))
            .then(|| query.to_owned())
    };
    let query = web(url).or_else(|| own(url));
    query.is_some_and(|query| query.split('&').any(|pair| pair.starts_with("start=")))
}
