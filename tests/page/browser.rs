//! A browser as a test holds it: it looks at the page, clicks and types, and waits for what must come. Tests share browsers, one
//! after another.

mod camera;
mod running;

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use thirtyfour::{By, Key, WebDriver, WindowHandle};

use self::running::{Running, Size, WATCH};

const DEADLINE: Duration = Duration::from_secs(20);

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
        Self::of(Size::Desktop).await.at(url).await
    }

    /// A phone.
    pub(crate) async fn phone(url: &str) -> Self {
        Self::of(Size::Phone).await.at(url).await
    }

    /// A window of a desktop with a document of its own in it, in light colours.
    pub(crate) async fn document(html: &str) -> Self {
        Self::document_as(html, false, false).await
    }

    /// The same, or a phone, in light or in dark colours.
    pub(crate) async fn document_as(html: &str, is_phone: bool, is_dark: bool) -> Self {
        let browser = Self::coloured(is_phone, is_dark).await;
        let name = format!("{:016x}.html", fastrand::u64(..));
        let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&file, html).expect("the folder is there");
        let shown = browser
            .driver
            .goto(format!("file://{}", file.display()))
            .await;
        shown.expect("the file is there");
        std::fs::remove_file(&file).expect("just written");
        browser
    }

    /// A page that is none of the emulator's, in a window of a desktop or on a phone, in light or in dark colours.
    pub(crate) async fn other_page(url: &str, is_phone: bool, is_dark: bool) -> Self {
        let browser = Self::coloured(is_phone, is_dark).await;
        browser.driver.goto(url).await.expect("the page is served");
        browser
    }

    async fn coloured(is_phone: bool, is_dark: bool) -> Self {
        let size = match is_phone {
            true => Size::Phone,
            false => Size::Desktop,
        };
        let browser = Self::of(size).await;
        let scheme = if is_dark { "dark" } else { "light" };
        let scheme = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        browser
            .devtools("Emulation.setEmulatedMedia", &json!({"features": scheme}))
            .await;
        browser
    }

    async fn of(size: Size) -> Self {
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
        Self {
            size,
            driver: running.driver.clone(),
            running: Some(running),
        }
    }

    /// With the page in it, which remembers nothing.
    async fn at(self, url: &str) -> Self {
        self.goto(url).await;
        // A port may have been another emulator's before.
        let forgotten = "const had = localStorage.length; localStorage.clear(); return had > 0";
        if self.run(forgotten).await == true {
            self.goto(url).await;
        }
        self
    }

    /// Goes to the page, and waits until it knows the world.
    pub(crate) async fn goto(&self, url: &str) {
        self.driver.goto(url).await.expect("the page is served");
        self.run(WATCH).await;
        self.until("document.querySelector('.panes')").await;
    }

    /// Runs a script of statements.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.run_with(script, vec![]).await
    }

    /// Runs a script of statements, which finds these values in `arguments`, and waits for its promise if it gives one.
    pub(crate) async fn run_with(&self, script: &str, arguments: Vec<Value>) -> Value {
        let done = self.driver.execute(script, arguments).await;
        done.expect("the script runs").json().clone()
    }

    /// What WebDriver has no word for: <https://chromedevtools.github.io/devtools-protocol/>.
    async fn devtools(&self, method: &str, params: &Value) -> Value {
        let done = self.driver.cdp().send_raw(method, params).await;
        done.unwrap_or_else(|error| panic!("{method} is refused: {error}"))
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

    /// Waits until an expression is true on the page to which something leads that was just pressed: a script that waits on the page before
    /// would be gone with it.
    pub(crate) async fn arrives(&self, expression: &str) {
        let script = format!("try {{ return Boolean({expression}) }} catch {{ return false }}");
        let is_there = async || {
            let found = self.driver.execute(&script, vec![]).await;
            found.is_ok_and(|found| found.json() == &Value::Bool(true))
        };
        ostankino_test::wait_within(DEADLINE, expression, is_there).await;
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
        let all = "button, a, summary, [role=option], [role=switch], .entry .name";
        self.press_one_of(all, text).await;
    }

    /// The same among the elements of this selector.
    pub(crate) async fn press_one_of(&self, css: &str, text: &str) {
        let (css, given) = (json!(css), json!(text));
        self.until(&format!(
            "(() => {{
                const all = [...document.querySelectorAll({css})];
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

    /// Presses Escape until an expression is true: a window that was opened just now may not have the focus yet.
    pub(crate) async fn escapes_until(&self, expression: &str) {
        let drawn = format!(
            "const done = arguments[0];
             requestAnimationFrame(() => requestAnimationFrame(() => done(Boolean({expression}))));"
        );
        for _ in 0..50 {
            self.keys(thirtyfour::Key::Escape + "").await;
            let found = self.driver.execute_async(&drawn, vec![]).await;
            if found.is_ok_and(|found| found.json() == &Value::Bool(true)) {
                return;
            }
        }
        // It says what is there instead.
        self.until(expression).await;
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
