//! `/bot<TOKEN>/<method>`: who calls, what, and what the scripted faults make of it.

use std::{convert::Infallible, future::ready, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    extract::{FromRequest, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use percent_encoding::percent_decode_str;
use tokio::time::sleep;

use super::connections::Cut;
use crate::{
    methods,
    protocol::{Answer, Params, Refusal, Said},
    world::{
        Fault, SLOW, World,
        fault::Kind,
        traffic::{Congestion, Load},
    },
};

/// Answers everything that is neither the page nor the control API.
pub(super) async fn serve(State(world): State<Arc<World>>, request: Request) -> Response {
    let (token, method) = match address(request.uri().path()) {
        Ok(parts) => parts,
        Err(refusal) => return refusal.into_response(),
    };
    let named = match token == world.bot.token {
        true => Some(world),
        false => world.with_token(&token),
    };
    let Some(world) = named else {
        tracing::debug!(method, "a call with another token");
        return Refusal::new(401, "Unauthorized").into_response();
    };
    let method = methods::spelled(&method);
    let params = match Params::from_request(request, &()).await {
        Ok(params) => params,
        Err(refusal) => return refusal.into_response(),
    };
    call(&world, &method, &params).await
}

/// Carries out a call, named as [`methods::spelled`], and logs it.
pub(super) async fn call(world: &World, method: &str, params: &Params) -> Response {
    let call = CallInProgress::begin(world, method, params);
    let response = match methods::check_traffic(world, method, call.load) {
        Ok(()) => answer(world, method, params).await,
        Err(congestion) => refuse(congestion).await,
    };
    call.end(method, &response);
    response
}

/// The token and the method of a path.
fn address(path: &str) -> Result<(String, String), Refusal> {
    let not_found = || Refusal::new(404, "Not Found");
    let path = percent_decode_str(path)
        .decode_utf8()
        .map_err(|_| not_found())?;
    let rest = path.strip_prefix('/').filter(|rest| {
        rest.get(..3)
            .is_some_and(|bot| bot.eq_ignore_ascii_case("bot"))
    });
    let (token, method) = rest
        .and_then(|rest| rest[3..].split_once('/'))
        .ok_or_else(not_found)?;
    if token.starts_with('0') || token.len() > 80 || !token.contains(':') {
        return Err(Refusal::new(401, "Unauthorized: invalid token specified"));
    }
    // Telegram's test servers are reached so; here they are the same.
    let method = method.strip_prefix("test/").unwrap_or(method);
    Ok((token.to_owned(), method.trim_end_matches('/').to_owned()))
}

/// What a bot hears of that it does too much at once.
async fn refuse(congestion: Congestion) -> Response {
    let seconds = match congestion {
        Congestion::TooMuch => {
            sleep(SLOW).await;
            60
        }
        Congestion::TooSoon(seconds) => seconds,
    };
    Refusal::with_code(429, Some(seconds)).into_response()
}

/// Answers a call, or does what the fault of this call says.
async fn answer(world: &World, method: &str, params: &Params) -> Response {
    let latency = world.read(|state| state.settings.latency.pick());
    if !latency.is_zero() {
        sleep(latency).await;
    }
    if let Err(seconds) = methods::admit(world, method, params) {
        return Refusal::with_code(429, Some(seconds)).into_response();
    }
    let fault = world.change(|state| state.faults.of(method, params.integer("chat_id")));
    if let Some(fault) = &fault {
        tracing::info!(method, ?fault, "a scripted fault");
    }
    let honest = async { methods::call(world, method, params).await.into_response() };
    spoiled(fault, honest).await
}

/// The honest answer, or what a fault makes of it.
pub(super) async fn spoiled(
    fault: Option<Fault>,
    honest: impl Future<Output = Response>,
) -> Response {
    let Some(fault) = fault else {
        return honest.await;
    };
    sleep(fault.delay).await;
    let honest = if fault.takes_effect || fault.kind == Kind::Nothing {
        honest.await
    } else {
        Answer::of(&true).into_response()
    };
    match fault.kind {
        Kind::Nothing => honest,
        Kind::Error {
            code,
            description,
            retry_after,
        } => {
            let mut refusal = Refusal::with_code(code, retry_after);
            if let Some(description) = description {
                refusal.description = description.into();
            }
            refusal.into_response()
        }
        Kind::Reset => {
            let mut response = ().into_response();
            response.extensions_mut().insert(Cut);
            response
        }
        Kind::Garbage { code, retry_after } => garbage(code, retry_after),
        Kind::Truncated => truncated(honest).await,
    }
}

/// A page that is none of Telegram's.
fn garbage(code: u16, retry_after: Option<u64>) -> Response {
    let page = match code {
        200 => "<html><body><h1>Welcome to the hotel WiFi</h1></body></html>".to_owned(),
        _ => format!("<html><body><h1>{code}</h1><hr>a proxy</body></html>"),
    };
    let mut response = Html(page).into_response();
    *response.status_mut() =
        StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(seconds) = retry_after {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The first half of a response, under the headers of the whole.
async fn truncated(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX)
        .await
        .expect("our own answers are in memory");
    head.headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    let half = body.slice(..body.len() / 2);
    // A stream, since a body whose length is known would have the header corrected; and one that pauses before its end, which
    // makes hyper send what it has.
    let stream = stream::once(ready(Ok::<Bytes, Infallible>(half))).chain(stream::once(async {
        tokio::task::yield_now().await;
        Ok(Bytes::new())
    }));
    Response::from_parts(head, Body::from_stream(stream))
}

/// A call's entry in the log, ended with no status when the bot hangs up: then this is dropped.
pub(super) struct CallInProgress<'a> {
    world: &'a World,
    seq: Option<u64>,
    load: Load,
}

impl<'a> CallInProgress<'a> {
    pub(super) fn begin(world: &'a World, method: &str, params: &Params) -> Self {
        let load = methods::load(params);
        let seq = world.change(|state| {
            state.flood.traffic.begin(load);
            let seq = state.calls.begin(method, || params.to_value());
            if let Some(seq) = seq {
                state.journal.call(seq);
            }
            seq
        });
        Self { world, seq, load }
    }

    pub(super) fn end(mut self, method: &str, response: &Response) {
        let was_cut = response.extensions().get::<Cut>().is_some();
        let status = if was_cut {
            0
        } else {
            response.status().as_u16()
        };
        tracing::debug!(method, status, "a call");
        if let Some(seq) = self.seq.take() {
            let said = response.extensions().get::<Said>();
            let answer = said.map(|Said(body)| body.clone());
            log_end(self.world, seq, status, answer);
        }
    }
}

fn log_end(world: &World, seq: u64, status: u16, answer: Option<Bytes>) {
    world.change(|state| {
        state.calls.end(seq, status);
        state.journal.answered(seq, answer);
    });
}

impl Drop for CallInProgress<'_> {
    fn drop(&mut self) {
        self.world
            .change_quietly(|state| state.flood.traffic.end(self.load));
        if let Some(seq) = self.seq.take() {
            log_end(self.world, seq, 0, None);
        }
    }
}
