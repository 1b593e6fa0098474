// Web apps, in a frame as Telegram's own web client has them: what their script posts to the page, the page does.
import { html, useEffect, useRef, useState } from "./html.js";
import { act } from "./act.js";
import { control } from "./control.js";
import { follow, safe } from "./links.js";
import { attempt, changed, dialog, store, toast } from "./store.js";
import { t } from "./words.js";

const THEME = {
  bg_color: "--page", secondary_bg_color: "--back", text_color: "--text", hint_color: "--faint", link_color: "--link",
  button_color: "--accent",
};

// The page's colours as they are now, in hex.
function theme() {
  const probe = document.body.appendChild(document.createElement("i"));
  const hex = (property) => {
    probe.style.color = `var(${property})`;
    const parts = getComputedStyle(probe).color.match(/\d+/g).slice(0, 3);
    return "#" + parts.map((part) => Number(part).toString(16).padStart(2, "0")).join("");
  };
  const named = Object.entries(THEME).map(([name, property]) => [name, hex(property)]);
  probe.remove();
  return { ...Object.fromEntries(named), button_text_color: "#ffffff" };
}

function start(url, data) {
  const given = new URLSearchParams({
    tgWebAppData: data, tgWebAppVersion: "9.0", tgWebAppPlatform: "web", tgWebAppThemeParams: JSON.stringify(theme()),
  });
  return `${url}${url.includes("#") ? "&" : "#"}${given}`;
}

// The app of an inline button, by its text, or of the menu button.
export const openApp = attempt(async (button, title = button) => {
  const { url, init_data: data } = await control("web-app", { user: store.me, ...(button && { button }) });
  dialog("app", { title, address: start(url, data) });
});

// The app of a reply keyboard knows nothing of the person, but can send data.
export const openDataApp = ({ text, web_app: { url } }) => dialog("app", { title: text, address: start(url, ""), button: text });

const sendData = attempt((button, data) => control("web-app/data", { user: store.me, button, data }));
const sharePrepared = attempt((id) => control("web-app/share", { user: store.me, chat: store.chat, id }));

// What an app may ask of the page; `app` has the frame's window, its own button and how it ends.
const ASKED = {
  web_app_close: (_, app) => app.close(),
  web_app_data_send: ({ data }, app) => {
    if (app.button) sendData(app.button, data);
    app.close();
  },
  web_app_setup_main_button: (given, app) => app.setMain(given),
  web_app_request_theme: (_, app) => app.tell("theme_changed", { theme_params: theme() }),
  web_app_request_viewport: (_, app) => app.tell("viewport_changed", app.viewport()),
  web_app_open_popup: ({ title, message, buttons }, app) => {
    store.alert = [title, message].filter(Boolean).join("\n\n");
    store.afterAlert = () => app.tell("popup_closed", { button_id: buttons?.[0]?.id });
    changed();
  },
  web_app_open_link: ({ url }) => safe(url) && window.open(safe(url), "_blank", "noopener"),
  web_app_open_tg_link: ({ path_full: path }, app) => {
    app.close();
    follow({ preventDefault() {} }, "https://t.me" + path);
  },
  web_app_open_invoice: ({ slug }, app) => act.pay({ link: `https://t.me/$${slug}` }, slug)
    .then((status) => app.tell("invoice_closed", { slug, status: status ?? "failed" })),
  web_app_switch_inline_query: ({ query }, app) => {
    app.close();
    store.typed = { chat: store.chat, text: `@${store.world.bot.username} ${query}` };
    changed();
  },
  web_app_request_write_access: (_, app) => app.tell("write_access_requested", { status: "allowed" }),
  web_app_send_prepared_message: async ({ id }, app) => {
    const sent = await sharePrepared(id);
    app.tell(sent ? "prepared_message_sent" : "prepared_message_failed", sent ? {} : { error: "MESSAGE_EXPIRED" });
  },
};

// What a window shows of an app.
export function App({ title, address, button, close }) {
  const frame = useRef(null);
  const [main, setMain] = useState(null);
  const tell = (eventType, eventData) => frame.current?.contentWindow.postMessage(JSON.stringify({ eventType, eventData }), "*");
  useEffect(() => {
    const viewport = () => ({ width: frame.current.clientWidth, height: frame.current.clientHeight, is_expanded: true, is_state_stable: true });
    const heard = ({ source, data }) => {
      if (source !== frame.current?.contentWindow || typeof data !== "string") return;
      try {
        const { eventType, eventData } = JSON.parse(data);
        if (Object.hasOwn(ASKED, eventType)) ASKED[eventType](eventData ?? {}, { button, close, setMain, tell, viewport });
      } catch {
        toast(t("Приложение прислало непонятное"));
      }
    };
    window.addEventListener("message", heard);
    return () => window.removeEventListener("message", heard);
  }, []);
  return html`<header><b>${title}</b><a href=${address} target="_blank" rel="noopener">${t("В новой вкладке")}</a>
      <button class="icon" aria-label=${t("Закрыть")} onClick=${close}>×</button></header>
    <iframe ref=${frame} src=${address} title=${title} sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-modals allow-downloads"></iframe>
    ${main?.is_visible && html`<button class="primary" disabled=${main.is_active === false}
      onClick=${() => tell("main_button_pressed", {})}>${main.text}</button>`}`;
}
