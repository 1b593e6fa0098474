//! Pictures of what a browser shows, into docs/pictures/ if `make pictures` asked for them.

use std::path::PathBuf;

use serde_json::json;
use thirtyfour::support::base64_decode;

use super::Browser;

impl Browser {
    /// Takes a picture, into docs/pictures/ if `make pictures` asked for it.
    pub(crate) async fn picture(&self, name: &str) {
        // Fonts are there, and the last drawing is on the screen.
        self.until("document.fonts.status === 'loaded'").await;
        let png = self.driver.screenshot_as_png().await.expect("a picture");
        assert!(png.len() > 10_000, "an empty page");
        keep(name, &png);
    }

    /// Takes a picture of an element and a little of what is around it, enlarged so often.
    pub(crate) async fn picture_of(&self, css: &str, scale: f64, name: &str) {
        self.until("document.fonts.status === 'loaded' && [...document.images].every((one) => one.complete)")
            .await;
        // Nothing is lit up by the mouse.
        let away = self.driver.action_chain().move_to(1, 1).perform().await;
        away.expect("the mouse moves");
        // Bars to scroll by take room on the page, and none in the picture.
        let place = "document.documentElement.style.scrollbarWidth = 'none';
            const {x, y, width, height} = document.querySelector(arguments[0]).getBoundingClientRect();
            const [left, top] = [Math.max(x + scrollX - 8, 0), Math.max(y + scrollY - 8, 0)];
            return {x: left, y: top, width: x + scrollX + width + 8 - left, height: y + scrollY + height + 8 - top}";
        let mut clip = self.run_with(place, vec![json!(css)]).await;
        clip["scale"] = json!(scale);
        let params = json!({"format": "png", "clip": clip, "captureBeyondViewport": true});
        let taken = self.devtools("Page.captureScreenshot", &params).await;
        let png = base64_decode(taken["data"].as_str().expect("a text")).expect("base64");
        assert!(png.len() > 3_000, "nothing is on it");
        keep(name, &png);
    }
}

fn keep(name: &str, png: &[u8]) {
    let folder = std::env::var("OSTANKINO_TEST_PICTURES")
        .map_or(env!("CARGO_TARGET_TMPDIR").into(), PathBuf::from);
    std::fs::write(folder.join(format!("{name}.png")), png).expect("the folder is there");
}
