//! A browser that runs, whoever holds it.

use serde_json::json;
use thirtyfour::{ChromiumLikeCapabilities, WebDriver, error::WebDriverResult};

use super::DEADLINE;
use crate::chromium::Chromedriver;

/// Notes every error of the page and everything its policy forbade.
pub(super) const WATCH: &str = "if (!window.wrongs) {
        window.wrongs = []; const note = (what) => window.wrongs.push(String(what));
        addEventListener('error', (event) => note(event.message ?? event.target?.src));
        addEventListener('unhandledrejection', (event) => note(event.reason));
        document.addEventListener('securitypolicyviolation', (event) => note(event.violatedDirective + ' ' + event.blockedURI));
    }";

/// How large its window is.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Size {
    Desktop,
    Phone,
}

/// It lives as long as these tests: to start one takes longer than most of them.
pub(super) struct Running {
    pub(super) driver: WebDriver,
    _chromedriver: Chromedriver,
}

impl Running {
    /// Starts one; a second time if the first ended at once, as it does when the machine is short of something.
    pub(super) async fn start(size: Size) -> Self {
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
        let (cdp, watch) = (driver.cdp(), json!({"source": WATCH}));
        let watched = cdp.send_raw("Page.addScriptToEvaluateOnNewDocument", watch);
        watched.await.map_err(|error| error.to_string())?;
        Ok(Self {
            driver,
            _chromedriver: chromedriver,
        })
    }

    /// Leaves one empty tab.
    pub(super) async fn emptied(&self) -> WebDriverResult<()> {
        let tabs = self.driver.windows().await?;
        for tab in &tabs[1..] {
            self.driver.switch_to_window(tab.clone()).await?;
            self.driver.close_window().await?;
        }
        self.driver.switch_to_window(tabs[0].clone()).await?;
        let (cdp, as_it_is) = (self.driver.cdp(), json!({"features": []}));
        cdp.send_raw("Emulation.setEmulatedMedia", as_it_is).await?;
        self.driver.goto("about:blank").await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Its processes are killed; to end the session properly would block.
        let _ = self.driver.clone().leak();
    }
}
