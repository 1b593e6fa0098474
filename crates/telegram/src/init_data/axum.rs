//! [`InitData`] as an argument of axum's handlers.

use axum_core::{
    extract::{FromRef, FromRequestParts},
    response::{IntoResponse, Response},
};
use http::{
    StatusCode,
    header::{AUTHORIZATION, WWW_AUTHENTICATE},
    request::Parts,
};

use super::{InitData, InitDataError, InitDataVerifier};

/// What the page sends as the header `Authorization: tma <initData>`, verified by the
/// [`InitDataVerifier`] of the state.
///
/// ```
/// use std::time::Duration;
///
/// use axum::{Router, routing::get};
/// use ostankino_telegram::{Bot, InitData};
///
/// async fn hello(opened: InitData) -> String {
///     opened.user.map(|user| user.first_name.clone()).unwrap_or_default()
/// }
///
/// fn router(bot: &Bot) -> Router {
///     let verifier = bot.init_data_verifier(Duration::from_secs(3600));
///     Router::new().route("/hello", get(hello)).with_state(verifier)
/// }
/// ```
impl<S> FromRequestParts<S> for InitData
where
    InitDataVerifier: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = InitDataError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, InitDataError> {
        let header = parts.headers.get(AUTHORIZATION);
        let (scheme, init_data) = header
            .and_then(|header| header.to_str().ok()?.split_once(' '))
            .ok_or(InitDataError::Absent)?;
        if !scheme.eq_ignore_ascii_case("tma") {
            return Err(InitDataError::Absent);
        }
        InitDataVerifier::from_ref(state).verify(init_data)
    }
}

/// 401, and which check failed.
impl IntoResponse for InitDataError {
    fn into_response(self) -> Response {
        let header = [(WWW_AUTHENTICATE, "tma")];
        (StatusCode::UNAUTHORIZED, header, self.to_string()).into_response()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{SystemTime, UNIX_EPOCH};

    use axum::{Router, body::Body, routing::get};
    use http::Request;
    use tower::ServiceExt;

    use super::{
        super::tests::{TOKEN, by_token, of_alice_at},
        *,
    };

    async fn hello(opened: InitData) -> String {
        let user = opened.user.expect("Alice");
        user.first_name.clone()
    }

    async fn asks(header: Option<String>) -> (u16, String) {
        let router: Router = Router::new()
            .route("/", get(hello))
            .with_state(by_token(TOKEN));
        let mut request = Request::get("/");
        if let Some(header) = header {
            request = request.header(AUTHORIZATION, header);
        }
        let request = request.body(Body::empty()).expect("a request");
        let Ok(response) = router.oneshot(request).await;
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 999).await;
        let body = body.expect("a short body").to_vec();
        (status, String::from_utf8(body).expect("UTF-8"))
    }

    #[tokio::test]
    async fn a_page_is_answered_only_with_init_data_of_the_bot() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let init_data = of_alice_at(now.expect("after 1970").as_secs());
        for scheme in ["tma", "TMA"] {
            let answered = asks(Some(format!("{scheme} {init_data}"))).await;
            assert_eq!(answered, (200, "Алиса & Ко=".to_owned()));
        }
        let forged = init_data.replace("5128400001", "5128400002");
        let absent = "there are no init data";
        for (header, told) in [
            (None, absent),
            (Some(format!("Bearer {init_data}")), absent),
            (Some("tma ".into()), absent),
            (
                Some(format!("tma {forged}")),
                "the init data are not signed for this bot",
            ),
            (
                Some(format!("tma {}", of_alice_at(1_600_000_000))),
                "the init data are too old",
            ),
        ] {
            assert_eq!(asks(header).await, (401, told.to_owned()));
        }
    }
}
