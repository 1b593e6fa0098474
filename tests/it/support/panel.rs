//! The admin page as a browser has it: links from the bot, a session, forms.

use reqwest::{Client, Response, StatusCode, redirect::Policy};
use telegram_emulator::Person;

use super::{Logs, ServiceSetup, servers::until, without_tls};

/// What browsers call the page's origin, wherever its port is.
pub(crate) const ORIGIN: &str = "https://ops.example.org";

/// The page of a process, and who looks at it.
#[derive(Clone)]
pub(crate) struct Panel {
    client: Client,
    url: String,
    /// Of the session, if there is one.
    cookie: Option<String>,
}

/// With the page, for these owners, operators and viewers.
pub(crate) fn with_panel(setup: ServiceSetup, roles: [&[&Person]; 3]) -> ServiceSetup {
    let ids = |people: &[&Person]| {
        let ids = people.iter().map(|person| person.id().to_string());
        ids.collect::<Vec<_>>().join(",")
    };
    let [owners, operators, viewers] = roles.map(ids);
    setup
        .set("WEB__LISTEN", "127.0.0.1:0")
        .set("WEB__ADMIN", "true")
        .set("ADMIN__URL", ORIGIN)
        .set("ADMIN__OWNERS", &owners)
        .set("ADMIN__OPERATORS", &operators)
        .set("ADMIN__VIEWERS", &viewers)
}

/// Asks the bot for a link; gives its path.
pub(crate) async fn link(person: &Person, origin: &str) -> String {
    person.says("/admin");
    let text = person.next_message().await.text;
    let (_, rest) = text
        .split_once(&format!("{origin}/admin"))
        .unwrap_or_else(|| panic!("no link in {text:?}"));
    let path = rest.split_whitespace().next().expect("a path");
    format!("/admin{path}")
}

impl Panel {
    /// That of the process with this log, from outside.
    pub(crate) async fn of(logs: &Logs) -> Self {
        let record = logs.wait_for("web_listening").await;
        let address = record["address"].as_str().expect("an address");
        let client = without_tls().redirect(Policy::none()).build();
        Self {
            client: client.expect("a client"),
            url: format!("http://{address}"),
            cookie: None,
        }
    }

    /// The same, with that person in.
    pub(crate) async fn entered(&self, person: &Person) -> Self {
        let link = link(person, ORIGIN).await;
        self.entered_by(&link).await
    }

    /// The same, in by that link.
    pub(crate) async fn entered_by(&self, link: &str) -> Self {
        let answer = self.post_from(Some(ORIGIN), link, &[]).await;
        assert_eq!(answer.status(), 303);
        let cookie = answer.headers()["set-cookie"].to_str().expect("a text");
        let cookie = cookie.split(';').next().expect("a pair").to_owned();
        Self {
            cookie: Some(cookie),
            ..self.clone()
        }
    }

    /// This one, with the session of another one.
    pub(crate) fn as_known_to(&self, other: &Self) -> Self {
        Self {
            cookie: other.cookie.clone(),
            ..self.clone()
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        let mut request = self.client.get(format!("{}{path}", self.url));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        request.send().await.expect("it answers")
    }

    /// A page that is there. It says itself when a server keeps it waiting for too long, as a busy one may: then it is asked for again.
    pub(crate) async fn page(&self, path: &str) -> String {
        let mut page = String::new();
        until("the page", async || {
            let answer = self.get(path).await;
            let status = answer.status();
            page = answer.text().await.expect("a text");
            let is_there = status != StatusCode::SERVICE_UNAVAILABLE;
            assert!(
                !is_there || status == StatusCode::OK,
                "{path}: {status}: {page}"
            );
            is_there
        })
        .await;
        page
    }

    /// What forms of this session carry.
    pub(crate) async fn csrf(&self) -> String {
        let page = self.page("/admin/audit").await;
        let (_, rest) = page.split_once("name=\"csrf\" value=\"").expect("a form");
        rest.split('"').next().expect("a value").to_owned()
    }

    /// Sends a form as a page of ours does.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let csrf = self.csrf().await;
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend(fields);
        self.post_from(Some(ORIGIN), path, &all).await
    }

    /// Sends these fields from a page of that origin.
    pub(crate) async fn post_from(
        &self,
        origin: Option<&str>,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Response {
        let encode = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
                .to_string()
        };
        let pairs = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        let mut request = self
            .client
            .post(format!("{}{path}", self.url))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(pairs.collect::<Vec<_>>().join("&"));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        request.send().await.expect("it answers")
    }
}
