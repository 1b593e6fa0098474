//! A browser as a test holds it: it looks at the page, clicks and types, and waits for what must come. Tests share browsers, one
//! after another.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use thirtyfour::{
    By, ChromiumLikeCapabilities, Key, WebDriver, WindowHandle, error::WebDriverResult,
};

use super::chromium::Chromedriver;

const DEADLINE: Duration = Duration::from_secs(20);

/// Notes every error of the page and everything its policy forbade.
const WATCH: &str = "window.wrongs = []; const note = (what) => window.wrongs.push(String(what));
    addEventListener('error', (event) => note(event.message ?? event.target?.src));
    addEventListener('unhandledrejection', (event) => note(event.reason));
    document.addEventListener('securitypolicyviolation', (event) => note(event.violatedDirective + ' ' + event.blockedURI));";

/// How large its window is.
#[derive(Clone, Copy, PartialEq)]
enum Size {
    Desktop,
    Phone,
}

/// A browser that runs, whoever holds it. It lives as long as these tests: to start one takes longer than most of them.
struct Running {
    driver: WebDriver,
    _chromedriver: Chromedriver,
}

/// Those that wait for their next test.
static IDLE: Mutex<Vec<(Size, Running)>> = Mutex::new(Vec::new());

pub(crate) struct Browser {
    size: Size,
    driver: WebDriver,
    /// Until it is given back.
    running: Option<Running>,
}

impl Browser {
    /// A window of a desktop with the page in it.
    pub(crate) async fn open(url: &str) -> Self {
        Self::of(Size::Desktop, url).await
    }

    /// A phone.
    pub(crate) async fn phone(url: &str) -> Self {
        Self::of(Size::Phone, url).await
    }

    async fn of(size: Size, url: &str) -> Self {
        let running = match idle(size) {
            Some(running) => match running.emptied().await {
                Ok(()) => running,
                Err(why) => {
                    eprintln!("a browser is gone since its last test ({why}): starting another");
                    Running::start(size).await
                }
            },
            None => Running::start(size).await,
        };
        let browser = Self {
            size,
            driver: running.driver.clone(),
            running: Some(running),
        };
        browser.goto(url).await;
        // A port may have been another emulator's before.
        let forgotten = "const had = localStorage.length; localStorage.clear(); return had > 0";
        if browser.run(forgotten).await == true {
            browser.goto(url).await;
        }
        browser
    }

    /// Goes to the page, and waits until it knows the world.
    pub(crate) async fn goto(&self, url: &str) {
        self.driver.goto(url).await.expect("the page is served");
        self.run(WATCH).await;
        self.until("document.querySelector('.panes')").await;
    }

    /// Runs a script of statements.
    pub(crate) async fn run(&self, script: &str) -> Value {
        let done = self.driver.execute(script, vec![]).await;
        done.expect("the script runs").json().clone()
    }

    /// Waits until a JavaScript expression is true, looked at after every change of the page; gives its value.
    pub(crate) async fn until(&self, expression: &str) -> Value {
        let script = format!(
            "const done = arguments[0]; let over = false;
             const look = () => {{
                let value = null;
                try {{ value = ({expression}); }} catch {{}}
                if (!value || over) return;
                over = true; observer.disconnect(); clearInterval(timer);
                done(value instanceof Node ? true : value);
             }};
             const observer = new MutationObserver(look);
             observer.observe(document, {{subtree: true, childList: true, attributes: true, characterData: true}});
             const timer = setInterval(look, 100);
             look();"
        );
        match self.driver.execute_async(script, vec![]).await {
            Ok(found) => found.json().clone(),
            Err(error) => {
                let page = self.run("return document.body.innerText + '\\n' + (window.wrongs ?? []).join('\\n')").await;
                panic!(
                    "not so in time: {expression}\n{error}\nthe page:\n{}",
                    page.as_str().unwrap_or("")
                )
            }
        }
    }

    /// Waits for an element and clicks it.
    pub(crate) async fn click(&self, css: &str) {
        self.until(&format!("document.querySelector({})", json!(css)))
            .await;
        let element = self.driver.find(By::Css(css)).await.expect("just seen");
        let clicked = element.click().await;
        clicked.unwrap_or_else(|error| panic!("{css} cannot be clicked: {error}"));
    }

    /// Waits for a button (or a link, or an entry of a list) with this text, the last one if there are more, and clicks it.
    pub(crate) async fn press(&self, text: &str) {
        let given = json!(text);
        self.until(&format!(
            "(() => {{
                const all = [...document.querySelectorAll('button, a, summary, [role=option], [role=switch], .entry .name')];
                const found = all.filter((one) => one.innerText.trim().toLowerCase() === {given}.toLowerCase()).at(-1);
                document.querySelectorAll('[data-wanted]').forEach((one) => one.removeAttribute('data-wanted'));
                found?.setAttribute('data-wanted', '');
                return found && !found.disabled;
            }})()"
        ))
        .await;
        let found = self.driver.find(By::Css("[data-wanted]")).await;
        let clicked = found.expect("just seen").click().await;
        clicked.unwrap_or_else(|error| panic!("«{text}» cannot be clicked: {error}"));
    }

    /// Chooses an option of the list with this label by its text.
    pub(crate) async fn picks(&self, label: &str, text: &str) {
        let (label, text) = (json!(label), json!(text));
        self.until(&format!(
            "(() => {{
                const list = [...document.querySelectorAll('select')].filter((one) => one.ariaLabel === {label}).at(-1);
                const option = [...list.options].find((one) => one.text.trim() === {text});
                if (!option) return false;
                list.value = option.value;
                list.dispatchEvent(new Event('change', {{bubbles: true}}));
                return true;
            }})()"
        ))
        .await;
    }

    /// Opens the menu of the last bubble with this text.
    pub(crate) async fn handles(&self, text: &str) {
        self.until(&format!(
            "(() => {{
                const found = [...document.querySelectorAll('.bubble')].filter((one) => one.innerText.includes({})).at(-1);
                found?.querySelector('.actions > summary').click();
                return found;
            }})()",
            json!(text)
        ))
        .await;
        self.until("document.querySelector('.actions[open] > div')")
            .await;
    }

    /// Opens the menu of what one sends beside text, and chooses from it.
    pub(crate) async fn attaches(&self, what: &str) {
        self.click("[aria-label='Отправить не текст']").await;
        self.press(what).await;
        self.until("document.querySelector('dialog[open]')").await;
    }

    /// Waits until so many elements are there.
    pub(crate) async fn counts(&self, css: &str, count: usize) {
        self.until(&format!(
            "document.querySelectorAll({}).length === {count}",
            json!(css)
        ))
        .await;
    }

    /// Waits until the text of an element contains this.
    pub(crate) async fn shows(&self, css: &str, text: &str) {
        self.until(&format!(
            "[...document.querySelectorAll({})].some((one) => one.innerText.includes({}))",
            json!(css),
            json!(text)
        ))
        .await;
    }

    /// Types into an element.
    pub(crate) async fn types(&self, css: &str, text: impl Into<thirtyfour::TypingData>) {
        self.until(&format!("document.querySelector({})", json!(css)))
            .await;
        let element = self.driver.find(By::Css(css)).await.expect("just seen");
        element.send_keys(text).await.expect("it can be typed into");
    }

    /// Writes a message and sends it by Enter.
    pub(crate) async fn says(&self, text: &str) {
        self.types(
            ".composer textarea",
            format!("{text}{}", Key::Enter.value()),
        )
        .await;
    }

    /// Keys pressed wherever the focus is.
    pub(crate) async fn keys(&self, keys: impl Into<thirtyfour::TypingData>) {
        let typed = self.driver.action_chain().send_keys(keys).perform().await;
        typed.expect("keys are pressed");
    }

    /// Waits until a bubble has this text.
    pub(crate) async fn sees(&self, text: &str) {
        self.until(&format!(
            "[...document.querySelectorAll('.bubble .text')].some((one) => one.innerText.includes({}))",
            json!(text)
        ))
        .await;
    }

    /// A second tab with the page; the handle of the first.
    pub(crate) async fn second_tab(&self, url: &str) -> WindowHandle {
        let first = self.driver.window().await.expect("a window");
        let second = self.driver.new_tab().await.expect("a tab");
        self.to_tab(second).await;
        self.goto(url).await;
        first
    }

    pub(crate) async fn to_tab(&self, tab: WindowHandle) -> WindowHandle {
        let before = self.driver.window().await.expect("a window");
        self.driver.switch_to_window(tab).await.expect("it is open");
        before
    }

    /// Asserts that nothing went wrong on the page, and that its policy forbade nothing.
    pub(crate) async fn is_clean(&self) {
        assert_eq!(self.run("return window.wrongs").await, json!([]));
    }

    /// Takes a picture, into docs/pictures/ if `make pictures` asked for it.
    pub(crate) async fn picture(&self, name: &str) {
        // Fonts are there, and the last drawing is on the screen.
        self.until("document.fonts.status === 'loaded'").await;
        let png = self.driver.screenshot_as_png().await.expect("a picture");
        assert!(png.len() > 10_000, "an empty page");
        let folder = std::env::var("OSTANKINO_TEST_PICTURES")
            .map_or(env!("CARGO_TARGET_TMPDIR").into(), PathBuf::from);
        std::fs::write(folder.join(format!("{name}.png")), png).expect("the folder is there");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // What a failed test left of it is of no use.
        if let (Some(running), false) = (self.running.take(), std::thread::panicking()) {
            let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push((self.size, running));
        }
    }
}

fn idle(size: Size) -> Option<Running> {
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    let place = idle.iter().position(|(other, _)| *other == size)?;
    Some(idle.swap_remove(place).1)
}

// === impl Running ===

impl Running {
    /// Starts one; a second time if the first ended at once, as it does when the machine is short of something.
    async fn start(size: Size) -> Self {
        match Self::try_start(size).await {
            Ok(running) => running,
            Err(why) => {
                eprintln!("a browser did not start ({why}): starting another");
                let again = Self::try_start(size).await;
                again.unwrap_or_else(|why| panic!("no browser starts: {why}"))
            }
        }
    }

    async fn try_start(size: Size) -> Result<Self, String> {
        let chromedriver = Chromedriver::start()?;
        let mut wanted = chromedriver.capabilities();
        let set = match size {
            Size::Desktop => wanted.add_arg("--window-size=1440,900"),
            Size::Phone => {
                let metrics = json!({"deviceMetrics": {"width": 390, "height": 780, "pixelRatio": 1.5, "touch": true}});
                wanted.add_experimental_option("mobileEmulation", metrics)
            }
        };
        set.expect("it is JSON");
        // Each test has a runtime of its own, so that no connection outlives it.
        let client = reqwest::Client::builder()
            .pool_max_idle_per_host(0)
            .timeout(3 * DEADLINE)
            .build();
        let connected = WebDriver::builder(chromedriver.url.clone(), wanted)
            .client(client.expect("a client"))
            .connect()
            .await;
        let driver = connected.map_err(|error| error.to_string())?;
        let set = driver.set_script_timeout(DEADLINE).await;
        set.map_err(|error| error.to_string())?;
        Ok(Self {
            driver,
            _chromedriver: chromedriver,
        })
    }

    /// Leaves one empty tab.
    async fn emptied(&self) -> WebDriverResult<()> {
        let tabs = self.driver.windows().await?;
        for tab in &tabs[1..] {
            self.driver.switch_to_window(tab.clone()).await?;
            self.driver.close_window().await?;
        }
        self.driver.switch_to_window(tabs[0].clone()).await?;
        self.driver.goto("about:blank").await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Its processes are killed; to end the session properly would block.
        let _ = self.driver.clone().leak();
    }
}
